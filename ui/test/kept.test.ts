import assert from "node:assert/strict";
import { test } from "node:test";
import { BLANK, post, type Draft } from "../src/state/draft.ts";
import { forget, hasLeft, leave, load, MOST_CHARACTERS, MOST_DRAFTS, save } from "../src/state/kept.ts";
import { Memory } from "./memory.ts";

const NOW = "2026-01-05T10:00:00Z";
let made = 0;
const newId = () => `id-${(made += 1)}`;
const written: Draft = { ...BLANK, text: "On its way.", replyTo: "msg_1", note: "kept" };
const threads = (keep: Memory) => [...keep.values.keys()].map((key) => key.replace("draft:", ""));

test("what is in the post is not kept with the draft, and the mode of the composer is", () => {
  const keep = new Memory();
  const first = post({ ...written, writing: "note" }, 7, NOW, newId);
  save(keep, "thr_1", first);
  assert.deepEqual(load(keep, "thr_1"), { ...BLANK, note: "kept", writing: "note" });
});

test("drafts survive, blanks leave no trace, and broken storage is no draft", () => {
  const keep = new Memory();
  save(keep, "thr_1", written);
  assert.deepEqual(load(keep, "thr_1"), written);
  save(keep, "thr_1", BLANK);
  assert.equal(keep.values.size, 0);
  keep.setItem("draft:thr_2", "{");
  assert.deepEqual(load(keep, "thr_2"), BLANK);
});

test("so many are kept, and the oldest go first: not the one that is being written, and nothing that is unsent", () => {
  const keep = new Memory();
  keep.setItem("unsent:tm_1:thr_0", "{}");
  for (let n = 0; n < MOST_DRAFTS; n += 1) save(keep, `thr_${n}`, written, n);
  assert.ok(save(keep, "thr_0", { ...written, text: "Later." }, 1000));
  assert.ok(save(keep, "thr_new", written, 1001));
  assert.equal(threads(keep).filter((key) => key.startsWith("thr_")).length, MOST_DRAFTS);
  assert.deepEqual(load(keep, "thr_1"), BLANK);
  assert.equal(load(keep, "thr_0").text, "Later.");
  assert.equal(load(keep, "thr_2").text, "On its way.");
  assert.ok(keep.values.has("unsent:tm_1:thr_0"));
  forget(keep);
  assert.deepEqual([...keep.values.keys()], ["unsent:tm_1:thr_0"]);
});

test("so much is kept: what is too long for all of it says so, and takes nothing else away", () => {
  const keep = new Memory();
  const third = { ...BLANK, text: "x".repeat(MOST_CHARACTERS / 3) };
  for (let n = 0; n < 4; n += 1) assert.ok(save(keep, `thr_${n}`, third, n));
  assert.deepEqual(threads(keep), ["thr_2", "thr_3"]);
  assert.equal(save(keep, "thr_4", { ...BLANK, text: "x".repeat(MOST_CHARACTERS) }, 5), false);
  assert.deepEqual(threads(keep), ["thr_2", "thr_3"]);
});

test("a storage that is full makes room with the oldest; one that takes nothing says so", () => {
  const keep = new Memory();
  for (const n of [1, 2, 3]) save(keep, `thr_${n}`, written, n);
  const { setItem } = keep;
  keep.setItem = (key, value) => {
    if (keep.values.size >= 3) throw new Error("full");
    setItem(key, value);
  };
  assert.ok(save(keep, "thr_4", written, 4));
  assert.deepEqual(threads(keep), ["thr_2", "thr_3", "thr_4"]);
  keep.values.clear();
  keep.setItem = () => {
    throw new Error("forbidden");
  };
  assert.equal(save(keep, "thr_1", written, 5), false);
});

test("who signs out takes away what is theirs, in every tab, and nothing of anybody else's", () => {
  const [tab, shared] = [new Memory(), new Memory()];
  save(tab, "thr_1", written);
  const others = { "tributary.rules.tm_2": "{}", "unsent:tm_2:thr_1": "{}", "put-away": "[]" };
  for (const [key, value] of Object.entries({ ...others, "tributary.rules.tm_1": "{}" })) shared.setItem(key, value);
  leave(tab, shared, "tm_1", 7);
  assert.equal(tab.length, 0);
  assert.deepEqual(Object.fromEntries(shared.values), { ...others, "tributary.left": "tm_1 7" });
  const event = { key: "tributary.left", newValue: shared.getItem("tributary.left") };
  assert.ok(hasLeft(event, "tm_1"));
  assert.ok(
    !hasLeft(event, "tm_2") && !hasLeft(event, "tm") && !hasLeft({ ...event, key: "unsent:tm_1:thr_1" }, "tm_1"),
  );
});
