/** Rules that change under open threads, and rules that cannot be read any more. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, topicsOf, type Product } from "../harness/product.ts";
import type { ThreadItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { withEntryModule } from "../harness/with-entry-module.ts";
import { seenByAll } from "../harness/timings.ts";

type Rules = {
  version: number;
  text: string;
  inForce: number;
  faults: { line: number; column: number; message: string }[];
};
type Row = { id: string; version: number };

const around = async (query = "") =>
  (await fetch(`${product.url}/api/v1/__around${query}`)).json() as Promise<{ held: number }>;
const MINUTE = 60_000;
const CRON = "*/5 * * * *";
let product: Product;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent" },
    rules: topicsOf({ orders: "Mia" }),
    connect: (platform) => platform === "telegram",
    config: withEntryModule("tests/harness/around.js"),
  });
});
after(() => product?.stop());

const read = () => product.owner.get<Rules>("/rules");
const save = async (change: (text: string) => string) => {
  const { version, text } = await read();
  return product.owner.put<Rules>("/rules", { text: change(text), expectedVersion: version });
};
const targets = (urgent: string, high: string, normal: string) => (text: string) =>
  text.replace(
    /^urgent = "\w+"\nhigh = "\w+"\nnormal = "\w+"/m,
    `urgent = "${urgent}"\nhigh = "${high}"\nnormal = "${normal}"`,
  );
const asks = async (name: string, text = "Where is my order?") => {
  const customer = product.standins.telegram.customer(name);
  customer.text(text);
  // Labelled, with an owner: nothing is on its way any more.
  return product.threadOf(customer, (one) => one.topic !== null && one.owner.type !== "unassigned");
};
const open = () => product.owner.threads("queue=all&status=open");
const minutes = (thread: ThreadItem) =>
  Math.round(
    (Date.parse(thread.dueAt ?? "") - Date.parse((thread as ThreadItem & { lastMessageAt: string }).lastMessageAt)) /
      MINUTE,
  );
const rows = async () =>
  new Map((await product.rows<Row>("SELECT id, version FROM threads")).map(({ id, version }) => [id, version]));
/** Until nothing changes any more of what is known of threads. */
const quiet = () => {
  let last = "";
  return until(
    "all is published",
    async () => {
      const now = JSON.stringify([...(await rows())]);
      const same = now === last;
      last = now;
      return same;
    },
    40,
    1500,
  );
};
const walked = (version: number) =>
  until(
    `open threads were walked for version ${version}`,
    async () =>
      (await product.rows<{ planned_at: number | null }>("SELECT planned_at FROM rules WHERE version = ?", version))[0]
        ?.planned_at,
  );

describe("a saved change of the targets", () => {
  it("takes hold on every open thread within five seconds without a message, and orders the list anew", async () => {
    const early = await asks("Early");
    // Telegram tells whole seconds.
    await new Promise((done) => setTimeout(done, 1100));
    for (let n = 0; n < 10; n += 1) await asks(`Open ${n}`);
    const urgent = await asks("Urgent", "Where is my order? I was injured by it.");
    const answered = await asks("Answered");
    await product.owner.reply(answered.id, "It is on its way.");
    await until("it waits for nothing", async () => !(await product.owner.thread(answered.id)).needsAnswer);
    const closed = await asks("Closed");
    await product.owner.post(`/threads/${closed.id}/close`, {});
    await quiet();
    const before = await open();
    assert.deepEqual([before[0]?.id, minutes(before[0] as ThreadItem)], [urgent.id, 15]);
    assert.ok(before.filter((one) => one.needsAnswer && one.id !== urgent.id).every((one) => minutes(one) === 240));
    const versions = await rows();

    await save(targets("15m", "15m", "15m"));
    const saved = Date.now();
    const list = await until(
      "all of them are due in a quarter of an hour",
      async () => {
        const all = await open();
        return all.filter((one) => one.needsAnswer).every((one) => minutes(one) === 15) && all;
      },
      5,
    );
    assert.ok(Date.now() - saved < 5000, `${Date.now() - saved} ms`);
    assert.equal(list[0]?.id, early.id, "who asked first is due first");
    assert.equal(list.filter((one) => one.needsAnswer).length, 12);
    const { version } = await read();
    await walked(version);
    await quiet();

    const after = await rows();
    const changed = [...after].filter(([id, now]) => versions.get(id) !== now).map(([id]) => id);
    assert.equal(changed.length, 11, "the urgent one had that target before, the others wait for nothing");
    assert.ok(![urgent.id, answered.id, closed.id].some((id) => changed.includes(id)));
    assert.ok(
      changed.every((id) => after.get(id) === (versions.get(id) ?? 0) + 1),
      "one write for each, however often it was walked",
    );
    for (const thread of list)
      assert.equal((await product.owner.thread(thread.id)).dueAt, thread.dueAt, "the thread says the same as the list");
  });

  it("that comes twice, or late, changes nothing more", async () => {
    const { version } = await read();
    const threads = (await open()).map(({ id }) => id);
    const before = JSON.stringify([...(await rows())]);
    for (const rules of [version, version, version - 1]) {
      await product.enqueue("JOBS", JSON.stringify({ v: "1", replanThreads: { rules, threads } }));
      await product.enqueue("JOBS", JSON.stringify({ v: "1", replan: { rules, after: null, again: true } }));
    }
    await remains("nothing is written", async () => JSON.stringify([...(await rows())]) === before, 4000);
  });

  it("raises what is less urgent than a new floor, which the history tells", async () => {
    const thread = await asks("Floor", "Where is my order? The warehouse should know.");
    assert.equal(thread.urgency, "normal");
    await save(
      (text) => `${targets("15m", "1h", "4h")(text)}\n[[urgency.floors]]\nwords = ["warehouse"]\nat_least = "urgent"\n`,
    );
    const raised = await product.threadOf(
      product.standins.telegram.customer("Floor"),
      (one) => one.urgency === "urgent",
    );
    assert.equal(minutes(raised), 15);
    const entries = (await product.owner.audit(thread.id)).filter(({ action }) => action === "raised");
    assert.deepEqual(
      entries.map(({ detail }) => detail),
      [{ from: "normal", to: "urgent" }],
    );
    await walked((await read()).version);
  });

  it("that is nothing to open threads walks none of them", async () => {
    await quiet();
    const before = JSON.stringify([...(await rows())]);
    const { version } = await save((text) => text.replace('name = "Our team"', 'name = "The shop"'));
    const [row] = await product.rows<{ planned_at: number | null; saved_at: number }>(
      "SELECT planned_at, saved_at FROM rules WHERE version = ?",
      version,
    );
    assert.ok(row && row.planned_at === row.saved_at);
    await remains("nothing is written", async () => JSON.stringify([...(await rows())]) === before, 2000);
  });

  it("whose walk was lost is soon gone by for new messages, and seen to by the clock for the others", async () => {
    const { version, text } = await read();
    const long = Date.now() - 10 * MINUTE;
    await product.rows(
      "INSERT INTO rules (version, text, saved_at) VALUES (?, ?, ?)",
      version + 1,
      targets("10m", "10m", "10m")(text),
      long,
    );
    const before = new Map((await open()).map(({ id, dueAt }) => [id, dueAt]));
    await seenByAll();
    assert.equal(minutes(await asks("New")), 10);
    const others = (await open()).filter((one) => before.has(one.id));
    assert.ok(
      others.length > 10 && others.every((one) => before.get(one.id) === one.dueAt),
      "nobody has walked the others",
    );
    await product.worker.scheduled(CRON, new Date());
    await until("all of them are due in ten minutes", async () =>
      (await open()).filter((one) => one.needsAnswer).every((one) => minutes(one) === 10),
    );
    await walked(version + 1);
  });
});

describe("a label that was made by the rules before", () => {
  it("and that comes after the walk is put right by the second one", async () => {
    const early = await asks("Was there");
    await quiet();
    await around("?hold=labelled");
    const customer = product.standins.telegram.customer("Labelled Late");
    customer.text("Where is my order?");
    await until("its label is made, and on its way", async () => (await around()).held > 0);
    await save(targets("20m", "20m", "20m"));
    const { version } = await read();
    await until("the walk was there", async () => minutes(await product.owner.thread(early.id)) === 20);
    await around("?hold=");
    const late = await product.threadOf(customer, (one) => one.topic !== null);
    assert.equal(minutes(late), 10, "it goes by what its label was made with");
    await until("the second walk was there", async () => minutes(await product.owner.thread(late.id)) === 20, 20);
    await walked(version);
  });
});

describe("a document that cannot be read any more", () => {
  const health = async () => (await fetch(`${product.url}/healthz`)).json() as Promise<unknown>;
  const broken = async (version: number) => {
    await product.rows(
      "INSERT INTO rules (version, text, saved_at) VALUES (?, ?, ?)",
      version,
      '[workspace]\nname = "Our team"\n[targets]\nurgnet = "15m"\n',
      Date.now(),
    );
    return until("it was read", async () => {
      const now = await read();
      return now.version === version && now;
    });
  };

  it("stops nothing: the newest that can be read holds, and the broken text is there to be mended", async () => {
    const good = await read();
    assert.deepEqual([good.inForce, good.faults], [good.version, []]);
    assert.deepEqual(await health(), { status: "ok" });
    const now = await broken(good.version + 1);
    assert.deepEqual([now.inForce, now.faults.map(({ line, column }) => [line, column])], [good.version, [[4, 1]]]);
    assert.match(now.text, /urgnet/);
    // What was read before is soon gone from everywhere.
    await seenByAll();
    const thread = await asks("Unstopped");
    assert.deepEqual([thread.owner.name, minutes(thread)], ["Mia", 20], "routed and due by the version before");
    assert.deepEqual(await health(), { status: "ok", degraded: ["RULES"] });
    assert.ok((await product.owner.all("/topics")).length > 1);
  });

  it("is told to the team once", async () => {
    const { version, inForce } = await read();
    const told = () => product.standins.channel.posts.filter(({ text }) => text.includes("cannot be read"));
    await product.worker.scheduled(CRON, new Date());
    await until("it was told", () => told().length > 0);
    await product.worker.scheduled(CRON, new Date());
    await remains("once", () => told().length === 1, 2500);
    assert.match(
      told()[0]?.text ?? "",
      new RegExp(
        `Version ${version} of the rules cannot be read by this release \\(line 4\\): version ${inForce} holds`,
      ),
    );
  });

  it("gives way to the default rules when no version can be read", async () => {
    const { version } = await read();
    await product.rows("UPDATE rules SET text = ?", "x = 1");
    const now = await broken(version + 1);
    assert.equal(now.inForce, 0);
    await seenByAll();
    const thread = await asks("Still there");
    assert.equal(minutes(thread), 240);
  });

  it("is mended by saving a good one", async () => {
    const mended = await save((text) => text.replace("urgnet", "urgent"));
    assert.deepEqual([mended.inForce, mended.faults], [mended.version, []]);
    await until("all is well", async () => JSON.stringify(await health()) === '{"status":"ok"}');
    await walked(mended.version);
  });
});
