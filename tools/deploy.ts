/**
 * `make deploy`: creates what the account lacks (database, bucket, queues), asks for the secrets by name, migrates,
 * deploys, and says what to enter where. Safe to run again: what is there stays.
 *   DRY_RUN=1    validates the whole bundle without an account, and shows what would be done
 *   ORIGIN       the Worker's address, when it has a domain of its own that wrangler.toml does not name
 * PUBLIC_URL is set to the address it was deployed at, unless it is set.
 * Secrets found in ENV_FILE (.dev.vars is not read here) or the environment are not asked for.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { unstable_readConfig as readConfig } from "wrangler";
import { requireRelease } from "./built.ts";
import { checkMigrationNames } from "./migrations.ts";
import { instructions, readPages } from "./platforms.ts";
import { labeler, mail, notices, publicUrl, required, resources, rollOut, type Ask, type Wrangler } from "./rollout.ts";
import { root, startWorker } from "./runtime.ts";
import { readVariables } from "./variables.ts";

process.chdir(root);
const config = readConfig({ config: "wrangler.toml" });
const pages = readPages("docs/platforms");
const optional = [...new Set([...pages.flatMap(({ secrets }) => secrets), ...labeler, ...notices, ...mail])];
const say = (line: string) => console.log(line);

const wrangler: Wrangler = (args, { shown = false } = {}) => {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules/.bin/wrangler"), args, { encoding: "utf8" });
  const output = stdout + stderr;
  if (shown) process.stderr.write(output);
  return { ok: status === 0, output: shown ? output : stdout };
};

/** Asks on the terminal without echoing the answer; what the environment has is taken from there. */
const ask: Ask = async (name, hint) => {
  const found = readVariables(process.env.ENV_FILE ?? "")[name];
  if (found) return found;
  if (!process.stdin.isTTY) return "";
  process.stderr.write(`${name} (${hint}): `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return (await terminal.question("")).trim();
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
};

/** Everything that can be wrong with a deployment and shows without an account. */
const validate = async () => {
  requireRelease(dirname(config.main ?? ""));
  const migrations = config.d1_databases.flatMap(({ migrations_dir }: { migrations_dir?: string }): string[] =>
    checkMigrationNames(migrations_dir ?? "migrations"),
  );
  say(`migrations: ${migrations.length} in order${migrations.map((name: string) => `\n  ${name}`).join("")}`);

  const folder = mkdtempSync(join(tmpdir(), "tributary-dry-run-"));
  try {
    const { ok } = wrangler(["deploy", "--dry-run", "--outdir", join(folder, "bundle")], { shown: true });
    if (!ok) throw new Error("wrangler refuses the bundle (see above)");
    say(
      `bundle: ${readdirSync(join(folder, "bundle"))
        .filter((file) => !file.startsWith("README"))
        .join(", ")}`,
    );

    // Started once in workerd: all migrations run on an empty database, and each object class must be exported.
    const lines: string[] = [];
    const worker = await startWorker({
      stateDir: join(folder, "state"),
      crons: false,
      log: (line) => lines.push(line),
    });
    const { status } = await fetch(`${worker.url}/healthz`);
    await worker.dispose();
    const missing = lines.flatMap((line) => /referenced the class "(\w+)", but no such/.exec(line)?.[1] ?? []);
    if (missing.length > 0)
      throw new Error(`wrangler.toml names classes the Worker does not export: ${missing.join(", ")}`);
    say(`workerd: starts, migrates, answers /healthz with ${status}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const show = () => {
  const { databases, buckets, queues } = resources(config);
  say("\nWould be created where missing:");
  for (const name of databases) say(`  database  ${name}`);
  for (const name of buckets) say(`  bucket    ${name}`);
  for (const name of queues) say(`  queue     ${name}`);
  for (const { class_name } of config.durable_objects.bindings) say(`  object    ${class_name}`);
  for (const cron of config.triggers.crons ?? []) say(`  cron      ${cron}`);
  say("\nWould be asked for:");
  for (const [name, { hint }] of Object.entries(required)) say(`  ${name}   required: ${hint}`);
  for (const name of optional) say(`  ${name}`);
  const address = publicUrl(config, origin);
  const told =
    "set" in address
      ? `as ${address.set} has it`
      : `${address.wanted ?? "the address that wrangler deploys to"}, unless it is set already`;
  say(`\nWould be set:\n  PUBLIC_URL   ${told}`);
};

let origin = process.env.ORIGIN ?? "";
await validate();
if (process.env.DRY_RUN) {
  show();
} else {
  const toml = readFileSync("wrangler.toml", "utf8");
  const deployed = await rollOut({
    wrangler,
    ask,
    say,
    config,
    toml,
    generated: ".wrangler.deploy.toml",
    optional,
    origin,
  });
  origin ||= deployed;
}
say(`\nWhat to enter where:\n\n${instructions(pages, origin || "https://YOUR-WORKER")}`);
say(process.env.DRY_RUN ? "\ndry run: valid, nothing was created" : `\ndeployed: ${origin}`);
