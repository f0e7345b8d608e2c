import { EventEmitter } from "node:events";
import type { DeliveryState } from "./deliver.ts";

export type Platform = "instagram" | "facebook" | "whatsapp" | "telegram";
export const platforms: readonly Platform[] = ["instagram", "facebook", "whatsapp", "telegram"];

export interface Attachment {
  /** image, video, audio, voice, file, sticker, location, contact, share, story, unsupported. */
  type: string;
  url?: string;
  mime?: string;
  name?: string;
  caption?: string;
}

/** A message as the customer's phone shows it. */
export interface PhoneMessage {
  id: string;
  /** customer: the phone's owner; team: through the API; native: typed in the business's own app. */
  from: "customer" | "team" | "native";
  text: string;
  attachments: Attachment[];
  /** Platform time, ms. */
  at: number;
  replyTo?: string;
  story?: { kind: "reply" | "mention"; id: string; url: string };
  note?: string;
  reactions: { by: "customer" | "team"; emoji: string }[];
  edits: number;
  unsent: boolean;
  /** `metadata` or `biz_opaque_callback_data` as it was sent. */
  correlation?: string;
  /** The message tag that was used to send it. */
  tag?: string;
  /** For the customer's own: did the Worker take the webhook. For answers: accepted, delivered, read, failed. */
  state: DeliveryState | "accepted" | "read" | "received";
  attempts?: number;
  /** True for what the API accepted as words or media, false for markers such as "sticker". */
  extra?: Record<string, unknown>;
}

export interface Chat {
  key: string;
  platform: Platform;
  account: string;
  /** login, page, bot, business; empty where a platform has one kind. */
  kind: string;
  name: string;
  language: string;
  /** The person's id on this account: PSID, IGSID, phone digits, Telegram user id. */
  peer: string;
  username?: string;
  /** WhatsApp's business-scoped id. */
  bsuid?: string;
  messages: PhoneMessage[];
  /** Opens the 24 h window. */
  lastInboundAt?: number;
  blocked: boolean;
  started: boolean;
  /** Until when the business is shown as typing, ms. */
  typingUntil?: number;
  /** The business has read up to here, ms. */
  readUntil?: number;
}

/** All customers' phones. Emits `change` with the chat whenever something on one of them changes. */
export class Phones extends EventEmitter {
  private chats = new Map<string, Chat>();
  private peers = new Map<string, Chat>();

  constructor() {
    super();
    this.setMaxListeners(100);
  }

  add(chat: Chat): Chat {
    const had = this.chats.get(chat.key);
    if (had) return had;
    this.chats.set(chat.key, chat);
    this.changed(chat);
    return chat;
  }

  get(key: string): Chat | undefined {
    return this.chats.get(key);
  }

  list(platform?: Platform): Chat[] {
    return [...this.chats.values()].filter((c) => platform === undefined || c.platform === platform);
  }

  byPeer(platform: Platform, account: string, peer: string, kind?: string): Chat | undefined {
    const fits = (c: Chat) =>
      c.platform === platform && c.account === account && c.peer === peer && (kind === undefined || c.kind === kind);
    const place = `${platform}/${account}/${kind ?? ""}/${peer}`;
    const known = this.peers.get(place);
    if (known && fits(known)) return known;
    // A number can move to another person: what is remembered is checked before it is used.
    const found = [...this.chats.values()].find(fits);
    if (found) this.peers.set(place, found);
    return found;
  }

  changed(chat: Chat): void {
    this.emit("change", chat);
  }
}

export function message(chat: Chat, id: string): PhoneMessage | undefined {
  return chat.messages.find((m) => m.id === id);
}
