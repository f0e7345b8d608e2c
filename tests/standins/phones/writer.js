import { el, face, sign } from "./chat.js";

/** A place to write a comment, an answer or an edit. */
export class Writer {
  constructor({ label, send, cancel }) {
    this.send = send;
    this.area = el("textarea", { rows: "1", placeholder: label, "aria-label": label, dir: "auto" });
    this.face = el("span", { class: "face-of" });
    this.root = el(
      "form",
      { class: "writer" },
      this.face,
      this.area,
      el("button", { type: "submit", class: "send", "aria-label": "Send" }, sign("send")),
      cancel
        ? el(
            "button",
            { type: "button", class: "plain", "aria-label": "Never mind", on: { click: cancel } },
            sign("close"),
          )
        : undefined,
    );
    this.area.addEventListener("input", () => this.grow());
    this.area.addEventListener("keydown", (event) => {
      // Letters that are shortcuts of comments are letters here.
      if (event.key !== "Escape") event.stopPropagation();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void this.say();
    });
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.say();
    });
  }

  as(name, shop) {
    if (this.name === name) return;
    this.name = name;
    this.face.replaceChildren(face(name, shop, 30));
  }

  label(words) {
    this.area.placeholder = words;
    this.area.setAttribute("aria-label", words);
  }

  grow() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight + 2, 132)}px`;
  }

  /** Words that could not be sent stay where they are. */
  async say() {
    const text = this.area.value.trim();
    if (text === "" || this.busy) return;
    this.busy = true;
    const done = await this.send(text);
    this.busy = false;
    if (!done) return;
    this.area.value = "";
    this.grow();
  }
}
