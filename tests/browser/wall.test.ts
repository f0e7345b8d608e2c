/** What is written in public: from the wall of a platform to the inbox, and the answer back to the wall. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { look, lookAs, looks } from "./page.ts";
import { ProductFixture, openThread, ours, owner, row, until, type Visit } from "./product-fixture.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
});
after(() => house.close());

test("a comment is a row beside the messages, shows its post, and its answer stands on the wall", async () => {
  const { page } = robin;
  const { wall } = house.standins.facebook;
  const post = wall.post("The Arrecife boots are back, in all sizes.", { picture: "boots" });
  const comment = wall.comment("Tess Winter", post, "Do they run small?");
  const answered = wall.reply("Juno Park", comment, "Mine do.");
  house.standins.telegram.customer("Bo Lind", { language: "en" }).text("Where is my parcel?");
  await row(page, "Bo Lind").waitFor();
  await row(page, "Tess Winter").getByText("Comment", { exact: true }).waitFor();
  assert.equal(await row(page, "Bo Lind").getByText("Comment", { exact: true }).count(), 0);

  await page.getByRole("group", { name: "Kind of conversation" }).getByRole("button", { name: "Comments" }).click();
  await row(page, "Bo Lind").waitFor({ state: "detached" });
  await openThread(page, "Tess Winter");
  const about = page.getByRole("region", { name: "The post" });
  await about.getByText("The Arrecife boots are back").waitFor();
  await about.getByRole("link", { name: "Open on Facebook" }).waitFor();
  await until("our copy of the picture is shown", async () =>
    about.locator("img").evaluate((image) => (image as HTMLImageElement).naturalWidth > 0),
  );
  await page.locator(".beside").getByText("Mine do.").waitFor();

  await page.keyboard.press("r");
  await page.locator("#composer:focus").waitFor();
  await page.keyboard.type("They do, a little: take half a size more.");
  await page.keyboard.press("Control+Enter");
  await ours(page, "They do, a little").getByText("Sent").waitFor();
  await until("it is on the wall", () =>
    house.standins.world.wall.replies(comment).some((one) => one.text.startsWith("They do, a little")),
  );
  const onWall = await house.visit(`${house.standins.url}/wall`);
  await onWall.page.getByText("They do, a little: take half a size more.").first().waitFor();
  await onWall.close();
  await openThread(page, "Juno Park");
  await page.locator(".quote").getByText("Do they run small?").waitFor();
  await page.locator(".beside.ours").getByText("They do, a little: take half a size more.").waitFor();
  assert.ok(answered);
  assert.deepEqual(robin.complaints.list, []);
});

test("a comment that its author deletes, and one that is hidden, say so", async () => {
  const { page } = robin;
  const { wall } = house.standins.facebook;
  const post = wall.post("We open at ten on Sunday.");
  const comment = wall.comment("Otto Ahl", post, "Where exactly?");
  await openThread(page, "Otto Ahl");
  wall.hide(comment, true);
  await page.getByText("Hidden from others").waitFor();
  wall.remove(comment, "author");
  await page.locator(".bubble.gone").waitFor();
});

test("the thread of a comment is sound in every look", async () => {
  const { page } = robin;
  await openThread(page, "Tess Winter");
  const faults: string[] = [];
  for (const one of looks) {
    await lookAs(page, one);
    faults.push(...(await look(page, `comment-${one.name}`)));
  }
  assert.deepEqual(faults, []);
});
