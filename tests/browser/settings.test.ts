/** Setting the house up from the page: people let in and shut out, sessions ended, accounts connected and let go. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { ProductFixture, lena, mia, openThread, ours, owner, row, until, type Visit } from "./product-fixture.ts";
import { faults, look, looks, picture } from "./page.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
});
after(() => house.close());

const people = (page: Page, name?: string) =>
  page
    .getByRole("list", { name: "People" })
    .getByRole("listitem")
    .filter({ hasText: name ?? /./ });
const accounts = (page: Page, name?: string) =>
  page
    .getByRole("list", { name: "All accounts" })
    .getByRole("listitem")
    .filter({ hasText: name ?? /./ });
const menu = async (page: Page, name: string, choice: string) => {
  await people(page, name)
    .getByRole("button", { name: `Change ${name}` })
    .click();
  await page
    .getByRole("dialog", { name: `Actions for ${name}` })
    .getByText(choice, { exact: true })
    .click();
};

test("somebody is let in by keyboard alone, and comes in by the link, once", async () => {
  const { page } = robin;
  await page.getByRole("link", { name: "Team", exact: true }).click();
  await people(page, "Robin").waitFor();
  await page.keyboard.press("n");
  await page.keyboard.type("Sam Orlin");
  await page.keyboard.press("Tab");
  await page.keyboard.type("sam@tributary.example");
  await page.keyboard.press("Enter");
  const link = await page.getByLabel("Sign-in link", { exact: true }).inputValue();
  assert.match(link, /\/signin#token=/);
  assert.deepEqual(await look(page, "team-way-in"), []);
  await page.getByRole("button", { name: "Done" }).press("Enter");
  assert.ok(
    await page.getByLabel("Name", { exact: true }).evaluate((one) => one === document.activeElement),
    "the next one can be let in",
  );
  assert.match(await people(page, "Sam Orlin").innerText(), /Agent/);
  const sam = await house.visit(link);
  await sam.page.waitForURL("**/q/mine");
  await sam.page.goto(`${house.worker.url}/team`);
  await people(sam.page, "Sam Orlin").filter({ hasText: "You" }).waitFor();
  assert.equal(
    await sam.page.getByRole("heading", { name: "Invite a teammate" }).count(),
    0,
    "an agent lets nobody in",
  );
  assert.deepEqual(await faults(sam.page), []);
  await sam.close();
  await page.getByLabel("Name", { exact: true }).fill("Sam again");
  await page.getByLabel("E-mail address").fill("Sam@Tributary.example");
  await page.getByRole("button", { name: "Invite" }).click();
  await page.getByRole("alert").filter({ hasText: "has this address already" }).waitFor();
});

test("a role is changed, somebody is signed out, shut out and let in again", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/team`);
  const hers = await house.signedIn(mia);
  await menu(page, "Mia Santos", "Viewer");
  await people(page, "Mia Santos").getByText("Viewer").waitFor();
  await menu(page, "Mia Santos", "Agent");
  await people(page, "Mia Santos").getByText("Agent").waitFor();
  await menu(page, "Mia Santos", "Sign out everywhere");
  await page.getByText(/is signed out everywhere/).waitFor();
  await hers.page.reload();
  await hers.page.getByRole("heading", { name: /sign in/i }).waitFor();
  await hers.close();
  await menu(page, "Mia Santos", "Disable…");
  await picture(page, "team-shut-out");
  await page
    .getByRole("dialog", { name: /^Disable Mia/ })
    .getByRole("button", { name: "Disable" })
    .click();
  await people(page, "Mia Santos").getByText("Cannot sign in").waitFor();
  await menu(page, "Mia Santos", "Enable again");
  await people(page, "Mia Santos").getByText("Disabled").waitFor({ state: "detached" });
  await menu(page, "Mia Santos", "New sign-in link");
  const back = await house.visit(await page.getByLabel("Sign-in link", { exact: true }).inputValue());
  await back.page.waitForURL("**/q/mine");
  await back.close();
});

test("one's own sessions are told apart, and the others end", async () => {
  const here = await house.signedIn(lena);
  const { page } = here;
  await page.goto(`${house.worker.url}/team`);
  const sessions = page.getByRole("list", { name: "Where you are signed in" }).getByRole("listitem");
  // The demo signed her in when it invited her.
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await sessions.nth(1).waitFor({ state: "detached" });
  const there = await house.signedIn(lena);
  await page.reload();
  await sessions.nth(1).waitFor();
  assert.match(await sessions.first().innerText(), /This browser/);
  await sessions.nth(1).getByRole("button", { name: "Sign out" }).click();
  await sessions.nth(1).waitFor({ state: "detached" });
  await there.page.reload();
  await there.page.getByRole("heading", { name: /sign in/i }).waitFor();
  const third = await house.signedIn(lena);
  await page.reload();
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await sessions.nth(1).waitFor({ state: "detached" });
  await third.page.reload();
  await third.page.getByRole("heading", { name: /sign in/i }).waitFor();
  assert.deepEqual(here.complaints.list, []);
  for (const visit of [here, there, third]) await visit.close();
});

test("an account is let go, and connected again with its token; a wrong one says what is wrong", async () => {
  const { page } = robin;
  const known = house.standins.accounts().find((one) => one.platform === "telegram");
  const token = known?.credentials["botToken"] ?? "";
  await page.getByRole("link", { name: "Accounts" }).click();
  const bot = accounts(page, "Telegram ·");
  await bot.getByText("Connected", { exact: true }).waitFor();
  await bot.getByRole("button", { name: /^Disconnect/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
  await bot.getByText("Disconnected", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Telegram", exact: true }).click();
  await page.getByLabel("Bot token from @BotFather").fill(token.replace(/.$/, "x"));
  await page.getByLabel("Name in Tributary").fill("Shop bot");
  assert.equal(await page.getByLabel("Bot id").inputValue(), token.split(":")[0], "the token tells it");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("alert").waitFor();
  assert.deepEqual(await look(page, "accounts-refused"), []);
  await page.getByLabel("Bot token from @BotFather").fill(token);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await page.getByRole("heading", { name: "Shop bot is connected" }).waitFor();
  assert.deepEqual(await look(page, "accounts-connected"), []);
  assert.ok(!(await page.content()).includes(token.split(":")[1] ?? ""), "the token is shown nowhere");
  await page.getByRole("button", { name: "Done" }).click();
  await accounts(page, "Shop bot").getByText("Connected", { exact: true }).waitFor();
  // And it works, both ways.
  const customer = house.standins.telegram.customer("Noa Field", { language: "en" });
  customer.text("Are you open on Sunday?");
  await page.goto(`${house.worker.url}/q/all`);
  await row(page, "Noa Field").waitFor();
  await openThread(page, "Noa Field");
  await page.locator("#composer").fill("From ten to four.");
  await page.keyboard.press("Control+Enter");
  await ours(page, "From ten to four.")
    .getByText(/^(Sent|Delivered|Read)$/)
    .waitFor();
  await until("the answer is on the phone", () => customer.received.length === 1);
});

test("what a platform does not agree to post is said, and the account is shown with it until it is connected again", async () => {
  const { page } = robin;
  const known = house.standins.accounts().find((one) => one.platform === "facebook");
  await page.goto(`${house.worker.url}/accounts`);
  const shop = accounts(page, "Facebook ·");
  const connect = async () => {
    await page.getByLabel("Page access token").fill(known?.credentials["accessToken"] ?? "");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
  };
  await shop.getByRole("button", { name: /^New token/ }).click();
  for (const [status, told] of [
    [400, "did not agree to send us"],
    [403, "lacks a permission"],
  ] as const) {
    house.standins.faults.next("facebook", "subscribe", { kind: "status", status, body: "{}" });
    await connect();
    await page
      .getByRole("alert")
      .filter({ hasText: "does not agree to post its messages to" })
      .filter({ hasText: `http/${status}` })
      .waitFor();
    await shop.getByText(told).waitFor();
  }
  await connect();
  await page.getByText(/subscribe to feed, mention, messages/).waitFor();
  await shop.getByText("lacks a permission").waitFor({ state: "detached" });
});

test("an account in trouble is named above the list, with the button that mends it for whoever may", async () => {
  const database = await house.worker.mf.getD1Database("DB");
  const trouble = (word: string | null) =>
    database
      .prepare("UPDATE accounts SET trouble = ?, troubled_by = 'send', state = ? WHERE platform = 'instagram'")
      .bind(word, word === null ? "connected" : "reconnect")
      .run();
  await trouble("token_expired");
  // The Worker keeps what it knows of the accounts for some seconds.
  const seen =
    "fetch('/api/v1/threads/counts').then((answer) => answer.json()).then(({ failedAccounts }) => failedAccounts.length > 0)";
  await until("it is seen", () => robin.page.evaluate(seen) as Promise<boolean>);
  const visit = await house.signedIn(owner);
  const banner = visit.page.getByRole("group", { name: /on Instagram is in trouble$/ }).first();
  await banner.getByText("no longer accepts").waitFor();
  assert.deepEqual(await look(visit.page, "account-in-trouble"), []);
  await banner.getByRole("button", { name: /^Connect again/ }).click();
  await visit.page.getByRole("heading", { name: /^Connect .* again$/ }).waitFor();
  const agent = await house.signedIn(mia);
  const shown = agent.page.getByRole("group", { name: /on Instagram is in trouble$/ }).first();
  await shown.getByText("Ask an owner or administrator.").waitFor();
  assert.equal(await shown.getByRole("button").count(), 0);
  await trouble(null);
  for (const one of [visit, agent]) await one.close();
});

test("whoever is no administrator is told whom to ask", async () => {
  const visit = await house.signedIn(mia);
  assert.equal(await visit.page.getByRole("link", { name: "Accounts" }).count(), 0);
  await visit.page.goto(`${house.worker.url}/accounts`);
  await visit.page.getByText("Accounts are for administrators").waitFor();
  assert.deepEqual(visit.complaints.list, []);
  await visit.close();
});

for (const { width, colorScheme, options } of looks) {
  test(`both pages are whole and without fault, ${colorScheme}, ${width} px`, async () => {
    const visit = await house.signedIn(owner, "mine", options);
    const { page } = visit;
    await page.goto(`${house.worker.url}/team`);
    await people(page, "Mia Santos").waitFor();
    await page.getByRole("list", { name: "Where you are signed in" }).waitFor();
    assert.deepEqual(await look(page, `team-${colorScheme}-${width}`), []);
    await people(page, "Mia Santos").getByRole("button", { name: "Change Mia Santos" }).click();
    await page.getByRole("dialog", { name: "Actions for Mia Santos" }).waitFor();
    assert.deepEqual(await look(page, `team-menu-${colorScheme}-${width}`), []);
    await page.goto(`${house.worker.url}/accounts`);
    await accounts(page).first().waitFor();
    assert.deepEqual(await look(page, `accounts-${colorScheme}-${width}`), []);
    await page.getByRole("button", { name: "Instagram", exact: true }).click();
    await page.getByLabel("How is it connected?").selectOption("pageLinked");
    await page.getByLabel("Page id").waitFor();
    assert.deepEqual(await look(page, `accounts-connect-${colorScheme}-${width}`), []);
    assert.deepEqual(visit.complaints.list, []);
    await visit.close();
  });
}

test("nothing was complained of", () => {
  const unexpected = robin.complaints.list.filter((one) => !/status of (409|422|400)/.test(one));
  assert.deepEqual(unexpected, []);
});
