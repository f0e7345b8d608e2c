import { readFileSync } from "node:fs";
import { picture, pictureNames, portrait } from "./pictures.ts";
import { pdf, voice, wav } from "./sounds.ts";
import { sniff } from "./sniff.ts";
import { hashBytes } from "./ids.ts";
import type { Answer, Call } from "./http.ts";
import { sleep } from "./http.ts";

export interface Blob {
  bytes: Buffer;
  type: string;
  name: string;
}

const stored = (name: string): Buffer => readFileSync(new URL(`files/${name}`, import.meta.url));

/** Built-in files by name; each kind of message has a fitting one. */
const files: Record<string, () => Blob> = {
  "voice.ogg": () => ({ bytes: voice(), type: "audio/ogg", name: "voice.ogg" }),
  "voice.wav": () => ({ bytes: wav(), type: "audio/wav", name: "voice.wav" }),
  "clip.mp4": () => ({ bytes: stored("clip.mp4"), type: "video/mp4", name: "clip.mp4" }),
  "invoice.pdf": () => ({ bytes: pdf(), type: "application/pdf", name: "invoice.pdf" }),
  "sticker.webp": () => ({ bytes: stored("sticker.webp"), type: "image/webp", name: "sticker.webp" }),
};

/** Links that misbehave, for tests of whoever fetches them. */
export const traps = [
  "html",
  "svg",
  "huge",
  "endless",
  "redirect",
  "redirect-inside",
  "redirect-relative",
  "redirect-loop",
  "missing",
  "expired",
  "slow",
  "drop",
] as const;
export type Trap = (typeof traps)[number];

export function builtIn(name: string): Blob {
  const file = files[name];
  if (file) return file();
  return { bytes: picture(name), type: "image/png", name: `${name}.png` };
}

/** What the platforms' content networks hold: pictures and files behind links that need no sign-in. */
export class Cdn {
  /** How often each path was asked for. */
  readonly hits = new Map<string, number>();
  private held = new Map<string, Blob>();
  private gone = new Set<string>();
  /** Where `redirect` leads: a host no connector may follow to. */
  elsewhere = "";

  constructor(private readonly base: () => string) {}

  /** Link to a built-in file, a trap, or a file put here before. The query looks signed, as the real ones do. */
  link(name: string): string {
    const oh = hashBytes(name, 9).toString("base64url");
    return `${this.base()}/cdn/${encodeURIComponent(name)}?_nc_ht=cdn&oh=${oh}&oe=7FFFFFFF`;
  }

  put(key: string, blob: Blob): string {
    this.held.set(key, blob);
    return this.link(key);
  }

  get(name: string): Blob | undefined {
    const held = this.held.get(name);
    if (held) return held;
    if (name.startsWith("portrait."))
      return { bytes: portrait(name.slice(9)), type: "image/png", name: "portrait.png" };
    return pictureNames.includes(name) || files[name] ? builtIn(name) : undefined;
  }

  /** Links to this file stop working, as when the sender took the message back. */
  withdraw(name: string): void {
    this.gone.add(name);
  }

  async answer(call: Call): Promise<Answer | "drop"> {
    const name = call.path.replace(/^\/cdn\//, "");
    this.hits.set(name, (this.hits.get(name) ?? 0) + 1);
    const cache = { "cache-control": "max-age=1209600, no-transform", "access-control-allow-origin": "*" };
    const bare: string = name.split("~")[0] ?? "";
    switch (bare) {
      case "html":
        return {
          status: 200,
          headers: { "content-type": "image/jpeg" },
          body: '<!doctype html><script>document.title="run"</script>',
        };
      case "svg":
        return {
          status: 200,
          headers: { "content-type": "image/svg+xml; x" },
          body: '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'run\'"/>',
        };
      case "huge":
        call.res.writeHead(200, { "content-type": "video/mp4", "content-length": String(200 * 1024 * 1024) });
        call.res.write(stored("clip.mp4"));
        return "drop";
      case "endless": {
        call.res.writeHead(200, { "content-type": "image/png" });
        call.res.write(picture("sunset").subarray(0, 64));
        const block = Buffer.alloc(256 * 1024);
        for (let i = 0; i < 600 && !call.res.destroyed; i++) {
          if (!call.res.write(block))
            await Promise.race([new Promise((done) => call.res.once("drain", done)), sleep(200)]);
        }
        return "drop";
      }
      case "redirect":
        return { status: 302, headers: { location: `${this.elsewhere}/elsewhere/picture.png` } };
      case "redirect-inside":
        return { status: 302, headers: { location: this.link("sunset") } };
      case "redirect-relative": {
        const { pathname, search } = new URL(this.link("sunset"));
        return { status: 302, headers: { location: `${pathname}${search}` } };
      }
      case "redirect-loop":
        return { status: 302, headers: { location: this.link("redirect-loop") } };
      case "expired":
        return { status: 403, headers: { "content-type": "text/plain" }, body: "URL signature expired" };
      case "missing":
        return { status: 404, headers: { "content-type": "text/plain" }, body: "Not Found" };
      case "drop":
        return "drop";
      case "slow":
        await sleep(3000);
        return { status: 200, headers: { ...cache, "content-type": "image/png" }, body: picture("sunset") };
    }
    const blob = this.gone.has(name) ? undefined : this.get(name);
    if (!blob) return { status: 404, headers: { "content-type": "text/plain" }, body: "Not Found" };
    return { status: 200, headers: { ...cache, "content-type": blob.type }, body: blob.bytes };
  }
}

export interface Fetched {
  bytes: Buffer;
  /** By its bytes. */
  type: string;
  /** As the server declared it. */
  declared: string;
  name: string;
}

/** Fetches a link as the platforms do: up to `limit` bytes and 10 seconds. `undefined` when it cannot be had. */
export async function fetchLink(url: string, limit: number): Promise<Fetched | "too large" | undefined> {
  if (!/^https?:\/\//.test(url)) return undefined;
  try {
    const answer = await fetch(url, { redirect: "follow", signal: AbortSignal.timeout(10_000) });
    if (!answer.ok || !answer.body) return undefined;
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > limit) return "too large";
      parts.push(Buffer.from(part));
    }
    const bytes = Buffer.concat(parts);
    const declared = (answer.headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
    const tail = new URL(url).pathname.split("/").pop() ?? "file";
    return { bytes, type: sniff(bytes), declared, name: decodeURIComponent(tail) };
  } catch {
    return undefined;
  }
}
