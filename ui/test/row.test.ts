import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadItem } from "../src/api/types.ts";
import { rowWords } from "../src/state/row.ts";
import { threadItem } from "./item.ts";

const NOW = Date.parse("2026-01-05T10:00:00Z");
const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const mia = { type: "teammate" as const, id: "tm_mia", name: "Mia Chen" };

const item = (over: Partial<ThreadItem>) =>
  threadItem({ summary: "Wants a refund", preview: "Hello, I would like", owner: mia, lastMessageAt: at(-9), ...over });
const words = (over: Partial<ThreadItem>, me = "tm_me") => rowWords(item(over), me, NOW);

test("what waits shows what the customer wants, and when they wrote", () => {
  assert.deepEqual(words({}), { by: null, text: "Wants a refund", at: at(-9), dueAt: null });
  assert.equal(words({ summary: null }).text, "Hello, I would like");
});

test("what is answered shows our words, and whose they are", () => {
  const answered = { needsAnswer: false, lastDirection: "outgoing" as const, preview: "It is on its way." };
  assert.deepEqual(words({ ...answered, lastAuthor: mia }), {
    by: "Mia",
    text: "It is on its way.",
    at: at(-9),
    dueAt: null,
  });
  assert.equal(words({ ...answered, lastAuthor: mia }, "tm_mia").by, "You");
  assert.equal(words({ ...answered, lastAuthor: { type: "nativeApp", id: null, name: null } }).by, "Your team");
  assert.equal(words({ ...answered, lastAuthor: { type: "otherApp", id: null, name: null } }).by, "Another app");
  assert.equal(words({ ...answered, lastAuthor: { type: "teammate", id: "tm_gone", name: null } }).by, "A teammate");
  assert.equal(words(answered).by, "Your team", "written down before anybody noted who wrote");
});

test("what still waits though we wrote last shows what is wanted, and since when", () => {
  const waits = { lastDirection: "outgoing" as const, askedAt: at(-30), lastMessageAt: at(-1) };
  assert.deepEqual(words(waits), { by: null, text: "Wants a refund", at: at(-30), dueAt: null });
});

test("when it is due is told once that is near, and of what is open alone", () => {
  for (const [minutes, near] of [
    [61, false],
    [59, true],
    [-5, true],
  ] as const) {
    assert.equal(words({ dueAt: at(minutes) }).dueAt !== null, near, `${minutes}`);
  }
  assert.equal(words({ dueAt: at(5), status: "closed" }).dueAt, null);
});
