/**
 * `make test`: every check and every suite, each with its runner's own closing lines, and a total at the end. A check
 * that fails counts as one failed; a suite that runs no test has failed too.
 *   tools/test.sh [name...]    only the steps whose names begin so
 *
 * Steps go in lanes beside each other: one builds the Worker and tries it, one tries what mostly waits, and one needs
 * the processor and gives way to the others. A step's output is shown whole once the step has ended. `JOBS` says how
 * much is
 * done at once, by default as much as there are cores: with 1 one step follows the other, shown as it goes.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root } from "./runtime.ts";
import { tally } from "./tally.ts";

const jobs = Number(process.env.JOBS || availableParallelism());
if (!Number.isInteger(jobs) || jobs < 1)
  throw new Error(`JOBS=${process.env.JOBS}: it is how many things are done at once, 1 or more`);

/** `counts`: the step runs tests, and must have run some. */
type Step = { name: string; command: string[]; counts: boolean };

const check = (name: string, ...command: string[]): Step => ({ name, command, counts: false });
const suite = (name: string, ...command: string[]): Step => ({ name, command, counts: true });

/** Files that take longest, which have to begin first: a suite ends with its last file. */
const LONG = ["outage", "looks", "lost", "digest", "escalation", "faults", "kill", "replan"];
const place = (file: string): number => {
  const at = LONG.findIndex((name) => file.endsWith(`/${name}.test.ts`));
  return at < 0 ? LONG.length : at;
};

/** One suite for each folder of `directory` that holds tests. */
const suitesIn = (directory: string): Step[] => {
  const folders = new Map<string, string[]>();
  for (const file of readdirSync(join(root, directory), { recursive: true, encoding: "utf8" }).sort()) {
    if (!file.endsWith(".test.ts") || file.includes("node_modules")) continue;
    const folder = file.includes("/") ? file.slice(0, file.indexOf("/")) : ".";
    folders.set(folder, [...(folders.get(folder) ?? []), join(directory, file)]);
  }
  return [...folders].map(([folder, files]) => {
    // Tests of the product wait for most of their time; pages are drawn by the processor.
    const atOnce = folder === "e2e" ? Math.ceil(1.5 * jobs) : jobs;
    const runner = ["node", "--import", "tsx", "--test", `--test-concurrency=${atOnce}`, "--test-reporter=spec"];
    return suite(join(directory, folder), ...runner, ...files.sort((a, b) => place(a) - place(b)));
  });
};

const build = check("build", "tools/build.sh");
const size = check("size", "node", "tools/size.mjs");
// Only in the long form: requests by the thousand, made from the description.
const tried = check("schemathesis", "tools/schemathesis.sh");
const suites = [...suitesIn("tools"), ...suitesIn("tests")];
const busy = suites.filter(({ name }) => ["tests/e2e", "tests/browser"].includes(name)).reverse();
const idle = suites.filter(({ name }) => ["tests/costs", "tools/test"].includes(name)).reverse();
const needWorker = [size, ...busy, ...idle, tried];
const computing = [
  check("format", "tools/check.sh", "format"),
  check("lint", "tools/check.sh", "lint"),
  // All of it is compiled once: to be able to do so again in parts would cost a third more.
  suite("native", "env", "CARGO_INCREMENTAL=0", "tools/check.sh", "native"),
  check("description", "tools/openapi.sh"),
  check("types of tools", "node_modules/.bin/tsc", "-p", "tools"),
  check("types of tests", "npm", "run", "check", "-w", "tests", "--silent"),
  check("types of ui", "npm", "run", "check", "-w", "ui", "--silent"),
  suite("ui", "npm", "test", "-w", "ui", "--silent"),
  ...suites.filter((suite) => !needWorker.includes(suite)),
];

const asked = process.argv.slice(2);
const wanted = (lane: Step[]): Step[] =>
  lane.filter(({ name }) => asked.length === 0 || asked.some((one) => name.startsWith(one)));
const last = process.env.SOAK ? [tried] : [];
const all = [...computing, build, size, ...idle, ...busy, ...last];
const lanes = (jobs > 1 ? [[build, size, ...busy, ...last], idle, computing] : [all])
  .map(wanted)
  .filter((lane) => lane.length > 0);
const besides = lanes.length > 1;

/** Runs a step and returns its output, which is shown as it comes where nothing else is. */
const run = ([program = "", ...args]: string[]) =>
  new Promise<{ code: number; output: string }>((done) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (!besides) process.stdout.write(text);
      });
    }
    child.on("error", (error) => done({ code: 1, output: `${output}\n${error.message}` }));
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });

const total = { passed: 0, failed: 0 };
const lines = new Map<string, string>();
const began = performance.now();
const since = (start: number): string => `${((performance.now() - start) / 1000).toFixed(0)} s`;
let tell: (fine: boolean) => void = () => {};
/** Whether there is a Worker to try, once it was built; where that was not asked for, there is one. */
const built = lanes.flat().includes(build) ? new Promise<boolean>((done) => (tell = done)) : Promise.resolve(true);

const take = async (step: Step): Promise<void> => {
  const fit = needWorker.includes(step) ? await built : true;
  // What only computes gives way to what has a time to keep.
  const command = besides && computing.includes(step) ? ["nice", "-n", "15", ...step.command] : step.command;
  const start = performance.now();
  console.log(besides ? `-- ${step.name} begins (after ${since(began)})` : `\n== ${step.name}`);
  const { code, output } = fit
    ? await run(command)
    : { code: 1, output: 'not run, as there is no Worker: see "build"' };
  if (step === build) tell(code === 0);
  const { passed, failed } = step.counts ? tally(output) : { passed: 0, failed: 0 };
  const fine = code === 0 && failed === 0 && (passed > 0 || !step.counts);
  total.passed += passed;
  total.failed += fine ? 0 : Math.max(failed, 1);
  const counts = step.counts
    ? `, ${passed} passed, ${failed} failed${passed + failed === 0 ? ": no test ran" : ""}`
    : "";
  const line = `${fine ? "ok  " : "FAIL"} ${step.name}${counts} (${since(start)})`;
  lines.set(step.name, line);
  if (besides) console.log(`\n== ${step.name}\n${output.trimEnd()}\n${line}\n`);
};

await Promise.all(
  lanes.map(async (lane) => {
    for (const step of lane) await take(step);
  }),
);

console.log(`\n${all.flatMap(({ name }) => lines.get(name) ?? []).join("\n")}\n`);
console.log(`all of it took ${since(began)}`);
console.log(`total: ${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
