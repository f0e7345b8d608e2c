/** A state folder whose database has all its tables: made once for these migrations, and copied for each product. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { applyMigrations, migrationFiles } from "../../tools/migrations.ts";
import { root } from "../../tools/runtime.ts";
import { scratch } from "./scratch.ts";

const migrations = join(root, "workers/migrations");
/** wrangler.toml gives the database no id: locally it is known by its binding. */
const DATABASE = "DB";

const prepared = async (): Promise<string> => {
  const hash = createHash("sha256");
  for (const file of migrationFiles(migrations)) hash.update(`${file}\n`).update(readFileSync(join(migrations, file)));
  const folder = join(root, ".state/migrated");
  const made = join(folder, hash.digest("hex").slice(0, 16));
  if (existsSync(made)) return made;
  const fresh = `${made}-${process.pid}`;
  await applyMigrations(migrations, join(fresh, "d1"), DATABASE);
  try {
    renameSync(fresh, made);
  } catch (error) {
    rmSync(fresh, { recursive: true });
    if (!existsSync(made)) throw error; // else another file's product was quicker
  }
  return made;
};

export const migrated = async (name: string): Promise<string> => {
  const stateDir = scratch(name);
  cpSync(await prepared(), stateDir, { recursive: true });
  return stateDir;
};
