/**
 * What wrangler makes of a wrangler.toml, for the local runtime. Loading wrangler takes longer than starting the
 * Worker: what it said is kept in `.state/config`, until the file or wrangler is another one.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  unstable_getMiniflareWorkerOptions as miniflareOptions,
  unstable_readConfig as readConfig,
} from "wrangler";

type Config = Pick<ReturnType<typeof readConfig>, "name" | "main" | "vars" | "d1_databases" | "triggers">;
type Options = Omit<ReturnType<typeof miniflareOptions>["workerOptions"], "bindings">;

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const read = async (path: string): Promise<{ config: Config; workerOptions: Options }> => {
  const wrangler = await import("wrangler");
  const whole = wrangler.unstable_readConfig({ config: path });
  // Without the variables: among them are those of .dev.vars, which are secret and nobody's business here.
  const { bindings: _, ...workerOptions } = wrangler.unstable_getMiniflareWorkerOptions(whole).workerOptions;
  const { name, main, vars, d1_databases, triggers } = whole;
  return { config: { name, main, vars, d1_databases, triggers }, workerOptions };
};

export const readWorker = async (path: string): ReturnType<typeof read> => {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/wrangler/package.json"), "utf8")) as {
    version: string;
  };
  const hash = createHash("sha256")
    .update(`${version}\n${resolve(path)}\n`)
    .update(readFileSync(path))
    .update(readFileSync(fileURLToPath(import.meta.url)));
  const folder = join(root, ".state/config");
  const kept = join(folder, `${hash.digest("hex").slice(0, 32)}.json`);
  try {
    return JSON.parse(readFileSync(kept, "utf8")) as Awaited<ReturnType<typeof read>>;
  } catch {
    const found = await read(path);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${kept}.${process.pid}`, JSON.stringify(found));
    renameSync(`${kept}.${process.pid}`, kept);
    return found;
  }
};
