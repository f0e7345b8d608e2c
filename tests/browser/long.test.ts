/**
 * However long a message is, the page never stands still: it is shown in part, opened on demand, and no task of the
 * page takes longer than people notice. Measured is the processor's time of each task and not the clock's: the machine
 * that runs this test may be busy with other things, and a page that waits for its turn does nothing wrong.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { ProductFixture, openThread, owner, row, type Visit } from "./product-fixture.ts";

/** A page that answers within it feels alive. */
const BOUND_MS = 200;

const link = (n: number) => `https://shop.example.com/orders/${n}?from=mail&item=${n * 7}`;
const LONG: { name: string; what: string; text: string }[] = [
  {
    name: "Wordy Wim",
    what: "a megabyte of words",
    text: `Hello, ${"there are so many words in this one. ".repeat(27_000)}`.slice(0, 999_000).trim(),
  },
  {
    name: "Linky Lou",
    what: "5,000 links",
    text: Array.from({ length: 5000 }, (_, n) => `See ${link(n)} please`).join("\n"),
  },
  { name: "Liney Liv", what: "100,000 newlines", text: `Top\n${"\n".repeat(100_000)}Bottom` },
  { name: "Solid Sol", what: "a megabyte without a gap", text: "x".repeat(999_000) },
];

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
  for (const { name, text } of LONG) house.standins.telegram.customer(name, { language: "en" }).text(text);
  for (const { name } of LONG) await row(robin.page, name).waitFor();
});
after(() => house.close());

type TraceEvent = { name: string; ph: string; pid: number; tid: number; tdur?: number; args?: { name?: string } };

/** How long the longest task of any page took the processor, in milliseconds, while this was done. */
const longestTask = async (page: Page, done: () => Promise<void>): Promise<number> => {
  let trace = "";
  await house.browser.startTracing(page, { categories: ["-*", "toplevel", "disabled-by-default-devtools.timeline"] });
  try {
    await done();
    // What the last press set going is part of it.
    await page.waitForTimeout(500);
  } finally {
    trace = String(await house.browser.stopTracing());
  }
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const pages = new Set(
    traceEvents
      .filter((one) => one.name === "thread_name" && one.args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    (one) =>
      /RunTask$/.test(one.name) && one.ph === "X" && one.tdur !== undefined && pages.has(`${one.pid} ${one.tid}`),
  );
  assert.ok(tasks.length > 0, "tasks were seen");
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
};

test("the measure sees a task that is too long", async () => {
  const busy = "setTimeout(() => { for (const end = performance.now() + 1500; performance.now() < end; ); })";
  assert.ok(
    (await longestTask(
      robin.page,
      async () => void (await robin.page.evaluate(busy), await robin.page.waitForTimeout(1800)),
    )) > BOUND_MS,
  );
});

for (const { name, what, text } of LONG) {
  test(`${what}: shown in part, opened to the last of it, and the page never stands still`, async () => {
    const { page } = robin;
    const words = page.locator(".message .words");
    const more = page.locator(".message .more");
    const shown = async (): Promise<string> => String(await words.first().evaluate((element) => element.textContent));
    await page.goto(`${house.worker.url}/q/all`);
    await row(page, name).waitFor();
    const opening = await longestTask(page, () => openThread(page, name).then(() => more.waitFor()));
    const part = await shown();
    assert.ok(part.length < 2500 && part.endsWith("…"), `${part.length} characters are shown at first`);
    const reading = await longestTask(page, async () => {
      for (let presses = 0; (await more.count()) > 0; presses += 1) {
        assert.ok(presses < 15, "nobody presses so often");
        await more.click();
        await page.waitForTimeout(50);
      }
    });
    assert.equal((await shown()).length, text.length, "all of it is there");
    console.log(`# ${what}: ${opening.toFixed()} ms to open, ${reading.toFixed()} ms to read on, at most at once`);
    assert.ok(opening < BOUND_MS, `a task took ${opening.toFixed()} ms as it was opened`);
    assert.ok(reading < BOUND_MS, `a task took ${reading.toFixed()} ms as it was read on`);
  });
}

test("nothing was complained of", () => {
  assert.deepEqual(robin.complaints.list, []);
});
