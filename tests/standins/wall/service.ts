import type { MetaAccount } from "../common/graph.ts";
import type { SendApi } from "../common/sendapi.ts";
import type { Person, PostType, Wall, WallComment, WallPlatform, WallPost } from "./model.ts";

type Which<T extends { id: string }> = string | T;

export interface PostOptions {
  type?: PostType;
  /** A picture by name; `false` for none. */
  picture?: string | false;
  link?: string;
  /** Makes it an advertisement. `original` is the post that it was made of. */
  ad?: { title: string; id?: string; original?: Which<WallPost> };
  closed?: boolean;
  /** Instagram: `login` or `page`. */
  kind?: string;
  at?: number;
  /** An id of one's own. */
  id?: string;
  /** True: nobody is told. */
  silent?: boolean;
}

export interface CommentOptions {
  picture?: string;
  at?: number;
  /** A person who is not made from the name. */
  person?: Person;
  /** An id of one's own. */
  id?: string;
  /** True: nobody is told. */
  silent?: boolean;
}

export type CommentVerb = "add" | "edited" | "remove" | "hide" | "unhide";

/** Posts and comments as the platform's app knows them: what customers and the shop's own people do there. */
export abstract class WallService<S extends SendApi = SendApi> {
  abstract readonly platform: WallPlatform;
  abstract readonly textLimit: number;
  /** People whose private replies are refused: they do not take messages. */
  readonly refusesMessages = new Set<string>();

  constructor(readonly stand: S) {}

  get wall(): Wall {
    return this.stand.world.wall;
  }

  abstract account(post: WallPost): MetaAccount;
  abstract person(name: string, kind: string): Person;
  abstract us(account: MetaAccount): Person;
  /** The account whose kind was asked for. */
  abstract accountOf(kind: string | undefined): MetaAccount;
  protected abstract newPostId(account: MetaAccount): string;
  protected abstract newCommentId(): string;
  /** Tells the app that something happened under a post. `verb` may be one that no document knows. */
  abstract tellComment(comment: WallComment, verb: string, by: Person): void;
  /** Tells the app about many new comments under one post, aggregated. */
  abstract tellAll(post: WallPost, comments: WallComment[], how: { batch: number; parallel: number }): void;
  /** A comment's id as webhooks name it. */
  abstract webhookId(post: WallPost, comment: WallComment): string;
  /** Tells the app about a post. */
  abstract tellPost(post: WallPost, verb: string): void;
  abstract canEdit: boolean;

  find(post: Which<WallPost>): WallPost {
    const found = typeof post === "string" ? this.wall.post(post) : this.wall.post(post.id);
    if (!found || found.platform !== this.platform)
      throw new Error(`no post ${typeof post === "string" ? post : post.id}`);
    return found;
  }

  findComment(comment: Which<WallComment>): WallComment {
    const id = typeof comment === "string" ? comment : comment.id;
    const found = this.wall.comment(id.split("_").at(-1) ?? id);
    if (!found || this.wall.isGone(found)) throw new Error(`no comment ${id}`);
    return found;
  }

  postOf(comment: WallComment): WallPost {
    return this.find(comment.post);
  }

  /** The account publishes a post. */
  post(text: string, options: PostOptions = {}): WallPost {
    const account = this.accountOf(options.kind);
    return this.addPost(account, this.us(account), true, text, options);
  }

  protected addPost(account: MetaAccount, author: Person, ours: boolean, text: string, o: PostOptions): WallPost {
    const original = o.ad?.original;
    const post = this.wall.addPost({
      id: o.id ?? this.newPostId(account),
      platform: this.platform,
      account: account.id,
      kind: account.kind,
      type: o.type ?? (this.platform === "instagram" ? "feed" : o.picture ? "photo" : o.link ? "share" : "status"),
      author,
      ours,
      text,
      picture: o.picture === false ? undefined : (o.picture ?? (this.platform === "instagram" ? "sunset" : undefined)),
      link: o.link,
      at: o.at ?? this.stand.world.clock.stamp(),
      ad: o.ad && {
        id: o.ad.id ?? this.stand.world.ids.digits(17),
        title: o.ad.title,
        original: typeof original === "string" ? original : original?.id,
      },
      // An ad that was made of a post is that post once more, boosted: it stays public on Facebook.
      published: o.ad === undefined,
      closed: o.closed ?? false,
      hidden: false,
      gone: false,
      ended: false,
      likes: [],
    });
    if (!o.silent) this.tellPost(post, "add");
    return post;
  }

  /** A customer comments on a post. */
  comment(name: string, post: Which<WallPost>, text: string, options: CommentOptions = {}): WallComment {
    const found = this.find(post);
    return this.add(found, undefined, options.person ?? this.person(name, found.kind), "customer", text, options);
  }

  /** A customer answers a comment. */
  reply(name: string, comment: Which<WallComment>, text: string, options: CommentOptions = {}): WallComment {
    const answered = this.findComment(comment);
    const post = this.postOf(answered);
    return this.add(post, answered, options.person ?? this.person(name, post.kind), "customer", text, options);
  }

  /** The shop comments on its post, or answers a comment, in the platform's own app. */
  native(where: WallPost | WallComment, text: string, options: CommentOptions = {}): WallComment {
    const answered = "post" in where ? this.findComment(where) : undefined;
    const post = answered ? this.postOf(answered) : this.find(where as WallPost);
    return this.add(post, answered, this.us(this.account(post)), "native", text, options);
  }

  add(
    post: WallPost,
    answered: WallComment | undefined,
    author: Person,
    from: WallComment["from"],
    text: string,
    options: CommentOptions = {},
  ): WallComment {
    if (post.gone) throw new Error("the post is gone");
    if (post.ended) throw new Error("the broadcast is over");
    if (post.closed && from === "customer") throw new Error("comments are switched off");
    const comment = this.wall.addComment({
      id: options.id ?? this.newCommentId(),
      post: post.id,
      // Both platforms know two levels: an answer to a reply hangs under the top-level comment.
      top: answered && (answered.top ?? answered.id),
      answers: answered?.id,
      author,
      from,
      text,
      picture: options.picture,
      at: options.at ?? this.stand.world.clock.stamp(),
      edits: 0,
      hidden: false,
      gone: false,
      likes: [],
      liked: false,
      state: "silent",
    });
    if (!options.silent && from !== "team") this.tellComment(comment, "add", author);
    return comment;
  }

  /** The author changes the words. */
  edit(comment: Which<WallComment>, text: string): WallComment {
    if (!this.canEdit) throw new Error("comments cannot be edited on this platform");
    const found = this.findComment(comment);
    found.text = text;
    found.edits += 1;
    found.editedAt = this.stand.world.clock.stamp();
    this.changed(found);
    this.tellComment(found, "edited", found.author);
    return found;
  }

  /** Gone, with what hangs under it. By the author, or by another admin in the platform's own app. */
  remove(comment: Which<WallComment>, by: "author" | "admin" = "author"): WallComment {
    const found = this.findComment(comment);
    found.gone = true;
    this.changed(found);
    this.tellComment(found, "remove", by === "author" ? found.author : this.us(this.account(this.postOf(found))));
    return found;
  }

  /** Another admin hides a comment, or shows it again, in the platform's own app. */
  hide(comment: Which<WallComment>, hidden = true): WallComment {
    const found = this.findComment(comment);
    found.hidden = hidden;
    this.changed(found);
    this.tellComment(found, hidden ? "hide" : "unhide", this.us(this.account(this.postOf(found))));
    return found;
  }

  /** A customer likes a comment, or no longer does. Nobody is told. */
  like(name: string, comment: Which<WallComment>, on = true): void {
    const found = this.findComment(comment);
    found.likes = found.likes.filter((n) => n !== name);
    if (on) found.likes.push(name);
    this.changed(found);
  }

  /** The shop switches the comments of a post off, or on again. Nobody is told. */
  close(post: Which<WallPost>, closed = true): WallPost {
    const found = this.find(post);
    found.closed = closed;
    this.wall.changed(found);
    return found;
  }

  editPost(post: Which<WallPost>, text: string): WallPost {
    const found = this.find(post);
    found.text = text;
    found.editedAt = this.stand.world.clock.stamp();
    this.wall.changed(found);
    this.tellPost(found, "edited");
    return found;
  }

  hidePost(post: Which<WallPost>, hidden = true): WallPost {
    const found = this.find(post);
    found.hidden = hidden;
    this.wall.changed(found);
    this.tellPost(found, hidden ? "hide" : "unhide");
    return found;
  }

  removePost(post: Which<WallPost>): WallPost {
    const found = this.find(post);
    found.gone = true;
    this.wall.changed(found);
    this.tellPost(found, "remove");
    return found;
  }

  changed(comment: WallComment): void {
    const post = this.wall.post(comment.post);
    if (post) this.wall.changed(post);
  }

  /** Shows on the wall whether the Worker took the webhook about a comment. */
  notified(comment: WallComment): (state: Exclude<WallComment["state"], "silent">, attempts: number) => void {
    return (state, attempts) => {
      comment.state = state;
      comment.attempts = attempts;
      this.changed(comment);
    };
  }
}
