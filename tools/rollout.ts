/** The steps of a deployment, over a `wrangler` that a test can play. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Unstable_Config as Config } from "wrangler";

/** Runs `wrangler ARGS`; its output is shown as well when `shown`. */
export type Wrangler = (args: string[], options?: { shown?: boolean }) => { ok: boolean; output: string };

/** Asks for one secret by name; empty when the person just presses Enter. */
export type Ask = (name: string, hint: string) => Promise<string>;

/** What the account must hold before the Worker can be deployed. */
export const resources = (config: Config) => ({
  databases: config.d1_databases.map(({ database_name }) => String(database_name)),
  buckets: config.r2_buckets.map(({ bucket_name }) => String(bucket_name)),
  queues: [
    ...new Set([
      ...(config.queues.producers ?? []).map(({ queue }) => queue),
      ...(config.queues.consumers ?? []).flatMap(({ queue, dead_letter_queue }) =>
        dead_letter_queue ? [queue, dead_letter_queue] : [queue],
      ),
    ]),
  ].sort(),
});

/** Secrets the Worker does no work without; an empty answer makes a random one. */
export const required: Record<string, { hint: string; make: () => string }> = {
  SEALING_KEY: { hint: "seals the tokens of connected accounts", make: () => randomBytes(32).toString("base64") },
  SETUP_TOKEN: { hint: "makes the first owner", make: () => randomBytes(24).toString("hex") },
};

/** Secrets of the labeler; without them the built-in one works alone. The last goes with temporary keys. */
export const labeler = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** Where notices go for which the rules name no channel; without it nobody is told of those. */
export const notices = ["TEAM_CHANNEL_URL"];

/**
 * What mail is sent with; without them no mail is sent. The sender's address is no secret, but belongs with the key.
 */
export const mail = ["EMAIL_FROM", "EMAIL_API_KEY"];

const run = (wrangler: Wrangler, ...args: string[]): string => {
  const { ok, output } = wrangler(args, { shown: true });
  if (!ok) throw new Error(`wrangler ${args.join(" ")} failed (see above)`);
  return output;
};

/** The id of the database called `name`, which is created when the account has none. */
const databaseId = (wrangler: Wrangler, name: string): string => {
  const find = (): string | undefined => {
    const { ok, output } = wrangler(["d1", "list", "--json"]);
    if (!ok) throw new Error(`wrangler d1 list failed:\n${output}`);
    const databases = JSON.parse(output.slice(output.indexOf("["))) as { name: string; uuid: string }[];
    return databases.find((database) => database.name === name)?.uuid;
  };
  const there = find();
  if (there) return there;
  run(wrangler, "d1", "create", name);
  const made = find();
  if (!made) throw new Error(`the database ${name} was created but is not listed; run this again`);
  return made;
};

type Secrets = {
  /** What to upload. */ secrets: Record<string, string>;
  /** Those of them made here, unknown to the person. */ made: Record<string, string>;
};

/**
 * The names of the secrets the Worker has. Before the first deployment there is no Worker to list, and so none of them.
 */
const listSecrets = (wrangler: Wrangler): Set<string> => {
  const { ok, output } = wrangler(["secret", "list", "--format", "json"]);
  return new Set(
    ok ? (JSON.parse(output.slice(output.indexOf("["))) as { name: string }[]).map(({ name }) => name) : [],
  );
};

/** Asks for the secrets the Worker has not got yet. */
const askSecrets = async (present: Set<string>, ask: Ask, optional: string[]): Promise<Secrets> => {
  const secrets: Record<string, string> = {};
  const made: Record<string, string> = {};
  for (const [name, { hint, make }] of Object.entries(required)) {
    if (present.has(name)) continue;
    secrets[name] = (await ask(name, `${hint}; Enter makes a random one`)) || (made[name] = make());
  }
  for (const name of optional) {
    if (present.has(name)) continue;
    const value = await ask(name, "Enter to leave out");
    if (value) secrets[name] = value;
  }
  return { secrets, made };
};

/** The address at which the outside reaches the Worker, as a line of `wrangler deploy` has it. */
const addressIn = (output: string): string | undefined => /https:\/\/\S+\.workers\.dev/.exec(output)?.[0];

/** The first domain of its own that wrangler.toml gives the Worker. */
export const customDomain = (config: Config): string | undefined => {
  const routes = [...(config.routes ?? []), ...(config.route === undefined ? [] : [config.route])];
  const own = routes.flatMap((route) =>
    typeof route === "object" && "custom_domain" in route && route.custom_domain ? [route.pattern] : [],
  )[0];
  return own === undefined ? undefined : `https://${own}`;
};

/** What is known of PUBLIC_URL before a deployment: where it is set, or to what it would be. */
export const publicUrl = (config: Config, origin: string): { set: string } | { wanted: string | undefined } => {
  if (config.vars.PUBLIC_URL !== undefined) return { set: "wrangler.toml" };
  return { wanted: origin.replace(/\/+$/, "") || customDomain(config) };
};

export type Rollout = {
  wrangler: Wrangler;
  ask: Ask;
  say: (line: string) => void;
  config: Config;
  /** The text of wrangler.toml; the copy with the database's id is written to `generated`, beside it. */
  toml: string;
  generated: string;
  /** Names of secrets that may be left out. */
  optional: string[];
  /** The Worker's address, when the person gives one. */
  origin?: string;
};

/** Creates what is missing, migrates, deploys with the secrets; returns the Worker's address. */
export const rollOut = async ({
  wrangler,
  ask,
  say,
  config,
  toml,
  generated,
  optional,
  origin = "",
}: Rollout): Promise<string> => {
  if (!wrangler(["whoami", "--json"]).ok) {
    throw new Error(
      "not signed in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID",
    );
  }
  const { buckets, queues } = resources(config);
  for (const queue of queues) {
    if (wrangler(["queues", "info", queue]).ok) say(`queue ${queue}: there`);
    else run(wrangler, "queues", "create", queue);
  }
  for (const bucket of buckets) {
    if (wrangler(["r2", "bucket", "info", bucket]).ok) say(`bucket ${bucket}: there`);
    else run(wrangler, "r2", "bucket", "create", bucket);
  }
  let withIds = toml;
  for (const { binding, database_name } of config.d1_databases) {
    const id = databaseId(wrangler, String(database_name));
    withIds = withIds.replace(`database_name = "${database_name}"`, (line) => `${line}\ndatabase_id = "${id}"`);
    say(`database ${database_name}: ${id} as ${binding}`);
  }
  const present = listSecrets(wrangler);
  const { secrets, made } = await askSecrets(present, ask, optional);
  const address = publicUrl(config, origin);
  // One that was put there stays, whatever this would say.
  const open = "wanted" in address && !present.has("PUBLIC_URL") && secrets.PUBLIC_URL === undefined;
  if (open && address.wanted !== undefined) secrets.PUBLIC_URL = address.wanted;

  const folder = mkdtempSync(join(tmpdir(), "tributary-deploy-")); // only its owner can read it
  try {
    writeFileSync(generated, withIds);
    for (const { database_name } of config.d1_databases) {
      run(wrangler, "d1", "migrations", "apply", String(database_name), "--remote", "--config", generated);
    }
    const file = join(folder, "secrets.json");
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    const given = Object.keys(secrets).length > 0 ? ["--secrets-file", file] : [];
    const output = run(wrangler, "deploy", "--config", generated, ...given);
    if (made.SETUP_TOKEN)
      say(`SETUP_TOKEN is ${made.SETUP_TOKEN}: open the inbox and make the first owner with it; it works once`);
    const deployed = ("wanted" in address ? address.wanted : String(config.vars.PUBLIC_URL)) ?? addressIn(output);
    // Only now is it known what the address is.
    if (open && secrets.PUBLIC_URL === undefined && deployed !== undefined) {
      writeFileSync(file, JSON.stringify({ PUBLIC_URL: deployed }), { mode: 0o600 });
      run(wrangler, "secret", "bulk", file, "--config", generated);
      secrets.PUBLIC_URL = deployed;
    }
    if (secrets.PUBLIC_URL !== undefined) say(`PUBLIC_URL: set to ${secrets.PUBLIC_URL}`);
    else if (open) say("PUBLIC_URL: not set, for wrangler told no address; give ORIGIN and run this again");
    else say("PUBLIC_URL: set already, left as it is");
    return deployed ?? "https://YOUR-DOMAIN";
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(generated, { force: true });
  }
};
