import { textOf } from "../common/form.ts";
import { fieldTree, paged } from "../common/fields.ts";
import type { MetaAccount } from "../common/graph.ts";
import type { Answer, Route } from "../common/http.ts";
import { noSuch, wallError } from "../wall/errors.ts";
import { success, truth, wallRoute, wordsOf, type WallCall } from "../wall/route.ts";
import type { WallComment, WallPost } from "../wall/model.ts";
import { commentNode, commentsOf, postNode } from "./nodes.ts";
import type { FacebookWall } from "./wall.ts";

type Target = { post: WallPost; comment?: WallComment };

/** The post or comment that an id names, in any of its forms; also when it is gone. */
function targetOf(wall: FacebookWall, id: string): Target | undefined {
  const post = wall.wall.post(id);
  if (post?.platform === "facebook") return { post };
  const comment = wall.wall.comment(id.split("_").at(-1) ?? "");
  const above = comment && wall.wall.post(comment.post);
  return above?.platform === "facebook" ? { post: above, comment } : undefined;
}

/** What the request asks for, or undefined when it is not about posts and comments. */
export function facebookWallRoute(wall: FacebookWall, ask: WallCall): Route | undefined {
  const { id, edge, fields } = ask;
  const { method } = ask.call;
  const text = (name: string) => textOf(fields.values[name]);
  const on = (endpoint: string[], run: (account: MetaAccount) => Answer | Promise<Answer>): Route =>
    wallRoute(wall.stand, ask, endpoint, { type: "pages", limit: wallError("pages-limit") }, run);
  if (edge === "feed" || edge === "posts" || edge === "published_posts" || edge === "visitor_posts")
    return method === "GET" ? on(["feed", "read"], (account) => feed(wall, account, ask)) : undefined;
  const target = targetOf(wall, id);
  const known = (account: MetaAccount): Target => {
    const there = target && (target.comment ? !wall.wall.isGone(target.comment) : !target.post.gone);
    if (!there || target.post.account !== account.id) throw noSuch(method, id);
    return target;
  };
  const comment = (account: MetaAccount): Required<Target> => {
    const found = known(account);
    if (!found.comment) throw noSuch(method, id);
    return { post: found.post, comment: found.comment };
  };
  switch (`${method} ${edge ?? ""}`) {
    case "GET ": {
      // Other ids are people's, and none of theirs has an underscore.
      if (!target && !id.includes("_")) return undefined;
      return on([target?.comment ? "comment" : "post", "read"], (account) => {
        const found = known(account);
        const tree = fieldTree(text("fields") ?? "");
        const body = found.comment
          ? commentNode(wall, found.post, found.comment, tree)
          : postNode(wall, found.post, tree);
        return { status: 200, body };
      });
    }
    case "GET comments":
      return on(["comments", "read"], (account) => {
        const found = known(account);
        const values = Object.fromEntries(Object.keys(fields.values).map((name) => [name, text(name)]));
        const body = commentsOf(wall, found.post, found.comment, values, fieldTree(text("fields") ?? ""));
        return { status: 200, body };
      });
    case "POST comments":
      return on(["reply"], (account) => publish(wall, account, known(account), ask));
    case "POST likes":
    case "DELETE likes":
      return on([method === "POST" ? "like" : "unlike", "moderate"], (account) => {
        comment(account).comment.liked = method === "POST";
        wall.changed(comment(account).comment);
        return success;
      });
    case "POST ":
      if (!target && !id.includes("_")) return undefined;
      if (fields.values.is_hidden !== undefined) {
        const hidden = truth(fields.values.is_hidden);
        return on([hidden ? "hide" : "unhide", "moderate"], (account) => hide(wall, account, comment(account), hidden));
      }
      return on(["edit"], (account) => edit(wall, account, comment(account), ask));
    case "DELETE ":
      if (!target && !id.includes("_")) return undefined;
      return on(["delete", "moderate"], (account) => remove(wall, account, known(account)));
    default:
      return undefined;
  }
}

/** `GET /{page}/feed`: posts of the Page and of visitors, newest first. Dark posts are not in it. */
function feed(wall: FacebookWall, account: MetaAccount, ask: WallCall): Answer {
  const { id, edge } = ask;
  const page = wall.stand.account;
  if ((id !== "me" && id !== page.id) || account.id !== page.id) throw noSuch("GET", id);
  const text = (name: string) => textOf(ask.fields.values[name]);
  const all = wall.wall
    .list("facebook")
    .filter((p) => p.account === page.id && !p.gone && p.published)
    .filter((p) => edge === "feed" || p.ours === (edge !== "visitor_posts"));
  const link = (after: string) =>
    `${wall.stand.url}/v25.0/${id}/${edge}?${new URLSearchParams({ fields: text("fields") ?? "", after })}`;
  const list = paged(all, { limit: text("limit"), after: text("after"), before: text("before") }, 100, link);
  const tree = fieldTree(text("fields") ?? "");
  return { status: 200, body: { data: list.rows.map((p) => postNode(wall, p, tree)), paging: list.paging } };
}

/** Tells the app about what it did itself, when the settings of echoes say so. */
const announce = (wall: FacebookWall, what: () => void): Promise<void> => wall.stand.announce({ echo: what });

async function publish(wall: FacebookWall, account: MetaAccount, target: Target, ask: WallCall): Promise<Answer> {
  const { values } = ask.fields;
  const link = textOf(values.attachment_url) ?? textOf(values.attachment_share_url);
  if (target.post.closed) throw wallError("closed");
  const words = wordsOf(textOf(values.message), wall.textLimit, link !== undefined);
  const picture = link && decodeURIComponent(/\/cdn\/([^?]+)/.exec(link)?.[1] ?? "");
  const us = wall.us(account);
  const made = wall.add(target.post, target.comment, us, "team", words, { picture: picture || undefined });
  await announce(wall, () => wall.tellComment(made, "add", us));
  return { status: 200, body: { id: wall.named(target.post, made.id, wall.settings.readIds) } };
}

async function hide(
  wall: FacebookWall,
  account: MetaAccount,
  { comment }: Required<Target>,
  hidden: boolean,
): Promise<Answer> {
  if (comment.from !== "customer") throw wallError("no-permission");
  if (comment.hidden === hidden) return success;
  comment.hidden = hidden;
  wall.changed(comment);
  await announce(wall, () => wall.tellComment(comment, hidden ? "hide" : "unhide", wall.us(account)));
  return success;
}

async function edit(
  wall: FacebookWall,
  account: MetaAccount,
  { comment }: Required<Target>,
  ask: WallCall,
): Promise<Answer> {
  if (comment.from === "customer") throw wallError("no-permission");
  comment.text = wordsOf(textOf(ask.fields.values.message), wall.textLimit, false);
  comment.edits += 1;
  comment.editedAt = wall.stand.world.clock.stamp();
  wall.changed(comment);
  await announce(wall, () => wall.tellComment(comment, "edited", wall.us(account)));
  return success;
}

async function remove(wall: FacebookWall, account: MetaAccount, { post, comment }: Target): Promise<Answer> {
  (comment ?? post).gone = true;
  wall.wall.changed(post);
  await announce(wall, () =>
    comment ? wall.tellComment(comment, "remove", wall.us(account)) : wall.tellPost(post, "remove"),
  );
  return success;
}
