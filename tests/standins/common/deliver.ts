import { sleep } from "./http.ts";

export type DeliveryState = "held" | "waiting" | "pending" | "retrying" | "delivered" | "failed";

/** One webhook event on its way. Events with the same `batch` key may travel in one body. */
export interface Envelope {
  platform: string;
  /** Events of one lane make their first attempt in order. */
  lane: string;
  /** True where the platform keeps the order while it retries (Telegram). */
  strict?: boolean;
  batch?: string;
  part: unknown;
  /** Builds the request out of one or several parts; undefined when nobody listens (no webhook set). */
  make(parts: unknown[]): { path: string; headers: Record<string, string>; body: string } | undefined;
  notify(state: DeliveryState, detail: { status?: number; attempts: number }): void;
  /** The answer's body, where the platform reads it (Telegram). */
  answered?(body: string): void;
}

export interface Attempt {
  at: number;
  ms: number;
  status: number | "network" | "timeout" | "disconnected";
}

export interface Delivery {
  id: number;
  platform: string;
  lane: string;
  events: number;
  body: string;
  headers: Record<string, string>;
  path: string;
  state: DeliveryState;
  attempts: Attempt[];
}

export interface RetryPlan {
  /** First wait after a refused delivery. */
  firstMs: number;
  factor: number;
  maxMs: number;
  /** After this long the event is dropped, as the platforms do after 24 h to 7 d. */
  giveUpMs: number;
  /** How long the receiver may take: Meta 5 s, Telegram 60 s. */
  deadlineMs: number;
}

export interface Release {
  order?: "as-is" | "reverse" | "shuffle";
  /** Up to so many events of one kind in one body. */
  batch?: number;
  /** Each body goes out so many times. */
  times?: number;
  /** All at once instead of one after another. */
  parallel?: boolean;
}

/** Sends webhooks to the Worker: in order, retried, and on demand doubled, held, shuffled, batched or late. */
export class Dispatcher {
  workerUrl: string | undefined;
  readonly log: Delivery[] = [];
  readonly plans = new Map<string, RetryPlan>();
  plan: RetryPlan = { firstMs: 150, factor: 2, maxMs: 3000, giveUpMs: 10 * 60_000, deadlineMs: 8000 };
  private lanes = new Map<string, Promise<void>>();
  private heldBy = new Map<string, Envelope[]>();
  private waiting: Envelope[][] = [];
  private duplicates = new Map<string, number>();
  private disconnects = new Map<string, number>();
  private delays = new Map<string, number>();
  private count = 0;
  private busy = 0;
  private idlers: (() => void)[] = [];
  private stopped = false;

  constructor(private readonly random: () => number) {}

  enqueue(envelope: Envelope): void {
    const held = this.heldBy.get(envelope.platform) ?? this.heldBy.get("*");
    if (held) {
      held.push(envelope);
      envelope.notify("held", { attempts: 0 });
      return;
    }
    this.go([envelope]);
  }

  /** Events of one kind, up to `batch` in one body, over `parallel` lanes. */
  enqueueAll(envelopes: Envelope[], how: { batch: number; parallel: number }): void {
    const [first] = envelopes;
    if (!first) return;
    if (this.heldBy.has(first.platform) || this.heldBy.has("*")) {
      for (const envelope of envelopes) this.enqueue(envelope);
      return;
    }
    for (let i = 0, lane = 0; i < envelopes.length; i += how.batch, lane++)
      this.go(envelopes.slice(i, i + how.batch), `${first.platform}:${first.lane}:${lane % how.parallel}`);
  }

  setWorkerUrl(url: string | undefined): void {
    this.workerUrl = url?.replace(/\/$/, "");
    this.flushWaiting();
  }

  /** Tries again what waited for somebody to listen. */
  flushWaiting(): void {
    if (!this.workerUrl) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const envelopes of waiting) this.go(envelopes);
  }

  /** Events waiting for a webhook address, or held. */
  pendingCount(platform: string): number {
    const waiting = this.waiting.flat().filter((e) => e.platform === platform).length;
    return (
      waiting +
      (this.heldBy.get(platform)?.length ?? 0) +
      this.log.filter((d) => d.platform === platform && (d.state === "pending" || d.state === "retrying")).length
    );
  }

  dropWaiting(platform: string): void {
    this.waiting = this.waiting.filter((list) => list[0]?.platform !== platform);
  }

  /** The next `events` events of the platform (`*`: any) each arrive `extra` more times, at once. */
  duplicate(platform = "*", extra = 1, events = 1): void {
    for (let i = 0; i < events; i++) this.duplicates.set(`${platform}#${(this.count += 1)}`, extra);
  }

  /** The next `deliveries` are cut off before the Worker's answer is read, and so are retried. */
  disconnect(platform: string, deliveries = 1): void {
    this.disconnects.set(platform, (this.disconnects.get(platform) ?? 0) + deliveries);
  }

  delay(platform: string, ms: number): void {
    this.delays.set(platform, ms);
  }

  /** Keeps events back until `release`. */
  hold(platform = "*"): void {
    if (!this.heldBy.has(platform)) this.heldBy.set(platform, []);
  }

  /** Lets held events go, in the order, number and shape asked for. */
  release(platform = "*", how: Release = {}): void {
    const held = this.heldBy.get(platform) ?? [];
    this.heldBy.delete(platform);
    if (how.order === "reverse") held.reverse();
    if (how.order === "shuffle") this.shuffle(held);
    const groups: Envelope[][] = [];
    for (const envelope of held) {
      const open = groups.find(
        (g) => envelope.batch !== undefined && g[0]?.batch === envelope.batch && g.length < (how.batch ?? 1),
      );
      if (open) open.push(envelope);
      else groups.push([envelope]);
    }
    const free = how.parallel || how.order === "reverse" || how.order === "shuffle";
    for (const group of groups) {
      for (let i = 0; i < (how.times ?? 1); i++)
        this.go(group, how.parallel ? `free-${this.count++}` : free ? `release-${platform}` : undefined);
    }
  }

  private shuffle(list: unknown[]): void {
    for (let i = list.length - 1; i > 0; i--) {
      const j = Math.floor(this.random() * (i + 1));
      [list[i], list[j]] = [list[j], list[i]];
    }
  }

  private takeDuplicates(platform: string): number {
    for (const [key, extra] of this.duplicates) {
      if (key.startsWith(`${platform}#`) || key.startsWith("*#")) {
        this.duplicates.delete(key);
        return extra;
      }
    }
    return 0;
  }

  private takeDisconnect(platform: string): boolean {
    const left = this.disconnects.get(platform) ?? 0;
    if (left > 0) this.disconnects.set(platform, left - 1);
    return left > 0;
  }

  private go(envelopes: Envelope[], lane?: string): void {
    const first = envelopes[0];
    if (!first || this.stopped) return;
    const made = this.workerUrl ? first.make(envelopes.map((e) => e.part)) : undefined;
    if (!made) {
      this.waiting.push(envelopes);
      for (const e of envelopes) e.notify("waiting", { attempts: 0 });
      return;
    }
    const copies = 1 + this.takeDuplicates(first.platform);
    for (let i = 0; i < copies; i++) {
      const delivery: Delivery = {
        id: (this.count += 1),
        platform: first.platform,
        lane: first.lane,
        events: envelopes.length,
        ...made,
        state: "pending",
        attempts: [],
      };
      this.log.push(delivery);
      if (this.log.length > 20_000) this.log.splice(0, 5000);
      this.run(delivery, envelopes, lane ?? `${first.platform}:${first.lane}${i > 0 ? `:copy${i}` : ""}`);
    }
  }

  private run(delivery: Delivery, envelopes: Envelope[], lane: string): void {
    this.busy += 1;
    const tell = (state: DeliveryState, status?: number) => {
      delivery.state = state;
      for (const e of envelopes) e.notify(state, { status, attempts: delivery.attempts.length });
    };
    const before = this.lanes.get(lane) ?? Promise.resolve();
    const strict = envelopes[0]?.strict ?? false;
    const first = before.then(async () => {
      const late = this.delays.get(delivery.platform) ?? this.delays.get("*") ?? 0;
      if (late > 0) await sleep(late);
      return this.attempt(delivery, envelopes, tell);
    });
    const whole = first.then((done) => (done ? undefined : this.again(delivery, envelopes, tell)));
    const next = strict ? whole : first.then(() => undefined);
    this.lanes.set(lane, next);
    void whole.finally(() => {
      if (this.lanes.get(lane) === next) this.lanes.delete(lane);
      this.busy -= 1;
      this.settle();
    });
  }

  private async again(
    delivery: Delivery,
    envelopes: Envelope[],
    tell: (s: DeliveryState, status?: number) => void,
  ): Promise<void> {
    const plan = this.plans.get(delivery.platform) ?? this.plan;
    const since = Date.now();
    for (let wait = plan.firstMs; !this.stopped; wait = Math.min(wait * plan.factor, plan.maxMs)) {
      if (Date.now() - since + wait > plan.giveUpMs) break;
      await sleep(wait);
      if (await this.attempt(delivery, envelopes, tell)) return;
    }
    tell("failed");
  }

  private async attempt(
    delivery: Delivery,
    envelopes: Envelope[],
    tell: (s: DeliveryState, status?: number) => void,
  ): Promise<boolean> {
    if (this.stopped) return true;
    const plan = this.plans.get(delivery.platform) ?? this.plan;
    const at = Date.now();
    const cut = this.takeDisconnect(delivery.platform);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), cut ? 2 : plan.deadlineMs);
    try {
      const answer = await fetch(`${this.workerUrl}${delivery.path}`, {
        method: "POST",
        headers: delivery.headers,
        body: delivery.body,
        signal: stop.signal,
        redirect: "manual",
      });
      const text = await answer.text();
      delivery.attempts.push({ at, ms: Date.now() - at, status: cut ? "disconnected" : answer.status });
      if (answer.ok && !cut) {
        tell("delivered", answer.status);
        if (text) envelopes[0]?.answered?.(text);
        return true;
      }
      tell("retrying", answer.status);
      const after = Number(answer.headers.get("retry-after"));
      if (envelopes[0]?.strict && after > 0) await sleep(Math.min(after * 1000, plan.maxMs));
    } catch {
      delivery.attempts.push({
        at,
        ms: Date.now() - at,
        status: cut ? "disconnected" : stop.signal.aborted ? "timeout" : "network",
      });
      tell("retrying");
    } finally {
      clearTimeout(timer);
    }
    return false;
  }

  private settle(): void {
    if (this.busy > 0) return;
    const idlers = this.idlers;
    this.idlers = [];
    for (const done of idlers) done();
  }

  /** True while an event is being delivered or waits for its next try. */
  get pending(): boolean {
    return this.busy > 0;
  }

  async whenIdle(): Promise<void> {
    if (this.busy > 0) await new Promise<void>((done) => this.idlers.push(done));
  }

  stop(): void {
    this.stopped = true;
    this.settle();
  }
}
