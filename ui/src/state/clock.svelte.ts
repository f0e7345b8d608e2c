/** One clock for all relative times on the page. */

const TICK_MS = 15_000;

export class Clock {
  now = $state(Date.now());

  constructor() {
    setInterval(() => this.tick(), TICK_MS);
    document.addEventListener("visibilitychange", () => this.tick());
  }

  tick(): void {
    if (document.visibilityState === "visible") this.now = Date.now();
  }
}
