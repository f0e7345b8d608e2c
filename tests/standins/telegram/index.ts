import { Bucket } from "../common/bucket.ts";
import { business } from "../common/business.ts";
import { DAY, HOUR } from "../common/clock.ts";
import { objectOf, readFields, textOf, type Fields } from "../common/form.ts";
import { hashBytes, stableDigits } from "../common/ids.ts";
import { builtIn } from "../common/media.ts";
import { MessagingService, type ChatOptions, type Draft } from "../common/stand.ts";
import { chatKey, newMessage, type World } from "../common/world.ts";
import { message, type Attachment, type Chat, type PhoneMessage } from "../common/phones.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import { BotError, badRequest, errorAnswer, forbidden, named, tooMany } from "./errors.ts";
import { Files, type File } from "./files.ts";
import { found, parsed } from "./text.ts";
import { BotWebhook } from "./webhook.ts";

type Values = Record<string, unknown>;

const SENDERS: Record<string, string> = {
  sendPhoto: "photo",
  sendDocument: "document",
  sendVideo: "video",
  sendAudio: "audio",
  sendVoice: "voice",
  sendAnimation: "animation",
  sendSticker: "sticker",
};

/** Telegram Bot API: one bot with private chats, and a business account it is connected to. */
export class Telegram extends MessagingService {
  readonly platform = "telegram";
  readonly bot = { id: business.bot, is_bot: true, first_name: business.name, username: business.botUsername };
  readonly owner = { id: business.owner, is_bot: false, first_name: "Harbour", last_name: "Pine" };
  token = `${business.bot}:AAF${hashBytes("bot token", 24).toString("base64url")}`;
  revoked = false;
  /** One message a second to one chat, with a little room; 30 a second overall. */
  readonly perChat = new Bucket(1, 5);
  readonly overall = new Bucket(30, 30);
  readonly webhook: BotWebhook;
  connection = { id: business.connection as string, enabled: true, canReply: true, date: 0 };
  private nextMessage: number;
  private readonly files: Files;

  constructor(world: World, fresh: boolean) {
    super(world, "telegram");
    this.files = new Files(world);
    // Ids go on from one start to the next, so that a Worker with old state does not take new messages for known ones.
    const start = fresh ? 1 : Math.floor(Date.now() / 1000) - 1_700_000_000;
    this.nextMessage = start;
    this.webhook = new BotWebhook(
      world,
      start * 10,
      (reply) =>
        void this.call(String(reply.method), { values: reply, uploads: [], valid: true }).catch(() => undefined),
    );
    this.connection.date = Math.floor(world.clock.now() / 1000);
  }

  /** The next message and update ids, to go on from after a restart. */
  get counters(): [number, number] {
    return [this.nextMessage, this.webhook.nextId];
  }

  set counters([message, update]: [number, number]) {
    this.nextMessage = Math.max(this.nextMessage, message);
    this.webhook.nextId = Math.max(this.webhook.nextId, update);
  }

  // --- the API ---------------------------------------------------------------------------------

  protected notFound(): Answer {
    return errorAnswer(new BotError(404, "Not Found"));
  }

  protected route(call: Call): Route | undefined {
    const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(call.path);
    if (file) {
      return {
        endpoint: ["download"],
        logPath: `/file/bot<token>/${file[2]}`,
        run: () => this.download(file[1] ?? "", file[2] ?? ""),
      };
    }
    const match = /^\/bot([^/]+)\/(\w+)$/.exec(call.path);
    if (!match) return undefined;
    const [, token = "", asked = ""] = match;
    const method = [...Object.keys(SENDERS), ...METHODS].find((m) => m.toLowerCase() === asked.toLowerCase()) ?? asked;
    const group = method === "sendMessage" || method === "sendMediaGroup" || method in SENDERS ? "send" : method;
    return {
      endpoint: [group, method],
      logPath: `/bot<token>/${method}`,
      run: async () => {
        try {
          this.checkToken(token);
          const fields = readFields(call);
          if (!fields.valid) throw badRequest("can't parse request JSON object");
          return { status: 200, body: { ok: true, result: await this.call(method, fields) } };
        } catch (error) {
          if (error instanceof BotError) return errorAnswer(error);
          throw error;
        }
      },
      error: (name, retryAfter) => errorAnswer(named(name, retryAfter)),
      withoutId: () => ({ status: 200, body: { ok: true, result: true } }),
    };
  }

  private checkToken(token: string): void {
    if (!/^\d+:[A-Za-z0-9_-]{35,}$/.test(token)) throw new BotError(404, "Not Found");
    if (token !== this.token || this.revoked) throw new BotError(401, "Unauthorized");
  }

  private async call(method: string, fields: Fields): Promise<unknown> {
    const v = fields.values;
    switch (method) {
      case "getMe":
        return {
          ...this.bot,
          can_join_groups: true,
          can_read_all_group_messages: false,
          supports_inline_queries: false,
          can_connect_to_business: true,
          has_main_web_app: false,
        };
      case "setWebhook":
        this.webhook.set(v);
        return true;
      case "deleteWebhook":
        this.webhook.remove(v);
        return true;
      case "getWebhookInfo":
        return this.webhook.info();
      case "getUpdates":
        if (this.webhook.registration)
          throw new BotError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
          );
        return this.webhook.poll(Number(v.offset ?? 0), Math.min(100, Number(v.limit ?? 100)));
      case "getFile":
        return this.files.object(this.files.byId(textOf(v.file_id)), true);
      case "getUserProfilePhotos":
        return this.profilePhotos(v);
      case "getChat": {
        const chat = this.target(v);
        return { ...this.chatObject(chat), accent_color_id: 3, max_reaction_count: 11 };
      }
      case "getBusinessConnection":
        if (textOf(v.business_connection_id) !== this.connection.id) throw badRequest("BUSINESS_CONNECTION_INVALID");
        return this.connectionObject();
      case "sendChatAction":
        return this.act(v, (chat) => (chat.typingUntil = this.world.clock.now() + 5000));
      case "readBusinessMessage":
        return this.act(v, (chat) => (chat.readUntil = this.world.clock.now()));
      case "setMessageReaction": {
        const chat = this.target(v);
        const list = Array.isArray(v.reaction) ? v.reaction : (JSON.parse(textOf(v.reaction) ?? "[]") as unknown[]);
        this.mark(
          chat,
          this.known(chat, v.message_id, "message to react not found"),
          "team",
          textOf(objectOf(list[0])?.emoji),
        );
        return true;
      }
      case "answerCallbackQuery":
        return true;
      case "editMessageText":
        return this.editOwn(v);
      case "deleteMessage":
      case "deleteBusinessMessages":
        return this.deleteOwn(v);
      case "sendMessage":
        return this.sendText(v);
      case "sendMediaGroup":
        return this.sendAlbum(fields);
      default:
        if (method in SENDERS) return this.sendMedia(SENDERS[method] ?? "", fields);
        throw new BotError(404, "Not Found: method not found");
    }
  }

  /** The chat a request names, open for the bot. */
  private target(v: Values, sending = false): Chat {
    const connection = textOf(v.business_connection_id);
    if (connection !== undefined && (connection !== this.connection.id || !this.connection.enabled))
      throw badRequest("BUSINESS_CONNECTION_INVALID");
    const id = textOf(v.chat_id);
    if (id === undefined || id === "") throw badRequest("chat_id is empty");
    const kind = connection === undefined ? "bot" : "business";
    const chat = this.world.phones.byPeer("telegram", String(business.bot), id, kind);
    if (!chat) throw badRequest("chat not found");
    if (!sending) return chat;
    if (kind === "business") {
      if (!this.connection.canReply) throw badRequest("BUSINESS_CONNECTION_NOT_ALLOWED");
      if (this.world.windowAge(chat) > DAY) throw badRequest("BUSINESS_PEER_USAGE_MISSING");
    } else {
      if (!chat.started) throw forbidden("bot can't initiate conversation with a user");
      if (chat.blocked) throw forbidden("bot was blocked by the user");
    }
    const now = this.world.clock.now();
    const wait = Math.max(this.perChat.take(chat.key, now), this.overall.take("all", now));
    if (wait > 0) throw tooMany(Math.max(1, Math.ceil(wait / 1000)));
    return chat;
  }

  private act(v: Values, what: (chat: Chat) => void): true {
    const chat = this.target(v);
    what(chat);
    this.world.phones.changed(chat);
    return true;
  }

  private known(chat: Chat, id: unknown, otherwise: string): PhoneMessage {
    const m = message(chat, textOf(id) ?? "");
    if (!m) throw badRequest(otherwise);
    return m;
  }

  private quoted(chat: Chat, v: Values): string | undefined {
    const reply = objectOf(v.reply_parameters);
    const id = textOf(reply?.message_id) ?? textOf(v.reply_to_message_id);
    if (id === undefined) return undefined;
    const m = message(chat, id);
    if (!m || m.unsent) {
      if (reply?.allow_sending_without_reply === true || v.allow_sending_without_reply === true) return undefined;
      throw badRequest("message to be replied not found");
    }
    const quote = textOf(reply?.quote);
    if (quote !== undefined && !m.text.includes(quote)) throw badRequest("QUOTE_TEXT_INVALID");
    return id;
  }

  private sendText(v: Values): unknown {
    const chat = this.target(v, true);
    const raw = textOf(v.text) ?? "";
    const { text, entities } = parsed(raw, textOf(v.parse_mode));
    if (text.trim() === "") throw badRequest("message text is empty");
    if (text.length > 4096) throw badRequest("message is too long");
    const m = this.accept(chat, String(this.nextMessage++), this.world.clock.stamp(), {
      text,
      replyTo: this.quoted(chat, v),
    });
    m.state = "delivered";
    return this.messageObject(chat, m, { text, ...(entities.length > 0 ? { entities } : {}) });
  }

  private caption(v: Values): { text: string; rest: Values } {
    const { text, entities } = parsed(textOf(v.caption) ?? "", textOf(v.parse_mode));
    if (text.length > 1024) throw badRequest("message caption is too long");
    return {
      text,
      rest: text === "" ? {} : { caption: text, ...(entities.length > 0 ? { caption_entities: entities } : {}) },
    };
  }

  private async sendMedia(kind: string, fields: Fields): Promise<unknown> {
    const chat = this.target(fields.values, true);
    const { text, rest } = this.caption(fields.values);
    const file = await this.files.incoming(kind, fields.values[kind], fields);
    const m = this.accept(chat, String(this.nextMessage++), this.world.clock.stamp(), {
      text,
      replyTo: this.quoted(chat, fields.values),
      attachments: [this.shown(kind, file)],
    });
    m.state = "delivered";
    return this.messageObject(chat, m, { ...rest, ...this.files.fields(kind, file) });
  }

  private async sendAlbum(fields: Fields): Promise<unknown> {
    const chat = this.target(fields.values, true);
    const raw: unknown =
      typeof fields.values.media === "string" ? JSON.parse(fields.values.media) : fields.values.media;
    const items = (Array.isArray(raw) ? raw : []).map((i) => objectOf(i) ?? {});
    if (items.length < 2 || items.length > 10) throw badRequest("group send failed: media must contain 2-10 items");
    const group = this.world.ids.digits(17);
    const ready = [];
    for (const item of items) {
      const kind = textOf(item.type) ?? "";
      if (!["photo", "video", "document", "audio"].includes(kind))
        throw badRequest(`can't use ${kind} in a media group`);
      ready.push({ kind, ...this.caption(item), file: await this.files.incoming(kind, item.media, fields) });
    }
    const replyTo = this.quoted(chat, fields.values);
    return ready.map(({ kind, text, rest, file }) => {
      const m = this.accept(chat, String(this.nextMessage++), this.world.clock.stamp(), {
        text,
        replyTo,
        attachments: [this.shown(kind, file)],
      });
      m.state = "delivered";
      return this.messageObject(chat, m, { media_group_id: group, ...rest, ...this.files.fields(kind, file) });
    });
  }

  private shown(kind: string, file: File): Attachment {
    const type = { photo: "image", document: "file", animation: "image" }[kind] ?? kind;
    const url = this.world.cdn.put(this.world.ids.token("out", 12), file);
    return { type, url, mime: file.type, name: file.name };
  }

  private download(token: string, path: string): Answer {
    try {
      this.checkToken(token);
    } catch (error) {
      return errorAnswer(error as BotError);
    }
    const file = this.files.find((f) => f.path === path);
    if (!file) return this.notFound();
    return { status: 200, headers: { "content-type": "application/octet-stream" }, body: file.bytes };
  }

  private profilePhotos(v: Values): unknown {
    const user = textOf(v.user_id) ?? "";
    const chat = this.world.phones.list("telegram").find((c) => c.peer === user);
    if (!chat) throw badRequest("user not found");
    const key = `portrait ${chat.name}`;
    const file =
      this.files.find((f) => f.name === key) ??
      this.files.store({
        bytes: this.world.cdn.get(`portrait.${chat.name}`)?.bytes ?? Buffer.alloc(0),
        type: "image/png",
        name: key,
      });
    return { total_count: 1, photos: [[{ ...this.files.object(file), width: 160, height: 160 }]] };
  }

  private editOwn(v: Values): unknown {
    const chat = this.target(v);
    const m = this.known(chat, v.message_id, "message to edit not found");
    if (m.from !== "team") throw badRequest("message can't be edited");
    const { text } = parsed(textOf(v.text) ?? "", textOf(v.parse_mode));
    if (text.length > 4096) throw badRequest("message is too long");
    if (text === m.text)
      throw badRequest(
        "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
      );
    m.text = text;
    m.edits += 1;
    this.world.phones.changed(chat);
    return this.messageObject(chat, m, { text, edit_date: Math.floor(this.world.clock.now() / 1000) });
  }

  private deleteOwn(v: Values): true {
    const ids =
      v.message_ids === undefined
        ? [v.message_id]
        : Array.isArray(v.message_ids)
          ? v.message_ids
          : (JSON.parse(textOf(v.message_ids) ?? "[]") as unknown[]);
    const chat =
      v.chat_id === undefined
        ? this.world.phones
            .list("telegram")
            .find((c) => c.kind === "business" && ids.some((id) => message(c, textOf(id) ?? "")))
        : this.target(v);
    if (!chat) throw badRequest("message to delete not found");
    for (const id of ids) {
      const m = this.known(chat, id, "message to delete not found");
      if (this.world.clock.now() - m.at > 48 * HOUR) throw badRequest("message can't be deleted for everyone");
      m.unsent = true;
    }
    this.world.phones.changed(chat);
    return true;
  }

  // --- objects ---------------------------------------------------------------------------------

  private chatObject(chat: Chat): Values {
    const { first_name, last_name, username } = this.user(chat);
    return {
      id: Number(chat.peer),
      first_name,
      ...(last_name ? { last_name } : {}),
      ...(username ? { username } : {}),
      type: "private",
    };
  }

  private user(chat: Chat): {
    id: number;
    is_bot: boolean;
    first_name: string;
    last_name?: string;
    username?: string;
    language_code: string;
  } {
    const [first = "", ...rest] = chat.name.split(" ");
    return {
      id: Number(chat.peer),
      is_bot: false,
      first_name: first,
      ...(rest.length > 0 ? { last_name: rest.join(" ") } : {}),
      ...(chat.username ? { username: chat.username } : {}),
      language_code: chat.language,
    };
  }

  private sender(chat: Chat, m: PhoneMessage): Values {
    if (m.from === "customer") return this.user(chat);
    if (chat.kind === "business") return this.owner;
    return this.bot;
  }

  private messageObject(chat: Chat, m: PhoneMessage, content: Values, depth = 0): Values {
    const quoted = m.replyTo === undefined || depth > 0 ? undefined : message(chat, m.replyTo);
    return {
      ...(chat.kind === "business" ? { business_connection_id: this.connection.id } : {}),
      message_id: Number(m.id),
      from: this.sender(chat, m),
      ...(chat.kind === "business" && m.from === "team" ? { sender_business_bot: this.bot } : {}),
      chat: this.chatObject(chat),
      date: Math.floor(m.at / 1000),
      ...(quoted
        ? { reply_to_message: this.messageObject(chat, quoted, quoted.text ? { text: quoted.text } : {}, 1) }
        : {}),
      ...content,
    };
  }

  private connectionObject(): Values {
    const { id, enabled, canReply, date } = this.connection;
    return {
      id,
      user: this.owner,
      user_chat_id: this.owner.id,
      date,
      is_enabled: enabled,
      can_reply: canReply,
      rights: {
        can_reply: canReply,
        can_read_messages: true,
        can_delete_sent_messages: true,
        can_delete_all_messages: true,
      },
    };
  }

  // --- the customer ----------------------------------------------------------------------------

  chat(name: string, options: ChatOptions = {}): Chat {
    const kind = options.kind ?? "bot";
    return this.world.phones.add({
      key: chatKey("telegram", String(business.bot), kind, name),
      platform: "telegram",
      account: String(business.bot),
      kind,
      name,
      language: options.language ?? "en",
      username:
        options.username ??
        (name
          .toLowerCase()
          .normalize("NFKD")
          .replace(/[^a-z0-9]+/g, "_")
          .replace(/^_|_$/g, "") ||
          undefined),
      peer: options.peer ?? `5${stableDigits(`telegram ${name}`, 8)}`,
      messages: [],
      blocked: false,
      started: false,
    });
  }

  file(kind: Parameters<MessagingService["file"]>[0], name?: string): Attachment {
    const files = {
      video: "clip.mp4",
      audio: "voice.wav",
      voice: "voice.ogg",
      file: "invoice.pdf",
      sticker: "sticker.webp",
    };
    const file = kind === "image" ? (name ?? "parcel") : files[kind];
    return { type: kind, url: this.world.cdn.link(file), name: file };
  }

  private push(chat: Chat, kind: "message" | "edited_message", m: PhoneMessage, content: Values): void {
    const name =
      chat.kind === "business" ? (kind === "message" ? "business_message" : "edited_business_message") : kind;
    this.webhook.push(name, chat.key, this.messageObject(chat, m, content), this.notified(chat, m));
  }

  write(chat: Chat, draft: Draft): PhoneMessage {
    chat.started = true;
    if (draft.story?.kind === "mention") throw new Error("Telegram has no story mentions");
    if (draft.referral && !draft.text)
      return this.write(chat, {
        ...draft,
        referral: undefined,
        text: `/start ${textOf(draft.referral.ref) ?? "promo"}`,
      });
    const attachments = draft.attachments ?? [];
    const group = attachments.length > 1 ? this.world.ids.digits(17) : undefined;
    const parts: { m: PhoneMessage; content: Values }[] = [];
    const make = (text: string, shown: Attachment[], content: Values) => {
      const m = newMessage(String(this.nextMessage++), "customer", draft.at ?? this.world.clock.stamp(), {
        text,
        attachments: shown,
        replyTo: draft.replyTo,
      });
      parts.push({ m, content });
    };
    for (const [i, a] of attachments.entries()) {
      const held = this.world.cdn.get(a.name ?? "") ?? builtIn(a.name ?? "");
      const kind = { image: "photo", file: "document" }[a.type] ?? a.type;
      const text = i === 0 ? (draft.text ?? "") : "";
      make(text, [a], {
        ...(group ? { media_group_id: group } : {}),
        ...(text ? { caption: text } : {}),
        ...this.files.fields(kind, this.files.store(held)),
      });
    }
    if (draft.location) {
      const { latitude, longitude, name } = draft.location;
      make("", [{ type: "location", name: name ?? `${latitude}, ${longitude}` }], {
        location: { latitude, longitude },
      });
    }
    if (draft.contact) {
      const { name, phone } = draft.contact;
      make("", [{ type: "contact", name: `${name} ${phone}` }], { contact: { phone_number: phone, first_name: name } });
    }
    if (draft.unsupported) {
      const body: Values =
        draft.unsupported === "poll"
          ? {
              poll: {
                id: this.world.ids.digits(18),
                question: "Which colour?",
                options: [
                  { text: "Green", voter_count: 0 },
                  { text: "Blue", voter_count: 0 },
                ],
                total_voter_count: 0,
                is_closed: false,
                is_anonymous: true,
                type: "regular",
                allows_multiple_answers: false,
              },
            }
          : { [draft.unsupported]: {} };
      make("", [{ type: "unsupported", name: draft.unsupported }], body);
    }
    if (parts.length === 0) {
      const text = draft.text ?? "";
      const entities = found(text);
      const forward = draft.forwarded
        ? {
            forward_origin: {
              type: "hidden_user",
              sender_user_name: "Somebody",
              date: Math.floor(this.world.clock.now() / 1000),
            },
          }
        : {};
      const story = draft.story
        ? { reply_to_story: { chat: { id: this.owner.id, type: "private", first_name: this.owner.first_name }, id: 7 } }
        : {};
      make(text, [], { text, ...(entities.length > 0 ? { entities } : {}), ...forward, ...story });
    }
    for (const { m, content } of parts) {
      this.world.add(chat, m);
      this.push(chat, "message", m, content);
    }
    const last = parts.at(-1);
    if (!last) throw new Error("nothing to send");
    return last.m;
  }

  /** Bots hear of reactions only where they administer the chat: on private chats nothing is sent. */
  react(chat: Chat, id: string, emoji: string | undefined): void {
    this.mark(chat, this.mine(chat, id), "customer", emoji);
  }

  /** A plain bot is not told; a business connection is. */
  unsend(chat: Chat, id: string): void {
    this.mine(chat, id).unsent = true;
    this.world.phones.changed(chat);
    if (chat.kind !== "business") return;
    this.webhook.push("deleted_business_messages", chat.key, {
      business_connection_id: this.connection.id,
      chat: this.chatObject(chat),
      message_ids: [Number(id)],
    });
  }

  edit(chat: Chat, id: string, text: string): void {
    const m = this.mine(chat, id);
    if (m.from !== "customer") throw new Error("only own messages can be edited");
    m.text = text;
    m.edits += 1;
    this.world.phones.changed(chat);
    this.push(chat, "edited_message", m, { text, edit_date: Math.floor(this.world.clock.now() / 1000) });
  }

  /** Bots get no read receipts: only the phone changes. */
  read(chat: Chat): void {
    for (const m of chat.messages) if (m.from !== "customer") m.state = "read";
    this.world.phones.changed(chat);
  }

  /** Business: the owner answers in the Telegram app. Bot chats have no other writer. */
  native(chat: Chat, draft: Draft): PhoneMessage {
    if (chat.kind !== "business") throw new Error("only business chats have a native app");
    const text = draft.text ?? "";
    const m = newMessage(String(this.nextMessage++), "native", this.world.clock.stamp(), { text, state: "received" });
    this.world.add(chat, m);
    this.push(chat, "message", m, { text });
    return m;
  }

  press(chat: Chat, title: string, payload: string): PhoneMessage {
    const m = newMessage(`callback-${this.world.ids.digits(18)}`, "customer", this.world.clock.stamp(), {
      text: title,
      note: "Button",
    });
    const under = chat.messages.filter((x) => x.from === "team").at(-1);
    this.world.add(chat, m);
    this.webhook.push(
      "callback_query",
      chat.key,
      {
        id: m.id.replace("callback-", ""),
        from: this.user(chat),
        ...(under ? { message: this.messageObject(chat, under, { text: under.text }) } : {}),
        chat_instance: stableDigits(chat.key, 18),
        data: payload,
      },
      this.notified(chat, m),
    );
    return m;
  }

  block(chat: Chat, blocked: boolean): void {
    chat.blocked = blocked;
    this.world.phones.changed(chat);
    if (chat.kind === "business") return;
    const status = (s: string) => ({ user: this.bot, status: s, ...(s === "kicked" ? { until_date: 0 } : {}) });
    this.webhook.push("my_chat_member", chat.key, {
      chat: this.chatObject(chat),
      from: this.user(chat),
      date: Math.floor(this.world.clock.now() / 1000),
      old_chat_member: status(blocked ? "member" : "kicked"),
      new_chat_member: status(blocked ? "kicked" : "member"),
    });
  }

  /** The owner connects or disconnects the bot, or changes its rights. */
  setConnection(change: Partial<{ enabled: boolean; canReply: boolean }>): void {
    Object.assign(this.connection, change);
    this.webhook.push("business_connection", "business", this.connectionObject());
  }

  /**
   * The owner disconnects the bot and connects it anew: what comes from then on comes through a connection of another
   * name. The answer tells of it.
   */
  connectAnew(id: string): () => void {
    const before = { ...this.connectionObject(), is_enabled: false };
    Object.assign(this.connection, { id, enabled: true });
    return () => {
      this.webhook.push("business_connection", "business", before);
      this.webhook.push("business_connection", "business", this.connectionObject());
    };
  }

  /** A group the bot was added to writes: an inbox ignores it. */
  groupMessage(text: string): void {
    this.webhook.push("message", "group", {
      message_id: this.nextMessage++,
      from: { id: 5550001, is_bot: false, first_name: "Passer-by" },
      chat: { id: -1001234567890, title: "Trail friends", type: "supergroup" },
      date: Math.floor(this.world.clock.now() / 1000),
      text,
    });
  }
}

const METHODS = [
  "getMe",
  "setWebhook",
  "deleteWebhook",
  "getWebhookInfo",
  "getUpdates",
  "getFile",
  "getUserProfilePhotos",
  "getChat",
  "getBusinessConnection",
  "sendChatAction",
  "readBusinessMessage",
  "setMessageReaction",
  "answerCallbackQuery",
  "editMessageText",
  "deleteMessage",
  "deleteBusinessMessages",
  "sendMessage",
  "sendMediaGroup",
];
