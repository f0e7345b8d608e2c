/**
 * Every screen of the real thing, light and dark, large and small: no accessibility fault that axe knows, nothing wider
 * than the screen, nothing refused by the page's own policy. Pictures of them are left in tests/.out for eyes.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { tellStory } from "../standins/story.ts";
import { ProductFixture, openThread, ours, owner, row } from "./product-fixture.ts";
import { faults, looks, picture, readRules, rulesArea, writeRules } from "./page.ts";

const toThread = (name: string) => async (page: Page) => {
  await openThread(page, name);
  await page.locator(".message").first().waitFor();
};

/** The rules as they are saved. */
const savedRules = (page: Page) =>
  page.evaluate("fetch('/api/v1/rules').then((answer) => answer.json())") as Promise<{ version: number; text: string }>;

/** Somebody else saves another hour for the digest, each time another. */
let hour = 0;
const saveElsewhere = async (page: Page) => {
  const { version, text } = await savedRules(page);
  const body = {
    text: text.replace(/^at = ".*"/m, `at = "1${(hour += 1) % 10}:30"`),
    expectedVersion: version,
    note: "Later digest",
  };
  const status = await page.evaluate(
    `fetch('/api/v1/rules', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(body))} }).then((answer) => answer.status)`,
  );
  assert.equal(status, 200);
};

const write = async (page: Page, change: (text: string) => string) => {
  await writeRules(page, change((await savedRules(page)).text));
  await page.getByText("No problems").first().waitFor();
};

const screens: { name: string; path?: string; signedOut?: boolean; go?: (page: Page) => Promise<void> }[] = [
  {
    name: "signed-out",
    path: "/",
    signedOut: true,
    go: (page) => page.getByRole("heading", { name: "Sign in to Tributary" }).waitFor(),
  },
  { name: "setup", path: "/setup", signedOut: true, go: (page) => page.getByLabel("Setup token").waitFor() },
  {
    name: "link-spent",
    path: "/signin#token=spent",
    signedOut: true,
    go: (page) => page.getByRole("heading", { name: "This link no longer works" }).waitFor(),
  },
  { name: "list", go: (page) => row(page, "Greta Lindqvist").waitFor() },
  { name: "empty", path: "/q/closed", go: (page) => page.getByText("Nothing closed yet").waitFor() },
  { name: "thread", go: toThread("Greta Lindqvist") },
  { name: "pictures", go: toThread("Jonas Weber") },
  { name: "right-to-left", go: toThread("ليلى حداد") },
  { name: "story", go: toThread("Amélie Fournier") },
  {
    name: "two-doors",
    go: async (page) => {
      await toThread("Tom Okafor")(page);
      await page.getByText("Same question on another channel").waitFor();
    },
  },
  { name: "in-doubt", go: toThread("Marcus Bell") },
  {
    name: "note",
    go: async (page) => {
      await toThread("Greta Lindqvist")(page);
      await page.getByRole("button", { name: "Note", exact: true }).click();
      await page.locator("#composer").fill("The courier calls back at four.");
    },
  },
  {
    name: "assign",
    go: async (page) => {
      await toThread("Greta Lindqvist")(page);
      await page.getByRole("button", { name: "Assign", exact: true }).click();
      await page.getByRole("option", { name: /Mia Santos/ }).waitFor();
    },
  },
  {
    name: "tags",
    go: async (page) => {
      await toThread("Greta Lindqvist")(page);
      await page.keyboard.press("Shift+T");
      await page.getByRole("combobox", { name: "Find or add a tag" }).fill("late parcel");
      await page.getByRole("option", { name: /late parcel/ }).waitFor();
    },
  },
  {
    name: "history",
    go: async (page) => {
      await toThread("Greta Lindqvist")(page);
      await page.getByRole("button", { name: "History" }).click();
      await page.getByRole("region", { name: "History" }).locator("li").first().waitFor();
    },
  },
  {
    name: "why",
    go: async (page) => {
      await toThread("Greta Lindqvist")(page);
      await page.keyboard.press("w");
      await page.getByRole("heading", { name: /^Why / }).waitFor();
    },
  },
  {
    name: "rules",
    path: "/rules",
    go: async (page) => {
      await rulesArea(page).waitFor();
      await writeRules(
        page,
        (await readRules(page))
          .replace('time_zone = "UTC"', 'time_zone = "Europe/Berlim"')
          .replace('name = "Harbour', 'nmae = "Harbour')
          .concat('\n[channels.facebook.comments]\nthreads_per_hour = 20000\nlabel = "no"\nads = "hide"\n'),
      );
      await page.getByText("5 problems").waitFor();
    },
  },
  {
    name: "rules-versions",
    path: "/rules",
    go: async (page) => {
      await page.getByRole("tab", { name: "Versions" }).click();
      await page.getByRole("button", { name: /The demo team/ }).click();
      await page.getByRole("region", { name: "Difference" }).waitFor();
    },
  },
  {
    name: "rules-try",
    path: "/rules",
    go: async (page) => {
      await rulesArea(page).waitFor();
      await write(page, (text) =>
        text
          .replace("[topics.orders]\n", '[topics.orders]\nurgency_floor = "urgent"\n')
          .replace("[topics.returns]\n", '[topics.returns]\nurgency_floor = "urgent"\n')
          .concat("\n[channels.facebook.comments]\nthreads_per_hour = 0\n"),
      );
      await page.getByRole("tab", { name: "Try" }).click();
      await page.getByRole("button", { name: "Try", exact: true }).click();
      await page.getByRole("row").nth(1).waitFor();
      const first = page.locator("summary").first();
      if (await first.isVisible()) await first.click();
    },
  },
  {
    name: "rules-merge",
    path: "/rules",
    go: async (page) => {
      await rulesArea(page).waitFor();
      await write(page, (text) =>
        text.replace(/^at = ".*"/m, 'at = "08:00"').replace('within = "30d"', 'within = "20d"'),
      );
      await saveElsewhere(page);
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByRole("heading", { name: /^Merge your changes with version \d+$/ }).waitFor();
    },
  },
  { name: "insights", path: "/insights", go: (page) => page.getByRole("img", { name: /by day/ }).waitFor() },
  { name: "costs", path: "/costs", go: (page) => page.getByRole("table").first().waitFor() },
  {
    name: "search",
    go: async (page) => {
      await page.locator("#search").fill("order");
      await page.locator("mark").first().waitFor();
    },
  },
  {
    name: "help",
    go: async (page) => {
      await row(page, "Greta Lindqvist").waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    },
  },
];

let house: ProductFixture;
before(async () => {
  house = await ProductFixture.open();
  const story = tellStory(house.standins, { opening: 0.05 });
  await story.opening;
  story.stop();
  await house.standins.idle();
  const { page, close } = await house.signedIn(owner);
  await page.locator(".list-pane li").nth(15).waitFor();
  await openThread(page, "Greta Lindqvist");
  await page.locator("#composer").fill("Hello Greta, it is with the courier and comes tomorrow before noon.");
  await page.keyboard.press("Control+Enter");
  await ours(page, "before noon").getByText("Delivered").waitFor();
  house.standins.faults.next("facebook", "send", { kind: "drop-before" });
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Marcus Bell");
  await page.locator("#composer").fill("We are very sorry. The second charge is refunded today.");
  await page.keyboard.press("Control+Enter");
  await ours(page, "refunded today").getByText("Delivery unknown.").waitFor();
  await close();
});
after(() => house.close());

for (const { width, colorScheme, name: size, options: look } of looks) {
  test(`${width} px, ${colorScheme}: every screen is clean`, async () => {
    const inside = await house.signedIn(owner, "all", look);
    const outside = await house.visit("/", look);
    const wrong: string[] = [];
    for (const { name, path = "/q/all", signedOut, go } of screens) {
      const { page } = signedOut ? outside : inside;
      // By way of nowhere: an address that differs in its end alone would not be loaded anew.
      await page.goto("about:blank");
      await page.goto(`${house.worker.url}${path}`);
      await go?.(page);
      await page.evaluate(
        "Promise.all([...document.images].map((one) => one.complete || new Promise((done) => { one.onload = one.onerror = done })))",
      );
      await picture(page, `${name}-${size}`);
      wrong.push(...(await faults(page)).map((fault) => `${name}: ${fault}`));
    }
    wrong.push(...inside.complaints.list, ...outside.complaints.list);
    assert.deepEqual(wrong, []);
    await inside.close();
    await outside.close();
  });
}

test("the customers' phones are clean too", async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    const { page, complaints, close } = await house.visit(house.standins.url, { colorScheme });
    await page.getByRole("article").first().waitFor();
    await picture(page, `phones-1440-${colorScheme}`);
    assert.deepEqual([...(await faults(page, ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])), ...complaints.list], []);
    await close();
  }
});
