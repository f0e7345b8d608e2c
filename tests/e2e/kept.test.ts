/**
 * What this release does not read: kept quietly for one that does, or passed over by rule and counted; and dead letters
 * that are put away.
 */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import type { AuditItem, Delivery, Page } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";

type Kind = {
  id: string;
  platform: string;
  accountId: string | null;
  platformAccountId: string | null;
  kind: string;
  held: number;
  beyond: number;
  oldestAt: string | null;
  newestAt: string;
  dismissedAt: string | null;
  dismissal: string | null;
};
type Kept = { id: string; receivedAt: string; size: number };
type Passed = { platform: string; kind: string; why: string; count: number; lastDay: string };

const DAY = 86_400_000;
let product: Product;
before(async () => {
  product = await startProduct({
    connect: (platform) => platform === "facebook" || platform === "telegram",
    team: { Mia: "agent" },
  });
});
after(() => product.stop());

const page = () => product.team.accounts.find((one) => one.platform === "facebook");
const sign = (body: string) =>
  `sha256=${createHmac("sha256", product.vars.META_APP_SECRET ?? "")
    .update(body)
    .digest("hex")}`;
const post = async (platform: string, value: unknown) => {
  const body = JSON.stringify(value);
  const answer = await fetch(`${product.url}/webhooks/${platform}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "x-hub-signature-256": sign(body) },
  });
  assert.equal(answer.status, 200);
};
const changes = (...list: { field: string; value: unknown }[]) => ({
  object: "page",
  entry: [{ id: page()?.platformAccountId, time: 1, changes: list }],
});
const comment = (text: string) => ({
  field: "leadgen",
  value: { item: "comment", verb: "add", comment_id: "1_2", from: { id: "77", name: "Kim Ode" }, message: text },
});
const kinds = async () => (await product.owner.get<Page<Kind>>("/kept-kinds")).items;
const kind = (name: string) => until(`${name} is kept`, async () => (await kinds()).find((one) => one.kind === name));
const deliveries = async (of: Kind) =>
  (await product.owner.get<Page<Kept>>(`/kept-kinds/${of.id}/deliveries?limit=100`)).items;
const attention = async () =>
  (await product.owner.get<{ attention?: { deliveries: number } }>("/session")).attention?.deliveries ?? 0;

describe("what this release does not read", () => {
  it("is kept whole, once, by kind and account, and calls nobody", async () => {
    await post(
      "facebook",
      changes(comment("My word is zwergpinscher"), { field: "ratings", value: { review_text: "Late" } }),
    );
    const leadgen = await kind("leadgen");
    const ratings = await kind("ratings");
    assert.deepEqual(
      [leadgen.platform, leadgen.accountId, leadgen.platformAccountId, leadgen.held, leadgen.beyond],
      ["facebook", page()?.id, page()?.platformAccountId, 1, 0],
    );
    const [one] = await deliveries(leadgen);
    assert.deepEqual(
      (await deliveries(ratings)).map((other) => other.id),
      [one?.id],
      "one delivery has both",
    );
    assert.equal((await product.blobs("kept/")).length, 1, "and its bytes are there once");
    assert.equal(await attention(), 0);
    assert.equal(await product.count("deliveries"), 0);
    assert.deepEqual(await product.owner.threads(), []);
    assert.ok(!JSON.stringify(await kinds()).includes("zwergpinscher"));
    assert.ok(!product.lines.some((line) => line.includes("zwergpinscher")));
    const { text, whole } = await product.owner.get<{ text: string; whole: boolean }>(
      `/kept-deliveries/${one?.id}/body`,
    );
    assert.ok(text.includes("zwergpinscher") && whole);
    const { items } = await product.owner.get<Page<AuditItem>>("/audit?limit=100");
    assert.deepEqual(
      items.filter((entry) => entry.action === "deliveryRead").map((entry) => entry.detail.delivery),
      [one?.id],
    );
    for (const path of [
      "/kept-kinds",
      `/kept-kinds/${leadgen.id}/deliveries`,
      "/passed-over",
      `/kept-deliveries/${one?.id}/body`,
    ]) {
      await product.team.person("Mia").refused(403, "role_too_low", "GET", path);
    }
    await product.owner.refused(404, "not_found", "GET", "/kept-kinds/knd_none/deliveries");
    await until("no copy is left over", async () => (await product.blobs("intake/")).length === 0);
  });

  it("is put away by kind with a reason, is kept and counted as before, and comes back when it is tried again", async () => {
    const ratings = await kind("ratings");
    const path = `/kept-kinds/${ratings.id}/dismiss`;
    for (const reason of ["", "   ", "x".repeat(501)])
      await product.owner.refused(422, "invalid", "POST", path, { reason });
    await product.team.person("Mia").refused(403, "role_too_low", "POST", path, { reason: "no" });
    await product.owner.refused(404, "not_found", "POST", "/kept-kinds/knd_none/dismiss", { reason: "none" });
    assert.equal((await kind("ratings")).dismissedAt, null);
    const put = await product.owner.post<Kind>(path, { reason: " Others answer these " });
    assert.deepEqual([put.dismissal, put.held], ["Others answer these", 1]);
    assert.ok(Date.parse(put.dismissedAt ?? "") > Date.now() - 60_000);
    assert.equal((await kind("leadgen")).dismissedAt, null, "of what came with it nothing is said");
    const { items } = await product.owner.get<Page<AuditItem>>("/audit?limit=100");
    const entry = items.find((one) => one.action === "keptDismissed");
    assert.deepEqual(
      [entry?.actor.name, entry?.detail.kind, entry?.detail.reason],
      ["Robin", "ratings", "Others answer these"],
    );
    await post("facebook", changes({ field: "ratings", value: { review_text: "Later" } }));
    const more = await until("the next one is kept as well", async () =>
      (await kinds()).find((one) => one.kind === "ratings" && one.held === 2),
    );
    assert.equal(more.dismissal, "Others answer these");
    await product.owner.post(`/kept-kinds/${ratings.id}/replay`);
    assert.deepEqual([(await kind("ratings")).dismissedAt, (await kind("ratings")).dismissal], [null, null]);
  });

  it("is kept beside what is read of the same delivery", async () => {
    const value = {
      sender: { id: "78" },
      recipient: { id: page()?.platformAccountId },
      timestamp: Date.now(),
      message: { mid: "m_beside", text: "Is it on its way?" },
    };
    await post("facebook", {
      object: "page",
      entry: [{ id: page()?.platformAccountId, time: 1, messaging: [value], whispers: [{ text: "psst" }] }],
    });
    const thread = await until("it is listed", async () => (await product.owner.threads())[0]);
    assert.equal(thread.preview, "Is it on its way?");
    assert.equal((await kind("entry.whispers")).held, 1);
    product.standins.telegram.groupMessage("Hello, dear group");
    assert.equal((await kind("supergroup")).platform, "telegram");
  });

  it("stays kept when it is tried again by the same release", async () => {
    const leadgen = await kind("leadgen");
    const answer = await product.owner.post<{ replayed: number; nextCursor: string | null }>(
      `/kept-kinds/${leadgen.id}/replay`,
    );
    assert.deepEqual([answer.replayed, answer.nextCursor ?? null], [1, null]);
    await remains(
      "as it was",
      async () => {
        const now = await kind("leadgen");
        return now.held === 1 && now.beyond === 0 && (await product.blobs("kept/")).length === 4;
      },
      1500,
    );
  });

  it("is taken in once by a release that reads it, however often, and is not kept any longer", async () => {
    const leadgen = await kind("leadgen");
    const [one] = await deliveries(leadgen);
    // This release becomes the one that reads it.
    const key = (await product.blobs("kept/")).find((name) => name.endsWith(one?.id ?? "-")) ?? "";
    const bucket = await product.worker.mf.getR2Bucket("BLOBS");
    const item = {
      sender: { id: "79" },
      recipient: { id: page()?.platformAccountId },
      timestamp: Date.now(),
      message: { mid: "m_later", text: "Do you ship to Norway?" },
    };
    await bucket.put(
      key,
      JSON.stringify({ object: "page", entry: [{ id: page()?.platformAccountId, time: 1, messaging: [item] }] }),
    );
    await Promise.all([1, 2].map(() => product.owner.post(`/kept-kinds/${leadgen.id}/replay`)));
    const thread = await until("it is listed", async () =>
      (await product.owner.threads()).find((row) => row.preview === "Do you ship to Norway?"),
    );
    await until("it is kept no longer", async () => !(await product.blobs("kept/")).includes(key));
    const left = (await kinds()).filter((row) => row.kind === "leadgen" || row.kind === "ratings");
    assert.deepEqual(
      left.map((row) => [row.kind, row.held]).sort(),
      [
        ["leadgen", 0],
        ["ratings", 1],
      ],
      "another of the kind is kept as before",
    );
    assert.equal(await product.count("kept_deliveries", `delivery = '${one?.id}'`), 0);
    await remains("one message", async () => (await product.owner.messages(thread.id)).length === 1, 500);
    await product.owner.refused(404, "not_found", "GET", `/kept-deliveries/${one?.id}/body`);
  });

  it("is not done with before it is kept: while that fails it comes again, and what is read of it is there once", async () => {
    await product.rows("ALTER TABLE kept_kinds RENAME TO kept_kinds_away");
    const value = {
      sender: { id: "80" },
      recipient: { id: page()?.platformAccountId },
      timestamp: Date.now(),
      message: { mid: "m_away", text: "Is that kept?" },
    };
    await post("facebook", {
      object: "page",
      entry: [{ id: page()?.platformAccountId, time: 1, messaging: [value], murmurs: [] }],
    });
    await until("it failed", () => product.lines.some((line) => line.includes("intake keep")));
    await product.rows("ALTER TABLE kept_kinds_away RENAME TO kept_kinds");
    assert.equal((await kind("entry.murmurs")).held, 1);
    const thread = await until("it is listed", async () =>
      (await product.owner.threads()).find((row) => row.preview === "Is that kept?"),
    );
    assert.equal((await product.owner.messages(thread.id)).length, 1);
  });

  it("is counted and no longer written when there are ten thousand of a kind and account", async () => {
    const leadgen = await kind("leadgen");
    await product.rows("UPDATE kept_kinds SET held = 9998 WHERE id = ?", leadgen.id);
    const blobs = (await product.blobs("kept/")).length;
    for (let n = 0; n < 2; n += 1) await post("facebook", changes(comment(`Number ${n}`)));
    await until("it is full", async () => (await kind("leadgen")).held === 10_000);
    assert.equal((await product.blobs("kept/")).length, blobs + 2);
    for (let n = 0; n < 3; n += 1) await post("facebook", changes(comment(`Beyond ${n}`)));
    await until("three are counted", async () => (await kind("leadgen")).beyond === 3);
    assert.deepEqual(
      [
        (await kind("leadgen")).held,
        await product.count("kept_deliveries", `kind = '${leadgen.id}'`),
        (await product.blobs("kept/")).length,
      ],
      [10_000, 2, blobs + 2],
    );
    // Another kind has room.
    await post("facebook", changes({ field: "questions", value: { post_id: "1" } }));
    assert.equal((await kind("questions")).held, 1);
  });

  it("has one name when an account has a hundred kinds already", async () => {
    const id = page()?.platformAccountId;
    const known = (await kinds()).filter((one) => one.platformAccountId === id).length;
    for (let n = known; n < 100; n += 1) {
      await product.rows(
        "INSERT INTO kept_kinds (id, platform, account, kind, held, beyond, last_at) VALUES (?, 'facebook', ?, ?, 0, 1, ?)",
        `knd_${n}`,
        id,
        `filler_${n}`,
        Date.now(),
      );
    }
    await post("facebook", changes({ field: "hundred_and_first", value: 1 }));
    assert.equal((await kind("other")).held, 1);
    assert.ok(!(await kinds()).some((one) => one.kind === "hundred_and_first"));
    await product.rows("DELETE FROM kept_kinds WHERE kind LIKE 'filler_%'");
  });

  it("goes after thirty days, its bytes with it", async () => {
    const questions = await kind("questions");
    const bucket = await product.worker.mf.getR2Bucket("BLOBS");
    const old = Date.now() - 31 * DAY;
    const key = `kept/${String(old).padStart(15, "0")}/facebook/-/dlv_00000000000000000000000000000001`;
    await bucket.put(key, "old");
    await product.rows(
      "INSERT INTO kept_deliveries (kind, received_at, delivery, size) VALUES (?, ?, 'dlv_00000000000000000000000000000001', 3)",
      questions.id,
      old,
    );
    await product.rows("UPDATE kept_kinds SET held = 2 WHERE id = ?", questions.id);
    await product.rows(
      "INSERT INTO kept_kinds (id, platform, account, kind, held, beyond, last_at) VALUES ('knd_gone', 'facebook', '1', 'gone', 0, 7, ?)",
      old,
    );
    await product.worker.scheduled("0 * * * *");
    await until("it is gone", async () => !(await product.blobs("kept/")).includes(key));
    await until("the kind too", async () => !(await kinds()).some((one) => one.kind === "gone"));
    assert.equal((await kind("questions")).held, 1);
    assert.equal((await deliveries(questions)).length, 1);
  });

  it("is told apart from what is passed over by rule, which is counted with its reason", async () => {
    const before = (await kinds()).length;
    await post("facebook", changes({ field: "name", value: "Corner Bakery" }, { field: "name", value: "Bakery" }));
    const list = async () => (await product.owner.get<Page<Passed>>("/passed-over")).items;
    const name = await until("it is counted", async () => (await list()).find((one) => one.kind === "name"));
    assert.deepEqual(
      [name.platform, name.why, name.count, name.lastDay],
      ["facebook", "the Page's own profile", 2, new Date().toISOString().slice(0, 10)],
    );
    assert.equal((await kinds()).length, before);
  });
});

describe("a dead letter", () => {
  const letters = async (state = "waiting") =>
    (await product.owner.get<Page<Delivery>>(`/dead-letters?state=${state}`)).items;

  it("says whom it is for, what it is, what its last try said, and goes from the count when it is dismissed with a reason", async () => {
    const item = {
      sender: { id: "77" },
      recipient: { id: "999000111" },
      timestamp: Date.now(),
      message: { mid: "m_stranger", text: "zwergpinscher" },
    };
    await post("facebook", { object: "page", entry: [{ id: "999000111", time: 1, messaging: [item] }] });
    await post("facebook", { object: "page", entry: "no list" });
    const stranger = await until("it waits", async () =>
      (await letters()).find((one) => one.reason.includes("not connected")),
    );
    await until("both wait", async () => (await letters()).length === 2);
    assert.deepEqual(
      [stranger.accounts.map((one) => one.platformAccountId), stranger.kinds, stranger.accountId],
      [["999000111"], ["messaging.message"], stranger.accounts[0]?.id],
    );
    assert.ok(Date.parse(stranger.triedAt ?? "") > Date.now() - 60_000);
    await until("administrators are called", async () => (await attention()) === 2);

    for (const reason of ["", "   ", "x".repeat(501)])
      await product.owner.refused(422, "invalid", "POST", `/dead-letters/${stranger.id}/dismiss`, { reason });
    await product.team
      .person("Mia")
      .refused(403, "role_too_low", "POST", `/dead-letters/${stranger.id}/dismiss`, { reason: "no" });
    assert.equal(await attention(), 2);
    for (const { id } of await letters()) {
      const put = await product.owner.post<Delivery>(`/dead-letters/${id}/dismiss`, { reason: " A Page we sold " });
      assert.deepEqual([put.state, put.dismissal], ["dismissed", "A Page we sold"]);
    }
    assert.deepEqual([await attention(), (await letters()).length, (await letters("dismissed")).length], [0, 0, 2]);
    const { items } = await product.owner.get<Page<AuditItem>>("/audit?limit=100");
    const entry = items.find((one) => one.action === "deliveryDismissed" && one.detail.delivery === stranger.id);
    assert.deepEqual([entry?.actor.name, entry?.detail.reason], ["Robin", "A Page we sold"]);
  });

  it("waits again when it is tried again and fails, and goes with its bytes when it was dismissed for long", async () => {
    const [first, second] = await letters("dismissed");
    await product.owner.post(`/dead-letters/${first?.id}/replay`);
    await until("it waits again", async () =>
      (await letters()).some((one) => one.id === first?.id && one.replays === 1),
    );
    assert.equal(await attention(), 1);
    await product.rows(
      "UPDATE deliveries SET received_at = ?, dismissed_at = ? WHERE id = ?",
      Date.now() - 40 * DAY,
      Date.now() - 31 * DAY,
      second?.id,
    );
    await product.worker.scheduled("0 * * * *");
    await until("it is gone", async () => (await letters("dismissed")).length === 0);
    await until(
      "its bytes too",
      async () => !(await product.blobs("parked/")).some((key) => key.includes(second?.id ?? "-")),
    );
    assert.equal((await letters()).length, 1, "what waits, waits");
  });
});
