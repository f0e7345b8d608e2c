import assert from "node:assert/strict";
import { test } from "node:test";
import type { TemplateItem } from "../src/api/types.ts";
import { BLANK, inserted, post, refused, typed, type Draft } from "../src/state/draft.ts";
import { held, nameOf } from "../src/state/queues.ts";
import { offered } from "../src/state/templates.ts";

const template = (id: string, topic: string | null, language: string | null, title = id): TemplateItem => ({
  id,
  title,
  topic,
  language,
  text: `Text of ${id}`,
  blanks: [],
});

test("a thread's own topic comes first, then its language; what is for another topic comes last", () => {
  const all = [
    template("a-other", "billing", "pt"),
    template("b-all", null, "en"),
    template("c-all-pt", null, "pt"),
    template("d-topic", "returns", "en"),
    template("e-topic-pt", "returns", "pt-BR"),
  ];
  const ids = (filter: string) => offered(all, { topic: "returns", language: "pt" }, filter).map((one) => one.id);
  assert.deepEqual(ids(""), ["e-topic-pt", "d-topic", "c-all-pt", "b-all", "a-other"]);
  assert.deepEqual(ids("TÓPIC pt"), ["e-topic-pt"]);
  assert.deepEqual(ids("zebra"), []);
  assert.deepEqual(offered(all, { topic: null, language: null }, "").length, 5);
});

test("a template goes in where the caret is, is remembered by name, and is not sent", () => {
  const draft: Draft = { ...BLANK, text: "Hi Mara, bye" };
  const { change, select } = inserted(draft, { id: "hello", text: "welcome" }, "Mara", 9, 12);
  const next = { ...draft, ...change };
  assert.deepEqual([next.text, next.template, next.posted, select[0]], ["Hi Mara, welcome", "hello", null, 16]);
  const posted = post({ ...next, ...typed(next, `${next.text}!`) }, 3, "2026-01-05T10:00:00Z", () => "r1");
  assert.equal(posted.posted?.body.templateId, "hello");
  assert.equal(posted.template, null, "the next reply began from nothing");
  assert.equal(refused(posted).template, "hello");
});

test("words written after everything was deleted did not begin from the template", () => {
  const draft: Draft = { ...BLANK, text: "welcome", template: "hello" };
  const emptied = { ...draft, ...typed(draft, "") };
  assert.equal({ ...emptied, ...typed(emptied, "My own") }.template, null);
  assert.equal(post({ ...BLANK, text: "My own" }, 1, "", () => "r2").posted?.body.templateId, null);
});

test("a queue's count is its owner's; mine is mine, all is everybody's, what is not named holds none", () => {
  const counts = new Map([
    ["unassigned", 3],
    ["tm_1", 2],
    ["team_a", 1],
  ]);
  assert.deepEqual(
    ["mine", "unassigned", "team_a", "tm_2", "all"].map((queue) => held(queue, counts, "tm_1")),
    [2, 3, 1, 0, 6],
  );
  assert.deepEqual(
    ["mine", "tm_2", "gone"].map((queue) => nameOf(queue, (id) => (id === "tm_2" ? "Noor" : null))),
    ["Mine", "Noor", "Queue"],
  );
});
