/** A token bucket per key: `rate` a second, `burst` at once. */
export class Bucket {
  private state = new Map<string, { left: number; at: number }>();

  constructor(
    public rate: number,
    public burst: number,
  ) {}

  /** 0 when the request may pass, else the milliseconds to wait. */
  take(key: string, now: number): number {
    const s = this.state.get(key) ?? { left: this.burst, at: now };
    s.left = Math.min(this.burst, s.left + (Math.max(0, now - s.at) / 1000) * this.rate);
    s.at = now;
    this.state.set(key, s);
    if (s.left >= 1) {
      s.left -= 1;
      return 0;
    }
    return Math.max(1, Math.ceil(((1 - s.left) / this.rate) * 1000));
  }
}
