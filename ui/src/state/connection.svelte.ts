/** The live connection: what it tells is read, so that what is shown is what is so. */
import type { Client } from "../api/client.ts";
import { routeTo } from "../router.ts";
import { browserWorld, Live, type LiveState } from "../api/live.ts";
import type { Inbox } from "./inbox.svelte.ts";
import type { Place } from "./place.svelte.ts";
import type { Session } from "./session.svelte.ts";
import type { Threads } from "./threads.ts";

/** Hints this close together are answered together. The Worker's object of live connections counts on it. */
const GATHER_MS = 40;
/** The roster counts a moment after a thread has changed; and a busy inbox is counted no more often than this. */
const COUNT_MS = 1000;
/** The first look at anything waits this long at most for the live connection. */
const FIRST_LOOK_MS = 1000;
/** With more threads changed than this, one page says more than single threads. */
const MANY_HINTS = 8;

/** The script that this page runs by: another release has another name for it. */
const SCRIPT = document.querySelector("script[src]")?.getAttribute("src") ?? "";

interface Needs {
  client: Client;
  session: Session;
  place: Place;
  inbox: Inbox;
  threads: Threads;
  /** The connection is there, or is there again. */
  onLive: () => void;
}

export class Connection {
  link = $state<LiveState>("connecting");
  online = $state(navigator.onLine);
  /** There is a newer release, and what this page has not fetched of its own may be gone. */
  outdated = $state(false);

  private hints = new Map<string, number>();
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private counting = false;
  private countAgain = false;
  private openGate: (() => void) | null = null;
  /** All that is shown was read after the connection stood. */
  private upToDate = false;
  private readonly live = new Live(
    {
      state: (state) => {
        // A deployment ends all connections.
        if (state === "live" && this.link === "down") void this.lookForNewer();
        if (state === "live") this.needs.onLive();
        if (state !== "connecting") this.look(state === "live");
        this.link = state;
      },
      hint: (id, version) => this.hinted(id, version),
      resync: () => this.resync(),
    },
    browserWorld,
  );

  constructor(private readonly needs: Needs) {
    addEventListener("online", () => {
      this.online = true;
      this.live.hurry();
      needs.onLive();
    });
    addEventListener("offline", () => (this.online = false));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.live.hurry();
    });
  }

  start(): void {
    this.live.start();
    setTimeout(() => this.look(false), FIRST_LOOK_MS);
  }

  stop(): void {
    this.live.stop();
  }

  hurry(): void {
    this.live.hurry();
  }

  /** What is read before the connection stands would have to be read again behind it, for what came between. */
  holdFirstLook(): void {
    this.needs.client.gate = new Promise((open) => (this.openGate = open));
  }

  /** Lets the first look at things begin. `live`: after the connection stands, so that nothing is missed by it. */
  private look(live: boolean): void {
    if (this.openGate === null) return;
    this.upToDate = live;
    this.openGate();
    this.openGate = null;
  }

  private async lookForNewer(): Promise<void> {
    const page = await fetch("/", { cache: "no-store" })
      .then((answer) => (answer.ok ? answer.text() : SCRIPT))
      .catch(() => SCRIPT);
    this.outdated = !page.includes(SCRIPT);
  }

  private hinted(id: string, version: number): void {
    void this.recount();
    this.hints.set(id, Math.max(version, this.hints.get(id) ?? 0));
    this.gathering ??= setTimeout(() => this.answerHints(), GATHER_MS);
  }

  private answerHints(): void {
    const { place, inbox, threads } = this.needs;
    this.gathering = undefined;
    const hints = [...this.hints];
    this.hints.clear();
    const open = place.openThread;
    const others = hints.filter(([id, version]) => id !== open && inbox.isNews(id, version));
    const news = hints.find(([id]) => id === open);
    if (news !== undefined && open !== null && (threads.of(open).detail?.version ?? 0) < news[1]) {
      void threads.of(open).refresh(news[1]);
    }
    if (others.length > MANY_HINTS) void inbox.resync().catch(() => {});
    else for (const [id] of others) void (routeTo(id).name === "post" ? inbox.rereadPost(id) : threads.reread(id));
  }

  /** Reads the counts once whatever was hinted at is counted. */
  private async recount(): Promise<void> {
    this.countAgain = true;
    if (this.counting) return;
    this.counting = true;
    while (this.countAgain) {
      this.countAgain = false;
      await new Promise((done) => setTimeout(done, COUNT_MS));
      await this.needs.inbox.readCounts().catch(() => {});
    }
    this.counting = false;
  }

  private resync(): void {
    const { session, inbox, place, threads } = this.needs;
    if (session.item === null) return;
    if (this.upToDate) {
      this.upToDate = false;
      return;
    }
    void inbox.resync().catch(() => {});
    void this.recount();
    if (place.openThread !== null) void threads.of(place.openThread).refresh();
  }
}
