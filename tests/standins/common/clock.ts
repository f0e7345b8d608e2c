/** The platforms' clock. It runs with the machine's and can be shifted, so a test passes 24 hours in no time. */
export class Clock {
  private offset = 0;
  private last = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.offset;
  }

  /** Like `now`, but no two calls give the same value: message times keep their order. */
  stamp(): number {
    this.last = Math.max(this.now(), this.last + 1);
    return this.last;
  }

  /** Moves the clock; negative values move it back. */
  shift(ms: number): void {
    this.offset += ms;
  }

  reset(): void {
    this.offset = 0;
    this.last = 0;
  }

  get offsetMs(): number {
    return this.offset;
  }
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
