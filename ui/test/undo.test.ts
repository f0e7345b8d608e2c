import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadItem } from "../src/api/types.ts";
import { Undos, type Undoable } from "../src/state/undo.ts";

const NOW = Date.parse("2026-01-05T10:00:00Z");
const item = (id: string, version: number, over: Partial<ThreadItem> = {}) =>
  ({ id, version, status: "closed", ...over }) as ThreadItem;

function closed(id: string, at = NOW) {
  const entry = { item: item(id, 5), at, withdrawn: 0 } as Undoable & { withdrawn: number };
  entry.holds = ({ status }) => status === "closed";
  entry.withdraw = () => (entry.withdrawn += 1);
  return entry;
}

test("the newest goes first, each once", () => {
  const undos = new Undos();
  const [a, b] = [closed("a"), closed("b")];
  undos.push(a);
  undos.push(b);
  assert.equal(undos.pop(NOW), b);
  assert.equal(undos.take(b), false);
  assert.equal(undos.pop(NOW), a);
  assert.equal(undos.pop(NOW), undefined);
});

test("an undo goes once its thread is no longer as it was left, and its offer with it", () => {
  const undos = new Undos();
  const [a, b] = [closed("a"), closed("b")];
  undos.push(a);
  undos.push(b);
  undos.see(item("b", 6, { unread: 1 })); // a receipt, a label: it is closed still
  assert.equal(b.withdrawn, 0);
  undos.see(item("b", 7, { status: "open" })); // the customer has written
  assert.equal(b.withdrawn, 1);
  assert.equal(undos.pop(NOW), a);
});

test("an older state of a thread, late, takes no undo away", () => {
  const undos = new Undos();
  undos.push(closed("a"));
  undos.see(item("a", 4, { status: "open" }));
  assert.notEqual(undos.pop(NOW), undefined);
});

test("after ten minutes a key undoes nothing", () => {
  const undos = new Undos();
  undos.push(closed("a", NOW - 600_000));
  assert.equal(undos.pop(NOW), undefined);
});
