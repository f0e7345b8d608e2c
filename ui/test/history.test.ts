/**
 * The record in sentences. Its cases are what the Worker's own code records: see shared/wire/tests/thread/history.rs.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { AuditItem } from "../src/api/types.ts";
import { sentence } from "../src/state/history.ts";

const RECORD = JSON.parse(
  readFileSync(new URL("../../shared/wire/history.json", import.meta.url), "utf8"),
) as AuditItem[];
const NAMES: Record<string, string> = { tm_nora: "Nora Vik", tm_jon: "Jon Aker", team_orders: "Orders" };
const called = (id: string) => NAMES[id] ?? null;

/** As the API gives it: with the actor's name. */
function named(entry: AuditItem): AuditItem {
  const { id } = entry.actor;
  return id == null ? entry : { ...entry, actor: { ...entry.actor, name: called(id) } };
}

function read(entry: AuditItem): string {
  const { who, did } = sentence(named(entry), called);
  return `${who} ${did}`;
}

const of = (action: string) => RECORD.filter((entry) => entry.action === action).map(read);

test("every action that is recorded reads as a sentence, without ids, codes or gaps", () => {
  assert.ok(RECORD.length > 60);
  for (const entry of RECORD) {
    const said = sentence(named(entry), called);
    const all = [said.who, said.did, ...said.reasons].join(" | ");
    assert.doesNotMatch(all, /undefined|null|NaN|\[object|[{}[\]_]|"|\b[0-9a-f]{16,}/, all);
    assert.doesNotMatch(
      all,
      /cannot describe yet|settled a reply whose delivery was unknown|reassigned it|changed the tags|: none/,
      all,
    );
    assert.match(said.did, /^[a-z].*[^\s:,]$/, all);
    if (["sendFailed", "sendUncertain", "undelivered"].includes(entry.action))
      assert.match(said.did, /: ./, `a cause: ${all}`);
  }
});

test("it says what was done, to whom, and by whom", () => {
  assert.deepEqual(of("routed"), [
    "Tributary assigned it to Nora Vik",
    "Tributary found nobody who is free to take it",
    "Tributary assigned it to Orders",
  ]);
  assert.deepEqual(of("reassigned"), [
    "Nora Vik assigned it to Jon Aker",
    "Jon Aker assigned it to Orders",
    "Nora Vik took it",
    "Nora Vik unassigned it",
    "Nora Vik unassigned it",
    "Nora Vik assigned it to somebody",
    "Jon Aker unassigned it",
    "Nora Vik took it: they replied first",
  ]);
  assert.deepEqual(of("corrected"), [
    "Nora Vik corrected the topic from Lost parcels to Returns",
    "Nora Vik corrected the urgency from high to normal, language from German to Brazilian Portuguese",
    "Nora Vik corrected the summary",
    "Nora Vik corrected the labels: Returns, normal urgency, an unknown language",
  ]);
  assert.deepEqual(of("settled"), [
    "Nora Vik sent the reply again",
    "Nora Vik discarded the reply",
    "Nora Vik found that the reply had arrived",
    "Nora Vik discarded the reply",
    "Nora Vik found that the reply had not arrived, and sent it again",
    "Nora Vik found that the reply had not arrived, and sent it again",
  ]);
  assert.deepEqual(of("reopened"), [
    "Tributary brought it back: its time had come",
    "Nora Vik reopened it",
    "The customer wrote again, which reopened it",
    "The customer wrote again, which brought it back early",
    "Nora Vik brought it back early",
    "Tributary brought it back: the conversation was handed over",
    "Tributary brought it back: the answer did not arrive",
  ]);
  assert.deepEqual(of("handedOver"), [
    "This inbox handed the conversation over to Meta's agent",
    "Meta's agent handed the conversation over to this inbox",
    "The platform handed the conversation over to another app",
    "Another app handed the conversation over to this inbox",
  ]);
  assert.deepEqual(of("handoverAsked"), ["Another app asked for the conversation"]);
  assert.deepEqual(
    of("sentTwice"),
    Array(2).fill("Tributary learned that the reply went out twice: the first attempt had arrived after all"),
  );
  assert.deepEqual(of("arrivedAfterAll"), [
    "Tributary learned that the reply arrived after all",
    "Tributary learned that the reply arrived after all",
    "Tributary learned that the first attempt to send the reply arrived after all",
  ]);
  assert.equal(of("noted")[1], "“Night desk”, a program of Nora Vik noted");
  assert.deepEqual(of("tagged"), [
    "Nora Vik added the tags “regular”, “wholesale”",
    "Nora Vik added the tag “press” and removed the tag “regular”",
  ]);
  assert.deepEqual(
    of("answeredElsewhere").map((said) => said.replace(" replied outside Tributary", "")),
    ["Someone in the platform's app", "Another app", "Someone in the platform's app"],
  );
  assert.equal(of("replied")[0], "Nora Vik wrote a reply, started from the template “Order number”, and changed it");
  assert.equal(of("replied")[1], "Nora Vik wrote a reply, sent as 2 messages");
  assert.deepEqual(of("raised"), ["Tributary raised it to urgent, as the rules say"]);
  assert.equal(of("linked")[1], "Tributary linked it: the same question came in on 2 other channels");
});

test("labels say who gave them, and owners why", () => {
  const reasons = (action: string) =>
    RECORD.filter((entry) => entry.action === action).map((entry) => sentence(entry).reasons);
  assert.deepEqual(reasons("labelled").slice(0, 2), [
    ["By the AI model"],
    ["By the built-in labeler: no model is configured"],
  ]);
  assert.deepEqual(reasons("routed")[0], ["owners of returns: Nora Vik"]);
});

test("people's own words stand beside what they did", () => {
  const words = RECORD.flatMap((entry) => sentence(entry).words ?? []);
  assert.deepEqual(
    [...new Set(words)],
    ["She knows this customer.", "The courier has the parcel.", "Nobody is in before nine.", "Paid back in the shop."],
  );
});

test("what this page does not know yet is told as well as it can be", () => {
  const entry: AuditItem = {
    ...RECORD[0]!,
    actor: { type: "system" },
    action: "somethingNewer",
    detail: { note: "Why not", deep: { er: [1] } },
  };
  assert.equal(read(entry), "Tributary did something that this page cannot describe yet: something newer");
  assert.equal(sentence(entry).words, "Why not");
  for (const detail of [null, "text", 7, [], { to: null, from: 3, reasons: "x", add: [1], threads: {} }]) {
    for (const action of new Set(RECORD.map((one) => one.action))) {
      assert.doesNotMatch(read({ ...RECORD[0]!, action, detail: detail }), /undefined|\[object|null/, action);
    }
  }
});

test("what was done to comments is told by act, and what came of it", () => {
  const told = (action: string) => [...new Set(of(action))];
  assert.deepEqual(told("moderationOrdered"), [
    "Nora Vik hid a comment from others",
    "Nora Vik liked a comment",
    "Nora Vik took back the like of a comment",
    "Nora Vik showed a comment to others again",
    "Nora Vik deleted a comment",
    "Nora Vik deleted our comment",
  ]);
  assert.ok(told("moderated").includes("Tributary learned that the comment is hidden from others"));
  assert.deepEqual(told("moderationFailed"), ["Tributary could not like the comment: the account lacks a permission"]);
  assert.deepEqual(told("moderationUnknown"), [
    "Tributary cannot tell whether the comment is shown to others again: no answer came",
  ]);
});
