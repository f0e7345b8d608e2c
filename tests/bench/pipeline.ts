/** The whole way: webhook, queue, thread, index, browser. Real Worker, real queue, no model on the way. */
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import WebSocket from "ws";
import { root } from "../../tools/runtime.ts";
import { scratch } from "../harness/scratch.ts";
import { business } from "../standins/common/business.ts";
import { Connection, postAll, request } from "./client.ts";
import { oneByOne, openHouse, type ProductFixture } from "./product-fixture.ts";
import { median, pairs, percentile, sleep } from "./measure.ts";
import { at, type Bench } from "./report.ts";

const body = (peer: number, id: string): string =>
  JSON.stringify({
    object: "whatsapp_business_account",
    entry: [
      {
        id: business.waba,
        changes: [
          {
            field: "messages",
            value: {
              messaging_product: "whatsapp",
              metadata: { display_phone_number: business.displayPhone, phone_number_id: business.phoneNumberId },
              contacts: [{ profile: { name: `Customer ${peer}` }, wa_id: String(peer) }],
              messages: [
                {
                  from: String(peer),
                  id: `wamid.${id}`,
                  timestamp: String(Math.floor(Date.now() / 1000) - (made % 3600)),
                  type: "text",
                  text: { body: `Where is my order ${id}? It was meant to arrive.` },
                },
              ],
            },
          },
        ],
      },
    ],
  });

let made = 0;
const fresh = () => `bench${(made += 1)}x${randomBytes(4).toString("hex")}`;

const webhook = ({ secret }: { secret: string }, peer: number): Buffer => {
  const text = body(peer, fresh());
  const signature = `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
  return request(
    "POST",
    "/webhooks/whatsapp",
    { "content-type": "application/json", "x-hub-signature-256": signature },
    text,
  );
};

/** As the webhook's door puts it on the queue. */
const delivery = (peer: number) => {
  const header = {
    v: 1,
    id: `dlv_${randomBytes(16).toString("hex")}`,
    platform: "whatsapp",
    receivedAt: new Date().toISOString(),
  };
  return { body: `${JSON.stringify(header)}\n${body(peer, fresh())}`, contentType: "text" as const };
};

/**
 * By a table that search keeps beside its words, with one small row for each message: counting is in the way of what is
 * counted.
 */
const visible = (house: ProductFixture) => house.count("SELECT count(*) AS n FROM search_docsize");

const untilVisible = async (house: ProductFixture, wanted: number): Promise<void> => {
  const end = Date.now() + 120_000;
  for (let seen = 0; seen < wanted;) {
    seen = await visible(house);
    if (seen > wanted) throw new Error(`${seen} messages are shown of ${wanted}`);
    if (Date.now() > end) throw new Error(`only ${seen} of ${wanted} messages are shown after two minutes`);
    if (seen < wanted) await sleep(20);
  }
};

const MESSAGES = 1000;
let lastPeer = 4_915_100_000_000;

/** Milliseconds from a full queue until everything is in the index and was pushed. */
const drain = async (house: ProductFixture, peers: number[]): Promise<number> => {
  const producer = await house.worker.mf.getQueueProducer("INTAKE");
  const all = Array.from({ length: MESSAGES }, (_, i) => delivery(peers[i % peers.length] ?? 0));
  const before = await visible(house);
  const begun = performance.now();
  for (let i = 0; i < all.length; i += 100) await producer.sendBatch(all.slice(i, i + 100));
  await untilVisible(house, before + MESSAGES);
  const took = performance.now() - begun;
  const twice = await house.count("SELECT count(*) - count(DISTINCT message) AS n FROM search");
  if (twice > 0) throw new Error(`${twice} messages are in the index twice`);
  return took;
};

const newPeers = (count: number) => Array.from({ length: count }, () => (lastPeer += 1));

export const consumer: Bench = {
  goals: ["G9"],
  name: `the consumer: ${MESSAGES} messages in batches, against one by one`,
  run: async ({ pairs: count, say }) => {
    const open = async () => ({ grouped: await openHouse(), naive: await openHouse(oneByOne()) });
    type Houses = Awaited<ReturnType<typeof open>>;
    const close = async ({ grouped, naive }: Houses) => {
      await grouped.close();
      await naive.close();
    };
    const lasting = await open();
    try {
      const known = newPeers(MESSAGES);
      const ten = newPeers(10);
      for (const house of [lasting.grouped, lasting.naive]) {
        await drain(house, known);
        await drain(house, ten);
      }
      const scenes = [
        { what: "on 10 threads", peers: () => ten, goal: 10 },
        { what: "on 1,000 existing threads", peers: () => known, goal: 3 },
        // In products of their own: all threads of one are databases of one process here, which has room for some two
        // thousand (SQLITE_NOMEM). In production no two objects share a process's memory like that.
        { what: "on 1,000 new threads", peers: () => newPeers(MESSAGES), goal: 1.5, anew: true },
      ];
      const figures = [];
      for (const { what, peers, goal, anew } of scenes) {
        const ratios: number[] = [];
        const speeds: { grouped: number; naive: number }[] = [];
        for (let i = 0; i < count; i++) {
          const chosen = peers();
          const houses = anew ? await open() : lasting;
          const { grouped, naive } = houses;
          const order = i % 2 === 0 ? [grouped, naive] : [naive, grouped];
          const took = new Map<ProductFixture, number>();
          for (const house of order) took.set(house, await drain(house, chosen));
          if (anew) await close(houses);
          const [a, b] = [took.get(grouped) ?? 0, took.get(naive) ?? 0];
          ratios.push(b / a);
          speeds.push({ grouped: (MESSAGES / a) * 1000, naive: (MESSAGES / b) * 1000 });
        }
        const speed = (of: "grouped" | "naive") => median(speeds.map((one) => one[of])).toFixed(0);
        figures.push(
          at.least("G9", `${what} (${speed("grouped")} to ${speed("naive")} messages/s)`, median(ratios), goal, "x", 1),
        );
        say(`${what}: ${median(ratios).toFixed(1)}x`);
      }
      return figures;
    } finally {
      await close(lasting);
    }
  },
};

/** Milliseconds until each webhook was answered, and until its frame was in a browser. */
type Times = { acks: number[]; frames: number[] };

const p50 = ({ acks, frames }: Times) => ({ ack: percentile(acks, 0.5), frame: percentile(frames, 0.5) });
const ratio = (times: Times) => p50(times).frame / p50(times).ack;

/** Posts webhooks of one customer, each when the frame of the one before has come. */
const oneAtATime = async (
  house: { port: number; secret: string },
  socket: WebSocket,
  count: number,
): Promise<Times> => {
  let seen: (at: number) => void = () => {};
  socket.on("message", (data) => {
    if ((JSON.parse(String(data)) as { thread?: string }).thread !== undefined) seen(performance.now());
  });
  await new Promise((done, fail) => socket.once("open", done).once("error", fail));
  const connection = await Connection.open(house.port);
  const [peer = 0] = newPeers(1);
  const times: Times = { acks: [], frames: [] };
  const warm = 50;
  for (let i = 0; i < warm + count; i++) {
    const bytes = webhook(house, peer);
    const shown = new Promise<number>((done, fail) => {
      const late = setTimeout(() => fail(new Error("no frame came within ten seconds")), 10_000);
      seen = (when) => (clearTimeout(late), done(when));
    });
    const begun = performance.now();
    const status = await connection.ask(bytes);
    const ack = performance.now() - begun;
    if (status !== 200) throw new Error(`answered ${status}`);
    const frame = (await shown) - begun;
    if (i >= warm) {
      times.acks.push(ack);
      times.frames.push(frame);
    }
  }
  connection.close();
  socket.close();
  return times;
};

const ours = async (count: number): Promise<Times> => {
  const house = await openHouse();
  const { url } = house.worker;
  try {
    return await oneAtATime(
      house,
      new WebSocket(`${url.replace("http", "ws")}/api/v1/live`, { headers: { cookie: house.cookie, origin: url } }),
      count,
    );
  } finally {
    await house.close();
  }
};

/** The same hops in the same runtime by a Worker that does next to nothing at each. */
const bare = async (count: number): Promise<Times> => {
  const secret = "not-a-secret-of-anything";
  const stateDir = scratch("way");
  const mf = new Miniflare({
    modules: true,
    script: readFileSync(join(root, "tests/bench/way.js"), "utf8"),
    compatibilityDate: readConfig({ config: join(root, "wrangler.toml") }).compatibility_date ?? "",
    bindings: { META_APP_SECRET: secret },
    durableObjects: { THREAD: { className: "Thread", useSQLite: true }, LIVE: { className: "Live", useSQLite: true } },
    durableObjectsPersist: join(stateDir, "objects"),
    d1Databases: { DB: "way" },
    d1Persist: join(stateDir, "d1"),
    queueProducers: { INTAKE: "way" },
    queueConsumers: { way: { maxBatchSize: 100, maxBatchTimeout: 0 } },
  });
  try {
    const url = await mf.ready;
    await (
      await mf.getD1Database("DB")
    ).exec("CREATE TABLE threads (id TEXT PRIMARY KEY, version INTEGER, item TEXT) WITHOUT ROWID");
    return await oneAtATime({ port: Number(url.port), secret }, new WebSocket(url.href.replace("http", "ws")), count);
  } finally {
    await mf.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
};

export const delay: Bench = {
  goals: ["G10"],
  name: "from a webhook to the frame in a browser, one at a time",
  run: async ({ full, pairs: count }) => {
    const done = await pairs(
      count,
      () => ours(full ? 2000 : 500),
      () => bare(full ? 2000 : 500),
    );
    const middle = (of: (pair: { a: Times; b: Times }) => number) => median(done.map(of));
    const both = (times: "a" | "b") =>
      `${middle((pair) => p50(pair[times]).frame).toFixed(1)} to ${middle((pair) => p50(pair[times]).ack).toFixed(1)} ms`;
    const bareRatio = `${middle((pair) => ratio(pair.b)).toFixed(2)}x`;
    return [
      at.most(
        "G10",
        `p50, against the webhook's own answer (${both("a")})`,
        middle((pair) => ratio(pair.a)),
        2,
      ),
      at.most(
        "G10",
        "p99",
        middle((pair) => percentile(pair.a.frames, 0.99)),
        15,
        " ms",
        1,
      ),
      at.none("G10", `p50 of the same hops in plain JavaScript that does next to nothing (${both("b")})`, bareRatio),
    ];
  },
};

export const load: Bench = {
  goals: ["G14"],
  name: "10,000 conversations of 10 messages, through webhooks, until they are shown",
  run: async ({ full, say }) => {
    const house = await openHouse();
    try {
      const peers = newPeers(10_000);
      const wanted = peers.length * 10;
      // Miniflare's queue refuses more than 10,000 waiting messages: so many are on their way at most.
      const most = 3000;
      const chunk = 500;
      const begun = performance.now();
      const seconds = () => (performance.now() - begun) / 1000;
      let sent = 0;
      let shown = 0;
      for (; sent < wanted && (full || seconds() < 60); sent += chunk) {
        // Turns of ten customers each: conversations go on while others begin.
        const requests = Array.from({ length: chunk }, (_, i) => {
          const nth = sent + i;
          const group = Math.floor(nth / 1000);
          return webhook(house, peers[group * 100 + (nth % 100)] ?? 0);
        });
        await postAll(house.port, requests);
        for (shown = await visible(house); sent + chunk - shown > most; shown = await visible(house)) await sleep(50);
        if (sent % 5000 === 0) say(`${shown} shown after ${seconds().toFixed(0)} s`);
      }
      await untilVisible(house, sent);
      const took = seconds();
      const twice = await house.count("SELECT count(*) - count(DISTINCT message) AS n FROM search");
      const threads = await house.count("SELECT count(*) AS n FROM threads");
      if (twice > 0 || threads !== Math.ceil(sent / 1000) * 100)
        throw new Error(`${threads} threads, ${twice} messages twice`);
      const whole = (took / sent) * wanted;
      const what =
        sent === wanted
          ? "all 100,000 messages"
          : `100,000 messages, extrapolated from ${sent} in ${took.toFixed(0)} s (FULL=1 runs all)`;
      return [at.most("G14", `${what} (${(sent / took).toFixed(0)} messages/s)`, whole, 180, " s", 0)];
    } finally {
      await house.close();
    }
  },
};
