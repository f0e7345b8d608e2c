/** The daily round: what a key is about, moving on, undoing, and replies that could not be sent at once. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { ProductFixture, mia, openThread, ours, owner, row, until, type Visit } from "./product-fixture.ts";
import { faults, look } from "./page.ts";

const NAMES = ["Anna Berg", "Bo Lind", "Cleo Fay", "Dan Roe"];
let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
  for (const name of NAMES) house.standins.telegram.customer(name, { language: "en" }).text("Where is my parcel?");
  for (const name of NAMES) await row(robin.page, name).locator(".topic:not(.pending)").waitFor();
});
after(() => house.close());

const title = (page: Page) => page.locator("#thread-title").innerText();
const shown = (page: Page) => page.locator(".list-pane bdi.name").allInnerTexts();
const all = async (page: Page): Promise<void> => {
  await page.goto(`${house.worker.url}/q/all`);
  await row(page, "Dan Roe").waitFor();
};
const notice = (page: Page, words: string) => page.getByRole("list", { name: "Notices" }).getByText(words);
const openStatus = (name: string) => async () => {
  const database = await house.worker.mf.getD1Database("DB");
  const found = await database
    .prepare("SELECT status FROM threads WHERE item ->> '$.contact.name' = ?")
    .bind(name)
    .first<{ status: string }>();
  return found?.status;
};

test("a key is about the row that has the focus: in what a search has found, beside another open thread, and nowhere else", async () => {
  const { page } = robin;
  await all(page);
  await page.keyboard.press("j");
  const [selected = ""] = await shown(page);
  await page.keyboard.press("/");
  await page.keyboard.type("parcel");
  const found = page.getByRole("list", { name: "Messages found" });
  await found.getByText("parcel").first().waitFor();
  // From the field nothing is chosen yet.
  const names = await found.locator("bdi").allInnerTexts();
  const place = names.findIndex((name, at) => at > 0 && name !== selected);
  assert.ok(place > 0, "somebody else than the one who is selected was found");
  for (let step = 0; step < place; step++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  const focused = await page.evaluate("document.activeElement.querySelector('bdi').textContent");
  assert.equal(focused, names[place]);
  await page.keyboard.press("e");
  await notice(page, `Closed: ${focused}, Telegram`).waitFor();
  assert.equal(await openStatus(String(focused))(), "closed");
  assert.equal(await openStatus(selected)(), "open", "the hidden row of the list is as it was");
  await page.keyboard.press("z");
  await notice(page, `Undone. Reopened: ${focused}, Telegram`).waitFor();
  await page.getByLabel("Clear the search").click();

  await all(page);
  const [first = "", second = ""] = await shown(page);
  await openThread(page, first);
  await row(page, second).getByRole("link").focus();
  await page.keyboard.press("e");
  await notice(page, `Closed: ${second}, Telegram`).waitFor();
  assert.equal(await title(page), first, "what is open stays open");
  await page.keyboard.press("z");
  await notice(page, `Undone. Reopened: ${second}, Telegram`).waitFor();
});

test("a row that goes away under the focus leaves the key without a thread, not with another one", async () => {
  const { page } = robin;
  await all(page);
  await page.keyboard.press("j");
  const [first = ""] = await shown(page);
  await openThread(page, "Dan Roe");
  await row(page, first).getByRole("link").focus();
  const hers = await house.signedIn(mia);
  await openThread(hers.page, first);
  await hers.page.getByRole("button", { name: "Close", exact: true }).click();
  await row(page, first).waitFor({ state: "detached" });
  await page.keyboard.press("e");
  await page.keyboard.press("j");
  assert.equal(await openStatus("Dan Roe")(), "open");
  await hers.page.keyboard.press("z");
  await row(page, first).waitFor();
  await hers.close();
});

test("close, snooze, and send and close move on to the next thread, and the focus with it; z goes back, one by one", async () => {
  const { page } = robin;
  await all(page);
  const [first = "", second = "", third = "", fourth = ""] = await shown(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.locator("#composer").waitFor();
  const at = async (name: string) => {
    await page.getByRole("heading", { level: 2, name, exact: true }).waitFor();
    await until(
      `the focus is on ${name}`,
      async () => (await page.evaluate("document.activeElement?.id")) === "thread-title",
    );
  };
  await at(first);
  await page.keyboard.press("e");
  await at(second);
  await page.keyboard.press("s");
  await page.getByRole("button", { name: /Tomorrow morning/ }).click();
  await at(third);
  await page.keyboard.press("r");
  await page.locator("#composer:focus").waitFor();
  await page.keyboard.type("It is with you tomorrow.");
  await page.keyboard.press("Control+Shift+Enter");
  await at(fourth);
  await until("it was sent", () =>
    house.standins.telegram.customer(third).received.some(({ text }) => text === "It is with you tomorrow."),
  );
  await until("it was closed", async () => (await openStatus(third)()) === "closed");
  for (const name of [third, second, first]) {
    await page.keyboard.press("z");
    await notice(page, `Undone. Reopened: ${name}`).waitFor();
    await at(name);
  }
  await page.keyboard.press("z");
  await notice(page, "There is nothing to undo").waitFor();
  for (const name of NAMES) assert.equal(await openStatus(name)(), "open");
});

test("tags: by key and by keyboard alone, offered to the next thread, taken away by a button, undone by key and notice", async () => {
  const { page } = robin;
  const chips = page.locator(".thread-pane header .pill bdi");
  const tags = () => chips.allInnerTexts();
  const dialog = page.getByRole("dialog", { name: "Tags" });
  const field = dialog.getByRole("combobox", { name: "Find or add a tag" });
  await all(page);
  await openThread(page, "Bo Lind");
  await page.locator("#thread-title").focus();
  await page.keyboard.press("Shift+T");
  await field.waitFor();
  await page.keyboard.type("x".repeat(41));
  await page.keyboard.press("Enter");
  await dialog.getByText("A tag has at most 40 characters; this one has 41.").waitFor();
  assert.deepEqual(await faults(page), []);
  await field.fill("wholesale");
  await page.keyboard.press("Enter");
  await dialog.getByText("1 of 50").waitFor();
  await page.keyboard.type("late parcel");
  assert.deepEqual(await look(page, "tags-1440"), []);
  await page.keyboard.press("Control+Enter");
  await notice(page, "Added 2 tags: Bo Lind, Telegram").waitFor();
  assert.deepEqual(await tags(), ["late parcel", "wholesale"]);

  // What one thread has is offered to the next; capitals make no other tag.
  await openThread(page, "Cleo Fay");
  await page.locator("#thread-title").focus();
  await page.keyboard.press("Shift+T");
  await dialog.getByRole("option", { name: "wholesale" }).waitFor();
  await page.keyboard.type("WHOLESALE");
  assert.deepEqual(await dialog.getByRole("option").allInnerTexts(), ["wholesale"]);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await notice(page, "Added “wholesale”: Cleo Fay").waitFor();
  assert.deepEqual(await tags(), ["wholesale"]);
  await page.keyboard.press("z");
  await notice(page, "Undone. Removed “wholesale”: Cleo Fay").waitFor();
  assert.deepEqual(await tags(), []);

  await openThread(page, "Bo Lind");
  await page.getByRole("button", { name: "Remove the tag late parcel" }).click();
  await page
    .getByRole("listitem")
    .filter({ hasText: "Removed “late parcel”: Bo Lind" })
    .getByRole("button", { name: "Undo" })
    .click();
  await notice(page, "Undone. Added “late parcel”: Bo Lind").waitFor();
  assert.deepEqual(await tags(), ["late parcel", "wholesale"]);
  await page.reload();
  await chips.first().waitFor();
  assert.deepEqual(await tags(), ["late parcel", "wholesale"], "the server has them");
});

test("assigning and labels are undone by the same key; a held key closes once", async () => {
  const { page } = robin;
  await all(page);
  await openThread(page, "Anna Berg");
  const before = await page.getByRole("button", { name: "Topic:" }).innerText();
  await page.getByRole("button", { name: "Topic:" }).click();
  await page.getByRole("radio", { name: "Praise" }).click();
  await notice(page, "Label corrected: Anna Berg").waitFor();
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: "Filter teammates and teams" }).fill("lena");
  await page.keyboard.press("Enter");
  await notice(page, "Assigned to Lena Roth: Anna Berg").waitFor();
  await page.keyboard.press("z");
  await notice(page, "Undone.").last().waitFor();
  await page.keyboard.press("z");
  await notice(page, "Undone. Label as before: Anna Berg").waitFor();
  assert.equal(await page.getByRole("button", { name: "Topic:" }).innerText(), before);
  await page.locator("#thread-title").focus();
  const closes: string[] = [];
  page.on("request", (request) => void (request.url().endsWith("/close") && closes.push(request.url())));
  await page.keyboard.down("e");
  await page.keyboard.down("e");
  await page.keyboard.up("e");
  await notice(page, "Closed: Anna Berg").waitFor();
  assert.equal(closes.length, 1);
});

test("an undo that is no longer true goes", async () => {
  const { page } = robin;
  const offer = page
    .getByRole("listitem")
    .filter({ hasText: "Closed: Anna Berg" })
    .getByRole("button", { name: "Undo" });
  await offer.waitFor();
  await page.getByRole("list", { name: "Notices" }).hover(); // none goes away while somebody reaches for it
  house.standins.telegram.customer("Anna Berg").text("Are you there?");
  await row(page, "Anna Berg").waitFor();
  await offer.waitFor({ state: "detached" });
  await page.keyboard.press("z");
  await notice(page, "There is nothing to undo").waitFor();
  await page.mouse.move(700, 400);
});

test("keys work on every page, arrows move in the list, and two links skip to it and to the thread", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/notices`);
  await page.getByRole("heading", { level: 1, name: "Notices" }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await page.waitForURL("**/q/all");
  await row(page, "Dan Roe").waitFor();
  const names = await shown(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate("document.activeElement.querySelector('bdi').textContent"), names[1]);
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.evaluate("document.activeElement.querySelector('bdi').textContent"), names[0]);
  await page.reload();
  await row(page, "Dan Roe").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate("document.activeElement.textContent"), "Skip to the list");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate("document.activeElement.querySelector('bdi').textContent"), names[0]);
});

test("a link to a thread shows its place: the list that has it, and its row", async () => {
  const { page } = robin;
  await all(page);
  await openThread(page, "Bo Lind");
  const address = page.url();
  await page.keyboard.press("e");
  await notice(page, "Closed: Bo Lind").waitFor();
  const visit = await house.signedIn(owner, "mine");
  await visit.page.goto(address);
  await visit.page.getByRole("heading", { level: 2, name: "Closed", exact: true }).waitFor();
  await row(visit.page, "Bo Lind").locator("a[aria-current=true][data-selected=true]").waitFor();
  await visit.page.keyboard.press("Shift+E");
  await visit.page.locator(".pill.state").waitFor({ state: "detached" });
  // Loaded anew it stays in the list in which it was looked at.
  await visit.page.getByRole("navigation", { name: "Queues" }).getByRole("link", { name: "All open" }).click();
  await openThread(visit.page, "Bo Lind");
  await visit.page.reload();
  await visit.page.getByRole("heading", { level: 2, name: "All open" }).waitFor();
  await row(visit.page, "Bo Lind").locator("a[aria-current=true]").waitFor();
  assert.deepEqual(visit.complaints.list, []);
  await visit.close();
});

/** Sends without a connection, and goes elsewhere. */
const sendOffline = async (page: Page, name: string, words: string): Promise<void> => {
  await all(page);
  await openThread(page, name);
  await page.context().setOffline(true);
  await page.locator("#composer").fill(words);
  await page.keyboard.press("Control+Enter");
  await ours(page, words).getByText("Not sent yet.").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await row(page, name).getByText("Unsent").waitFor();
};

test("a reply sent without a connection, and left, says so until the connection is back, and then goes out once", async () => {
  const visit = await house.signedIn(owner);
  const { page } = visit;
  const customer = house.standins.telegram.customer("Cleo Fay");
  const before = customer.received.length;
  await sendOffline(page, "Cleo Fay", "We send a new one.");
  await page.getByRole("navigation", { name: "Queues" }).getByRole("link", { name: "Unsent" }).click();
  await page.getByRole("heading", { level: 2, name: "Unsent" }).waitFor();
  assert.deepEqual(await shown(page), ["Cleo Fay"]);
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    assert.deepEqual(await look(page, `unsent-${width}`), []);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  assert.equal(customer.received.length, before);
  await page.context().setOffline(false);
  await notice(page, "Cleo Fay, Telegram: your reply is sent").waitFor();
  await until("it is on the phone", () => customer.received.length === before + 1);
  await page.getByText("Everything is sent").waitFor();
  await page.waitForTimeout(1500);
  assert.deepEqual(
    customer.received.slice(before).map(({ text }) => text),
    ["We send a new one."],
    "once",
  );
  await visit.close();
});

test("it survives a reload and a closed tab, is sent by one tab of two, and is not shown to another person", async () => {
  const visit = await house.signedIn(owner);
  const { page } = visit;
  const customer = house.standins.telegram.customer("Dan Roe");
  const before = customer.received.length;
  await page.route("**/replies", (route) => route.abort());
  await all(page);
  await openThread(page, "Dan Roe");
  await page.locator("#composer").fill("It is on its way.");
  await page.keyboard.press("Control+Enter");
  await ours(page, "It is on its way.").getByText("Not sent yet.").waitFor();
  await page.close();
  const posts: string[] = [];
  const context = visit.page.context();
  await context.route("**/replies", (route) => (posts.push(route.request().postData() ?? ""), route.abort()));
  const tabs = [await context.newPage(), await context.newPage()];
  for (const tab of tabs) {
    await tab.goto(`${house.worker.url}/q/all`);
    await row(tab, "Dan Roe").getByText("Unsent").waitFor();
  }
  await until("it was tried", () => posts.length > 0);
  assert.equal(customer.received.length, before);
  await context.unroute("**/replies");
  for (const tab of tabs) await tab.evaluate("dispatchEvent(new Event('online'))");
  await until("it is on the phone", () => customer.received.length === before + 1);
  for (const tab of tabs) await row(tab, "Dan Roe").getByText("Unsent").waitFor({ state: "detached" });
  assert.deepEqual(
    new Set(posts.map((body) => (JSON.parse(body) as { replyId: string }).replyId)).size,
    1,
    "by one id",
  );
  assert.equal(customer.received.length, before + 1);
  await context.close();
});

test("written meanwhile: it is shown to the person and not sent; signing out asks before it is deleted, and deletes nobody else's", async () => {
  const visit = await house.signedIn(owner);
  const { page } = visit;
  const customer = house.standins.telegram.customer("Cleo Fay");
  const before = customer.received.length;
  await sendOffline(page, "Cleo Fay", "Shall we refund it?");
  customer.text("Please just refund it.");
  await until("it is taken in", async () => {
    const database = await house.worker.mf.getD1Database("DB");
    return (
      (await database.prepare("SELECT count(*) AS n FROM search WHERE search MATCH 'please'").first<{ n: number }>())
        ?.n === 1
    );
  });
  await page.context().setOffline(false);
  await notice(page, "somebody wrote meanwhile").waitFor();
  await row(page, "Cleo Fay").getByText("Unsent").waitFor();
  await openThread(page, "Cleo Fay");
  await page.locator(".message").getByText("Please just refund it.").waitFor();
  assert.equal(await page.locator("#composer").inputValue(), "Shall we refund it?");
  assert.equal(customer.received.length, before);
  const others = "unsent:tm_elsewhere:thr_1";
  await page.evaluate(`localStorage.setItem('${others}', '{}')`);
  await page.getByRole("button", { name: /Robin/ }).last().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("dialog", { name: "One reply is not sent yet" }).waitFor();
  await page.getByRole("button", { name: "Delete and sign out" }).click();
  await page.getByRole("heading", { name: /Sign in to Tributary/ }).waitFor();
  assert.deepEqual(await page.evaluate('Object.keys(localStorage).filter((key) => key.startsWith("unsent:"))'), [
    others,
  ]);
  await visit.close();
});

test("where the browser has no room, the page says so, and what stands in the composer stays while others are read", async () => {
  const visit = await house.signedIn(owner);
  const { page } = visit;
  await all(page);
  await openThread(page, "Dan Roe");
  await page.evaluate(`(() => {
    for (let size = 1 << 22; size > 0; size >>= 1) for (let n = 0; ; n += 1) try { sessionStorage.setItem('full ' + size + ' ' + n, 'x'.repeat(size)); } catch { break; }
  })()`);
  await page.locator("#composer").fill("Dear Dan, this is a long story.");
  await notice(page, "Dan Roe, Telegram: this browser has no room to keep your draft").waitFor();
  for (let round = 0; round < 3; round += 1) {
    for (const name of ["Anna Berg", "Bo Lind", "Cleo Fay"]) await openThread(page, name);
  }
  await openThread(page, "Dan Roe");
  assert.equal(await page.locator("#composer").inputValue(), "Dear Dan, this is a long story.");
  const asked = new Promise<string>((done) =>
    page.once("dialog", (dialog) => (done(dialog.type()), void dialog.dismiss())),
  );
  await page.close({ runBeforeUnload: true });
  assert.equal(await asked, "beforeunload");
  await page.evaluate("sessionStorage.clear()");
  await page.locator("#composer").fill("");
  assert.deepEqual(visit.complaints.list, []);
  await visit.close();
});

test("nothing was complained of", () => {
  assert.deepEqual(robin.complaints.list, []);
});
