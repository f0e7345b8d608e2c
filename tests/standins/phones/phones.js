import { Phone, avatar, clock, el, icon, platformName } from "./chat.js";
import { facts as factsOf } from "./words.js";

const desk = document.getElementById("desk");
const people = document.getElementById("people");
const facts = document.getElementById("facts");
const notes = document.getElementById("notes");
const find = document.getElementById("find");
const fresh = document.getElementById("fresh");
const opener = document.getElementById("new");

const chats = new Map();
const phones = new Map();
const rows = new Map();
let pictures = [];
let state = {};
const KEPT = "phones.open";
let open = read();
let chosen = open.length > 0;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

const room = () => Math.max(1, Math.min(4, Math.floor((desk.clientWidth - 16) / 348)));

/** A customer does something; the answer comes back as an event. */
async function act(chat, what) {
  const answer = await fetch("/_control/act", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ platform: chat.platform, name: chat.name, kind: chat.kind, ...what }),
  });
  const body = await answer.json();
  if (!answer.ok) note(body.error);
  return answer.ok ? body : undefined;
}

function note(text) {
  const item = el("p", { class: "note" }, text);
  notes.append(item);
  setTimeout(() => item.remove(), 5000);
}

const last = (chat) => chat.messages.at(-1);
const unread = (chat) => chat.messages.filter((m) => m.from !== "customer" && m.state !== "read" && !m.unsent).length;
const failing = (chat) =>
  chat.messages.filter((m) => m.from === "customer" && (m.state === "failed" || m.state === "retrying")).length;

function preview(m) {
  if (!m) return "No messages yet";
  if (m.unsent) return "Took a message back";
  if (m.text) return m.text;
  if (m.story) return m.story.kind === "mention" ? "Mentioned the shop in a story" : "Answered a story";
  const [a] = m.attachments;
  return (
    {
      image: "Picture",
      voice: "Voice note",
      audio: "Audio",
      video: "Video",
      file: "Document",
      sticker: "Sticker",
      location: "Place",
      contact: "Contact",
    }[a?.type] ??
    m.note ??
    "Message"
  );
}

function row(chat) {
  const had = rows.get(chat.key);
  const parts = had ?? make(chat);
  const m = last(chat);
  const news = unread(chat);
  const bad = failing(chat);
  parts.text.textContent = preview(m);
  parts.text.lang = m?.from === "customer" ? chat.language : "";
  parts.text.classList.toggle("strong", news > 0);
  parts.time.textContent = m ? clock(m.at) : "";
  parts.badge.textContent = bad > 0 ? "!" : news > 0 ? String(news) : "";
  parts.badge.className = bad > 0 ? "badge bad" : "badge";
  parts.badge.title = bad > 0 ? "The Worker has not taken a message" : news > 0 ? "New answers" : "";
  parts.button.setAttribute("aria-pressed", String(open.includes(chat.key)));
  parts.button.setAttribute(
    "aria-label",
    `${chat.name}, ${platformName(chat)}${news > 0 ? `, ${news} new` : ""}${bad > 0 ? ", delivery failing" : ""}`,
  );
  const words = find.value.trim().toLowerCase();
  parts.item.hidden =
    words !== "" && !`${chat.name} ${platformName(chat)} ${chat.username ?? ""}`.toLowerCase().includes(words);
  return parts;
}

function make(chat) {
  const text = el("span", { class: "last", dir: "auto" });
  const time = el("span", { class: "time" });
  const badge = el("span", { class: "badge" });
  const face = el(
    "span",
    { class: "face" },
    avatar(chat, 40),
    el("span", { class: `mark ${chat.platform}` }, icon(chat.platform)),
  );
  const button = el(
    "button",
    { type: "button", class: "person" },
    face,
    el("span", { class: "who" }, el("bdi", {}, chat.name)),
    time,
    text,
    badge,
  );
  button.addEventListener("click", () => toggle(chat.key));
  const item = el("li", {}, button);
  const parts = { item, button, text, time, badge };
  rows.set(chat.key, parts);
  return parts;
}

function toggle(key) {
  chosen = true;
  if (open.includes(key)) {
    if (room() > 1) close(key);
    else phones.get(key)?.focus();
    return;
  }
  open = [key, ...open].slice(0, Math.max(1, room()));
  keep();
  draw();
  phones.get(key)?.focus();
}

function close(key) {
  open = open.filter((k) => k !== key);
  keep();
  draw();
  rows.get(key)?.button.focus();
}

const keep = () => localStorage.setItem(KEPT, JSON.stringify(open));

function order() {
  const sorted = [...chats.values()].sort((a, b) => (last(b)?.at ?? 0) - (last(a)?.at ?? 0));
  sorted.forEach((chat, i) => {
    const { item } = row(chat);
    if (people.children[i] !== item) people.insertBefore(item, people.children[i] ?? null);
  });
}

function draw() {
  order();
  const known = open.filter((key) => chats.has(key));
  for (const [key, phone] of phones) {
    if (known.includes(key)) continue;
    phone.root.remove();
    phones.delete(key);
  }
  known.forEach((key, i) => {
    const chat = chats.get(key);
    let phone = phones.get(key);
    if (!phone) {
      phone = new Phone(chat, { act: (what) => act(chat, what), close: () => close(key), pictures: () => pictures });
      phones.set(key, phone);
    }
    if (desk.children[i] !== phone.root) desk.insertBefore(phone.root, desk.children[i] ?? null);
    phone.update(chat);
  });
  desk.classList.toggle("empty", known.length === 0);
}

/** Until somebody chooses, the first customers who write get a place on the desk. */
function offer(key) {
  if (chosen || open.length >= room() || open.includes(key)) return;
  open.push(key);
}

function told(next) {
  state = { ...state, ...next };
  facts.replaceChildren(...factsOf(state));
  if (state.telegramWebhook === false)
    facts.append(el("li", { class: "warn", title: "The bot waits for setWebhook" }, "Telegram bot not connected"));
}

let line;
function connect() {
  line = new EventSource("/_control/events");
  line.addEventListener("hello", (event) => {
    const all = JSON.parse(event.data);
    pictures = all.pictures;
    chats.clear();
    for (const chat of all.chats) chats.set(chat.key, chat);
    for (const chat of [...all.chats].sort((a, b) => (last(b)?.at ?? 0) - (last(a)?.at ?? 0))) offer(chat.key);
    for (const [key, parts] of rows) {
      if (chats.has(key)) continue;
      parts.item.remove();
      rows.delete(key);
    }
    told(all);
    document.body.classList.remove("offline");
    draw();
  });
  line.addEventListener("chat", (event) => {
    const chat = JSON.parse(event.data);
    chats.set(chat.key, chat);
    offer(chat.key);
    draw();
  });
  line.addEventListener("state", (event) => told(JSON.parse(event.data)));
  line.onerror = () => document.body.classList.add("offline");
}

find.addEventListener("input", order);
opener.addEventListener("click", () => {
  fresh.hidden = !fresh.hidden;
  opener.setAttribute("aria-expanded", String(!fresh.hidden));
  if (!fresh.hidden) fresh.elements.name.focus();
});
fresh.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [platform, kind] = fresh.elements.door.value.split("/");
  const chat = await act({ platform, kind, name: fresh.elements.name.value.trim() }, { do: "open" });
  if (!chat) return;
  chats.set(chat.key, chat);
  fresh.reset();
  fresh.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (!open.includes(chat.key)) toggle(chat.key);
});
addEventListener("resize", () => {
  if (open.length > room()) {
    open = open.slice(0, room());
    draw();
  }
});
connect();
