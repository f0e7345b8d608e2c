/** What has had its time is deleted by the hourly line; what has not, and what waits for somebody, stays. */
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { until } from "../harness/until.ts";

const DAY = 86_400_000;

let product: Product;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent" },
    connect: (platform) => platform === "telegram",
    rules: (text) => text.replace('keep = "365d"', 'keep = "60d"'),
  });
});
after(() => product?.stop());

const ago = (days: number) => Date.now() - days * DAY;
const ids = async (table: string, column = "id") =>
  (await product.rows<{ id: string }>(`SELECT ${column} AS id FROM ${table} ORDER BY 1`)).map((row) => row.id);

it("digests, notices, deliveries, links, sessions and fingerprints go when their time is over", async () => {
  for (const [id, days] of [
    ["dig_old", 61],
    ["dig_new", 59],
  ] as const) {
    await product.rows(
      "INSERT INTO digests (id, day, made_at, sent_by, body) VALUES (?, '2026-01-01', ?, NULL, '{}')",
      id,
      ago(days),
    );
    await product.rows(
      "INSERT INTO outbox (id, kind, digest, way, target, state, created_at, next_at) VALUES ('of_' || ?1, 'digest', ?1, 'channel', 'x', 'sent', 0, 0)",
      id,
    );
    await product.rows(
      "INSERT INTO digest_days (day, zone, facts) VALUES (date(? / 1000, 'unixepoch'), 'UTC', '{}')",
      ago(days),
    );
  }
  for (const [id, state, days] of [
    ["n_old", "sent", 91],
    ["n_failed", "failed", 91],
    ["n_waits", "waiting", 91],
    ["n_new", "sent", 89],
  ] as const) {
    await product.rows(
      "INSERT INTO outbox (id, kind, way, state, job, created_at, next_at) VALUES (?, 'text', 'channel', ?, '{}', ?, ?)",
      id,
      state,
      ago(days),
      Date.now() + DAY,
    );
  }
  for (const [id, state, days] of [
    ["del_old", "recovered", 31],
    ["del_parked", "parked", 400],
    ["del_dead", "dead", 400],
    ["del_new", "recovered", 29],
  ] as const) {
    await product.rows(
      "INSERT INTO deliveries (id, platform, state, reason, size, stored, received_at) VALUES (?, 'telegram', ?, 'x', 1, 'parked/x', ?)",
      id,
      state,
      ago(days),
    );
  }
  for (const [words, at] of [
    ["old", ago(1)],
    ["new", Date.now()],
  ] as const) {
    await product.rows(
      "INSERT INTO fingerprints (words, thread, channel, person, at) VALUES (?, 't', 'c', 'p', ?)",
      words,
      at,
    );
  }
  const [mia] = await product.rows<{ id: string }>("SELECT id FROM teammates WHERE name = 'Mia'");
  for (const [digest, days] of [
    ["l_old", 1],
    ["l_new", -1],
  ] as const) {
    await product.rows("INSERT INTO links (digest, teammate, expires_at) VALUES (?, ?, ?)", digest, mia?.id, ago(days));
  }
  for (const [digest, days] of [
    ["m_old", 31],
    ["m_new", 29],
  ] as const) {
    await product.rows(
      "INSERT INTO made_links (teammate, digest, made_by, made_at) VALUES (?, ?, ?, ?)",
      mia?.id,
      digest,
      mia?.id,
      ago(days),
    );
  }
  for (const [digest, used] of [
    ["s_idle", ago(30.1)],
    ["s_used", ago(29.9)],
  ] as const) {
    await product.rows(
      "INSERT INTO sessions (digest, teammate, created_at, used_at, expires_at, role) VALUES (?, ?, ?, ?, ?, ?)",
      digest,
      mia?.id,
      used,
      used,
      Date.now() + DAY,
      "agent",
    );
  }
  const inUse = (await product.count("sessions")) - 2;

  await product.worker.scheduled("*/5 * * * *");
  assert.equal(await product.count("digests"), 2, "the other line leaves them alone");
  await until("the old digest is gone", async () => {
    await product.worker.scheduled("0 * * * *");
    return (await product.count("digests")) === 1;
  });
  assert.deepEqual(await ids("digests"), ["dig_new"]);
  assert.equal(await product.count("digest_days"), 1);
  assert.deepEqual(await ids("outbox"), ["n_new", "n_waits", "of_dig_new"]);
  assert.deepEqual(await ids("deliveries"), ["del_dead", "del_new", "del_parked"]);
  assert.deepEqual(await ids("fingerprints", "words"), ["new"]);
  assert.deepEqual(await ids("links", "digest"), ["l_new"]);
  assert.deepEqual(await ids("made_links", "digest"), ["m_new"]);
  assert.deepEqual(
    (await ids("sessions", "digest")).filter((id) => id.startsWith("s_")),
    ["s_used"],
  );
  assert.equal(await product.count("sessions"), inUse + 1, "whoever is signed in stays");
});
