/** The door: webhooks taken in, the cheapest answer, the cold start, and a steady load; all against JavaScript. */
import { closedLoop, openLoop, request } from "./client.ts";
import { cpuSeconds, median, pairs, percentile, resident } from "./measure.ts";
import { answers, instagramWebhook, prepare, startRaw, type Raw } from "./raw.ts";
import { at, type Bench, type Figure, type Options } from "./report.ts";

type Run = { rps: number; cpu: number };

const measured =
  (raw: Raw, name: string, bytes: Buffer, expected: number, seconds: number) => async (): Promise<Run> => {
    const before = cpuSeconds(raw.pid);
    const { requests, seconds: took, wrong } = await closedLoop(raw.port(name), bytes, expected, seconds);
    if (wrong > 0) throw new Error(`${name}: ${wrong} answers were not ${expected}`);
    return { rps: requests / took, cpu: ((cpuSeconds(raw.pid) - before) / requests) * 1e6 };
  };

const compare = async (
  raw: Raw,
  what: { path: string; theirs?: string; bytes: (path: string) => Buffer; expected: number },
  options: Options,
) => {
  const ours = measured(raw, "ours", what.bytes(what.path), what.expected, options.seconds);
  const theirs = measured(raw, "js", what.bytes(what.theirs ?? what.path), what.expected, options.seconds);
  await measured(raw, "ours", what.bytes(what.path), what.expected, 1)();
  await measured(raw, "js", what.bytes(what.theirs ?? what.path), what.expected, 1)();
  const done = await pairs(options.pairs, ours, theirs);
  return {
    speed: median(done.map(({ a, b }) => a.rps / b.rps)),
    cost: median(done.map(({ a, b }) => a.cpu / b.cpu)),
    ours: median(done.map(({ a }) => a.cpu)),
    theirs: median(done.map(({ b }) => b.cpu)),
  };
};

const micro = (value: number) => `${value.toFixed(0)} us`;

export const ingest: Bench = {
  goals: ["G1"],
  name: "a webhook taken in: verified, withEntryModule, sent to the queue",
  run: async (options) => {
    const raw = await startRaw(["ours", "js"]);
    try {
      const same = await compare(raw, { path: "/webhooks/instagram", bytes: instagramWebhook, expected: 200 }, options);
      const more = await compare(
        raw,
        { path: "/webhooks/instagram", theirs: "/parsed", bytes: instagramWebhook, expected: 200 },
        options,
      );
      return [
        at.least("G1", "requests per second, against JavaScript doing the same", same.speed, 1.05),
        at.most(
          "G1",
          `CPU per request, against the same (${micro(same.ours)} to ${micro(same.theirs)})`,
          same.cost,
          Number((1 / 1.05).toFixed(2)),
        ),
        at.none(
          "G1",
          "requests per second, against JavaScript that parses and normalises first",
          `${more.speed.toFixed(2)}x`,
        ),
        at.none(
          "G1",
          `CPU per request, against that (${micro(more.ours)} to ${micro(more.theirs)})`,
          `${more.cost.toFixed(2)}x`,
        ),
      ];
    } finally {
      raw.stop();
    }
  },
};

export const ping: Bench = {
  goals: ["G2"],
  name: "the cheapest answer",
  run: async (options) => {
    const raw = await startRaw(["ours", "js"]);
    try {
      const one = await compare(
        raw,
        { path: "/webhooks/none", bytes: (path) => request("GET", path), expected: 404 },
        options,
      );
      return [
        at.most("G2", `CPU per request, against JavaScript (${micro(one.ours)} to ${micro(one.theirs)})`, one.cost, 1),
        at.none("G2", "requests per second, against JavaScript", `${one.speed.toFixed(2)}x`),
      ];
    } finally {
      raw.stop();
    }
  },
};

export const start: Bench = {
  goals: ["G5"],
  name: "from the spawn of workerd to the first answer",
  run: async (options) => {
    const ours = await prepare(["ours"]);
    const hello = await prepare(["hello"]);
    const once = (one: typeof ours, name: string) => async () => {
      const begun = performance.now();
      const child = one.start();
      await answers(one.port(name), "/webhooks/none");
      const took = performance.now() - begun;
      const ended = new Promise<void>((done) => child.once("exit", () => done()));
      child.kill("SIGKILL");
      await ended;
      return took;
    };
    const done = await pairs(Math.max(options.pairs, 15), once(ours, "ours"), once(hello, "hello"));
    ours.clean();
    hello.clean();
    const more = median(done.map(({ a, b }) => a - b));
    return [
      at.most("G5", "from the spawn of workerd to the first answer", median(done.map(({ a }) => a)), 150, " ms", 0),
      at.none("G5", "longer than a Worker that only says hello", `${more.toFixed(1)} ms`),
    ];
  },
};

const RATE = 500;

export const steady: Bench = {
  goals: ["G12"],
  name: "webhooks at 500 a second, whatever the answers do",
  run: async (options) => {
    const raw = await startRaw(["ours", "js"]);
    try {
      const bytes = instagramWebhook("/webhooks/instagram");
      const figures: Figure[] = [];
      const once = (name: string) => () => openLoop(raw.port(name), bytes, 200, RATE, RATE * options.seconds * 2);
      await once("ours")();
      await once("js")();
      const done = await pairs(options.pairs, once("ours"), once("js"));
      const ratio = (share: number) =>
        median(done.map(({ a, b }) => percentile(a.latencies, share) / percentile(b.latencies, share)));
      const both = (share: number) =>
        `${median(done.map(({ a }) => percentile(a.latencies, share))).toFixed(2)} to ${median(done.map(({ b }) => percentile(b.latencies, share))).toFixed(2)} ms`;
      figures.push(at.most("G12", `p90, against JavaScript (${both(0.9)})`, ratio(0.9), 1.1));
      figures.push(at.most("G12", `p99, against JavaScript (${both(0.99)})`, ratio(0.99), 1.5));
      figures.push(
        at.most(
          "G12",
          "answers that were not 200",
          done.reduce((sum, { a }) => sum + a.wrong, 0),
          0,
          "",
          0,
        ),
      );
      figures.push(...(await memory()));
      return figures;
    } finally {
      raw.stop();
    }
  },
};

/** Requests until V8's heap has found its size, in plain JavaScript as in ours, and those that are looked at then. */
const SETTLING = 150_000;
const WATCHED = 100_000;

/** Memory over many requests, each Worker in a process of its own. */
const memory = async (): Promise<Figure[]> => {
  const ours = await grown("ours");
  const js = await grown("js");
  const over = `over ${WATCHED.toLocaleString("en")} requests, after ${SETTLING.toLocaleString("en")}`;
  const what = ({ bytes }: { bytes: number }) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  return [
    at.most("G12", `growth of memory ${over} (${what(ours)})`, ours.percent, 5, " %", 1),
    at.none("G12", `growth of memory of JavaScript (${what(js)})`, `${js.percent.toFixed(1)} %`),
  ];
};

const grown = async (name: "ours" | "js"): Promise<{ percent: number; bytes: number }> => {
  const raw = await startRaw([name]);
  try {
    const bytes = instagramWebhook("/webhooks/instagram");
    const send = async (count: number) => {
      const sizes: number[] = [];
      for (let sent = 0; sent < count;) {
        sent += (await closedLoop(raw.port(name), bytes, 200, 1)).requests;
        sizes.push(resident(raw.pid));
      }
      return sizes;
    };
    await send(SETTLING);
    const sizes = await send(WATCHED);
    const third = Math.max(1, Math.floor(sizes.length / 3));
    const end = median(sizes.slice(-third));
    return { percent: (end / median(sizes.slice(0, third)) - 1) * 100, bytes: end };
  } finally {
    raw.stop();
  }
};
