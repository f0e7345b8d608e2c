/** A conversation from the customer's first word to the reopened thread, seen by two teammates and by the customer. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ProductFixture, lena, openThread, ours, row, until, type Visit } from "./product-fixture.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
});
after(() => house.close());

const ada = () => house.standins.facebook.customer("Ada Moss", { language: "en" });

test("a one-time link signs in, once, and leaves nothing of itself in the address", async () => {
  robin = await house.visit(house.firstLink ?? "");
  await robin.page.waitForURL("**/q/mine");
  await robin.page.getByRole("heading", { level: 2, name: "Mine" }).waitFor();
  assert.equal(new URL(robin.page.url()).hash, "");
  const again = await house.visit(house.firstLink ?? "");
  await again.page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  assert.doesNotMatch(again.page.url(), /token/);
  await again.close();
});

test("a customer's message appears without a reload, labelled and with an owner", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  await page.getByText("Every thread is closed").or(page.locator(".empty")).first().waitFor();
  const loads: string[] = [];
  page.on("framenavigated", (frame) => loads.push(frame.url()));
  ada().text("Where is my order 4821? It was meant to arrive on Tuesday.");
  await row(page, "Ada Moss").waitFor();
  await row(page, "Ada Moss").locator(".topic", { hasText: "Orders" }).waitFor();
  assert.equal(loads.length, 0);
});

test("an answer by keyboard reaches the phone, and its receipts come back", async () => {
  const { page } = robin;
  const phones = await house.phones();
  await openThread(page, "Ada Moss");
  await page.getByText("Where is my order 4821?").last().waitFor();
  await page.keyboard.press("r");
  await page.locator("#composer:focus").waitFor();
  await page.keyboard.type("It left our shop this morning, and comes tomorrow.");
  await page.keyboard.press("Control+Enter");
  const said = ours(page, "It left our shop this morning");
  await said.getByText("Delivered").waitFor();
  assert.equal(await page.locator("#composer").inputValue(), "");
  const phone = phones.page.getByRole("article", { name: "Ada Moss, Messenger" });
  await phone.getByText("It left our shop this morning, and comes tomorrow.").waitFor();
  assert.deepEqual(
    ada().received.map((message) => message.text),
    ["It left our shop this morning, and comes tomorrow."],
  );
  ada().read();
  await said.getByText("Read", { exact: true }).waitFor();
  assert.equal(await said.count(), 1);
  assert.deepEqual(phones.complaints.list, []);
  await phones.close();
});

test("given to a teammate with a note: their page shows it as it happens", async () => {
  const { page } = robin;
  const hers = await house.signedIn(lena, "mine");
  await hers.page.getByRole("heading", { level: 2, name: "Mine" }).waitFor();
  await page.getByRole("heading", { level: 2, name: "Ada Moss" }).focus();
  await page.keyboard.press("a");
  await page.getByRole("combobox", { name: "Filter teammates and teams" }).fill("lena");
  await page.getByRole("textbox", { name: /^Note/ }).fill("She has asked twice; please call the courier.");
  await page.getByRole("button", { name: "Assign to Lena Roth" }).click();
  await page.getByText("Assigned to Lena Roth").waitFor();
  await row(hers.page, "Ada Moss").waitFor();
  await openThread(hers.page, "Ada Moss");
  await hers.page.getByText("She has asked twice; please call the courier.").first().waitFor();
  assert.deepEqual(hers.complaints.list, []);
  await hers.close();
});

test("a message that comes while the thread is open is shown in it", async () => {
  ada().text("It is for a birthday on Thursday.");
  await robin.page.locator(".message").filter({ hasText: "It is for a birthday on Thursday." }).waitFor();
});

test("closed, it leaves the list; the next message of the customer opens it again", async () => {
  const { page } = robin;
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await row(page, "Ada Moss").waitFor({ state: "detached" });
  // It was the last one: the list is shown, and says so.
  await page.waitForURL("**/q/all");
  await page.getByText("Nothing is open").waitFor();
  await page.getByText("Closed: Ada Moss").waitFor();
  await page.goto(`${house.worker.url}/q/closed`);
  await row(page, "Ada Moss").waitFor();
  await page.goto(`${house.worker.url}/q/all`);
  ada().text("It came! Thank you.");
  await row(page, "Ada Moss").waitFor();
  await openThread(page, "Ada Moss");
  await page.getByText("It came! Thank you.").last().waitFor();
  assert.equal(await page.locator(".pill.state").count(), 0);
});

for (const [platform, name] of [
  ["instagram", "Bea Lund"],
  ["whatsapp", "Cy Holt"],
  ["telegram", "Dov Amir"],
] as const) {
  test(`the same way on ${platform}: in, answered, on the phone`, async () => {
    const { page } = robin;
    await page.goto(`${house.worker.url}/q/all`);
    const customer = house.standins.stand(platform).customer(name, { language: "en" });
    customer.text("Do you ship to the Faroe Islands?");
    await row(page, name).waitFor();
    await openThread(page, name);
    await page.locator("#composer").fill("Yes, every Friday.");
    await page.keyboard.press("Control+Enter");
    await ours(page, "Yes, every Friday.")
      .getByText(/^(Sent|Delivered|Read)$/)
      .waitFor();
    await until(`the answer on the phone of ${name}`, () =>
      customer.received.some((message) => message.text === "Yes, every Friday."),
    );
    assert.equal(customer.received.length, 1);
  });
}

test("a voice note says how long it is before it is played; a video that this browser cannot play is there to be opened", async () => {
  const { page } = robin;
  const complaints = robin.complaints.list.length;
  await page.route("**/media/med_*", (route) =>
    route.fulfill({ contentType: "video/quicktime", body: "of a kind that this browser does not know" }),
  );
  house.standins.whatsapp.customer("Cy Holt").voice();
  house.standins.whatsapp.customer("Cy Holt").video();
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Cy Holt");
  const video = page.getByRole("link", { name: "Video It cannot be shown here. Open it by itself." });
  await video.waitFor();
  assert.match((await video.getAttribute("href")) ?? "", /^\/media\/med_/);
  robin.complaints.list.length = complaints;
  await page.unroute("**/media/med_*");
  await page.reload();
  const length = (selector: string) =>
    page.locator(selector).evaluate((element) => Math.round((element as HTMLMediaElement).duration));
  await until("the length of the voice note", async () => (await length('audio[aria-label="Voice note"]')) === 2);
  await until("the length of the video", async () => (await length('video[aria-label="Video"]')) === 3);
});

test("what is not there for us to show says so: a picture that is gone, a story that the platform keeps to itself", async () => {
  const { page } = robin;
  ada().image("missing");
  house.standins.telegram.customer("Dot Ray").storyReply("Where is this?");
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Ada Moss");
  await page.getByText("It could not be fetched. Open it on the platform.").waitFor();
  await openThread(page, "Dot Ray");
  await page.getByText("Shown in the app alone").waitFor();
});

test("a file is for the customer it was chosen for, whatever is open when it is there", async () => {
  const { page } = robin;
  const before = ada().received.length;
  const buffer = house.standins.cdn.get("parcel")?.bytes;
  assert.ok(buffer);
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Ada Moss");
  let arrive = () => {};
  const held = new Promise<void>((done) => (arrive = done));
  await page.route("**/api/v1/media?*", async (route) => held.then(() => route.continue()));
  await page.locator("form input[type=file]").setInputFiles({ name: "receipt.png", mimeType: "image/png", buffer });
  await page.getByText("receipt.png").waitFor();
  assert.equal(
    await page.getByRole("button", { name: "Send", exact: true }).isDisabled(),
    true,
    "it is not all there yet",
  );
  await openThread(page, "Cy Holt");
  const uploaded = page.waitForResponse((response) => response.url().includes("/media?"));
  arrive();
  await uploaded;
  await page.unroute("**/api/v1/media?*");
  assert.equal(await page.getByText("receipt.png").count(), 0);
  await openThread(page, "Ada Moss");
  await page.getByText("receipt.png").waitFor();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await until("the file on the phone", () => ada().received.length === before + 1);
  assert.deepEqual(
    ada()
      .received.at(-1)
      ?.attachments.map(({ type }) => type),
    ["image"],
  );
});

test("a note stays a note, whichever note is taken in meanwhile", async () => {
  const { page } = robin;
  const noting = page.getByRole("button", { name: "Note", exact: true });
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Ada Moss");
  let arrive = () => {};
  const held = new Promise<void>((done) => (arrive = done));
  await page.route("**/notes", (route) => held.then(() => route.continue()), { times: 1 });
  await page.keyboard.press("n");
  await page.keyboard.type("Ada is a regular.");
  await page.keyboard.press("Control+Enter");
  assert.equal(await noting.getAttribute("aria-pressed"), "true", "what is written next is for the team as well");
  await page.keyboard.type(" She likes blue.");
  await openThread(page, "Cy Holt");
  assert.equal(await noting.getAttribute("aria-pressed"), "false", "what one writes to Cy is for Cy");
  await page.keyboard.press("n");
  await page.keyboard.type("Cy is hard ");
  const taken = page.waitForResponse((response) => response.url().endsWith("/notes"));
  arrive();
  await taken;
  await page.keyboard.type("of hearing.");
  assert.equal(await noting.getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator("#composer").inputValue(), "Cy is hard of hearing.");
  await page.locator("#composer").fill("");
  await openThread(page, "Ada Moss");
  assert.equal(await noting.getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator("#composer").inputValue(), " She likes blue.");
  await page.locator("#composer").fill("Once more, ");
  await page.keyboard.press("Control+Enter");
  await page.locator(".note", { hasText: "Once more," }).waitFor();
  assert.equal(await noting.getAttribute("aria-pressed"), "true", "a note was added, and the next one is a note too");
  assert.equal(await page.locator("#composer").inputValue(), "");
  await page.reload();
  await page.locator("#composer").waitFor();
  assert.equal(await noting.getAttribute("aria-pressed"), "true", "until the person changes it");
  await page.keyboard.press("r");
  assert.equal(await noting.getAttribute("aria-pressed"), "false");
  await page.getByText("Ada is a regular.", { exact: true }).waitFor();
});

test("a template goes into the composer by keyboard, is finished by a person, and is sent by nobody else", async () => {
  const { page } = robin;
  const before = ada().received.length;
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Ada Moss");
  await page.keyboard.press("r");
  await page.locator("#composer:focus").waitFor();
  await page.keyboard.press("/");
  await page.getByRole("button", { name: "Ask for the order number" }).waitFor();
  await page.keyboard.type("order number");
  await page.keyboard.press("Enter");
  await page.locator("#composer:focus").waitFor();
  assert.match(
    await page.locator("#composer").inputValue(),
    /^Thank you for your message\. Could you tell us your order number\?/,
  );
  await page.keyboard.type(" Yours, Robin");
  assert.equal(ada().received.length, before);
  await page.keyboard.press("Control+Enter");
  await until("it is on the phone", () => ada().received.length === before + 1);
  assert.match(ada().received.at(-1)?.text ?? "", /^Thank you for your message.* Yours, Robin$/);
  await page.getByRole("button", { name: "History", exact: true }).click();
  await page.getByText("wrote a reply, started from the template “Order number”").waitFor();
  await page
    .getByText(/labelled it: .*(urgency|urgent), English/)
    .first()
    .waitFor();
  await page.getByText("Lena Roth", { exact: false }).first().waitFor();
});

test("a slash pressed twice is a slash", async () => {
  const { page } = robin;
  await page.locator("#composer").focus();
  await page.keyboard.press("/");
  await page.getByRole("textbox", { name: "Filter templates" }).waitFor();
  await page.keyboard.press("/");
  await page.locator("#composer:focus").waitFor();
  assert.equal(await page.locator("#composer").inputValue(), "/");
  await page.locator("#composer").fill("");
});

test("a topic that no thread has yet can be chosen", async () => {
  const { page } = robin;
  await page.getByRole("button", { name: "Topic:" }).click();
  await page.getByRole("radio", { name: "Praise" }).click();
  await page.getByRole("button", { name: "Topic: Praise" }).waitFor();
});

test("the rail counts what waits, and keeps up", async () => {
  const { page } = robin;
  const rail = page.getByRole("navigation", { name: "Queues" });
  const open = async () =>
    Number(/\d+/.exec((await rail.getByRole("link", { name: "All open" }).textContent()) ?? "")?.[0] ?? 0);
  await page.goto(`${house.worker.url}/q/all`);
  await row(page, "Ada Moss").waitFor();
  const list = "fetch('/api/v1/threads?queue=all&limit=100').then((answer) => answer.json())";
  const waiting = async () =>
    ((await page.evaluate(list)) as { items: { needsAnswer: boolean }[] }).items.filter((one) => one.needsAnswer)
      .length;
  await until("the count is that of the list", async () => (await open()) === (await waiting()));
  const before = await open();
  house.standins.facebook.customer("Eve Orr", { language: "en" }).text("Do you have this in blue?");
  await until("it is one more", async () => (await open()) === before + 1);
  await openThread(page, "Eve Orr");
  await page.locator("#composer").fill("Yes, and in green.");
  await page.keyboard.press("Control+Enter");
  await until("answered, it is one less", async () => (await open()) === before);
  assert.ok(await row(page, "Eve Orr").isVisible(), "and still among those that are open");
});

test("nothing was complained of", () => {
  assert.deepEqual(robin.complaints.list, []);
});
