/** Very many comments at once: one row of the list, and a page on which they are dealt with in a minute. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { WallPost } from "../standins/wall/model.ts";
import { storm } from "../standins/wall/storm.ts";
import { look, lookAs, looks, readRules, rulesArea, writeRules } from "./page.ts";
import { ProductFixture, owner, until, type Visit } from "./product-fixture.ts";

const COMMENTS = 160;

let house: ProductFixture;
let robin: Visit;
let post: WallPost;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
  await holdBack();
  post = house.standins.facebook.wall.post("Give us a name for the new tent, and win it.", { picture: "boots" });
  storm(house.standins.facebook, post, { count: COMMENTS, questions: 0.1, batch: 40 });
  await house.standins.idle();
});
after(() => house.close());

/** Fewer threads in an hour than the rules have from the start: the post stands where it is seen at once. */
const holdBack = () =>
  robin.page.evaluate(async () => {
    const { text, version } = (await (await fetch("/api/v1/rules")).json()) as { text: string; version: number };
    const rules = `${text}\n[channels.facebook.comments]\nthreads_per_hour = 5\n`;
    const body = JSON.stringify({ text: rules, expectedVersion: version });
    const saved = await fetch("/api/v1/rules", {
      method: "PUT",
      body,
      headers: { "content-type": "application/json" },
    });
    if (!saved.ok) throw new Error(await saved.text());
  });
const rowOfPost = () => robin.page.locator(".list-pane li a[data-thread^=pst_]");
const comments = () => robin.page.getByRole("region", { name: "Comments" }).getByRole("listitem");
const held = async (): Promise<number> => {
  const [, number] = /([\d,]+) held/.exec(await robin.page.locator("article header p").innerText()) ?? [];
  return Number(number?.replace(",", "") ?? 0);
};

test("what is more than the post's hour takes in is one row of the list", async () => {
  await rowOfPost().getByText("Give us a name for the new tent").waitFor();
  await rowOfPost()
    .getByText(/\d+ held/)
    .waitFor();
  assert.equal(await rowOfPost().count(), 1);
});

test("its page narrows what is held, opens threads for what is picked, and marks the rest as seen", async () => {
  const { page } = robin;
  await rowOfPost().click();
  await page.getByRole("heading", { level: 2, name: "Post on Facebook" }).waitFor();
  await comments().first().waitFor();
  const before = await held();
  assert.ok(before > 0 && before < COMMENTS, `${before} are held`);
  const [first, second] = [comments().nth(0), comments().nth(1)];
  const name = await first.locator("bdi").innerText();
  await first.getByRole("checkbox").check();
  await second.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Open threads" }).click();
  await page
    .getByRole("list", { name: "Notices" })
    .getByText(/now in threads/)
    .waitFor();
  await until("they are held no more", async () => (await held()) <= before - 2);
  await page
    .locator(".list-pane li bdi.name", { hasText: new RegExp(`^${name}$`) })
    .first()
    .waitFor();
  await page.getByRole("button", { name: /^Mark as seen/ }).click();
  await until(
    "all was looked at",
    async () => !(await page.locator("article header p").innerText()).includes("not looked at"),
  );
});

test("put away it leaves the open ones, and comes back with the next comment that is held", async () => {
  const { page } = robin;
  await page.getByRole("button", { name: "Put away" }).click();
  await rowOfPost().waitFor({ state: "detached" });
  house.standins.facebook.wall.comment("Zora Quist", post, "Zeltina");
  await rowOfPost().waitFor();
});

test("the post's page is sound in every look", async () => {
  const { page } = robin;
  await rowOfPost().click();
  await comments().first().waitFor();
  const faults: string[] = [];
  for (const one of looks) {
    await lookAs(page, one);
    faults.push(...(await look(page, `post-${one.name}`)));
  }
  assert.deepEqual(faults, []);
});

test("what is wrong with the rules of comments stands at its line, with what to do", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/rules`);
  await rulesArea(page).waitFor();
  const text = await readRules(page);
  const wrong = '\nthreads_per_hour = 20000\nmost_urgency = "urgnt"\nlabel = "no"\nads = "hide"\n';
  await writeRules(page, text.replace("\nthreads_per_hour = 5\n", wrong));
  await page.getByText("4 problems").waitFor();
  const problems = page.getByRole("list", { name: "Problems" }).getByRole("button");
  for (const remedy of ["give at most 10000", "did you mean `urgent`", "without quotes", "expected `queue` or `hold`"])
    await problems.filter({ hasText: remedy }).waitFor();
  const faults: string[] = [];
  for (const one of looks) {
    await lookAs(page, one);
    faults.push(...(await look(page, `comment-rules-wrong-${one.name}`)));
  }
  assert.deepEqual(faults, []);
  await writeRules(page, text);
});

test("other rules of comments are tried on what came: the post would have opened other threads", async () => {
  const { page } = robin;
  await writeRules(page, (await readRules(page)).replace("\nthreads_per_hour = 5\n", "\nthreads_per_hour = 20\n"));
  await page.getByText("No problems").first().waitFor();
  await page.getByRole("tab", { name: "Try" }).click();
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await page.getByRole("heading", { name: "Different threads under posts" }).waitFor();
  await page.getByText(/^\d+ new threads instead of \d+$/).waitFor();
  await page.getByText(/^\d+ held instead of \d+$/).waitFor();
  const faults: string[] = [];
  for (const one of looks) {
    await lookAs(page, one);
    await page.getByRole("heading", { name: "Different threads under posts" }).scrollIntoViewIfNeeded();
    faults.push(...(await look(page, `comment-rules-tried-${one.name}`)));
  }
  assert.deepEqual(faults, []);
  await page.getByRole("link", { name: /Give us a name for the new tent/ }).click();
  await page.getByRole("heading", { level: 2, name: "Post on Facebook" }).waitFor();
  assert.deepEqual(robin.complaints.list, []);
});
