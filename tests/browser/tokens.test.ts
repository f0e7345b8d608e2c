/** API tokens: made, shown once, copied, revoked; by keyboard, at every width, in both schemes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { ProductFixture, mia, owner, type Visit } from "./product-fixture.ts";
import { faults, look, looks, picture } from "./page.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  robin = await house.signedIn(owner);
});
after(() => house.close());

const there = (page: Page) => page.getByRole("list", { name: "All tokens" }).getByRole("listitem");
const works = async (secret: string) =>
  (await fetch(`${house.worker.url}/api/v1/threads`, { headers: { authorization: `Bearer ${secret}` } })).status;

test("a token is made by keyboard alone, its secret copied, and shown no second time", async () => {
  const { page } = robin;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("link", { name: "API tokens" }).click();
  await page.waitForURL("**/tokens");
  await page.getByText("None yet.").waitFor();
  await picture(page, "tokens-empty");
  await page.keyboard.press("n");
  await page.keyboard.type("Weekly report");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const field = page.getByLabel("Secret", { exact: true });
  const secret = await field.inputValue();
  assert.match(secret, /^trb_[A-Za-z0-9_-]{43}$/);
  await picture(page, "tokens-secret");
  await page.getByRole("button", { name: "Copy" }).press("Enter");
  await page.getByRole("status").filter({ hasText: "Copied." }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  assert.deepEqual(await faults(page), []);
  await page.getByRole("button", { name: "Done" }).press("Enter");
  assert.ok(
    await page.getByLabel("What is it for?").evaluate((one) => one === document.activeElement),
    "the next one can be made",
  );
  assert.equal(await works(secret), 200);
  await page.reload();
  await there(page).filter({ hasText: "Weekly report" }).waitFor();
  assert.ok(!(await page.content()).includes(secret));
  const row = there(page).filter({ hasText: "Weekly report" });
  assert.match(await row.innerText(), /Reads · created by .*now[\s\S]*Used within the hour[\s\S]*Expires in 90 d/);
});

test("revoking asks once more, and ends it at once", async () => {
  const { page } = robin;
  await page.getByLabel("What is it for?").fill("Night desk");
  await page.getByLabel("Permissions").selectOption("agent");
  await page.getByLabel("Expires").selectOption({ label: "Until revoked" });
  await page.getByRole("button", { name: "Create token" }).click();
  const secret = await page.getByLabel("Secret", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();
  const row = there(page).filter({ hasText: "Night desk" });
  assert.match(await row.innerText(), /Reads, and does desk work[\s\S]*Never used[\s\S]*Does not expire/);
  await row.getByRole("button", { name: "Revoke Night desk" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Revoke “Night desk”?" });
  await dialog.waitFor();
  await picture(page, "tokens-revoke");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await works(secret), 200);
  await row.getByRole("button", { name: "Revoke Night desk" }).click();
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await row.waitFor({ state: "hidden" });
  assert.equal(await works(secret), 401);
  assert.deepEqual(robin.complaints.list, []);
});

test("what fails is said, and can be tried again", async () => {
  const { page } = robin;
  await page.route("**/api/v1/tokens", (route) => route.abort());
  await page.reload();
  await page.getByText("The tokens could not be loaded").waitFor();
  await page.unroute("**/api/v1/tokens");
  await page.getByRole("button", { name: "Try again" }).click();
  await there(page).first().waitFor();
  await page.getByLabel("What is it for?").fill(" ");
  await page.getByRole("button", { name: "Create token" }).click();
  await page.getByRole("alert").filter({ hasText: "Give a name" }).waitFor();
  robin.complaints.list.length = 0;
});

test("whoever is no administrator is told whom to ask", async () => {
  const visit = await house.signedIn(mia);
  assert.equal(await visit.page.getByRole("link", { name: "API tokens" }).count(), 0);
  await visit.page.goto(`${house.worker.url}/tokens`);
  await visit.page.getByText("Tokens are for administrators").waitFor();
  assert.deepEqual(await faults(visit.page), []);
  assert.deepEqual(visit.complaints.list, []);
  await visit.close();
});

for (const { width, colorScheme, options } of looks) {
  test(`it is whole and without fault, ${colorScheme}, ${width} px`, async () => {
    const visit = await house.signedIn(owner, "mine", options);
    const { page } = visit;
    await page.goto(`${house.worker.url}/tokens`);
    await there(page).first().waitFor();
    assert.deepEqual(await look(page, `tokens-list-${colorScheme}-${width}`), []);
    await page.getByLabel("What is it for?").fill(`For ${colorScheme} ${width}`);
    await page.getByRole("button", { name: "Create token" }).click();
    await page.getByLabel("Secret", { exact: true }).waitFor();
    assert.deepEqual(await look(page, `tokens-made-${colorScheme}-${width}`), []);
    assert.deepEqual(visit.complaints.list, []);
    await visit.close();
  });
}
