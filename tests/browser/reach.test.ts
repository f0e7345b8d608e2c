/** Finding things, the keyboard, small screens, and words that would be more than words. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look } from "./page.ts";
import { ProductFixture, openThread, ours, owner, row, until, type Visit } from "./product-fixture.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  house.standins.facebook.customer("Ida Falk", { language: "en" }).text("Order 7731 is missing a screw.");
  house.standins.whatsapp.customer("Jude Park", { language: "en" }).text("Do you repair zips?");
  house.standins.telegram.customer("Kim Aas", { language: "en" }).text("Thanks for order 7731!");
  robin = await house.signedIn(owner);
  for (const name of ["Ida Falk", "Jude Park", "Kim Aas"]) await row(robin.page, name).waitFor();
  // A label moves its thread in the list: the rows keep their places from here on.
  await until(
    "every thread is labelled",
    async () => (await robin.page.locator(".list-pane li .topic:not(.pending)").count()) === 3,
  );
});
after(() => house.close());

test("search finds messages and people by their words, marks them and opens their thread", async () => {
  const { page } = robin;
  await page.keyboard.press("/");
  await page.keyboard.type("7731 screw");
  const found = page.getByRole("list", { name: "Messages found" }).getByRole("listitem");
  await found.filter({ hasText: "Ida Falk" }).locator("mark", { hasText: "7731" }).waitFor();
  assert.equal(await found.count(), 1);
  await found.getByRole("link").click();
  await page.getByRole("heading", { level: 2, name: "Ida Falk" }).waitFor();
  await page.getByLabel("Clear the search").click();
  await page.locator("#search").fill("jude");
  const people = page.getByRole("list", { name: "People found" }).getByRole("listitem");
  await people.filter({ hasText: "Jude Park" }).locator("mark", { hasText: "Jude" }).waitFor();
  await page.locator("#search").fill("zebra");
  await page.getByText("Nothing found").waitFor();
  await page.locator("#search").press("Escape");
  await row(page, "Kim Aas").waitFor();
});

test("every command is found by its name, is about the thread that had the focus, and nothing is offered that does not fit", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Jude Park");
  await page.locator("#thread-title").focus();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Find a command" });
  await palette.getByRole("combobox").and(page.locator(":focus")).waitFor();
  assert.deepEqual(await look(page, "palette-1440"), []);
  await page.keyboard.type("reopen");
  await palette.getByText("No command has this name.").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("unread");
  await page.keyboard.press("Enter");
  await palette.waitFor({ state: "detached" });
  await page.getByText("Marked as unread: Jude Park").first().waitFor();
  await page.locator("#thread-title:focus").waitFor();
  // From within the composer too; Escape gives the focus back to it.
  await page.locator("#composer").focus();
  await page.keyboard.press("Control+k");
  await palette.waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#composer:focus").waitFor();
  await page.keyboard.press("Control+k");
  await palette.waitFor();
  await page.keyboard.type("insights");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/insights**");
  await page.goto(`${house.worker.url}/q/all`);
});

test("by keyboard alone: move, open, note, assign, close, undo, back, go", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  await row(page, "Kim Aas").waitFor();
  const names = await page.locator(".list-pane bdi.name").allInnerTexts();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const name = names[1] ?? "";
  await page.getByRole("heading", { level: 2, name }).waitFor();
  await page.keyboard.press("n");
  await page.locator("#composer:focus").waitFor();
  await page.keyboard.type("Checked with the workshop.");
  await page.keyboard.press("Control+Enter");
  await page.locator(".note", { hasText: "Checked with the workshop." }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: "Filter teammates and teams" }).waitFor();
  await page.keyboard.type("jon");
  await page.keyboard.press("Enter");
  await page.getByText("Assigned to Jon Aker").waitFor();
  await page.keyboard.press("e");
  // The next thread is shown; undone, it is this one again.
  await page.getByText(`Closed: ${name}`).waitFor();
  await page.getByRole("heading", { level: 2, name: names[2] ?? "", exact: true }).waitFor();
  await page.keyboard.press("z");
  await page.getByText(`Undone. Reopened: ${name}`).waitFor();
  await page.getByRole("heading", { level: 2, name, exact: true }).waitFor();
  assert.equal(await page.locator(".pill.state").count(), 0);
  await page.keyboard.press("u");
  await page.waitForURL("**/q/all");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL("**/q/closed");
  await page.getByText("Nothing closed yet").waitFor();
});

test("at 390 px one pane at a time; back leads back, by the page and by the browser", async () => {
  const small = await house.signedIn(owner, "all", { viewport: { width: 390, height: 844 } });
  const { page } = small;
  await openThread(page, "Jude Park");
  assert.equal(await page.locator(".list-pane").isVisible(), false);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
  await page.getByRole("button", { name: "Back to the list" }).click();
  await row(page, "Jude Park").waitFor();
  await openThread(page, "Jude Park");
  await page.goBack();
  await row(page, "Jude Park").waitFor();
  assert.equal(await page.locator(".thread-pane").isVisible(), false);
  await page.getByRole("link", { name: "Queues" }).click();
  await page.getByRole("navigation", { name: "Queues" }).getByRole("link", { name: "Unassigned" }).click();
  await page.waitForURL("**/q/unassigned");
  assert.deepEqual(small.complaints.list, []);
  await small.close();
});

const hostile = [
  '<img src=x onerror="document.title=1">',
  "<script>document.title = 1</script>",
  "javascript:alert(document.domain)",
  '[a](javascript:alert(1)) <a href="javascript:alert(1)">click</a>',
  '{{constructor.constructor("document.title=1")()}}',
  "\u202Egnirts\u202C \u0000 &lt;b&gt;",
];

test("after an answer the keyboard goes on with what came next, though what was answered went to the end", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  const names = page.locator(".list-pane bdi.name");
  await names.nth(2).waitFor();
  const [first = "", second = ""] = await names.allInnerTexts();
  await page.keyboard.press("j");
  // Every letter would be a command: "e" closes the thread.
  await page.keyboard.press("r");
  await page.keyboard.type("eee");
  await page.locator("#composer:focus").waitFor();
  assert.equal(await page.locator(".pill.state").count(), 0);
  await page.locator("#composer").fill("We look into it.");
  await page.keyboard.press("Control+Enter");
  await ours(page, "We look into it.").waitFor();
  await until(`${first} is at the end`, async () => (await names.last().innerText()) === first);
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.getByRole("heading", { level: 2, name: second, exact: true }).waitFor();
});

test("a thread that cannot be read leaves the keyboard alive", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  await page.locator(".list-pane bdi.name").nth(2).waitFor();
  const complaints = robin.complaints.list.length;
  await page.route(/\/threads\/[^/?]+$/, (route) =>
    route.request().resourceType() === "fetch" ? route.abort() : route.continue(),
  );
  await page.keyboard.press("j");
  await page.keyboard.press("r");
  await page.getByText("The thread could not be loaded").waitFor();
  const refused = page.url();
  await page.keyboard.press("r");
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.href !== refused);
  await page.unrouteAll();
  await page.goto(`${house.worker.url}/q/all`);
  robin.complaints.list.length = complaints;
});

test("words are words: no markup, no script, no address that is more than one", async () => {
  const { page } = robin;
  const lou = house.standins.telegram.customer("Lou <b>Bold</b> Ray", { language: "en" });
  await page.goto(`${house.worker.url}/q/all`);
  for (const words of hostile) lou.text(words);
  lou.text("See https://example.com/help and http://example.org, thanks");
  await page.locator(".list-pane li").filter({ hasText: "Lou <b>Bold</b> Ray" }).getByRole("link").click();
  const talk = page.getByRole("region", { name: "Messages" });
  await talk.getByText("See https://example.com/help").waitFor();
  for (const words of hostile.slice(0, 5)) await talk.getByText(words, { exact: true }).waitFor();
  assert.equal(await talk.locator("img, script, b").count(), 0);
  const links = await talk
    .getByRole("link")
    .evaluateAll((found) => found.map((one) => [one.getAttribute("href"), one.getAttribute("rel")].join(" ")));
  assert.ok(
    links.every((link) => /^https?:\/\/example\.(com|org)\/?(help)? .*noopener/.test(link)),
    links.join("\n"),
  );
  assert.equal(await page.getByRole("heading", { level: 2 }).filter({ hasText: "Lou <b>Bold</b> Ray" }).count(), 1);
  assert.match(await page.title(), /Tributary$/);
  await page.locator("#composer").fill("<b>We</b> & you");
  await page.keyboard.press("Control+Enter");
  await ours(page, "<b>We</b> & you")
    .getByText(/^(Sent|Delivered)$/)
    .waitFor();
  // Telegram reads HTML: what the customer sees is what was typed.
  assert.equal(lou.received.at(-1)?.text, "<b>We</b> & you");
});

test("nothing was complained of", () => {
  assert.deepEqual(robin.complaints.list, []);
});
