import { el, icon } from "./chat.js";
import { PostView } from "./post.js";
import { Panel } from "./panel.js";
import { ago, counted, facts } from "./words.js";

const byId = (id) => document.getElementById(id);
const [list, board, column, aside, notes] = ["posts", "board", "column", "panel", "notes"].map(byId);
const [find, fresh, opener, me, shop, more] = ["find", "fresh", "new", "me", "shop", "more"].map(byId);

const posts = new Map();
const rows = new Map();
let state = {};
let view;
let limit = 30;
let asking = false;
let again = false;
const kept = read();
let chosen = kept.chosen;
const viewer = { shop: kept.shop === true, name: kept.name ?? "Ada Moss" };

function read() {
  try {
    return JSON.parse(localStorage.getItem("wall") ?? "{}");
  } catch {
    return {};
  }
}
const keep = () => localStorage.setItem("wall", JSON.stringify({ chosen, ...viewer }));

function note(text) {
  const item = el("p", { class: "note" }, text);
  notes.append(item);
  setTimeout(() => item.remove(), 5000);
}

/** Something is done on the wall; what came of it is drawn when the event arrives. */
async function act(what) {
  const answer = await fetch("/_control/wall", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ post: chosen, name: viewer.name, ...what }),
  });
  const body = await answer.json();
  if (!answer.ok) note(body.error);
  return answer.ok ? body : undefined;
}

const side = new Panel(aside, act);

// --- the list ----------------------------------------------------------------------------------

function make(post) {
  const thumb = post.pictureUrl
    ? el("img", { class: "thumb", src: post.pictureUrl, alt: "", width: 40, height: 40, loading: "lazy" })
    : el("span", { class: "thumb words", "aria-hidden": "true" }, "Aa");
  const mark = el(
    "span",
    { class: `mark ${post.platform}` },
    icon(post.platform === "facebook" ? "page" : "instagram"),
  );
  const title = el("bdi");
  const time = el("span", { class: "time" });
  const text = el("span", { class: "last" });
  const badge = el("span", { class: "badge" });
  const button = el(
    "button",
    { type: "button", class: "person", on: { click: () => choose(post.id, true) } },
    el("span", { class: "face" }, thumb, mark),
    el("span", { class: "who" }, title),
    time,
    text,
    badge,
  );
  const parts = { item: el("li", {}, button), button, title, time, text, badge };
  rows.set(post.id, parts);
  return parts;
}

const kindOf = (post) =>
  [
    post.ad ? "Ad" : undefined,
    { reel: "Reel", live: post.ended ? "Broadcast, over" : "Live", album: "Album" }[post.type],
    post.ours ? undefined : `By ${post.author.name}`,
    post.closed ? "Comments off" : undefined,
  ].filter(Boolean);

function row(post) {
  const parts = rows.get(post.id) ?? make(post);
  parts.title.textContent = post.text || "No words";
  parts.time.textContent = ago(post.lastAt, state.offset);
  parts.text.textContent = [...kindOf(post), counted(post.comments, "comment")].join(" · ");
  parts.badge.textContent = post.failing > 0 ? "!" : "";
  parts.badge.className = post.failing > 0 ? "badge bad" : "badge";
  parts.badge.title = post.failing > 0 ? "The Worker has not taken a comment" : "";
  parts.button.setAttribute("aria-pressed", String(post.id === chosen));
  const words = find.value.trim().toLowerCase();
  parts.item.hidden =
    words !== "" && !`${post.text} ${post.author.name} ${post.platform}`.toLowerCase().includes(words);
  return parts;
}

function draw() {
  const sorted = [...posts.values()].sort((a, b) => b.lastAt - a.lastAt);
  sorted.forEach((post, i) => {
    const { item } = row(post);
    if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null);
  });
  for (const [id, parts] of rows) {
    if (posts.has(id)) continue;
    parts.item.remove();
    rows.delete(id);
  }
}

// --- one post ----------------------------------------------------------------------------------

function choose(id, focus = false) {
  if (id !== chosen || !view) {
    chosen = id;
    limit = 30;
    view = undefined;
    column.scrollTop = 0;
    keep();
  }
  draw();
  void load().then(() => focus && view?.focus());
  rows.get(id)?.button.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Asks for the post that is shown. While an answer is on its way the next question waits. */
async function load() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  do {
    again = false;
    const id = chosen;
    const answer = await fetch(`/_control/wall?post=${encodeURIComponent(id ?? "")}&limit=${limit}`).catch(
      () => undefined,
    );
    if (id !== chosen) again = true;
    else if (answer?.ok) show(await answer.json());
    else if (answer) blank();
  } while (again);
  asking = false;
}

function blank() {
  view = undefined;
  column.replaceChildren(
    el(
      "p",
      { class: "empty" },
      posts.size > 0 ? "Choose a post to see what people say." : "No posts yet. Publish one with New.",
    ),
  );
  side.update(undefined);
}

function show(post) {
  if (!view) {
    view = new PostView({
      act,
      viewer,
      more: () => {
        limit += 60;
        void load();
      },
    });
    column.replaceChildren(view.root);
  }
  view.update(post, state.offset ?? 0);
  side.update(post);
}

// --- who you are -------------------------------------------------------------------------------

function seen() {
  if (document.activeElement !== me) me.value = viewer.name;
  shop.setAttribute("aria-pressed", String(viewer.shop));
  document.body.classList.toggle("as-shop", viewer.shop);
  view?.redraw();
}
me.addEventListener("change", () => {
  viewer.name = me.value.trim() || viewer.name;
  me.value = viewer.name;
  viewer.shop = false;
  keep();
  seen();
});
me.addEventListener("focus", () => me.select());
shop.addEventListener("click", () => {
  viewer.shop = !viewer.shop;
  keep();
  seen();
});
more.addEventListener("click", () => {
  const open = aside.classList.toggle("open");
  more.setAttribute("aria-expanded", String(open));
  if (open) aside.querySelector("button, input")?.focus();
});

// --- new posts ---------------------------------------------------------------------------------

const KINDS = {
  facebook: [
    ["status", "Words"],
    ["photo", "Picture"],
    ["video", "Video"],
    ["share", "Link"],
    ["ad", "Advertisement"],
  ],
  instagram: [
    ["feed", "Picture"],
    ["reel", "Reel"],
    ["album", "Album"],
    ["live", "Live broadcast"],
    ["ad", "Advertisement"],
  ],
};
const door = () => fresh.elements.door.value.split("/");
function kinds() {
  const [platform, , what] = door();
  const fit = KINDS[platform].filter(([value]) => what === "post" || value !== "ad");
  fresh.elements.type.replaceChildren(...fit.map(([value, words]) => el("option", { value }, words)));
}
kinds();
fresh.elements.door.addEventListener("change", kinds);
opener.addEventListener("click", () => {
  fresh.hidden = !fresh.hidden;
  opener.setAttribute("aria-expanded", String(!fresh.hidden));
  if (!fresh.hidden) fresh.elements.door.focus();
});
fresh.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [platform, kind, what] = door();
  const type = fresh.elements.type.value;
  const text = fresh.elements.text.value.trim();
  const picture = { photo: "boots", video: "sunset", ad: "lamp", feed: "sunset", reel: "parcel" }[type];
  const made = await act({
    post: undefined,
    do: what,
    platform,
    kind: kind || undefined,
    text,
    picture,
    type: type === "ad" ? undefined : type,
    link: type === "share" ? "https://shop.example/new" : undefined,
    ad: type === "ad" ? { title: text.slice(0, 40) } : undefined,
  });
  if (!made) return;
  fresh.reset();
  kinds();
  fresh.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  choose(made.id, true);
});
find.addEventListener("input", draw);

// --- what happens ------------------------------------------------------------------------------

function told(next) {
  state = { ...state, ...next, offset: next.clockOffsetMs ?? state.offset ?? 0 };
  byId("facts").replaceChildren(...facts(state));
}

async function refresh() {
  const all = await (await fetch("/_control/wall")).json();
  posts.clear();
  for (const post of all) posts.set(post.id, post);
  if (!posts.has(chosen)) chosen = all.toSorted((a, b) => b.lastAt - a.lastAt)[0]?.id;
  if (chosen) choose(chosen);
  else blank();
  draw();
}

const line = new EventSource("/_control/events");
line.addEventListener("hello", (event) => {
  const all = JSON.parse(event.data);
  const names = new Set(all.chats.map((c) => c.name));
  byId("names").replaceChildren(...[...names].sort().map((value) => el("option", { value })));
  told(all);
  document.body.classList.remove("offline");
  void refresh();
});
line.addEventListener("post", (event) => {
  const post = JSON.parse(event.data);
  if (post.gone) posts.delete(post.id);
  else posts.set(post.id, post);
  draw();
  if (post.id !== chosen) return;
  if (post.gone) {
    chosen = undefined;
    blank();
  } else void load();
});
line.addEventListener("state", (event) => told(JSON.parse(event.data)));
line.onerror = () => document.body.classList.add("offline");
board.addEventListener("keydown", (event) => {
  if (event.key === "Escape") view?.reset();
});
seen();
