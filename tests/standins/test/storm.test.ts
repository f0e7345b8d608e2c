import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { storm } from "../wall/storm.ts";
import { get, post, rig, type Rig } from "./rig.ts";

let r: Rig;
before(async () => (r = await rig()));
after(() => r.stop());
beforeEach(async () => {
  await r.all.idle();
  r.worker.received.length = 0;
});
const changes = () => r.worker.received.flatMap((x) => x.json.entry).flatMap((e: { changes: unknown[] }) => e.changes);
const control = (body: unknown) => post(`${r.all.url}/_control/wall`, body);

test("20,000 comments in one go, aggregated, with the shares that were asked for, each told once", async () => {
  for (const name of ["Kim Lee", "Ana Silva", "Bo Berg"]) r.all.facebook.customer(name).text("hello");
  await r.all.idle();
  r.worker.received.length = 0;
  const boots = r.all.facebook.wall.post("Boots", { silent: true });
  const began = Date.now();
  const done = await control({
    do: "storm",
    post: boots.id,
    count: 20_000,
    questions: 0.25,
    known: 0.01,
    replies: 0.1,
  });
  assert.equal(done.status, 200);
  await r.all.idle();
  assert.ok(Date.now() - began < 60_000, `took ${Date.now() - began} ms`);
  assert.deepEqual(
    [done.body.count, done.body.questions, done.body.known, done.body.replies],
    [20_000, 5000, 200, 2000],
  );
  assert.equal(r.worker.received.length, 200);
  assert.ok(r.worker.received.every((x) => x.json.entry.length === 1 && x.json.entry[0].changes.length === 100));
  const all = changes() as { value: { comment_id: string; from: { id: string }; message: string } }[];
  assert.equal(new Set(all.map((c) => c.value.comment_id)).size, 20_000);
  assert.equal(new Set(all.map((c) => c.value.from.id)).size, 19_803);
  const kim = r.all.facebook.customer("Kim Lee").peer;
  const known = all.filter((c) => done.body.knownComments.includes(c.value.comment_id));
  assert.equal(known.length, 200);
  assert.ok(known.some((c) => c.value.from.id === kim));
  assert.equal(all.filter((c) => /\?|Wann|Gibt/.test(c.value.message)).length, 5000);
  const list = await get(`${r.all.url}/_control/wall?post=${boots.id}`);
  assert.deepEqual([list.body.comments, list.body.branches.length], [20_000, 30]);
});

test("Instagram too, by bodies of a thousand; what is retried is the same body", async () => {
  const reel = r.all.instagram.wall.post("Reel", { type: "reel", silent: true });
  r.worker.answers = [500];
  storm(r.all.instagram, reel, { count: 2500, batch: 1000, parallel: 1, strangers: 10 });
  await r.all.idle();
  assert.deepEqual(
    r.worker.received.map((x) => x.json.entry[0].changes.length).sort((a, b) => a - b),
    [500, 1000, 1000, 1000],
  );
  const all = changes() as { value: { id: string; from: { id: string } } }[];
  assert.equal(new Set(all.map((c) => c.value.id)).size, 2500);
  assert.equal(new Set(all.map((c) => c.value.from.id)).size, 10);
});

test("a storm asks for what there is: bounds, and customers to know", async () => {
  const outlet = r.all.instagram.wall.post("Outlet", { kind: "page", silent: true });
  const ask = (more: object) => control({ do: "storm", post: outlet.id, count: 10, ...more });
  assert.match((await ask({ known: 0.5 })).body.error, /nobody has written/);
  assert.equal((await ask({ count: 0 })).status, 400);
  assert.equal((await ask({ batch: 1001 })).status, 400);
  assert.equal((await ask({ count: 3 })).status, 200);
});

test("held back, a storm waits; control by name: act, settings, switches", async () => {
  const boots = r.all.facebook.wall.post("Boots", { silent: true });
  r.all.delivery.hold("facebook");
  storm(r.all.facebook, boots, { count: 5 });
  await r.all.idle();
  assert.equal(r.worker.received.length, 0);
  r.all.delivery.release("facebook", { order: "reverse", batch: 5 });
  await r.all.idle();
  assert.equal(changes().length, 5);
  const made = await control({ do: "comment", post: boots.id, name: "Kim Lee", text: "one" });
  await control({ do: "reply", comment: made.body.id, name: "Ana Silva", text: "two" });
  await control({ do: "hide", comment: made.body.id });
  assert.equal((await control({ do: "verb", comment: made.body.id, verb: "mute" })).status, 200);
  assert.equal((await control({ do: "settings", platform: "facebook", settings: { from: "none" } })).body.from, "none");
  assert.equal((await control({ do: "settings", platform: "facebook", settings: { form: "none" } })).status, 400);
  assert.equal((await control({ do: "comment", post: "nowhere", name: "x", text: "y" })).status, 400);
  const usage = await post(`${r.all.url}/_control/usage`, { platform: "facebook", percent: 90, regainMinutes: 5 });
  assert.deepEqual(usage.body.load, { percent: 90, regainMinutes: 5 });
});
