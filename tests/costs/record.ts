/**
 * Records what the operations of the model of costs are measured at.
 *
 *   node --import tsx tests/costs/record.ts measure   each kind of work by itself: writes `measured` of operations.json
 *   node --import tsx tests/costs/record.ts record    10,000 messages of 2,000 customers: writes recorded.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/runtime.ts';
import { difference, Run, UNITS, type Counted } from './run.ts';

const say = (line: string) => void process.stderr.write(`${line}\n`);
const model = join(root, 'shared/domain/src/costs/operations.json');
const N = 100;
/** Messages that follow the first of a thread: what a message takes grows a little with those before it. */
const FOLLOWING = 4;

const measure = async () => {
  const unlabelled = await Run.start(false);
  await unlabelled.write('Ana', N, N);
  const warm = await unlabelled.settled();
  await unlabelled.write('Ana', N, N * FOLLOWING);
  const message = difference(await unlabelled.settled(), warm);
  await unlabelled.stop();

  const labelled = await Run.start(true);
  await labelled.write('Eve', 1, 1);
  const [start, asked] = [await labelled.settled(), labelled.labels()];
  await labelled.write('Bo', N, N);
  const opened = await labelled.settled();
  const firstLabels = labelled.labels() - asked;
  await labelled.write('Bo', N, N * FOLLOWING);
  const followed = await labelled.settled();
  const labels = labelled.labels() - asked - firstLabels;
  const looked = await labelled.answer('Bo', N);
  const replied = await labelled.settled();
  await labelled.stop();
  say(`labels: ${firstLabels} and ${labels}`);

  const minus = (a: Counted, b: Counted) => difference(a, b);
  const following = difference(followed, opened);
  const label = minus(following, message);
  const one = Object.fromEntries(UNITS.map((unit) => [unit, (following[unit] ?? 0) / FOLLOWING]));
  const thread = minus(difference(opened, start), one);
  const reply = minus(difference(replied, followed), looked);
  const each = { message: [message, N * FOLLOWING], thread: [thread, N], label: [label, labels], reply: [reply, N] } as const;
  const measured = Object.entries(each).flatMap(([of, [counts, over]]) =>
    UNITS.map((unit) => ({ of, unit, each: Math.max(0, Math.round((1000 * (counts[unit] ?? 0)) / over)) })).filter((one) => one.each > 0),
  );
  const { fitted, assumed } = JSON.parse(readFileSync(model, 'utf8')) as { fitted: unknown[]; assumed: unknown[] };
  const lines = (list: unknown[]) => list.map((one) => `    ${JSON.stringify(one).replaceAll(/([{,:])(?=")/g, '$1 ').replaceAll(/:(\d)/g, ': $1').replace('}', ' }')}`).join(',\n');
  writeFileSync(model, `{\n  "measured": [\n${lines(measured)}\n  ],\n  "fitted": [\n${lines(fitted)}\n  ],\n  "assumed": [\n${lines(assumed)}\n  ]\n}\n`);
};

const record = async () => {
  const run = await Run.start(true);
  await run.write('Eve', 1, 1);
  const [start, asked] = [await run.settled(), run.labels()];
  await run.write('Cy', 2000, 10_000, say);
  await run.settled();
  const looked = await run.answer('Cy', 500);
  const all = difference(difference(await run.settled(), start), looked);
  const mix = { threads: 2000, messages: 10_000, replies: 500, labels: run.labels() - asked };
  await run.stop();
  const recorded = { recorded: new Date().toISOString().slice(0, 10), mix, counted: all };
  writeFileSync(join(root, 'tests/costs/recorded.json'), `${JSON.stringify(recorded, null, 2)}\n`);
  say(JSON.stringify(recorded));
};

await (process.argv[2] === 'measure' ? measure() : record());
