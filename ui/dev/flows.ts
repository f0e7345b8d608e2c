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
  browser = await chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => play({ reset: true, weather: "fine" }));

const play = (order: object) => fetch(`${origin}/__play`, { method: "POST", body: JSON.stringify(order) });

async function open(path: string, width = 1440): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width, height: 860 } })).newPage();
  page.setDefaultTimeout(8000);
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
    if (request.method() === "POST" && request.url().endsWith("/replies")) posts.add((JSON.parse(request.postData() ?? "{}") as { replyId: string }).replyId);
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

test("a lost answer: the reply survives a reload, and is not sent twice", async () => {
  await play({ fate: "hang" });
  const page = await open("/t/thr_omar");
  await page.fill("#composer", "We ask the customs office today.");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".ours:has-text('customs office') >> text=Sending");
  await page.reload();
  await page.waitForSelector("#composer");
  while (!(await page.inputValue("#composer")).includes("customs office")) await page.waitForTimeout(20);
  const posts: { replyId: string }[] = [];
  page.on("request", (request) => request.method() === "POST" && request.url().endsWith("/replies") && posts.push(JSON.parse(request.postData() ?? "{}") as { replyId: string }));
  const kept = JSON.parse((await page.evaluate("sessionStorage.getItem('draft:thr_omar')")) as string) as { replyId: string };
  await page.focus("#composer");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".ours:has-text('customs office') >> text=Sent");
  assert.deepEqual(posts.map((body) => body.replyId), [kept.replyId]);
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
  await page.waitForSelector("text=Undo");
  await page.click("text=Undo");
  await page.waitForSelector("li:has-text('Reopened')");
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
  const place = () => page.evaluate("(() => { const m = [...document.querySelectorAll('.message')].find((n) => n.textContent.includes('number 125.')); return m ? Math.round(m.getBoundingClientRect().top) : null })()");
  const before = await place();
  await page.waitForSelector("text=Message number 90.", { state: "attached" });
  await page.waitForTimeout(100);
  assert.ok(Math.abs(((await place()) as number) - (before as number)) <= 2, `${before} -> ${await place()}`);
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
