import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelItem } from "../src/api/types.ts";
import { refusalOf } from "../src/state/attach.ts";
import { arrivalWords, isNamed } from "../src/state/names.ts";
import { counter, measure } from "../src/state/measure.ts";
import { BLOCK, COLLAPSED, SHARE, blocks, linkified, marked, mediaAddress, webAddress } from "../src/state/text.ts";
import { ago, dueWords, snoozePresets, span } from "../src/state/time.ts";
import { windowWords } from "../src/state/window.ts";
import { parseRoute, pathOf } from "../src/router.ts";

const CHANNEL: ChannelItem = {
  features: ["reply", "attach"],
  text: { max: 10, unit: "bytes" },
  attachments: 1,
  mediaPolicy: "store",
  blindSpots: [],
  media: [{ mime: "image/png", maxBytes: 2048 }],
};

test("lengths in each unit", () => {
  assert.equal(measure("aé🎉", "bytes"), 7);
  assert.equal(measure("aé🎉", "characters"), 3);
  assert.equal(measure("aé🎉", "utf16"), 4);
  assert.deepEqual(counter("x".repeat(12), CHANNEL.text).text, "2 bytes too long");
  assert.equal(counter("x".repeat(10), CHANNEL.text).tone, "near");
});

test("links are found, cut clean, and only for the web", () => {
  assert.deepEqual(linkified("See https://example.com/a_(b). Thanks"), [
    { text: "See " },
    { text: "https://example.com/a_(b)", href: "https://example.com/a_(b)" },
    { text: ". Thanks" },
  ]);
  assert.deepEqual(
    linkified("(http://example.com/x)!").map((piece) => piece.text),
    ["(", "http://example.com/x", ")!"],
  );
  for (const hostile of [
    "javascript:alert(1)",
    "data:text/html,x",
    "http://",
    "https://a:b@example.com",
    "ftp://example.com",
    "HTTPS://",
  ]) {
    assert.deepEqual(
      linkified(hostile).filter((piece) => piece.href !== undefined),
      [],
      hostile,
    );
    assert.equal(webAddress(hostile), null);
  }
  const text = 'a <b onclick="x">https://example.com/"quoted"</b> ü 🎉';
  assert.equal(
    linkified(text)
      .map((piece) => piece.text)
      .join(""),
    text,
  );
  assert.equal(mediaAddress("/api/v1/media/med_1"), "/api/v1/media/med_1");
  assert.equal(mediaAddress("//evil.example"), null);
});

/** Texts as no customer writes them, and somebody does. */
const HUGE = {
  words: "Where is my order? ".repeat(55_000),
  "one word": "🎉".repeat(500_000),
  newlines: "\n".repeat(100_000),
  links: "https://example.com/a\n".repeat(5000),
  "links on one line": "https://example.com/a ".repeat(5000),
  "no end of an address": `https://example.com/${".".repeat(1_000_000)}a`,
  brackets: `https://example.com/${"()".repeat(500_000)})`,
  "cut pair": `${"x".repeat(COLLAPSED.characters - 1)}🎉${"x".repeat(100_000)}`,
};

test("however long a message is, a bounded part of it is laid out at a time, and all of it can be", () => {
  for (const [name, text] of Object.entries(HUGE)) {
    const began = performance.now();
    const first = blocks(text, 0);
    assert.equal(first.shown.length, 1, name);
    assert.ok(first.shown[0] !== undefined && first.shown[0].length <= COLLAPSED.characters + 1, name);
    assert.ok(first.shown[0].split("\n").length <= COLLAPSED.lines + 1, name);
    assert.notEqual(first.more, "none", name);
    let asked = 0;
    let known = 0;
    for (let more = first.more; more !== "none";) {
      asked += 1;
      const now = blocks(text, asked);
      const fresh = now.shown.slice(known);
      assert.ok(
        fresh.length <= SHARE.lines / BLOCK.lines && fresh.join("").length < SHARE.characters + 2 * BLOCK.characters,
        name,
      );
      assert.ok(asked <= 15, `${name}: nobody presses so often`);
      assert.ok(more !== "all" || now.more === "none", `${name}: what promises all shows all`);
      for (const block of fresh) {
        assert.ok(block.length <= BLOCK.characters + 1 && block.split("\n").length <= BLOCK.lines + 1, name);
        assert.ok(!/[\uD800-\uDBFF]$/.test(block), `${name}: no half of a letter`);
        assert.ok(linkified(block).length <= 2 * (BLOCK.characters / "https://a ".length), name);
      }
      [known, more] = [now.shown.length, now.more];
    }
    assert.equal(blocks(text, asked).shown.join(""), text, name);
    assert.ok(linkified(text).length > 0);
    assert.ok(performance.now() - began < 4000, `${name}: ${performance.now() - began} ms`);
  }
});

test("what is hardly long is shown at once", () => {
  for (const text of ["", "Hi", "x".repeat(COLLAPSED.characters + 300), "a\n".repeat(COLLAPSED.lines + 3)]) {
    assert.deepEqual(blocks(text, 0), { shown: [text], more: "none" });
  }
  assert.equal(blocks("Hello there. ".repeat(200), 0).more, "all");
});

test("what was found is marked where the server says it is", () => {
  assert.deepEqual(
    marked("😀 Where is my Order?", [
      { start: 9, end: 11 },
      { start: 15, end: 20 },
    ]),
    [
      { text: "😀 Where ", hit: false },
      { text: "is", hit: true },
      { text: " my ", hit: false },
      { text: "Order", hit: true },
      { text: "?", hit: false },
    ],
  );
  assert.deepEqual(marked("abc", []), [{ text: "abc", hit: false }]);
});

test("due times turn from calm to soon to late", () => {
  const now = Date.parse("2026-01-05T10:00:00Z");
  assert.deepEqual(dueWords("2026-01-05T12:00:00Z", now).tone, "calm");
  assert.deepEqual(dueWords("2026-01-05T10:20:00Z", now), { text: "20 min", spoken: "Due in 20 min", tone: "soon" });
  assert.deepEqual(dueWords("2026-01-05T09:48:00Z", now), {
    text: "12 min late",
    spoken: "Overdue by 12 min",
    tone: "overdue",
  });
  assert.deepEqual([span(10), span(5 * 3600_000), span(50 * 3600_000)], ["1 min", "5 h", "2 d"]);
  assert.equal(ago("2026-01-05T09:59:40Z", now), "now");
});

test("snoozes end at sensible hours", () => {
  const names = (now: Date) => snoozePresets(now).map((preset) => preset.name);
  assert.deepEqual(names(new Date(2026, 0, 6, 10)), [
    "In an hour",
    "This evening",
    "Tomorrow morning",
    "Monday morning",
  ]);
  assert.deepEqual(names(new Date(2026, 0, 4, 22)), ["In an hour", "Tomorrow morning"]);
  for (let day = 1; day < 8; day += 1) {
    const now = new Date(2026, 0, day, 12);
    assert.ok(snoozePresets(now).every((preset) => preset.until > now));
  }
});

test("a window says what can be done, and closes the composer only when nothing can", () => {
  const now = Date.parse("2026-01-05T10:00:00Z");
  const until = "2026-01-05T13:00:00Z";
  assert.equal(windowWords({ type: "open", until }, CHANNEL, now).short, "3 h left to reply");
  assert.equal(windowWords({ type: "humanAgent", until }, CHANNEL, now).closed, null);
  assert.notEqual(windowWords({ type: "open", until }, CHANNEL, now + 4 * 3600_000).closed, null);
  assert.notEqual(windowWords({ type: "closed" }, CHANNEL, now).closed, null);
  assert.notEqual(windowWords({ type: "templateOnly" }, CHANNEL, now).closed, null);
  assert.notEqual(windowWords({ type: "unlimited" }, { ...CHANNEL, features: [] }, now).closed, null);
});

test("files are checked before they are uploaded", () => {
  const file = { name: "a.png", type: "image/png", size: 1000 };
  assert.equal(refusalOf(file, CHANNEL, 0), null);
  assert.match(refusalOf({ ...file, size: 4096 }, CHANNEL, 0) ?? "", /at most 2 kB/);
  assert.match(refusalOf({ ...file, type: "text/html" }, CHANNEL, 0) ?? "", /does not take/);
  assert.match(refusalOf(file, CHANNEL, 1) ?? "", /one file/);
  assert.match(refusalOf({ ...file, size: 0 }, CHANNEL, 0) ?? "", /empty/);
  assert.match(refusalOf(file, { ...CHANNEL, features: ["reply"] }, 0) ?? "", /no files/);
  assert.equal(refusalOf({ ...file, type: "" }, { ...CHANNEL, media: [{ mime: "*/*", maxBytes: 2048 }] }, 0), null);
});

test("addresses survive the way there and back", () => {
  for (const path of ["/q/mine", "/t/thr_1", "/signin", "/setup", "/q/team%20a"])
    assert.equal(pathOf(parseRoute(path)), path);
  assert.deepEqual(parseRoute("/"), { name: "queues" });
  for (const path of ["/t/%E0%A4%A", "/t/a/b", "/elsewhere", "/x/y"])
    assert.deepEqual(parseRoute(path), { name: "lost" }, path);
});

test("who wrote is told by name; until it is known, where they wrote", () => {
  const said = (name: string) =>
    arrivalWords({ contact: { id: "con_1", name, username: null }, platform: "whatsapp" }, () => "WhatsApp");
  assert.equal(said("Ana"), "New message from Ana");
  for (const id of [
    "17841405309211844",
    "16505550123",
    "+1 (650) 555-0123",
    "US.13491208655302741918",
    "US.ENT.11815799212886844830",
    "Somebody",
    " ",
  ]) {
    assert.equal(said(id), "New message on WhatsApp", id);
  }
  for (const name of ["JR.Smith", "ID.Christopherson", "Shop 24", "ليلى حداد", "4 You"]) assert.ok(isNamed(name), name);
});
