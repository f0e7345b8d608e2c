/** The page's parts, put together: one of each. */
import { Client, explain, Refusal } from "../api/client.ts";
import { browserWorld, Live, type LiveState } from "../api/live.ts";
import type { LabelRequest, ReassignRequest, ThreadItem, Urgency } from "../api/types.ts";
import type { Queue, Route } from "../router.ts";
import { Clock } from "./clock.svelte.ts";
import { Inbox } from "./inbox.svelte.ts";
import { itemOf } from "./item.ts";
import { Place } from "./place.svelte.ts";
import { Search } from "./search.svelte.ts";
import { Session } from "./session.svelte.ts";
import { Thread, type Writing } from "./thread.svelte.ts";
import { Toasts } from "./toasts.svelte.ts";

/** Opened threads that are kept, so that going back to one is immediate. */
const KEPT_THREADS = 40;
/** Hints this close together are answered together. `workers/src/carry.rs` counts on it. */
const GATHER_MS = 40;
/** The roster counts a moment after a thread has changed; and a busy inbox is counted no more often than this. */
const COUNT_MS = 1000;
/** With more threads changed than this, one page says more than single threads. */
const MANY_HINTS = 8;

/** The script that this page runs by: another release has another name for it. */
const SCRIPT = document.querySelector("script[src]")?.getAttribute("src") ?? "";

export type Asking = "assign" | "help" | "snooze" | "topic" | "urgency" | "language" | "why" | null;

class App {
  readonly client = new Client();
  readonly session = new Session(this.client);
  readonly place = new Place();
  readonly clock = new Clock();
  readonly toasts = new Toasts();
  readonly search = new Search(this.client);
  readonly inbox = new Inbox(
    this.client,
    () => this.session.me,
    (item) => this.toasts.announce(`New message from ${item.contact.name}`),
  );

  link = $state<LiveState>("connecting");
  online = $state(navigator.onLine);
  /** There is a newer release, and what this page has not fetched of its own may be gone. */
  outdated = $state(false);
  asking = $state<Asking>(null);
  /** The thread whose composer is to have the focus once it is there. */
  composing = $state<string | null>(null);

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
  private readonly live = new Live(
    {
      state: (state) => {
        // A deployment ends all connections.
        if (state === "live" && this.link === "down") void this.lookForNewer();
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
    void this.inbox.readTeam();
    void this.inbox.readCounts().catch(() => {});
  }

  stop(): void {
    this.started = false;
    this.live.stop();
  }

  thread(id: string): Thread {
    const known = this.threads.get(id);
    const thread =
      known ??
      new Thread(
        id,
        this.client,
        { item: (item) => this.inbox.apply(item), problem: (text) => this.toasts.problem(text) },
        sessionStorage,
        this.inbox.find(id)?.version,
      );
    this.threads.delete(id);
    this.threads.set(id, thread);
    const oldest = this.threads.keys().next().value;
    if (this.threads.size > KEPT_THREADS && oldest !== undefined) this.threads.delete(oldest);
    return thread;
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
    if (this.place.route.name === "thread") this.place.back({ name: "queue", queue: this.inbox.queue });
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
    return this.act(item, { unread: Math.max(1, item.unread) }, () => this.client.markUnread(item.id), "Marked as unread", () => {
      this.keptUnread = null;
      return this.markRead(this.inbox.find(item.id) ?? { ...item, unread: 1 });
    });
  }

  close(item: ThreadItem): Promise<boolean> {
    return this.act(item, { status: "closed", snoozedUntil: null, dueAt: null }, () => this.client.close(item.id), "Closed", () =>
      this.reopen(item),
    );
  }

  reopen(item: ThreadItem): Promise<boolean> {
    return this.act(item, { status: "open", snoozedUntil: null }, () => this.client.reopen(item.id), "Reopened");
  }

  snooze(item: ThreadItem, until: Date, name: string): Promise<boolean> {
    const at = until.toISOString();
    return this.act(
      item,
      { status: "snoozed", snoozedUntil: at },
      () => this.client.snooze(item.id, at),
      `Snoozed: ${name.toLowerCase()}`,
      () => this.reopen(item),
    );
  }

  label(item: ThreadItem, change: LabelRequest): Promise<boolean> {
    const patch: Partial<ThreadItem> = { labelSource: "teammate" };
    if (change.topic != null) patch.topic = change.topic;
    if (change.urgency != null) patch.urgency = change.urgency as Urgency;
    if (change.language != null) patch.language = change.language;
    return this.act(item, patch, () => this.client.label(item.id, change), "Label corrected");
  }

  reassign(item: ThreadItem, owner: ThreadItem["owner"], note: string): Promise<boolean> {
    const request: ReassignRequest = {};
    if (owner.type === "teammate") request.teammateId = owner.id ?? null;
    if (owner.type === "team") request.teamId = owner.id ?? null;
    if (note.trim() !== "") request.note = note.trim();
    const words = owner.type === "unassigned" ? "Unassigned" : `Assigned to ${owner.name}`;
    return this.act(item, { owner }, () => this.client.reassign(item.id, request), words);
  }

  async note(item: ThreadItem, text: string): Promise<boolean> {
    return this.act(item, {}, () => this.client.note(item.id, text), "Note added");
  }

  /** Shows what will be, does it, and shows what is. */
  private async act(
    item: ThreadItem,
    patch: Partial<ThreadItem>,
    call: () => Promise<ThreadItem>,
    done: string,
    undo?: () => unknown,
  ): Promise<boolean> {
    this.show({ ...item, ...patch });
    try {
      this.show(await call(), true);
      this.toasts.done(done, undo === undefined ? null : { name: "Undo", run: () => void undo() });
      void this.threads.get(item.id)?.refresh();
      return true;
    } catch (error) {
      this.toasts.problem(explain(error));
      this.show(item);
      void this.reread(item.id);
      return false;
    }
  }

  private show(item: ThreadItem, own = false): void {
    this.inbox.apply(item);
    this.threads.get(item.id)?.take(item, own);
  }

  private async lookForNewer(): Promise<void> {
    const page = await fetch("/", { cache: "no-store" }).then((answer) => (answer.ok ? answer.text() : SCRIPT)).catch(() => SCRIPT);
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
    void this.inbox.resync().catch(() => {});
    void this.recount();
    if (this.openId !== null) void this.thread(this.openId).refresh();
  }
}

export const app = new App();
