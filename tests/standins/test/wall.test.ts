import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { faults } from "../../browser/page.ts";
import { until } from "../../harness/until.ts";
import { post, rig, type Rig } from "./rig.ts";
import type { WallPost } from "../wall/model.ts";

let r: Rig;
let browser: Browser;
let page: Page;
const problems: string[] = [];
before(async () => {
  r = await rig();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (line) => line.type() === "error" && problems.push(line.text()));
  await page.goto(`${r.all.url}/wall`);
});
after(async () => {
  await browser.close();
  await r.stop();
});

const boots = (): WallPost => {
  const found = r.all.world.wall.list("facebook").find((p) => p.text.includes("Arrecife"));
  assert.ok(found);
  return found;
};
/** The list moves while something happens: a click is for the post that was meant once that is the chosen one. */
const choose = async (name: RegExp) => {
  await until("the post is chosen", async () => {
    await page.getByRole("button", { name }).click();
    return (await page.getByRole("button", { name, pressed: true }).count()) === 1;
  });
};
const comment = (name: string) => page.getByRole("article", { name: `Comment by ${name}` });
const iAm = async (name: string) => {
  await page.getByLabel("Name of the customer").fill(name);
  await page.keyboard.press("Enter");
};
const asShop = (on: boolean) => page.getByRole("button", { name: "The shop", exact: true, pressed: !on }).click();
const said = async (verb: string) => {
  await r.all.idle();
  return r.worker.received.flatMap((x) => x.json.entry[0].changes ?? []).filter((c) => c.value.verb === verb);
};

test("a customer comments, replies, edits and deletes by keyboard; the Worker hears of each", async () => {
  await choose(/^The Arrecife boots/);
  await iAm("Kim Lee");
  await page.getByLabel("Comment as Kim Lee").fill("How much aer they?");
  await page.keyboard.press("Enter");
  await comment("Kim Lee").waitFor();
  assert.equal((await said("add")).at(-1)?.value.message, "How much aer they?");
  await comment("Kim Lee").focus();
  await page.keyboard.press("e");
  assert.equal(await page.getByLabel("Edit your comment").inputValue(), "How much aer they?");
  await page.getByLabel("Edit your comment").fill("How much are they?");
  await page.keyboard.press("Enter");
  await comment("Kim Lee").getByText("edited").waitFor();
  assert.equal((await said("edited")).at(-1)?.value.message, "How much are they?");
  await iAm("Ana Silva");
  await comment("Kim Lee").focus();
  await page.keyboard.press("r");
  await page.keyboard.type("Would like to know, too");
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Answers to Kim Lee" }).getByText("Would like to know, too").waitFor();
  await comment("Kim Lee").focus();
  await page.keyboard.press("l");
  await comment("Kim Lee").getByText("1 like").waitFor();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate("document.activeElement.getAttribute('aria-label')"), "Comment by Ana Silva");
  await page.keyboard.press("Delete");
  await comment("Ana Silva").waitFor({ state: "detached" });
  assert.equal((await said("remove")).length, 1);
});

test("what the team answers appears; a private answer is marked, and is on the phone", async () => {
  const kim = r.all.world.wall.of(boots()).find((c) => c.author.name === "Kim Lee");
  assert.ok(kim);
  const { token } = r.all.facebook.account;
  await post(`${r.all.facebook.url}/v25.0/${kim.id}/comments`, { message: "49 until Sunday" }, token);
  const answers = page.getByRole("list", { name: "Answers to Kim Lee" });
  await answers.getByText("49 until Sunday").waitFor();
  await answers.getByText("From the inbox").waitFor();
  const message = { recipient: { comment_id: kim.id }, message: { text: "Shall we put a pair aside?" } };
  await post(`${r.all.facebook.url}/v25.0/me/messages`, message, token);
  await comment("Kim Lee").getByText("Answered in private").waitFor();
  assert.equal(r.all.facebook.customer("Kim Lee").received.at(-1)?.text, "Shall we put a pair aside?");
});

test("a hidden comment is gone for others, there for its author and for the shop, which can show it again", async () => {
  r.all.facebook.wall.comment("Spam Sam", boots(), "Buy followers");
  await comment("Spam Sam").waitFor();
  await asShop(true);
  await comment("Spam Sam").focus();
  await page.keyboard.press("h");
  await comment("Spam Sam").getByText("Hidden").waitFor();
  assert.equal((await said("hide")).length, 1);
  await asShop(false);
  await comment("Spam Sam").waitFor({ state: "detached" });
  await iAm("Spam Sam");
  await comment("Spam Sam").waitFor();
  await asShop(true);
  await comment("Spam Sam").getByRole("button", { name: "Show" }).click();
  await comment("Spam Sam").getByText("Hidden").waitFor({ state: "detached" });
  await page.getByLabel("Comment as Harbour & Pine").fill("Please stay on topic");
  await page.keyboard.press("Enter");
  await page.getByText("In its own app").waitFor();
  await asShop(false);
});

test("Instagram: a new broadcast, comments on it, its end; no edits there", async () => {
  await page.getByRole("button", { name: "New" }).click();
  await page.getByLabel("Where").selectOption({ label: "Instagram" });
  await page.getByLabel("Kind").selectOption("live");
  await page.getByLabel("Words").fill("Live from the workshop");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByRole("article", { name: "Post of Harbour & Pine" }).getByText("Live", { exact: true }).waitFor();
  await iAm("Bo Berg");
  await page.getByLabel("Comment as Bo Berg").fill("Hello!");
  await page.keyboard.press("Enter");
  await comment("Bo Berg").waitFor();
  assert.equal(await comment("Bo Berg").getByRole("button", { name: "Edit" }).count(), 0);
  await r.all.idle();
  assert.equal(r.worker.received.at(-1)?.json.entry[0].changes[0].field, "live_comments");
  await page.getByRole("button", { name: "End the broadcast" }).click();
  await page.getByText("The broadcast is over.", { exact: true }).waitFor();
  assert.equal(await page.getByLabel("Comment as Bo Berg").isVisible(), false);
});

test("a storm: the page keeps up, older comments come on demand, comments are switched off", async () => {
  await choose(/^We open at ten/);
  // The page is drawn anew while what came before is still told: what was not taken is asked for again.
  await until("the storm is told", async () => {
    await page.getByLabel("Comments", { exact: true }).and(page.getByRole("spinbutton")).fill("500");
    await page.getByRole("button", { name: "Let it break" }).click();
    const told = page.getByText("500 comments, 100 questions among them");
    return told.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
  });
  const shown = () => page.locator(".comments > li").count();
  await until("thirty branches are shown", async () => (await shown()) === 30);
  await page.getByRole("button", { name: /^Show more of/ }).click();
  await until("more branches are shown", async () => (await shown()) === 90);
  await page.getByRole("button", { name: "Switch comments off" }).click();
  await page.getByText("The shop has switched comments off.").waitFor();
});

test("a comment that is not taken is shown so", async () => {
  await choose(/^The Arrecife boots/);
  await r.all.idle();
  r.worker.answers = Array<number>(6).fill(500);
  r.all.facebook.wall.comment("Cy Holt", boots(), "anyone?");
  await comment("Cy Holt")
    .getByText(/Not taken, trying again/)
    .waitFor();
  r.worker.answers = [];
  await r.all.idle();
  await comment("Cy Holt")
    .getByText(/Not taken/)
    .waitFor({ state: "detached" });
});

for (const [width, scheme] of [
  [1440, "light"],
  [1024, "dark"],
  [390, "light"],
  [390, "dark"],
] as const)
  test(`nothing to find fault with at ${width} in the ${scheme}`, async () => {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.reload();
    await comment("Kim Lee").waitFor();
    if (width < 1240) await page.getByRole("button", { name: "More" }).click();
    assert.deepEqual(await faults(page), []);
  });

test("no errors on the page", () => assert.deepEqual(problems, []));
