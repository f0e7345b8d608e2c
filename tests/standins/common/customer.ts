import type { ChatOptions, Draft, MessagingService } from "./stand.ts";
import type { Chat, PhoneMessage } from "./phones.ts";

type Which = string | PhoneMessage;
const idOf = (m: Which): string => (typeof m === "string" ? m : m.id);

export interface Extra {
  replyTo?: Which;
  at?: number;
}

const draft = (extra: Extra | undefined): Draft => ({
  replyTo: extra?.replyTo === undefined ? undefined : idOf(extra.replyTo),
  at: extra?.at,
});

/** One person on one platform, with a phone in their hand. */
export class Customer {
  readonly chat: Chat;

  constructor(
    private readonly stand: MessagingService,
    readonly name: string,
    options?: ChatOptions,
  ) {
    this.chat = stand.chat(name, options);
  }

  get peer(): string {
    return this.chat.peer;
  }

  /** What the team's answers look like on this phone, oldest first. */
  get received(): PhoneMessage[] {
    return this.chat.messages.filter((m) => m.from === "team");
  }

  text(
    text: string,
    extra?: Extra & { quickReply?: string; referral?: Record<string, unknown>; forwarded?: boolean },
  ): PhoneMessage {
    return this.stand.write(this.chat, {
      ...draft(extra),
      text,
      quickReply: extra?.quickReply,
      referral: extra?.referral,
      forwarded: extra?.forwarded,
    });
  }

  /** Several pictures make an album where the platform has albums. */
  image(pictures: string | string[] = "parcel", extra?: Extra & { caption?: string }): PhoneMessage {
    const names = Array.isArray(pictures) ? pictures : [pictures];
    const attachments = names.map((n) => this.stand.file("image", n));
    return this.stand.write(this.chat, { ...draft(extra), text: extra?.caption, attachments });
  }

  video(extra?: Extra): PhoneMessage {
    return this.stand.write(this.chat, { ...draft(extra), attachments: [this.stand.file("video")] });
  }

  voice(extra?: Extra): PhoneMessage {
    return this.stand.write(this.chat, { ...draft(extra), attachments: [this.stand.file("voice")] });
  }

  audio(extra?: Extra): PhoneMessage {
    return this.stand.write(this.chat, { ...draft(extra), attachments: [this.stand.file("audio")] });
  }

  document(extra?: Extra & { caption?: string }): PhoneMessage {
    return this.stand.write(this.chat, {
      ...draft(extra),
      text: extra?.caption,
      attachments: [this.stand.file("file")],
    });
  }

  sticker(extra?: Extra): PhoneMessage {
    return this.stand.write(this.chat, { ...draft(extra), attachments: [this.stand.file("sticker")] });
  }

  /** Instagram: an answer to one of the business's stories. */
  storyReply(text: string, picture = "sunset"): PhoneMessage {
    return this.stand.write(this.chat, { text, story: { kind: "reply", picture } });
  }

  /** Instagram: the customer's own story mentions the business. */
  storyMention(picture = "sunset"): PhoneMessage {
    return this.stand.write(this.chat, { story: { kind: "mention", picture } });
  }

  location(latitude = 54.32, longitude = 10.14, name = "Harbour"): PhoneMessage {
    return this.stand.write(this.chat, { location: { latitude, longitude, name } });
  }

  contact(name = "Robin Vale", phone = "+15550142"): PhoneMessage {
    return this.stand.write(this.chat, { contact: { name, phone } });
  }

  /** A kind that the platform's API does not carry (a poll, view-once media, ...). */
  unsupported(kind = "poll"): PhoneMessage {
    return this.stand.write(this.chat, { unsupported: kind });
  }

  /** Opens the chat from an advertisement or a link. */
  referral(referral: Record<string, unknown>): PhoneMessage {
    return this.stand.write(this.chat, { referral });
  }

  write(what: Draft): PhoneMessage {
    return this.stand.write(this.chat, what);
  }

  react(message: Which, emoji = "❤"): void {
    this.stand.react(this.chat, idOf(message), emoji);
  }

  unreact(message: Which): void {
    this.stand.react(this.chat, idOf(message), undefined);
  }

  unsend(message: Which): void {
    this.stand.unsend(this.chat, idOf(message));
  }

  edit(message: Which, text: string): void {
    this.stand.edit(this.chat, idOf(message), text);
  }

  press(title: string, payload: string): PhoneMessage {
    return this.stand.press(this.chat, title, payload);
  }

  read(): void {
    this.stand.read(this.chat);
  }

  block(): void {
    this.stand.block(this.chat, true);
  }

  unblock(): void {
    this.stand.block(this.chat, false);
  }

  /** The business answers this customer in the platform's own app. */
  nativeReply(text: string): PhoneMessage {
    return this.stand.native(this.chat, { text });
  }

  /** Sets how long ago the customer last wrote, for window tests without shifting the clock. */
  lastWrote(msAgo: number, now = Date.now()): void {
    this.chat.lastInboundAt = now - msAgo;
  }
}
