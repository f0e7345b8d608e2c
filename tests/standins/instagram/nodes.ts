import { paged, shown, type Field, type Node } from "../common/fields.ts";
import { refuse } from "../common/graph.ts";
import { productOf, type InstagramWall } from "./wall.ts";
import { wallError } from "../wall/errors.ts";
import type { WallComment, WallPost } from "../wall/model.ts";

type Ask = Record<string, string | undefined>;

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "+0000");

const asked = (fields: Field[], usual: string): Field[] =>
  fields.length > 0 ? fields : usual.split(",").map((name) => ({ name, modifiers: {}, fields: [] }));

/** What reads show: comments of restricted people are not among them. */
const readable = (wall: InstagramWall, comment: WallComment): boolean => !wall.restricted.has(comment.author.name);

const shortcode = (post: WallPost): string => Buffer.from(post.id).toString("base64url").slice(0, 11);

export function mediaNode(wall: InstagramWall, post: WallPost, fields: Field[]): Node {
  const moving = post.type === "reel" || post.type === "live";
  const picture = post.picture && wall.stand.world.cdn.link(post.picture);
  const path = post.type === "reel" ? "reel" : "p";
  const node: Node = {
    id: post.id,
    caption: post.text || undefined,
    comments_count: post.ad ? undefined : all(wall, post).length,
    comments: (f: Field) => commentsOf(wall, post, f.modifiers, f.fields),
    is_comment_enabled: !post.closed,
    like_count: post.likes.length,
    media_product_type: productOf(post),
    media_type: post.type === "album" ? "CAROUSEL_ALBUM" : moving ? "VIDEO" : "IMAGE",
    media_url: moving ? wall.stand.world.cdn.link("clip.mp4") : picture,
    thumbnail_url: moving ? picture : undefined,
    owner: () => ({ id: post.author.id }),
    permalink: `https://www.instagram.com/${path}/${shortcode(post)}/`,
    shortcode: shortcode(post),
    timestamp: iso(post.at),
    username: post.author.username,
    children: undefined,
    legacy_instagram_media_id: undefined,
  };
  return shown(node, asked(fields, "id"), "Media");
}

export function commentNode(wall: InstagramWall, post: WallPost, comment: WallComment, fields: Field[]): Node {
  const { author } = comment;
  const node: Node = {
    id: comment.id,
    text: comment.text,
    timestamp: iso(comment.at),
    from: () => ({ id: author.id, username: author.username }),
    username: author.username,
    user: author.id === post.account ? () => ({ id: author.id }) : undefined,
    hidden: comment.hidden,
    like_count: comment.likes.length,
    media: (f: Field) => mediaNode(wall, post, asked(f.fields, "id,media_product_type")),
    parent_id: comment.top,
    replies: (f: Field) => {
      const list = repliesOf(wall, post, comment, f.modifiers, f.fields);
      return (list.data as unknown[]).length > 0 ? list : undefined;
    },
    legacy_instagram_comment_id: undefined,
  };
  return shown(node, asked(fields, "text,timestamp"), "Comment");
}

const all = (wall: InstagramWall, post: WallPost): WallComment[] => wall.wall.of(post).filter((c) => readable(wall, c));

/** `GET /{media}/comments`: top-level ones, newest first, at most fifty. Of ads there are none. */
export function commentsOf(wall: InstagramWall, post: WallPost, ask: Ask, fields: Field[]): Node {
  const rows = post.ad ? [] : all(wall, post).filter((c) => c.top === undefined);
  return list(wall, post, `${post.id}/comments`, rows.reverse(), ask, fields);
}

export function repliesOf(wall: InstagramWall, post: WallPost, top: WallComment, ask: Ask, fields: Field[]): Node {
  const rows = wall.wall.replies(top).filter((c) => readable(wall, c));
  return list(wall, post, `${top.id}/replies`, rows, ask, fields);
}

function list(wall: InstagramWall, post: WallPost, path: string, rows: WallComment[], ask: Ask, fields: Field[]): Node {
  const query = Object.entries(ask).filter(
    ([name, value]) => value !== undefined && name !== "after" && name !== "before",
  );
  const base = post.kind === "page" ? wall.stand.linkedUrl : wall.stand.url;
  const link = (after: string) =>
    `${base}/v25.0/${path}?${new URLSearchParams([...(query as [string, string][]), ["after", after]])}`;
  const page = paged(rows, ask, 50, link);
  return {
    data: page.rows.map((c) => commentNode(wall, post, c, fields)),
    ...(page.paging ? { paging: page.paging } : {}),
  };
}

/** `GET /{account}?fields=mentioned_comment.comment_id(ID){...}` and `mentioned_media.media_id(ID){...}`. */
export function mentioned(wall: InstagramWall, account: string, field: Field): Node {
  const refused = () => refuse(100, `(#100) Invalid parameter for ${field.name}`);
  const comment = wall.wall.comment(field.modifiers.comment_id ?? "");
  const post = wall.wall.post(comment?.post ?? field.modifiers.media_id ?? "");
  if (!post || post.account !== account || post.gone || post.ours || (comment && wall.wall.isGone(comment)))
    throw refused();
  if (field.name === "mentioned_media") return mediaNode(wall, post, field.fields);
  if (!comment) throw refused();
  if (post.closed) throw wallError("closed");
  return commentNode(wall, post, comment, field.fields);
}
