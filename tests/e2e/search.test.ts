/** Search: words of every script, people, numbers and notes, by their beginnings; and what it reads at any size. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "../../tools/runtime.ts";
import { startProduct, type Product } from "../harness/product.ts";
import type { ThreadItem } from "../harness/types.ts";
import { until } from "../harness/until.ts";

type Found = {
  found: "contact" | "message" | "note";
  thread: ThreadItem;
  excerpt: string;
  highlights: { start: number; end: number }[];
  messageId: string | null;
};

let product: Product;
before(async () => {
  product = await startProduct({ connect: (platform) => platform === "telegram" || platform === "whatsapp" });
});
after(() => product.stop());

const ask = async (q: string, more = ""): Promise<Found[]> =>
  (await product.owner.get<{ items: Found[] }>(`/search?q=${encodeURIComponent(q)}${more}`)).items;
/** What was found, as who, what, and the words that are marked. */
const found = async (q: string): Promise<string[]> =>
  (await ask(q)).map(
    (one) =>
      `${one.found} of ${one.thread.contact.name}: ${one.highlights.map(({ start, end }) => one.excerpt.slice(start, end)).join(", ")}`,
  );
const finds = async (q: string, what: string[]) => assert.deepEqual(await found(q), what, q);

describe("a search", () => {
  it("finds words of scripts without spaces, beginnings, numbers in any form, people and notes", async () => {
    const { telegram, whatsapp } = product.standins;
    const said: [string, string][] = [
      ["Hana", "昨日届いた靴を返品したいです"],
      ["Nok", "ขอคืนเงินได้ไหมคะ"],
      ["Minji", "상품환불 부탁드립니다"],
      ["Bo", "Where is order TR4711 of the Ménard shop?"],
      ["Ada", "طلبي رقم ٤٧١٢"],
    ];
    for (const [name, text] of said) telegram.customer(name).text(text);
    const wanda = whatsapp.customer("Wanda Grün");
    wanda.text("Hello there");
    const thread = await product.threadOf(wanda);
    await product.owner.post(`/threads/${thread.id}/notes`, { text: "She prefers a refund 返金 by Friday" });
    await until(
      "all is in the index",
      async () => (await product.count("search")) === 7 && (await product.count("people")) === 6,
    );

    await finds("返品", ["message of Hana: 返品"]);
    await finds("คืนเงิน", ["message of Nok: คืนเงิน"]);
    await finds("환불", ["message of Minji: 환불"]);
    await finds("471", ["message of Ada: ٤٧١", "message of Bo: 471"]);
    await finds("４７１１", ["message of Bo: 4711"]);
    await finds("menar", ["message of Bo: Ménar"]);
    await finds("refund", ["note of Wanda Grün: refund"]);
    await finds("返金", ["note of Wanda Grün: 返金"]);
    await finds("wan", ["contact of Wanda Grün: Wan"]);
    await finds("grun", ["contact of Wanda Grün: Grün"]);
    await finds("order 返品", []);
    const [note] = await ask("prefers");
    assert.deepEqual([note?.messageId, note?.excerpt], [null, "She prefers a refund 返金 by Friday"]);

    // However her number is written, and by its end.
    const number = wanda.peer.replace(/\D/g, "");
    for (const q of [
      `+${number}`,
      `+${number.slice(0, 3)} ${number.slice(3)}`,
      `0${number.slice(2)}`,
      number.slice(-5),
    ]) {
      const people = (await ask(q)).filter((one) => one.found === "contact");
      assert.deepEqual(
        people.map((one) => one.thread.contact.name),
        ["Wanda Grün"],
        q,
      );
      assert.ok(people[0]?.excerpt.includes(number) && people[0].highlights.length > 0, `${q}: the number is shown`);
    }
    assert.ok(
      (await product.owner.threads(`q=wanda`)).some((one) => one.id === thread.id),
      "the list is narrowed by the same",
    );
  });

  it("keeps up with a new name, and is whole again where the index had lost it", async () => {
    const threads = await product.rows<{ id: string }>("SELECT id FROM threads");
    await product.rows("DELETE FROM people");
    await product.rows("DELETE FROM search");
    // As the migration leaves it: the clock has every thread published anew.
    await product.rows("UPDATE threads SET version = 0");
    for (const part of new Set(threads.map(({ id }) => parseInt(id.slice(4, 6), 16) >> 3))) {
      const begin = Math.floor(Date.now() / 300_000 / 32) * 32;
      await product.worker.scheduled("*/5 * * * *", new Date((begin + part) * 300_000));
    }
    await until(
      "all is there again",
      async () => (await product.count("people")) === 6 && (await product.count("search")) === 7,
    );
    await finds("wanda", ["contact of Wanda Grün: Wanda"]);
    await finds("返金", ["note of Wanda Grün: 返金"]);
  });
});

describe("at twenty thousand messages", () => {
  const LIMIT = 21;
  it("reads and sorts no more than it shows, for rare and common words, beginnings and parts of sentences", async () => {
    await product.rows(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
       INSERT INTO search (rowid, text, extra, thread, message, direction, at)
       SELECT i * 1000, 'Hello, where is my order #' || (100000 + i) || '?', '返品 品し し', printf('thr_%032x', i % 500), printf('msg_%032x', i), 'incoming', i FROM n`,
    );
    await product.rows(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
       INSERT INTO people (rowid, name, username, numbers, extra, thread)
       SELECT i * 1000, 'Customer ' || i, 'customer_' || i, (4915550000000 + i) || ' ' || (15550000000 + i), '', printf('thr_%032x', i) FROM n`,
    );
    const source = readFileSync(join(root, "workers/src/d1/search.rs"), "utf8").replace(/\\\n\s*/g, "");
    const statements = [...source.matchAll(/let sql = "(SELECT [^"]*)"/g)].map(([, sql = ""]) => sql);
    const matching = (table: string) => statements.find((sql) => sql.includes(`${table} MATCH`));
    const [messages, people] = [matching("search"), matching("people")];
    assert.ok(messages && people);
    const database = await product.worker.mf.getD1Database("DB");
    const read = async (sql = "", ...values: unknown[]) => {
      const plan = await product.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values);
      assert.ok(
        plan.every(({ detail }) => !detail.includes("TEMP B-TREE")),
        plan.map(({ detail }) => detail).join("\n"),
      );
      const { results, meta } = await database
        .prepare(sql)
        .bind(...values)
        .all();
      assert.ok(
        meta.rows_read <= 2 * Math.max(1, results.length),
        `${values[0]}: ${meta.rows_read} rows read for ${results.length}`,
      );
      return results.length;
    };
    const newest = "9223372036854775807";
    const shown: [string, number][] = [
      ['"100777" *', 1],
      ['"order" *', LIMIT],
      ['"or" *', LIMIT],
      ['"1007" *', LIMIT],
      ['"返品"', LIMIT],
      ['"返" *', LIMIT],
      ['"order" * AND "hel" *', LIMIT],
    ];
    for (const [asked, rows] of shown) assert.equal(await read(messages, asked, newest, LIMIT), rows, asked);
    for (const asked of ['"customer" *', '("customer" *) OR numbers : "1555" *'])
      assert.equal(await read(people, asked, 5), 5, asked);
  });
});
