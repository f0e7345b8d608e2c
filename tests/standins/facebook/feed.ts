import type { FacebookWall } from "./wall.ts";
import type { Person, PostType, WallComment, WallPost } from "../wall/model.ts";

type Value = Record<string, unknown>;

export const seconds = (ms: number): number => Math.floor(ms / 1000);
export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "+0000");

const STATUS: Partial<Record<PostType, string>> = {
  photo: "added_photos",
  video: "added_video",
  share: "shared_story",
};

export const statusType = (post: WallPost): string => STATUS[post.type] ?? "mobile_status_update";

export const permalink = (post: WallPost): string => {
  const [page, number] = post.id.split("_");
  return `https://www.facebook.com/${page}/posts/${number}`;
};

/** `from` as far as Facebook tells it: it needs Advanced Access, and the person's consent. */
export function fromOf(wall: FacebookWall, who: Person): Value {
  const own = who.id === wall.stand.account.id;
  const hidden = wall.nameless.has(who.name);
  if (own) return { from: { id: who.id, name: who.name } };
  if (wall.settings.from === "none" || hidden) return {};
  if (wall.settings.from === "name") return { from: { name: who.name } };
  return { from: { id: who.id, name: who.name } };
}

/** The `value` of a `feed` change about a comment. */
export function commentValue(
  wall: FacebookWall,
  post: WallPost,
  comment: WallComment,
  verb: string,
  by: Person,
): Value {
  const acted = verb === "hide" || verb === "unhide";
  const gone = verb === "remove";
  return {
    // A hide names who hid, as was seen: the Page.
    ...fromOf(wall, acted ? by : gone ? comment.author : by),
    post: {
      status_type: statusType(post),
      is_published: post.published,
      updated_time: iso(post.editedAt ?? post.at),
      permalink_url: permalink(post),
      promotion_status: post.ad ? "active" : wall.boosted.has(post.id) ? "active" : "inactive",
      id: post.id,
    },
    ...(gone ? { recipient_id: post.account } : comment.text ? { message: comment.text } : {}),
    ...(!gone && comment.picture ? { photo: wall.stand.world.cdn.link(comment.picture) } : {}),
    post_id: post.id,
    comment_id: wall.named(post, comment.id, wall.settings.webhookIds),
    created_time: seconds(acted ? wall.stand.world.clock.now() : comment.at),
    ...(verb === "edited" && comment.editedAt !== undefined ? { edited_time: seconds(comment.editedAt) } : {}),
    item: "comment",
    parent_id: comment.top === undefined ? post.id : wall.named(post, comment.top, wall.settings.webhookIds),
    verb: verb === "edited" ? wall.settings.editVerb : verb,
  };
}

/** The `value` of a `feed` change about a post: ours or a visitor's. */
export function postValue(wall: FacebookWall, post: WallPost, verb: string): Value {
  const base = { ...fromOf(wall, post.author), post_id: post.id, created_time: seconds(post.at) };
  if (verb === "remove") return { ...base, item: "post", recipient_id: post.account, verb };
  const link = post.picture ? wall.stand.world.cdn.link(post.picture) : post.link;
  const number = post.id.split("_").at(-1);
  return {
    ...base,
    // A visitor's words alone are a `post`; the Page's are a `status`.
    item: post.type === "status" && !post.ours ? "post" : post.type,
    verb: verb === "edited" ? wall.settings.editVerb : verb,
    published: post.published ? 1 : 0,
    ...(post.text ? { message: post.text } : {}),
    ...(link ? { link } : {}),
    ...(post.type === "photo" ? { photo_id: number } : {}),
    ...(post.type === "video" ? { video_id: number } : {}),
    ...(post.type === "share" ? { share_id: number } : {}),
  };
}

/** The `value` of a `mention` change. The older shape has `sender_id` instead of `from`; some have no `comment_id`. */
export function mentionValue(wall: FacebookWall, post: WallPost, comment: WallComment | undefined): Value {
  const who = comment?.author ?? post.author;
  const old = wall.settings.mentions === "sender";
  return {
    ...(old ? { sender_id: who.id, sender_name: who.name } : fromOf(wall, who)),
    item: comment ? "comment" : "post",
    verb: "add",
    post_id: post.id,
    ...(comment && !wall.settings.mentionsWithoutComment
      ? { comment_id: wall.named(post, comment.id, wall.settings.webhookIds) }
      : {}),
    created_time: seconds(comment?.at ?? post.at),
    message: comment?.text ?? post.text,
    permalink_url: permalink(post),
  };
}
