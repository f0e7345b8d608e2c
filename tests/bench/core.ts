/** The pure core, native: proving, reading and fingerprinting a webhook, against the SHA-256 of the same bytes. */
import { spawnSync } from "node:child_process";
import { root } from "../../tools/runtime.ts";
import { median } from "./measure.ts";
import { instagramWebhook } from "./raw.ts";
import { at, type Bench } from "./report.ts";

type Turn = { sha256: number; verify: number; parse: number; fingerprint: number };

export const core: Bench = {
  goals: ["G3"],
  name: "verify, parse, normalise and fingerprint, native",
  run: async ({ say }) => {
    say("compiling it for speed, in a folder of its own; some minutes the first time");
    const webhook = instagramWebhook("/");
    const body = webhook.subarray(webhook.indexOf("\r\n\r\n") + 4);
    // The release profile of the workspace is for small wasm; speed is what is asked here.
    const profile = ["opt-level=3", 'lto="thin"', "codegen-units=1"].flatMap((line) => [
      "--config",
      `profile.release.${line}`,
    ]);
    const target = process.env.BENCH_TARGET_DIR ?? "target/bench";
    const command = [
      "run",
      "--quiet",
      "--release",
      ...profile,
      "--target-dir",
      target,
      "-p",
      "tributary-connectors",
      "--example",
      "core",
    ];
    const { status, stdout, stderr } = spawnSync("cargo", command, { cwd: root, input: body, encoding: "utf8" });
    if (status !== 0) throw new Error(stderr);
    const turns = JSON.parse(stdout) as Turn[];
    const of = (name: keyof Turn) => median(turns.map((turn) => turn[name]));
    const whole = median(turns.map((turn) => (turn.verify + turn.parse + turn.fingerprint) / turn.sha256));
    const parts = (["sha256", "verify", "parse", "fingerprint"] as const)
      .map((name) => `${name} ${of(name).toFixed(0)}`)
      .join(", ");
    return [at.most("G3", `the raw SHA-256 of the same ${body.length} bytes (ns: ${parts})`, whole, 4)];
  },
};
