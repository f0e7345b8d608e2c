/**
 * D1's migrations for the local runtime, as `wrangler d1 migrations apply` does them in production: in the
 * order of their names, each with its row in `d1_migrations` in one transaction, never twice.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "./wait.ts";
import { Miniflare } from "miniflare";

const table = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

type Statement = [sql: string, ...values: string[]];

/**
 * Runs what it is posted in one transaction and answers with the rows of the last statement: one request where
 * Miniflare's own way to a database takes a call that blocks for every statement.
 */
const script = `export default {
  async fetch(request, { DB }) {
    try {
      const statements = (await request.json()).map(([sql, ...values]) => DB.prepare(sql).bind(...values));
      return Response.json((await DB.batch(statements)).at(-1).results);
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
}`;

/** The migration files of `directory`, in the order they apply: `0001_what.sql`, `0002_...`. */
export const migrationFiles = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => name.endsWith(".sql"))
        .sort()
    : [];

/** Throws when the names in `directory` are not numbered one by one from 0001. */
export const checkMigrationNames = (directory: string): string[] => {
  const files = migrationFiles(directory);
  files.forEach((file, index) => {
    const number = String(index + 1).padStart(4, "0");
    if (!new RegExp(`^${number}_[a-z0-9_]+\\.sql$`).test(file)) {
      throw new Error(`${directory}/${file}: the migration here must be named ${number}_verb_object.sql`);
    }
  });
  return files;
};

/** Beside a database: the migrations that it has, so that one that has them all is not opened to be asked. */
const noteOf = (persist: string, id: string): string => join(persist, `migrated-${id}.json`);

const noted = (persist: string, id: string): string[] => {
  const note = noteOf(persist, id);
  return existsSync(note) ? (JSON.parse(readFileSync(note, "utf8")) as string[]) : [];
};

/**
 * Applies what `directory` has and the database has not, and returns the names applied. It opens the database
 * by itself, before the Worker runs: an alarm that is due at start must find the new tables.
 */
export const applyMigrations = async (directory: string, persist: string, id: string): Promise<string[]> => {
  const files = checkMigrationNames(directory);
  const known = new Set(noted(persist, id));
  if (files.every((file) => known.has(file))) return [];
  const { unstable_splitSqlQuery: splitSql } = await import("wrangler"); // here, as it takes long to load
  const mf = new Miniflare({ modules: true, script, d1Databases: { DB: id }, d1Persist: persist, cf: false });
  const run = async (...statements: Statement[]): Promise<{ name: string }[]> => {
    const answer = await mf.dispatchFetch("http://migrations/", { method: "POST", body: JSON.stringify(statements) });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as { name: string }[];
  };
  try {
    const done = new Set((await run([table], ["SELECT name FROM d1_migrations"])).map((row) => row.name));
    const fresh = files.filter((file) => !done.has(file));
    for (const file of fresh) {
      const statements = splitSql(readFileSync(join(directory, file), "utf8")).map((sql): Statement => [sql]);
      try {
        await run(...statements, ["INSERT INTO d1_migrations (name) VALUES (?)", file]);
      } catch (error) {
        throw new Error(`the migration ${file} failed`, { cause: error });
      }
    }
    mkdirSync(persist, { recursive: true });
    writeFileSync(noteOf(persist, id), JSON.stringify(files));
    return fresh;
  } finally {
    await mf.dispose();
  }
};
