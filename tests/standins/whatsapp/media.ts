import { createHash } from "node:crypto";
import { DAY, MINUTE } from "../common/clock.ts";
import type { Blob } from "../common/media.ts";
import type { World } from "../common/world.ts";

export interface Held extends Blob {
  id: string;
  until: number;
}

/** Media by id: seven days for what came in, thirty for uploads; links live five minutes. */
export class Media {
  private held = new Map<string, Held>();
  private links = new Map<string, { media: string; until: number }>();

  constructor(private readonly world: World) {}

  hold(blob: Blob, days: number): Held {
    const made = { ...blob, id: this.world.ids.digits(15), until: this.world.clock.now() + days * DAY };
    this.held.set(made.id, made);
    return made;
  }

  has(id: string): boolean {
    return this.held.has(id);
  }

  get(id: string): Held | undefined {
    const found = this.held.get(id);
    return found && found.until >= this.world.clock.now() ? found : undefined;
  }

  remove(id: string): void {
    this.held.delete(id);
  }

  /** What `GET /{media}` answers; `base` is the host of the link. */
  describe(media: Held, base: string): Record<string, unknown> {
    const hash = this.world.ids.token("media url", 18);
    const until = this.world.clock.now() + 5 * MINUTE;
    this.links.set(hash, { media: media.id, until });
    const url = `${base}/whatsapp_business/attachments/?mid=${media.id}&ext=${Math.floor(until / 1000)}&hash=${hash}`;
    const sha256 = createHash("sha256").update(media.bytes).digest("hex");
    return {
      messaging_product: "whatsapp",
      url,
      mime_type: media.type,
      sha256,
      file_size: String(media.bytes.length),
      id: media.id,
    };
  }

  /** The media behind a link that still lives. */
  open(hash: string): Held | undefined {
    const link = this.links.get(hash);
    return link && link.until >= this.world.clock.now() ? this.get(link.media) : undefined;
  }
}
