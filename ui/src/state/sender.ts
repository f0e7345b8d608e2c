/** Posts what was not sent once the connection is back: in one tab of the browser at a time, whoever holds the lock. */
import { waitBefore } from "../api/live.ts";
import type { Outbox } from "./outbox.svelte.ts";

const LOCK = "tributary-unsent";
/** While nothing is due, the clock alone may make something so: a tab that was closed as it posted. */
const LOOK_MS = 30_000;

export class Sender {
  private stopping: AbortController | undefined;
  private wake: (() => void) | undefined;
  private hurried = false;

  constructor(
    private readonly outbox: Pick<Outbox, "due">,
    /** Posts the reply of a thread again; whether the server has answered. */
    private readonly post: (thread: string) => Promise<boolean>,
    private readonly locks: Pick<LockManager, "request"> | undefined = navigator.locks,
  ) {}

  start(): void {
    if (this.stopping !== undefined) return;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    const work = () => this.work(signal);
    // Without locks several tabs may post one reply, and it is sent once all the same.
    if (this.locks === undefined) void work();
    else void this.locks.request(LOCK, { signal }, work).catch(() => {});
  }

  stop(): void {
    this.stopping?.abort();
    this.stopping = undefined;
    this.hurry();
  }

  /** Something is due, or the connection is back. */
  hurry(): void {
    this.hurried = true;
    this.wake?.();
  }

  private async work(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      this.hurried = false;
      const due = this.outbox.due();
      let unanswered = 0;
      for (const { thread } of due) if (!signal.aborted && !(await this.post(thread))) unanswered += 1;
      failures = unanswered === 0 ? 0 : failures + 1;
      await this.pause(unanswered === 0 ? LOOK_MS : waitBefore(failures, Math.random()));
    }
  }

  private async pause(ms: number): Promise<void> {
    if (this.hurried) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(done, ms);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
