/**
 * The rules as the team works with them: written, refused, tried, put together, restored; and why a thread is whose.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { seenByAll } from "../harness/timings.ts";
import { ProductFixture, mia, openThread, owner, row, until, type Visit } from "./product-fixture.ts";
import { look, looks, readRules, rulesArea as area, rulesFromCaret, writeRules, inPage } from "./page.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
});
after(() => house.close());

const change = async (page: Page, from: string, to: string) => {
  const text = await readRules(page);
  assert.ok(text.includes(from), `the document has ${from}`);
  await writeRules(page, text.replace(from, to));
};
const saveButton = (page: Page) => page.getByRole("button", { name: "Save", exact: true });
const tab = (page: Page, name: string) => page.getByRole("tab", { name }).click();
const toRules = async (page: Page) => {
  await page.goto(`${house.worker.url}/rules`);
  await area(page).waitFor();
};
type Rules = { version: number; text: string };
const rulesNow = (page: Page) =>
  page.evaluate('fetch("/api/v1/rules").then((answer) => answer.json())') as Promise<Rules>;
/** Somebody else's save. */
const saveElsewhere = async (from: string, to: string, note: string) => {
  const lena = await house.signedIn("lena@tributary.example");
  await toRules(lena.page);
  await change(lena.page, from, to);
  await lena.page.getByLabel("Reason for the change").fill(note);
  await lena.page.getByText("No problems").first().waitFor();
  await saveButton(lena.page).click();
  await lena.page.getByText(/Saved as version/).waitFor();
  await lena.close();
};

test("what is wrong stands at its line, Enter goes there, and nothing wrong is saved", async () => {
  const { page } = robin;
  await page.getByRole("link", { name: "Rules" }).click();
  await area(page).waitFor();
  const { version } = await rulesNow(page);
  await change(page, 'time_zone = "UTC"', 'time_zone = "Europe/Berlim"');
  await change(page, "\ncap = 40", "\ncpa = 40");
  await page.getByText("2 problems").waitFor();
  assert.equal(await saveButton(page).isDisabled(), true);
  const problems = page.getByRole("list", { name: "Problems" }).getByRole("button");
  await problems.filter({ hasText: "did you mean `Europe/Berlin`" }).waitFor();
  await problems.nth(1).focus();
  await page.keyboard.press("Enter");
  assert.equal(await rulesFromCaret(page), "cpa = 40");
  assert.equal(await area(page).locator(".cm-fault", { hasText: "cpa = 40" }).count(), 1);
  await page.keyboard.press("Control+s");
  await page.getByText(/Not saved/).waitFor();
  assert.equal((await rulesNow(page)).version, version);
});

test("Tab indents, and Escape then Tab leaves the editor", async () => {
  const { page } = robin;
  await area(page).press("Escape");
  await page.keyboard.press("Tab");
  assert.equal(await area(page).evaluate(inPage("area", 'return area.matches(":focus")')), false);
});

test("what was typed outlives a reload, and is put away only on request", async () => {
  const { page } = robin;
  await page.reload();
  await page.getByText("2 problems").waitFor();
  assert.match(await readRules(page), /Europe\/Berlim/);
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  assert.match(await readRules(page), /Europe\/Berlim/);
  await page.getByRole("button", { name: "Discard" }).click();
  assert.doesNotMatch(await readRules(page), /Europe\/Berlim/);
});

test("a change is tried on what came in, then saved with a reason, and takes effect", async () => {
  const { page } = robin;
  const ada = house.standins.telegram.customer("Ada Moss");
  ada.text("Where is my order 4821?");
  await page.goto(`${house.worker.url}/q/all`);
  await row(page, "Ada Moss").locator(".topic", { hasText: "Orders" }).waitFor();
  await toRules(page);
  await change(
    page,
    '[topics.orders]\nteam = "orders"\nbackup = "care"',
    '[topics.orders]\nurgency_floor = "high"\nowners = ["lena@tributary.example"]',
  );
  await page.getByText("No problems").first().waitFor();
  await tab(page, "Try");
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await page.getByText(/1 would go to somebody else/).waitFor();
  const moved = page.locator("summary").filter({ hasText: "Ada Moss" });
  await moved.getByText("Lena Roth").waitFor();
  await moved.click();
  await page
    .getByText("Owners of orders: Lena Roth")
    .or(page.getByText("owners of orders: Lena Roth"))
    .first()
    .waitFor();
  await page.getByRole("row", { name: /Lena Roth/ }).waitFor();
  await page.getByText("Normal becomes high").waitFor();
  await page.getByLabel("Reason for the change").fill("Lena takes the orders");
  await page.keyboard.press("Control+s");
  await page.getByText(/Saved as version 2/).waitFor();
  await tab(page, "Versions");
  await page
    .getByRole("button", { name: /Lena takes the orders/ })
    .getByText("Robin Vale")
    .waitFor();
  await seenByAll();
  house.standins.telegram.customer("Bo Lind").text("Where is my order 17?");
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Bo Lind");
  await page.getByRole("button", { name: "Lena Roth" }).waitFor();
});

test("a thread says why it is whose, guardrail by guardrail, by one key", async () => {
  const { page } = robin;
  await page.locator("#thread-title").focus();
  await page.keyboard.press("w");
  const why = page.getByRole("dialog", { name: "Why this owner?" });
  await why.getByRole("heading", { name: "Why Lena Roth?" }).waitFor();
  for (const [name, said] of [
    ["Who", /owners of orders: Lena Roth/i],
    ["Hours", /Lena Roth is on shift/],
    ["Load", /has the lightest load.* \(\d+ of 40\)/],
    ["Backup", /no backup is needed/i],
  ] as const) {
    await why.locator("dl > div").filter({ hasText: name }).getByText(said).waitFor();
  }
  await page.keyboard.press("Escape");
  await why.waitFor({ state: "hidden" });
});

test("two people write at once: what does not collide is put together, the rest is chosen, nothing is lost", async () => {
  const { page } = robin;
  await toRules(page);
  await change(page, 'at = "09:00"', 'at = "08:00"');
  await change(page, 'within = "30d"', 'within = "20d"');
  await page.getByLabel("Reason for the change").fill("Earlier digest");
  await page.getByText("No problems").first().waitFor();
  await saveElsewhere('at = "09:00"', 'at = "10:00"', "Later digest");
  await saveElsewhere('window = "30m"', 'window = "45m"', "Look longer for the same question");
  await saveButton(page).click();
  await page.getByRole("heading", { name: "Merge your changes with version 4" }).waitFor();
  await page.getByText("1 conflict is left for you to resolve").waitFor();
  const goOn = page.getByRole("button", { name: "Use this text" });
  assert.equal(await goOn.isDisabled(), true);
  await page.getByLabel("Mine", { exact: true }).check();
  await goOn.click();
  const text = await readRules(page);
  for (const part of ['at = "08:00"', 'within = "20d"', 'window = "45m"']) assert.ok(text.includes(part), part);
  assert.equal(await page.getByLabel("Reason for the change").inputValue(), "Earlier digest");
  await page.getByText("No problems").first().waitFor();
  await saveButton(page).click();
  await page.getByText(/Saved as version 5/).waitFor();
  assert.equal((await rulesNow(page)).text, text);
});

test("an earlier version shows what it changed, and is restored", async () => {
  const { page } = robin;
  await tab(page, "Versions");
  await page.getByRole("button", { name: /Later digest/ }).click();
  const difference = page.getByRole("region", { name: "Difference" });
  await difference.locator(".removed", { hasText: 'at = "09:00"' }).waitFor();
  await difference.locator(".added", { hasText: 'at = "10:00"' }).waitFor();
  assert.equal(await difference.locator(".added").count(), 1);
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await page.getByText("Version 3 is restored, as version 6").waitFor();
  assert.match(await readRules(page), /at = "10:00"/);
  await page.getByRole("button", { name: /Restored version 3/ }).waitFor();
  await until("it holds", async () => (await rulesNow(page)).version === 6);
});

test("who may not change the rules reads them", async () => {
  const reader = await house.signedIn(mia);
  await toRules(reader.page);
  assert.equal(await area(reader.page).isEditable(), false);
  assert.equal(await saveButton(reader.page).count(), 0);
  await reader.page.getByText("Administrators can change the rules").waitFor();
  await reader.page.getByRole("button", { name: /Lena takes the orders/ }).click();
  await reader.page.getByRole("region", { name: "Difference" }).waitFor();
  assert.equal(await reader.page.getByRole("button", { name: "Restore", exact: true }).count(), 0);
  assert.deepEqual(reader.complaints.list, []);
  await reader.close();
  assert.deepEqual(
    robin.complaints.list.filter((one) => !/status of 422/.test(one)),
    [],
  );
});

test("a document that this release cannot read is shown with what is wrong, and is mended", async () => {
  const { page } = robin;
  const { version, text } = await rulesNow(page);
  const database = await house.worker.mf.getD1Database("DB");
  const broken = text.replace('\nurgent = "15m"', '\nurgnet = "15m"');
  await database
    .prepare("INSERT INTO rules (version, text, saved_at) VALUES (?, ?, ?)")
    .bind(version + 1, broken, Date.now())
    .run();
  await until("it was read", async () => (await rulesNow(page)).version === version + 1);
  await toRules(page);
  await page.getByText(`Version ${version + 1} cannot be read by this version of Tributary.`).waitFor();
  await page.getByText(`Version ${version} holds until you put right what is marked below, and save.`).waitFor();
  await page
    .getByRole("list", { name: "Problems" })
    .getByRole("button")
    .filter({ hasText: "did you mean `urgent`" })
    .waitFor();
  for (const { name, options } of looks) {
    const visit = await house.signedIn(owner, "all", options);
    await toRules(visit.page);
    await visit.page.getByText("cannot be read by this version").waitFor();
    assert.deepEqual(await look(visit.page, `rules-unread-${name}`), []);
    await visit.close();
  }
  const reader = await house.signedIn(mia);
  await toRules(reader.page);
  await reader.page.getByText("until an administrator puts it right").waitFor();
  await reader.close();

  await change(page, 'urgnet = "15m"', 'urgent = "15m"');
  await page.getByText("No problems").first().waitFor();
  await saveButton(page).click();
  await page.getByText(`Saved as version ${version + 2}`).waitFor();
  assert.equal(await page.getByText("cannot be read by this version").count(), 0);
});
