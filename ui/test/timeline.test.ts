import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditItem, MessageItem } from "../src/api/types.ts";
import { BLANK, post } from "../src/state/draft.ts";
import { merged, onItsWay, timeline, withReply } from "../src/state/timeline.ts";

const ME = { id: "tm_1", name: "Ines" };

function message(id: string, minute: number, over: Partial<MessageItem> = {}): MessageItem {
  const at = new Date(Date.UTC(2026, 0, 5, 10, minute)).toISOString();
  return {
    id,
    direction: "incoming",
    author: { type: "customer", id: null, name: "Mara" },
    at,
    receivedAt: at,
    order: 0,
    text: id,
    details: [],
    notRead: [],
    clock: null,
    unsentAt: null,
    quote: null,
    story: null,
    payload: null,
    referral: null,
    agent: false,
    unsupported: null,
    cut: false,
    status: null,
    trouble: null,
    replyId: null,
    privateReply: null,
    fromComment: null,
    edited: false,
    hidden: false,
    liked: false,
    moderation: [],
    attachments: [],
    pressed: false,
    forwarded: false,
    standby: false,
    reactions: [],
    ...over,
  };
}

function entry(action: string, minute: number, detail: unknown = {}): AuditItem {
  const at = new Date(Date.UTC(2026, 0, 5, 10, minute)).toISOString();
  return {
    id: `aud_${minute}`,
    threadId: "thr_1",
    sequence: minute,
    at,
    actor: { type: "teammate", id: "tm_1", name: "Ines" },
    action,
    detail,
    hash: "",
  };
}

test("a reply that the platform has named since takes the place of the one it was", () => {
  const known = [message("a", 1), message("local", 2, { replyId: "r1" })];
  assert.deepEqual(
    merged(known, [message("named", 2, { replyId: "r1", status: "sent" })]).map((one) => one.id),
    ["a", "named"],
  );
});

test("a reply of several parts keeps the others when its last is known anew", () => {
  const known = [
    message("words", 2, { replyId: "r1" }),
    message("picture", 2, { replyId: "r1" }),
    message("other", 3, { replyId: "r2" }),
  ];
  assert.deepEqual(
    withReply(known, { replyId: "r1", message: message("named", 2) }).map((one) => one.id),
    ["words", "named", "other"],
  );
  assert.deepEqual(
    withReply(known, { replyId: "r1", message: message("picture", 2, { replyId: "r1", status: "sent" }) }).map(
      (one) => one.id,
    ),
    ["words", "picture", "other"],
  );
  assert.deepEqual(
    withReply(known, { replyId: "r3", message: message("new", 4, { replyId: "r3" }) }).map((one) => one.id),
    ["words", "picture", "other", "new"],
  );
});

test("late and older messages find their place, and a whole page drops what is gone", () => {
  assert.deepEqual(
    merged([message("b", 5)], [message("a", 1)]).map((one) => one.id),
    ["a", "b"],
  );
  const known = [message("old", 0), message("gone", 6), message("kept", 7)];
  assert.deepEqual(
    merged(known, [message("first", 5), message("kept", 7)], true).map((one) => one.id),
    ["old", "first", "kept"],
  );
});

test("messages of one second stand as the server has them, and none is lost where a page ends within it", () => {
  const one = (order: number) => message(`m${order}`, 1, { order });
  const known = [one(1), one(2), one(3), one(4)];
  assert.deepEqual(
    merged(known, [one(3), one(4), one(5)], true).map(({ id }) => id),
    ["m1", "m2", "m3", "m4", "m5"],
  );
  assert.deepEqual(
    merged([one(3), one(1)], [one(2)]).map(({ id }) => id),
    ["m1", "m2", "m3"],
  );
});

test("what others wrote stands beside in its time, and parts what one author wrote", () => {
  const beside = (id: string, at: string) => ({
    id,
    at,
    parent: null,
    ours: false,
    author: "Kim",
    thread: null,
    text: "me too",
    edited: false,
    hidden: false,
    files: false,
  });
  const [a, b] = [message("a", 1), message("b", 3)];
  const between = beside("k", message("k", 2).at);
  const shown = (reachesStart: boolean, others: ReturnType<typeof beside>[]) =>
    timeline([a, b], [], null, ME, reachesStart, undefined, null, others).flatMap((one) =>
      one.kind === "message" ? `${one.message.id}${one.first ? "*" : ""}` : one.kind === "beside" ? one.comment.id : [],
    );
  assert.deepEqual(shown(true, [between]), ["a*", "k", "b*"]);
  // What is older than the oldest message read comes with the older messages.
  const old = beside("o", message("o", 0).at);
  assert.deepEqual(shown(false, [old, between]), ["a*", "k", "b*"]);
  assert.deepEqual(shown(true, [old]), ["o", "a*", "b"]);
});

test("messages of one author close together share a heading; notes stand between", () => {
  const shown = timeline(
    [message("a", 1), message("b", 2), message("c", 20)],
    [entry("noted", 3, { text: "VIP" }), entry("labelled", 4)],
    null,
    ME,
    true,
  );
  assert.deepEqual(
    shown.map((one) => (one.kind === "message" ? `${one.message.id}${one.first ? "*" : ""}` : one.kind)),
    ["day", "a*", "b", "event", "c*"],
  );
});

test("events older than the loaded messages wait until those are loaded", () => {
  const kinds = (reachesStart: boolean) =>
    timeline([message("a", 10)], [entry("closed", 1)], null, ME, reachesStart).map((one) => one.kind);
  assert.deepEqual(kinds(false), ["day", "message"]);
  assert.deepEqual(kinds(true), ["day", "event", "message"]);
});

test("a posted reply is shown once, as sending, and its row keeps its key when the server has it", () => {
  const posted = post({ ...BLANK, text: "Hi" }, 1, "2026-01-05T10:30:00Z", () => "r1").posted!;
  const before = timeline([message("a", 1)], [], posted, ME, true).at(-1);
  const after = timeline(
    [message("a", 1), message("named", 30, { replyId: "r1", direction: "outgoing" })],
    [],
    posted,
    ME,
    true,
  );
  assert.equal(after.filter((one) => one.kind === "message").length, 2);
  assert.equal(before?.key, after.at(-1)?.key);
  assert.equal(onItsWay(posted, ME).status, "sending");
});

test("a reply that is several messages shows each, and says when it went out twice", () => {
  const ours = (id: string, minute: number) =>
    message(id, minute, {
      replyId: "r1",
      direction: "outgoing",
      author: { type: "teammate", id: "tm_1", name: "Ines" },
      status: "sent",
    });
  const shown = timeline(
    [ours("first", 2), ours("second", 2)],
    [entry("sentTwice", 3, { reply: "r1" })],
    null,
    ME,
    true,
  );
  assert.deepEqual(
    shown.map((one) => one.kind),
    ["day", "message", "message", "event"],
  );
  assert.deepEqual(new Set(shown.map((one) => one.key)).size, shown.length, "no key twice");
  assert.equal(shown[1]?.key, "r1", "the first goes by the reply's id, as it did on its way");
});
