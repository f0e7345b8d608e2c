/** The table of commands: what the keyboard, the sheet of shortcuts, the palette and the history are made of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "../src/state/commands.ts";
import type { Stores } from "../src/state/context.ts";
import { Keyboard, isTyping, type Press } from "../src/state/keys.ts";
import { THREAD_ACTIONS } from "../src/state/thread-actions.ts";
import { threadItem } from "./item.ts";

test("keys: single, shifted, in sequence, and with Ctrl where it says so", () => {
  const keyboard = new Keyboard(COMMANDS);
  const press = (key: string, over: Partial<Press> = {}): Press => ({
    key,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...over,
  });
  const read = (...press: Parameters<Keyboard["read"]>) => keyboard.read(...press)?.id ?? null;
  assert.equal(read(press("j"), 0), "next");
  assert.equal(read(press("e"), 0), "close");
  assert.equal(read(press("E", { shiftKey: true }), 0), "reopen");
  assert.equal(read(press("?", { shiftKey: true }), 0), "help");
  assert.equal(read(press("r", { metaKey: true }), 0), null);
  assert.equal(read(press("k", { metaKey: true }), 0), "palette");
  assert.equal(read(press("k", { ctrlKey: true }), 0), "palette");
  assert.equal(read(press("g"), 0), null);
  assert.equal(read(press("a"), 500), "go:all");
  assert.equal(read(press("g"), 1000), null);
  assert.equal(read(press("a"), 5000), "assign");
  assert.equal(read(press("Escape"), 5000), "back");
  assert.equal(isTyping({ tagName: "TEXTAREA" }), true);
  assert.equal(isTyping({ tagName: "INPUT", type: "checkbox" }), false);
  assert.equal(isTyping({ tagName: "BUTTON" }), false);
});

test("no key and no name means two commands", () => {
  const keys = COMMANDS.flatMap((command) => command.keys);
  assert.deepEqual(
    keys.filter((key, n) => keys.indexOf(key) !== n),
    [],
  );
  const first = new Set(keys.filter((key) => key.includes(" ")).map((key) => key.split(" ")[0]));
  assert.deepEqual(
    keys.filter((key) => first.has(key)),
    [],
    "the first of two keys does nothing by itself",
  );
  assert.equal(new Set(COMMANDS.map(({ id }) => id)).size, COMMANDS.length);
});

const session = (role: "viewer" | "agent") => ({ session: { answers: role !== "viewer" } }) as unknown as Stores;
const fitting = (role: "viewer" | "agent", over: Parameters<typeof threadItem>[0]) =>
  COMMANDS.filter(({ id }) => THREAD_ACTIONS.some((action) => action.id === id))
    .filter(({ fits }) => fits?.(session(role), threadItem(over)) ?? true)
    .map(({ id }) => id);

test("what fits a thread: a closed one is reopened, an open one closed, and whoever may only look asks why", () => {
  assert.ok(fitting("agent", { status: "open" }).includes("close"));
  assert.ok(!fitting("agent", { status: "open" }).includes("reopen"));
  assert.ok(fitting("agent", { status: "closed" }).includes("reopen"));
  assert.ok(!fitting("agent", { status: "closed" }).includes("close"));
  assert.deepEqual(fitting("viewer", { status: "open" }), ["why"]);
  const close = COMMANDS.find(({ id }) => id === "close");
  assert.equal(close?.fits?.(session("agent"), undefined), false, "nothing is closed where no thread is meant");
});

test("marking as unread is an action like the others: its key, its button, and nothing in the history", () => {
  const action = THREAD_ACTIONS.find(({ id }) => id === "unread");
  const marked: string[] = [];
  const threads = { markUnread: ({ id }: { id: string }) => marked.push(id) };
  void action?.does({ threads } as unknown as Stores, threadItem({ id: "thr_9" }));
  assert.deepEqual(marked, ["thr_9"]);
  assert.deepEqual(action?.keys, ["Shift+u"]);
  assert.equal(action?.history, undefined);
});
