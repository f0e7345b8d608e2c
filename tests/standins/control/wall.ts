import { objectOf, textOf } from "../common/form.ts";
import { storm, type StormOptions } from "../wall/storm.ts";
import type { Standins } from "../index.ts";
import type { Facebook } from "../facebook/index.ts";
import type { Instagram } from "../instagram/index.ts";
import type { Wall, WallComment, WallPost } from "../wall/model.ts";
import type { PostOptions } from "../wall/service.ts";

type Values = Record<string, unknown>;

const shopKind = (post: WallPost): string => (post.kind === "page" ? "Harbour & Pine Outlet" : "Harbour & Pine");

/** A post as a row of the list. */
export function brief(all: Standins, post: WallPost): Values {
  const { wall, cdn } = all.world;
  const comments = wall.of(post);
  const last = comments.at(-1);
  return {
    ...post,
    shop: shopKind(post),
    pictureUrl: post.picture && cdn.link(post.picture),
    boosted: all.facebook.wall.boosted.has(post.id) || all.instagram.wall.boosted.has(post.id),
    comments: comments.length,
    hiddenComments: comments.filter((c) => c.hidden).length,
    failing: comments.filter((c) => c.state === "failed" || c.state === "retrying").length,
    lastAt: last?.at ?? post.at,
  };
}

const shownComment = (all: Standins, comment: WallComment): Values => ({
  ...comment,
  pictureUrl: comment.picture && all.world.cdn.link(comment.picture),
});

/** A post with its newest branches, each with all of its answers. */
export function full(all: Standins, post: WallPost, limit: number): Values {
  const { wall } = all.world;
  const top = wall.of(post).filter((c) => c.top === undefined);
  const branches = top
    .slice(-limit)
    .reverse()
    .map((c) => ({ ...shownComment(all, c), replies: wall.replies(c).map((r) => shownComment(all, r)) }));
  return { ...brief(all, post), branches, more: Math.max(0, top.length - limit) };
}

/** `GET wall`: all posts, or one with its comments. */
export function lookAtWall(all: Standins, v: Values): unknown {
  const { wall } = all.world;
  const id = textOf(v.post);
  if (id === undefined) {
    const platform = textOf(v.platform);
    return wall
      .list()
      .filter((p) => !p.gone && (platform === undefined || p.platform === platform))
      .map((p) => brief(all, p));
  }
  const post = wall.post(id);
  if (!post || post.gone) throw new Error(`no post ${id}`);
  return full(all, post, Number(v.limit ?? 30));
}

const found = (wall: Wall, v: Values): { post: WallPost | undefined; comment: WallComment | undefined } => {
  const comment = wall.comment((textOf(v.comment) ?? "").split("_").at(-1) ?? "");
  return { comment, post: wall.post(textOf(v.post) ?? comment?.post ?? "") };
};

/** What happens on a wall. `{do, post | comment, name?, text?, ...}`; the README lists what can be done. */
export function onWall(all: Standins, v: Values): unknown {
  const { post, comment } = found(all.world.wall, v);
  const platform = textOf(v.platform) ?? post?.platform;
  if (platform !== "facebook" && platform !== "instagram")
    throw new Error("platform (facebook or instagram), post or comment is needed");
  const stand: Facebook | Instagram = platform === "facebook" ? all.facebook : all.instagram;
  const { wall } = stand;
  const needed = {
    get post(): WallPost {
      if (!post || post.gone) throw new Error("post: the id of a post is needed");
      return post;
    },
    get comment(): WallComment {
      if (!comment || all.world.wall.isGone(comment)) throw new Error("comment: the id of a comment is needed");
      return comment;
    },
    get name(): string {
      const name = textOf(v.name)?.trim();
      if (!name) throw new Error("name is needed");
      return name;
    },
    get text(): string {
      const text = textOf(v.text)?.trim();
      if (!text) throw new Error("text is needed");
      return text;
    },
  };
  const options = {
    picture: textOf(v.picture),
    kind: textOf(v.kind),
    type: textOf(v.type) as PostOptions["type"],
    link: textOf(v.link),
    closed: v.closed === true,
    silent: v.silent === true,
    ad: v.ad === undefined ? undefined : { title: "Advertisement", ...objectOf(v.ad) },
  };
  switch (textOf(v.do)) {
    case "post":
      return wall.post(needed.text, options);
    case "visitorPost":
      if (stand.platform !== "facebook") throw new Error("visitors post on Facebook only");
      return stand.wall.visitorPost(needed.name, needed.text, options);
    case "mention":
      return stand.platform === "facebook"
        ? stand.wall.mention(needed.name, needed.text, v.where === "post" ? "post" : "comment")
        : stand.wall.mention(needed.name, needed.text, v.where === "caption" ? "caption" : "comment", options);
    case "comment":
      return wall.comment(needed.name, needed.post, needed.text, options);
    case "reply":
      return wall.reply(needed.name, needed.comment, needed.text, options);
    case "native":
      return wall.native(comment ? needed.comment : needed.post, needed.text);
    case "edit":
      return wall.edit(needed.comment, needed.text);
    case "remove":
      return wall.remove(needed.comment, v.by === "admin" ? "admin" : "author");
    case "hide":
      return wall.hide(needed.comment);
    case "unhide":
      return wall.hide(needed.comment, false);
    case "like":
      wall.like(needed.name, needed.comment, v.on !== false);
      return needed.comment;
    case "verb":
      wall.tellComment(needed.comment, textOf(v.verb) ?? "unheard_of", needed.comment.author);
      return needed.comment;
    case "close":
      return wall.close(needed.post, v.on !== false);
    case "editPost":
      return wall.editPost(needed.post, needed.text);
    case "hidePost":
      return wall.hidePost(needed.post, v.on !== false);
    case "removePost":
      return wall.removePost(needed.post);
    case "boost":
      if (stand.platform === "instagram") return stand.wall.boost(needed.post, textOf(v.title));
      stand.wall.boosted.add(needed.post.id);
      all.world.wall.changed(needed.post);
      return needed.post;
    case "end":
      if (stand.platform !== "instagram") throw new Error("broadcasts are on Instagram");
      return stand.wall.end(needed.post);
    case "restrict":
      if (stand.platform !== "instagram") throw new Error("people are restricted on Instagram");
      stand.wall.restricted[v.on === false ? "delete" : "add"](needed.name);
      return { restricted: [...stand.wall.restricted] };
    case "nameless":
      if (stand.platform !== "facebook") throw new Error("Facebook withholds names");
      stand.wall.nameless[v.on === false ? "delete" : "add"](needed.name);
      return { nameless: [...stand.wall.nameless] };
    case "refuseMessages":
      wall.refusesMessages[v.on === false ? "delete" : "add"](needed.name);
      return { refusesMessages: [...wall.refusesMessages] };
    case "settings":
      return setOptions(wall.settings, objectOf(v.settings) ?? {});
    case "storm":
      return storm(stand, needed.post, stormOf(v));
    default:
      throw new Error(`nothing to do: ${String(v.do)}`);
  }
}

/** Only settings that there are, so that a slip of the pen is not taken for one. */
function setOptions(settings: object, wanted: Values): unknown {
  for (const name of Object.keys(wanted)) if (!(name in settings)) throw new Error(`no setting ${name}`);
  return Object.assign(settings, wanted);
}

function stormOf(v: Values): StormOptions {
  const number = (name: string) => (v[name] === undefined ? {} : { [name]: Number(v[name]) });
  const names = ["questions", "known", "replies", "strangers", "batch", "parallel"];
  return Object.assign({ count: Number(v.count ?? 1000) }, ...names.map(number)) as StormOptions;
}
