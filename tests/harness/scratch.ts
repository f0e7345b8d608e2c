/**
 * A fresh folder for state that lives no longer than a test. It is in memory where there is room: thousands of small
 * databases wait for a disk's flushes, which tell of the machine and not of the product. `TMPDIR` overrules it.
 */
import { accessSync, constants, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const ROOM = 2 ** 31;

const place = (): string => {
  if (process.env.TMPDIR) return tmpdir();
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir(); // no such place here
  }
};

export const scratch = (name: string): string => mkdtempSync(join(place(), `tributary-${name}-`));
