/** The model of costs against the real Worker: the same few hundred messages, counted here and now. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { root } from '../../tools/runtime.ts';
import { difference, Run, UNITS } from './run.ts';

type Operation = { of: 'thread' | 'message' | 'reply' | 'label'; unit: string; each: number };

const MESSAGES = 200;
let run: Run;
before(async () => {
  run = await Run.start(true);
});
after(() => run.stop());

describe('the model of costs', () => {
  it(`tells the operations of ${MESSAGES} messages, within a tenth; objects may yet wake`, async () => {
    await run.write('Eve', 1, 1);
    const [start, asked] = [await run.settled(), run.labels()];
    await run.write('Cy', MESSAGES / 5, MESSAGES);
    await run.settled();
    const looked = await run.answer('Cy', 20);
    const counted = difference(difference(await run.settled(), start), looked);
    const mix = { thread: MESSAGES / 5, message: MESSAGES, reply: 20, label: run.labels() - asked };
    assert.ok(mix.label > MESSAGES / 10, `${mix.label} labels`);
    const { measured } = JSON.parse(readFileSync(join(root, 'shared/domain/src/costs/operations.json'), 'utf8')) as { measured: Operation[] };
    for (const unit of UNITS) {
      const told = measured.filter((one) => one.unit === unit).reduce((sum, one) => sum + (one.each * mix[one.of]) / 1000, 0);
      const found = counted[unit] ?? 0;
      // What objects do by their alarms, in the minutes after, is not waited for.
      assert.ok(Math.abs(told - found) <= Math.max(60, found / (unit.startsWith('object') ? 5 : 10)), `${unit}: ${found} counted, ${Math.round(told)} told of ${JSON.stringify(mix)}`);
    }
  });
});
