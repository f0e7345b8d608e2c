import { business } from "../common/business.ts";
import { textOf } from "../common/form.ts";
import { stableDigits } from "../common/ids.ts";
import type { MetaAccount } from "../common/graph.ts";
import type { PrivateReply } from "../common/sendapi.ts";
import { wallError } from "../wall/errors.ts";
import { privateReply } from "../wall/private.ts";
import { WallService, type CommentOptions, type PostOptions } from "../wall/service.ts";
import type { Person, WallComment, WallPost } from "../wall/model.ts";
import { commentValue, mentionValue, postValue } from "./feed.ts";
import type { Facebook } from "./index.ts";

/** How a comment is named: `42_900`, `900` or `77001_42_900`. */
export type IdForm = "post" | "bare" | "page";

/** Comments on a Page: what customers and admins do on Facebook, and the `feed` and `mention` webhooks about it. */
export class FacebookWall extends WallService<Facebook> {
  readonly platform = "facebook";
  readonly textLimit = 8000;
  readonly canEdit = true;
  readonly settings = {
    /** `none`: without Advanced Access there is no `from`; `name`: it has no id. */
    from: "full" as "full" | "name" | "none",
    /** `other`: comments name people by another id than messages do. */
    authors: "psid" as "psid" | "other",
    webhookIds: "post" as IdForm,
    readIds: "post" as IdForm,
    editVerb: "edited" as "edited" | "edit",
    mentions: "from" as "from" | "sender",
    mentionsWithoutComment: false,
  };
  /** People who do not let the app know who they are. */
  readonly nameless = new Set<string>();
  /** Posts that are shown as ads as well: what happens under them is told twice. */
  readonly boosted = new Set<string>();

  account(): MetaAccount {
    return this.stand.account;
  }

  accountOf(): MetaAccount {
    return this.stand.account;
  }

  us(account: MetaAccount): Person {
    return { id: account.id, peer: account.id, name: account.name };
  }

  person(name: string): Person {
    const peer = this.stand.peerOf(name);
    return { id: this.settings.authors === "psid" ? peer : stableDigits(`asid ${name}`, 16), peer, name };
  }

  protected newPostId(account: MetaAccount): string {
    return `${account.id}_${this.stand.world.ids.digits(15)}`;
  }

  protected newCommentId(): string {
    return this.stand.world.ids.digits(15);
  }

  named(post: WallPost, comment: string, form: IdForm): string {
    if (form === "bare") return comment;
    return form === "page" ? `${post.id}_${comment}` : `${post.id.split("_").at(-1)}_${comment}`;
  }

  /** Somebody writes on the Page. */
  visitorPost(name: string, text: string, options: PostOptions = {}): WallPost {
    return this.addPost(this.stand.account, this.person(name), false, text, options);
  }

  /** Somebody names the Page under a post or in a comment of their own. */
  mention(name: string, text: string, where: "post" | "comment" = "comment", options: CommentOptions = {}): WallPost {
    const author = this.person(name);
    const page = stableDigits(`elsewhere ${name}`, 15);
    const post = this.wall.addPost({
      ...this.addPost(this.stand.account, author, false, where === "post" ? text : "A post of somebody else", {
        id: `${page}_${this.stand.world.ids.digits(15)}`,
        silent: true,
      }),
      account: page,
    });
    const comment =
      where === "comment"
        ? this.add(post, undefined, author, "customer", text, { ...options, silent: true })
        : undefined;
    const change = { field: "mention", value: mentionValue(this, post, comment) };
    this.stand.hook(
      this.stand.account,
      "mention",
      `wall ${post.id}`,
      this.entry(change),
      comment && this.notified(comment),
    );
    return post;
  }

  entry(change: { field: string; value: unknown }): Record<string, unknown> {
    const time = Math.floor(this.stand.world.clock.now() / 1000);
    return { id: this.stand.account.id, time, changes: [change] };
  }

  change(comment: WallComment, verb: string, by: Person): Record<string, unknown> {
    return this.entry({ field: "feed", value: commentValue(this, this.postOf(comment), comment, verb, by) });
  }

  tellComment(comment: WallComment, verb: string, by: Person): void {
    const post = this.postOf(comment);
    if (post.account !== this.stand.account.id) return;
    const notify = verb === "add" ? this.notified(comment) : undefined;
    const copies = this.boosted.has(post.id) ? 2 : 1;
    for (let i = 0; i < copies; i++)
      this.stand.hook(this.stand.account, "feed", `wall ${post.id}`, this.change(comment, verb, by), notify);
  }

  tellAll(post: WallPost, comments: WallComment[], how: { batch: number; parallel: number }): void {
    const events = comments.map((c) => ({ entry: this.change(c, "add", c.author), notify: this.notified(c) }));
    this.stand.hookAll(this.stand.account, "feed", `wall ${post.id}`, events, how);
  }

  webhookId(post: WallPost, comment: WallComment): string {
    return this.named(post, comment.id, this.settings.webhookIds);
  }

  tellPost(post: WallPost, verb: string): void {
    if (post.account !== this.stand.account.id) return;
    const change = { field: "feed", value: postValue(this, post, verb) };
    this.stand.hook(this.stand.account, "feed", `wall ${post.id}`, this.entry(change));
  }

  /** `recipient: {comment_id}` or `{post_id}`. */
  privately(recipient: Record<string, unknown>): PrivateReply | undefined {
    const commentId = textOf(recipient.comment_id);
    const postId = textOf(recipient.post_id);
    if (commentId === undefined && postId === undefined) return undefined;
    if (commentId !== undefined) {
      const comment = this.wall.comment(commentId.split("_").at(-1) ?? "");
      const post = comment && this.wall.post(comment.post);
      if (!comment || post?.account !== this.stand.account.id || this.wall.isGone(comment))
        throw wallError("private-invalid");
      return privateReply(this, { post, comment }, false);
    }
    const post = this.wall.post(postId ?? "");
    if (post?.account !== business.page || post.gone)
      throw wallError("private-invalid", { message: "(#100) Invalid post_id parameter" });
    return privateReply(this, { post }, false);
  }
}
