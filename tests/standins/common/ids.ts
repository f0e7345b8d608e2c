import { createHash } from "node:crypto";

/** Ids in the shape each platform gives, from a seed: the same seed gives the same ids. */
export class Ids {
  private count = 0;

  constructor(private readonly seed: string) {}

  private bytes(label: string, length: number): Buffer {
    this.count += 1;
    return hashBytes(`${this.seed}|${label}|${this.count}`, length);
  }

  /** Messenger message id: `m_` and 86 base64url characters. */
  messenger(): string {
    return "m_" + this.bytes("m", 64).toString("base64url");
  }

  /** Instagram message id: base64 text that starts with `aWdfZAG1faXRlb`. */
  instagram(account: string, person: string): string {
    const inner = `ig_dm_item:1:IGMessageID:${account}:${person}:${this.digits(39)}`;
    return Buffer.from(inner).toString("base64").replace(/=+$/, "ZD");
  }

  /** WhatsApp message id: `wamid.` and base64. */
  whatsapp(peer: string): string {
    const head = Buffer.from([0x1c, 0x18, peer.length]);
    return "wamid." + Buffer.concat([head, Buffer.from(peer), this.bytes("wa", 22)]).toString("base64");
  }

  /** A run of decimal digits that does not start with 0. */
  digits(length: number): string {
    const raw = [...this.bytes("d", length)].map((b) => String(b % 10)).join("");
    return String((Number(raw[0]) % 9) + 1) + raw.slice(1);
  }

  /** Meta's trace id: `A` and 22 characters. */
  trace(): string {
    return "A" + this.bytes("t", 18).toString("base64url").slice(0, 22);
  }

  /** Telegram file id. */
  file(): string {
    return "AgACAgIAAxkB" + this.bytes("f", 40).toString("base64url");
  }

  uniqueFile(): string {
    return "AQAD" + this.bytes("u", 9).toString("base64url");
  }

  token(label: string, length = 24): string {
    return this.bytes(label, length).toString("base64url");
  }
}

/** Deterministic bytes for a label. */
export function hashBytes(label: string, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; parts.length * 32 < length; i++) {
    parts.push(createHash("sha256").update(`${label}|${i}`).digest());
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** Digits that are always the same for a name: a customer keeps their id from one start to the next. */
export function stableDigits(label: string, length: number): string {
  const raw = [...hashBytes(label, length)].map((b) => String(b % 10)).join("");
  return String((Number(raw[0]) % 9) + 1) + raw.slice(1);
}
