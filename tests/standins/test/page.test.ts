import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { post, rig, type Rig } from "./rig.ts";

let r: Rig;
let browser: Browser;
let page: Page;
before(async () => {
  r = await rig();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
});
after(async () => {
  await browser.close();
  await r.stop();
});

test("a customer writes on the page; the answer appears with no reload, and is read", async () => {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(r.all.url);
  await page.getByRole("button", { name: "New" }).click();
  await page.getByLabel("Name").fill("Ada Moss");
  await page.getByLabel("Platform").selectOption("facebook/");
  await page.getByRole("button", { name: "Hand out a phone" }).click();
  const phone = page.getByRole("article", { name: "Ada Moss, Messenger" });
  await phone.getByLabel("Message from Ada Moss").fill("Is it open today?");
  await page.keyboard.press("Enter");
  await phone.getByText("Sent").waitFor();
  assert.equal(r.worker.received.at(-1)?.json.entry[0].messaging[0].message.text, "Is it open today?");
  const ada = r.all.facebook.customer("Ada Moss");
  await post(
    `${r.all.facebook.url}/v25.0/me/messages`,
    { recipient: { id: ada.peer }, messaging_type: "RESPONSE", message: { text: "Until six." } },
    r.all.facebook.account.token,
  );
  await phone.getByText("Until six.").waitFor();
  for (let i = 0; i < 40 && ada.received[0]?.state !== "read"; i++) await new Promise((done) => setTimeout(done, 50));
  assert.equal(ada.received[0]?.state, "read");
  assert.deepEqual(problems, []);
});

test("pictures, stories and reactions by keyboard and pointer", async () => {
  r.all.instagram.customer("Bea Lund").text("hei");
  await page.getByRole("button", { name: /^Bea Lund/ }).click();
  const phone = page.getByRole("article", { name: /^Bea Lund/ });
  await phone.getByLabel("Send something else").press("Enter");
  await phone.getByRole("button", { name: "Send the picture of a boots" }).press("Enter");
  await phone.getByRole("img", { name: "Picture: boots" }).waitFor();
  await phone.getByLabel("Send something else").click();
  await phone.getByRole("button", { name: "Mention in my story" }).click();
  await phone.getByText("You mentioned the shop in your story").waitFor();
  const first = phone.getByRole("listitem").first();
  await first.getByLabel("What to do with this message").press("Enter");
  await first.getByRole("button", { name: "Take back" }).click();
  await phone.getByText("You took this message back").waitFor();
  await r.all.idle();
  const kinds = r.worker.received
    .filter((x) => x.json.object === "instagram")
    .map((x) => x.json.entry[0].messaging[0].message);
  assert.equal(kinds.at(-1).is_deleted, true);
});

test("a webhook that is not taken is shown", async () => {
  r.worker.answers = Array<number>(6).fill(500);
  r.all.whatsapp.customer("Cy Holt").text("anyone?");
  await page.getByRole("button", { name: /^Cy Holt.*delivery failing/ }).waitFor();
  r.worker.answers = [];
  await r.all.idle();
  await page.getByRole("button", { name: "Cy Holt, WhatsApp", exact: true }).waitFor();
});

test("nothing is wider than a small screen", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await page.getByRole("article").first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
});
