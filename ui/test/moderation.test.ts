/** What can be done to a comment, and how it looks while it is not done yet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageItem, ModerationAction, ModerationItem, ThreadDetail } from "../src/api/types.ts";
import { aimed, inVain, offered, pending, wanting } from "../src/state/moderation.ts";

type Features = ThreadDetail["channel"]["features"];
const FACEBOOK: Features = ["reply", "hide", "like", "delete", "deleteTheirs"];
const INSTAGRAM: Features = ["reply", "hide", "delete", "deleteTheirs"];

const comment = (over: Partial<MessageItem> = {}): MessageItem =>
  ({
    id: "msg_1",
    direction: "incoming",
    unsentAt: null,
    hidden: false,
    liked: false,
    moderation: [],
    status: null,
    ...over,
  }) as MessageItem;
const task = (action: ModerationAction, state: ModerationItem["state"]): ModerationItem => ({
  action,
  state,
  by: "tm_nora",
  at: "2026-01-01T12:00:00.000Z",
  trouble: null,
});

test("a comment is offered what its channel can do, and what makes sense as it stands", () => {
  assert.deepEqual(offered(FACEBOOK, comment()), ["hide", "like", "delete"]);
  assert.deepEqual(offered(INSTAGRAM, comment()), ["hide", "delete"]);
  assert.deepEqual(offered(FACEBOOK, comment({ hidden: true, liked: true })), ["unhide", "unlike", "delete"]);
  assert.deepEqual(offered(FACEBOOK, comment({ unsentAt: "2026-01-01T12:00:00.000Z" })), []);
  assert.deepEqual(offered([], comment()), []);
});

test("what is under way is taken back by its opposite, and a deletion by nothing", () => {
  assert.deepEqual(offered(INSTAGRAM, comment({ moderation: [task("hide", "doing")] })), ["unhide", "delete"]);
  const showing = comment({ hidden: true, moderation: [task("unhide", "wanted")] });
  assert.deepEqual(offered(INSTAGRAM, showing), ["hide", "delete"]);
  assert.deepEqual(offered(INSTAGRAM, comment({ moderation: [task("delete", "doing")] })), []);
  assert.deepEqual(offered(INSTAGRAM, comment({ moderation: [task("delete", "failed")] })), ["hide", "delete"]);
});

test("ours is deleted once it is there", () => {
  const ours = (status: MessageItem["status"]) => comment({ direction: "outgoing", status });
  assert.deepEqual(offered(FACEBOOK, ours("sent")), ["delete"]);
  for (const status of ["queued", "sending", "failed", "uncertain"] as const)
    assert.deepEqual(offered(FACEBOOK, ours(status)), []);
});

test("what is wanted is shown at once, in place of what was wanted of the same", () => {
  const before = comment({ moderation: [task("hide", "failed"), task("like", "doing")] });
  const after = (action: ModerationAction) => wanting(before, action, "tm_nora", "2026-01-01T12:00:00.000Z").moderation;
  assert.deepEqual(
    after("unhide").map(({ action, state }) => [action, state]),
    [
      ["like", "doing"],
      ["unhide", "wanted"],
    ],
  );
  assert.deepEqual(
    after("delete").map(({ action }) => action),
    ["delete"],
  );
  assert.deepEqual(
    pending(before).map(({ action }) => action),
    ["like"],
  );
  assert.deepEqual(
    inVain(before).map(({ action }) => action),
    ["hide"],
  );
});

test("a key is about the comment that has the focus, else about the customer's newest", () => {
  const all = [
    comment({ id: "a" }),
    comment({ id: "b" }),
    comment({ id: "c", unsentAt: "2026-01-01T12:00:00.000Z" }),
    comment({ id: "d", direction: "outgoing" }),
  ];
  assert.equal(aimed(all, "a")?.id, "a");
  assert.equal(aimed(all, null)?.id, "b");
  assert.equal(aimed(all, "of another thread")?.id, "b");
  assert.equal(aimed([], null), undefined);
});
