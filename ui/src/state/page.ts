/** The page's stores, put together: one of each. Components take theirs from `context.ts`. */
import { Client } from "../api/client.ts";
import { Clock } from "./clock.svelte.ts";
import { Connection } from "./connection.svelte.ts";
import type { Stores } from "./context.ts";
import { Inbox } from "./inbox.svelte.ts";
import { Intents } from "./intents.svelte.ts";
import { forget, hasLeft, leave } from "./kept.ts";
import { arrivalWords } from "./names.ts";
import { Outbox } from "./outbox.svelte.ts";
import { Place } from "./place.svelte.ts";
import { Platforms } from "./platforms.svelte.ts";
import { Search } from "./search.svelte.ts";
import { Sender } from "./sender.ts";
import { Session } from "./session.svelte.ts";
import { Threads } from "./threads.ts";
import { Toasts } from "./toasts.svelte.ts";

export class Page implements Stores {
  readonly client = new Client();
  readonly session = new Session(
    this.client,
    ({ teammate }) => this.signedIn(teammate.id),
    () => this.signedOut(),
  );
  readonly platforms = new Platforms(this.client);
  readonly clock = new Clock();
  readonly toasts = new Toasts();
  readonly search = new Search(this.client);
  readonly place = new Place(() => this.search.type(""));
  readonly intents = new Intents(this.place);
  readonly outbox = new Outbox(localStorage, tabId(), Date.now, () =>
    this.toasts.problem("This browser keeps nothing for this page. Leave it open until your reply is sent."),
  );
  readonly inbox = new Inbox(
    this.client,
    () => this.session.me,
    (item) => this.toasts.announce(arrivalWords(item, this.platforms.nameOf)),
    () => this.outbox.unsent.flatMap(({ item }) => item ?? []),
  );
  private readonly sender = new Sender(this.outbox, (thread) => this.postAgain(thread));
  readonly threads = new Threads({
    client: this.client,
    session: this.session,
    platforms: this.platforms,
    toasts: this.toasts,
    outbox: this.outbox,
    inbox: this.inbox,
    search: this.search,
    place: this.place,
    intents: this.intents,
    onUnsent: () => this.sender.hurry(),
    onUnreachable: () => this.connection.hurry(),
  });
  readonly actions = this.threads.actions;
  readonly connection: Connection = new Connection({
    client: this.client,
    session: this.session,
    place: this.place,
    inbox: this.inbox,
    threads: this.threads,
    onLive: () => this.sender.hurry(),
  });

  private started = false;
  private person: string | null = null;

  constructor() {
    addEventListener("storage", (event) => {
      if (hasLeft(event, this.person)) this.left();
      const thread = this.outbox.heard(event.key);
      if (thread === null) return;
      this.threads.takeUnsent(thread);
      this.sender.hurry();
    });
    addEventListener("beforeunload", (event) => {
      // The browser asks whether to leave all the same.
      if (this.outbox.unkept || this.threads.someUnkept) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      // Rights that were given or taken, links that were made for whoever sits here.
      if (document.visibilityState === "visible" && this.session.item !== null) void this.session.check();
    });
  }

  /** Starts the live part, once somebody is signed in. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.connection.start();
    this.sender.start();
    void this.platforms.read().catch(() => {});
    void this.inbox.readTeam();
    void this.inbox.readCounts().catch(() => {});
  }

  stop(): void {
    this.started = false;
    this.connection.stop();
    this.sender.stop();
  }

  /** What was not sent is lost with the session: to be asked before. */
  private signedOut(): void {
    this.outbox.clear();
    leave(sessionStorage, localStorage, this.person ?? "");
    this.threads.clear();
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
    if (!this.started) this.connection.holdFirstLook();
  }

  private async postAgain(thread: string): Promise<boolean> {
    return navigator.onLine && this.started ? this.threads.of(thread).sendAgain(true) : false;
  }
}

/** A name for this tab that it keeps when it is loaded anew. */
function tabId(): string {
  const id = sessionStorage.getItem("tab") ?? crypto.randomUUID();
  sessionStorage.setItem("tab", id);
  return id;
}
