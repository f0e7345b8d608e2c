const NAMES = { instagram: "Instagram", facebook: "Messenger", whatsapp: "WhatsApp", telegram: "Telegram" };
const EMOJI = ["❤️", "👍", "😂", "😮", "😢", "😡"];
const PATHS = {
  instagram:
    '<rect x="4" y="4" width="16" height="16" rx="5"/><circle cx="12" cy="12" r="3.6"/><circle cx="16.6" cy="7.4" r=".6" fill="currentColor"/>',
  facebook:
    '<path d="M12 4c-4.7 0-8.2 3.3-8.2 7.6 0 2.4 1.1 4.4 2.8 5.8V20.5l2.7-1.5c.85.25 1.75.37 2.7.37 4.7 0 8.2-3.3 8.2-7.77S16.7 4 12 4Z"/><path d="m7.8 13.6 2.9-3.1 2.4 1.8 3.1-1.9"/>',
  whatsapp:
    '<path d="M4.5 19.5 5.6 16A8 8 0 1 1 8.4 18.6Z"/><path d="M9 9.2c0 3.1 2.7 5.8 5.8 5.8l.9-1.7-2-1-.9.9c-1-.4-1.8-1.2-2.2-2.2l.9-.9-1-2Z" fill="currentColor" stroke="none"/>',
  page: '<path d="M15.6 5.4c-2.9-.7-4.4.6-4.4 3.3V20M8 11.8h6.8"/>',
  telegram: '<path d="M20 5 3.8 11.4l4.7 1.7L18 7l-7.2 7.3v4.2l2.6-2.7 3.5 2.6Z"/>',
};

/** An element with attributes and children. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((c) => c !== undefined && c !== null));
  return node;
}

/** A line drawing of the platform, ours. */
export function icon(platform) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = PATHS[platform];
  return svg;
}

const strokes = {
  send: "M4 10h11M10.5 5.5 15 10l-4.5 4.5",
  more: "M10 4v12M4 10h12",
  close: "m5 5 10 10M15 5 5 15",
  dots: "M5 10h.01M10 10h.01M15 10h.01",
};
/** A stroke for a button. */
export function sign(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = `<path d="${strokes[name]}"/>`;
  return svg;
}

export function avatar(chat, size) {
  return el("img", {
    class: "avatar",
    src: `/cdn/${encodeURIComponent(`portrait.${chat.name}`)}`,
    alt: "",
    width: size,
    height: size,
    loading: "lazy",
  });
}

/** The face of whoever wrote: the shop has its initial. */
export const face = (name, shop, size) =>
  shop
    ? el(
        "span",
        { class: "avatar shop", "aria-hidden": "true", style: `width:${size}px;height:${size}px` },
        name.slice(0, 1),
      )
    : avatar({ name }, size);

export function platformName(chat) {
  const kind = { page: ", Page-linked", business: " business", bot: " bot" }[chat.kind] ?? "";
  return NAMES[chat.platform] + kind;
}

export const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** Whether the Worker took the webhook, in words and their tone. */
export const stateWords = (m) =>
  ({
    delivered: ["Sent", ""],
    pending: ["Sending", "soft"],
    waiting: ["Waiting for a webhook", "warn"],
    held: ["Held back", "warn"],
    retrying: [`Not taken, trying again (${m.attempts ?? 0})`, "bad"],
    failed: ["Webhook given up", "bad"],
  })[m.state] ?? ["", ""];

/** One customer's phone with one chat on it. */
export class Phone {
  constructor(chat, hands) {
    this.chat = chat;
    this.hands = hands;
    this.seen = new Map();
    this.quoted = undefined;
    this.editing = undefined;
    this.list = el("ol", { class: "log", "aria-live": "polite", "aria-label": `Chat of ${chat.name}`, tabindex: "0" });
    this.typing = el(
      "p",
      { class: "typing", hidden: true },
      el("i"),
      el("i"),
      el("i"),
      el("span", { class: "hidden" }, "The team is typing"),
    );
    this.root = el(
      "article",
      { class: `phone ${chat.platform}`, "aria-label": `${chat.name}, ${platformName(chat)}` },
      this.head(),
      this.screen(),
    );
    this.root.addEventListener("focusin", () => this.readSoon());
    this.root.addEventListener("pointerdown", () => this.readSoon());
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.reset();
    });
  }

  head() {
    const { chat, hands } = this;
    const handle =
      chat.platform === "whatsapp"
        ? chat.peer
          ? `+${chat.peer}`
          : chat.username
        : chat.username
          ? `@${chat.username}`
          : chat.language;
    return el(
      "header",
      { class: "owner" },
      avatar(chat, 34),
      el("span", { class: "who" }, el("h2", {}, el("bdi", {}, chat.name)), el("small", {}, handle ?? "")),
      el(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": `Put the phone of ${chat.name} away`,
          title: "Put away",
          on: { click: hands.close },
        },
        sign("close"),
      ),
    );
  }

  screen() {
    const { chat } = this;
    const shop = chat.kind === "page" ? "Harbour & Pine Outlet" : "Harbour & Pine";
    this.presence = el("small", {}, platformName(chat));
    this.area = el("textarea", {
      rows: "1",
      placeholder: "Message",
      "aria-label": `Message from ${chat.name}`,
      dir: "auto",
    });
    this.area.addEventListener("input", () => this.grow());
    this.area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void this.say();
    });
    this.plus = el(
      "button",
      {
        type: "button",
        class: "plain",
        "aria-label": "Send something else",
        "aria-expanded": "false",
        on: { click: () => this.tray(this.more.hidden) },
      },
      sign("more"),
    );
    this.about = el("p", { class: "about", hidden: true });
    this.more = el("div", { class: "tray", hidden: true });
    const form = el(
      "form",
      { class: "composer" },
      this.plus,
      this.area,
      el("button", { type: "submit", class: "send", "aria-label": "Send" }, sign("send")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.say();
    });
    return el(
      "div",
      { class: "frame" },
      el(
        "div",
        { class: "bar" },
        el("span", { class: `mark ${chat.platform}` }, icon(chat.platform)),
        el("span", { class: "who" }, el("b", {}, shop), this.presence),
      ),
      this.list,
      this.typing,
      this.more,
      this.about,
      form,
    );
  }

  grow() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(this.area.scrollHeight, 110)}px`;
  }

  focus() {
    this.root.scrollIntoView({ inline: "nearest", block: "nearest" });
    this.area.focus({ preventScroll: true });
  }

  readSoon() {
    clearTimeout(this.reading);
    this.reading = setTimeout(() => {
      if (this.chat.messages.some((m) => m.from !== "customer" && m.state !== "read"))
        void this.hands.act({ do: "read" });
    }, 400);
  }

  reset() {
    this.quoted = this.editing = undefined;
    this.about.hidden = true;
    this.tray(false);
  }

  async say() {
    const text = this.area.value.trim();
    if (text === "") return;
    const what = this.editing
      ? { do: "edit", message: this.editing, text }
      : this.story
        ? { do: "storyReply", text }
        : { do: "text", text, replyTo: this.quoted };
    this.area.value = "";
    this.grow();
    this.story = false;
    this.reset();
    await this.hands.act(what);
  }

  /** Everything that can be sent but words. */
  tray(show) {
    this.more.hidden = !show;
    this.plus.setAttribute("aria-expanded", String(show));
    if (!show) return;
    const { platform } = this.chat;
    const send = (what) => () => {
      this.tray(false);
      void this.hands.act({ replyTo: this.quoted, ...what }).then(() => this.reset());
    };
    const button = (label, run) => el("button", { type: "button", class: "chip", on: { click: run } }, label);
    const photos = this.hands.pictures().map((p) =>
      el(
        "button",
        {
          type: "button",
          class: "photo",
          "aria-label": `Send the picture of a ${p.name}`,
          on: { click: send({ do: "image", picture: p.name }) },
        },
        el("img", { src: p.url, alt: "", loading: "lazy" }),
      ),
    );
    const chips = [
      button("Voice note", send({ do: "voice" })),
      button("Document", send({ do: "document" })),
      button("Sticker", send({ do: "sticker" })),
    ];
    if (platform === "instagram") {
      chips.unshift(
        button("Answer a story", () => {
          this.tray(false);
          this.story = true;
          this.tell("Answering the shop's story");
          this.area.focus();
        }),
        button("Mention in my story", send({ do: "storyMention", picture: "sunset" })),
      );
      chips.push(button("Video", send({ do: "video" })));
    } else {
      if (platform !== "facebook") chips.push(button("Contact", send({ do: "contact" })));
      chips.push(button("Place", send({ do: "location" })));
    }
    chips.push(button("Unsupported kind", send({ do: "unsupported" })));
    chips.push(
      button(
        this.chat.blocked ? "Unblock the shop" : "Block the shop",
        send({ do: this.chat.blocked ? "unblock" : "block" }),
      ),
    );
    this.more.replaceChildren(
      el("div", { class: "photos", role: "group", "aria-label": "Pictures" }, ...photos),
      el("div", { class: "chips" }, ...chips),
    );
    this.list.scrollTop = this.list.scrollHeight;
    photos[0]?.focus();
  }

  tell(text) {
    this.about.hidden = false;
    this.about.replaceChildren(
      el("span", { dir: "auto" }, text),
      el(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": "Never mind",
          on: { click: () => ((this.story = false), this.reset()) },
        },
        sign("close"),
      ),
    );
  }

  update(chat) {
    this.chat = chat;
    const low = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    const shown = chat.messages.slice(-300);
    const ids = new Set(shown.map((m) => m.id));
    for (const [id, had] of this.seen) {
      if (ids.has(id)) continue;
      had.node.remove();
      this.seen.delete(id);
    }
    shown.forEach((m, i) => {
      const look = JSON.stringify([m, chat.readUntil >= m.at, i === 0 || shown[i - 1].from !== m.from]);
      const had = this.seen.get(m.id);
      if (had?.look === look) return;
      const node = this.bubble(m, i === 0 || shown[i - 1].from !== m.from);
      if (had) had.node.replaceWith(node);
      else this.list.append(node);
      this.seen.set(m.id, { node, look });
    });
    const typing = (chat.typingUntil ?? 0) > Date.now();
    this.typing.hidden = !typing;
    clearTimeout(this.typingTimer);
    if (typing)
      this.typingTimer = setTimeout(() => (this.typing.hidden = true), Math.min(30_000, chat.typingUntil - Date.now()));
    this.presence.textContent = chat.blocked ? "Blocked" : platformName(chat);
    this.root.classList.toggle("blocked", chat.blocked);
    if (low) this.list.scrollTop = this.list.scrollHeight;
    if (this.root.contains(document.activeElement)) this.readSoon();
  }

  bubble(m, first) {
    const mine = m.from === "customer";
    const quoted = m.replyTo ? this.chat.messages.find((x) => x.id === m.replyTo) : undefined;
    const bare =
      !m.unsent &&
      !m.text &&
      !m.story &&
      !quoted &&
      m.attachments.length > 0 &&
      m.attachments.every((a) => ["image", "video", "sticker"].includes(a.type) && a.url);
    const body = el("div", { class: bare ? "bubble bare" : "bubble" });
    if (m.unsent) body.append(el("em", {}, mine ? "You took this message back" : "This message was deleted"));
    else {
      if (quoted) body.append(el("blockquote", { dir: "auto" }, quoted.text || "Attachment"));
      if (m.story)
        body.append(
          el(
            "figure",
            { class: "story" },
            el("img", { src: m.story.url, alt: "Story", loading: "lazy" }),
            el(
              "figcaption",
              {},
              m.story.kind === "mention" ? "You mentioned the shop in your story" : "You answered the shop's story",
            ),
          ),
        );
      for (const a of m.attachments) body.append(this.attachment(a));
      if (m.text) body.append(el("p", { dir: "auto", lang: mine ? this.chat.language : undefined }, m.text));
      if (m.note) body.append(el("small", { class: "aside" }, m.note));
    }
    const reactions =
      m.reactions.length > 0
        ? el(
            "span",
            { class: "reactions", "aria-label": `Reactions: ${m.reactions.map((r) => r.emoji).join(" ")}` },
            m.reactions.map((r) => r.emoji).join(" "),
          )
        : undefined;
    if (reactions) body.append(reactions);
    const actions = el("div", { class: "actions", hidden: true });
    const toggle = el(
      "button",
      { type: "button", class: "plain dots", "aria-label": "What to do with this message", "aria-expanded": "false" },
      sign("dots"),
    );
    toggle.addEventListener("click", () => {
      actions.hidden = !actions.hidden;
      toggle.setAttribute("aria-expanded", String(!actions.hidden));
      if (!actions.hidden) actions.replaceChildren(...this.choices(m, () => (actions.hidden = true)));
    });
    const who =
      first && !mine
        ? el("small", { class: "by" }, m.from === "native" ? "The shop's own app" : "The team")
        : undefined;
    return el(
      "li",
      { class: `${mine ? "mine" : "theirs"} ${m.from}${first ? " first" : ""}${reactions ? " reacted" : ""}` },
      who,
      el("div", { class: "line" }, body, m.unsent ? undefined : toggle),
      actions,
      this.foot(m, mine),
    );
  }

  foot(m, mine) {
    const parts = [clock(m.at)];
    if (m.edits > 0 && !m.unsent) parts.push("edited");
    const foot = el("small", { class: "foot" }, parts.join(" · "));
    if (!mine) {
      if (m.tag) foot.append(" · human agent");
      return foot;
    }
    const words = stateWords(m);
    const read = this.chat.readUntil >= m.at && m.state === "delivered";
    if (words[0]) foot.append(" · ", el("span", { class: `state ${words[1]}` }, read ? "Seen" : words[0]));
    return foot;
  }

  choices(m, done) {
    const go = (what) => () => {
      done();
      void this.hands.act({ message: m.id, ...what });
    };
    const mineNow = m.reactions.find((r) => r.by === "customer")?.emoji;
    const faces = EMOJI.map((e) =>
      el(
        "button",
        {
          type: "button",
          class: "emoji",
          "aria-label": `React with ${e}`,
          "aria-pressed": String(mineNow === e),
          on: { click: go(mineNow === e ? { do: "unreact" } : { do: "react", emoji: e }) },
        },
        e,
      ),
    );
    const button = (label, run) => el("button", { type: "button", class: "chip", on: { click: run } }, label);
    const rest = [
      button("Reply", () => {
        done();
        this.quoted = m.id;
        this.tell(`Reply to: ${m.text || "attachment"}`);
        this.area.focus();
      }),
    ];
    if (m.from === "customer") {
      if (m.text && m.attachments.length === 0) {
        rest.push(
          button("Edit", () => {
            done();
            this.editing = m.id;
            this.area.value = m.text;
            this.grow();
            this.tell("Editing your message");
            this.area.focus();
          }),
        );
      }
      rest.push(button("Take back", go({ do: "unsend" })));
    }
    return [el("div", { class: "emojis" }, ...faces), el("div", { class: "chips" }, ...rest)];
  }

  attachment(a) {
    if (a.type === "image" && a.url)
      return el("img", {
        class: "picture",
        src: a.url,
        alt: a.caption || `Picture${a.name ? `: ${a.name}` : ""}`,
        loading: "lazy",
        width: 480,
        height: 360,
      });
    if (a.type === "video" && a.url)
      return el("video", {
        class: "picture",
        controls: true,
        preload: "metadata",
        src: a.url,
        "aria-label": "Video",
        width: 480,
        height: 360,
      });
    if (a.type === "sticker" && a.url)
      return el("img", { class: "sticker", src: a.url, alt: "Sticker", loading: "lazy", width: 112, height: 112 });
    if (a.type === "sticker") return el("span", { class: "heart" }, a.name ?? "❤️");
    if ((a.type === "voice" || a.type === "audio") && a.url)
      return el("audio", {
        controls: true,
        preload: "none",
        src: a.url,
        "aria-label": a.type === "voice" ? "Voice note" : "Audio",
      });
    const label =
      {
        video: "Video",
        file: "Document",
        sticker: "Sticker",
        location: "Place",
        contact: "Contact",
        unsupported: "A kind this platform does not pass on",
        share: "Shared post",
        template: "Template",
        voice: "Voice note",
        audio: "Audio",
        image: "Picture",
      }[a.type] ?? a.type;
    const inside = [el("b", {}, label), el("span", {}, a.name ?? "")];
    return a.url
      ? el("a", { class: "card", href: a.url, target: "_blank", rel: "noreferrer" }, ...inside)
      : el("span", { class: "card" }, ...inside);
  }
}
