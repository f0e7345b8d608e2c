// Exits 0 when node_modules holds what package-lock.json asks for, so that `npm ci`, which empties
// node_modules first, runs only when something changed.
import { readFileSync } from "node:fs";

const packages = (path) => JSON.parse(readFileSync(path, "utf8")).packages ?? {};

try {
  const wanted = packages("package-lock.json");
  const installed = packages("node_modules/.package-lock.json");
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.startsWith("node_modules/")) continue; // the root and the workspaces themselves
    const found = installed[path];
    if (!found && entry.optional) continue; // another platform's binary
    if (!found || found.version !== entry.version) process.exit(1);
  }
} catch {
  process.exit(1);
}
