/**
 * What lists and messages cost: rows read and written, by the database's own count, at two thousand threads as at two.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { root } from "../../tools/runtime.ts";
import { remains, until } from "../harness/until.ts";

const THREADS = 2000;
const POSTS = 1000;
const connect = (platform: string) => platform === "telegram";
let product: Product;
/** Labels are put off in this one: what a message costs is counted without what a label costs. */
let quiet: Product;
before(async () => {
  quiet = await startProduct({ connect, vars: { LABEL_DELAY_SECONDS: "3600", TIMINGS: "" } });
  quiet.standins.telegram.customer("Bo").text("Where is my order?");
  product = await startProduct({
    connect: (platform) => connect(platform) || platform === "facebook",
    rules: (text) => `${text}\n[channels.facebook.comments]\nthreads_per_hour = 0\n`,
    vars: { TIMINGS: "" },
  });
  const { wall } = product.standins.facebook;
  wall.comment("Somebody Else", wall.post("Autumn sale"), "nice");
  const post = await until("a post with a held comment", async () => (await product.owner.posts())[0]);
  const customer = product.standins.telegram.customer("Ana");
  customer.text("Where is my order?");
  const thread = await product.threadOf(customer, (one) => one.owner.type === "teammate");
  // Copies of a real row, far behind it in the queue.
  await product.rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${THREADS})
     INSERT INTO threads (id, version, status, queue, rank, facets, item)
     SELECT printf('thr_%032x', i), 1, 'open', CASE WHEN i % 2 THEN t.queue ELSE 'unassigned' END, t.rank + i, t.facets,
            json_set(t.item, '$.id', printf('thr_%032x', i)) FROM n, threads t WHERE t.id = ?`,
    thread.id,
  );
  // And of the post, each at the place of a thread.
  await product.rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${POSTS})
     INSERT INTO threads (id, version, status, queue, rank, facets, item)
     SELECT printf('pst_%032x', i), 1, 'open', p.queue, t.rank + 2 * i, p.facets,
            json_set(p.item, '$.id', printf('pst_%032x', i)) FROM n, threads t, threads p WHERE t.id = ? AND p.id = ?`,
    thread.id,
    post.id,
  );
});
after(() => Promise.all([product, quiet].map((one) => one.stop())));

/** The list queries as they stand in the Worker's source, with each of their forms written out. */
const source = (name: string) => readFileSync(join(root, "workers/src/d1", name), "utf8").replace(/\\\n\s*/g, "");
const constant = (file: string, name: string): string => {
  const found = new RegExp(`const ${name}: &str =\\s*"([^"]*)"`).exec(source(file))?.[1];
  assert.ok(found, `${file} has no ${name}`);
  return found;
};
const forms = (sql: string) => [
  sql.replace("{index}", "threads_by_queue").replace("{queue}", "AND queue = ?2"),
  sql.replace("{index}", "threads_by_status").replace("{queue}", "AND ?2 IS NULL"),
];
const plan = async (sql: string): Promise<string[]> => {
  const most = Math.max(0, ...[...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
  const rows = await product.rows<{ detail: string }>(
    `EXPLAIN QUERY PLAN ${sql}`,
    ...Array.from({ length: most }, () => 1),
  );
  return rows.map((row) => row.detail);
};

describe("every query of a list", () => {
  it("of threads walks an index and sorts nothing", async () => {
    const queries = [...forms(constant("threads.rs", "PAGE")), constant("threads.rs", "COUNTS")];
    for (const sql of queries) {
      const details = await plan(sql);
      assert.ok(
        details.some((detail) => /SEARCH threads USING (COVERING )?INDEX threads_by_/.test(detail)),
        `${sql}\n${details.join("\n")}`,
      );
      assert.ok(!details.some((detail) => /TEMP B-TREE|SCAN threads/.test(detail)), `${sql}\n${details.join("\n")}`);
    }
  });

  it("narrowed by facets walks their index, and finds each thread by its place", async () => {
    const details = await plan(constant("threads.rs", "FACETED"));
    assert.ok(
      details.some((detail) => /SCAN facets VIRTUAL TABLE INDEX/.test(detail)),
      details.join("\n"),
    );
    assert.ok(
      details.some((detail) => /SEARCH t USING INDEX threads_by_status \(status=\? AND rank=\?/.test(detail)),
      details.join("\n"),
    );
    assert.ok(!details.some((detail) => /TEMP B-TREE|SCAN threads|SCAN t\b/.test(detail)), details.join("\n"));
  });

  it("in the source that orders and limits does so by an index", async () => {
    let seen = 0;
    for (const file of readdirSync(join(root, "workers/src/d1"))) {
      for (const [, sql = ""] of source(file).matchAll(/"(SELECT [^"]*ORDER BY[^"]*LIMIT[^"]*)"/g)) {
        if (sql.includes("{index}")) continue;
        const details = await plan(sql.replace(/\{([A-Z]+)\}/g, (_, name: string) => constant(file, name)));
        assert.ok(
          !details.some((detail) => /TEMP B-TREE FOR .*ORDER BY/.test(detail)),
          `${file}: ${sql}\n${details.join("\n")}`,
        );
        seen += 1;
      }
    }
    assert.ok(seen >= 3, `${seen} queries found`);
  });
});

describe(`at ${THREADS} threads, and ${POSTS} posts among them`, () => {
  it("a page reads as many rows as it shows, and one", async () => {
    const limit = 25;
    const database = await product.worker.mf.getD1Database("DB");
    for (const [place, sql] of forms(constant("threads.rs", "PAGE")).entries()) {
      const queue = place === 0 ? "unassigned" : null;
      const first = await database
        .prepare(sql)
        .bind("open", queue, -(2 ** 52), "", limit + 1)
        .all<{ rank: number; id: string }>();
      assert.equal(first.results.length, limit + 1);
      assert.equal(first.meta.rows_read, limit + 1);
      const last = first.results.at(-1);
      const deep = await database
        .prepare(sql)
        .bind("open", queue, (last?.rank ?? 0) + THREADS / 2, "thr_", limit + 1)
        .all<{ id: string }>();
      assert.equal(deep.meta.rows_read, limit + 1, "in the middle");
      const posts = deep.results.filter(({ id }) => id.startsWith("pst_")).length;
      assert.ok(posts >= limit / 4 && posts <= (limit * 3) / 4, `${posts} posts on the page`);
    }
  });

  it("counts read what waits, and not what is open besides", async () => {
    const database = await product.worker.mf.getD1Database("DB");
    const counts = (before: number) =>
      database.prepare(constant("threads.rs", "COUNTS")).bind(before, 1000).all<{ queue: string; waiting: number }>();
    const all = await counts(2 ** 50);
    assert.equal(
      all.results.reduce((sum, one) => sum + one.waiting, 0),
      THREADS,
      "a thousand of each of the two queues",
    );
    const none = await counts(0);
    assert.deepEqual([...new Set(none.results.map((one) => one.waiting))], [0]);
    assert.ok(none.meta.rows_read <= 20, `${none.meta.rows_read} rows read`);
  });

  it("paging shows every one once", async () => {
    const { owner } = product;
    const ids = [...(await owner.threads("queue=all")), ...(await owner.posts("queue=all"))].map((one) => one.id);
    assert.equal(ids.length, THREADS + 1 + POSTS + 1);
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe("a following message of a thread", () => {
  type Row = { id: string; version: number; status: string; queue: string; rank: number; facets: string; item: string };
  type Words = { row: number; text: string; thread: string; message: string; direction: string; at: number };
  const rowOf = async (thread: string): Promise<Row> => {
    const [row] = await quiet.rows<Row>(
      "SELECT id, version, status, queue, rank, facets, item FROM threads WHERE id = ?",
      thread,
    );
    assert.ok(row);
    return row;
  };

  it("writes one row of the index and its words, at most three and one by the count of the database", async () => {
    const customer = quiet.standins.telegram.customer("Bo");
    const thread = await quiet.threadOf(customer);
    // Whoever published the first message says so with the next: it is not published again, however soon the next
    // comes.
    let seen = 0;
    await until(
      "all that follows from the first message is done",
      async () => {
        const { version } = await rowOf(thread.id);
        const same = version === seen;
        seen = version;
        return same;
      },
      40,
      1000,
    );

    // Every row that is written to any table leaves a line.
    const tables = await quiet.rows<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' AND name NOT LIKE '%\\_%' ESCAPE '\\' AND sql NOT LIKE '%VIRTUAL%'",
    );
    assert.ok(tables.length >= 12, `${tables.length} tables`);
    await quiet.rows("CREATE TABLE told (what TEXT)");
    const triggers = tables.flatMap(({ name }) =>
      ["INSERT", "UPDATE", "DELETE"].map((verb) => ({ name: `told_${name}_${verb}`, verb, table: name })),
    );
    for (const { name, verb, table } of triggers)
      await quiet.rows(
        `CREATE TRIGGER ${name} AFTER ${verb} ON ${table} BEGIN INSERT INTO told VALUES ('${verb} ${table}'); END`,
      );
    const before = { row: await rowOf(thread.id), words: await quiet.count("search") };
    customer.text("And where is the parcel?");
    await quiet.threadOf(customer, (one) => one.unread === 2);
    await remains(
      "the following one is all",
      async () => (await rowOf(thread.id)).version === before.row.version + 1,
      500,
    );
    assert.deepEqual(
      (await quiet.rows<{ what: string }>("SELECT what FROM told")).map((one) => one.what),
      ["UPDATE threads"],
    );
    assert.equal(await quiet.count("search"), before.words + 1);
    for (const { name } of triggers) await quiet.rows(`DROP TRIGGER ${name}`);

    // The very same rows once more, by the Worker's own statements, now counted by the database.
    const after = await rowOf(thread.id);
    const [words] = await quiet.rows<Words>(
      "SELECT rowid AS row, text, thread, message, direction, at FROM search ORDER BY rowid DESC LIMIT 1",
    );
    assert.equal(words?.text, "And where is the parcel?");
    const { version, status, queue, rank, item } = before.row;
    await quiet.rows(
      "UPDATE threads SET version = ?, status = ?, queue = ?, rank = ?, item = ? WHERE id = ?",
      version,
      status,
      queue,
      rank,
      item,
      thread.id,
    );
    await quiet.rows("DELETE FROM search WHERE rowid = ?", words.row);
    const database = await quiet.worker.mf.getD1Database("DB");
    const written = async (statement: string, rows: unknown[]) =>
      (await database.prepare(constant("publish.rs", statement)).bind(JSON.stringify(rows)).run()).meta.rows_written;
    const shown = { ...after, item: JSON.parse(after.item) as unknown };
    const forIndex = await written("THREADS", [shown]);
    assert.ok(forIndex >= 1 && forIndex <= 3, `${forIndex} rows for the list`);
    assert.deepEqual(await rowOf(thread.id), after);
    const forWords = await written("SEARCH", [{ ...words, version: after.version }]);
    assert.equal(await quiet.count("search"), before.words + 1);
    assert.equal(forWords, 1, "rows for the search");
    assert.equal(await written("THREADS", [shown]), 0, "a write that comes again costs none");
    // Two more where it moves in the order or has other facets: there, the facets of its place are written anew.
    assert.equal(
      await written("THREADS", [{ ...shown, version: after.version + 1, rank: after.rank + 1 }]),
      forIndex + 2,
    );
    assert.equal(
      await written("THREADS", [
        { ...shown, version: after.version + 2, rank: after.rank + 1, facets: `${after.facets} t00` },
      ]),
      forIndex + 1,
    );
    // A new contact costs three rows: its own, in the table and its index, and the one by which it is found.
    const contact = {
      id: "con_new",
      version: 1,
      thread: thread.id,
      account: "acc_x",
      platform: "telegram",
      name: "New",
      username: null,
      facts: [],
      firstSeen: 1,
      row: 1,
      numbers: "",
      extra: "",
    };
    assert.deepEqual([await written("CONTACTS", [contact]), await written("PEOPLE", [contact])], [2, 1]);
  });
});
