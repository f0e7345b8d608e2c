/** The product as the pipeline's benchmarks need it: accounts connected, somebody signed in, no model to wait for. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { seedDemo } from "../../tools/demo.ts";
import { root, startWorker, type RunningWorker } from "../../tools/runtime.ts";
import { startStandins, type Standins } from "../standins/index.ts";
import { scratch } from "../harness/scratch.ts";

export type ProductFixture = {
  worker: RunningWorker;
  standins: Standins;
  port: number;
  cookie: string;
  secret: string;
  count: (sql: string) => Promise<number>;
  close: () => Promise<void>;
};

/** The configuration of wrangler.toml with some of its lines changed, in a file of its own. */
const changed = (name: string, change: (text: string) => string): string => {
  const path = process.env.WORKER_CONFIG ?? join(root, "wrangler.toml");
  const folder = join(root, ".state/bench", name);
  mkdirSync(folder, { recursive: true });
  const absolute = (text: string) =>
    text.replace(
      /^(main|migrations_dir|directory) = "(.*)"$/gm,
      (_, key: string, value: string) => `${key} = "${resolve(dirname(path), value)}"`,
    );
  const file = join(folder, "wrangler.toml");
  writeFileSync(file, change(absolute(readFileSync(path, "utf8"))));
  return file;
};

/** Nobody takes labels: what is measured is the way before them. The local queue lets go of what has no consumer. */
const unlabelled = (text: string) => text.replace(/\[\[queues\.consumers\]\]\nqueue = "tributary-labels"\n[^[]*/, "");

const asShipped = (): string => changed("as-shipped", unlabelled);

/** The consumer of the intake gets its messages one by one: one call, one write and one push for each. */
export const oneByOne = (): string =>
  changed("one-by-one", (text) =>
    unlabelled(text).replace(/(queue = "tributary-intake"[^[]*max_batch_size = )\d+/, "$11"),
  );

export const openHouse = async (config = asShipped()): Promise<ProductFixture> => {
  const stateDir = scratch("bench");
  const standins = await startStandins({ seed: "bench" });
  const { AWS_ACCESS_KEY_ID: _id, AWS_SECRET_ACCESS_KEY: _key, ...rest } = standins.vars();
  const vars: Record<string, string> = {
    SETUP_TOKEN: "bench",
    SEALING_KEY: randomBytes(32).toString("base64"),
    ...rest,
  };
  const log = (line: string) => void (process.env.SHOW_LOG && process.stderr.write(`${line}\n`));
  const worker = await startWorker({ stateDir, vars, log, crons: false, config });
  standins.setWorkerUrl(worker.url);
  const { signInLink } = await seedDemo(worker.url, standins, vars, worker.mf);
  const token = signInLink.slice(signInLink.indexOf("=") + 1);
  const session = await fetch(`${worker.url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (!session.ok) throw new Error(`sign in: ${session.status} ${await session.text()}`);
  const database = await worker.mf.getD1Database("DB");
  // To prepare one, Miniflare blocks this thread, for which the busy runtime may be waiting: each is prepared once.
  const statements = new Map<string, ReturnType<typeof database.prepare>>();
  const statement = (sql: string) => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return {
    worker,
    standins,
    port: Number(new URL(worker.url).port),
    cookie: session.headers.getSetCookie()[0]?.split(";")[0] ?? "",
    secret: vars.META_APP_SECRET ?? "",
    count: async (sql) => (await statement(sql).first<number>("n")) ?? 0,
    close: async () => {
      await Promise.allSettled([standins.stop(), worker.dispose()]);
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
};
