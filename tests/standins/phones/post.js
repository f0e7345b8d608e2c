import { el, face, icon } from "./chat.js";
import { choices, lookOf, row, sees } from "./comment.js";
import { Writer } from "./writer.js";
import { ago, counted } from "./words.js";

/** A post with what people say under it, as one viewer sees it. */
export class PostView {
  /** `act` does something; `viewer` is `{name, shop}`; `more` asks for older comments. */
  constructor({ act, viewer, more }) {
    this.act = act;
    this.viewer = viewer;
    this.branches = new Map();
    this.head = el("div", { class: "post-head" });
    this.count = el("p", { class: "count" });
    this.writer = new Writer({ label: "Write a comment", send: (text) => this.comment(text) });
    this.inline = new Writer({ label: "Reply", send: (text) => this.answer(text), cancel: () => this.reset() });
    this.inline.root.classList.add("inline");
    this.closed = el("p", { class: "empty", hidden: true });
    this.list = el("ol", { class: "comments", "aria-label": "Comments" });
    this.older = el("button", { type: "button", class: "older", on: { click: more } });
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("focusin", (event) => this.rove(event.target.closest(".comment")));
    this.root = el(
      "article",
      { class: "post" },
      this.head,
      this.count,
      this.writer.root,
      this.closed,
      this.list,
      this.older,
    );
  }

  update(post, offset) {
    const fresh = this.post === undefined;
    this.post = post;
    this.offset = offset;
    this.root.setAttribute("aria-label", `Post of ${post.author.name}`);
    const look = JSON.stringify([
      post.id,
      post.text,
      post.pictureUrl,
      post.ad,
      post.hidden,
      post.ended,
      post.closed,
      post.boosted,
    ]);
    if (look !== this.look) this.head.replaceChildren(...this.top(post));
    this.look = look;
    this.redraw();
    if (fresh) this.rove(this.list.querySelector(".comment"));
  }

  /** The post itself: who, what, and the badges. */
  top(post) {
    const shop = post.ours ? post.shop : post.author.name;
    const badges = [
      post.ad ? `Ad: ${post.ad.title}` : undefined,
      post.boosted ? "Boosted" : undefined,
      post.type === "live" ? (post.ended ? "Broadcast is over" : "Live") : undefined,
      post.closed ? "Comments are off" : undefined,
      post.hidden ? "Hidden" : undefined,
    ].filter(Boolean);
    const mark = el(
      "span",
      { class: `mark ${post.platform}` },
      icon(post.platform === "facebook" ? "page" : "instagram"),
    );
    const picture = post.pictureUrl
      ? el("img", {
          class: "post-picture",
          src: post.pictureUrl,
          alt: `Picture of the post: ${post.picture}`,
          width: 480,
          height: 360,
        })
      : undefined;
    const text = post.text ? el("p", { class: "post-text", dir: "auto" }, post.text) : undefined;
    return [
      el(
        "header",
        { class: "post-by" },
        face(shop, post.ours, 40),
        el(
          "span",
          { class: "who" },
          el("h2", {}, el("bdi", {}, shop)),
          el("small", {}, mark, ` ${ago(post.at, this.offset)}`),
        ),
        ...badges.map((words) => el("span", { class: "tag" }, words)),
      ),
      ...(post.platform === "instagram" ? [picture, text] : [text, picture]).filter(Boolean),
      ...(post.link ? [el("p", { class: "post-link" }, post.link)] : []),
    ];
  }

  redraw() {
    const { post, viewer } = this;
    if (!post) return;
    const me = viewer.shop ? post.shop : viewer.name;
    this.writer.as(me, viewer.shop);
    this.inline.as(me, viewer.shop);
    this.writer.label(`Comment as ${me}`);
    const open = !post.ended && (viewer.shop || !post.closed);
    this.writer.root.hidden = !open;
    this.closed.hidden = open;
    this.closed.textContent = post.ended ? "The broadcast is over." : "The shop has switched comments off.";
    const seen = viewer.shop ? post.comments : post.comments - post.hiddenComments;
    const hidden = viewer.shop && post.hiddenComments > 0 ? `, ${post.hiddenComments} hidden` : "";
    this.count.textContent = seen === 0 ? "No comments yet" : counted(seen, "comment") + hidden;
    const shown = post.branches.filter((c) => sees(viewer, c));
    this.draw(this.list, shown);
    const all = new Set(shown.flatMap((c) => [c, ...c.replies.filter((r) => sees(viewer, r))]).map((c) => c.id));
    for (const id of [...this.branches.keys()]) if (!all.has(id)) this.drop(id);
    this.older.hidden = post.more === 0;
    this.older.textContent = `Show more of ${counted(post.more, "older comment")}`;
    if (!this.list.querySelector('.comment[tabindex="0"]')) this.rove(this.list.querySelector(".comment"));
  }

  draw(list, comments) {
    comments.forEach((comment, i) => {
      const branch = this.branches.get(comment.id) ?? this.make(comment);
      const look = lookOf(this.viewer, this.post, comment, this.offset);
      if (branch.look !== look) this.replace(branch, comment);
      branch.look = look;
      if (list.children[i] !== branch.item) list.insertBefore(branch.item, list.children[i] ?? null);
      if (comment.replies)
        this.draw(
          branch.replies,
          comment.replies.filter((r) => sees(this.viewer, r)),
        );
    });
  }

  make(comment) {
    const slot = el("div", { class: "slot" });
    const replies = el("ol", { class: "replies", "aria-label": `Answers to ${comment.author.name}` });
    const node = el("article");
    const branch = { item: el("li", {}, node, slot, comment.top ? undefined : replies), node, slot, replies };
    this.branches.set(comment.id, branch);
    return branch;
  }

  /** Draws a row anew; who was in it stays in it. */
  replace(branch, comment) {
    const inside = branch.node.contains(document.activeElement) ? document.activeElement : undefined;
    const node = row(this.viewer, this.post, comment, this.offset, (choice) => this.choose(comment, choice));
    node.dataset.id = comment.id;
    const roving = branch.node.getAttribute("tabindex") === "0";
    branch.node.replaceWith(node);
    branch.node = node;
    if (roving) this.rove(node);
    if (!inside) return;
    const same = inside.dataset.do && node.querySelector(`[data-do="${inside.dataset.do}"]`);
    (same || node).focus({ preventScroll: true });
  }

  drop(id) {
    const branch = this.branches.get(id);
    this.branches.delete(id);
    if (branch?.slot.contains(this.inline.root)) this.reset(false);
    const had = branch?.item.contains(document.activeElement);
    const next =
      branch?.item.nextElementSibling ??
      branch?.item.previousElementSibling ??
      branch?.item.parentElement.closest("li");
    branch?.item.remove();
    if (had) (next?.querySelector(".comment") ?? this.writer.area).focus({ preventScroll: true });
  }

  // --- what is done ----------------------------------------------------------------------------

  comment(text) {
    return this.act(this.viewer.shop ? { do: "native", text } : { do: "comment", text });
  }

  async answer(text) {
    const { comment, editing } = this.target ?? {};
    if (!comment) return false;
    const what = editing ? "edit" : this.viewer.shop ? "native" : "reply";
    const done = await this.act({ do: what, comment: comment.id, text });
    if (done) this.reset();
    return done;
  }

  choose(comment, choice) {
    if (choice.name === "reply" || choice.name === "edit") {
      this.write(comment, choice.name === "edit");
      return;
    }
    const by =
      choice.name === "remove" && this.viewer.shop ? { by: comment.from === "customer" ? "admin" : "author" } : {};
    void this.act({ do: choice.name, comment: comment.id, on: choice.on, ...by });
  }

  write(comment, editing) {
    this.target = { comment, editing };
    this.inline.label(editing ? "Edit your comment" : `Reply to ${comment.author.name}`);
    this.inline.area.value = editing ? comment.text : "";
    this.branches.get(comment.id)?.slot.append(this.inline.root);
    this.inline.grow();
    this.inline.area.focus();
  }

  /** Puts the answer away, and goes back to the comment. */
  reset(focus = true) {
    const branch = this.target && this.branches.get(this.target.comment.id);
    const had = this.inline.root.contains(document.activeElement);
    this.inline.root.remove();
    this.target = undefined;
    if (focus && had) branch?.node.focus();
  }

  focus() {
    const first = this.list.querySelector('.comment[tabindex="0"]');
    (this.writer.root.hidden ? first : this.writer.area)?.focus({ preventScroll: true });
  }

  // --- keys ------------------------------------------------------------------------------------

  /** One comment is in the tab order, with its buttons: the one that was gone to last. */
  rove(node) {
    if (!node) return;
    for (const old of this.list.querySelectorAll('[tabindex="0"]')) if (!node.contains(old)) old.tabIndex = -1;
    node.tabIndex = 0;
    for (const button of node.querySelectorAll("button")) button.tabIndex = 0;
  }

  key(event) {
    const node = event.target.closest(".comment");
    if (!node || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...this.list.querySelectorAll(".comment")];
    const at = all.indexOf(node);
    const goes = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (goes !== undefined) {
      event.preventDefault();
      all[goes]?.focus();
      return;
    }
    const comment = this.find(node.dataset.id);
    const choice =
      comment && choices(this.viewer, this.post, comment).find((c) => c.key.toLowerCase() === event.key.toLowerCase());
    if (!choice) return;
    event.preventDefault();
    this.choose(comment, choice);
  }

  find(id) {
    return this.post.branches.flatMap((c) => [c, ...c.replies]).find((c) => c.id === id);
  }
}
