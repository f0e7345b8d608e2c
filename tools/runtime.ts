/**
 * The built Worker in real workerd, as wrangler.toml describes it: the same bindings, queues, objects, static
 * files and routing as in production. `make serve`, `make dev`, the tests and the benchmarks all start it here.
 *
 * Queues live in the memory of workerd and are lost with it; D1, R2 and the objects persist under `stateDir`.
 */
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import "./wait.ts";
import { Log, LogLevel, Miniflare } from "miniflare";
import { readWorker } from "./config.ts";
import { runCrons } from "./cron.ts";
import { applyMigrations } from "./migrations.ts";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

export type WorkerOptions = {
  /** Where the state lives; created when missing. */
  stateDir: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** The address to listen on; 127.0.0.1 by default. */
  host?: string;
  /** Variables and secrets, on top of [vars] of wrangler.toml. */
  vars?: Record<string, string>;
  /** Fire the cron triggers, and the first of them once at start, which drains leftovers. True by default. */
  crons?: boolean;
  /** Receives each line the Worker logs; by default it goes to stderr. */
  log?: (line: string) => void;
  /** Another wrangler.toml. */
  config?: string;
  /**
   * Lets pages show pictures of this machine: the stand-ins' come by http, which the pages as they ship do not allow.
   */
  localPictures?: boolean;
};

export type RunningWorker = {
  /** Without a trailing slash. */
  url: string;
  mf: Miniflare;
  /** Runs the scheduled handler as the platform would for this cron line. */
  scheduled: (cron: string, at?: Date) => Promise<void>;
  /** Resolves when workerd ends without having been asked to. */
  ended: Promise<void>;
  /** Ends workerd at once, which loses what its queues hold. */
  dispose: () => Promise<void>;
};

const toStderr = (line: string) => void process.stderr.write(`${line}\n`);

/** Miniflare's own lines, kept off stdout, which belongs to the command that uses this module. */
class StderrLog extends Log {
  protected override log(message: string): void {
    toStderr(message);
  }
}

const eachLine = (stream: Readable, log: (line: string) => void) => createInterface({ input: stream }).on("line", log);

/** Starts workerd under tools/workerd.sh, which ends it with this process. */
const bindToThisProcess = () => {
  const require = createRequire(createRequire(import.meta.url).resolve("miniflare"));
  process.env.TRIBUTARY_WORKERD ??= (require("workerd") as { default: string }).default;
  process.env.MINIFLARE_WORKERD_PATH = join(root, "tools/workerd.sh");
};

/** A copy of the static files whose headers let pages show what this machine serves. */
const withLocalPictures = (directory: string, stateDir: string): string => {
  const copy = join(stateDir, "assets");
  rmSync(copy, { recursive: true, force: true });
  cpSync(directory, copy, { recursive: true });
  const headers = readFileSync(join(copy, "_headers"), "utf8");
  writeFileSync(join(copy, "_headers"), headers.replace(/\b(img|media)-src [^;]*/g, "$& http://localhost:*"));
  return copy;
};

export const startWorker = async (options: WorkerOptions): Promise<RunningWorker> => {
  bindToThisProcess();
  const path = options.config ?? join(root, "wrangler.toml");
  const here = dirname(path);
  const { config, workerOptions } = await readWorker(path);
  const { main } = config;
  if (!main) throw new Error(`${path} names no main module`);
  const stateDir = resolve(options.stateDir);
  mkdirSync(stateDir, { recursive: true });
  const log = options.log ?? toStderr;

  for (const database of config.d1_databases) {
    if (!database.migrations_dir) continue;
    const id = database.database_id ?? database.binding;
    const applied = await applyMigrations(resolve(here, database.migrations_dir), join(stateDir, "d1"), id);
    if (applied.length > 0) log(`-- migrations applied: ${applied.join(", ")}`);
  }

  let wanted = true;
  let onEnd = () => {};
  const ended = new Promise<void>((done) => (onEnd = done));
  const vars = Object.fromEntries(Object.entries(config.vars).map(([name, value]) => [name, String(value)]));
  const { assets } = workerOptions;
  if (assets && options.localPictures) assets.directory = withLocalPictures(assets.directory, stateDir);
  const mf = new Miniflare({
    ...workerOptions,
    name: config.name,
    rootPath: dirname(main),
    modules: true,
    scriptPath: main,
    modulesRules: [
      { type: "ESModule", include: ["**/*.js"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    // Only what is given here: never the .dev.vars that wrangler would read by itself.
    bindings: { ...vars, ...options.vars },
    host: options.host ?? "127.0.0.1",
    port: options.port ?? 0,
    d1Persist: join(stateDir, "d1"),
    r2Persist: join(stateDir, "r2"),
    durableObjectsPersist: join(stateDir, "objects"),
    cachePersist: join(stateDir, "cache"),
    cf: false,
    log: new StderrLog(LogLevel.WARN),
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      eachLine(stdout, log);
      eachLine(stderr, log);
      void once(stdout, "close").then(() => wanted && onEnd());
    },
  });
  const address = await mf.ready.catch(async (error: Error) => {
    wanted = false;
    await mf.dispose().catch(() => {}); // it fails with the same error
    if (!error.message.startsWith("Address already in use")) throw error;
    throw new Error(`port ${options.port} is in use: end what listens there, or set PORT to another`);
  });
  const worker = await mf.getWorker();
  const scheduled = async (cron: string, at = new Date()) => {
    const { outcome } = await worker.scheduled({ cron, scheduledTime: at });
    if (outcome !== "ok") log(`!! the scheduled handler of "${cron}" ended with ${outcome}`);
  };

  let stopCrons = () => {};
  const crons = config.triggers.crons ?? [];
  if (options.crons !== false && crons[0]) {
    const fire = (cron: string, at = new Date()) =>
      void scheduled(cron, at).catch(
        (error: unknown) => wanted && log(`!! the scheduled handler of "${cron}" failed: ${String(error)}`),
      );
    stopCrons = runCrons(crons, fire);
    fire(crons[0]);
  }

  return {
    url: `http://localhost:${address.port}`,
    mf,
    scheduled,
    ended,
    dispose: async () => {
      wanted = false;
      stopCrons();
      await mf.dispose();
    },
  };
};
