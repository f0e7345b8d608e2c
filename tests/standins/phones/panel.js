import { el } from "./chat.js";
import { counted } from "./words.js";

const button = (label, run, kind = "chip") => el("button", { type: "button", class: kind, on: { click: run } }, label);

const number = (name, value, most) =>
  el("input", { name, type: "number", min: "0", max: String(most), value: String(value), required: true });

/** What the shop's own people do with a post in the platform's app, and storms of comments. */
export class Panel {
  constructor(root, act) {
    this.root = root;
    this.act = act;
    this.doings = el("div", { class: "chips" });
    this.about = el("p", { class: "fine" });
    this.post = el("section", {}, el("h2", {}, "The shop, in its own app"), this.doings, this.about);
    this.form = this.storm();
    this.told = el("p", { class: "fine", role: "status" });
    root.replaceChildren(this.post, el("section", {}, el("h2", {}, "A storm"), this.form, this.told), keys());
    root.hidden = true;
  }

  storm() {
    const field = (label, input) => el("label", {}, label, input);
    const form = el(
      "form",
      { class: "storm" },
      field("Comments", number("count", 200, 100_000)),
      field("Questions, %", number("questions", 20, 100)),
      field("Answers, %", number("replies", 10, 100)),
      field("Known people, %", number("known", 0, 100)),
      el("button", { type: "submit", class: "primary" }, "Let it break"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.go();
    });
    return form;
  }

  async go() {
    const value = (name) => Number(this.form.elements[name].value);
    const share = (name) => value(name) / 100;
    const submit = this.form.querySelector("button");
    submit.disabled = true;
    this.told.textContent = "";
    const done = await this.act({
      do: "storm",
      count: value("count"),
      questions: share("questions"),
      replies: share("replies"),
      known: share("known"),
    });
    submit.disabled = false;
    if (done)
      this.told.textContent = `${counted(done.count, "comment")}, ${counted(done.questions, "question")} among them`;
  }

  update(post) {
    this.root.hidden = post === undefined;
    const look = JSON.stringify(post && [post.id, post.closed, post.hidden, post.ended, post.boosted]);
    if (!post || look === this.look) return;
    this.look = look;
    const go = (what) => () => void this.act({ post: post.id, ...what });
    const doings = [];
    if (post.type === "live" && !post.ended) doings.push(button("End the broadcast", go({ do: "end" })));
    if (post.type !== "live")
      doings.push(
        button(post.closed ? "Switch comments on" : "Switch comments off", go({ do: "close", on: !post.closed })),
      );
    if (!post.ad && !post.boosted && post.ours && post.type !== "live")
      doings.push(button("Boost as an ad", go({ do: "boost" })));
    if (post.platform === "facebook")
      doings.push(button(post.hidden ? "Show the post" : "Hide the post", go({ do: "hidePost", on: !post.hidden })));
    doings.push(button("Delete the post", go({ do: "removePost" }), "chip danger"));
    this.doings.replaceChildren(...doings);
    this.about.textContent =
      post.platform === "facebook"
        ? "Facebook tells the Worker of hides and deletes."
        : "Instagram tells the Worker of new comments only. Hides and deletes are seen when it reads.";
  }
}

function keys() {
  const list = [
    ["↓ ↑", "next, previous comment"],
    ["R", "reply"],
    ["L", "like"],
    ["E", "edit your own"],
    ["H", "hide, as the shop"],
    ["Del", "delete"],
    ["Esc", "never mind"],
  ];
  return el(
    "section",
    { class: "keys" },
    el("h2", {}, "Keys"),
    el("dl", {}, ...list.flatMap(([key, words]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, words)])),
  );
}
