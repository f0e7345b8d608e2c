/** What the page shows when a reply does not simply arrive, and what a person can do about it. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { Page } from "playwright-core";
import { ProductFixture, mia, openThread, ours, owner, row, until, type Visit } from "./product-fixture.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
});
beforeEach(() => house.standins.faults.clear());
after(() => house.close());

const begin = async (platform: string, name: string, words: string) => {
  const customer = house.standins.stand(platform).customer(name, { language: "en" });
  customer.text(words);
  await robin.page.goto(`${house.worker.url}/q/all`);
  await row(robin.page, name).waitFor();
  await openThread(robin.page, name);
  return customer;
};

const answer = async (page: Page, words: string) => {
  await page.locator("#composer").fill(words);
  await page.keyboard.press("Control+Enter");
};

/** Holds something up until it is opened. */
const gate = () => {
  let open: () => void = () => {};
  return { opened: new Promise<void>((go) => (open = go)), open: () => open() };
};

test("an answer lost on the way back leaves the reply in doubt; a person says that it arrived", async () => {
  const { page } = robin;
  // WhatsApp's statuses name the reply, and would settle the doubt by themselves: here none comes.
  for (const receipt of ["echo", "delivered"] as const) house.standins.receipts.set("*", receipt, "never");
  const customer = await begin("instagram", "Eli Voss", "Is the green one still there?");
  house.standins.faults.next("instagram", "send", { kind: "drop-after" });
  await answer(page, "It is.");
  const said = ours(page, "It is.");
  await said.getByText("Delivery unknown.").waitFor();
  await row(page, "Eli Voss").getByText("Check this reply").waitFor();
  assert.equal(customer.received.length, 1);
  await said.getByRole("button", { name: "It arrived" }).click();
  await said.getByText("Sent", { exact: true }).waitFor();
  await row(page, "Eli Voss").getByText("Check this reply").waitFor({ state: "detached" });
  assert.equal(customer.received.length, 1);
  // No platform has named it, and it stays what was said.
  await page.reload();
  await said.getByText("Sent", { exact: true }).waitFor();
  house.standins.receipts.reset();
});

test("an answer that comes later than what it tells of does not put the page back", async () => {
  const { page } = robin;
  for (const receipt of ["echo", "delivered"] as const) house.standins.receipts.set("*", receipt, "never");
  const customer = await begin("instagram", "Lars Beck", "And the blue one?");
  const answered = gate();
  await page.route(/\/replies$/, async (route) => {
    const answer = await route.fetch();
    await answered.opened;
    await route.fulfill({ response: answer });
  });
  house.standins.faults.next("instagram", "send", { kind: "drop-after" });
  await answer(page, "That one too.");
  const said = ours(page, "That one too.");
  await said.getByText("Delivery unknown.").waitFor();
  const shown = await said.getByRole("button", { name: "It arrived" }).elementHandle();
  // What the reply was when it was taken: on its way.
  const late = page.waitForResponse(/\/replies$/);
  const looked = page.waitForResponse(/\/audit/);
  answered.open();
  await (await late).finished();
  await (await looked).finished();
  assert.ok(await shown?.evaluate((button) => button.isConnected), "the button is the one that was there");
  await shown?.click();
  await said.getByText("Sent", { exact: true }).waitFor();
  assert.equal(customer.received.length, 1);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  house.standins.receipts.reset();
});

/** A page whose line stays up, and falls silent when it is told to. */
const listener = async () => {
  const visit = await house.signedIn(mia);
  const line = { silent: false };
  await visit.page.routeWebSocket("**/live*", (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) => void (line.silent || socket.send(frame)));
  });
  return { ...visit, line };
};

const open = async (page: Page, platform: string, name: string, words: string) => {
  const customer = house.standins.stand(platform).customer(name, { language: "en" });
  customer.text(words);
  await page.goto(`${house.worker.url}/q/all`);
  await row(page, name).locator(".topic:not(.pending)").waitFor();
  await openThread(page, name);
  await page.locator(".message").getByText(words).waitFor();
  return customer;
};

test("what comes between two reads of one look is shown", async () => {
  const { page, line, complaints, close } = await listener();
  const customer = await open(page, "telegram", "Nora Vik", "Do you deliver to Bergen?");
  line.silent = true;
  // The messages are read before the customer writes on, the thread itself after it.
  const [read, written] = [gate(), gate()];
  let first = true;
  await page.route(/\/threads\/[^/]+(\/messages.*)?$/, async (route) => {
    const ofMessages = route.request().url().includes("/messages");
    if (ofMessages && !first) return route.continue();
    if (!ofMessages) return written.opened.then(() => route.continue());
    first = false;
    const answer = await route.fetch();
    read.open();
    await written.opened;
    return route.fulfill({ response: answer });
  });
  await answer(page, "We do.");
  await read.opened;
  customer.text("Before Friday, I hope?");
  await until("the message is taken in", async () => {
    const database = await house.worker.mf.getD1Database("DB");
    const found = await database
      .prepare("SELECT count(*) AS n FROM search WHERE search MATCH 'friday'")
      .first<{ n: number }>();
    return found?.n === 1;
  });
  written.open();
  await page.locator(".message").getByText("Before Friday, I hope?").waitFor();
  assert.deepEqual(complaints.list, []);
  await close();
});

test("a look that failed is tried again by itself", async () => {
  const { page, line, close } = await listener();
  const customer = await open(page, "telegram", "Otto Lund", "Is the shop open today?");
  let failed = 0;
  await page.route(/\/threads\/[^/]+\/messages/, async (route) => {
    [failed, line.silent] = [failed + 1, true];
    await route.fulfill({ status: 503, contentType: "application/json", body: "{}" });
  });
  customer.text("Or tomorrow?");
  await until("a look failed", () => failed > 0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.locator(".message").getByText("Or tomorrow?").waitFor();
  await close();
});

test("a reply in doubt is sent again only when a person says so, twice", async () => {
  const { page } = robin;
  const customer = await begin("facebook", "Fay Lind", "Can I change my address?");
  house.standins.faults.next("facebook", "send", { kind: "drop-before" });
  await answer(page, "Yes: which one is it now?");
  const said = ours(page, "which one is it now?");
  await said.getByText("Delivery unknown.").waitFor();
  assert.equal(customer.received.length, 0);
  await said.getByRole("button", { name: "It did not arrive: send again…" }).click();
  await said.getByText("the customer gets it twice").waitFor();
  await said.getByRole("button", { name: "Yes, send again" }).click();
  await ours(page, "which one is it now?")
    .last()
    .getByText(/^(Sent|Delivered)$/)
    .waitFor();
  await until("the reply on the phone", () => customer.received.length === 1);
});

test("what the platform refuses says why, and can be rewritten", async () => {
  const { page } = robin;
  const customer = await begin("telegram", "Gus Hale", "Hello?");
  house.standins.faults.next("telegram", "send", { kind: "error", name: "blocked" });
  await answer(page, "Hello Gus.");
  const said = ours(page, "Hello Gus.");
  await said.getByText("Not sent.").waitFor();
  await said.getByRole("button", { name: "Rewrite" }).click();
  // Let be, it is no longer part of the conversation: its bubble says so, and goes with the next look at the thread.
  await said.getByText("Not sent.").waitFor({ state: "detached" });
  await until("the words are back", async () => (await page.locator("#composer").inputValue()) === "Hello Gus.");
  await answer(page, "Hello Gus, how can we help?");
  await ours(page, "how can we help?")
    .getByText(/^(Sent|Delivered)$/)
    .waitFor();
  assert.deepEqual(
    customer.received.map((one) => one.text),
    ["Hello Gus, how can we help?"],
  );
});

test("written meanwhile by the customer: shown first, the words kept, and sent at the second try", async () => {
  const { page } = robin;
  const customer = await begin("whatsapp", "Hedy Roos", "The lamp is broken.");
  await page.locator("#composer").fill("We send you a new one.");
  // The page's line is cut, so that it cannot know of the new message when it sends.
  await page.routeWebSocket("**/live*", (socket) => void socket.close());
  const held: (() => void)[] = [];
  let holding = true;
  await page.route(/\/api\/v1\/threads\/[^/]+(\?.*)?$|\/messages/, async (route) => {
    if (holding && route.request().method() === "GET") await new Promise<void>((done) => held.push(done));
    await route.continue().catch(() => {});
  });
  customer.text("Sorry, it works again!");
  await until("the message is taken in", async () => {
    const database = await house.worker.mf.getD1Database("DB");
    const found = await database
      .prepare("SELECT count(*) AS n FROM search WHERE search MATCH 'works'")
      .first<{ n: number }>();
    return found?.n === 1;
  });
  await answer(page, "We send you a new one.");
  holding = false;
  for (const go of held) go();
  await page.locator(".changed").getByText("Sorry, it works again!").waitFor();
  assert.equal(await page.locator("#composer").inputValue(), "We send you a new one.");
  assert.equal(customer.received.length, 0);
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.locator("#composer").fill("Good to hear!");
  await page.keyboard.press("Control+Enter");
  await ours(page, "Good to hear!")
    .getByText(/^(Sent|Delivered)$/)
    .waitFor();
  assert.deepEqual(
    customer.received.map((one) => one.text),
    ["Good to hear!"],
  );
});

test("a page that is older than its server says so once it is connected again, and is new after a reload", async () => {
  const { page } = robin;
  let cut = () => {};
  await page.routeWebSocket(/\/api\/v1\/live$/, (socket) => {
    socket.connectToServer();
    cut = () => void socket.close();
  });
  await page.goto(`${house.worker.url}/q/all`);
  await row(page, "Eli Voss").waitFor();
  const told = page.getByText("Tributary was updated.");
  const connected = () => page.waitForResponse(`${house.worker.url}/`);
  const again = connected();
  cut();
  await again;
  assert.equal(await told.count(), 0, "the same release");
  await page.route(`${house.worker.url}/`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({
      response: answer,
      body: (await answer.text()).replaceAll(/index-[^.]+\.js/g, "index-newer.js"),
    });
  });
  cut();
  await told.waitFor();
  await page.unroute(`${house.worker.url}/`);
  await page.getByRole("button", { name: "Reload" }).click();
  await told.waitFor({ state: "detached" });
  await row(page, "Eli Voss").waitFor();
});

test("nothing was complained of", () => {
  assert.deepEqual(robin.complaints.list, []);
});
