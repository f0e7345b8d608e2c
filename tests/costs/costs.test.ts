/** The model of costs against the real Worker: the same few hundred messages, counted here and now. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root } from '../../tools/runtime.ts';
import { difference, Run, UNITS } from './run.ts';

type Of = 'thread' | 'message' | 'reply' | 'label';
type Operation = { of: Of; unit: string; each: number };

const MESSAGES = 200;
let run: Run;
before(async () => {
  run = await Run.start({ model: true });
});
after(() => run.stop());

describe('the model of costs', () => {
  it(`tells the operations of ${MESSAGES} messages, within a tenth`, async () => {
    await run.write('Eve', 1, 1);
    const [start, asked] = [await run.asleep(), run.labels()];
    const threads = MESSAGES / 5;
    // As on a slow day: nobody writes again before the alarms have rung.
    for (let n = 0; n < MESSAGES; n += threads) {
      await run.write('Cy', threads, threads);
      await run.asleep();
    }
    const looked = await run.answer('Cy', 20);
    const counted = difference(difference(await run.asleep(), start), looked);
    const mix: Record<Of, number> = { thread: threads, message: MESSAGES, reply: 20, label: run.labels() - asked };
    assert.equal(mix.label, MESSAGES);
    const { measured, alarms } = JSON.parse(readFileSync(join(root, 'shared/domain/src/costs/operations.json'), 'utf8')) as Record<string, Operation[]>;
    const operations = [...(measured ?? []), ...(alarms ?? [])];
    for (const unit of UNITS) {
      const told = operations.filter((one) => one.unit === unit).reduce((sum, one) => sum + (one.each * mix[one.of]) / 1000, 0);
      const found = counted[unit] ?? 0;
      assert.ok(Math.abs(told - found) <= Math.max(30, found / 10), `${unit}: ${found} counted, ${Math.round(told)} told of ${JSON.stringify(mix)}`);
    }
  });
});
