/** The built Worker with a module of the tests in front of it: what ships is left as it is. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../../tools/runtime.ts";

/** A copy of this build with this module, made once: several files of the tests may want it at the same time. */
const copied = (module: string): string => {
  const build = join(root, "workers/build");
  const hash = createHash("sha256").update(readFileSync(join(root, module)));
  for (const name of readdirSync(build, { recursive: true, encoding: "utf8" }).sort()) {
    const { mtimeMs, size } = statSync(join(build, name));
    hash.update(`${name} ${mtimeMs} ${size}\n`);
  }
  const folder = join(".state/wrapped", `${basename(module, ".js")}-${hash.digest("hex").slice(0, 16)}`);
  const whole = join(root, folder);
  if (existsSync(whole)) return folder;
  const fresh = `${whole}-${process.pid}`;
  cpSync(build, fresh, { recursive: true });
  cpSync(join(root, module), join(fresh, basename(module)));
  try {
    renameSync(fresh, whole);
  } catch (error) {
    rmSync(fresh, { recursive: true });
    if (!existsSync(whole)) throw error; // else another file was quicker
  }
  return folder;
};

/** Changes wrangler.toml so that this module, which imports `./entry.js`, is what the runtime calls. */
export const withEntryModule = (module: string) => {
  const folder = copied(module);
  return (text: string): string =>
    text.replace('main = "workers/build/entry.js"', `main = "${folder}/${basename(module)}"`);
};
