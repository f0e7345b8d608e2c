/** Where a delivery is kept when it cannot be taken in yet: with the dead letters, in a copy, or with the platform. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { Session } from "../harness/session.ts";
import type { AuditItem, Delivery, Page } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";

const connect = (platform: string) => platform === "facebook" || platform === "telegram";
const textsIn = async (product: Product, thread: string) =>
  (await product.owner.messages(thread)).map((one) => one.text);

/** Without one of the bindings: what asks for it is refused at once. */
const without = (block: "r2_buckets" | "queues.producers", binding: string) => (text: string) =>
  text.replace(new RegExp(`^\\[\\[${block}\\]\\]\nbinding = "${binding}"\n.*\n`, "m"), "");

describe("a delivery that fails at every try, with a Worker that has heard of no account", () => {
  let product: Product;
  before(async () => {
    const retries = (queue: string, count: number) => (text: string) =>
      text.replace(
        new RegExp(`(queue = "${queue}"\\n[^[]*?max_retries = )\\d+`),
        (_, head: string) => `${head}${count}`,
      );
    product = await startProduct({
      connect,
      team: { Mia: "agent" },
      config: (text) =>
        retries("tributary-intake", 1)(text).replace("max_batch_timeout = 5\n", "max_batch_timeout = 0\n"),
    });
  });
  after(() => product.stop());
  const letters = async () => (await product.owner.get<Page<Delivery>>("/dead-letters")).items;

  it("is a dead letter in the end, kept whole, shown to those who can do something about it", async () => {
    // A part of the database is away: who the accounts are cannot be told, and was not heard before.
    await product.rows("ALTER TABLE accounts RENAME TO accounts_away");
    const customer = product.standins.facebook.customer("Unlucky");
    customer.text("Where is my order? My word is zwergpinscher");
    await product.standins.idle();
    assert.equal(product.standins.delivery.log.at(-1)?.attempts.length, 1, "the platform got rid of it");
    await until("the queue has given it up", async () => (await product.count("deliveries")) === 1);
    const tries = product.lines.filter((line) => line.includes("intake accounts"));
    assert.equal(tries.length, 2, "one try, and one more");
    await product.rows("ALTER TABLE accounts_away RENAME TO accounts");

    const [letter, ...others] = await letters();
    assert.deepEqual([letter?.state, letter?.platform, letter?.replays, others.length], ["dead", "facebook", 0, 0]);
    assert.match(
      letter?.reason ?? "",
      /as often as the queue allows.*The last try said: nobody can tell now whether its account is connected/,
    );
    assert.deepEqual(
      [letter?.accounts.map((one) => one.id), letter?.kinds],
      [[product.team.accounts.find((one) => one.platform === "facebook")?.id], ["messaging.message"]],
    );
    assert.ok((letter?.size ?? 0) > 100);
    assert.ok(!JSON.stringify(letter).includes("zwergpinscher"));
    assert.ok(!product.lines.some((line) => line.includes("zwergpinscher")));
    assert.equal((await product.blobs("parked/")).length, 1);
    await until("its copy is one", async () => (await product.blobs("intake/")).length === 0);
    assert.deepEqual(await product.owner.threads(), []);
    await product.team.person("Mia").refused(403, "role_too_low", "GET", "/dead-letters");
  });

  it("is taken in once when it is replayed, however often", async () => {
    const [letter] = await letters();
    const path = `/dead-letters/${letter?.id}/replay`;
    await Promise.all([product.owner.post(path), product.owner.post(path), product.owner.post(path)]);
    const thread = await product.threadOf(product.standins.facebook.customer("Unlucky"));
    await until("it is done with", async () => (await letters())[0]?.state === "recovered");
    assert.deepEqual(await textsIn(product, thread.id), ["Where is my order? My word is zwergpinscher"]);
    assert.equal(thread.unread, 1);
    await product.owner.refused(409, "delivery_recovered", "POST", path);
    await until("no copy is left over", async () => (await product.blobs("parked/")).length === 0);
    const { items } = await product.owner.get<Page<AuditItem>>("/audit?limit=100");
    const replays = items.filter((one) => one.action === "deliveryReplayed");
    assert.deepEqual(
      replays.map((one) => [one.actor.name, one.detail.delivery]),
      Array(3).fill(["Robin", letter?.id]),
    );
    await remains("one message", async () => (await textsIn(product, thread.id)).length === 1, 500);
    assert.equal((await product.owner.audit(thread.id)).filter((one) => one.action === "opened").length, 1);
  });
});

describe("bytes on the intake queue that are no delivery", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ connect });
  });
  after(() => product.stop());
  const letters = async () => (await product.owner.get<Page<Delivery>>("/dead-letters")).items;
  const platforms = async () =>
    (await product.rows<{ platform: string }>("SELECT platform FROM deliveries")).map((row) => row.platform);

  it("are kept with the dead letters as nobody's, once however often they come", async () => {
    for (let time = 0; time < 3; time += 1) await product.enqueue("INTAKE", "forged by somebody");
    const [letter] = await until("they are parked", letters);
    await remains("as one", async () => (await letters()).length === 1, 1000);
    assert.deepEqual([letter?.platform, letter?.state, letter?.size], [null, "parked", "forged by somebody".length]);
    assert.match(letter?.reason ?? "", /header cannot be read/);
    assert.deepEqual(await platforms(), ["unknown"]);
    const [key] = await product.blobs("parked/");
    const bucket = await product.worker.mf.getR2Bucket("BLOBS");
    assert.equal(await (await bucket.get(key ?? ""))?.text(), "forged by somebody", "as they lay there");
    const problem = await product.owner.refused(
      409,
      "delivery_unreadable",
      "POST",
      `/dead-letters/${letter?.id}/replay`,
    );
    assert.match(problem.detail, /header cannot be read/);
    assert.equal((await letters())[0]?.replays, 0, "nothing was tried");
    assert.deepEqual(await product.owner.threads(), []);
  });

  it("of another release are kept until one can read them, and are taken in once then", async () => {
    const entry = [
      {
        id: product.team.accounts.find((one) => one.platform === "facebook")?.platformAccountId,
        time: 1,
        messaging: [
          {
            sender: { id: "77" },
            recipient: { id: "page" },
            timestamp: Date.now(),
            message: { mid: "m_later", text: "Sent by a later release" },
          },
        ],
      },
    ];
    const delivery = (v: number) =>
      `${JSON.stringify({ v, id: "dlv_00000000000000000000000000000001", platform: "facebook", receivedAt: new Date().toISOString() })}\n${JSON.stringify({ object: "page", entry })}`;
    await product.enqueue("INTAKE", delivery(3));
    const letter = await until("it is parked", async () =>
      (await letters()).find((one) => one.reason.includes("version 3")),
    );
    assert.equal(letter.platform, null);
    await product.owner.refused(409, "delivery_unreadable", "POST", `/dead-letters/${letter.id}/replay`);
    // This release becomes the one that knows the form.
    const bucket = await product.worker.mf.getR2Bucket("BLOBS");
    await bucket.put(`parked/${letter.id}`, delivery(1));
    const replayed = await product.owner.post<Delivery>(`/dead-letters/${letter.id}/replay`);
    assert.deepEqual([replayed.state, replayed.replays], ["recovered", 1]);
    const thread = await until("it is a thread", async () => (await product.owner.threads())[0]);
    assert.deepEqual(await textsIn(product, thread.id), ["Sent by a later release"]);
    await product.owner.refused(409, "delivery_recovered", "POST", `/dead-letters/${letter.id}/replay`);
    assert.equal((await product.blobs("parked/")).length, 1, "its bytes are gone, the forged ones are not");
  });
});

describe("with copies only where the queue fails", () => {
  const large = `Look at this list:${" item".repeat(25_000)}`;
  let product: Product;
  before(async () => {
    product = await startProduct({
      connect,
      vars: { INTAKE_COPY: "fallback" },
      config: without("r2_buckets", "BLOBS"),
    });
  });
  after(() => product.stop());
  const attempts = () => product.standins.delivery.log.at(-1)?.attempts.map((one) => one.status) ?? [];
  const health = async () => (await fetch(`${product.url}/healthz`)).json() as Promise<{ broken?: string[] }>;
  const customer = () => product.standins.facebook.customer("Copied");

  it("a message comes in without anything being written to R2", async () => {
    assert.deepEqual((await health()).broken, ["BLOBS"], "there is nothing to write to");
    customer().text("Where is my order?");
    const thread = await product.threadOf(customer(), (one) => one.owner.type === "teammate");
    assert.deepEqual(attempts(), [200]);
    assert.deepEqual(await textsIn(product, thread.id), ["Where is my order?"]);
  });

  it("one too large for the queue stays with the platform while it can be kept nowhere", async () => {
    customer().text(large);
    await until("it was refused, and again", () => attempts().length >= 2);
    assert.deepEqual([...new Set(attempts())], [503]);
    const thread = await product.threadOf(customer());
    assert.equal((await textsIn(product, thread.id)).length, 1);
  });

  it("what the queue refuses is acknowledged when a copy is in R2", async () => {
    await product.restart({ config: without("queues.producers", "INTAKE") });
    assert.deepEqual((await health()).broken, ["INTAKE"]);
    await until("the large one has come", () => attempts().at(-1) === 200);
    // The only object there is: nothing was written before it.
    assert.deepEqual(
      (await product.blobs("")).map((key) => key.split("/")[0]),
      ["intake"],
    );
    customer().text("And another one?");
    await product.standins.idle();
    assert.deepEqual(attempts(), [200]);
    assert.equal((await product.blobs("intake/")).length, 2);
    assert.ok(product.lines.some((line) => line.includes("webhook queue")));
    const thread = await product.threadOf(customer());
    assert.equal((await textsIn(product, thread.id)).length, 1, "they wait");
  });

  it("and the sweep takes the copies in, once", async () => {
    await product.restart();
    assert.deepEqual(await health(), { status: "ok" });
    for (let time = 0; time < 2; time += 1) await product.worker.scheduled("*/5 * * * *");
    const thread = await product.threadOf(customer(), (one) => one.unread === 3);
    const short = (text: string | null) => `${text?.slice(0, 20)} (${text?.length})`;
    assert.deepEqual(
      (await textsIn(product, thread.id)).map(short),
      ["Where is my order?", large, "And another one?"].map(short),
    );
    await until("no copy is left over", async () => (await product.blobs("")).length === 0);
    await product.worker.scheduled("*/5 * * * *");
    await remains("nothing more", async () => (await textsIn(product, thread.id)).length === 3, 500);
    assert.equal(await product.count("deliveries"), 0);
  });
});

describe("without a secret", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ connect });
  });
  after(() => product.stop());

  const body = JSON.stringify({
    object: "page",
    entry: [
      {
        id: "104417800113001",
        time: 1,
        messaging: [
          {
            sender: { id: "77" },
            recipient: { id: "104417800113001" },
            timestamp: 1,
            message: { mid: "m_closed", text: "Is it open?" },
          },
        ],
      },
    ],
  });
  const post = (platform: string, secret: string) =>
    fetch(`${product.url}/webhooks/${platform}`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
      },
    });
  const stored = async () => [
    ...(await Promise.all(["threads", "contacts", "deliveries", "search"].map((table) => product.count(table)))),
    (await product.blobs("")).length,
  ];

  it("the door is closed: no signature opens it, not even one by nothing", async () => {
    await product.restart({ vars: { META_APP_SECRET: "", INSTAGRAM_APP_SECRET: "", META_VERIFY_TOKEN: "" } });
    for (const platform of ["facebook", "instagram", "whatsapp"]) {
      for (const secret of [product.vars.META_APP_SECRET ?? "", ""]) {
        const answer = await post(platform, secret);
        assert.equal(answer.status, 503, `${platform} signed with "${secret}"`);
        assert.ok(Number(answer.headers.get("retry-after")) > 0, "the platform is to try again");
      }
      const handshake = await fetch(
        `${product.url}/webhooks/${platform}?hub.mode=subscribe&hub.verify_token=&hub.challenge=7`,
      );
      assert.equal(handshake.status, 503, `handshake of ${platform}`);
    }
    // Telegram's secret is of another kind, and its door stays open.
    product.standins.telegram.customer("Other Door").text("Hello there");
    await product.threadOf(product.standins.telegram.customer("Other Door"));
    assert.deepEqual(await product.owner.threads("queue=all&platform=facebook"), []);
    await until("that is all there is", async () => (await stored()).join() === "1,1,0,1,0");
  });

  for (const [what, key] of [
    ["SEALING_KEY", ""],
    ["a SEALING_KEY that is a key", "c2hvcnQ="],
  ] as const) {
    it(`without ${what} no work is begun, and /healthz names it`, async () => {
      await product.restart({ vars: { SEALING_KEY: key } });
      const before = await stored();
      const answer = await new Session(product.url).ask<{ status: string; broken: string[] }>("GET", "/healthz");
      assert.deepEqual([answer.status, answer.body], [503, { status: "broken", broken: ["SEALING_KEY"] }]);
      assert.ok(Number(answer.headers.get("retry-after")) > 0);
      for (const [method, path] of [
        ["GET", "/threads"],
        ["POST", "/session"],
        ["POST", "/setup"],
      ] as const) {
        const problem = await product.owner.refused(
          503,
          "sealing_key_missing",
          method,
          path,
          method === "POST" ? {} : undefined,
        );
        assert.match(problem.detail, /SEALING_KEY is not set/);
      }
      assert.equal((await post("facebook", product.vars.META_APP_SECRET ?? "")).status, 503);
      const bot = new URL(product.team.accounts.find((one) => one.platform === "telegram")?.webhookUrl ?? "").pathname;
      assert.equal(
        (
          await fetch(product.url + bot, {
            method: "POST",
            body: '{"update_id":1}',
            headers: { "content-type": "application/json" },
          })
        ).status,
        503,
      );
      assert.deepEqual(await stored(), before);
    });
  }

  it("what was written meanwhile waits with the platform, and comes in once when the key is back", async () => {
    const customer = product.standins.facebook.customer("Kept By Platform");
    const before = await stored();
    customer.text("Is anybody there?");
    await until("it was refused", () =>
      product.standins.delivery.log.at(-1)?.attempts.some((one) => one.status === 503),
    );
    assert.deepEqual(await stored(), before);
    await product.restart();
    const thread = await product.threadOf(customer);
    await product.standins.idle();
    assert.deepEqual(await textsIn(product, thread.id), ["Is anybody there?"]);
  });

  it("durations that cannot be read are named by /healthz, and the defaults hold", async () => {
    await product.restart({ vars: { TIMINGS: '{"reply":{"sendingTimout":1000}}' } });
    const answer = await new Session(product.url).ask<unknown>("GET", "/healthz");
    assert.deepEqual([answer.status, answer.body], [200, { status: "ok", degraded: ["TIMINGS"] }]);
    assert.ok((await product.owner.threads("queue=all")).length > 0);
  });
});
