/**
 * The pages for what waits for an administrator: notices that a channel did not take, and deliveries that were parked.
 */
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { ProductFixture, mia, owner, until, type Visit } from "./product-fixture.ts";
import { look, looks } from "./page.ts";

let house: ProductFixture;
let robin: Visit;
const META_SECRET = "an invented secret of an app";

const database = () => house.worker.mf.getD1Database("DB");
const count = async (sql: string) => (await (await database()).prepare(sql).first<{ n: number }>())?.n ?? 0;

/** Webhooks for an account that nobody has connected. */
const stranger = async (words: string) => {
  const body = JSON.stringify({
    object: "page",
    entry: [
      {
        id: "900000000000001",
        time: 1,
        messaging: [
          {
            sender: { id: "77" },
            recipient: { id: "900000000000001" },
            timestamp: Date.now(),
            message: { mid: `m_${randomUUID()}`, text: words },
          },
        ],
      },
    ],
  });
  const secret = house.standins.vars().META_APP_SECRET ?? META_SECRET;
  const answer = await fetch(`${house.worker.url}/webhooks/facebook`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
  });
  assert.equal(answer.status, 200);
};

before(async () => {
  house = await ProductFixture.open();
  for (const words of ["My word is zwergpinscher", "Is anybody there?", "Hello?"]) await stranger(words);
  await until(
    "they are parked",
    async () => (await count("SELECT count(*) AS n FROM deliveries WHERE state = 'parked'")) === 3,
  );
  // Its bytes are no delivery of any release.
  await (await house.worker.mf.getQueueProducer("INTAKE")).send('{"v":1}', { contentType: "text" });
  await until("that too", async () => (await count("SELECT count(*) AS n FROM deliveries")) === 4);
  const customer = house.standins.telegram.customer("Ada Byron");
  customer.text("Where is my order?");
  await until(
    "it is listed",
    async () => (await count("SELECT count(*) AS n FROM threads WHERE item ->> '$.contact.name' = 'Ada Byron'")) === 1,
  );
  const { id: thread } = (await (
    await database()
  )
    .prepare("SELECT id FROM threads WHERE item ->> '$.contact.name' = 'Ada Byron'")
    .first<{ id: string }>()) ?? { id: "" };
  const notice = {
    thread,
    topic: "other",
    urgency: "normal",
    owner: { type: "unassigned" },
    team: null,
    channel: null,
    nextShift: null,
    due: null,
    handedOn: false,
  };
  const insert = `INSERT INTO outbox (id, kind, thread, way, target, state, tries, cause, job, created_at, tried_at, next_at) VALUES (?, ?, ?, 'channel', ?, ?, ?, ?, ?, ?, ?, ?)`;
  const kinds = ["unassigned", "warning", "closing", "backup", "lead", "overdue", "reminder"];
  const states = [
    ["failed", 1, "refused"],
    ["sent", 1, null],
    ["waiting", 2, "rateLimited"],
  ] as const;
  for (let n = 0; n < 40; n += 1) {
    const kind = kinds[n % 7] ?? "overdue";
    const [state, attempts, error] = n === 4 ? states[0] : n === 2 ? states[2] : states[1];
    const at = Date.now() - n * 1_800_000;
    const job = JSON.stringify({ v: "1", tell: { notice: { ...notice, key: `n-${n}`, kind } } });
    await (
      await database()
    )
      .prepare(insert)
      .bind(
        `n-${n}`,
        n === 6 ? "text" : kind,
        n === 6 ? null : thread,
        n % 3 ? "support" : null,
        state,
        attempts,
        error,
        job,
        at,
        at + 2000,
        Date.now() + 86_400_000,
      )
      .run();
  }
  robin = await house.signedIn(owner);
});
after(() => house.close());

const row = (page: Page, words: string | RegExp) => page.locator("[data-entries] li").filter({ hasText: words });

test("notices are listed, filtered in the address, and paged", async () => {
  const { page } = robin;
  await page.getByRole("link", { name: /^Notices.*1.*to look at/ }).click();
  await row(page, "Ada Byron").first().waitFor();
  assert.equal(await page.locator("[data-entries] li").count(), 25);
  await page.getByRole("button", { name: "Show earlier ones" }).click();
  await until("all are there", async () => (await page.locator("[data-entries] li").count()) >= 40);
  await page.getByRole("button", { name: "Failed" }).click();
  await row(page, "Failed: the channel refused it").waitFor();
  assert.equal(await page.locator("[data-entries] li").count(), 1);
  assert.ok(page.url().endsWith("/notices?state=failed"));
  await page.reload();
  await row(page, "Failed: the channel refused it").waitFor();
  assert.equal(await page.getByRole("button", { name: "Failed" }).getAttribute("aria-pressed"), "true");
});

test("j and k move, r has a failed one told again, Enter opens the thread", async () => {
  const { page } = robin;
  await page.keyboard.press("j");
  await page.keyboard.press("r");
  await page.getByText("It is being posted again").waitFor();
  await until(
    "it was posted",
    async () => (await count("SELECT count(*) AS n FROM outbox WHERE id = 'n-4' AND state = 'sent'")) === 1,
  );
  await row(page, "Sent").waitFor();
  await page
    .getByRole("link", { name: /^Notices/ })
    .and(page.locator(':not(:has-text("to look at"))'))
    .waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 2, name: "Ada Byron" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("n");
  await row(page, "Ada Byron").nth(3).waitFor();
  for (const key of ["j", "j", "j", "k"]) await page.keyboard.press(key);
  assert.equal(await page.evaluate('[...document.querySelectorAll("[data-row]")].indexOf(document.activeElement)'), 1);
});

test("parked deliveries are shown by cause; what came is shown on request, and that is written down", async () => {
  const { page } = robin;
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: /^Failed deliveries.*4.*to look at/ }).click();
  await page.getByRole("heading", { name: /^It is for an account that is not connected/ }).waitFor();
  await page.getByRole("heading", { name: /no body|neither|header/i }).waitFor();
  assert.equal(await page.getByText("zwergpinscher").count(), 0);
  const cause = page.getByRole("region", { name: /^It is for an account/ });
  await cause.locator("[data-row]").last().click();
  await cause.getByRole("button", { name: "Show the contents" }).click();
  await page
    .getByRole("region", { name: "Contents" })
    .getByText(/zwergpinscher|anybody there|Hello/)
    .waitFor();
  assert.equal(await count("SELECT count(*) AS n FROM audit WHERE entry LIKE '%deliveryRead%'"), 1);
  assert.ok(!page.url().includes("zwergpinscher"));
});

test("one is tried again, then all of a cause", async () => {
  const { page } = robin;
  const replays = () => count("SELECT sum(replays) AS n FROM deliveries");
  const last = page.getByRole("listitem").filter({ hasText: "Unknown sender" }).locator("[data-row]");
  await last.focus();
  await page.keyboard.press("r");
  await page.getByText("It is no delivery that this release can read").waitFor();
  assert.equal(await replays(), 0);
  await page
    .getByRole("region", { name: /^It is for an account/ })
    .locator("[data-row]")
    .first()
    .focus();
  await page.keyboard.press("r");
  await page.getByText("Trying it again").waitFor();
  assert.equal(await replays(), 1);
  await page.getByRole("button", { name: "Try all of these again" }).click();
  await page.getByText("Trying 3 again").waitFor();
  assert.equal(await replays(), 4);
  // Nobody has connected the account: they wait on.
  assert.equal(await count("SELECT count(*) AS n FROM deliveries WHERE state = 'parked'"), 4);
  await page.getByRole("button", { name: "Recovered" }).click();
  await page.getByText("What reached the inbox on a later try").waitFor();
});

test("one is dismissed with a reason, and counts no more; then all of a cause", async () => {
  const { page } = robin;
  await page.getByRole("button", { name: "Waiting" }).click();
  const cause = page.getByRole("region", { name: /^It is for an account/ });
  await cause.locator("[data-row]").first().focus();
  await page.keyboard.press("d");
  const dialog = page.getByRole("dialog");
  assert.ok(await dialog.getByRole("button", { name: "Dismiss", exact: true }).isDisabled(), "not without a reason");
  await dialog.getByRole("textbox").fill("A Page we sold");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /^Failed deliveries.*3.*to look at/ }).waitFor();
  assert.equal(await count("SELECT count(*) AS n FROM audit WHERE entry LIKE '%deliveryDismissed%'"), 1);
  await cause.getByRole("button", { name: "Dismiss these…" }).click();
  await dialog.getByRole("textbox").fill("The same Page");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /^Failed deliveries.*1.*to look at/ }).waitFor();
  await page.getByRole("button", { name: "Dismissed" }).click();
  await row(page, "A Page we sold").waitFor();
  assert.equal(await page.locator("[data-entries] li").count(), 3);
  assert.ok(await row(page, "messaging.message").first().isVisible(), "what it is");
});

test("what is not read yet is kept by kind, and what is passed over says why", async () => {
  const { page } = robin;
  const body = JSON.stringify({
    object: "page",
    entry: [
      {
        id: "900000000000001",
        time: 1,
        changes: [
          { field: "ratings", value: { message: "My word is dachshund" } },
          { field: "name", value: "Bakery" },
        ],
      },
    ],
  });
  const secret = house.standins.vars().META_APP_SECRET ?? META_SECRET;
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  await fetch(`${house.worker.url}/webhooks/facebook`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "x-hub-signature-256": signature },
  });
  await until("it is kept", async () => (await count("SELECT count(*) AS n FROM kept_deliveries")) === 1);
  await page.getByRole("button", { name: "Kept" }).click();
  await row(page, "ratings").getByText("1 kept").waitFor();
  assert.ok(page.url().endsWith("/dead-letters?state=kept"));
  await page.reload();
  await row(page, "ratings").locator("[data-row]").click();
  await row(page, "ratings").getByRole("list").getByRole("button").first().click();
  await page.getByRole("button", { name: "Show the contents" }).click();
  await page
    .getByRole("region", { name: "Contents" })
    .getByText(/dachshund/)
    .waitFor();
  await row(page, "ratings")
    .getByRole("button", { name: /^Try again/ })
    .click();
  await page.getByText("Trying one again").waitFor();
  await page.getByRole("button", { name: "Ignored" }).click();
  await row(page, "The Page's own profile").waitFor();
  await page.getByRole("button", { name: "Waiting" }).click();
  await page.getByRole("heading", { name: /no body|neither|header/i }).waitFor();
  assert.ok(page.url().endsWith("/dead-letters"));
});

test("whoever is no administrator sees the notices, and is not led to what was parked", async () => {
  const visit = await house.signedIn(mia);
  const { page } = visit;
  assert.equal(await page.getByRole("link", { name: /^Failed deliveries/ }).count(), 0);
  await page.goto(`${house.worker.url}/dead-letters`);
  await page.getByText("This page is for administrators").waitFor();
  await page.goto(`${house.worker.url}/notices?state=sent`);
  await row(page, "Ada Byron").first().waitFor();
  assert.equal(await page.getByRole("button", { name: /^Post again/ }).count(), 0);
  await visit.close();
});

test("when they cannot be fetched the pages say so, and try again", async () => {
  const visit = await house.signedIn(owner);
  const { page } = visit;
  for (const [path, api, words] of [
    ["notices", "notices", "The notices could not be fetched"],
    ["dead-letters", "dead-letters", "The deliveries could not be fetched"],
  ] as const) {
    await page.route(`**/api/v1/${api}?*`, (route) => route.abort());
    await page.goto(`${house.worker.url}/${path}`);
    await page.getByText(words).waitFor();
    await page.unroute(`**/api/v1/${api}?*`);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("[data-entries] li").first().waitFor();
  }
  await visit.close();
});

for (const { width, colorScheme, name: size, options } of looks) {
  test(`${width} px, ${colorScheme}: the pages are clean`, async () => {
    await (
      await database()
    )
      .prepare("UPDATE outbox SET state = 'failed', cause = 'unavailable', tries = 6 WHERE id IN ('n-1', 'n-4')")
      .run();
    const visit = await house.signedIn(owner, "mine", options);
    const { page } = visit;
    const wrong: string[] = [];
    const shown = async (name: string) => void wrong.push(...(await look(page, `${name}-${size}`)));
    if (width === 390) {
      await page.goto(`${house.worker.url}/notices`);
      await page.getByRole("button", { name: "Back to the inbox" }).click();
      await page.getByRole("link", { name: /^Failed deliveries/ }).waitFor();
      await shown("rail");
    }
    await page.goto(`${house.worker.url}/notices`);
    await row(page, "Ada Byron").first().waitFor();
    await page.keyboard.press("j");
    await shown("notices");
    await page.goto(`${house.worker.url}/notices?state=waiting`);
    await page.locator("[data-entries] li, .empty").first().waitFor();
    await shown("notices-waiting");
    await page.goto(`${house.worker.url}/dead-letters`);
    await row(page, "Waits").first().waitFor();
    await shown("parked");
    await page.locator("[data-row]").first().click();
    await page.getByRole("button", { name: "Show the contents" }).click();
    await page.getByRole("region", { name: "Contents" }).waitFor();
    await shown("parked-body");
    for (const state of ["kept", "passed", "dismissed"]) {
      await page.goto(`${house.worker.url}/dead-letters?state=${state}`);
      await page.locator("[data-entries] li").first().waitFor();
      await shown(`parked-${state}`);
    }
    await page.goto(`${house.worker.url}/dead-letters?state=recovered`);
    await page.getByText("None", { exact: true }).waitFor();
    await shown("parked-none");
    assert.deepEqual([...wrong, ...visit.complaints.list], []);
    await visit.close();
  });
}

test("nothing was complained of", () => {
  assert.deepEqual(robin.complaints.list, []);
});
