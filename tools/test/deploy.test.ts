/** `DRY_RUN=1 make deploy`: a bundle that is valid, without an account. The bundle is the one that the tests run. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { it } from "node:test";
import { root } from "../runtime.ts";

it("is valid, and tells what it would make, ask for and set", { timeout: 900_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "tools/deploy.ts"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      DRY_RUN: "1",
      ORIGIN: "",
      ENV_FILE: "",
      CLOUDFLARE_API_TOKEN: "",
      CLOUDFLARE_ACCOUNT_ID: "",
    },
  });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /migrations: \d+ in order/);
  assert.match(stdout, /workerd: starts, migrates, answers \/healthz with 503/, "without its secrets it is closed");
  for (const name of [
    "database  tributary",
    "bucket    tributary-blobs",
    "queue     tributary-dead",
    "object    ThreadObject",
    "SEALING_KEY   required",
    "AWS_SESSION_TOKEN",
    "TEAM_CHANNEL_URL",
    "PUBLIC_URL",
  ]) {
    assert.ok(stdout.includes(`  ${name}`), name);
  }
  assert.match(stdout, /dry run: valid, nothing was created\n$/);
});
