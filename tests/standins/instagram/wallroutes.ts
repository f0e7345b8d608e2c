import { textOf } from "../common/form.ts";
import { fieldTree, paged, type Field } from "../common/fields.ts";
import { refuse, type MetaAccount } from "../common/graph.ts";
import type { Answer, Route } from "../common/http.ts";
import { noSuch, wallError } from "../wall/errors.ts";
import { success, truth, wallRoute, wordsOf, type WallCall } from "../wall/route.ts";
import type { WallComment, WallPost } from "../wall/model.ts";
import { commentNode, commentsOf, mediaNode, mentioned, repliesOf } from "./nodes.ts";
import type { InstagramWall } from "./wall.ts";

type Target = { post: WallPost; comment?: WallComment };
type Ran = Answer | Promise<Answer>;

function targetOf(wall: InstagramWall, id: string): Target | undefined {
  const post = wall.wall.post(id);
  if (post?.platform === "instagram") return { post };
  const comment = wall.wall.comment(id);
  const above = comment && wall.wall.post(comment.post);
  return above?.platform === "instagram" ? { post: above, comment } : undefined;
}

const MENTIONED = ["mentioned_comment", "mentioned_media"];

/** Whether a request on the shared host is about Instagram: by the id, an edge that only it has, or the fields. */
export function aboutInstagram(wall: InstagramWall, ask: Omit<WallCall, "accounts">): boolean {
  const { id, edge, fields } = ask;
  if (["media", "live_media", "mentions", "replies"].includes(edge ?? "")) return true;
  const asked = textOf(fields.values.fields) ?? "";
  return targetOf(wall, id) !== undefined || (edge === undefined && MENTIONED.some((name) => asked.includes(name)));
}

/** What the request asks for, on either host, or undefined when it is not about media and comments. */
export function instagramWallRoute(wall: InstagramWall, ask: WallCall): Route | undefined {
  const { id, edge, fields } = ask;
  const { method } = ask.call;
  const text = (name: string) => textOf(fields.values[name]);
  const tree = () => fieldTree(text("fields") ?? "");
  const values = () => Object.fromEntries(Object.keys(fields.values).map((name) => [name, text(name)]));
  const on = (endpoint: string[], run: (account: MetaAccount) => Ran): Route =>
    wallRoute(wall.stand, ask, endpoint, { type: "instagram", limit: wall.stand.tooFast({}) }, run);
  const own = (account: MetaAccount): void => {
    if (id !== account.id && (id !== "me" || account.kind === "page")) throw noSuch(method, id);
  };
  if (method === "GET" && (edge === "media" || edge === "live_media"))
    return on(["media", "read"], (account) => (own(account), media(wall, account, ask)));
  if (method === "POST" && edge === "mentions")
    return on(["mentions", "reply"], (account) => (own(account), mention(wall, account, ask)));
  if (method === "GET" && edge === undefined && MENTIONED.some((name) => text("fields")?.includes(name)))
    return on(["mentioned", "read"], (account) => (own(account), readMentioned(wall, account, tree())));
  const target = targetOf(wall, id);
  if (!target) {
    const ours = edge === "comments" || edge === "replies" || (edge === undefined && method !== "GET");
    return ours ? on(["unknown"], () => Promise.reject(noSuch(method, id))) : undefined;
  }
  const known = (account: MetaAccount): Target => {
    const { post, comment } = target;
    const there = comment ? !wall.wall.isGone(comment) && !wall.restricted.has(comment.author.name) : !post.gone;
    // Media of others are reached through the fields and edges for mentions alone.
    if (!there || post.account !== account.id || !post.ours) throw noSuch(method, id);
    return target;
  };
  const comment = (account: MetaAccount): Required<Target> => {
    const found = known(account);
    if (!found.comment) throw noSuch(method, id);
    return { post: found.post, comment: found.comment };
  };
  switch (`${method} ${edge ?? ""}`) {
    case "GET ":
      return on([target.comment ? "comment" : "post", "read"], (account) => {
        const found = known(account);
        const body = found.comment
          ? commentNode(wall, found.post, found.comment, tree())
          : mediaNode(wall, found.post, tree());
        return { status: 200, body };
      });
    case "GET comments":
      return on(["comments", "read"], (account) => ({
        status: 200,
        body: commentsOf(wall, known(account).post, values(), tree()),
      }));
    case "GET replies":
      return on(["comments", "read"], (account) => {
        const found = comment(account);
        return { status: 200, body: repliesOf(wall, found.post, found.comment, values(), tree()) };
      });
    case "POST comments":
      return on(["reply"], (account) => publish(wall, account, known(account), ask));
    case "POST replies":
      return on(["reply"], (account) => publish(wall, account, comment(account), ask));
    case "POST ":
      if (target.comment) {
        const hidden = truth(fields.values.hide);
        return on([hidden ? "hide" : "unhide", "moderate"], (account) => {
          if (fields.values.hide === undefined) throw refuse(100, "(#100) The parameter hide is required");
          return hide(wall, comment(account), hidden);
        });
      }
      return on(["close", "moderate"], (account) => close(wall, known(account).post, ask));
    case "DELETE ":
      return on(["delete", "moderate"], (account) => {
        const found = comment(account);
        found.comment.gone = true;
        wall.changed(found.comment);
        return success;
      });
    default:
      return undefined;
  }
}

function media(wall: InstagramWall, account: MetaAccount, ask: WallCall): Answer {
  const text = (name: string) => textOf(ask.fields.values[name]);
  const live = ask.edge === "live_media";
  const all = wall.wall
    .list("instagram")
    .filter((p) => p.account === account.id && p.ours && !p.gone && !p.ad)
    .filter((p) => (live ? p.type === "live" && !p.ended : p.type !== "live"));
  const link = (after: string) =>
    `${wall.stand.url}/v25.0/${ask.id}/${ask.edge}?${new URLSearchParams({ fields: text("fields") ?? "", after })}`;
  const page = paged(all, { limit: text("limit"), after: text("after"), before: text("before") }, 100, link);
  const tree = fieldTree(text("fields") ?? "");
  return { status: 200, body: { data: page.rows.map((p) => mediaNode(wall, p, tree)), paging: page.paging } };
}

function readMentioned(wall: InstagramWall, account: MetaAccount, tree: Field[]): Answer {
  const made = tree.filter((f) => MENTIONED.includes(f.name)).map((f) => [f.name, mentioned(wall, account.id, f)]);
  return { status: 200, body: { ...Object.fromEntries(made), id: account.id } };
}

/** `POST /{account}/mentions`: an answer to a comment, or to a caption, that names the account. */
async function mention(wall: InstagramWall, account: MetaAccount, ask: WallCall): Promise<Answer> {
  const text = (name: string) => textOf(ask.fields.values[name]);
  const post = wall.wall.post(text("media_id") ?? "");
  const commentId = text("comment_id");
  const comment = commentId === undefined ? undefined : wall.wall.comment(commentId);
  if (!post || post.account !== account.id || (commentId !== undefined && comment?.post !== post.id))
    throw noSuch("POST", text("media_id") ?? "");
  return publish(wall, account, { post, comment }, ask);
}

async function publish(wall: InstagramWall, account: MetaAccount, target: Target, ask: WallCall): Promise<Answer> {
  const { post, comment } = target;
  if (post.type === "live") throw wallError("live");
  if (comment?.hidden) throw wallError("hidden");
  if (post.closed) throw wallError("closed");
  const us = wall.us(account);
  const words = wordsOf(textOf(ask.fields.values.message), wall.textLimit, false);
  const made = wall.add(post, comment, us, "team", words);
  await wall.stand.announce({ echo: () => wall.tellComment(made, "add", us) });
  return { status: 200, body: { id: made.id } };
}

/** Nobody is told that a comment was hidden. */
function hide(wall: InstagramWall, { post, comment }: Required<Target>, hidden: boolean): Answer {
  if (post.type === "live") throw wallError("live");
  comment.hidden = hidden;
  wall.changed(comment);
  return success;
}

function close(wall: InstagramWall, post: WallPost, ask: WallCall): Answer {
  const enabled = ask.fields.values.comment_enabled;
  if (enabled === undefined) throw refuse(100, "(#100) The parameter comment_enabled is required");
  if (post.type === "live") throw wallError("live");
  wall.close(post, !truth(enabled));
  return success;
}
