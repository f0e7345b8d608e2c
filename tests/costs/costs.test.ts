/** The model of costs against the real Worker: the same few hundred messages, counted here and now. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "../../tools/runtime.ts";
import { until } from "../harness/until.ts";
import { difference, Run, UNITS, type Counted } from "./run.ts";

type Of = "thread" | "message" | "reply" | "label" | "comment" | "held";
type Operation = { of: Of; unit: string; each: number };

/** `make soak` counts more. */
const MESSAGES = process.env.SOAK ? 2000 : 200;
/** Of each kind. */
const COMMENTS = 40;
const NOTHING: Record<Of, number> = { thread: 0, message: 0, reply: 0, label: 0, comment: 0, held: 0 };
let run: Run;
before(async () => {
  run = await Run.start({ model: true, threadsOfPost: COMMENTS });
});
after(() => run.stop());

/** That the model says of this mix what was counted. */
const assertTold = (counted: Counted, mix: Record<Of, number>): void => {
  const { measured, alarms } = JSON.parse(
    readFileSync(join(root, "shared/domain/src/costs/operations.json"), "utf8"),
  ) as Record<string, Operation[]>;
  const operations = [...(measured ?? []), ...(alarms ?? [])];
  for (const unit of UNITS) {
    const told = operations
      .filter((one) => one.unit === unit)
      .reduce((sum, one) => sum + (one.each * mix[one.of]) / 1000, 0);
    const found = counted[unit] ?? 0;
    if (unit === "requests") {
      // What comes together shares a call of its consumer, and how much does is the machine's pace: at least, each
      // message has a webhook of its own; at most, one for the intake and one for the label, and a reply for its
      // receipts as well.
      const [shared, alone] = [mix.message + mix.held + mix.reply, 3 * (mix.message + mix.held) + 8 * mix.reply];
      const [least, most] = [Math.min(told, shared), alone + 30];
      assert.ok(
        told <= most && found >= least && found <= most,
        `${unit}: ${found} counted, ${Math.round(told)} told, ${shared} if all is shared, ${alone} if nothing is`,
      );
      continue;
    }
    assert.ok(
      Math.abs(told - found) <= Math.max(30, found / 10),
      `${unit}: ${found} counted, ${Math.round(told)} told of ${JSON.stringify(mix)}`,
    );
  }
};

describe("the model of costs", () => {
  it(`tells the operations of ${MESSAGES} messages, within a tenth`, async () => {
    await run.write("Eve", 1, 1);
    const [start, asked] = [await run.asleep(), run.labels()];
    const threads = MESSAGES / 5;
    // As on a slow day: nobody writes again before the alarms have rung.
    for (let n = 0; n < MESSAGES; n += threads) {
      await run.write("Cy", threads, threads);
      await run.asleep();
    }
    const looked = await run.answer("Cy", 20);
    const counted = difference(difference(await run.asleep(), start), looked);
    const mix = { ...NOTHING, thread: threads, message: MESSAGES, reply: 20, label: run.labels() - asked };
    assert.equal(mix.label, MESSAGES);
    assertTold(counted, mix);
  });

  it(`tells the operations of ${2 * COMMENTS} comments, of which half are held, within a tenth`, async () => {
    const { wall } = run.product.standins.facebook;
    const post = wall.post("Autumn sale");
    await run.comment("Flo", post, COMMENTS);
    // From the first that is held on, lists show the post.
    await run.comment("Eve", post, 1);
    const [start, asked] = [await run.asleep(), run.labels()];
    for (const people of ["Gus", "Flo"]) {
      await run.comment(people, post, COMMENTS);
      await run.asleep();
    }
    const counted = difference(await run.asleep(), start);
    const [{ counts } = { counts: undefined }] = await run.product.owner.posts();
    assert.deepEqual({ threads: counts?.threads, held: counts?.held }, { threads: 2 * COMMENTS, held: COMMENTS + 1 });
    assertTold(counted, {
      ...NOTHING,
      message: COMMENTS,
      comment: COMMENTS,
      held: COMMENTS,
      label: run.labels() - asked,
    });
  });

  it("says what new rules take of each thread that waits: two walks, of which one finds it as it is to be", async (test) => {
    const { product } = run;
    const { owner } = product;
    await run.write("Dee", 60, 60);
    const start = await run.settled();
    const [{ waiting } = { waiting: 0 }] = await product.rows<{ waiting: number }>(
      "SELECT count(*) AS waiting FROM threads WHERE status = 'open' AND rank < 1 << 50",
    );
    const { version, text } = await owner.get<{ version: number; text: string }>("/rules");
    await owner.put("/rules", { text: text.replace('normal = "4h"', 'normal = "2h"'), expectedVersion: version });
    await until(
      "both walks are over",
      async () =>
        (
          await product.rows<{ planned_at: number | null }>(
            "SELECT planned_at FROM rules WHERE version = ?",
            version + 1,
          )
        )[0]?.planned_at,
      60,
    );
    const counted = difference(await run.settled(), start);
    const each = (unit: string) => Math.round(((counted[unit] ?? 0) / waiting) * 10) / 10;
    const told = JSON.stringify({ waiting, ...Object.fromEntries(UNITS.map((unit) => [unit, each(unit)])) });
    test.diagnostic(told);
    assert.ok(waiting >= 60, told);
    // What the save itself takes, and what alarms do meanwhile, is in these as well; and that each thread moves in its
    // list, where its facets are written anew.
    for (const [unit, most] of [
      ["objectRequests", 4],
      ["objectRowsWritten", 4],
      ["d1RowsWritten", 7],
      ["d1RowsRead", 40],
      ["queueOps", 1],
      ["r2Writes", 0],
    ] as const) {
      assert.ok(each(unit) <= most, `${unit}: ${told}`);
    }
  });
});
