import { DAY } from "../common/clock.ts";
import { paged, shown, type Field, type Node } from "../common/fields.ts";
import { fromOf, iso, permalink, statusType } from "./feed.ts";
import type { FacebookWall } from "./wall.ts";
import type { WallComment, WallPost } from "../wall/model.ts";

type Ask = Record<string, string | undefined>;

const asked = (fields: Field[], usual: string): Field[] =>
  fields.length > 0 ? fields : usual.split(",").map((name) => ({ name, modifiers: {}, fields: [] }));

/** A post as `GET /{post}` shows what was asked of it. */
export function postNode(wall: FacebookWall, post: WallPost, fields: Field[]): Node {
  const picture = post.picture && wall.stand.world.cdn.link(post.picture);
  const node: Node = {
    id: post.id,
    from: fromOf(wall, post.author).from,
    message: post.text || undefined,
    story: undefined,
    created_time: iso(post.at),
    updated_time: iso(post.editedAt ?? post.at),
    permalink_url: permalink(post),
    full_picture: picture,
    picture,
    status_type: statusType(post),
    is_published: post.published,
    is_hidden: post.hidden,
    is_expired: false,
    promotable_id: post.ours ? post.id : undefined,
    promotion_status: post.ad || wall.boosted.has(post.id) ? "active" : "inactive",
    can_reply_privately: !post.ours && post.privateReply === undefined,
    attachments: () => attachments(wall, post),
    comments: (f: Field) => commentsOf(wall, post, undefined, f.modifiers, f.fields),
    likes: () => ({ data: post.likes.map((name) => ({ name })) }),
    shares: undefined,
  };
  return shown(node, asked(fields, "created_time,message"), "Post");
}

function attachments(wall: FacebookWall, post: WallPost): Node | undefined {
  const src = post.picture && wall.stand.world.cdn.link(post.picture);
  if (!src && !post.link) return undefined;
  const type = post.type === "video" ? "video_inline" : post.link ? "share" : "photo";
  const media = src ? { media: { image: { height: 360, src, width: 480 } } } : {};
  const url = post.link ?? permalink(post);
  return {
    data: [{ media_type: type === "photo" ? "photo" : type === "share" ? "link" : "video", type, url, ...media }],
  };
}

/** A comment as `GET /{comment}` and the edge show what was asked of it. */
export function commentNode(wall: FacebookWall, post: WallPost, comment: WallComment, fields: Field[]): Node {
  const ours = comment.from !== "customer";
  const age = wall.stand.world.clock.now() - comment.at;
  const parent = comment.top === undefined ? undefined : wall.wall.comment(comment.top);
  const node: Node = {
    id: wall.named(post, comment.id, wall.settings.readIds),
    from: fromOf(wall, comment.author).from,
    message: comment.text,
    created_time: iso(comment.at),
    parent: (f: Field) => parent && commentNode(wall, post, parent, asked(f.fields, "created_time,message")),
    object: () => ({ id: post.id.split("_").at(-1), created_time: iso(post.at) }),
    attachment: () => attachment(wall, post, comment),
    permalink_url: `${permalink(post)}?comment_id=${comment.id}`,
    is_hidden: comment.hidden,
    is_private: false,
    can_hide: !ours,
    can_remove: true,
    can_like: true,
    can_comment: !post.closed,
    can_reply_privately: !ours && comment.privateReply === undefined && age <= 7 * DAY,
    like_count: comment.likes.length + (comment.liked ? 1 : 0),
    user_likes: comment.liked,
    comment_count: wall.wall.replies(comment).length,
    message_tags: undefined,
    comments: (f: Field) => commentsOf(wall, post, comment, f.modifiers, f.fields),
    likes: () => ({ data: comment.likes.map((name) => ({ name })) }),
  };
  return shown(node, asked(fields, "created_time,from,message"), "Comment");
}

function attachment(wall: FacebookWall, post: WallPost, comment: WallComment): Node | undefined {
  if (!comment.picture) return undefined;
  const src = wall.stand.world.cdn.link(comment.picture);
  const url = `${permalink(post)}?comment_id=${comment.id}`;
  return { type: "photo", url, media: { image: { height: 360, src, width: 480 } }, target: { id: comment.id, url } };
}

/** The `comments` edge of a post or comment: by level or as a stream, in either order, from a time on, page by page. */
export function commentsOf(
  wall: FacebookWall,
  post: WallPost,
  under: WallComment | undefined,
  ask: Ask,
  fields: Field[],
): Node {
  const all = under ? wall.wall.replies(under) : wall.wall.of(post);
  const since = momentOf(ask.since);
  const rows = all.filter((c) => (under || ask.filter === "stream" || c.top === undefined) && c.at >= since);
  if (ask.order === "reverse_chronological") rows.reverse();
  const id = under ? wall.named(post, under.id, wall.settings.readIds) : post.id;
  const query = Object.entries(ask).filter(
    ([name, value]) => value !== undefined && name !== "after" && name !== "before",
  );
  const link = (after: string) =>
    `${wall.stand.url}/v25.0/${id}/comments?${new URLSearchParams([...(query as [string, string][]), ["after", after]])}`;
  const page = paged(rows, ask, 100, link);
  return {
    data: page.rows.map((c) => commentNode(wall, post, c, fields)),
    ...(page.paging ? { paging: page.paging } : {}),
    ...(ask.summary === undefined
      ? {}
      : { summary: { order: ask.order ?? "ranked", total_count: all.length, can_comment: !post.closed } }),
  };
}

/** Seconds, or a date as text. */
function momentOf(text: string | undefined): number {
  if (text === undefined) return 0;
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) || 0;
}
