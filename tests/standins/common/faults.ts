/**
 * What a test can make a platform do instead of answering properly.
 * `accept` says whether the platform carries the request out before it misbehaves.
 */
export type Fault =
  /** Answer a status and body; the request is refused unless `accept`. */
  | { kind: "status"; status: number; body?: unknown; headers?: Record<string, string>; accept?: boolean }
  /** Answer a documented error of the platform by name, see each stand-in's `errors`. */
  | { kind: "error"; name: string; retryAfter?: number }
  /** Close the socket without carrying anything out. */
  | { kind: "drop-before" }
  /** Carry the request out, then close the socket without an answer. */
  | { kind: "drop-after" }
  /** Never answer. Carried out unless `accept` is false. */
  | { kind: "hang"; accept?: boolean }
  /** Carried out, 2xx, but the answer holds no message id. */
  | { kind: "no-id" }
  /** 200 with an HTML page, as proxies and captive portals answer. Carried out unless `accept` is false. */
  | { kind: "html"; accept?: boolean }
  /** 200 with the answer cut in half. Carried out. */
  | { kind: "malformed" }
  /** A proper answer after `ms`. */
  | { kind: "slow"; ms: number }
  /** Anything only one stand-in knows, such as Bedrock's hostile outputs. */
  | { kind: "special"; name: string };

interface Entry {
  platform: string;
  endpoint: string;
  fault: Fault;
}

/** One-shot faults in a queue per platform and endpoint, and standing ones. A one-shot goes first. */
export class Faults {
  private queue: Entry[] = [];
  private standing: Entry[] = [];

  /** The next `times` requests to that endpoint meet `fault`. Endpoint `*` is any. */
  next(platform: string, endpoint: string, fault: Fault | Fault[], times = 1): void {
    const list = Array.isArray(fault) ? fault : [fault];
    for (let i = 0; i < times; i++) for (const f of list) this.queue.push({ platform, endpoint, fault: f });
  }

  /** Every request to that endpoint meets `fault` until `clear`. */
  always(platform: string, endpoint: string, fault: Fault): void {
    this.clearStanding(platform, endpoint);
    this.standing.push({ platform, endpoint, fault });
  }

  /** Takes faults back: all, those of a platform, or those of one endpoint. */
  clear(platform?: string, endpoint?: string): void {
    const keep = (e: Entry) =>
      (platform !== undefined && e.platform !== platform) || (endpoint !== undefined && e.endpoint !== endpoint);
    this.queue = this.queue.filter(keep);
    this.standing = this.standing.filter(keep);
  }

  private clearStanding(platform: string, endpoint: string): void {
    this.standing = this.standing.filter((e) => e.platform !== platform || e.endpoint !== endpoint);
  }

  /** The fault this request meets, if any; a one-shot is used up. `names` are the endpoint's names. */
  take(platform: string, names: readonly string[]): Fault | undefined {
    const fits = (e: Entry) => e.platform === platform && (e.endpoint === "*" || names.includes(e.endpoint));
    const at = this.queue.findIndex(fits);
    if (at >= 0) return this.queue.splice(at, 1)[0]?.fault;
    return this.standing.find(fits)?.fault;
  }

  list(): { queued: Entry[]; standing: Entry[] } {
    return { queued: [...this.queue], standing: [...this.standing] };
  }
}
