/**
 * `make link`: a one-time sign-in link, written straight into the database: the way in when nobody is signed in any
 * more.
 *   ORIGIN     the inbox's address, for the deployed one: its database is reached by wrangler
 *   PORT       of an inbox on this machine (8787), when there is no ORIGIN
 *   STATE_DIR  its state; else that of `make serve` or of `make dev`, whichever is there
 *   EMAIL      whose link it is; the first owner's when it is left out
 * Whoever can run this can read the database anyway.
 */
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import "./wait.ts";
import { Miniflare } from "miniflare";
import { readWorker } from "./config.ts";

const HOURS = 48;
const root = resolve(fileURLToPath(import.meta.url), "../..");

export type SignInLink = { url: string; sql: string; values: (string | number)[] };

/**
 * The link for a teammate, or else for the first owner, and the statement that makes it valid; it gives a row back when
 * there is such a teammate.
 */
export const signInLink = (origin: string, email?: string, now = Date.now()): SignInLink => {
  const token = randomBytes(32).toString("base64url");
  const digest = createHash("sha256").update(token).digest("hex");
  return {
    url: `${origin}/signin#token=${token}`,
    sql: `INSERT INTO links (digest, teammate, expires_at) SELECT ?, id, ? FROM teammates
      WHERE enabled = 1 AND ${email ? "email = ?" : "role = 'owner'"} ORDER BY created_at, id LIMIT 1 RETURNING teammate`,
    values: [digest, now + HOURS * 3_600_000, ...(email ? [email.toLowerCase()] : [])],
  };
};

/** The statement with its values written out, for a tool that binds none. */
export const written = ({ sql, values }: SignInLink): string => {
  const rest = [...values];
  return sql.replaceAll("?", () => {
    const value = rest.shift();
    return typeof value === "number" ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  });
};

type Database = { database_name?: string; database_id?: string; binding: string };

/** Runs the statement on the state of `make serve` or `make dev`; true when it made a link. */
const makeLocally = async (
  stateDir: string,
  { binding, database_id }: Database,
  link: SignInLink,
): Promise<boolean> => {
  const persist = join(resolve(stateDir), "d1");
  if (!existsSync(persist))
    throw new Error(`${stateDir} holds no state of ours: name the STATE_DIR of the running Worker`);
  const mf = new Miniflare({
    modules: true,
    script: "export default {}",
    d1Databases: { [binding]: database_id ?? binding },
    d1Persist: persist,
    cf: false,
  });
  try {
    const database = await mf.getD1Database(binding);
    const { results } = await database
      .prepare(link.sql)
      .bind(...link.values)
      .all();
    return results.length > 0;
  } finally {
    await mf.dispose();
  }
};

/** Runs the statement on the deployed database; true when it made a link. */
const makeDeployed = ({ database_name }: Database, link: SignInLink): boolean => {
  const args = ["d1", "execute", String(database_name), "--remote", "--json", "--yes", "--command", written(link)];
  // Away from wrangler.toml, which names the database without its id: so wrangler looks the name up in the account.
  const run = spawnSync(join(root, "node_modules/.bin/wrangler"), args, { encoding: "utf8", cwd: tmpdir() });
  if (run.status !== 0) throw new Error(`wrangler could not reach the deployed database:\n${run.stdout}${run.stderr}`);
  const answers = JSON.parse(run.stdout.slice(run.stdout.indexOf("["))) as { results?: unknown[] }[];
  return answers.some(({ results }) => (results ?? []).length > 0);
};

/** Where an inbox on this machine keeps its state. */
const stateHere = (): string => {
  const found = [".state", ".state/dev"]
    .map((name) => join(root, name))
    .find((folder) => existsSync(join(folder, "d1")));
  if (!found)
    throw new Error(
      "no inbox has run here: set ORIGIN to the address of a deployed one, as in ORIGIN=https://inbox.example.com",
    );
  return found;
};

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({ options: { local: { type: "string" } }, allowPositionals: true });
  const [email = process.env.EMAIL, ...more] = positionals;
  if (more.length > 0) throw new Error("usage: make link [EMAIL=...] [ORIGIN=https://... | PORT=... STATE_DIR=...]");
  const { ORIGIN, PORT = "8787", STATE_DIR } = process.env;
  // Whoever names a state, or no address, means an inbox on this machine.
  const local = values.local ?? (STATE_DIR || (ORIGIN ? undefined : stateHere()));
  const origin = ORIGIN?.replace(/\/$/, "") || `http://localhost:${PORT}`;
  const [database] = (await readWorker(join(root, "wrangler.toml"))).config.d1_databases as Database[];
  if (!database) throw new Error("wrangler.toml names no database");
  const link = signInLink(origin, email || undefined);
  const made = local === undefined ? makeDeployed(database, link) : await makeLocally(local, database, link);
  if (!made)
    throw new Error(
      email ? `nobody who may sign in has the address ${email}` : "there is no owner yet: open the inbox and set it up",
    );
  console.log(link.url);
};

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main().catch((error: unknown) => {
    console.error("!!", error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
