import { business } from "../common/business.ts";
import { objectOf, readFields, textOf, type Fields } from "../common/form.ts";
import { fieldNames, pick, refuse, type GraphError, type MetaAccount } from "../common/graph.ts";
import { hashBytes, stableDigits } from "../common/ids.ts";
import { SendApi, sendKinds, type PrivateReply } from "../common/sendapi.ts";
import { chatKey, newMessage, type World } from "../common/world.ts";
import type { Attachment, Chat, PhoneMessage } from "../common/phones.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import type { ChatOptions, Draft } from "../common/stand.ts";
import { InstagramWall } from "./wall.ts";
import { instagramWallRoute } from "./wallroutes.ts";

const MB = 1024 * 1024;
const NAMES: Record<string, string> = {
  "❤": "love",
  "😆": "laugh",
  "😂": "laugh",
  "😮": "wow",
  "😢": "sad",
  "😡": "angry",
  "😠": "angry",
  "👍": "like",
};
/** Formats and sizes as the messaging page lists them. */
const FORMATS: Record<string, { types: string[]; limit: number }> = {
  image: { types: ["image/png", "image/jpeg"], limit: 8 * MB },
  audio: { types: ["audio/aac", "audio/mp4", "audio/wav", "video/mp4"], limit: 25 * MB },
  video: { types: ["video/mp4", "video/ogg", "video/avi", "video/quicktime", "video/webm"], limit: 25 * MB },
  file: { types: ["application/pdf"], limit: 25 * MB },
};
const PROFILE = [
  "name",
  "username",
  "profile_pic",
  "follower_count",
  "is_user_follow_business",
  "is_business_follow_user",
  "is_verified_user",
];

/** Instagram: the Instagram Login kind on its own host; the Page-linked kind is reached on the facebook host. */
export class Instagram extends SendApi {
  readonly platform = "instagram";
  readonly object = "instagram";
  readonly businessType = "instagram";
  readonly windowSubcode = 2534022;
  readonly textLimit = 1000;
  /** Which app secret signs: Instagram's own or the Meta app's. Both were seen. */
  signWith: "instagram" | "meta" = "instagram";
  /** False: `reply_to` is refused with code 100, as long as Meta does not document it for this host. */
  quotes = true;
  /** True: echoes of our own sends carry `app_id` and `metadata`, as Messenger's do. Meta documents neither here. */
  echoMetadata = false;
  /** Media and their comments, of both kinds of account. */
  readonly wall = new InstagramWall(this);
  /** The host on which Page-linked accounts answer. */
  linkedUrl = "";
  private saved = new Map<string, Attachment>();

  constructor(world: World) {
    super(world, "instagram", 300);
    const common = { platform: "instagram" as const, tokenState: "valid" as const, humanAgent: true };
    this.accounts.push(
      {
        ...common,
        kind: "login",
        id: business.instagram,
        name: business.name,
        username: "harbourandpine",
        token: "IGAAlogin" + hashBytes("ig token", 60).toString("base64url"),
        fields: new Set(this.defaultFields()),
      },
      {
        ...common,
        kind: "page",
        id: business.linkedInstagram,
        pageId: business.linkedPage,
        name: `${business.name} Outlet`,
        username: "harbourandpine.outlet",
        token: "EAAGlinked" + hashBytes("linked token", 60).toString("base64url"),
        fields: new Set(this.defaultFields()),
      },
    );
  }

  get appSecret(): string {
    return this.signWith === "instagram" ? this.world.secrets.instagramAppSecret : this.world.secrets.metaAppSecret;
  }

  /** The Page-linked kind belongs to the Meta app. */
  protected override secretOf(account: MetaAccount): string {
    return account.kind === "page" ? this.world.secrets.metaAppSecret : this.appSecret;
  }

  protected override proofSecrets(): string[] {
    return [this.world.secrets.instagramAppSecret, this.world.secrets.metaAppSecret];
  }

  /** Accounts that answer on the facebook host. */
  get linked(): MetaAccount[] {
    return this.accounts.filter((a) => a.kind === "page");
  }

  account(kind: string): MetaAccount {
    const found = this.accounts.find((a) => a.kind === kind);
    if (!found) throw new Error(`no instagram account of kind ${kind}`);
    return found;
  }

  private owner(chat: Chat): MetaAccount {
    return this.account(chat.kind);
  }

  protected defaultFields(): string[] {
    return "messages,message_reactions,messaging_postbacks,messaging_seen,messaging_referral,message_edit,comments,live_comments,mentions".split(
      ",",
    );
  }

  /** Bytes of UTF-8. */
  lengthOf(text: string): number {
    return Buffer.byteLength(text, "utf8");
  }

  protected privately(account: MetaAccount, recipient: Record<string, unknown>): PrivateReply | undefined {
    return this.wall.privately(account, recipient);
  }

  protected override body(entry: unknown[]): unknown {
    return this.wall.settings.wrapped ? [super.body(entry)] : super.body(entry);
  }

  protected newId(account: MetaAccount, chat: Chat): string {
    return this.world.ids.instagram(account.id, chat.peer);
  }

  tooFast(headers: Record<string, string>): GraphError {
    return refuse(
      80002,
      "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.",
      2446079,
      { transient: true, headers },
    );
  }

  // --- the API ---------------------------------------------------------------------------------

  protected route(call: Call): Route | undefined {
    const [id, edge] = this.segments(call);
    const fields = readFields(call);
    const accounts = this.accounts.filter((a) => a.kind === "login");
    const on = (name: string | string[], run: (account: MetaAccount) => Answer | Promise<Answer>): Route =>
      this.graph([name].flat(), () => {
        const account = this.authorize(call, fields, accounts);
        if (id !== "me" && id !== account.id) {
          throw refuse(
            100,
            `Unsupported ${call.method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
            33,
            { type: "IGApiException" },
          );
        }
        return run(account);
      });
    if (id === undefined) return undefined;
    if (call.method === "POST" && edge === "messages") {
      return on(sendKinds(fields), (account) => this.send(account, fields));
    }
    if (call.method === "POST" && edge === "message_attachments")
      return on("upload", (account) => this.upload(account, fields));
    if (edge === "subscribed_apps") return on("subscribe", (account) => this.subscription(call, fields, account));
    if (call.method === "GET" && id === "refresh_access_token") {
      return this.graph(["refresh"], () => {
        const account = this.authorize(call, fields, accounts);
        return { status: 200, body: { access_token: account.token, token_type: "bearer", expires_in: 5184000 } };
      });
    }
    const wall = instagramWallRoute(this.wall, { call, id, edge, fields, accounts });
    if (wall) return wall;
    if (call.method === "GET" && edge === undefined) {
      return this.graph(["profile"], () => this.node(id, this.authorize(call, fields, accounts), fields));
    }
    return undefined;
  }

  override async send(account: MetaAccount, fields: Fields): Promise<Answer> {
    if (!this.quotes && account.kind === "login" && fields.values.reply_to !== undefined)
      throw refuse(100, "(#100) Param reply_to is not supported");
    return super.send(account, fields);
  }

  /** `GET /me`, `GET /{account}` and `GET /{IGSID}` on either host. */
  node(id: string, account: MetaAccount, fields: Fields): Answer {
    const asked = fieldNames(textOf(fields.values.fields) ?? "id");
    if (account.kind === "page" && (id === "me" || id === account.pageId)) {
      const all = {
        id: account.pageId,
        name: account.name,
        instagram_business_account: { id: account.id, username: account.username, name: account.name },
      };
      return { status: 200, body: pick(all, asked) };
    }
    if (id === "me" || id === account.id) {
      const all = {
        // The app-scoped id differs from the professional account's id that webhooks use.
        id: account.kind === "login" ? "26" + account.id.slice(2) : account.id,
        user_id: account.id,
        username: account.username,
        name: account.name,
        account_type: "BUSINESS",
        profile_picture_url: this.world.cdn.link(`portrait.${account.name}`),
      };
      return { status: 200, body: pick(all, asked) };
    }
    const chat = this.peerChat(account, id);
    if (!chat || chat.lastInboundAt === undefined)
      throw refuse(100, "(#100) No profile available for this user.", 2018218);
    if (chat.blocked)
      throw refuse(230, "(#230) User consent is required to access user profile", undefined, { status: 403 });
    const unknown = asked.filter((f) => f !== "id" && !PROFILE.includes(f));
    if (unknown.length > 0) throw refuse(100, `(#100) Tried accessing nonexisting field (${unknown[0]})`);
    const weight = hashBytes(chat.name, 2).readUInt16BE(0);
    const all = {
      name: weight % 11 === 0 ? null : chat.name,
      username: chat.username,
      profile_pic: weight % 7 === 0 ? null : this.world.cdn.link(`portrait.${chat.name}`),
      follower_count: weight % 4000,
      is_user_follow_business: weight % 2 === 0,
      is_business_follow_user: weight % 5 === 0,
      is_verified_user: weight % 97 === 0,
      id: chat.peer,
    };
    return { status: 200, body: pick(all, asked) };
  }

  private async upload(account: MetaAccount, fields: Fields): Promise<Answer> {
    const body = objectOf(fields.values.message);
    if (!body) throw refuse(100, "(#100) The parameter message is required.");
    const [made] = await this.attachments(account, body, fields);
    if (!made) throw refuse(100, "(#100) Upload attachment failure.", 2018047);
    const id = this.world.ids.digits(16);
    this.saved.set(id, made);
    return { status: 200, body: { attachment_id: id } };
  }

  /** `attachments` (up to ten images) or `attachment` (any one). */
  protected async attachments(
    account: MetaAccount,
    body: Record<string, unknown>,
    fields: Fields,
  ): Promise<Attachment[]> {
    const raw = body.attachments ?? body.attachment;
    const list = (Array.isArray(raw) ? raw : [raw]).map((a) => objectOf(a));
    if (list.length > 10) throw refuse(100, "(#100) Param message[attachments] must hold at most 10 images");
    const made: Attachment[] = [];
    for (const [i, a] of list.entries()) {
      const type = textOf(a?.type) ?? "";
      if (!a) throw refuse(100, "(#100) Param message[attachment] must be an object");
      if (list.length > 1 && type !== "image") throw refuse(100, "(#100) Only images can be sent together");
      made.push(await this.one(account, type, objectOf(a.payload) ?? {}, fields, i));
    }
    return made;
  }

  private async one(
    account: MetaAccount,
    type: string,
    payload: Record<string, unknown>,
    fields: Fields,
    index: number,
  ): Promise<Attachment> {
    if (type === "like_heart") return { type: "sticker", name: "❤️" };
    if (type === "MEDIA_SHARE") {
      if (!textOf(payload.id)) throw refuse(100, "(#100) The parameter payload[id] is required");
      return { type: "share", name: `Post ${textOf(payload.id)}` };
    }
    const format = FORMATS[type];
    if (!format)
      throw refuse(
        100,
        "(#100) Param message[attachment][type] must be one of {IMAGE, VIDEO, AUDIO, FILE, MEDIA_SHARE, LIKE_HEART}",
      );
    const savedId = textOf(payload.attachment_id);
    if (savedId !== undefined) {
      const saved = this.saved.get(savedId);
      if (!saved) throw refuse(100, "(#100) The attachment id does not exist", 2018074);
      return saved;
    }
    const upload = account.kind === "page" ? fields.uploads[index] : undefined;
    const tooLarge = () =>
      refuse(100, `(#100) The attachment size exceeds the allowable limit of ${format.limit / MB} MB`, 2018238);
    const got = upload
      ? { bytes: upload.bytes, type: upload.type, name: upload.filename }
      : await this.fetched(payload.url, format.limit, (why) =>
          why === "too large" ? tooLarge() : refuse(100, "(#100) Failed to fetch the file from the url", 2018008),
        );
    if (got.bytes.length > format.limit) throw tooLarge();
    if (!format.types.includes(got.type))
      throw refuse(100, `(#100) Upload attachment failure: ${got.type} is not supported for ${type}`, 2018047);
    const url = this.world.cdn.put(this.world.ids.token("out", 12), {
      bytes: got.bytes,
      type: got.type,
      name: got.name,
    });
    return { type, url, mime: got.type, name: got.name };
  }

  protected async tell(account: MetaAccount, chat: Chat, m: PhoneMessage): Promise<void> {
    await this.announce({
      echo: () => this.echo(account, chat, m),
      // Instagram has no delivery event; the phone shows it all the same.
      delivered: () => {
        if (m.state === "accepted") m.state = "delivered";
        this.world.phones.changed(chat);
      },
      read: () => this.read(chat),
    });
  }

  // --- webhooks --------------------------------------------------------------------------------

  private event(
    field: string,
    chat: Chat,
    event: Record<string, unknown>,
    m?: PhoneMessage,
    fromAccount = false,
  ): void {
    const account = this.owner(chat);
    const at = m?.at ?? this.world.clock.now();
    const [sender, recipient] = fromAccount ? [account.id, chat.peer] : [chat.peer, account.id];
    const messaging = { sender: { id: sender }, recipient: { id: recipient }, timestamp: at, ...event };
    const entry = { id: account.id, time: this.world.clock.now(), messaging: [messaging] };
    this.hook(account, field, chat.key, entry, m ? this.notified(chat, m) : undefined);
  }

  /** Echoes of Instagram carry neither `app_id` nor `metadata`, unless `echoMetadata`. */
  private echo(_account: MetaAccount, chat: Chat, m: PhoneMessage): void {
    const body = {
      mid: m.id,
      ...(m.text ? { text: m.text } : {}),
      ...(m.attachments.length > 0
        ? { attachments: m.attachments.map((a) => ({ type: a.type, payload: { url: a.url } })) }
        : {}),
      ...(m.replyTo === undefined ? {} : { reply_to: { mid: m.replyTo } }),
      is_echo: true,
      ...(this.echoMetadata && m.from === "team"
        ? { app_id: Number(this.world.secrets.metaAppId), metadata: m.correlation }
        : {}),
    };
    this.event("messages", chat, { message: body }, { ...m }, true);
  }

  // --- the customer ----------------------------------------------------------------------------

  private known(name: string, kind: string): Chat | undefined {
    return this.world.phones.get(chatKey("instagram", this.account(kind).id, kind, name));
  }

  /** The id by which this person is known to an account of this kind. */
  peerOf(name: string, kind: string): string {
    return this.known(name, kind)?.peer ?? stableDigits(`igsid ${kind} ${name}`, 16);
  }

  usernameOf(name: string, kind: string): string {
    const made = name
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[^a-z0-9]+/g, ".")
      .replace(/^\.|\.$/g, "");
    return this.known(name, kind)?.username ?? (made || `user${stableDigits(name, 6)}`);
  }

  chat(name: string, options: ChatOptions = {}): Chat {
    const kind = options.kind ?? "login";
    const account = this.account(kind);
    return this.world.phones.add({
      key: chatKey("instagram", account.id, kind, name),
      platform: "instagram",
      account: account.id,
      kind,
      name,
      language: options.language ?? "en",
      username: options.username ?? this.usernameOf(name, kind),
      peer: options.peer ?? this.peerOf(name, kind),
      messages: [],
      blocked: false,
      started: true,
    });
  }

  file(kind: Parameters<SendApi["file"]>[0], name?: string): Attachment {
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

  write(chat: Chat, draft: Draft): PhoneMessage {
    if (draft.location || draft.contact) throw new Error("Instagram sends neither places nor contact cards");
    const m = newMessage(this.newId(this.owner(chat), chat), "customer", draft.at ?? this.world.clock.stamp(), {
      text: draft.text ?? "",
      attachments: [...(draft.attachments ?? [])],
      replyTo: draft.replyTo,
    });
    // Stickers and GIFs arrive as images.
    const attachments: Record<string, unknown>[] = m.attachments.map((a) => ({
      type: a.type === "voice" ? "audio" : a.type === "sticker" ? "image" : a.type,
      payload: { url: a.url },
    }));
    let replyTo: Record<string, unknown> | undefined = draft.replyTo === undefined ? undefined : { mid: draft.replyTo };
    if (draft.story) {
      const url = this.world.cdn.link(draft.story.picture ?? "sunset");
      m.story = { kind: draft.story.kind, id: this.world.ids.digits(17), url };
      if (draft.story.kind === "reply") replyTo = { story: { id: m.story.id, url } };
      else attachments.push({ type: "story_mention", payload: { url } });
    }
    let unsupported = false;
    if (
      draft.unsupported === "ephemeral" ||
      draft.unsupported === "ig_post" ||
      draft.unsupported === "ig_reel" ||
      draft.unsupported === "share"
    ) {
      attachments.push(this.shared(draft.unsupported));
      m.attachments.push({ type: "unsupported", name: draft.unsupported });
    } else if (draft.unsupported) {
      unsupported = true;
      m.attachments.push({ type: "unsupported", name: draft.unsupported });
    }
    this.world.add(chat, m);
    if (draft.referral && !m.text && attachments.length === 0) {
      m.note = "Opened the chat from a link";
      this.event(
        "messaging_referral",
        chat,
        { referral: { source: "IGME-SOURCE-LINK", type: "OPEN_THREAD", ...draft.referral } },
        m,
      );
      return m;
    }
    this.event(
      "messages",
      chat,
      {
        message: {
          mid: m.id,
          ...(m.text ? { text: m.text } : {}),
          ...(attachments.length > 0 ? { attachments } : {}),
          ...(replyTo ? { reply_to: replyTo } : {}),
          ...(draft.quickReply === undefined ? {} : { quick_reply: { payload: draft.quickReply } }),
          ...(draft.referral ? { referral: { source: "ADS", type: "OPEN_THREAD", ...draft.referral } } : {}),
          ...(unsupported ? { is_unsupported: true } : {}),
        },
      },
      m,
    );
    return m;
  }

  private shared(kind: string): Record<string, unknown> {
    const url = this.world.cdn.link("boots");
    if (kind === "ephemeral") return { type: "ephemeral" };
    if (kind === "ig_post")
      return {
        type: "ig_post",
        payload: { ig_post_media_id: this.world.ids.digits(17), title: "New in the shop", url },
      };
    if (kind === "ig_reel")
      return {
        type: "ig_reel",
        payload: { reel_video_id: this.world.ids.digits(17), title: "A walk by the sea", url },
      };
    return { type: "share", payload: { url } };
  }

  react(chat: Chat, id: string, emoji: string | undefined): void {
    this.mark(chat, this.mine(chat, id), "customer", emoji);
    const plain = emoji?.replace(/\ufe0f/g, "") ?? "";
    const reaction = emoji
      ? { mid: id, action: "react", reaction: NAMES[plain] ?? "other", emoji }
      : { mid: id, action: "unreact" };
    chat.lastInboundAt = this.world.clock.now();
    this.event("message_reactions", chat, { reaction });
  }

  /** The message is taken back: the webhook repeats its `mid` with `is_deleted`, and media links die. */
  unsend(chat: Chat, id: string): void {
    const m = this.mine(chat, id);
    if (m.from !== "customer") throw new Error("only own messages can be taken back");
    m.unsent = true;
    this.world.phones.changed(chat);
    this.event("messages", chat, { message: { mid: id, is_deleted: true } });
  }

  edit(chat: Chat, id: string, text: string): void {
    const m = this.mine(chat, id);
    if (m.from !== "customer" || m.edits >= 5) throw new Error("only own messages, and five times at most");
    m.text = text;
    m.edits += 1;
    this.world.phones.changed(chat);
    this.event("message_edit", chat, { message_edit: { mid: id, text, num_edit: m.edits } });
  }

  /** Seen comes per message id. */
  read(chat: Chat): void {
    for (const m of chat.messages.filter((x) => x.from !== "customer" && x.state !== "read")) {
      m.state = "read";
      this.event("messaging_seen", chat, { read: { mid: m.id } });
    }
    this.world.phones.changed(chat);
  }

  native(chat: Chat, draft: Draft): PhoneMessage {
    const account = this.owner(chat);
    const m = newMessage(this.newId(account, chat), "native", this.world.clock.stamp(), {
      text: draft.text ?? "",
      state: "received",
    });
    this.world.add(chat, m);
    this.echo(account, chat, m);
    return m;
  }

  press(chat: Chat, title: string, payload: string): PhoneMessage {
    const m = newMessage(this.newId(this.owner(chat), chat), "customer", this.world.clock.stamp(), {
      text: title,
      note: "Button",
    });
    this.world.add(chat, m);
    this.event("messaging_postbacks", chat, { postback: { mid: m.id, title, payload } }, m);
    return m;
  }

  block(chat: Chat, blocked: boolean): void {
    chat.blocked = blocked;
    this.world.phones.changed(chat);
  }

  /** The dashboard's "Test" button. */
  dashboardTest(): void {
    const value = {
      sender: { id: "12334" },
      recipient: { id: "23245" },
      timestamp: "1527459824",
      message: { mid: "random_mid", text: "random_text" },
    };
    this.hook(this.account("login"), "messages", "test", {
      id: "0",
      time: 1527459824,
      changes: [{ field: "messages", value }],
    });
  }
}
