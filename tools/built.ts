/** Which build workers/build holds: tools/build.sh writes the profile and a sum of the sources into `.built` there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Throws unless the Worker in this folder was built for release: the quick build of `make dev` is for this machine
 * alone.
 */
export const requireRelease = (folder: string): void => {
  const file = join(folder, ".built");
  const [profile] = existsSync(file) ? readFileSync(file, "utf8").split(" ") : [];
  if (profile === "release") return;
  const holds = profile ? `a build in the profile "${profile}"` : "no finished build";
  throw new Error(`${folder} holds ${holds}, and only a release build may leave this machine: run make build`);
};
