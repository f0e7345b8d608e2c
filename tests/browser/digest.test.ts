/**
 * The digest's page: read before it goes out, sent by hand with a confirmation, and what became of it with each reader.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { tellStory } from "../standins/story.ts";
import { ProductFixture, mia, openThread, ours, owner, until, type Visit } from "./product-fixture.ts";
import { faults, look, looks, picture } from "./page.ts";

const DAY = 24 * 60 * 60_000;

let house: ProductFixture;
let robin: Visit;
const mails = () => house.standins.mail.mails;
/** Other posts to the channel are of threads that nobody answers. */
const digests = () => house.standins.channel.posts.filter((post) => /\d+ open/.test(post.text)).length;
const paper = (page: Page) => page.getByRole("article");
const toDigest = async (page: Page) => {
  await page.goto(`${house.worker.url}/digest`);
  await paper(page).getByRole("heading", { level: 2, name: "As of now" }).waitFor();
};
/** Asks the API as the page does. */
const ask = (page: Page, script: string) => page.evaluate(script) as Promise<never>;
const waiting = `fetch('/api/v1/threads?queue=unassigned').then((answer) => answer.json()).then(({ items }) => items.length)`;

before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
  const { page } = robin;
  await ask(
    page,
    `(async () => {
    const now = await (await fetch('/api/v1/rules')).json();
    const text = now.text.replace(/^days = ."mon-fri"./m, 'days = ["mon-sun"]')
      .replace('urgent = "15m"\\nhigh = "1h"\\nnormal = "4h"\\nlow = "1d"', 'urgent = "1s"\\nhigh = "1s"\\nnormal = "4h"\\nlow = "1d"');
    const saved = await fetch('/api/v1/rules', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text, expectedVersion: now.version }) });
    if (!saved.ok || text === now.text) throw new Error('the rules');
  })()`,
  );
  const story = tellStory(house.standins, { opening: 0.05 });
  await story.opening;
  story.stop();
  await house.standins.idle();
  await page.locator(".list-pane li").nth(12).waitFor();
  house.standins.faults.next("facebook", "send", { kind: "drop-before" });
  await openThread(page, "Marcus Bell");
  await page.locator("#composer").fill("We are very sorry. The second charge is refunded today.");
  await page.keyboard.press("Control+Enter");
  await ours(page, "refunded today").getByText("Delivery unknown.").waitFor();
  await until("every thread has an owner", async () => (await ask(page, waiting)) === 0);
  await ask(
    page,
    `(async () => {
    const { items } = await (await fetch('/api/v1/threads?queue=all&limit=3')).json();
    for (const one of items.slice(1)) await fetch('/api/v1/threads/' + one.id + '/reassign', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  })()`,
  );
});
after(() => house.close());

test("it is read as of now, with ways into its queues and conversations, and nothing is sent", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  await page.getByRole("navigation", { name: "Queues" }).getByRole("link", { name: "Digest" }).click();
  await page.waitForURL("**/digest");
  await paper(page).getByRole("heading", { level: 2, name: "As of now" }).waitFor();
  await page.getByText(/the next one is sent/).waitFor();
  await page.getByText("No digest has been sent yet.").waitFor();
  // An escalation may give back one more at any moment, so the page is held against the queue and not against a number.
  const given = paper(page).getByRole("region", { name: "Unassigned" }).getByRole("listitem");
  await until("the page shows the queue", async () => {
    await toDigest(page);
    const [shown, queued] = [await given.count(), (await ask(page, waiting)) as number];
    return shown >= 2 && shown === queued;
  });
  await paper(page)
    .getByRole("region", { name: "Replies with unknown delivery" })
    .getByText("1 reply uncertain")
    .waitFor();
  await paper(page).getByRole("region", { name: "Replies with unknown delivery" }).getByRole("link").first().click();
  await page.getByRole("heading", { level: 2, name: "Marcus Bell" }).waitFor();
  await page.goBack();
  await paper(page)
    .getByRole("link", { name: /Unassigned$/ })
    .first()
    .click();
  await page.waitForURL("**/q/unassigned");
  assert.deepEqual([mails().length, digests()], [0, 0]);
});

test("whoever is no administrator reads it, and cannot send it", async () => {
  const visit = await house.signedIn(mia);
  await toDigest(visit.page);
  assert.equal(await visit.page.getByRole("button", { name: /Send now/ }).count(), 0);
  assert.deepEqual(visit.complaints.list, []);
  await visit.close();
});

test("an administrator sends it after a look at who gets it; a refused mail stays in sight", async () => {
  const { page } = robin;
  await toDigest(page);
  await page.getByRole("button", { name: "Send now…" }).click();
  const dialog = page.getByRole("dialog", { name: "Send the digest now" });
  for (const reader of ["Team channel", "lena@tributary.example", "robin@tributary.example"])
    await dialog.getByText(reader).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(mails().length, 0);

  house.standins.faults.next("mail", "emails", { kind: "error", name: "invalid" });
  await page.getByRole("button", { name: "Send now…" }).click();
  await picture(page, "digest-confirm-1440-light");
  await dialog.getByRole("button", { name: "Send now", exact: true }).dblclick();
  await dialog.waitFor({ state: "detached" });
  await page.getByText(/^Sent by Robin Vale/).waitFor();
  const reached = page.getByRole("region", { name: "Recipients" });
  await reached.getByText("Failed: it was refused").waitFor();
  await reached
    .getByText(/^Sent at/)
    .nth(1)
    .waitFor();
  await until("the other mail is there", () => mails().length === 1);
  await page.getByText("not everybody has it").waitFor();
  assert.equal(digests(), 1);
});

test("earlier ones are read again, by pointer, keyboard and address", async () => {
  const { page } = robin;
  const at = new Date(Math.floor(Date.now() / DAY) * DAY + 2 * DAY + 9 * 60 * 60_000);
  await house.worker.scheduled("*/5 * * * *", at);
  await toDigest(page);
  const earlier = page.getByRole("region", { name: "Earlier" }).getByRole("listitem");
  await earlier.nth(1).waitFor();
  await earlier.first().getByRole("button").click();
  await page.getByText(/^Went out by itself/).waitFor();
  const address = page.url();
  await page.keyboard.press("j");
  await page.getByText(/^Sent by Robin Vale/).waitFor();
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await paper(page).getByRole("heading", { level: 2, name: "As of now" }).waitFor();
  await page.goto(address);
  await page.getByText(/^Went out by itself/).waitFor();
});

test("when it cannot be fetched it says so, and tries again", async () => {
  const visit = await house.signedIn(owner);
  const { page } = visit;
  await page.route("**/api/v1/digests/preview", (route) => route.abort());
  await page.goto(`${house.worker.url}/digest`);
  await page.getByText("The digest could not be loaded").waitFor();
  await page.unroute("**/api/v1/digests/preview");
  await page.getByRole("button", { name: "Try again" }).click();
  await paper(page).waitFor();
  await visit.close();
});

for (const { width, colorScheme, name: size, options } of looks) {
  test(`${width} px, ${colorScheme}: the page is clean`, async () => {
    const visit = await house.signedIn(owner, "mine", options);
    const { page } = visit;
    const wrong: string[] = [];
    const shown = async (name: string) => void wrong.push(...(await look(page, `${name}-${size}`)));
    await toDigest(page);
    await shown("digest");
    await page.locator(".body").evaluate('document.querySelector(".body").scrollTo(0, 100000)');
    await shown("digest-end");
    await page.getByRole("region", { name: "Earlier" }).getByRole("button").nth(1).click();
    await page.getByText(/^Sent by Robin Vale/).waitFor();
    await shown("digest-sent");
    await page.getByRole("button", { name: "Send now…" }).click();
    await page.getByRole("dialog").waitFor();
    await shown("digest-confirm");
    assert.deepEqual([...wrong, ...visit.complaints.list], []);
    await visit.close();
  });
}

test("the mail itself is clean on light and dark, and fetches nothing", async () => {
  const mail = mails()[0];
  assert.ok(mail);
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await house.browser.newPage({ colorScheme, viewport: { width: 720, height: 900 } });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.setContent(mail.html);
    await picture(page, `digest-mail-${colorScheme}`, true);
    assert.deepEqual([await faults(page, ["wcag2a", "wcag2aa", "wcag22aa"]), asked], [[], []]);
    await page.close();
  }
});

test("nothing was complained of", () => {
  assert.deepEqual(robin.complaints.list, []);
});
