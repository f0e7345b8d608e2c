/** A rude comment is dealt with from the inbox: from the list, by the menu at the comment, and by key. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { WallComment } from "../standins/wall/model.ts";
import { lena, openThread, ProductFixture, row, until, type Visit } from "./product-fixture.ts";

let house: ProductFixture;
let robin: Visit;
let rude: () => WallComment | undefined;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.visit(house.firstLink ?? "");
  await robin.page.waitForURL("**/q/mine");
});
after(() => house.close());

const wall = () => house.standins.facebook.wall;
/** Somebody writes under a post of the Page, and the list shows it. */
const commented = async (name: string, words: string) => {
  const comment = wall().comment(name, wall().post(`A post for ${name}`), words);
  await robin.page.goto(`${house.worker.url}/q/all`);
  await row(robin.page, name).waitFor();
  return { there: () => house.standins.world.wall.comment(comment.id) };
};
const bubble = (words: string) => robin.page.locator(".message").filter({ hasText: words });

test("a comment is hidden from the list, and the thread says so to everybody", async () => {
  const { page } = robin;
  const { there } = await commented("Petra Quill", "You are all crooks");
  rude = there;
  const hers = await house.signedIn(lena);
  await openThread(hers.page, "Petra Quill");
  await row(page, "Petra Quill").getByRole("link").focus();
  await page.keyboard.press("h");
  await page.getByText("Hiding the comment").waitFor();
  await until("the wall hides it", () => there()?.hidden === true);
  await hers.page
    .locator(".message")
    .filter({ hasText: "You are all crooks" })
    .getByText("Hidden from others")
    .waitFor();
  await openThread(page, "Petra Quill");
  await bubble("You are all crooks").getByText("Hidden from others").waitFor();
  await page.getByText("hid a comment from others").first().waitFor();
  assert.deepEqual(hers.complaints.list, []);
  await hers.close();
});

test("the menu at the comment shows it again, and offers what its platform can do", async () => {
  const { page } = robin;
  await page.keyboard.press("m");
  const menu = page.getByRole("dialog", { name: "Do with this comment" });
  await menu.waitFor();
  const offered = await menu.getByRole("button").allInnerTexts();
  assert.deepEqual(
    offered.map((words) => words.split("\n")[0]),
    ["Show to others", "Like", "Delete…"],
  );
  await menu.getByRole("button", { name: "Show to others" }).click();
  await until("the wall shows it", () => rude()?.hidden === false);
  await bubble("You are all crooks").getByText("Hidden from others").waitFor({ state: "detached" });
});

test("a deletion asks first, and says what goes with it", async () => {
  const { page } = robin;
  const { there } = await commented("Quentin Roe", "Buy at my shop instead");
  await openThread(page, "Quentin Roe");
  await page.keyboard.press("x");
  const dialog = page.getByRole("dialog", { name: "Delete this comment?" });
  await dialog.getByText("the answers below it go too").waitFor();
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(there()?.gone, false);
  await page.keyboard.press("x");
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await until("it is gone from the wall", () => there()?.gone === true);
  await page.getByText(/Comment deleted at/).waitFor();
  assert.equal(await bubble("Buy at my shop instead").count(), 0);
});

test("a refusal says why, and is tried again", async () => {
  const { page } = robin;
  const { there } = await commented("Rosa Stahl", "Rubbish");
  await openThread(page, "Rosa Stahl");
  house.standins.faults.next("facebook", "hide", { kind: "error", name: "no-permission" });
  await page.keyboard.press("h");
  await page.getByText("Not hidden.").waitFor();
  await page.getByText("The account lacks the permission for this.").waitFor();
  await page.getByRole("button", { name: "Try again" }).click();
  await until("it is hidden", () => there()?.hidden === true);
  await page.getByText("Not hidden.").waitFor({ state: "detached" });
});

test("nothing was complained of", () => {
  assert.deepEqual(robin.complaints.list, []);
});
