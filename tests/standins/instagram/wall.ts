import { textOf } from "../common/form.ts";
import type { MetaAccount } from "../common/graph.ts";
import type { PrivateReply } from "../common/sendapi.ts";
import { wallError } from "../wall/errors.ts";
import { privateReply } from "../wall/private.ts";
import { WallService, type CommentOptions, type PostOptions } from "../wall/service.ts";
import type { Person, WallComment, WallPost } from "../wall/model.ts";
import type { Instagram } from "./index.ts";

export type Envelope = "changes" | "bare";
export type IdName = "id" | "comment_id" | "both";

const PRODUCTS: Partial<Record<WallPost["type"], string>> = { reel: "REELS", live: "LIVE" };

export const productOf = (post: WallPost): string => (post.ad ? "AD" : (PRODUCTS[post.type] ?? "FEED"));

/** Comments on Instagram: what customers and the shop do in the app, and the webhooks, which tell of new ones only. */
export class InstagramWall extends WallService<Instagram> {
  readonly platform = "instagram";
  readonly textLimit = 2200;
  readonly canEdit = false;
  /** By kind of account. */
  readonly settings = {
    /** `bare`: `field` and `value` on the entry itself, as the pages of Instagram Login show it. */
    envelope: { login: "changes", page: "changes" } as Record<string, Envelope>,
    idName: { login: "id", page: "comment_id" } as Record<string, IdName>,
    /** The whole body in an outer list, as those pages show it too. */
    wrapped: false,
  };
  /** People whose comments only they and the webhook see, until the shop approves. */
  readonly restricted = new Set<string>();
  /** Organic posts that are shown as ads as well, with the medium of the ad: each comment is told twice. */
  readonly boosted = new Map<string, WallPost>();

  account(post: WallPost): MetaAccount {
    return this.stand.account(post.kind);
  }

  accountOf(kind: string | undefined): MetaAccount {
    return this.stand.account(kind || "login");
  }

  us(account: MetaAccount): Person {
    return { id: account.id, peer: account.id, name: account.name, username: account.username };
  }

  person(name: string, kind: string): Person {
    const peer = this.stand.peerOf(name, kind);
    return { id: peer, peer, name, username: this.stand.usernameOf(name, kind) };
  }

  protected newPostId(): string {
    return this.stand.world.ids.digits(17);
  }

  protected newCommentId(): string {
    return this.stand.world.ids.digits(17);
  }

  /** Shows a post as an ad too: comments come once under each medium. */
  boost(post: WallPost | string, title = "Boosted post"): WallPost {
    const organic = this.find(post);
    const options = { ad: { title, original: organic }, kind: organic.kind, picture: organic.picture, silent: true };
    const ad = this.post(organic.text, options);
    this.boosted.set(organic.id, ad);
    return ad;
  }

  /** The broadcast is over: no more comments, no more webhooks, no more private replies. */
  end(post: WallPost | string): WallPost {
    const live = this.find(post);
    if (live.type !== "live") throw new Error("this is no broadcast");
    live.ended = true;
    this.wall.changed(live);
    return live;
  }

  /** Somebody names the account under a medium of their own. Only Page-linked accounts hear of it in `mentions`. */
  mention(
    name: string,
    text: string,
    where: "caption" | "comment" = "comment",
    options: CommentOptions & PostOptions = {},
  ): WallPost {
    const account = this.accountOf(options.kind ?? "page");
    const author = this.person(name, account.kind);
    const caption = where === "caption" ? text : "A picture of somebody else";
    const post = this.addPost(account, author, false, caption, { ...options, silent: true });
    const comment =
      where === "comment"
        ? this.add(post, undefined, author, "customer", text, { ...options, silent: true })
        : undefined;
    if (account.kind === "page") {
      const value = { media_id: post.id, ...(comment ? { comment_id: comment.id } : {}) };
      this.tell(account, post, "mentions", value, comment && this.notified(comment));
    } else if (comment) this.tellComment(comment, "add", author);
    return post;
  }

  /** The `value` of a `comments` or `live_comments` change. There is no time in it. */
  value(post: WallPost, comment: WallComment, shownAs: WallPost): Record<string, unknown> {
    const name = this.settings.idName[post.kind] ?? "id";
    const { ad } = shownAs;
    const own = comment.author.id === post.account;
    return {
      ...(name === "comment_id" ? {} : { id: comment.id }),
      ...(name === "id" ? {} : { comment_id: comment.id }),
      from: {
        id: comment.author.id,
        username: comment.author.username,
        ...(own ? { self_ig_scoped_id: comment.author.id } : {}),
      },
      ...(comment.top === undefined ? {} : { parent_id: comment.top }),
      ...(comment.text ? { text: comment.text } : {}),
      media: {
        // An album's own id does not come along.
        ...(post.type === "album" ? {} : { id: shownAs.id }),
        media_product_type: productOf(shownAs),
        ...(ad ? { ad_id: ad.id, ad_title: ad.title, original_media_id: ad.original } : {}),
      },
    };
  }

  entry(account: MetaAccount, field: string, value: unknown): Record<string, unknown> {
    const base = { id: account.id, time: Math.floor(this.stand.world.clock.now() / 1000) };
    return this.settings.envelope[account.kind] === "bare"
      ? { ...base, field, value }
      : { ...base, changes: [{ field, value }] };
  }

  fieldOf(post: WallPost): string {
    return post.type === "live" ? "live_comments" : "comments";
  }

  /** Instagram tells of new comments, not of edits, hides and deletes. */
  tellComment(comment: WallComment, verb: string, _by: Person): void {
    if (verb !== "add") return;
    const post = this.postOf(comment);
    const ad = this.boosted.get(post.id);
    for (const shownAs of ad ? [post, ad] : [post])
      this.tell(
        this.account(post),
        post,
        this.fieldOf(post),
        this.value(post, comment, shownAs),
        this.notified(comment),
      );
  }

  tellAll(post: WallPost, comments: WallComment[], how: { batch: number; parallel: number }): void {
    const account = this.account(post);
    const events = comments.map((c) => ({
      entry: this.entry(account, this.fieldOf(post), this.value(post, c, post)),
      notify: this.notified(c),
    }));
    this.stand.hookAll(account, this.fieldOf(post), `wall ${post.id}`, events, how);
  }

  webhookId(_post: WallPost, comment: WallComment): string {
    return comment.id;
  }

  tellPost(): void {
    // Nothing is told of posts.
  }

  private tell(
    account: MetaAccount,
    post: WallPost,
    field: string,
    value: unknown,
    notify?: ReturnType<InstagramWall["notified"]>,
  ): void {
    this.stand.hook(account, field, `wall ${post.id}`, this.entry(account, field, value), notify);
  }

  /** `recipient: {comment_id}`; text alone. */
  privately(account: MetaAccount, recipient: Record<string, unknown>): PrivateReply | undefined {
    const id = textOf(recipient.comment_id);
    if (id === undefined) return undefined;
    const comment = this.wall.comment(id);
    const post = comment && this.wall.post(comment.post);
    if (!comment || post?.account !== account.id || !post.ours || this.wall.isGone(comment))
      throw wallError("private-invalid");
    return privateReply(this, { post, comment }, true);
  }
}
