/** The live connection: hints that something changed, a reconnect with backoff, and a poll while it is down. */

/** What the server says over the socket. Frames it may say later are passed over. */
export type Frame = { kind: "hello" } | { kind: "item"; id: string; version: number } | { kind: "other" };

/** `connecting` only at the very start; `down` polls. */
export type LiveState = "connecting" | "live" | "down";

export interface LiveEvents {
  state(state: LiveState): void;
  /** A thread or a post has reached a version. */
  hint(id: string, version: number): void;
  /** Whatever is shown may be old: read it again. Also at the first connect, for what came before it. */
  resync(): void;
}

/** What the connection needs of the browser; replaced in tests. */
export interface LiveWorld {
  open(): WebSocket;
  after(ms: number, run: () => void): () => void;
  random(): number;
}

export const POLL_MS = 30_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A socket that stays up this long has earned a quick first retry again. */
const STEADY_MS = 10_000;

/** Full jitter: anywhere up to a bound that doubles, so that a restarted server is not met by everybody at once. */
export function waitBefore(attempt: number, random: number): number {
  const bound = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return Math.round(bound / 2 + (bound / 2) * random);
}

export function readFrame(data: unknown): Frame {
  if (typeof data !== "string") return { kind: "other" };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { kind: "other" };
  }
  if (typeof value !== "object" || value === null) return { kind: "other" };
  if ("hello" in value) return { kind: "hello" };
  const id = "thread" in value ? value.thread : "post" in value ? value.post : undefined;
  if (typeof id === "string" && "version" in value && typeof value.version === "number") {
    return { kind: "item", id, version: value.version };
  }
  return { kind: "other" };
}

export class Live {
  private socket: WebSocket | undefined;
  private attempt = 0;
  private stopped = true;
  private cancels = new Map<"retry" | "poll" | "steady", () => void>();

  constructor(
    private readonly events: LiveEvents,
    private readonly world: LiveWorld,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.events.state("connecting");
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    for (const cancel of this.cancels.values()) cancel();
    this.cancels.clear();
    this.socket?.close();
    this.socket = undefined;
  }

  /** Tries now rather than when the wait is over: the network is back, or the page is looked at again. */
  hurry(): void {
    if (this.stopped || this.socket !== undefined) return;
    this.attempt = 0;
    this.connect();
  }

  private connect(): void {
    this.cancel("retry");
    const socket = this.world.open();
    this.socket = socket;
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.cancel("poll");
      this.later("steady", STEADY_MS, () => (this.attempt = 0));
      this.events.state("live");
      this.events.resync();
    };
    socket.onmessage = ({ data }) => {
      const frame = readFrame(data);
      if (socket === this.socket && frame.kind === "item") this.events.hint(frame.id, frame.version);
    };
    socket.onclose = () => {
      if (socket === this.socket) this.lost();
    };
  }

  private lost(): void {
    this.socket = undefined;
    this.cancel("steady");
    if (this.stopped) return;
    this.events.state("down");
    this.poll();
    this.later("retry", waitBefore(this.attempt, this.world.random()), () => this.connect());
    this.attempt += 1;
  }

  private poll(): void {
    if (this.cancels.has("poll")) return;
    this.later("poll", POLL_MS, () => {
      this.events.resync();
      this.poll();
    });
  }

  private later(name: "retry" | "poll" | "steady", ms: number, run: () => void): void {
    this.cancel(name);
    this.cancels.set(
      name,
      this.world.after(ms, () => {
        this.cancels.delete(name);
        run();
      }),
    );
  }

  private cancel(name: "retry" | "poll" | "steady"): void {
    this.cancels.get(name)?.();
    this.cancels.delete(name);
  }
}

/** The browser's own socket and timers. */
export const browserWorld: LiveWorld = {
  open: () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/live`),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
