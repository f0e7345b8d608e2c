import assert from "node:assert/strict";
import { test } from "node:test";
import { addressed, blanks } from "../src/state/templates.ts";
import {
  accepted,
  again,
  BLANK,
  inserted,
  post,
  refused,
  unanswered,
  untouched,
  typed,
  type Draft,
} from "../src/state/draft.ts";

const NOW = "2026-01-05T10:00:00Z";
let made = 0;
const newId = () => `id-${(made += 1)}`;
const written: Draft = { ...BLANK, text: "On its way.", replyTo: "msg_1", note: "kept" };

test("a double click posts one reply", () => {
  const once = post(written, 7, NOW, newId);
  const twice = post(once, 7, NOW, newId);
  assert.equal(twice, once);
  assert.equal(once.posted?.body.expectedVersion, 7);
  assert.equal(once.text, "");
  assert.equal(once.note, "kept");
});

test("a retry after a lost answer posts the same body", () => {
  const first = post(written, 7, NOW, newId);
  const retried = again(unanswered(first), NOW);
  assert.deepEqual(retried.posted?.body, first.posted?.body);
});

test("a refused reply is on the desk again, before what was begun since, with the same id", () => {
  const first = post(written, 7, NOW, newId);
  const back = refused({ ...first, text: "And more." });
  assert.equal(back.text, "On its way.\n\nAnd more.");
  assert.equal(back.replyTo, "msg_1");
  const second = post(back, 9, NOW, newId);
  assert.equal(second.posted?.body.replyId, first.posted?.body.replyId);
  assert.equal(second.posted?.body.expectedVersion, 9);
});

test("an accepted reply frees the desk for another one with another id", () => {
  const first = post(written, 7, NOW, newId);
  const done = accepted(first, first.posted!.body.replyId);
  assert.equal(done.posted, null);
  const second = post({ ...done, text: "Next." }, 8, NOW, newId);
  assert.notEqual(second.posted?.body.replyId, first.posted?.body.replyId);
  assert.equal(accepted(second, "another"), second);
});

test("nothing is posted for blanks, and the words go unchanged", () => {
  assert.equal(post({ ...BLANK, text: " \n" }, 1, NOW, newId).posted, null);
  assert.equal(post({ ...BLANK, text: "  spaced \n" }, 1, NOW, newId).posted?.body.text, "  spaced \n");
});

test("a template's name is filled in, its first blank is selected, and what nobody touched is known as such", () => {
  const template = { id: "status", text: "Hi {{name}}, order {{order}} of {{name}} is {{ how far }}." };
  const { change, select } = inserted(BLANK, template, "Ana", 0, 0);
  const draft = { ...BLANK, ...change };
  assert.equal(draft.text, "Hi Ana, order {{order}} of Ana is {{ how far }}.");
  assert.equal(draft.text.slice(...select), "{{order}}");
  assert.deepEqual(
    blanks(draft.text).map(({ name }) => name),
    ["order", "how far"],
  );
  assert.ok(untouched(draft));
  assert.ok(!untouched({ ...draft, ...typed(draft, draft.text.replace("{{order}}", "4821")) }));
  assert.ok(!untouched({ ...BLANK, text: "Hello" }));
  const among = inserted({ ...BLANK, text: "Dear  ,thanks" }, template, "Ana", 5, 5);
  assert.ok(!untouched({ ...BLANK, text: "x", ...among.change }), "who wrote around it put words to it");
  assert.equal(post({ ...draft, text: "done" }, 1, NOW, newId).begun, null);
});

test("who is known by a number alone is called by no name, and braces alone are words", () => {
  for (const contact of ["+1 650 555 0123", "16505550123", "Somebody", " "])
    assert.equal(addressed("Hi {{name}}", contact), "Hi {{name}}");
  assert.equal(addressed("Hi {{ name }}", "$& Co"), "Hi $& Co");
  for (const words of ["{name}", "{{}}", "{{ }}", "{{a\nb}}", "{{open", `{{${"x".repeat(41)}}}`])
    assert.deepEqual(blanks(words), []);
});
