/**
 * The index at a thousand, a hundred thousand and a million threads: rows that the Worker's own statements read and
 * write, by the database's count, and what a page takes over HTTP. The statements are read from the Worker's source.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/runtime.ts";
import { Connection, request } from "./client.ts";
import { openHouse, type ProductFixture } from "./product-fixture.ts";
import { median, pairs, percentile, sleep } from "./measure.ts";
import { at, type Bench, type Figure, type Options } from "./report.ts";

/** A statement as the Worker's source has it. */
const statement = (file: string, name: string): string => {
  const source = readFileSync(join(root, "workers/src/d1", file), "utf8");
  const text = new RegExp(`(?:const ${name}: &str|let ${name}) =\\s*"((?:[^"\\\\]|\\\\.)*)"`, "s").exec(source)?.[1];
  if (text === undefined) throw new Error(`${file} has no statement ${name}`);
  return text.replace(/\\\n\s*/g, "").replaceAll('\\"', '"');
};

type Value = string | number | null;
/** `ms` is the time inside the database, without the way there. */
type Answer = { read: number; written: number; ms: number; rows: Record<string, Value>[] };
type Database = (sql: string, ...values: Value[]) => Promise<Answer>;

const databaseOf = async (house: ProductFixture): Promise<Database> => {
  const database = await house.worker.mf.getD1Database("DB");
  return async (sql, ...values) => {
    const { results, meta } = await database
      .prepare(sql)
      .bind(...values)
      .all<Record<string, Value>>();
    return { rows: results, read: meta.rows_read, written: meta.rows_written, ms: meta.duration };
  };
};

const SIZES = [1_000, 100_000, 1_000_000];
const PIECE = 50_000;

/** As the index writes the value of a facet: see `wire::view::facet`. */
const words = (value: string): string => Buffer.from(value).toString("hex");

/** Grows both tables to so many rows, spread over states and owners as in a long-lived inbox. */
const grow = async (run: Database, from: number, to: number, item: string, owners: string[]): Promise<void> => {
  for (let begin = from; begin < to; begin += PIECE) {
    const end = Math.min(begin + PIECE, to) - 1;
    const numbers = "WITH RECURSIVE c (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM c WHERE n < ?2)";
    const owner = `CASE n % ${owners.length + 1} ${owners.map((_, i) => `WHEN ${i} THEN ?${i + 4}`).join(" ")} ELSE 'unassigned' END`;
    // A topic and a language of many, on two of the platforms.
    const hex = (value: string) => `lower(hex(${value}))`;
    const facets = `'s' || CASE n % 10 WHEN 0 THEN '${words("snoozed")}' WHEN 1 THEN '${words("closed")}' WHEN 2 THEN '${words("closed")}' ELSE '${words("open")}' END
      || ' t' || ${hex("'topic-' || (n % 40)")} || ' l' || ${hex("'l' || (n % 9)")} || CASE n % 2 WHEN 0 THEN ' p${words("telegram")}' ELSE ' p${words("whatsapp")}' END`;
    await run(
      `INSERT INTO threads (id, version, status, queue, rank, facets, item) ${numbers}
       SELECT printf('thr_%032x', n + 1), 1, CASE n % 10 WHEN 0 THEN 'snoozed' WHEN 1 THEN 'closed' WHEN 2 THEN 'closed' ELSE 'open' END,
         ${owner}, 1700000000000 + (n * 7919) % 100000000, ${facets}, json_set(?3, '$.id', printf('thr_%032x', n + 1)) FROM c`,
      begin,
      end,
      item,
      ...owners,
    );
    await run(
      `INSERT INTO search (rowid, text, thread, message, direction, at) ${numbers}
       SELECT (n + 1) * 1000, 'Hello, where is my order #' || (100000 + n) || '? It was meant to arrive on ' || CASE n % 3 WHEN 0 THEN 'Tuesday' WHEN 1 THEN 'Friday' ELSE 'Sunday' END || '.',
         printf('thr_%032x', n + 1), printf('msg_%032x', n + 1), 'incoming', 1700000000000 + n FROM c`,
      begin,
      end,
    );
  }
};

type View = { name: string; status: string; queue: string | null; path: string };

/** Every queue that the inbox offers. */
const viewsOf = (me: string, team: string): View[] => [
  { name: "mine", status: "open", queue: me, path: "queue=mine" },
  { name: "unassigned", status: "open", queue: "unassigned", path: "queue=unassigned" },
  { name: "all open", status: "open", queue: null, path: "queue=all" },
  { name: "a team", status: "open", queue: team, path: `queue=${team}` },
  { name: "snoozed", status: "snoozed", queue: null, path: "status=snoozed&queue=all" },
  { name: "closed", status: "closed", queue: null, path: "status=closed&queue=all" },
];

const PAGE = 25;
const DEPTHS = [0, 0.5, 0.9];

/** The most rows that any page of any view reads. */
const mostRead = async (run: Database, views: View[]): Promise<number> => {
  let most = 0;
  for (const { status, queue } of views) {
    const page = statement("threads.rs", "PAGE")
      .replace("{index}", queue === null ? "threads_by_status" : "threads_by_queue")
      .replace("{queue}", queue === null ? "AND ?2 IS NULL" : "AND queue = ?2");
    const where = queue === null ? "status = ?1 AND ?2 IS NULL" : "status = ?1 AND queue = ?2";
    const { rows: counted } = await run(`SELECT count(*) AS n FROM threads WHERE ${where}`, status, queue);
    for (const depth of DEPTHS) {
      const skip = Math.floor(Number(counted[0]?.n) * depth);
      const { rows } = await run(
        `SELECT rank, id FROM threads WHERE ${where} ORDER BY rank, id LIMIT 1 OFFSET ?3`,
        status,
        queue,
        skip,
      );
      const place = depth === 0 ? { rank: -1, id: "" } : { rank: Number(rows[0]?.rank), id: String(rows[0]?.id) };
      // One more than is shown, to know whether there is a next page.
      const { read, rows: shown } = await run(page, status, queue, place.rank, place.id, PAGE + 1);
      if (shown.length === 0) throw new Error("a page is empty");
      most = Math.max(most, read);
    }
  }
  return most;
};

/** The p50 of the first page of a view over HTTP, in milliseconds. */
const page = async (house: ProductFixture, view: View): Promise<number> => {
  const connection = await Connection.open(house.port);
  const bytes = request("GET", `/api/v1/threads?${view.path}&limit=${PAGE}`, { cookie: house.cookie });
  const took: number[] = [];
  for (let i = 0; i < 60; i++) {
    const begun = performance.now();
    const status = await connection.ask(bytes);
    if (status !== 200) throw new Error(`${view.path} answered ${status}`);
    if (i >= 10) took.push(performance.now() - begun);
  }
  connection.close();
  return percentile(took, 0.5);
};

/** The same pages in two inboxes, turn by turn. */
const speed = async (large: ProductFixture, small: ProductFixture, item: string, count: number): Promise<Figure> => {
  const of = async (house: ProductFixture) => {
    const run = await databaseOf(house);
    const me = String((await run("SELECT id FROM teammates WHERE role = 'owner'")).rows[0]?.id);
    const teams = (await (
      await fetch(`${house.worker.url}/api/v1/teams`, { headers: { cookie: house.cookie } })
    ).json()) as { items: { id: string }[] };
    return { run, owners: [me, teams.items[0]?.id ?? ""] };
  };
  const [there, here] = [await of(large), await of(small)];
  await grow(here.run, 0, SIZES[0] ?? 0, item, here.owners);
  const views = (owners: string[]) => viewsOf(owners[0] ?? "", owners[1] ?? "");
  const ratios: number[] = [];
  const took: { a: number; b: number }[] = [];
  for (const [i, view] of views(there.owners).entries()) {
    const same = views(here.owners)[i] ?? view;
    const done = await pairs(
      count,
      () => page(large, view),
      () => page(small, same),
    );
    ratios.push(median(done.map(({ a, b }) => a / b)));
    took.push(...done);
  }
  const both = `${median(took.map(({ a }) => a)).toFixed(1)} to ${median(took.map(({ b }) => b)).toFixed(1)} ms`;
  return at.most(
    "G6",
    `p50 of a page over HTTP at a million threads, against a thousand, worst queue (${both})`,
    Math.max(...ratios),
    1.2,
  );
};

const search = async (run: Database): Promise<Figure[]> => {
  const sql = statement("search.rs", "sql");
  const newest = "9223372036854775807";
  const rare = [];
  for (let i = 0; i < 9; i++) rare.push(await run(sql, `"${654_321 + i}" *`, newest, PAGE + 1));
  const common = await run(sql, '"order" * AND "arrive" *', newest, PAGE + 1);
  const like = await run("SELECT rowid, text FROM search WHERE text LIKE ?1 ORDER BY rowid DESC LIMIT 26", "%#654321%");
  if (rare[0]?.rows.length !== 1 || like.rows.length !== 1 || common.rows.length !== PAGE + 1)
    throw new Error("a search finds something else");
  const most = Math.max(...rare.map(({ read }) => read), common.read);
  // The database's clock counts whole milliseconds: many searches are timed as one.
  const terms = Array.from({ length: 500 }, (_, i) => `"${654_321 + i * 101}"`);
  const many = await run(
    "SELECT count(*) AS n FROM json_each(?1) term CROSS JOIN search WHERE search MATCH term.value",
    JSON.stringify(terms),
  );
  if (Number(many.rows[0]?.n) !== terms.length) throw new Error("a search finds something else");
  const quick = many.ms / terms.length;
  return [
    at.most("G7", "rows read by a search for a rare or a common word, a million messages", most, 60, "", 0),
    at.least(
      "G7",
      `quicker than LIKE (${quick.toFixed(3)} to ${like.ms.toFixed(0)} ms inside the database; ${like.read} rows)`,
      like.ms / quick,
      1000,
      "x",
      0,
    ),
  ];
};

const writes = async (run: Database, item: string, count: number): Promise<Figure[]> => {
  const threads = statement("publish.rs", "THREADS");
  const found = statement("publish.rs", "SEARCH");
  let version = 10;
  const facets = `s${words("open")} q${words("unassigned")} p${words("telegram")} t${words("topic-1")}`;
  const row = (n: number) => ({
    id: `thr_${(0xf0000000 + n).toString(16).padStart(32, "0")}`,
    version: (version += 1),
    status: "open",
    queue: "unassigned",
    rank: 1_700_000_000_000 + version,
    facets,
    item: JSON.parse(item) as unknown,
  });
  const first = await run(threads, JSON.stringify([row(1)]));
  const moved = row(1);
  const answered = await run(threads, JSON.stringify([moved]));
  const next = await run(threads, JSON.stringify([{ ...row(1), rank: moved.rank }]));
  const late = await run(threads, JSON.stringify([{ ...row(1), version: 1 }]));
  // Words are found by the version that the index has of their thread, and by no other.
  const shown = row(1);
  await run(threads, JSON.stringify([shown]));
  const written = await run(
    found,
    JSON.stringify([
      {
        row: "9000000000000000",
        text: "It came today",
        thread: shown.id,
        version: shown.version,
        message: "msg_1",
        direction: "incoming",
        at: 1,
      },
    ]),
  );
  if (written.written === 0) throw new Error("the words were not written");
  const single: number[] = [];
  const batch: number[] = [];
  for (let i = 0; i < count; i++) {
    const rows = Array.from({ length: 100 }, (_, n) => row(100 + n));
    const timed = async (all: unknown[][]) => {
      const begun = performance.now();
      for (const some of all) await run(threads, JSON.stringify(some));
      return (performance.now() - begun) / 100;
    };
    single.push(await timed(rows.map((one) => [one])));
    batch.push(await timed([rows.map((one) => ({ ...one, version: (version += 1), rank: one.rank + 1000 }))]));
  }
  const ratio = median(single.map((one, i) => one / (batch[i] ?? Number.NaN)));
  return [
    at.most("G8", "rows written to show a new thread", first.written, 4, "", 0),
    at.most("G8", "rows written to show the next message of a thread", next.written, 3, "", 0),
    at.most("G8", "rows written to show one that moves its thread in the list", answered.written, 5, "", 0),
    at.none("G8", "rows written to find its words", `${written.written}`),
    at.most("G8", "rows written by a late or repeated write", late.written, 0, "", 0),
    at.least(
      "G8",
      `less time per row in a batch of 100 than in a statement of its own (${(median(batch) * 1000).toFixed(0)} to ${(median(single) * 1000).toFixed(0)} us)`,
      ratio,
      40,
      "x",
      0,
    ),
  ];
};

export const inbox: Bench = {
  goals: ["G6", "G7", "G8"],
  name: "the index at 1,000, 100,000 and 1,000,000 threads",
  run: async (options: Options) => {
    const house = await openHouse();
    const small = await openHouse();
    try {
      const run = await databaseOf(house);
      house.standins.whatsapp.customer("Greta Lindqvist", { language: "en" }).text("Where is my order 4821?");
      let item: string | undefined;
      for (const end = Date.now() + 30_000; item === undefined; await sleep(50)) {
        if (Date.now() > end) throw new Error("no message came through");
        item = (await run("SELECT item FROM threads LIMIT 1")).rows[0]?.item as string | undefined;
      }
      await house.standins.idle();
      // Threads go by the rules that were saved: those that come now are rows alone, without objects to be asked.
      while ((await run("SELECT version FROM rules WHERE planned_at IS NULL")).rows.length > 0) await sleep(500);
      const me = String((await run("SELECT id FROM teammates WHERE role = 'owner'")).rows[0]?.id);
      const teams = (await (
        await fetch(`${house.worker.url}/api/v1/teams`, { headers: { cookie: house.cookie } })
      ).json()) as { items: { id: string }[] };
      const team = teams.items[0]?.id ?? "";
      const views = viewsOf(me, team);
      const figures: Figure[] = [];
      let from = 0;
      for (const size of SIZES) {
        await grow(run, from, size, item, [me, team]);
        from = size;
        options.say(`${size.toLocaleString("en")} threads are there`);
        figures.push(
          at.most(
            "G6",
            `rows read by a page of ${PAGE}, any queue, any depth, ${size.toLocaleString("en")} threads`,
            await mostRead(run, views),
            PAGE + 1,
            "",
            0,
          ),
        );
      }
      figures.push(await speed(house, small, item, options.pairs));
      return [...figures, ...(await search(run)), ...(await writes(run, item, options.pairs))];
    } finally {
      await house.close();
      await small.close();
    }
  },
};
