import { EventEmitter } from "node:events";
import type { DeliveryState } from "../common/deliver.ts";

export type WallPlatform = "facebook" | "instagram";
export const wallPlatforms: readonly WallPlatform[] = ["facebook", "instagram"];

/** Facebook's first four, Instagram's others. */
export type PostType = "status" | "photo" | "video" | "share" | "feed" | "reel" | "album" | "live";

/** Who wrote something: a customer, or the account itself. */
export interface Person {
  /** As comments name them. */
  id: string;
  /** As messages name them: the same unless a switch says otherwise. */
  peer: string;
  name: string;
  username?: string;
}

export interface WallPost {
  /** As webhooks name it: `<page>_<post>` on Facebook, the media's id on Instagram. */
  id: string;
  platform: WallPlatform;
  account: string;
  /** Which kind of account: Instagram `login` or `page`; empty on Facebook. */
  kind: string;
  type: PostType;
  author: Person;
  ours: boolean;
  text: string;
  /** A picture of the content network, by name. */
  picture?: string;
  link?: string;
  at: number;
  editedAt?: number;
  /** The advertisement; `original` is the organic post that it was made of. */
  ad?: { id: string; title: string; original?: string };
  /** An ad that is only shown as one: a dark post. */
  published: boolean;
  /** Comments are switched off. */
  closed: boolean;
  hidden: boolean;
  gone: boolean;
  /** A broadcast that is over. */
  ended: boolean;
  likes: string[];
  privateReply?: string;
}

export interface WallComment {
  /** Its own number, without the post's. */
  id: string;
  post: string;
  /** The top-level comment that it hangs under; none for a top-level one. */
  top?: string;
  /** The comment that was answered: another than `top` when the platform flattened. */
  answers?: string;
  author: Person;
  /** customer; team: through the API; native: in the platform's own app. */
  from: "customer" | "team" | "native";
  text: string;
  picture?: string;
  at: number;
  editedAt?: number;
  edits: number;
  hidden: boolean;
  gone: boolean;
  /** Names of customers. */
  likes: string[];
  /** Our own like. */
  liked: boolean;
  /** The message that answered it in private. */
  privateReply?: string;
  /** Did the Worker take the webhook. */
  state: DeliveryState | "silent";
  attempts?: number;
}

/** All posts with their comments. Emits `change` with the post whenever something under it changes. */
export class Wall extends EventEmitter {
  private posts = new Map<string, WallPost>();
  private comments = new Map<string, WallComment>();
  private under = new Map<string, WallComment[]>();
  private branches = new Map<string, WallComment[]>();

  constructor() {
    super();
    this.setMaxListeners(100);
  }

  addPost(post: WallPost): WallPost {
    this.posts.set(post.id, post);
    this.under.set(post.id, []);
    this.changed(post);
    return post;
  }

  addComment(comment: WallComment): WallComment {
    const post = this.posts.get(comment.post);
    if (!post) throw new Error(`no post ${comment.post}`);
    this.comments.set(comment.id, comment);
    this.under.get(post.id)?.push(comment);
    if (comment.top !== undefined) {
      const branch = this.branches.get(comment.top) ?? [];
      branch.push(comment);
      this.branches.set(comment.top, branch);
    }
    this.changed(post);
    return comment;
  }

  post(id: string): WallPost | undefined {
    return this.posts.get(id);
  }

  comment(id: string): WallComment | undefined {
    return this.comments.get(id);
  }

  /** Newest first. */
  list(platform?: WallPlatform): WallPost[] {
    return [...this.posts.values()]
      .filter((p) => platform === undefined || p.platform === platform)
      .sort((a, b) => b.at - a.at);
  }

  /** All comments of a post, oldest first, those that are gone left out. */
  of(post: WallPost): WallComment[] {
    return (this.under.get(post.id) ?? []).filter((c) => !this.isGone(c));
  }

  replies(top: WallComment): WallComment[] {
    return (this.branches.get(top.id) ?? []).filter((c) => !c.gone);
  }

  /** A reply goes with the comment that it hangs under, and every comment with its post. */
  isGone(comment: WallComment): boolean {
    if (comment.gone || this.posts.get(comment.post)?.gone) return true;
    return comment.top !== undefined && this.comments.get(comment.top)?.gone === true;
  }

  changed(post: WallPost): void {
    this.emit("change", post);
  }

  /** For a restart of `make dev`. */
  dump(): { posts: WallPost[]; comments: WallComment[] } {
    return { posts: [...this.posts.values()], comments: [...this.comments.values()] };
  }

  restore(kept: { posts: WallPost[]; comments: WallComment[] }): void {
    for (const post of kept.posts) this.addPost(post);
    for (const comment of kept.comments) this.addComment(comment);
  }
}
