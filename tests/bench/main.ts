/**
 * `make bench`: the promises of speed, measured on this machine and printed beside their goals.
 *   ONLY=G6,G7   these goals only          FORCE=1   on a busy machine too (its figures mean little)
 *   FULL=1       the long runs whole       PAIRS=5   SECONDS=3
 * Ratios are medians over alternating pairs in one run: they carry over to other machines, single figures do not.
 */
import { cpus, loadavg } from "node:os";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/runtime.ts";
import { core } from "./core.ts";
import { ingest, ping, start, steady } from "./edge.ts";
import { inbox } from "./inbox.ts";
import { consumer, delay, load } from "./pipeline.ts";
import { table, type Bench, type Figure } from "./report.ts";
import { size } from "./size.ts";

const benches: Bench[] = [ingest, ping, core, size, start, inbox, consumer, delay, steady, load];

const { ONLY = "", FULL, FORCE, PAIRS = "5", SECONDS = "3" } = process.env;
const only = ONLY.split(",")
  .map((name) => name.trim().toUpperCase())
  .filter((name) => name !== "");
const wanted = benches.filter(({ goals }) => only.length === 0 || goals.some((goal) => only.includes(goal)));
if (wanted.length === 0) {
  console.error(`!! ONLY names none of: ${benches.flatMap(({ goals }) => goals).join(", ")}`);
  process.exit(1);
}

const before = loadavg()[0] ?? 0;
const quiet = 1.5;
if (before > quiet && !FORCE) {
  console.error(
    `!! the load average is ${before.toFixed(1)}, above ${quiet}: what is measured now says more of the neighbours. Wait, or FORCE=1`,
  );
  process.exit(1);
}

const options = {
  full: Boolean(FULL),
  pairs: Number(PAIRS),
  seconds: Number(SECONDS),
  say: (line: string) => console.error(`   ${line}`),
};
const figures: Figure[] = [];
const failed: string[] = [];
for (const { goals, name, run } of wanted) {
  console.error(`-- ${goals.join(", ")}: ${name}`);
  const began = performance.now();
  try {
    const found = await run(options);
    figures.push(...found);
    for (const { what, measured } of found) console.error(`   ${measured}  ${what}`);
  } catch (error) {
    failed.push(...goals);
    console.error(`!! ${goals.join(", ")} could not be measured:`, error);
  }
  console.error(`   (${((performance.now() - began) / 1000).toFixed(0)} s)`);
}

const order = (goal: string) => Number(goal.slice(1));
figures.sort((a, b) => order(a.goal) - order(b.goal));
console.log(`\n${table(figures)}\n`);
const busy = before > quiet ? `, on a busy machine (load average ${before.toFixed(1)}): no figure to rely on` : "";
const judged = figures.filter(({ met }) => met !== undefined);
console.log(`${judged.filter(({ met }) => met).length} of ${judged.length} goals met${busy}`);

const report = {
  at: new Date().toISOString(),
  machine: { cpus: cpus().length, model: cpus()[0]?.model.trim(), node: process.version, loadBefore: before },
  options: { full: options.full, pairs: options.pairs, seconds: options.seconds },
  figures,
};
const text = `${JSON.stringify(report, null, 2)}\n`;
const folder = join(root, "tests/bench");
mkdirSync(join(folder, "results"), { recursive: true });
writeFileSync(join(folder, "results", `${report.at.replace(/[:.]/g, "-")}.json`), text);
if (only.length === 0 && before <= quiet && failed.length === 0) {
  writeFileSync(join(folder, "latest.json"), text);
  console.error(`-- kept in tests/bench/latest.json`);
}
process.exit(failed.length > 0 ? 1 : 0);
