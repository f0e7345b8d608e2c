import { createHash } from "node:crypto";
import { Bucket } from "../common/bucket.ts";
import { business } from "../common/business.ts";
import { DAY } from "../common/clock.ts";
import { objectOf, readFields, textOf, type Fields } from "../common/form.ts";
import { GraphService, fieldNames, pick, refuse, type GraphError, type MetaAccount } from "../common/graph.ts";
import { hashBytes, stableDigits } from "../common/ids.ts";
import { builtIn, fetchLink } from "../common/media.ts";
import { chatKey, newMessage, type World } from "../common/world.ts";
import { message, type Attachment, type Chat, type PhoneMessage } from "../common/phones.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import type { ChatOptions, Draft } from "../common/stand.ts";
import { checkFormat, type Kind } from "./formats.ts";
import { Media } from "./media.ts";

const MEDIA: readonly string[] = ["image", "video", "audio", "document", "sticker"];

/** WhatsApp Cloud API: one phone number of one business account. */
export class WhatsApp extends GraphService {
  readonly platform = "whatsapp";
  readonly object = "whatsapp_business_account";
  readonly businessType = "whatsapp";
  /**
   * Where closed windows, unknown numbers and bad links show: in a `failed` status (as documented) or in the answer.
   */
  failures: "status" | "answer" = "status";
  /** Approved templates: name and languages. */
  templates = new Map<string, string[]>([["order_update", ["en", "de"]]]);
  /** One message in six seconds to one person, with room for a burst. */
  readonly pairs = new Bucket(1 / 6, 45);
  /** Numbers that are not on WhatsApp. */
  readonly unreachable = new Set<string>();
  private readonly media: Media;

  constructor(world: World) {
    super(world, "whatsapp", 80);
    this.media = new Media(world);
    this.accounts.push({
      platform: "whatsapp",
      kind: "",
      id: business.phoneNumberId,
      wabaId: business.waba,
      name: business.name,
      token: "EAAJsystem" + hashBytes("whatsapp token", 60).toString("base64url"),
      tokenState: "valid",
      fields: new Set(this.defaultFields()),
      humanAgent: false,
    });
  }

  get appSecret(): string {
    return this.world.secrets.metaAppSecret;
  }

  get account(): MetaAccount {
    const [first] = this.accounts;
    if (!first) throw new Error("no number");
    return first;
  }

  protected defaultFields(): string[] {
    return ["messages", "smb_message_echoes", "standby", "messaging_handovers", "calls", "account_update"];
  }

  protected tooFast(headers: Record<string, string>): GraphError {
    return refuse(130429, "(#130429) Rate limit hit", undefined, {
      status: 429,
      headers,
      data: {
        messaging_product: "whatsapp",
        details:
          "Message failed to send because there were too many messages sent from this phone number in a short period of time",
      },
    });
  }

  override namedErrors() {
    const data = (details: string) => ({ messaging_product: "whatsapp", details });
    return {
      ...super.namedErrors(),
      "rate-limited": this.tooFast({}).fault,
      "pair-rate-limited": {
        code: 131056,
        status: 429,
        message: "(#131056) (Business Account, Consumer Account) pair rate limit hit",
        data: data("Too many messages sent to this recipient in a short period of time"),
      },
      "spam-limited": {
        code: 131048,
        status: 429,
        message: "(#131048) Spam rate limit hit",
        data: data(
          "Message failed to send because of restrictions on how many messages can be sent from this phone number",
        ),
      },
      "window-closed": {
        code: 131047,
        message: "(#131047) Re-engagement message",
        data: data(
          "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
        ),
      },
      undeliverable: { code: 131026, message: "(#131026) Message undeliverable", data: data("Message Undeliverable.") },
      "account-locked": {
        code: 131031,
        status: 403,
        message: "(#131031) Business account has been locked",
        data: data("Business account has been restricted"),
      },
      unavailable: {
        code: 131016,
        status: 500,
        message: "(#131016) Service unavailable",
        data: data("A service is temporarily unavailable"),
      },
      "token-zero": { code: 0, status: 401, message: "AuthException: unable to authenticate the app user" },
    };
  }

  // --- the API ---------------------------------------------------------------------------------

  protected route(call: Call): Route | undefined {
    const [id, edge] = this.segments(call);
    if (id === undefined) return undefined;
    const fields = readFields(call);
    const on = (name: string, run: (account: MetaAccount) => Answer | Promise<Answer>): Route =>
      this.graph([name], () => {
        const account = this.authorize(call, fields, this.accounts);
        if (![account.id, account.wabaId].includes(id)) throw this.missing(call, id);
        return run(account);
      });
    if (call.method === "POST" && edge === "messages") {
      const kind = fields.values.status !== undefined ? "action" : "send";
      return on(kind, (account) => (kind === "action" ? this.markRead(fields) : this.send(account, fields)));
    }
    if (call.method === "POST" && edge === "media") return on("upload", () => this.upload(fields));
    if (edge === "subscribed_apps") {
      return on("subscribe", (account) => {
        // The business account is what gets subscribed; a number has no such edge.
        if (id !== account.wabaId) throw this.missing(call, id);
        return this.subscription(call, fields, account);
      });
    }
    if (call.method === "POST" && edge === "register")
      return on("register", () => ({ status: 200, body: { success: true } }));
    if (id === "whatsapp_business" && edge === "attachments")
      return this.graph(["download"], () => this.download(call, fields));
    if (edge === undefined && (call.method === "GET" || call.method === "DELETE")) {
      return this.graph([this.media.has(id) ? "media" : "profile"], () =>
        this.node(call, id, this.authorize(call, fields, this.accounts), fields),
      );
    }
    return undefined;
  }

  private missing(call: Call, id: string): GraphError {
    return refuse(
      100,
      `Unsupported ${call.method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
      33,
      { type: "GraphMethodException" },
    );
  }

  private node(call: Call, id: string, account: MetaAccount, fields: Fields): Answer {
    const asked = fields.values.fields === undefined ? undefined : fieldNames(textOf(fields.values.fields) ?? "");
    if (id === account.id) {
      const all = {
        verified_name: account.name,
        display_phone_number: "+1 555-010-0222",
        quality_rating: "GREEN",
        code_verification_status: "VERIFIED",
        platform_type: "CLOUD_API",
        id,
      };
      return { status: 200, body: asked ? pick(all, asked) : all };
    }
    if (id === account.wabaId)
      return { status: 200, body: { id, name: account.name, currency: "EUR", timezone_id: "1" } };
    const held = this.media.get(id);
    if (!held) throw this.missing(call, id);
    if (call.method === "DELETE") {
      this.media.remove(id);
      return { status: 200, body: { success: true } };
    }
    return { status: 200, body: this.media.describe(held, this.url) };
  }

  /** The five-minute link; needs the same token. */
  private download(call: Call, fields: Fields): Answer {
    const held = this.media.open(call.query.get("hash") ?? "");
    if (!held)
      return {
        status: 404,
        headers: { "content-type": "text/html" },
        body: "<html><title>URL signature expired</title></html>",
      };
    try {
      this.authorize(call, { ...fields, values: {} }, this.accounts);
    } catch {
      return { status: 401, headers: { "content-type": "text/plain" }, body: "Unauthorized" };
    }
    return {
      status: 200,
      headers: { "content-type": held.type, "content-disposition": `inline;filename=${held.name}` },
      body: held.bytes,
    };
  }

  private upload(fields: Fields): Answer {
    if (textOf(fields.values.messaging_product) !== "whatsapp")
      throw this.bad(100, "The parameter messaging_product is required.");
    const file = fields.uploads.find((u) => u.name === "file");
    if (!file) throw this.bad(100, "The parameter file is required.");
    const type = textOf(fields.values.type) ?? file.type;
    const problem = checkFormat(undefined, type, file.bytes);
    if (problem) throw this.bad(100, `Param file must be a file with one of the following types: ${problem}`);
    return { status: 200, body: { id: this.media.hold({ bytes: file.bytes, type, name: file.filename }, 30).id } };
  }

  private bad(code: number, details: string): GraphError {
    return refuse(
      code,
      `(#${code}) ${code === 100 ? "Invalid parameter" : "Parameter value is not valid"}`,
      undefined,
      { data: { messaging_product: "whatsapp", details } },
    );
  }

  private markRead(fields: Fields): Answer {
    const id = textOf(fields.values.message_id) ?? "";
    const chat = this.world.phones.list("whatsapp").find((c) => message(c, id));
    if (textOf(fields.values.status) !== "read") throw this.bad(100, "status must be read");
    if (!chat) throw this.bad(131009, "Param message_id is not a message sent to this number");
    chat.readUntil = message(chat, id)?.at;
    if (fields.values.typing_indicator !== undefined) chat.typingUntil = this.world.clock.now() + 25_000;
    this.world.phones.changed(chat);
    return { status: 200, body: { success: true } };
  }

  private async send(account: MetaAccount, fields: Fields): Promise<Answer> {
    this.limitSends(account);
    if (!fields.valid) throw this.bad(100, "The request body is not valid JSON.");
    const v = fields.values;
    if (textOf(v.messaging_product) !== "whatsapp") throw this.bad(100, "The parameter messaging_product is required.");
    const opaque = textOf(v.biz_opaque_callback_data);
    if (opaque !== undefined && opaque.length > 512)
      throw this.bad(100, "biz_opaque_callback_data must have at most 512 characters");
    const to = textOf(v.to)?.replace(/\D/g, "");
    const bsuid = textOf(v.recipient);
    if (!to && !bsuid)
      throw refuse(131008, "(#131008) Required parameter is missing", undefined, {
        data: { messaging_product: "whatsapp", details: "The parameter to is required" },
      });
    const chat = to
      ? this.world.phones.byPeer("whatsapp", account.id, to)
      : this.world.phones.list("whatsapp").find((c) => c.bsuid === bsuid);
    const key = to ?? bsuid ?? "";
    if (this.pairs.take(key, this.world.clock.now()) > 0)
      throw refuse(131056, this.named("pair-rate-limited").message, undefined, this.named("pair-rate-limited"));
    const type = textOf(v.type) ?? "text";
    const quoted = textOf(objectOf(v.context)?.message_id);
    if (quoted !== undefined && (type === "reaction" || !chat || !message(chat, quoted)))
      throw this.bad(131009, "Param context[message_id] is not a message of this conversation");
    const content = await this.content(type, v, chat);
    const answer = (id: string): Answer => ({
      status: 200,
      body: {
        messaging_product: "whatsapp",
        contacts: [{ input: to ?? bsuid, ...(to ? { wa_id: to } : { user_id: bsuid }) }],
        messages: [{ id }],
      },
    });
    if (content === "reaction") return answer(this.world.ids.whatsapp(key));
    const trouble = content.trouble ?? this.trouble(chat, type, key);
    if (trouble && this.failures === "answer") throw refuse(trouble.code, trouble.message, undefined, trouble);
    const id = this.world.ids.whatsapp(key);
    const at = this.world.clock.stamp();
    if (trouble || !chat) {
      const errors = [
        {
          code: trouble?.code ?? 131026,
          title: (trouble?.message ?? "").replace(/^\(#\d+\) /, ""),
          message: (trouble?.message ?? "").replace(/^\(#\d+\) /, ""),
          error_data: { details: String(trouble?.data?.details ?? "Message Undeliverable.") },
        },
      ];
      this.world.soon(30, () => this.status(account, key, id, "failed", opaque, { errors }));
      return answer(id);
    }
    const m = this.accept(chat, id, at, {
      text: content.text,
      attachments: content.attachments,
      replyTo: quoted,
      correlation: opaque,
    });
    await this.announce({
      echo: () => this.status(account, chat.key, id, "sent", opaque, { recipient: chat }),
      delivered: () => {
        if (m.state === "accepted") m.state = "delivered";
        this.world.phones.changed(chat);
        this.status(account, chat.key, id, "delivered", opaque, { recipient: chat });
      },
      read: () => this.read(chat),
    });
    return answer(id);
  }

  private named(name: "pair-rate-limited" | "window-closed" | "undeliverable") {
    return this.namedErrors()[name];
  }

  /** What makes a message fail after it was accepted. */
  private trouble(chat: Chat | undefined, type: string, key: string) {
    if (!chat || chat.blocked || this.unreachable.has(key)) return this.named("undeliverable");
    if (type !== "template" && this.world.windowAge(chat) > DAY) return this.named("window-closed");
    return undefined;
  }

  private async content(
    type: string,
    v: Record<string, unknown>,
    chat: Chat | undefined,
  ): Promise<"reaction" | { text: string; attachments: Attachment[]; trouble?: ReturnType<WhatsApp["named"]> }> {
    const body = objectOf(v[type]);
    if (!body) throw this.bad(100, `The parameter ${type} is required.`);
    if (type === "text") {
      const text = textOf(body.body) ?? "";
      if (text.trim() === "") throw this.bad(100, "The parameter text['body'] is required.");
      if ([...text].length > 4096) throw this.bad(100, "Param text['body'] must be at most 4096 characters long.");
      return { text, attachments: [] };
    }
    if (type === "reaction") {
      const m = chat ? message(chat, textOf(body.message_id) ?? "") : undefined;
      if (!chat || !m) throw this.bad(131009, "Param reaction['message_id'] is not a message of this conversation");
      this.mark(chat, m, "team", textOf(body.emoji) || undefined);
      return "reaction";
    }
    if (type === "template") {
      const name = textOf(body.name) ?? "";
      const language = textOf(objectOf(body.language)?.code) ?? "";
      if (!this.templates.get(name)?.includes(language)) {
        throw refuse(132001, "(#132001) Template name does not exist in the translation", undefined, {
          status: 404,
          data: { messaging_product: "whatsapp", details: `template name (${name}) does not exist in ${language}` },
        });
      }
      return { text: `[${name}]`, attachments: [] };
    }
    if (!MEDIA.includes(type))
      throw refuse(131051, "(#131051) Unsupported message type", undefined, {
        data: { messaging_product: "whatsapp", details: `Message type ${type} is not supported` },
      });
    const caption = textOf(body.caption) ?? "";
    if (caption.length > 0 && (type === "audio" || type === "sticker"))
      throw this.bad(100, `Param ${type} has no caption`);
    if ([...caption].length > 1024)
      throw this.bad(100, `Param ${type}['caption'] must be at most 1024 characters long.`);
    return this.mediaOf(type, body, caption);
  }

  private async mediaOf(type: string, body: Record<string, unknown>, caption: string) {
    const id = textOf(body.id);
    const link = textOf(body.link);
    if ((id === undefined) === (link === undefined)) throw this.bad(100, `Param ${type} must hold either id or link`);
    const held = id === undefined ? undefined : this.media.get(id);
    if (id !== undefined && !held) throw this.bad(131009, `Media id ${id} does not exist`);
    const got = held ?? (await fetchLink(link ?? "", 100 * 1024 * 1024));
    const failed = (details: string) => ({
      text: caption,
      attachments: [],
      trouble: {
        code: 131053,
        message: "(#131053) Media upload error",
        data: { messaging_product: "whatsapp", details },
      },
    });
    if (got === undefined || got === "too large")
      return failed(got ? "The media file exceeds the size limit" : "Downloading media from weblink failed");
    // WhatsApp goes by the content type the server declares.
    const mime =
      "declared" in got && got.declared && got.declared !== "application/octet-stream" ? got.declared : got.type;
    const problem = checkFormat(type as Kind, mime, got.bytes);
    if (problem) return failed(`Unsupported or too large ${type}: ${mime}. Expected: ${problem}`);
    const name = textOf(body.filename) ?? got.name;
    const url = this.world.cdn.put(this.world.ids.token("out", 12), { bytes: got.bytes, type: mime, name });
    return { text: caption, attachments: [{ type: type === "document" ? "file" : type, url, mime, name }] };
  }

  // --- webhooks --------------------------------------------------------------------------------

  private value(rest: Record<string, unknown>): Record<string, unknown> {
    return {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: business.displayPhone, phone_number_id: this.account.id },
      ...rest,
    };
  }

  private change(
    field: string,
    lane: string,
    value: Record<string, unknown>,
    notify?: Parameters<GraphService["hook"]>[4],
  ): void {
    const entry = { id: this.account.wabaId, changes: [{ value: this.value(value), field }] };
    this.hook(this.account, field, lane, entry, notify);
  }

  private status(
    account: MetaAccount,
    lane: string,
    id: string,
    status: string,
    opaque: string | undefined,
    more: { recipient?: Chat; errors?: unknown[] },
  ): void {
    const { recipient } = more;
    const paid =
      status === "failed"
        ? {}
        : { pricing: { billable: false, pricing_model: "PMP", type: "free_customer_service", category: "service" } };
    const body = {
      id,
      status,
      timestamp: String(Math.floor(this.world.clock.now() / 1000)),
      recipient_id: recipient?.peer || recipient?.bsuid || lane,
      ...(recipient?.bsuid ? { recipient_user_id: recipient.bsuid } : {}),
      ...(opaque === undefined ? {} : { biz_opaque_callback_data: opaque }),
      ...paid,
      ...(more.errors ? { errors: more.errors } : {}),
    };
    this.hook(account, "messages", lane, {
      id: account.wabaId,
      changes: [{ value: this.value({ statuses: [body] }), field: "messages" }],
    });
  }

  private message(chat: Chat, m: PhoneMessage, body: Record<string, unknown>, id = m.id): void {
    const contacts = [
      {
        profile: { name: chat.name, ...(chat.username ? { username: chat.username } : {}) },
        wa_id: chat.peer,
        user_id: chat.bsuid,
      },
    ];
    const base = {
      from: chat.peer,
      ...(chat.peer ? {} : { from_user_id: chat.bsuid }),
      id,
      timestamp: String(Math.floor(m.at / 1000)),
    };
    this.change("messages", chat.key, { contacts, messages: [{ ...base, ...body }] }, this.notified(chat, m));
  }

  // --- the customer ----------------------------------------------------------------------------

  chat(name: string, options: ChatOptions = {}): Chat {
    return this.world.phones.add({
      key: chatKey("whatsapp", this.account.id, "", name),
      platform: "whatsapp",
      account: this.account.id,
      kind: "",
      name,
      language: options.language ?? "en",
      // 555-01xx numbers belong to nobody.
      peer: options.hideNumber
        ? ""
        : (options.peer ?? `1${stableDigits(`area ${name}`, 3)}55501${stableDigits(name, 5).slice(1, 3)}`),
      bsuid: `US.${stableDigits(`bsuid ${name}`, 17)}`,
      username: options.username ?? (options.hideNumber ? name.toLowerCase().replace(/[^a-z0-9]+/g, ".") : undefined),
      messages: [],
      blocked: false,
      started: true,
    });
  }

  /** Meta's agent has the conversation: what the customer writes comes on `standby`, one level deeper. */
  standby(chat: Chat, text: string): PhoneMessage {
    const m = newMessage(this.world.ids.whatsapp(chat.key), "customer", this.world.clock.stamp(), { text });
    this.world.add(chat, m);
    const contacts = [{ profile: { name: chat.name }, wa_id: chat.peer, user_id: chat.bsuid }];
    const message = {
      from: chat.peer,
      from_user_id: chat.bsuid,
      id: m.id,
      timestamp: this.seconds(m.at),
      type: "text",
      text: { body: text },
    };
    this.change("standby", chat.key, { standby: { contacts, messages: [message] } }, this.notified(chat, m));
    return m;
  }

  /** Meta's agent answers: an echo of what it asked the API to send. */
  agentSays(chat: Chat, text: string): PhoneMessage {
    const m = newMessage(this.world.ids.whatsapp(chat.key), "team", this.world.clock.stamp(), { text });
    this.world.add(chat, m);
    const sent = {
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: chat.peer,
      type: "text",
      text: { body: text },
    };
    this.change("standby", chat.key, {
      standby: { message_echoes: [{ id: m.id, timestamp: this.seconds(m.at), message: sent }] },
    });
    return m;
  }

  /** Meta's agent hands the conversation to us. A handover has no `metadata`. */
  handOver(chat: Chat): void {
    const value = {
      messaging_product: "whatsapp",
      recipient: { display_phone_number: business.displayPhone, phone_number_id: this.account.id },
      sender: { phone_number: chat.peer },
      timestamp: this.seconds(this.world.clock.now()),
      type: "control_passed",
      control_passed: {
        previous_owner_app_role: "meta_business_agent",
        previous_owner_role: "ai_agent",
        new_owner_role: "escalation",
      },
    };
    this.hook(this.account, "messaging_handovers", chat.key, {
      id: this.account.wabaId,
      changes: [{ value, field: "messaging_handovers" }],
    });
  }

  /** The customer rings, and nobody picks up. */
  missedCall(chat: Chat): void {
    const contacts = [{ profile: { name: chat.name }, wa_id: chat.peer, user_id: chat.bsuid }];
    const call = {
      id: `wacid.${this.world.ids.token("call", 20)}`,
      from: chat.peer,
      to: business.displayPhone,
      direction: "USER_INITIATED",
    };
    const timestamp = this.seconds(this.world.clock.now());
    this.change("calls", chat.key, {
      contacts,
      calls: [{ ...call, event: "connect", timestamp, session: { sdp_type: "offer", sdp: "v=0" } }],
    });
    this.change("calls", chat.key, { contacts, calls: [{ ...call, event: "terminate", timestamp, status: "FAILED" }] });
  }

  /** Somebody has another number, which is not told: nothing but their ids comes, without `from` and `contacts`. */
  changeUserId(chat: Chat, tell = true): () => void {
    const [before, now] = [chat.bsuid, `US.${stableDigits(`new bsuid ${chat.key}`, 17)}`];
    [chat.bsuid, chat.peer] = [now, ""];
    const system = {
      type: "user_changed_user_id",
      body: `User ${chat.name} changed`,
      user_id: now,
      previous_user_id: before,
    };
    const message = {
      id: this.world.ids.whatsapp(chat.key),
      timestamp: this.seconds(this.world.clock.now()),
      type: "system",
      system,
    };
    const told = () => this.change("messages", chat.key, { messages: [message] });
    if (tell) told();
    return told;
  }

  private seconds(at: number): string {
    return String(Math.floor(at / 1000));
  }

  file(kind: Parameters<GraphService["file"]>[0], name?: string): Attachment {
    const files = {
      video: "clip.mp4",
      audio: "voice.ogg",
      voice: "voice.ogg",
      file: "invoice.pdf",
      sticker: "sticker.webp",
    };
    const file = kind === "image" ? (name ?? "parcel") : files[kind];
    return { type: kind, url: this.world.cdn.link(file), name: file };
  }

  write(chat: Chat, draft: Draft): PhoneMessage {
    if (draft.story) throw new Error("WhatsApp has no stories");
    const m = newMessage(this.world.ids.whatsapp(chat.peer), "customer", draft.at ?? this.world.clock.stamp(), {
      text: draft.text ?? "",
      attachments: [...(draft.attachments ?? [])],
      replyTo: draft.replyTo,
    });
    const quoted = draft.replyTo === undefined ? undefined : message(chat, draft.replyTo);
    const context = quoted
      ? { context: { from: quoted.from === "customer" ? chat.peer : business.displayPhone, id: quoted.id } }
      : draft.forwarded
        ? { context: { forwarded: true } }
        : {};
    const referral = draft.referral
      ? {
          referral: {
            source_url: "https://fb.me/standin",
            source_type: "ad",
            source_id: "61",
            headline: "Autumn sale",
            body: "Everything for the trail",
            media_type: "image",
            image_url: this.world.cdn.link("boots"),
            ctwa_clid: this.world.ids.token("clid", 18),
            ...draft.referral,
          },
        }
      : {};
    const sendAs = (as: PhoneMessage, body: Record<string, unknown>) =>
      this.message(chat, as, { ...context, ...referral, ...body });
    const send = (body: Record<string, unknown>) => sendAs(m, body);
    if (draft.location) {
      const { latitude, longitude, name } = draft.location;
      m.attachments.push({ type: "location", name: name ?? `${latitude}, ${longitude}` });
      this.world.add(chat, m);
      send({ type: "location", location: { latitude, longitude, name } });
    } else if (draft.contact) {
      const { name, phone } = draft.contact;
      m.attachments.push({ type: "contact", name: `${name} ${phone}` });
      this.world.add(chat, m);
      send({
        type: "contacts",
        contacts: [
          {
            name: { formatted_name: name, first_name: name.split(" ")[0] },
            phones: [{ phone, wa_id: phone.replace(/\D/g, ""), type: "CELL" }],
          },
        ],
      });
    } else if (draft.unsupported) {
      m.attachments.push({ type: "unsupported", name: draft.unsupported });
      this.world.add(chat, m);
      send({
        type: "unsupported",
        errors: [
          {
            code: 131051,
            title: "Message type unknown",
            message: "Message type unknown",
            error_data: { details: "Message type is currently not supported." },
          },
        ],
        unsupported: { type: draft.unsupported },
      });
    } else if (draft.quickReply !== undefined) {
      this.world.add(chat, m);
      send({
        type: "interactive",
        interactive: { type: "button_reply", button_reply: { id: draft.quickReply, title: m.text } },
      });
    } else if (m.attachments.length > 0) {
      return this.writeMedia(chat, m, draft, sendAs);
    } else {
      this.world.add(chat, m);
      send({ type: "text", text: { body: m.text } });
    }
    return m;
  }

  /** Each picture of an album is a message of its own; the last one is returned. */
  private writeMedia(
    chat: Chat,
    first: PhoneMessage,
    draft: Draft,
    send: (as: PhoneMessage, body: Record<string, unknown>) => void,
  ): PhoneMessage {
    const [one, ...rest] = first.attachments;
    if (!one) return first;
    const m = { ...first, attachments: [one] };
    this.world.add(chat, m);
    const held = this.media.hold(this.world.cdn.get(one.name ?? "") ?? builtIn(one.name ?? ""), 7);
    const body: Record<string, unknown> = {
      id: held.id,
      mime_type: held.type,
      sha256: createHash("sha256").update(held.bytes).digest("base64"),
    };
    const kind = one.type === "voice" ? "audio" : one.type === "file" ? "document" : one.type;
    if (one.type === "voice") Object.assign(body, { voice: true, mime_type: "audio/ogg; codecs=opus" });
    if (one.type === "audio") body.voice = false;
    if (one.type === "file") body.filename = held.name;
    if (one.type === "sticker") body.animated = false;
    if (m.text) body.caption = m.text;
    send(m, { type: kind, [kind]: body });
    return rest.length === 0 ? m : this.write(chat, { attachments: rest, replyTo: draft.replyTo, at: draft.at });
  }

  private side(chat: Chat, body: Record<string, unknown>): void {
    const m = newMessage(this.world.ids.whatsapp(chat.peer), "customer", this.world.clock.stamp());
    chat.lastInboundAt = m.at;
    this.message(chat, m, body);
  }

  react(chat: Chat, id: string, emoji: string | undefined): void {
    this.mark(chat, this.mine(chat, id), "customer", emoji);
    this.side(chat, { type: "reaction", reaction: { message_id: id, emoji: emoji ?? "" } });
  }

  unsend(chat: Chat, id: string): void {
    const m = this.mine(chat, id);
    if (m.from !== "customer") throw new Error("only own messages can be taken back");
    m.unsent = true;
    this.world.phones.changed(chat);
    this.side(chat, { type: "revoke", revoke: { original_message_id: id } });
  }

  edit(chat: Chat, id: string, text: string): void {
    const m = this.mine(chat, id);
    if (m.from !== "customer") throw new Error("only own messages can be edited");
    m.text = text;
    m.edits += 1;
    this.world.phones.changed(chat);
    this.side(chat, {
      type: "edit",
      edit: { original_message_id: id, message: { type: "text", text: { body: text } } },
    });
  }

  read(chat: Chat): void {
    for (const m of chat.messages.filter((x) => x.from === "team" && x.state !== "read")) {
      m.state = "read";
      this.status(this.account, chat.key, m.id, "read", m.correlation, { recipient: chat });
    }
    this.world.phones.changed(chat);
  }

  /** Typed in the business's phone app: coexistence echo. */
  native(chat: Chat, draft: Draft): PhoneMessage {
    const m = newMessage(this.world.ids.whatsapp(chat.peer), "native", this.world.clock.stamp(), {
      text: draft.text ?? "",
      state: "received",
    });
    this.world.add(chat, m);
    const echo = {
      from: business.displayPhone,
      to: chat.peer,
      ...(chat.bsuid ? { to_user_id: chat.bsuid } : {}),
      id: m.id,
      timestamp: String(Math.floor(m.at / 1000)),
      type: "text",
      text: { body: m.text },
    };
    this.change("smb_message_echoes", chat.key, { message_echoes: [echo] });
    return m;
  }

  /** What became of a message, told of another number than the customer's, and without the reference. */
  reportOf(id: string, status: string, number: string): void {
    this.status(this.account, number, id, status, undefined, {});
  }

  press(chat: Chat, title: string, payload: string): PhoneMessage {
    const m = newMessage(this.world.ids.whatsapp(chat.peer), "customer", this.world.clock.stamp(), {
      text: title,
      note: "Button",
    });
    this.world.add(chat, m);
    this.message(chat, m, { type: "button", button: { payload, text: title } });
    return m;
  }

  block(chat: Chat, blocked: boolean): void {
    chat.blocked = blocked;
    this.world.phones.changed(chat);
  }

  /** The customer moves to a new number: a `system` message without contacts, and a new BSUID. */
  changeNumber(chat: Chat, number: string): void {
    const m = newMessage(this.world.ids.whatsapp(chat.peer), "customer", this.world.clock.stamp());
    const system = {
      type: "user_changed_number",
      wa_id: number,
      body: `${chat.name} changed from ${chat.peer} to ${number}`,
    };
    this.change("messages", chat.key, {
      messages: [{ from: chat.peer, id: m.id, timestamp: String(Math.floor(m.at / 1000)), type: "system", system }],
    });
    chat.peer = number;
    chat.bsuid = `US.${stableDigits(`bsuid ${chat.name} ${number}`, 17)}`;
    this.world.phones.changed(chat);
  }

  dashboardTest(): void {
    const value = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: "16505551111", phone_number_id: "123456123" },
      contacts: [{ profile: { name: "test user name" }, wa_id: "16315551181" }],
      messages: [
        {
          from: "16315551181",
          id: "ABGGFlA5Fpa",
          timestamp: "1504902988",
          type: "text",
          text: { body: "this is a text message" },
        },
      ],
    };
    this.hook(this.account, "messages", "test", { id: "0", changes: [{ field: "messages", value }] });
  }
}
