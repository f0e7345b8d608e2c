/** The end of a shift: a quiet line leads to what still waits, and one key hands it over. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { ProductFixture, mia, openThread, row, until } from "./product-fixture.ts";
import { look, lookAs, looks } from "./page.ts";

let house: ProductFixture;

/** Gives Mia shifts that end in a quarter of an hour, by the rules as an administrator saves them. */
const endSoon = async (page: Page): Promise<void> => {
  const wall = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
  const { version, text } = await page.evaluate(
    async () => (await (await fetch("/api/v1/rules")).json()) as { version: number; text: string },
  );
  const name = '[teammates."mia@tributary.example"]';
  const shift = `time_zone = "UTC"\nshifts = [{ days = ["mon-sun"], from = "${wall(-120)}", to = "${wall(15)}" }]`;
  assert.ok(text.includes(name), "the demo team has rules for her");
  const body = JSON.stringify({ text: text.replace(name, `${name}\n${shift}`), expectedVersion: version });
  const saved = await page.evaluate(async (body) => {
    const answer = await fetch("/api/v1/rules", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body,
    });
    return `${answer.status} ${answer.ok ? "" : await answer.text()}`;
  }, body);
  assert.match(saved, /^200/, saved);
};

const waiting = (page: Page) =>
  page.evaluate(async () => {
    const { items } = (await (await fetch("/api/v1/handover")).json()) as {
      items: { thread: { id: string }; taker: { name: string } | null }[];
    };
    return items.filter((one) => one.taker !== null).length;
  });

const lookAround = async (page: Page, name: string): Promise<void> => {
  for (const one of looks) {
    await lookAs(page, one);
    assert.deepEqual(await look(page, `${name}-${one.name}`), []);
  }
};

before(async () => void (house = await ProductFixture.open()));
after(() => house?.close());

test("what still waits at the end of a shift is handed over by keyboard, one by one and all at once", async () => {
  const { page, complaints, close } = await house.signedIn(mia, "mine");
  const chief = await house.visit(house.firstLink ?? "");
  await chief.page.waitForURL("**/q/mine");
  assert.equal(await page.getByText("Your shift ends at").count(), 0, "nothing is said before its time");
  await endSoon(chief.page);
  for (const name of ["Nadia Petrova", "Owen Hughes", "Priya Nair", "Sam Whitlock", "Tess Romero"])
    house.standins.telegram.customer(name).text("Where is my parcel? It should be here.");
  await until("threads wait for Mia", async () => (await waiting(page)) >= 2);
  await page.reload();
  const note = page.getByRole("link", { name: /Your shift ends at \d\d:\d\d/ });
  await note.waitFor();
  await lookAround(page, "handover-note");
  await note.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/handover");
  const list = page.getByRole("list", { name: "Threads that wait" }).locator(":scope > li");
  await list.first().waitFor();
  await lookAround(page, "handover");
  const before = await list.count();
  const names = await list.locator("bdi.name").allTextContents();
  // Whoever hands over, and whoever takes, reads what each is about.
  const summaries = await page.evaluate(async () => {
    const { items } = (await (await fetch("/api/v1/handover")).json()) as {
      items: { thread: { summary: string | null } }[];
    };
    return items.map((one) => one.thread.summary);
  });
  assert.ok(
    summaries.length >= 2 && summaries.every((one) => one?.startsWith("Where is my parcel?")),
    summaries.join(),
  );
  assert.deepEqual(await list.locator(".summary").allTextContents(), summaries);
  await page.keyboard.press("k");
  await page.keyboard.press("h");
  await page.getByText(/One thread handed over to/).waitFor();
  await until("one is gone", async () => (await list.count()) === before - 1);
  await page.keyboard.press("Shift+H");
  await page
    .getByText(/threads? handed over to|One thread handed over/)
    .last()
    .waitFor();
  await until("none can be handed over any more", async () => (await waiting(page)) === 0);
  await page.goto(`${house.worker.url}/q/all`);
  const given = names[0] ?? "";
  await row(page, given).first().waitFor();
  await openThread(page, given);
  assert.doesNotMatch(
    (await row(page, given).first().locator(".owner").getAttribute("title")) ?? "",
    /^(You|Mia)/,
    "it is somebody else's now",
  );
  assert.deepEqual(complaints.list, []);
  await chief.close();
  await close();
});
