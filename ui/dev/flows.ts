/** What a person does, done in a real browser against the played API and the built page: `npm run -w ui flows`. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { preview, type PreviewServer } from "vite";

let server: PreviewServer;
let browser: Browser;
let origin = "";

before(async () => {
  server = await preview({ preview: { port: 4181, host: "127.0.0.1" }, logLevel: "error" });
  origin = server.resolvedUrls?.local[0]?.replace(/\/$/, "") ?? "";
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
});
after(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => play({ reset: true, weather: "fine" }));

const play = (order: object) => fetch(`${origin}/__play`, { method: "POST", body: JSON.stringify(order) });

async function open(path: string, width = 1440): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width, height: 860 } })).newPage();
  page.setDefaultTimeout(Number(process.env["PATIENCE"] ?? 8000));
  page.on("pageerror", (error) => assert.fail(error.message));
  await page.goto(`${origin}${path}`);
  return page;
}

const names = (page: Page) => page.locator(".list-pane .name").allInnerTexts();

test("a one-time link signs in and leaves no token in the address", async () => {
  await play({ weather: "signedOut" });
  const page = await open("/signin#token=welcome");
  await page.waitForSelector(".list-pane li");
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).hash, "/q/mine");
  await page.goBack().catch(() => null);
  assert.doesNotMatch(page.url(), /token/);
});

test("a message arrives without a reload, moves its row and is announced", async () => {
  const page = await open("/q/all");
  await page.waitForSelector(".list-pane li");
  await page.waitForTimeout(300);
  await play({ write: { thread: "thr_pia", text: "Ja, det må I gerne!" } });
  await page.waitForSelector("p[aria-live]:has-text('New message from Pia')", { state: "attached" });
  assert.ok((await names(page)).includes("Pia Sørensen"));
});

test("a reply goes out once for a double press, and its receipts follow", async () => {
  const page = await open("/t/thr_mara_wa");
  const posts = new Set<string>();
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/replies"))
      posts.add((JSON.parse(request.postData() ?? "{}") as { replyId: string }).replyId);
  });
  await page.fill("#composer", "A new shade is on its way.");
  await page.keyboard.press("Control+Enter");
  await page.keyboard.press("Control+Enter");
  await page.click(".send").catch(() => {});
  await page.waitForSelector(".ours:has-text('A new shade') >> text=Read");
  assert.equal(posts.size, 1);
  assert.equal(await page.locator(".ours:has-text('A new shade')").count(), 1);
  assert.equal(await page.inputValue("#composer"), "");
});

test("a lost answer: the reply survives a reload, is sent by itself, and once", async () => {
  await play({ fate: "hang" });
  const page = await open("/t/thr_omar");
  const posts: string[] = [];
  page.on(
    "request",
    (request) =>
      void (
        request.method() === "POST" &&
        request.url().endsWith("/replies") &&
        posts.push((JSON.parse(request.postData() ?? "{}") as { replyId: string }).replyId)
      ),
  );
  await page.fill("#composer", "We ask the customs office today.");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".ours:has-text('customs office') >> text=Sending");
  await page.reload();
  await page.waitForSelector(".ours:has-text('customs office') >> text=Sent");
  assert.equal(new Set(posts).size, 1);
  assert.equal(await page.inputValue("#composer"), "");
});

test("sent without a connection and left: it says so until it is sent, across a reload", async () => {
  const page = await open("/t/thr_omar");
  await page.waitForSelector("#composer");
  await page.route("**/replies", (route) => route.abort());
  await page.fill("#composer", "We ask the customs office today.");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".trouble >> text=Not sent yet");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.waitForSelector(".list-pane li:has-text('عمر') >> text=Unsent");
  await page.reload();
  await page.click(".rail >> text=Unsent");
  await page.waitForSelector(".list-pane li:has-text('عمر')");
  assert.equal(await page.locator(".list-pane li").count(), 1);
  await page.screenshot({ path: process.env["SHOTS"] ?? "/tmp/page-unsent.png" });
  await page.unroute("**/replies");
  await page.evaluate("dispatchEvent(new Event('online'))");
  await page.waitForSelector("text=your reply is sent");
  await page.waitForSelector("text=Everything is sent");
  assert.equal(await page.locator(".rail >> text=not sent yet").count(), 0);
});

test(
  "sent without a connection, and the customer writes meanwhile: it is shown to the person, and " + "not sent",
  async () => {
    const page = await open("/t/thr_omar");
    await page.waitForSelector("#composer");
    await page.route("**/replies", (route) => route.abort());
    await page.fill("#composer", "We ask the customs office today.");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(".trouble >> text=Not sent yet");
    await page.goto(`${origin}/q/all`);
    await page.waitForSelector(".list-pane li:has-text('عمر') >> text=Unsent");
    await play({ fate: "changed" });
    await page.unroute("**/replies");
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.waitForSelector("text=somebody wrote meanwhile");
    await page.waitForSelector(".list-pane li:has-text('عمر') >> text=Unsent");
    await page.click(".list-pane li:has-text('عمر') a");
    await page.waitForSelector("#composer");
    assert.equal(await page.inputValue("#composer"), "We ask the customs office today.");
    await page.waitForSelector("text=Wait, I found it!");
    await page.waitForTimeout(2100);
    await page.focus("#composer");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(".ours:has-text('customs office') >> text=Sent");
    assert.equal(await page.locator(".list-pane >> text=Unsent").count(), 0);
  },
);

test("signing out with something unsent asks first", async () => {
  const page = await open("/t/thr_omar");
  await page.waitForSelector("#composer");
  await page.route("**/replies", (route) => route.abort());
  await page.fill("#composer", "We ask the customs office today.");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".trouble >> text=Not sent yet");
  await page.click(".rail footer .trigger");
  await page.click("text=Sign out");
  await page.waitForSelector("[role=dialog] >> text=One reply is not sent yet");
  await page.click("text=Delete and sign out");
  await page.waitForSelector("h1:has-text('Sign in')");
  assert.equal(await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unsent:')).length"), 0);
});

/** The page's policy forbids what `waitForFunction` does. */
const until = async (page: Page, holds: string): Promise<void> => {
  for (const end = Date.now() + 20_000; !(await page.evaluate(holds)); await page.waitForTimeout(20))
    assert.ok(Date.now() < end, holds);
};

const focusedName = (page: Page) =>
  page.evaluate("document.activeElement.querySelector('bdi')?.textContent ?? document.activeElement.textContent");

test("in what a search has found the keys are about the row with the focus, and the notice names it", async () => {
  const page = await open("/q/all");
  await page.waitForSelector(".list-pane li");
  await page.keyboard.press("j");
  await page.keyboard.press("/");
  await page.keyboard.type("hello");
  await page.waitForSelector("mark");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  const name = String(await focusedName(page));
  await page.keyboard.press("e");
  await page.waitForSelector(`li:has-text("Closed: ${name}")`);
  assert.notEqual(await page.evaluate("document.activeElement.tagName"), "BODY");
});

test("close moves on to the next thread, and the focus with it; z brings the last one back", async () => {
  const page = await open("/q/mine");
  await page.waitForSelector(".list-pane li");
  const [first = "", second = "", third = ""] = await names(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#composer");
  await page.keyboard.press("e");
  await until(page, `document.querySelector("#thread-title")?.textContent === ${JSON.stringify(second)}`);
  await until(page, "document.activeElement.id === 'thread-title'");
  await page.waitForSelector(`text=Closed: ${first}`);
  await page.keyboard.press("e");
  await until(page, `document.querySelector("#thread-title")?.textContent === ${JSON.stringify(third)}`);
  await page.waitForSelector(`text=Closed: ${second}`);
  await page.keyboard.press("z");
  await until(page, `document.querySelector("#thread-title")?.textContent === ${JSON.stringify(second)}`);
  await page.keyboard.press("z");
  await until(page, `document.querySelector("#thread-title")?.textContent === ${JSON.stringify(first)}`);
  assert.equal(await page.locator(".pill.state").count(), 0);
});

test("send and close", async () => {
  const page = await open("/t/thr_mara_wa");
  await page.waitForSelector("#composer");
  const title = await page.innerText("#thread-title");
  await page.fill("#composer", "All done.");
  await page.keyboard.press("Control+Shift+Enter");
  await page.waitForSelector(`text=Closed: ${title}`);
});

test("a stale undo goes", async () => {
  const page = await open("/t/thr_pia");
  await page.waitForSelector(".thread-pane article");
  await page.keyboard.press("e");
  await page.waitForSelector("text=Undo");
  await play({ write: { thread: "thr_pia", text: "Hej igen" } });
  await page.waitForSelector("text=Undo", { state: "detached" });
  await page.keyboard.press("z");
  await page.waitForSelector("text=There is nothing to undo");
});

test("the first load asks for nothing twice and shifts nothing", async () => {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 860 } })).newPage();
  const asked: string[] = [];
  page.on(
    "request",
    (request) =>
      void (
        request.url().includes("/api/v1/") &&
        request.method() === "GET" &&
        asked.push(new URL(request.url()).pathname)
      ),
  );
  await page.addInitScript(
    "self.shifts = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) if " +
      "(!one.hadRecentInput) self.shifts += one.value; }).observe({ type: 'layout-shift', buffered: " +
      "true });",
  );
  await page.goto(`${origin}/q/mine`);
  await page.waitForSelector(".list-pane li");
  await page.waitForTimeout(3000);
  assert.deepEqual(
    asked.filter((path, n) => asked.indexOf(path) !== n),
    [],
  );
  assert.equal(await page.evaluate("self.shifts"), 0);
});

test("a deep link shows its thread's place", async () => {
  const page = await open("/t/thr_f2");
  await page.waitForSelector("#queue-name:has-text('Closed')");
  await page.waitForSelector(".list-pane a[aria-current=true][data-selected=true]");
  await page.goto(`${origin}/q/all`);
  await page.waitForSelector(".list-pane li");
  await page.click(".list-pane li a >> nth=2");
  await page.waitForSelector("#composer");
  await page.reload();
  await page.waitForSelector("#queue-name:has-text('All open')");
  await page.waitForSelector(".list-pane a[aria-current=true]");
});

test("keys work on every page", async () => {
  const page = await open("/notices");
  await page.waitForSelector(".frame");
  await page.keyboard.press("?");
  await page.waitForSelector("[role=dialog] >> text=Keyboard");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.waitForURL("**/q/mine");
});

test("the customer wrote meanwhile: it is shown, the words are kept, and the second try goes out", async () => {
  await play({ fate: "changed" });
  const page = await open("/t/thr_jonas");
  await page.fill("#composer", "Two or three days.");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".changed:has-text('behind the sofa')");
  assert.equal(await page.inputValue("#composer"), "Two or three days.");
  await page.waitForTimeout(200);
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".ours:has-text('Two or three days.') >> text=Sent");
});

test("a reply in doubt waits for a person: sending again asks first", async () => {
  const page = await open("/t/thr_jonas");
  await page.click("text=It did not arrive: send again…");
  await page.waitForSelector("text=the customer gets it twice");
  await page.click("text=Yes, send again");
  await page.waitForSelector(".ours:has-text('Bankarbeitstage') >> text=Sent");
});

test("by keyboard alone: move, open, note, assign, close, undo, back", async () => {
  const page = await open("/q/mine");
  await page.waitForSelector(".list-pane li");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#composer");
  assert.equal(await page.innerText("#thread-title"), (await names(page))[1]);
  await page.keyboard.press("n");
  await page.keyboard.type("Customs have it.");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".note:has-text('Customs have it.')");
  await page.keyboard.press("Escape");
  await page.keyboard.press("a");
  await page.keyboard.type("theo");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Assigned to Theo Brandt");
  assert.ok(!(await names(page)).includes("عمر الحسن"));
  await page.keyboard.press("e");
  await page.waitForSelector("text=Closed: عمر");
  await page.locator("li", { hasText: "Closed: عمر" }).getByRole("button", { name: "Undo" }).click();
  await page.waitForSelector("li:has-text('Undone. Reopened')");
  await until(page, "document.querySelector('#thread-title')?.textContent === 'عمر الحسن'");
  await page.keyboard.press("u");
  await page.waitForURL("**/q/mine");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL("**/q/closed");
});

test("older messages come in above without moving what is read", async () => {
  const page = await open("/t/thr_f1");
  await page.waitForSelector("text=Message number 160.");
  const scroller = page.locator("[aria-label=Messages]");
  await page.waitForTimeout(300);
  await scroller.evaluate((node) => node.scrollTo(0, 300));
  const place = () =>
    page.evaluate<number>(
      "(() => { const m = [...document.querySelectorAll('.message')].find((n) => " +
        "n.textContent.includes('number 125.')); return m ? Math.round(m.getBoundingClientRect().top) : " +
        "null })()",
    );
  const before = await place();
  await page.waitForSelector("text=Message number 90.", { state: "attached" });
  await page.waitForTimeout(100);
  assert.ok(Math.abs((await place()) - before) <= 2, `${before} -> ${await place()}`);
});

test("on a small screen one pane at a time, and back leads back", async () => {
  const page = await open("/", 390);
  await page.waitForSelector(".list-pane li");
  await page.click(".list-pane li a >> nth=0");
  await page.waitForSelector("#composer");
  assert.equal(await page.locator(".list-pane").isVisible(), false);
  await page.click("button[aria-label='Back to the list']");
  await page.waitForSelector(".list-pane li");
  await page.click("a[aria-label=Queues]");
  await page.click("text=Unassigned");
  await page.waitForURL("**/q/unassigned");
  await page.goBack();
  assert.equal(await page.locator(".rail").isVisible(), true);
});

test("the socket falls: it says so, comes back by itself, and has missed nothing", async () => {
  const page = await open("/q/mine");
  await page.waitForSelector(".list-pane li");
  await play({ weather: "broken" });
  await play({ drop: true });
  await page.waitForSelector("text=Reconnecting");
  await play({ weather: "fine", write: { thread: "thr_kenji", text: "新しいメッセージ" } });
  await page.waitForSelector("text=Reconnecting", { state: "hidden", timeout: 15_000 });
  await page.waitForSelector(".list-pane li:has-text('健二')");
});
