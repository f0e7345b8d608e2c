/** A comment on the wall, answered privately from the inbox: it reaches the phone, and nobody else. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ProductFixture, openThread, ours, row, type Visit } from "./product-fixture.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.visit(house.firstLink ?? "");
  await robin.page.waitForURL("**/q/mine");
});
after(() => house.close());

const wall = () => house.standins.facebook.wall;
const choice = (name: RegExp) =>
  robin.page.getByRole("group", { name: "Who can read it" }).getByRole("button", { name });

test("a comment is answered in the messages with whoever wrote it, by keyboard", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  const comment = wall().comment("Juno Hall", wall().post("Boots are back"), "Do you have them in 38?");
  await row(page, "Juno Hall").waitFor();
  await openThread(page, "Juno Hall");
  await choice(/^Everybody can read this$/).waitFor();
  assert.equal(
    await choice(/^Everybody/).getAttribute("aria-pressed"),
    "true",
    "public unless somebody says otherwise",
  );
  await choice(/^Only Juno Hall reads this$/).focus();
  await page.keyboard.press("Enter");
  await page.locator("#composer:focus").waitFor();
  await page.keyboard.type("Yes. Shall we put a pair aside for you?");
  await page.getByRole("button", { name: "Send privately" }).waitFor();
  await page.keyboard.press("Control+Enter");
  const link = page.getByRole("link", { name: "Answered privately by you" });
  await link.waitFor();
  assert.deepEqual(
    house.standins.facebook.customer("Juno Hall").received.map((message) => message.text),
    ["Yes. Shall we put a pair aside for you?"],
  );
  assert.equal(house.standins.world.wall.replies(comment).length, 0, "nothing stands on the wall");
  // Once for each comment: the choice says why there is none.
  await choice(/^Everybody/).waitFor();
  assert.equal(await choice(/^Only Juno/).getAttribute("aria-disabled"), "true");
  await choice(/^Only Juno/).focus();
  await page.keyboard.press("Enter");
  assert.equal(await choice(/^Only Juno/).getAttribute("aria-pressed"), "false");
  // Both lead to each other.
  await link.click();
  await ours(page, "Shall we put a pair aside").waitFor();
  await page.getByRole("link", { name: "About a comment under a post" }).click();
  await page.getByText("Do you have them in 38?").last().waitFor();
  assert.deepEqual(robin.complaints.list, []);
});
