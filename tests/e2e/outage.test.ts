/** A part of the system is away for a while: what does not need it goes on, what needs it comes when it is back. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, topicsOf, type Product } from "../harness/product.ts";
import { tamper } from "../harness/tamper.ts";
import { remains, until } from "../harness/until.ts";

/** What an isolate has heard of the accounts is asked for again after this long. */
const HEARD_MS = 60_000;
const HOUR_MS = 3_600_000;

const remote = (product: Product, platform: string) =>
  product.team.accounts.find((one) => one.platform === platform)?.platformAccountId;
const delivery = (platform: string, number: number, body: unknown, ageMs = 0) =>
  `${JSON.stringify({ v: 1, id: `dlv_${String(number).padStart(32, "0")}`, platform, receivedAt: new Date(Date.now() - ageMs).toISOString() })}\n${JSON.stringify(body)}`;
const toPage = (page: string | undefined, text: string) => ({
  object: "page",
  entry: [
    {
      id: page,
      time: 1,
      messaging: [
        { sender: { id: "7700" }, recipient: { id: page }, timestamp: Date.now(), message: { mid: `m_${text}`, text } },
      ],
    },
  ],
});

describe("while nobody can tell which accounts are connected", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ connect: (platform) => platform === "facebook" });
  });
  after(() => product?.stop());

  it("messages for those that were heard of come in, however long it lasts; others wait", async () => {
    product.standins.facebook.customer("Before").text("Where is my order?");
    await product.threadOf(product.standins.facebook.customer("Before"));
    await product.rows("ALTER TABLE accounts RENAME TO accounts_away");
    await remains("what was heard grows old", () => true, HEARD_MS + 1000);

    product.standins.facebook.customer("Meanwhile").text("Is anybody there?");
    await until("it is taken in", async () => (await product.count("threads")) === 2);
    assert.ok(
      product.lines.some((line) => line.includes("intake accounts")),
      "it was asked for, in vain",
    );
    await product.enqueue("INTAKE", delivery("facebook", 1, toPage("999", "To somebody new")));
    const tries = product.lines.filter((line) => line.includes("intake accounts")).length;
    await until(
      "it was looked at",
      () => product.lines.filter((line) => line.includes("intake accounts")).length > tries,
    );
    await remains("nobody says that it is a stranger", async () => (await product.count("deliveries")) === 0, 1000);

    await product.rows("ALTER TABLE accounts_away RENAME TO accounts");
    await until("now that can be told", async () => (await product.count("deliveries", "state = 'parked'")) === 1);
    assert.equal(await product.count("threads"), 2);
  });
});

describe("while one account cannot tell who its customers are", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ connect: (platform) => platform === "facebook" || platform === "whatsapp" });
    const account = product.team.accounts.find((one) => one.platform === "whatsapp")?.id ?? "";
    const away = "CREATE TRIGGER away BEFORE INSERT ON aliases BEGIN SELECT RAISE(ABORT, 'away'); END";
    await product.restart({
      meanwhile: async () => void (await tamper(product.stateDir, "AccountObject", account, { sql: [away] })),
    });
  });
  after(() => product?.stop());

  it("what came together with its messages is not held up", async () => {
    const phone = remote(product, "whatsapp");
    const value = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: "15550100222", phone_number_id: phone },
      contacts: [{ profile: { name: "Held Up" }, wa_id: "15550009001" }],
      messages: [
        {
          from: "15550009001",
          id: "wamid.held",
          timestamp: String(Math.floor(Date.now() / 1000)),
          type: "text",
          text: { body: "Where is it?" },
        },
      ],
    };
    const held = {
      object: "whatsapp_business_account",
      entry: [{ id: "102290129340398", changes: [{ field: "messages", value }] }],
    };
    // So old that a second try is ten minutes away: what comes in comes at the first.
    const texts = [
      delivery("whatsapp", 2, held, HOUR_MS),
      delivery("facebook", 3, toPage(remote(product, "facebook"), "Beside it"), HOUR_MS),
    ];
    const queue = await product.worker.mf.getQueueProducer("INTAKE");
    await queue.sendBatch(texts.map((body) => ({ body, contentType: "text" as const })));
    await until("the other is taken in", async () => (await product.count("threads")) === 1);
    await until("the account was asked", () => product.lines.some((line) => line.includes("intake counterparts")));
    const [thread] = await product.owner.threads();
    assert.equal(thread?.platform, "facebook");
    assert.equal(await product.count("deliveries"), 0, "the one of the account waits on the queue");
  });
});

describe("an alarm that was lost", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ connect: (platform) => platform === "telegram" });
  });
  after(() => product?.stop());
  const status = async (id: string) =>
    (await product.rows<{ status: string }>("SELECT status FROM threads WHERE id = ?", id))[0]?.status;

  it("is set again by whoever asks the thread, or by the clock, which visits every thread", async () => {
    const names = ["Asked", "Visited"];
    for (const name of names) product.standins.telegram.customer(name).text("Where is my order?");
    const threads = await Promise.all(
      names.map((name) => product.threadOf(product.standins.telegram.customer(name), (one) => one.topic !== null)),
    );
    const wakes = Date.now() + 10_000;
    for (const { id } of threads) await product.owner.post(`/threads/${id}/snooze`, { until: new Date(wakes) });
    const [asked = "", visited = ""] = threads.map((one) => one.id);
    await until(
      "the index has it",
      async () => (await status(asked)) === "snoozed" && (await status(visited)) === "snoozed",
    );
    await product.restart({
      meanwhile: async () => {
        for (const id of [asked, visited]) {
          const { alarm } = await tamper(product.stateDir, "ThreadObject", id, { loseAlarm: true });
          assert.ok(alarm, "there was one");
        }
      },
    });

    await until(
      "somebody who asks has it come back",
      async () => (await product.owner.thread(asked)).status === "open",
      120,
      1000,
    );
    assert.ok(Date.now() >= wakes);
    await remains("nobody looks at the other", async () => (await status(visited)) === "snoozed", 3000);
    // Each run looks at one of 32 parts, in turn.
    const part = parseInt(visited.slice(4, 6), 16) >> 3;
    const line = Math.floor(Date.now() / 300_000);
    const at = (line - (line % 32) + part) * 300_000;
    await product.worker.scheduled("*/5 * * * *", new Date(at + 300_000));
    await remains("it is not its turn", async () => (await status(visited)) === "snoozed", 2000);
    await product.worker.scheduled("*/5 * * * *", new Date(at));
    await until("it is back", async () => (await status(visited)) === "open");
  });
});

describe("an index that was set back", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({
      team: { Mia: "agent" },
      rules: topicsOf({ orders: "Mia" }),
      connect: (platform) => platform === "telegram" || platform === "facebook",
    });
  });
  after(() => product?.stop());

  /** Has the clock visit a thread; one that rests, when it is its turn. */
  const visit = (id: string): Promise<unknown> => {
    const [part, round] = [parseInt(id.slice(4, 6), 16) >> 3, parseInt(id.slice(6, 8), 16)];
    const begin = Math.floor(Date.now() / 300_000 / 32 / 256) * 256;
    return product.worker.scheduled("*/5 * * * *", new Date(((begin + round) * 32 + part) * 300_000));
  };

  /** Everything that the index holds of threads, without the numbers of their versions. */
  const held = async () => ({
    threads: await product.rows(
      "SELECT id, status, queue, rank, json_remove(item, '$.version') AS item FROM threads ORDER BY id",
    ),
    contacts: await product.rows(
      "SELECT id, thread, account, platform, name, username, facts FROM contacts ORDER BY id",
    ),
    search: await product.rows("SELECT rowid, text, thread, message, direction, at FROM search ORDER BY rowid"),
    audit: await product.rows("SELECT id, at, thread, entry FROM audit WHERE thread IS NOT NULL ORDER BY id"),
  });

  it("is given again what it lost of every thread, row by row, as the clock visits them", async () => {
    const [open, closed, stale, resting] = (await Promise.all(
      ["Olga Open", "Carl Closed", "Stella Stale", "Rita Resting"].map(async (name) => {
        const customer = product.standins[name.startsWith("C") ? "facebook" : "telegram"].customer(name);
        customer.text("Where is my order?");
        const thread = await product.threadOf(customer, (one) => one.topic !== null && one.owner.type !== "unassigned");
        const reply = await product.team.person("Mia").reply(thread.id, "It is on its way.");
        const status = async () => (await product.owner.replyState(thread.id, reply.replyId)).message.status;
        // What comes of a reply later may open a thread again.
        await until("it is sent", async () => !["queued", "sending"].includes((await status()) ?? ""));
        return thread.id;
      }),
    )) as [string, string, string, string];
    for (const id of [closed, resting]) await product.owner.post(`/threads/${id}/close`, {});
    await until("all is published", async () => {
      const statuses = await product.rows("SELECT status FROM threads ORDER BY status");
      const search = await product.count("search", "1 = 1");
      assert.deepEqual([statuses.map(({ status }) => status), search], [["closed", "closed", "open", "open"], 8]);
      return true;
    });
    await remains("and nothing more comes", () => true, 3000);
    const before = await held();
    assert.ok(before.audit.length > 8 && before.contacts.length === 4);

    const gone = `('${open}', '${closed}')`;
    for (const table of ["threads", "contacts", "search", "audit"])
      await product.rows(`DELETE FROM ${table} WHERE ${table === "threads" ? "id" : "thread"} IN ${gone}`);
    const old = `('${stale}', '${resting}')`;
    await product.rows(
      `UPDATE threads SET version = 1, item = json_set(item, '$.preview', 'as it was') WHERE id IN ${old}`,
    );
    await product.rows(`UPDATE threads SET rank = rank + 864000000 WHERE id = '${resting}'`);
    await product.rows(`DELETE FROM search WHERE thread IN ${old}`);
    await product.rows(`DELETE FROM audit WHERE thread IN ${old}`);
    assert.equal(
      (await product.owner.threads("queue=all")).some(({ id }) => id === open),
      false,
      "it is gone from the list",
    );

    for (const id of [open, closed, stale, resting]) await visit(id);
    assert.deepEqual(await held(), before);
    const found = await product.owner.get<{ items: unknown[] }>("/search?q=order");
    assert.equal(found.items.length, 4);

    // Of a long one, more than goes there at once.
    const long = product.standins.telegram.customer("Lou Long");
    for (let n = 0; n < 520; n += 1) long.text(`Where is my parcel number ${n}?`);
    const lou = await product.threadOf(long);
    const words = () => product.count("search", `thread = '${lou.id}'`);
    await until("every word is there", async () => (await words()) === 520, 120, 500);
    await remains("and it is known to be", () => true, 20_000);
    await product.rows(`DELETE FROM search WHERE thread = '${lou.id}'`);
    await product.rows(`UPDATE threads SET version = 1 WHERE id = '${lou.id}'`);
    await visit(lou.id);
    assert.ok((await words()) < 520);
    await until("its alarm publishes the rest", async () => (await words()) === 520, 90, 1000);

    // Who is visited again has nothing to give.
    const versions = await product.rows("SELECT id, version FROM threads ORDER BY id");
    for (const id of [open, closed, stale, resting]) await visit(id);
    assert.deepEqual(await product.rows("SELECT id, version FROM threads ORDER BY id"), versions);
    assert.equal((await product.owner.thread(open)).status, "open");
  });
});
