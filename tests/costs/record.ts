/**
 * Records what the operations of the model of costs are measured at.
 *
 *   node --import tsx tests/costs/record.ts measure            each kind of work by itself, in small runs: writes
 * operations.json
 *   node --import tsx tests/costs/record.ts measure comments   of these, comments alone
 *   node --import tsx tests/costs/record.ts record             10,000 messages of 2,000 customers: writes recorded.json
 *
 * Neither is made of the other: that the model tells what the long run took is a test of it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../tools/runtime.ts";
import { difference, Run, UNITS, type Counted } from "./run.ts";

const say = (line: string) => void process.stderr.write(`${line}\n`);
const model = join(root, "shared/domain/src/costs/operations.json");
const N = 60;
/** Messages of a thread. What a message takes grows a little with those before it that wait. */
const ROUNDS = 5;
/** Cron lines in an hour: every five minutes, and on the hour. */
const LINES = 13;
/**
 * The hour that a message came in is counted every five minutes until two hours after it has ended, and once a day
 * later.
 */
const COUNTINGS = 31;
/** A hurried chain: everything is due in half a minute, and each step has a few seconds. */
const hurried = (text: string): string =>
  text
    .replace(
      /^urgent = "15m"\nhigh = "1h"\nnormal = "4h"\nlow = "1d"\nwarn_before = "5m"/m,
      'urgent = "30s"\nhigh = "30s"\nnormal = "30s"\nlow = "30s"\nwarn_before = "5s"',
    )
    .replace(/^every = .*$/m, 'every = "5s"');

type Of = "message" | "thread" | "label" | "reply" | "comment" | "held" | "hour" | "step";
type Operation = { of: Of; unit: string; each: number };
type Groups = Record<"measured" | "alarms" | "clock" | "escalation" | "assumed", Operation[]>;
const read = () => JSON.parse(readFileSync(model, "utf8")) as Groups;

const sum = (all: Counted[]): Counted =>
  Object.fromEntries(UNITS.map((unit) => [unit, all.reduce((total, one) => total + (one[unit] ?? 0), 0)]));
const times = (counts: Counted, by: number): Counted =>
  Object.fromEntries(UNITS.map((unit) => [unit, (counts[unit] ?? 0) * by]));
const operations = (of: Of, counts: Counted): Operation[] =>
  UNITS.map((unit) => ({ of, unit, each: Math.max(0, Math.round(1000 * (counts[unit] ?? 0))) })).filter(
    (one) => one.each > 0,
  );

/**
 * Each customer writes once, and then nothing happens until the objects sleep: what that took, and what their alarms
 * took.
 */
type Round = { work: Counted; alarms: Counted; after: Counted };
const round = async (run: Run, write: () => Promise<void>, before: Counted): Promise<Round> => {
  await write();
  const done = await run.settled();
  const after = await run.asleep();
  return { work: times(difference(done, before), 1 / N), alarms: times(difference(after, done), 1 / N), after };
};

const rounds = async (run: Run, count: number, write: () => Promise<void> = () => run.write("Bo", N, N)) => {
  const all = [];
  let after = await run.asleep();
  for (let n = 0; n < count; n += 1) {
    const one = await round(run, write, after);
    say(`round ${n + 1}: ${JSON.stringify(one)}`);
    all.push(one);
    after = one.after;
  }
  const [opening, ...following] = all;
  if (!opening) throw new Error("no round");
  const each = (part: "work" | "alarms") => times(sum(following.map((one) => one[part])), 1 / following.length);
  const message = { work: each("work"), alarms: each("alarms") };
  const thread = { work: difference(opening.work, message.work), alarms: difference(opening.alarms, message.alarms) };
  return { message, thread, after };
};

/** With the built-in labeler: messages, threads, replies, and what is done by the clock. */
const measureMessages = async () => {
  const run = await Run.start({ model: false });
  await run.write("Eve", 1, 1);
  await run.asleep();
  await run.clock(); // the first counts from the beginning, and says how far it came
  const few = await run.clock();
  const { message, thread, after } = await rounds(run, ROUNDS);
  const looked = await run.answer("Bo", N);
  const replied = await run.settled();
  const rested = await run.asleep();
  await run.write("Eve", 1, 1);
  await run.asleep();
  // One message is news; the others are counted again.
  const many = await run.clock();
  await run.stop();
  say(`clock: ${JSON.stringify({ few, many })}`);
  const reply = {
    work: times(difference(difference(replied, after), looked), 1 / N),
    alarms: times(difference(rested, replied), 1 / N),
  };
  const again = difference(many, few).d1RowsRead ?? 0;
  const counted = { d1RowsRead: (again / (ROUNDS * N + N)) * COUNTINGS };
  const hour = times({ ...many, d1RowsRead: few.d1RowsRead ?? 0 }, LINES);
  return { message, thread, reply, counted, hour };
};

/**
 * What a comment takes more than a message, under a post that lists show because something is held there; and what one
 * takes that is held.
 */
const measureComments = async (message: Pick<Round, "work" | "alarms">) => {
  const run = await Run.start({ model: false, threadsOfPost: N });
  const { wall } = run.product.standins.facebook;
  const post = wall.post("Autumn sale");
  const write = (people: string) => () => run.comment(people, post, N);
  await run.comment("Eve", wall.post("Spring sale"), 1);
  await write("Bo")();
  await run.asleep();
  await run.clock();
  const few = await run.clock();
  const held = await round(run, write("Cy"), await run.asleep());
  const many = await run.clock();
  say(`held: ${JSON.stringify({ held, few, many })}`);
  const later = await rounds(run, 3, write("Bo"));
  const { counts } = (await run.product.owner.posts())[0] ?? {};
  await run.stop();
  const wanted = { threads: 4 * N, held: N };
  if (counts?.threads !== wanted.threads || counts.held !== wanted.held)
    throw new Error(`${JSON.stringify(counts)} instead of ${JSON.stringify(wanted)}`);
  const comment = {
    work: difference(later.message.work, message.work),
    alarms: difference(later.message.alarms, message.alarms),
  };
  const again = ((many.d1RowsRead ?? 0) - (few.d1RowsRead ?? 0)) / N;
  return { comment, held, counted: { d1RowsRead: again * COUNTINGS } };
};

/** What a label takes more when a model gives it. */
const measureLabels = async (built: Counted): Promise<Counted> => {
  const run = await Run.start({ model: true });
  await run.write("Eve", 1, 1);
  const { message } = await rounds(run, 2);
  await run.stop();
  const [made, wanted] = [run.labels(), 1 + 2 * N];
  if (made !== wanted) throw new Error(`${made} labels of ${wanted} messages`);
  return difference(message.work, built);
};

/** Threads that nobody answers: what a step of their chain takes. */
const measureSteps = async (): Promise<Counted> => {
  const run = await Run.start({ model: false, rules: hurried });
  await run.write("Bo", N, N);
  const before = await run.settled();
  const steps = () => run.product.count("audit", `entry ->> '$.action' IN ('warned', 'escalated')`);
  const early = await steps();
  await run.asleep();
  await run.asleep();
  const after = await run.asleep();
  const taken = (await steps()) - early;
  await run.stop();
  say(`steps: ${early} before, ${taken} counted`);
  return times(difference(after, before), 1 / taken);
};

/** Writes the model anew: of these kinds all that is measured, of others what it has. */
const write = (kinds: readonly Of[], anew: Partial<Groups>) => {
  const line = (one: Operation) => `    { "of": "${one.of}", "unit": "${one.unit}", "each": ${one.each} }`;
  const text = Object.entries(read()).map(([name, before]) => {
    const kept = before.filter(({ of }) => name === "assumed" || !kinds.includes(of));
    return `  "${name}": [\n${[...kept, ...(anew[name as keyof Groups] ?? [])].map(line).join(",\n")}\n  ]`;
  });
  writeFileSync(model, `{\n${text.join(",\n")}\n}\n`);
};

const ofAll = (part: "work" | "alarms", kinds: Partial<Record<Of, Pick<Round, "work" | "alarms">>>) =>
  Object.entries(kinds).flatMap(([kind, counts]) => operations(kind as Of, counts[part]));

const measure = async () => {
  const { message, thread, reply, counted, hour } = await measureMessages();
  const label = await measureLabels(message.work);
  const step = await measureSteps();
  const kinds = { message, thread, reply };
  write(["message", "thread", "reply", "label", "hour", "step"], {
    measured: [...ofAll("work", kinds), ...operations("label", label)],
    alarms: ofAll("alarms", kinds),
    clock: [...operations("hour", hour), ...operations("message", counted)],
    escalation: operations("step", step),
  });
};

/** Against the messages that the model has. */
const measureAllOfComments = async () => {
  const { measured, alarms } = read();
  const told = (group: Operation[]) =>
    Object.fromEntries(group.filter(({ of }) => of === "message").map(({ unit, each }) => [unit, each / 1000]));
  const { comment, held, counted } = await measureComments({ work: told(measured), alarms: told(alarms) });
  const kinds = { comment, held };
  write(["comment", "held"], {
    measured: ofAll("work", kinds),
    alarms: ofAll("alarms", kinds),
    clock: operations("held", counted),
  });
};

const record = async () => {
  const run = await Run.start({ model: true });
  await run.write("Eve", 1, 1);
  const [start, asked] = [await run.asleep(), run.labels()];
  await run.write("Cy", 2000, 10_000, say);
  await run.asleep();
  const looked = await run.answer("Cy", 500);
  const all = difference(difference(await run.asleep(), start), looked);
  const mix = { threads: 2000, messages: 10_000, replies: 500, labels: run.labels() - asked };
  await run.stop();
  const recorded = { recorded: new Date().toISOString().slice(0, 10), mix, counted: all };
  writeFileSync(join(root, "tests/costs/recorded.json"), `${JSON.stringify(recorded, null, 2)}\n`);
  say(JSON.stringify(recorded));
};

const [, , what, of] = process.argv;
if (what === "record") await record();
else {
  if (of !== "comments") await measure();
  await measureAllOfComments();
}
