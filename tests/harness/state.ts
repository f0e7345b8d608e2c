/** Everything that an installation keeps on disk, for tests that look for what must not be in it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is in a file. Folders have nothing, nor have files that the running database removes meanwhile. */
const contentOf = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch (error) {
    if (["EISDIR", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
};

/** The files in `stateDir`, by their path in it. */
export const stateFiles = (stateDir: string): { name: string; content: Buffer }[] =>
  readdirSync(stateDir, { recursive: true, encoding: "utf8" }).flatMap((name) => {
    const content = contentOf(join(stateDir, name));
    return content ? [{ name, content }] : [];
  });
