/** Lists narrowed by every filter, alone and together, at a size where nothing could be found by looking through. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "../../tools/runtime.ts";
import { startProduct, type Product } from "../harness/product.ts";
import type { ThreadItem } from "../harness/types.ts";
import { until } from "../harness/until.ts";

const THREADS = 6000;
const word = (kind: string, value: string) => kind + Buffer.from(value).toString("hex");
const NUMBERS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${THREADS})`;
/** The facets of the real row, with another value in the place of one. */
const instead = (facets: string, kind: string, before: string, expression: string) =>
  `replace(${facets}, '${word(kind, before)}', '${kind}' || lower(hex(${expression})))`;

const threads = readFileSync(join(root, "workers/src/d1/threads.rs"), "utf8").replace(/\\\n\s*/g, "");
/** A statement as the Worker has it. */
function statement(name: string): string {
  const sql = new RegExp(`const ${name}: &str =\\s*"([^"]*)"`).exec(threads)?.[1];
  assert.ok(sql, name);
  return sql;
}

let product: Product;
let real: ThreadItem;
before(async () => {
  product = await startProduct({ connect: (platform) => platform === "telegram", team: { mia: "agent" } });
  const customer = product.standins.telegram.customer("Ana Facet");
  customer.text("Where is my order?");
  real = await product.threadOf(customer, (one) => one.topic === "orders" && one.language === "en");
  // Three threads at each place of the order; forty topics, seven languages, one in fifty with a tag, two in three
  // unread.
  let facets = instead("t.facets", "t", "orders", "'topic-' || (i % 40)");
  facets = instead(facets, "l", "en", "'x' || (i % 7)");
  facets = instead(facets, "p", "telegram", "CASE i % 4 WHEN 0 THEN 'facebook' ELSE 'telegram' END");
  await product.rows(
    `${NUMBERS} INSERT INTO threads (id, version, status, queue, rank, facets, item)
     SELECT printf('thr_%032x', i), 1, 'open', t.queue, t.rank + 1 + i / 3,
       CASE WHEN i % 3 = 0 THEN replace(${facets}, ' n', '') ELSE ${facets} END || CASE WHEN i % 50 = 0 THEN ' ${word("g", "VIP, größer")}' ELSE '' END,
       json_set(t.item, '$.id', printf('thr_%032x', i), '$.topic', 'topic-' || (i % 40), '$.language', 'x' || (i % 7),
         '$.platform', CASE i % 4 WHEN 0 THEN 'facebook' ELSE 'telegram' END, '$.unread', CASE WHEN i % 3 = 0 THEN 0 ELSE 1 END,
         '$.tags', CASE WHEN i % 50 = 0 THEN json_array('VIP, größer') ELSE json_array() END)
     FROM n, threads t WHERE t.id = ?`,
    real.id,
  );
});
after(() => product.stop());

const list = (query: string) => product.owner.threads(`queue=all&${query}`);
const count = (fits: (i: number) => boolean) => Array.from({ length: THREADS }, (_, n) => n + 1).filter(fits).length;

describe(`of ${THREADS} threads, three to a place`, () => {
  const cases: [query: string, fits: (one: ThreadItem) => boolean, expected: number][] = [
    ["topic=topic-3", (one) => one.topic === "topic-3", count((i) => i % 40 === 3)],
    ["language=x5", (one) => one.language === "x5", count((i) => i % 7 === 5)],
    ["platform=facebook", (one) => one.platform === "facebook", count((i) => i % 4 === 0)],
    [`tag=${encodeURIComponent("VIP, größer")}`, (one) => one.tags.length > 0, count((i) => i % 50 === 0)],
    ["unread=true", (one) => one.unread > 0, count((i) => i % 3 !== 0) + 1],
    [
      "topic=topic-4&platform=facebook&language=x1",
      (one) => one.topic === "topic-4" && one.platform === "facebook" && one.language === "x1",
      count((i) => i % 40 === 4 && i % 7 === 1),
    ],
    ["topic=topic-1&platform=facebook", () => false, 0],
    [
      "unread=true&language=x0&topic=topic-7",
      (one) => one.unread > 0 && one.language === "x0",
      count((i) => i % 3 !== 0 && i % 7 === 0 && i % 40 === 7),
    ],
    ["topic=topic-9&surface=comments", () => false, 0],
  ];
  for (const [query, fits, expected] of cases) {
    it(`${query} lists ${expected}, each once and in order`, async () => {
      const found = await list(query);
      assert.equal(found.length, expected);
      assert.ok(found.every(fits));
      assert.equal(new Set(found.map(({ id }) => id)).size, expected);
      const copies = found.filter(({ id }) => id !== real.id);
      const dues = copies.map(({ id }) => Number.parseInt(id.slice(4), 16));
      assert.deepEqual(
        dues,
        dues.toSorted((one, other) => Math.floor(one / 3) - Math.floor(other / 3) || one - other),
      );
    });
  }

  it("any of them, at any depth, reads no more than three rows for each it shows", async () => {
    const sql = statement("FACETED");
    const database = await product.worker.mf.getD1Database("DB");
    const limit = 26;
    for (const [kind, value] of [
      ["t", "topic-3"],
      ["l", "x5"],
      ["p", "facebook"],
      ["g", "VIP, größer"],
    ] as const) {
      for (const depth of [0, 0.5, 0.9]) {
        const rank = Math.floor(Number(real.dueAt ? Date.parse(real.dueAt) : 0) + (THREADS / 3) * depth);
        const page = await database
          .prepare(sql)
          .bind("open", `${word("s", "open")} AND ${word(kind, value)}`, rank, "", 0, limit)
          .all();
        // A place counts a row, and each thread that stands there two; here three stand at each.
        assert.ok(page.results.length > 0 || depth > 0, value);
        assert.ok(page.meta.rows_read <= 8 * limit, `${value}: ${page.meta.rows_read} rows read at ${depth}`);
      }
    }
  });
});

describe("by words that thousands of people and messages have", () => {
  it("lists the threads of the latest of each, and reads no more than 160 rows", async () => {
    await product.rows(
      `${NUMBERS} INSERT INTO people (rowid, name, username, numbers, extra, thread)
       SELECT i * 1000, 'Gesa ' || i, '', '', '', printf('thr_%032x', i) FROM n WHERE i <= ${THREADS / 2}`,
    );
    await product.rows(
      `${NUMBERS} INSERT INTO search (rowid, text, extra, thread, message, direction, at)
       SELECT i * 1000, 'Ask Gesa', '', printf('thr_%032x', i), printf('msg_%032x', i), 'incoming', i
       FROM n WHERE i > ${THREADS / 2}`,
    );
    const found = (await list("q=gesa")).map(({ id }) => Number.parseInt(id.slice(4), 16));
    const most = Number(/const WORDS: i64 = (\d+);/.exec(threads)?.[1]);
    const latest = (last: number) => Array.from({ length: most }, (_, n) => last - most + 1 + n);
    assert.deepEqual(
      found.toSorted((one, other) => one - other),
      [...latest(THREADS / 2), ...latest(THREADS)],
    );
    const database = await product.worker.mf.getD1Database("DB");
    for (const rank of [-1, Date.parse(real.dueAt ?? "")]) {
      const page = await database
        .prepare(statement("WITH_WORDS"))
        .bind("open", '"gesa" *', rank, "", '"gesa" *', most)
        .all();
      assert.equal(page.results.length, 2 * most);
      assert.ok(page.meta.rows_read <= 160, `${page.meta.rows_read} rows read from ${rank}`);
    }
    // Another facet narrows what was found, and looks at no more.
    assert.equal((await list("q=gesa&platform=facebook")).length, found.filter((i) => i % 4 === 0).length);
  });
});

describe("what is unread", () => {
  it("is each one\u2019s own", async () => {
    const mia = product.team.person("mia");
    const mine = (query: string) =>
      mia.threads(`queue=all&topic=orders&${query}`).then((all) => all.map(({ id }) => id));
    assert.deepEqual(await mine("unread=true"), [real.id]);
    // Another stands at the same place, which nobody has looked at.
    const beside = `${real.id.slice(0, 6)}${"0".repeat(30)}`;
    await product.rows(
      `INSERT INTO threads (id, version, status, queue, rank, facets, item) SELECT ?2, 1, status, queue, rank, facets, json_set(item, '$.id', ?2) FROM threads WHERE id = ?1`,
      real.id,
      beside,
    );
    assert.deepEqual((await mine("unread=true")).sort(), [real.id, beside].sort());
    await mia.post(`/threads/${real.id}/read`, { version: real.version });
    await until("mia has read it", async () => (await mine("unread=true")).join() === beside);
    assert.equal((await product.owner.threads("queue=all&topic=orders&unread=true")).length, 2, "the owner has not");
  });
});

describe("a thread whose place or facets change", () => {
  it("is found where it is now, and nowhere else", async () => {
    await product.owner.post(`/threads/${real.id}/tags`, { add: ["moved"], remove: [] });
    await until("it has the tag", async () => (await list("tag=moved")).length === 1);
    await product.owner.post(`/threads/${real.id}/close`, {});
    await until(
      "it is closed",
      async () => (await product.owner.threads("queue=all&status=closed&tag=moved")).length === 1,
    );
    assert.deepEqual(await list("tag=moved"), []);
    await product.rows("DELETE FROM threads WHERE id = ?", real.id);
    assert.deepEqual(await product.owner.threads("queue=all&status=closed&tag=moved"), []);
  });
});
