import { readFields, textOf, type Fields } from "../common/form.ts";
import { fieldNames, pick, refuse, type GraphError, type MetaAccount } from "../common/graph.ts";
import { stableDigits } from "../common/ids.ts";
import { SendApi, sendKinds, type PrivateReply } from "../common/sendapi.ts";
import { chatKey, newMessage, type World } from "../common/world.ts";
import type { Attachment, Chat, PhoneMessage } from "../common/phones.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import type { ChatOptions, Draft } from "../common/stand.ts";
import { attachmentsOf } from "./attachments.ts";
import { accountsOf, usernameFrom } from "./accounts.ts";
import { shared } from "./shared.ts";
import { profileNode } from "./profile.ts";
import { InstagramWall } from "./wall.ts";
import { instagramWallRoute } from "./wallroutes.ts";

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

  constructor(world: World) {
    super(world, "instagram", 300);
    this.accounts.push(...accountsOf(this.defaultFields()));
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
    return { status: 200, body: profileNode(this.world, chat, asked) };
  }

  protected attachments(account: MetaAccount, body: Record<string, unknown>, fields: Fields): Promise<Attachment[]> {
    return attachmentsOf(this, this.saved, account, body, fields);
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
    const account = this.account(chat.kind);
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
    return this.known(name, kind)?.username ?? usernameFrom(name);
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

  write(chat: Chat, draft: Draft): PhoneMessage {
    if (draft.location || draft.contact) throw new Error("Instagram sends neither places nor contact cards");
    const m = newMessage(this.newId(this.account(chat.kind), chat), "customer", draft.at ?? this.world.clock.stamp(), {
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
      attachments.push(shared(this.world, draft.unsupported));
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
    const account = this.account(chat.kind);
    const m = newMessage(this.newId(account, chat), "native", this.world.clock.stamp(), {
      text: draft.text ?? "",
      state: "received",
    });
    this.world.add(chat, m);
    this.echo(account, chat, m);
    return m;
  }

  press(chat: Chat, title: string, payload: string): PhoneMessage {
    const m = newMessage(this.newId(this.account(chat.kind), chat), "customer", this.world.clock.stamp(), {
      text: title,
      note: "Button",
    });
    this.world.add(chat, m);
    this.event("messaging_postbacks", chat, { postback: { mid: m.id, title, payload } }, m);
    return m;
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
