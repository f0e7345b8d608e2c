/** What lists cost: as many rows read as are shown, and one, at two thousand threads as at two. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startProduct, type Product } from '../harness/product.ts';
import { root } from '../../tools/runtime.ts';

const THREADS = 2000;
let product: Product;
before(async () => {
  product = await startProduct({ connect: (platform) => platform === 'telegram' });
  const customer = product.standins.telegram.customer('Ana');
  customer.text('Where is my order?');
  const thread = await product.threadOf(customer, (one) => one.owner.type === 'teammate');
  // Copies of a real row, far behind it in the queue.
  await product.rows(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${THREADS})
     INSERT INTO threads (id, version, status, queue, rank, item)
     SELECT printf('thr_%032x', i), 1, 'open', CASE WHEN i % 2 THEN t.queue ELSE 'unassigned' END, t.rank + i,
            json_set(t.item, '$.id', printf('thr_%032x', i)) FROM n, threads t WHERE t.id = ?`,
    thread.id,
  );
});
after(() => product.stop());

/** The list queries as they stand in the Worker's source, with each of their forms written out. */
const source = (name: string) => readFileSync(join(root, 'workers/src/d1', name), 'utf8').replace(/\\\n\s*/g, '');
const constant = (file: string, name: string): string => {
  const found = new RegExp(`const ${name}: &str =\\s*"([^"]*)"`).exec(source(file))?.[1];
  assert.ok(found, `${file} has no ${name}`);
  return found;
};
const forms = (sql: string) => [
  sql.replace('{index}', 'threads_by_queue').replace('{queue}', 'AND queue = ?2'),
  sql.replace('{index}', 'threads_by_status').replace('{queue}', 'AND ?2 IS NULL'),
];
const plan = async (sql: string): Promise<string[]> => {
  const most = Math.max(0, ...[...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n)));
  const rows = await product.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...Array.from({ length: most }, () => 1));
  return rows.map((row) => row.detail);
};

describe('every query of a list', () => {
  it('of threads walks an index and sorts nothing', async () => {
    const narrowed = constant('threads.rs', 'NARROWED');
    const queries = [
      constant('threads.rs', 'PAGE'),
      constant('threads.rs', 'LAST_SEEN'),
      narrowed.replace('{words}', ''),
      narrowed.replace('{words}', constant('threads.rs', 'HAS_WORDS')),
    ].flatMap(forms);
    assert.equal(queries.length, 8);
    for (const sql of queries) {
      const details = await plan(sql);
      assert.ok(details.some((detail) => /SEARCH threads USING (COVERING )?INDEX threads_by_/.test(detail)), `${sql}\n${details.join('\n')}`);
      assert.ok(!details.some((detail) => /TEMP B-TREE|SCAN threads/.test(detail)), `${sql}\n${details.join('\n')}`);
    }
  });

  it('in the source that orders and limits does so by an index', async () => {
    let seen = 0;
    for (const file of readdirSync(join(root, 'workers/src/d1'))) {
      for (const [, sql = ''] of source(file).matchAll(/"(SELECT [^"]*ORDER BY[^"]*LIMIT[^"]*)"/g)) {
        if (sql.includes('{index}')) continue;
        const columns = /const COLUMNS: &str =\s*"([^"]*)"/.exec(source(file))?.[1] ?? '*';
        const details = await plan(sql.replace('{COLUMNS}', columns));
        assert.ok(!details.some((detail) => detail.includes('TEMP B-TREE')), `${file}: ${sql}\n${details.join('\n')}`);
        seen += 1;
      }
    }
    assert.ok(seen >= 3, `${seen} queries found`);
  });
});

describe(`at ${THREADS} threads`, () => {
  it('a page reads as many rows as it shows, and one', async () => {
    const limit = 20;
    const database = await product.worker.mf.getD1Database('DB');
    for (const [place, sql] of forms(constant('threads.rs', 'PAGE')).entries()) {
      const queue = place === 0 ? 'unassigned' : null;
      const first = await database.prepare(sql).bind('open', queue, -(2 ** 52), '', limit + 1).all<{ rank: number; id: string }>();
      assert.equal(first.results.length, limit + 1);
      // The index and the table count a row each.
      assert.ok(first.meta.rows_read > limit && first.meta.rows_read <= 2 * (limit + 1), `${first.meta.rows_read} rows read`);
      const last = first.results.at(-1);
      const deep = await database.prepare(sql).bind('open', queue, (last?.rank ?? 0) + THREADS / 2, 'thr_', limit + 1).all();
      assert.ok(deep.meta.rows_read <= 2 * (limit + 1), `${deep.meta.rows_read} rows read in the middle`);
    }
  });

  it('paging shows every thread once', async () => {
    const ids = (await product.owner.threads('queue=all')).map((one) => one.id);
    assert.equal(ids.length, THREADS + 1);
    assert.equal(new Set(ids).size, ids.length);
  });
});
