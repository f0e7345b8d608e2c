import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { compileModule } from "svelte/compiler";
import { transformSync } from "esbuild";
import type { Posted } from "../src/state/draft.ts";
import type { Outbox as OutboxClass, Store } from "../src/state/outbox.svelte.ts";
import { Sender } from "../src/state/sender.ts";
import { Memory } from "./memory.ts";

/** The class as the browser has it: its runes compiled. */
async function compiled(): Promise<typeof OutboxClass> {
  const source = readFileSync(new URL("../src/state/outbox.svelte.ts", import.meta.url), "utf8");
  const plain = transformSync(source, { loader: "ts", target: "esnext" }).code;
  const { js } = compileModule(plain, { filename: "outbox.svelte.js", generate: "server" });
  const resolved = (_all: string, name: string) => `from "${import.meta.resolve(name)}"`;
  const code = js.code.replaceAll(/from ['"](svelte[^'"]*)['"]/g, resolved);
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  return ((await import(url)) as { Outbox: typeof OutboxClass }).Outbox;
}
const Outbox = await compiled();

const START = Date.parse("2026-01-05T10:00:00Z");
const posted = (id: string, over: Partial<Posted> = {}): Posted => ({
  body: { replyId: id, text: "On its way.", attachments: [], replyTo: null, expectedVersion: 7, templateId: null },
  attachments: [],
  at: new Date(START).toISOString(),
  phase: "posting",
  ...over,
});
const opened = (store: Store, person = "tm_1", tab = "tab-1", now = START) => {
  const box = new Outbox(store, tab, () => now);
  box.open(person);
  return box;
};
const ids = (box: OutboxClass) => box.unsent.map((entry) => entry.posted.body.replyId);

test("a reply that was never answered for is there after a reload, with the same words and the same id", () => {
  const store = new Memory();
  opened(store).put("thr_1", posted("r-1"));
  const after = opened(store);
  assert.deepEqual(ids(after), ["r-1"]);
  assert.deepEqual(after.of("thr_1")?.posted.body, posted("r-1").body);
  assert.deepEqual(
    after.due().map(({ thread }) => thread),
    ["thr_1"],
  );
});

test("what another tab posts just now is on its way; once no request can be waited for any more it is unsent", () => {
  const store = new Memory();
  opened(store, "tm_1", "tab-1").put("thr_1", posted("r-1"));
  assert.deepEqual(ids(opened(store, "tm_1", "tab-2", START + 30_000)), []);
  assert.deepEqual(ids(opened(store, "tm_1", "tab-2", START + 36_000)), ["r-1"]);
});

test("it is for the person who wrote it alone, and gone when they sign out", () => {
  const store = new Memory();
  const hers = opened(store, "tm_1");
  hers.put("thr_1", posted("r-1", { phase: "unanswered" }));
  const his = opened(store, "tm_2");
  assert.deepEqual(ids(his), []);
  his.clear();
  assert.deepEqual(ids(opened(store, "tm_1")), ["r-1"]);
  hers.clear();
  assert.equal(store.values.size, 0);
});

test("what is a day old does not go out by itself: it is returned to whoever wrote it", () => {
  const store = new Memory();
  opened(store).put("thr_1", posted("r-1", { phase: "unanswered" }));
  const late = opened(store, "tm_1", "tab-1", START + 25 * 3_600_000);
  assert.deepEqual(late.due(), []);
  assert.equal(late.of("thr_1")?.posted.phase, "returned");
  assert.deepEqual(ids(late), ["r-1"]);
});

test("tabs hear of each other, and of nobody else's", () => {
  const store = new Memory();
  const [one, other] = [opened(store, "tm_1", "tab-1"), opened(store, "tm_1", "tab-2")];
  one.put("thr_1", posted("r-1", { phase: "unanswered" }));
  assert.equal(other.heard("unsent:tm_1:thr_1"), "thr_1");
  assert.deepEqual(ids(other), ["r-1"]);
  assert.equal(other.heard("unsent:tm_2:thr_1"), null);
  assert.equal(other.heard("theme"), null);
});

test("a full storage says so, and the reply is still there for this tab", () => {
  const full = new Memory();
  full.setItem = () => {
    throw new Error("full");
  };
  let said = 0;
  const box = new Outbox(
    full,
    "tab-1",
    () => START,
    () => (said += 1),
  );
  box.open("tm_1");
  box.put("thr_1", posted("r-1", { phase: "unanswered" }));
  assert.deepEqual([ids(box), said], [["r-1"], 1]);
  // What other tabs write takes nothing away that this one alone has.
  full.values.set(
    "unsent:tm_1:thr_2",
    JSON.stringify({ thread: "thr_2", posted: posted("r-2", { phase: "unanswered" }), item: null, tab: "tab-2" }),
  );
  assert.equal(box.heard("unsent:tm_1:thr_2"), "thr_2");
  assert.deepEqual(ids(box).sort(), ["r-1", "r-2"]);
  assert.ok(box.unkept);
  box.drop("thr_1");
  assert.ok(!box.unkept);
});

test("with a hundred unsent replies no other is taken, and none of them goes", () => {
  const store = new Memory();
  const box = opened(store);
  for (let n = 0; n < 100; n += 1) {
    assert.ok(box.hasRoom(`thr_${n}`));
    box.put(`thr_${n}`, posted(`r-${n}`, { phase: "unanswered" }));
  }
  assert.ok(!box.hasRoom("thr_100"));
  assert.ok(box.hasRoom("thr_0"), "what is among them is sent again");
  assert.equal(store.values.size, 100);
  box.drop("thr_0");
  assert.ok(box.hasRoom("thr_100"));
  const long = opened(new Memory(), "tm_2");
  const body = { ...posted("r").body, text: "x".repeat(1_000_000) };
  for (const thread of ["thr_1", "thr_2"]) long.put(thread, posted("r", { body, phase: "unanswered" }));
  assert.ok(!long.hasRoom("thr_3"));
});

test("broken entries are passed over", () => {
  const store = new Memory();
  for (const text of ["{", "null", "7", '{"thread":"thr_1"}']) {
    store.setItem("unsent:tm_1:thr_1", text);
    assert.deepEqual(opened(store).entries, []);
  }
});

/** Locks as browsers have them: whoever asks first has it until they are done. */
function locks() {
  let line: Promise<unknown> = Promise.resolve();
  const request = (_name: string, _options: object, work: () => Promise<void>) => (line = line.then(work));
  return { request } as unknown as LockManager;
}

test("one tab at a time sends; when it goes, another one takes over", async () => {
  const due = [{ thread: "thr_1" }];
  const tried: string[] = [];
  const tab = (name: string, shared: LockManager) =>
    new Sender({ due: () => due as never }, () => Promise.resolve(tried.push(name) < 0), shared);
  const shared = locks();
  const [first, second] = [tab("first", shared), tab("second", shared)];
  first.start();
  second.start();
  const turn = () => new Promise((done) => setTimeout(done, 5));
  await turn();
  first.hurry();
  await turn();
  assert.deepEqual(tried, ["first", "first"]);
  first.stop();
  await turn();
  assert.deepEqual(tried, ["first", "first", "second"]);
  second.stop();
});

test("what is said while a reply is posted is not missed", async () => {
  let answer = (_: boolean) => {};
  let posts = 0;
  const sender = new Sender(
    { due: () => [{ thread: "thr_1" }] as never },
    () => ((posts += 1), new Promise((done) => (answer = done))),
    locks(),
  );
  const turn = () => new Promise((done) => setTimeout(done, 5));
  sender.start();
  await turn();
  sender.hurry();
  answer(false);
  await turn();
  assert.equal(posts, 2);
  sender.stop();
  answer(true);
});
