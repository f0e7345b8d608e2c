/** The first start: whoever holds the setup token becomes the owner, once. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ProductFixture, type Visit } from "./product-fixture.ts";

let house: ProductFixture;
before(async () => {
  house = await ProductFixture.open({ furnished: false });
});
after(() => house.close());

const fill = async ({ page }: Visit, token: string) => {
  await page.getByLabel("Setup token").fill(token);
  await page.getByLabel("Your name").fill("Robin Vale");
  await page.getByLabel("Your e-mail address").fill("robin@tributary.example");
  await page.getByRole("button", { name: "Become the owner" }).click();
};

test("the first page leads there; a wrong token is refused, the right one opens an empty inbox", async () => {
  const visit = await house.visit("/");
  const { page } = visit;
  await page.getByRole("heading", { name: "Sign in to Tributary" }).waitFor();
  await page.getByRole("link", { name: "Set up Tributary" }).click();
  await fill(visit, "not-the-token");
  await page.getByRole("alert").waitFor();
  await fill(visit, house.setupToken);
  await page.waitForURL("**/q/mine");
  await page.getByText("Nothing waits for you").waitFor();
  assert.deepEqual(
    visit.complaints.list.filter((line) => !line.includes("status of 403")),
    [],
  );
  await visit.close();
});

test("it works once: the next one is told so", async () => {
  const visit = await house.visit("/setup");
  await fill(visit, house.setupToken);
  await visit.page.getByRole("heading", { name: "Tributary is set up already" }).waitFor();
  assert.deepEqual(visit.complaints.list, []);
  await visit.close();
});

test("signed out, an address of a thread asks to sign in", async () => {
  const visit = await house.visit("/q/all");
  await visit.page.getByRole("heading", { name: /Sign in to Tributary/ }).waitFor();
  await visit.close();
});

test("a fresh link opened in the tab that showed a dead one signs in; the page names the command that prints one", async () => {
  const visit = await house.visit("/signin#token=spent");
  const { page } = visit;
  await page.getByRole("heading", { name: "This link no longer works" }).waitFor();
  assert.equal(page.url().includes("#"), false);
  await page.getByText("Nobody can make you a link?").click();
  assert.match((await page.locator("code").first().textContent()) ?? "", /^make link PORT=\d+$/);
  const link = await house.link("robin@tributary.example");
  // As the address bar does it: only what is behind `#` differs, so that the page is not loaded anew.
  await page.evaluate((url) => location.assign(url), link);
  await page.waitForURL("**/q/mine");
  await visit.close();
});
