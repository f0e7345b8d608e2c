import { DAY } from "./clock.ts";
import { objectOf, textOf, type Fields } from "./form.ts";
import { GraphService, recipientOf, refuse, type GraphError, type MetaAccount } from "./graph.ts";
import { message, type Attachment, type Chat, type PhoneMessage } from "./phones.ts";
import type { MessagingService } from "./stand.ts";
import { wallErrors } from "../wall/errors.ts";
import type { Answer } from "./http.ts";

const RETIRED_TAGS = ["CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"];
const TYPES = ["RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"];
const ACTIONS = ["typing_on", "typing_off", "mark_seen", "react", "unreact"];

/** A message that answers a comment or a visitor's post instead of a message. */
export interface PrivateReply {
  chat: Chat;
  /** What the customer's phone says it is about. */
  note: string;
  textOnly: boolean;
  /** The comment has had its one private reply. */
  done(mid: string): void;
}

/** The Send API of Messenger and Instagram: what both check in the same way. */
export abstract class SendApi extends GraphService {
  /** 2018278 on Messenger, 2534022 on Instagram. */
  abstract readonly windowSubcode: number;
  abstract readonly textLimit: number;
  abstract lengthOf(text: string): number;
  /** Reads `message` into what the phone shows, or refuses it. */
  protected abstract attachments(
    account: MetaAccount,
    message: Record<string, unknown>,
    fields: Fields,
  ): Promise<Attachment[]>;
  /** Tells the app about its own send. */
  protected abstract tell(account: MetaAccount, chat: Chat, m: PhoneMessage): Promise<void>;
  protected abstract newId(account: MetaAccount, chat: Chat): string;
  /** Checks a recipient that is named by a comment or post; undefined when it is named by an id. */
  protected abstract privately(account: MetaAccount, recipient: Record<string, unknown>): PrivateReply | undefined;

  protected saved = new Map<string, Attachment>();

  peerChat(account: MetaAccount, peer: string): Chat | undefined {
    return this.world.phones.byPeer(this.platform, account.id, peer);
  }

  async send(account: MetaAccount, fields: Fields): Promise<Answer> {
    this.limitSends(account);
    if (!fields.valid) throw refuse(100, "(#100) Invalid JSON for request body");
    const v = fields.values;
    const recipient = recipientOf(v);
    if (!recipient) throw refuse(100, "(#100) The parameter recipient is required.");
    const about = this.privately(account, recipient);
    const peer = about ? about.chat.peer : textOf(recipient.id);
    if (!peer) throw refuse(100, "(#100) Param recipient must hold an id of a person who wrote to this account");
    const chat = about?.chat ?? this.peerChat(account, peer);
    if (!chat) throw refuse(100, "(#100) No matching user found", 2018001);
    if (chat.blocked) throw refuse(551, "(#551) This person isn't available right now.", 1545041);
    const action = textOf(v.sender_action);
    if (action !== undefined) return this.action(chat, action, v);
    const body = objectOf(v.message);
    if (!body) throw refuse(100, "(#100) The parameter message is required.");
    if (!about) this.checkWindow(account, chat, v);
    return this.deliver(account, chat, body, fields, about);
  }

  private async deliver(
    account: MetaAccount,
    chat: Chat,
    body: Record<string, unknown>,
    fields: Fields,
    about: PrivateReply | undefined,
  ): Promise<Answer> {
    const text = textOf(body.text);
    const has = body.attachment !== undefined || body.attachments !== undefined || fields.uploads.length > 0;
    if (about?.textOnly && has) throw refuse(100, "(#100) A private reply can only hold text");
    if (text !== undefined && has) throw refuse(100, "(#100) Message cannot contain both text and an attachment");
    if (text === undefined && !has)
      throw refuse(100, "(#100) Message cannot be empty, must provide valid attachment or text", 2018016);
    if (text !== undefined) {
      if (text.trim() === "") throw refuse(100, "(#100) Param message[text] must be a non-empty UTF-8 encoded string");
      if (this.lengthOf(text) > this.textLimit) {
        throw refuse(
          100,
          `(#100) Length of param message[text] must be less than or equal to ${this.textLimit}`,
          2018109,
        );
      }
    }
    const metadata = textOf(body.metadata);
    if (metadata !== undefined && [...metadata].length > 1000)
      throw refuse(100, "(#100) Length of param message[metadata] must be less than or equal to 1000");
    const quoted = textOf(objectOf(fields.values.reply_to)?.mid);
    if (quoted !== undefined && !message(chat, quoted))
      throw refuse(100, "(#100) Param reply_to[mid] is not a message of this conversation");
    const attachments = has ? await this.attachments(account, body, fields) : [];
    const at = this.world.clock.stamp();
    const m = this.accept(chat, this.newId(account, chat), at, {
      text: text ?? "",
      attachments,
      replyTo: quoted,
      correlation: metadata,
      tag: textOf(fields.values.tag),
      note: about?.note,
    });
    about?.done(m.id);
    await this.tell(account, chat, m);
    return { status: 200, body: { recipient_id: chat.peer, message_id: m.id } };
  }

  private checkWindow(account: MetaAccount, chat: Chat, v: Record<string, unknown>): void {
    const type = textOf(v.messaging_type);
    if (type !== undefined && !TYPES.includes(type))
      throw refuse(100, `(#100) Param messaging_type must be one of {${TYPES.join(", ")}}`);
    const tag = textOf(v.tag);
    if (type === "MESSAGE_TAG" && tag === undefined)
      throw refuse(100, "(#100) The parameter tag is required for messaging_type MESSAGE_TAG");
    if (tag !== undefined) {
      if (RETIRED_TAGS.includes(tag)) throw refuse(100, `(#100) The message tag ${tag} is no longer supported`);
      if (tag !== "HUMAN_AGENT") throw refuse(100, `(#100) Param tag must be one of {HUMAN_AGENT}`);
      if (!account.humanAgent)
        throw refuse(10, "(#10) This app is not approved for the Human Agent feature", undefined, { status: 403 });
    }
    const age = this.world.windowAge(chat);
    const open = tag === "HUMAN_AGENT" ? age <= 7 * DAY : age <= DAY;
    if (!open) throw this.windowClosed();
  }

  windowClosed(): GraphError {
    return refuse(
      10,
      "(#10) This message is sent outside of allowed window. Learn more about the new policy here: https://developers.facebook.com/docs/messenger-platform/policy-overview",
      this.windowSubcode,
    );
  }

  private action(chat: Chat, action: string, v: Record<string, unknown>): Answer {
    if (!ACTIONS.includes(action))
      throw refuse(100, `(#100) Param sender_action must be one of {${ACTIONS.join(", ")}}`);
    if (v.message !== undefined) throw refuse(100, "(#100) A sender action must not be sent together with a message");
    const now = this.world.clock.now();
    if (action === "typing_on") chat.typingUntil = now + 20_000;
    if (action === "typing_off") chat.typingUntil = undefined;
    if (action === "mark_seen") chat.readUntil = now;
    if (action === "react" || action === "unreact") {
      const payload = objectOf(v.payload);
      const m = message(chat, textOf(payload?.message_id) ?? "");
      if (!m) throw refuse(100, "(#100) Param payload[message_id] is not a message of this conversation");
      const emoji = action === "react" ? textOf(payload?.reaction) : undefined;
      if (action === "react" && !emoji) throw refuse(100, "(#100) The parameter payload[reaction] is required");
      this.mark(chat, m, "team", emoji === "love" ? "❤" : emoji);
    }
    this.world.phones.changed(chat);
    return { status: 200, body: { recipient_id: chat.peer } };
  }

  protected async upload(account: MetaAccount, fields: Fields): Promise<Answer> {
    const body = objectOf(fields.values.message);
    if (!body) throw refuse(100, "(#100) The parameter message is required.");
    const [made] = await this.attachments(account, body, fields);
    if (!made) throw refuse(100, "(#100) Upload attachment failure.", 2018047);
    const id = this.world.ids.digits(16);
    this.saved.set(id, made);
    return { status: 200, body: { attachment_id: id } };
  }

  file(kind: Parameters<MessagingService["file"]>[0], name?: string): Attachment {
    const files = {
      video: "clip.mp4",
      audio: "voice.wav",
      voice: "voice.wav",
      file: "invoice.pdf",
      sticker: "sticker.webp",
    };
    const file = kind === "image" ? (name ?? "parcel") : files[kind];
    return { type: kind, url: this.world.cdn.link(file), name: file };
  }

  block(chat: Chat, blocked: boolean): void {
    chat.blocked = blocked;
    this.world.phones.changed(chat);
  }

  override namedErrors() {
    return {
      ...super.namedErrors(),
      ...wallErrors,
      "window-closed": this.windowClosed().fault,
      "recipient-unavailable": {
        code: 551,
        subcode: 1545041,
        message: "(#551) This person isn't available right now.",
      },
      "cannot-message": {
        code: 200,
        subcode: 2018108,
        message: "(#200) This person is not receiving messages from you right now.",
        status: 403,
      },
      "no-user": { code: 100, subcode: 2018001, message: "(#100) No matching user found" },
      "rate-limited": this.tooFast({}).fault,
    };
  }
}

/** By which names faults and the log know a request to `messages`, most exact first. */
export function sendKinds(fields: Fields): string[] {
  const recipient = recipientOf(fields.values);
  if (recipient && textOf(fields.values.sender_action) !== undefined) return ["action"];
  return recipient?.comment_id !== undefined || recipient?.post_id !== undefined ? ["private", "send"] : ["send"];
}
