import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page, ThreadItem } from "../src/api/types.ts";
import { counted, queryOf } from "../src/state/queues.ts";
import { extended, fromPages, inPlace, isNews, neighbour, withItem } from "../src/state/list.ts";
import { threadItem } from "./item.ts";

const item = (id: string, over: Partial<ThreadItem> = {}) => threadItem({ id, ...over });

function page(items: ThreadItem[], nextCursor: string | null = null): Page<ThreadItem> {
  return {
    items,
    pagination: { hasMore: nextCursor !== null, nextCursor },
    meta: { accountsQueried: 1, accountsFailed: 0, failedAccounts: [], lastUpdated: "2026-01-05T10:00:00Z" },
  };
}

const at = (minute: number) => `2026-01-05T10:${String(minute).padStart(2, "0")}:00Z`;
const ids = (list: { items: { id: string }[] }) => list.items.map((one) => one.id).join(" ");
const start = fromPages([page([item("a", { dueAt: at(1) }), item("b", { dueAt: at(5) }), item("c")])]);

test("a thread that became due sooner moves up, and one that waits on the customer moves down", () => {
  assert.equal(ids(withItem(start, item("c", { version: 2, dueAt: at(3) }), "mine", "tm_1")), "a c b");
  assert.equal(ids(withItem(start, item("a", { version: 2, lastMessageAt: at(30) }), "mine", "tm_1")), "b a c");
});

test("a thread given to somebody else leaves the queue, and comes into theirs", () => {
  const given = item("a", { version: 2, owner: { type: "teammate", id: "tm_2", name: "Noor" } });
  assert.equal(ids(withItem(start, given, "mine", "tm_1")), "b c");
  assert.equal(ids(withItem(start, item("z", { dueAt: at(0) }), "mine", "tm_1")), "z a b c");
  assert.equal(ids(withItem(start, given, "all", "tm_1")).includes("a"), true);
});

test("an older answer that comes late changes nothing", () => {
  const newer = withItem(start, item("b", { version: 4, dueAt: at(5), preview: "New" }), "mine", "tm_1");
  assert.equal(withItem(newer, item("b", { version: 3, status: "closed" }), "mine", "tm_1"), newer);
  assert.equal(isNews(newer, "b", 4), false);
  assert.equal(isNews(newer, "b", 5), true);
  assert.equal(isNews(newer, "unknown", 1), true);
});

test("past the last loaded row nothing is put in: it comes with its page", () => {
  const partial = fromPages([page([item("a", { dueAt: at(1) })], "next")]);
  assert.equal(ids(withItem(partial, item("z", { dueAt: at(9) }), "mine", "tm_1")), "a");
  const whole = extended(partial, page([item("z", { dueAt: at(9) }), item("a", { dueAt: at(1) })]));
  assert.equal(ids(whole), "a z");
  assert.equal(whole.cursor, null);
});

test("any order of the same hints gives the same list", () => {
  const changes = [
    item("a", { version: 3, dueAt: at(9) }),
    item("a", { version: 2, dueAt: at(2) }),
    item("d", { dueAt: at(4) }),
  ];
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const results = orders.map((order) =>
    ids(order.reduce((list, n) => withItem(list, changes[n]!, "mine", "tm_1"), start)),
  );
  assert.equal(new Set(results).size, 1, results.join(" | "));
});

const moved = (shown: string, order: string, id: string | null, step: 1 | -1) =>
  neighbour(
    [...shown].map((one) => item(one)),
    [...order],
    id,
    step,
  )?.id;

test("moving by keyboard stops at both ends and starts at the top", () => {
  assert.equal(moved("abc", "abc", null, 1), "a");
  assert.equal(moved("abc", "abc", "a", -1), "a");
  assert.equal(moved("abc", "abc", "b", 1), "c");
  assert.equal(moved("abc", "abc", "c", 1), "c");
  assert.equal(moved("", "", null, 1), undefined);
  assert.equal(moved("", "a", "a", 1), undefined);
});

test("moving by keyboard goes on from where a row was that was answered, closed or written to", () => {
  const table: [string, string, string, string, string][] = [
    // shown, the order before, the row, the next, the previous
    ["acdb", "abcd", "b", "c", "a"], // answered: at the end now
    ["bacd", "abcd", "b", "c", "a"], // written to: at the top now
    ["acd", "abcd", "b", "c", "a"], // closed: gone
    ["bcda", "abcd", "a", "b", "b"], // the first is answered: the next one is the first
    ["adb", "abcd", "b", "d", "a"], // and its neighbour is gone as well
    ["abxcd", "abcd", "b", "x", "a"], // in its place: what came beside it is not passed over
    ["xabcd", "abcd", "a", "b", "x"],
    ["abcd", "", "b", "c", "a"], // opened by its address, before the list was there
    ["abc", "", "z", "a", "a"],
  ];
  for (const [shown, order, id, next, previous] of table) {
    assert.deepEqual(
      [moved(shown, order, id, 1), moved(shown, order, id, -1)],
      [next, previous],
      `${id} in ${shown}, before ${order}`,
    );
  }
});

test("a row is in its place whatever comes and leaves around it", () => {
  const there = (shown: string, order: string, id: string) =>
    inPlace(
      [...shown].map((one) => item(one)),
      [...order],
      id,
    );
  assert.ok(there("xbyd", "abcd", "b"));
  assert.ok(there("b", "", "b"));
  assert.ok(!there("acdb", "abcd", "b"));
  assert.ok(!there("acd", "abcd", "b"));
});

test(
  "the rail tells of a queue that is shown whole the rows in which somebody waits, and of others " +
    "what the server counts",
  () => {
    const counts = new Map([
      ["tm_me", 20],
      ["unassigned", 3],
    ]);
    const shown = { queue: "mine", waiting: 19, whole: true };
    assert.deepEqual(
      ["mine", "tm_me", "unassigned", "all", "team_x"].map((queue) => counted(queue, shown, counts, "tm_me")),
      [19, 19, 3, 23, 0],
    );
    assert.equal(counted("mine", { ...shown, whole: false }, counts, "tm_me"), 20);
    assert.equal(counted("all", { queue: "all", waiting: 22, whole: true }, counts, "tm_me"), 22);
  },
);

test("a list of one kind of conversation takes in nothing of another", () => {
  const start = fromPages([page([item("a", { surface: "comments" })])]);
  const message = item("b", { surface: "messages" });
  assert.equal(ids(withItem(start, message, "mine", "tm_1", "comments")), "a");
  assert.equal(ids(withItem(start, message, "mine", "tm_1")), "a b");
  assert.deepEqual(queryOf("closed", "comments"), { status: "closed", queue: "all", surface: "comments" });
  assert.deepEqual(queryOf("mine"), { status: "open", queue: "mine" });
});
