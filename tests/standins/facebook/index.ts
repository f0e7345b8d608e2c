import { business } from "../common/business.ts";
import { readFields, textOf, type Fields } from "../common/form.ts";
import { fieldNames, pick, refuse, type GraphError, type MetaAccount } from "../common/graph.ts";
import { hashBytes, stableDigits } from "../common/ids.ts";
import { SendApi, sendKinds, type PrivateReply } from "../common/sendapi.ts";
import { chatKey, newMessage, type World } from "../common/world.ts";
import { message, type Attachment, type Chat, type PhoneMessage } from "../common/phones.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import type { ChatOptions, Draft } from "../common/stand.ts";
import type { Instagram } from "../instagram/index.ts";
import { aboutInstagram, instagramWallRoute } from "../instagram/wallroutes.ts";
import { attachmentsOf } from "./attachments.ts";
import { FacebookWall } from "./wall.ts";
import { facebookWallRoute } from "./wallroutes.ts";

const PAGE_INBOX_APP = 26390203743090;
const NAMES: Record<string, string> = {
  "❤": "love",
  "😆": "smile",
  "😮": "wow",
  "😢": "sad",
  "😠": "angry",
  "👍": "like",
  "👎": "dislike",
};

/** Messenger, and the host `graph.facebook.com` on which Page-linked Instagram accounts answer as well. */
export class Facebook extends SendApi {
  readonly platform = "facebook";
  readonly object = "page";
  readonly businessType = "messenger";
  readonly windowSubcode = 2018278;
  readonly textLimit = 2000;
  /** Set when the Page's Instagram account is to be reached on this host. */
  instagram: Instagram | undefined;
  /** Posts and comments of the Page. */
  readonly wall = new FacebookWall(this);

  constructor(world: World) {
    super(world, "facebook", 300);
    this.accounts.push({
      platform: "facebook",
      kind: "",
      id: business.page,
      name: business.name,
      token: "EAAGpage" + hashBytes("page token", 60).toString("base64url"),
      tokenState: "valid",
      fields: new Set(this.defaultFields()),
      humanAgent: true,
    });
  }

  get appSecret(): string {
    return this.world.secrets.metaAppSecret;
  }

  get account(): MetaAccount {
    const [first] = this.accounts;
    if (!first) throw new Error("no page");
    return first;
  }

  protected defaultFields(): string[] {
    return "messages,message_echoes,message_edits,message_reactions,message_deliveries,message_reads,messaging_postbacks,messaging_referrals,messaging_handovers,standby,feed,mention,ratings".split(
      ",",
    );
  }

  /** Unicode characters, not bytes and not UTF-16 units. */
  lengthOf(text: string): number {
    return [...text].length;
  }

  protected privately(_account: MetaAccount, recipient: Record<string, unknown>): PrivateReply | undefined {
    return this.wall.privately(recipient);
  }

  protected newId(): string {
    return this.world.ids.messenger();
  }

  protected tooFast(headers: Record<string, string>): GraphError {
    return refuse(
      80006,
      "(#80006) There have been too many calls to this messenger account. Wait a bit and try again.",
      2446079,
      { transient: true, headers },
    );
  }

  // --- the API ---------------------------------------------------------------------------------

  protected route(call: Call): Route | undefined {
    const [id, edge] = this.segments(call);
    const fields = readFields(call);
    const linked = this.instagram?.linked ?? [];
    const all = [...this.accounts, ...linked];
    const on = (name: string | string[], run: (account: MetaAccount) => Answer | Promise<Answer>): Route =>
      this.graph([name].flat(), () => {
        const account = this.authorize(call, fields, all);
        if (id !== "me" && id !== account.id && id !== account.pageId) {
          throw refuse(
            100,
            `Unsupported ${call.method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
            33,
            { type: "GraphMethodException" },
          );
        }
        return run(account);
      });
    if (id === undefined) return undefined;
    if (call.method === "POST" && edge === "messages") {
      return on(sendKinds(fields), (account) =>
        account.platform === "instagram" && this.instagram
          ? this.instagram.send(account, fields)
          : this.send(account, fields),
      );
    }
    if (call.method === "POST" && edge === "message_attachments")
      return on("upload", (account) => this.upload(account, fields));
    if (edge === "subscribed_apps") {
      // The Page of a linked account turns Instagram's fields on, not Messenger's.
      const stand = (account: MetaAccount) =>
        account.platform === "instagram" && this.instagram ? this.instagram : this;
      return on("subscribe", (account) => stand(account).subscription(call, fields, account));
    }
    const about = { call, id, edge, fields };
    const other = this.instagram?.wall;
    const wall =
      other && aboutInstagram(other, about)
        ? instagramWallRoute(other, { ...about, accounts: linked })
        : facebookWallRoute(this.wall, { ...about, accounts: all });
    if (wall) return wall;
    if (call.method === "GET" && edge === undefined) {
      return this.graph(["profile"], () => {
        const account = this.authorize(call, fields, all);
        if (account.platform === "instagram" && this.instagram) return this.instagram.node(id, account, fields);
        return this.node(id, account, fields);
      });
    }
    return undefined;
  }

  /** `GET /{page}`, `GET /me` and `GET /{PSID}`. */
  private node(id: string, account: MetaAccount, fields: Fields): Answer {
    const asked = fieldNames(textOf(fields.values.fields) ?? "id,name");
    if (id === "me" || id === account.id) {
      const all: Record<string, unknown> = { id: account.id, name: account.name, category: "Outdoor shop" };
      return { status: 200, body: pick(all, asked) };
    }
    const chat = this.peerChat(account, id);
    if (!chat) throw refuse(100, "(#100) No profile available for this user.", 2018218);
    const [first = "", ...rest] = chat.name.split(" ");
    const all: Record<string, unknown> = {
      first_name: first,
      last_name: rest.join(" "),
      name: chat.name,
      profile_pic: this.world.cdn.link(`portrait.${chat.name}`),
      locale: `${chat.language}_${chat.language.toUpperCase()}`,
      timezone: 1,
      id: chat.peer,
    };
    return { status: 200, body: pick(all, asked) };
  }

  protected attachments(_account: MetaAccount, body: Record<string, unknown>, fields: Fields): Promise<Attachment[]> {
    return attachmentsOf(this, this.saved, body, fields);
  }

  protected async tell(account: MetaAccount, chat: Chat, m: PhoneMessage): Promise<void> {
    await this.announce({
      echo: () => this.echo(account, chat, m, Number(this.world.secrets.metaAppId)),
      delivered: () => {
        this.event(
          account,
          "message_deliveries",
          chat,
          { delivery: { mids: [m.id], watermark: m.at } },
          undefined,
          false,
        );
        if (m.state === "accepted") m.state = "delivered";
        this.world.phones.changed(chat);
      },
      read: () => this.read(chat),
    });
  }

  // --- webhooks --------------------------------------------------------------------------------

  private event(
    account: MetaAccount,
    field: string,
    chat: Chat,
    event: Record<string, unknown>,
    m?: PhoneMessage,
    stamped = true,
    fromPage = false,
  ): void {
    const at = m?.at ?? this.world.clock.now();
    const [sender, recipient] = fromPage ? [account.id, chat.peer] : [chat.peer, account.id];
    const messaging = {
      sender: { id: sender },
      recipient: { id: recipient },
      ...(stamped ? { timestamp: at } : {}),
      ...event,
    };
    const entry = { id: account.id, time: this.world.clock.now(), messaging: [messaging] };
    this.hook(account, field, chat.key, entry, m ? this.notified(chat, m) : undefined);
  }

  private echo(account: MetaAccount, chat: Chat, m: PhoneMessage, app: number): void {
    const body = {
      is_echo: true,
      app_id: app,
      ...(m.correlation === undefined ? {} : { metadata: m.correlation }),
      mid: m.id,
      ...(m.text ? { text: m.text } : {}),
      ...(m.attachments.length > 0
        ? { attachments: m.attachments.map((a) => ({ type: a.type, payload: { url: a.url } })) }
        : {}),
      ...(m.replyTo === undefined ? {} : { reply_to: { mid: m.replyTo } }),
    };
    this.event(account, "message_echoes", chat, { message: body }, { ...m }, true, true);
  }

  // --- the customer ----------------------------------------------------------------------------

  /** The id by which this person is known to the Page. */
  peerOf(name: string): string {
    const known = this.world.phones.get(chatKey("facebook", this.account.id, "", name));
    return known?.peer ?? stableDigits(`psid ${name}`, 17);
  }

  chat(name: string, options: ChatOptions = {}): Chat {
    const key = chatKey("facebook", this.account.id, "", name);
    return this.world.phones.add({
      key,
      platform: "facebook",
      account: this.account.id,
      kind: "",
      name,
      language: options.language ?? "en",
      peer: options.peer ?? this.peerOf(name),
      messages: [],
      blocked: false,
      started: true,
    });
  }

  write(chat: Chat, draft: Draft): PhoneMessage {
    const m = newMessage(this.world.ids.messenger(), "customer", draft.at ?? this.world.clock.stamp(), {
      text: draft.text ?? "",
      attachments: [...(draft.attachments ?? [])],
      replyTo: draft.replyTo,
    });
    const attachments: Record<string, unknown>[] = m.attachments.map((a) => ({
      type: a.type === "voice" ? "audio" : a.type,
      payload: { url: a.url, ...(a.type === "sticker" ? { sticker_id: 526214684778630 } : {}) },
    }));
    if (draft.location) {
      const { latitude, longitude, name } = draft.location;
      attachments.push({ type: "location", title: name, payload: { coordinates: { lat: latitude, long: longitude } } });
      m.attachments.push({ type: "location", name: name ?? `${latitude}, ${longitude}` });
    }
    if (draft.unsupported) {
      attachments.push({ type: draft.unsupported });
      m.attachments.push({ type: "unsupported", name: draft.unsupported });
    }
    if (draft.story || draft.contact) throw new Error("Messenger has no story replies, mentions or contact cards");
    this.world.add(chat, m);
    if (draft.referral && !m.text && attachments.length === 0) {
      m.note = "Opened the chat from a link";
      this.event(
        this.account,
        "messaging_referrals",
        chat,
        { referral: { source: "SHORTLINK", type: "OPEN_THREAD", ...draft.referral } },
        m,
      );
      return m;
    }
    this.event(
      this.account,
      "messages",
      chat,
      {
        message: {
          mid: m.id,
          ...(m.text ? { text: m.text } : {}),
          ...(attachments.length > 0 ? { attachments } : {}),
          ...(draft.replyTo === undefined
            ? {}
            : { reply_to: { mid: draft.replyTo, is_self_reply: message(chat, draft.replyTo)?.from === "customer" } }),
          ...(draft.quickReply === undefined ? {} : { quick_reply: { payload: draft.quickReply } }),
          ...(draft.referral ? { referral: { source: "ADS", type: "OPEN_THREAD", ...draft.referral } } : {}),
        },
      },
      m,
    );
    return m;
  }

  react(chat: Chat, id: string, emoji: string | undefined): void {
    const m = this.mine(chat, id);
    this.mark(chat, m, "customer", emoji);
    const plain = emoji?.replace(/\ufe0f/g, "");
    const reaction = emoji
      ? { mid: id, action: "react", reaction: NAMES[plain ?? ""] ?? "other", emoji }
      : { mid: id, action: "unreact" };
    chat.lastInboundAt = this.world.clock.now();
    this.event(this.account, "message_reactions", chat, { reaction });
  }

  /** The message goes from the phone; Messenger documents no webhook for it, so none is sent. */
  unsend(chat: Chat, id: string): void {
    this.mine(chat, id).unsent = true;
    this.world.phones.changed(chat);
  }

  edit(chat: Chat, id: string, text: string): void {
    const m = this.mine(chat, id);
    if (m.from !== "customer" || m.edits >= 5) throw new Error("only own messages, and five times at most");
    m.text = text;
    m.edits += 1;
    this.world.phones.changed(chat);
    this.event(this.account, "message_edits", chat, { message_edit: { mid: id, text, num_edit: m.edits } });
  }

  read(chat: Chat): void {
    const unread = chat.messages.filter((m) => m.from !== "customer" && m.state !== "read");
    const watermark = unread.at(-1)?.at;
    if (watermark === undefined) return;
    for (const m of unread) m.state = "read";
    this.world.phones.changed(chat);
    this.event(this.account, "message_reads", chat, { read: { watermark } });
  }

  native(chat: Chat, draft: Draft): PhoneMessage {
    const m = newMessage(this.world.ids.messenger(), "native", this.world.clock.stamp(), {
      text: draft.text ?? "",
      state: "received",
    });
    this.world.add(chat, m);
    this.echo(this.account, chat, m, PAGE_INBOX_APP);
    return m;
  }

  press(chat: Chat, title: string, payload: string): PhoneMessage {
    const m = newMessage(this.world.ids.messenger(), "customer", this.world.clock.stamp(), {
      text: title,
      note: "Button",
    });
    this.world.add(chat, m);
    this.event(this.account, "messaging_postbacks", chat, { postback: { mid: m.id, title, payload } }, m);
    return m;
  }

  /** The dashboard's "Test" button: invented ids, a `changes` envelope. */
  dashboardTest(): void {
    const value = {
      sender: { id: "12334" },
      recipient: { id: "23245" },
      timestamp: "1527459824",
      message: { mid: "test_message_id", text: "test_message" },
    };
    this.hook(this.account, "messages", "test", { id: "0", time: 1527459824, changes: [{ field: "messages", value }] });
  }

  /** Events under `standby`: another app owns the conversation. */
  standby(chat: Chat, text: string): PhoneMessage {
    const m = newMessage(this.world.ids.messenger(), "customer", this.world.clock.stamp(), { text });
    this.world.add(chat, m);
    const event = {
      sender: { id: chat.peer },
      recipient: { id: this.account.id },
      timestamp: m.at,
      message: { mid: m.id, text },
    };
    this.hook(
      this.account,
      "standby",
      chat.key,
      { id: this.account.id, time: this.world.clock.now(), standby: [event] },
      this.notified(chat, m),
    );
    return m;
  }
}
