/** The page's parts, put together: one of each. */
import { tick } from "svelte";
import { Client, Refusal } from "../api/client.ts";
import { browserWorld, Live, type LiveState } from "../api/live.ts";
import type { ThreadItem } from "../api/types.ts";
import type { Queue, Route } from "../router.ts";
import { Actions } from "./actions.ts";
import { Clock } from "./clock.svelte.ts";
import type { Writing } from "./draft.ts";
import { focusById, focusRow, isInList } from "./focus.ts";
import { Inbox } from "./inbox.svelte.ts";
import { itemOf } from "./item.ts";
import { forget, hasLeft, leave } from "./kept.ts";
import { HOME } from "./queues.ts";
import { Place } from "./place.svelte.ts";
import { Search } from "./search.svelte.ts";
import { Session } from "./session.svelte.ts";
import { arrivalWords, threadName } from "./names.ts";
import { Outbox } from "./outbox.svelte.ts";
import { Sender } from "./sender.ts";
import { Thread, type ThreadEvents } from "./thread.svelte.ts";
import { Toasts } from "./toasts.svelte.ts";

/** Opened threads that are kept, so that going back to one is immediate. */
const KEPT_THREADS = 40;
/** Hints this close together are answered together. `workers/src/carry.rs` counts on it. */
const GATHER_MS = 40;
/** The roster counts a moment after a thread has changed; and a busy inbox is counted no more often than this. */
const COUNT_MS = 1000;
/** The first look at anything waits this long at most for the live connection. */
const FIRST_LOOK_MS = 1000;
/** With more threads changed than this, one page says more than single threads. */
const MANY_HINTS = 8;

/** The script that this page runs by: another release has another name for it. */
const SCRIPT = document.querySelector("script[src]")?.getAttribute("src") ?? "";

export type Asking = "assign" | "tags" | "help" | "snooze" | "topic" | "urgency" | "language" | "why" | null;

class App {
  readonly client = new Client();
  readonly session = new Session(this.client, ({ teammate }) => this.signedIn(teammate.id));
  readonly place = new Place();
  readonly clock = new Clock();
  readonly toasts = new Toasts();
  readonly search = new Search(this.client);
  readonly outbox = new Outbox(localStorage, tabId(), Date.now, () =>
    this.toasts.problem("This browser keeps nothing for this page. Leave it open until your reply is sent."),
  );
  private readonly sender = new Sender(this.outbox, (thread) => this.postAgain(thread));
  readonly inbox = new Inbox(
    this.client,
    () => this.session.me,
    (item) => this.toasts.announce(arrivalWords(item)),
    () => this.outbox.unsent.flatMap(({ item }) => item ?? []),
  );

  readonly actions = new Actions(this.client, this.toasts, {
    me: () => this.session.me,
    show: (item, own) => this.show(item, own),
    reread: (id) => this.reread(id),
    leaving: (item) => this.leaving(item),
    refresh: (id) => void this.threads.get(id)?.refresh(),
  });

  link = $state<LiveState>("connecting");
  online = $state(navigator.onLine);
  /** There is a newer release, and what this page has not fetched of its own may be gone. */
  outdated = $state(false);
  asking = $state<Asking>(null);
  /** The thread whose composer is to have the focus once it is there. */
  composing = $state<string | null>(null);
  /** The thread whose heading is to have the focus once it is there. */
  arriving = $state<string | null>(null);

  /** The account that is to be connected again, once the page of the accounts is there. */
  mending: string | null = null;

  /** Where the reader was when they marked the open thread as unread: lying open there does not make it read. */
  private keptUnread: Route | null = null;
  private threads = new Map<string, Thread>();
  private hints = new Map<string, number>();
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private counting = false;
  private countAgain = false;
  private started = false;
  private person: string | null = null;
  private openGate: (() => void) | null = null;
  /** All that is shown was read after the connection stood. */
  private upToDate = false;
  private readonly live = new Live(
    {
      state: (state) => {
        // A deployment ends all connections.
        if (state === "live" && this.link === "down") void this.lookForNewer();
        if (state === "live") this.sender.hurry();
        if (state !== "connecting") this.look(state === "live");
        this.link = state;
      },
      hint: (thread, version) => this.hinted(thread, version),
      resync: () => this.resync(),
    },
    browserWorld,
  );

  constructor() {
    addEventListener("online", () => {
      this.online = true;
      this.live.hurry();
      this.sender.hurry();
    });
    addEventListener("storage", (event) => {
      if (hasLeft(event, this.person)) this.left();
      const thread = this.outbox.heard(event.key);
      if (thread === null) return;
      this.threads.get(thread)?.takeUnsent();
      this.sender.hurry();
    });
    addEventListener("beforeunload", (event) => {
      // The browser asks whether to leave all the same.
      if (this.outbox.unkept || [...this.threads.values()].some(({ kept }) => !kept)) event.preventDefault();
    });
    addEventListener("offline", () => (this.online = false));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      this.live.hurry();
      // Rights that were given or taken, links that were made for whoever sits here.
      if (this.session.item !== null) void this.session.check();
    });
  }

  /** Starts the live part, once somebody is signed in. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.live.start();
    setTimeout(() => this.look(false), FIRST_LOOK_MS);
    this.sender.start();
    void this.inbox.readTeam();
    void this.inbox.readCounts().catch(() => {});
  }

  stop(): void {
    this.started = false;
    this.live.stop();
    this.sender.stop();
  }

  /** Ends the session. What was not sent is lost with it: to be asked before. */
  async signOut(): Promise<void> {
    await this.session.signOut();
    this.outbox.clear();
    leave(sessionStorage, localStorage, this.person ?? "");
    this.threads.clear();
    this.actions.undos.clear();
  }

  /** Signed out in another tab. */
  private left(): void {
    forget(sessionStorage);
    this.threads.clear();
    void this.session.check();
  }

  /** What another person has begun in this tab is not for this one. */
  private signedIn(person: string): void {
    if (sessionStorage.getItem("person") !== person) forget(sessionStorage);
    if (this.person !== null && this.person !== person) this.threads.clear();
    this.person = person;
    sessionStorage.setItem("person", person);
    this.outbox.open(person);
    // What is read before the live connection stands would have to be read again behind it, for what came between.
    if (!this.started) this.client.gate = new Promise((open) => (this.openGate = open));
  }

  /** Lets the first look at things begin. `live`: after the connection stands, so that nothing is missed by it. */
  private look(live: boolean): void {
    if (this.openGate === null) return;
    this.upToDate = live;
    this.openGate();
    this.openGate = null;
  }

  private async postAgain(thread: string): Promise<boolean> {
    return navigator.onLine && this.started ? this.thread(thread).sendAgain(true) : false;
  }

  thread(id: string): Thread {
    const known = this.threads.get(id);
    const thread =
      known ??
      new Thread(id, this.client, this.eventsOf(id), sessionStorage, this.outbox, this.inbox.find(id)?.version);
    this.threads.delete(id);
    this.threads.set(id, thread);
    // What stands in a composer and is kept nowhere else stays.
    const oldest = [...this.threads.values()].find((one) => one !== thread && one.kept);
    if (this.threads.size > KEPT_THREADS && oldest !== undefined) this.threads.delete(oldest.id);
    return thread;
  }

  private eventsOf(id: string): ThreadEvents {
    const named = (words: string): string => {
      const item = this.find(id) ?? this.outbox.of(id)?.item;
      return item == null ? words : `${threadName(item)}: ${words}`;
    };
    return {
      item: (item) => this.show(item),
      problem: (words) => this.toasts.problem(named(words)),
      unkept: () =>
        this.toasts.problem(
          named(
            "this browser has no room to keep your draft. Nothing is lost while this page is open: send it " +
              "before you close it.",
          ),
        ),
      unsent: () => this.sender.hurry(),
      returned: (why) => {
        if (this.openId !== id) this.toasts.problem(named(`not sent. ${why}`));
      },
      sent: (again, reply, close) => {
        if (again) this.toasts.done(named("your reply is sent"));
        const item = this.find(id);
        if (close && item !== undefined && item.status !== "closed")
          void this.actions.close(item, { expectedVersion: reply.version });
      },
    };
  }

  /** Has the composer of a thread write this, and gives it the focus. */
  compose(id: string, what: Writing): void {
    this.thread(id).writing = what;
    this.composing = id;
  }

  /** Reads a thread before it is asked for. */
  prefetch(id: string): void {
    const thread = this.thread(id);
    if (thread.detail === null) void thread.refresh();
  }

  get openId(): string | null {
    return this.place.route.name === "thread" ? this.place.route.thread : null;
  }

  openQueue(queue: Queue): void {
    this.search.type("");
    this.place.go({ name: "queue", queue });
  }

  /** Goes to where an account is connected again. */
  mend(account: string): void {
    this.mending = account;
    this.place.go({ name: "page", page: "accounts" });
  }

  back(): void {
    if (this.place.route.name === "thread") this.place.back({ name: "queue", queue: this.inbox.queue || HOME });
    else if (this.place.route.name === "queue") this.place.go({ name: "queues" });
  }

  async markRead(item: ThreadItem): Promise<void> {
    if (item.unread === 0 || !this.session.answers || this.keptUnread === this.place.route) return;
    this.show({ ...item, unread: 0 });
    try {
      this.show(await this.client.markRead(item.id, item.version), true);
    } catch {
      // It stays unread; the next look at it tries again.
    }
  }

  /** For me alone. Where it is open, it is read again only once I come back to it. */
  markUnread(item: ThreadItem): Promise<boolean> {
    if (this.openId === item.id) this.keptUnread = this.place.route;
    return this.actions.markUnread(item, () => (this.keptUnread = null));
  }

  /** A thread as it is shown somewhere on the page. */
  find(id: string): ThreadItem | undefined {
    return this.inbox.find(id) ?? this.search.find(id) ?? this.threads.get(id)?.detail ?? undefined;
  }

  /**
   * Before a thread leaves the list: what to show once it has gone, with the focus where it was, and how to go back.
   */
  private leaving(item: ThreadItem): { moveOn: () => void; back: () => void } {
    const { id } = item;
    const open = this.openId === id;
    const atRow = isInList();
    const searching = this.search.active;
    const listed = !searching && this.inbox.find(id) !== undefined;
    if (listed) this.inbox.select(id);

    const show = (next: string): void => {
      if (open) {
        if (!atRow) this.arriving = next;
        this.place.replace({ name: "thread", thread: next });
      } else if (!searching) this.inbox.select(next);
      if (!open || atRow) void tick().then(() => focusRow(next));
    };
    const moveOn = (): void => {
      if (searching) {
        const next = this.search.after(id);
        if (next !== undefined) show(next);
      } else if (listed && this.inbox.find(id) === undefined) {
        const next = this.inbox.step(1);
        if (next !== undefined) show(next.id);
        else {
          if (open) this.place.replace({ name: "queue", queue: this.inbox.queue || HOME });
          void tick().then(() => focusById("queue-name"));
        }
      }
    };
    const back = (): void => {
      if (this.openId === id || !isInbox(this.place.route)) return;
      if (!open) void tick().then(() => focusRow(id));
      else if (this.openId === null) this.place.go({ name: "thread", thread: id });
      else this.place.replace({ name: "thread", thread: id });
      if (open) this.arriving = id;
    };
    return { moveOn, back };
  }

  private show(item: ThreadItem, own = false): void {
    this.inbox.apply(item);
    this.search.apply(item);
    this.threads.get(item.id)?.take(item, own);
    this.actions.undos.see(item);
  }

  private async lookForNewer(): Promise<void> {
    const page = await fetch("/", { cache: "no-store" })
      .then((answer) => (answer.ok ? answer.text() : SCRIPT))
      .catch(() => SCRIPT);
    this.outdated = !page.includes(SCRIPT);
  }

  private hinted(thread: string, version: number): void {
    void this.recount();
    this.hints.set(thread, Math.max(version, this.hints.get(thread) ?? 0));
    this.gathering ??= setTimeout(() => this.answerHints(), GATHER_MS);
  }

  private answerHints(): void {
    this.gathering = undefined;
    const hints = [...this.hints];
    this.hints.clear();
    const open = this.openId;
    const others = hints.filter(([id, version]) => id !== open && this.inbox.isNews(id, version));
    const news = hints.find(([id]) => id === open);
    if (news !== undefined && open !== null && (this.thread(open).detail?.version ?? 0) < news[1]) {
      void this.thread(open).refresh(news[1]);
    }
    if (others.length > MANY_HINTS) void this.inbox.resync().catch(() => {});
    else for (const [id] of others) void this.reread(id);
  }

  /** Reads the counts once whatever was hinted at is counted. */
  private async recount(): Promise<void> {
    this.countAgain = true;
    if (this.counting) return;
    this.counting = true;
    while (this.countAgain) {
      this.countAgain = false;
      await new Promise((done) => setTimeout(done, COUNT_MS));
      await this.inbox.readCounts().catch(() => {});
    }
    this.counting = false;
  }

  private async reread(id: string): Promise<void> {
    try {
      this.show(itemOf(await this.client.thread(id)));
    } catch (error) {
      // Missed now, seen at the next hint, reconnect or poll.
      if (!(error instanceof Refusal)) this.live.hurry();
    }
  }

  private resync(): void {
    if (this.session.item === null) return;
    if (this.upToDate) {
      this.upToDate = false;
      return;
    }
    void this.inbox.resync().catch(() => {});
    void this.recount();
    if (this.openId !== null) void this.thread(this.openId).refresh();
  }
}

/** A name for this tab that it keeps when it is loaded anew. */
function tabId(): string {
  const id = sessionStorage.getItem("tab") ?? crypto.randomUUID();
  sessionStorage.setItem("tab", id);
  return id;
}

function isInbox({ name }: Route): boolean {
  return name === "queue" || name === "queues" || name === "thread";
}

export const app = new App();
