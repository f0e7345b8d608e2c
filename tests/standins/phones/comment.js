import { el, face, stateWords } from "./chat.js";
import { ago } from "./words.js";

const BY = { team: "From the inbox", native: "In its own app" };

/** May this viewer see it: hidden comments are seen by their author and the shop alone. */
export const sees = (viewer, comment) => viewer.shop || !comment.hidden || comment.author.name === viewer.name;

const isMine = (viewer, comment) =>
  viewer.shop ? comment.from !== "customer" : comment.from === "customer" && comment.author.name === viewer.name;

/** What this viewer can do with a comment: `{name, label, key, ask}`; `name` is what the post's view does. */
export function choices(viewer, post, comment) {
  const mine = isMine(viewer, comment);
  const likes = viewer.shop ? comment.liked : comment.likes.includes(viewer.name);
  const can = [];
  if (!post.closed && !post.ended) can.push({ name: "reply", label: "Reply", key: "r" });
  if (!viewer.shop) can.push({ name: "like", label: likes ? "Unlike" : "Like", key: "l", on: !likes });
  if (mine && post.platform === "facebook" && !viewer.shop) can.push({ name: "edit", label: "Edit", key: "e" });
  if (viewer.shop && !mine)
    can.push({ name: comment.hidden ? "unhide" : "hide", label: comment.hidden ? "Show" : "Hide", key: "h" });
  if (mine || viewer.shop) can.push({ name: "remove", label: "Delete", key: "Delete" });
  return can;
}

function head(comment) {
  const shop = comment.from !== "customer";
  return el(
    "p",
    { class: "name" },
    el("bdi", {}, comment.author.name),
    shop ? el("span", { class: "tag" }, BY[comment.from]) : undefined,
    comment.hidden ? el("span", { class: "tag hushed" }, "Hidden") : undefined,
    comment.privateReply ? el("span", { class: "tag" }, "Answered in private") : undefined,
  );
}

function foot(comment, offset) {
  const parts = [ago(comment.at, offset)];
  if (comment.edits > 0) parts.push("edited");
  const likes = comment.likes.length + (comment.liked ? 1 : 0);
  if (likes > 0) parts.push(`${likes} ${likes === 1 ? "like" : "likes"}${comment.liked ? ", one by the shop" : ""}`);
  const [words, tone] = comment.state === "delivered" ? ["", ""] : stateWords(comment);
  return el(
    "span",
    { class: "foot" },
    parts.join(" · "),
    ...(words ? [" · ", el("span", { class: `state ${tone}` }, words)] : []),
  );
}

/** One comment as a row: who, what, when, and what can be done. */
export function row(viewer, post, comment, offset, run) {
  const buttons = choices(viewer, post, comment).map((choice) =>
    el(
      "button",
      {
        type: "button",
        class: choice.name === "remove" ? "link danger" : "link",
        "data-do": choice.name,
        "aria-keyshortcuts": choice.key,
        tabindex: "-1",
        on: { click: () => run(choice) },
      },
      choice.label,
    ),
  );
  const body = el("div", { class: comment.from === "customer" ? "said" : "said ours" }, head(comment));
  if (comment.text) body.append(el("p", { class: "text", dir: "auto" }, comment.text));
  if (comment.pictureUrl)
    body.append(
      el("img", {
        class: "picture",
        src: comment.pictureUrl,
        alt: "Picture",
        loading: "lazy",
        width: 480,
        height: 360,
      }),
    );
  return el(
    "article",
    {
      class: comment.hidden ? "comment hushed" : "comment",
      tabindex: "-1",
      "aria-label": `Comment by ${comment.author.name}`,
    },
    face(comment.author.name, comment.from !== "customer", comment.top ? 26 : 34),
    el("div", { class: "rest" }, body, el("div", { class: "under" }, foot(comment, offset), ...buttons)),
  );
}

/** What makes a row look as it does: it is drawn anew only when this changes. */
export const lookOf = (viewer, post, comment, offset) => {
  const { replies: _, ...own } = comment;
  return JSON.stringify([own, viewer, post.closed, post.ended, ago(comment.at, offset)]);
};
