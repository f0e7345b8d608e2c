/** Insights and costs: what happened, as a picture and as a table, with the question in the address. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { ProductFixture, openThread, owner, row, until, type Visit } from "./product-fixture.ts";
import { look, lookAs, looks, picture, readRules, rulesFromCaret } from "./page.ts";

let house: ProductFixture;
let robin: Visit;
before(async () => {
  house = await ProductFixture.open();
  const words = ["Where is my order?", "Can I get a refund?", "Do you have it in blue?"];
  for (const [n, name] of ["Ida Falk", "Jude Park", "Kim Aas"].entries())
    house.standins.telegram.customer(name, { language: "en" }).text(words[n] ?? "");
  robin = await house.signedIn(owner);
  for (const name of ["Ida Falk", "Jude Park", "Kim Aas"]) await row(robin.page, name).waitFor();
});
after(() => house.close());

const rulesNow = (page: Page) =>
  page.evaluate('fetch("/api/v1/rules").then((answer) => answer.json())') as Promise<{ text: string }>;

test("a report is opened from the rail; its filters are in the address and survive a reload", async () => {
  const { page } = robin;
  await page.getByRole("link", { name: "Insights" }).click();
  await page.waitForURL("**/insights");
  await page.getByRole("img", { name: /Messages in, Messages out, by day/ }).waitFor();
  const platforms = page.getByLabel("Platform");
  await platforms.selectOption("telegram");
  const offered = await platforms.locator("option").allInnerTexts();
  assert.ok(
    offered.includes("Telegram") && !offered.includes("Bluesky") && !offered.includes("X"),
    `it offers what is connected, and not ${offered.join(", ")}`,
  );
  await page.getByRole("button", { name: "7 days" }).click();
  await page.getByRole("tab", { name: "Topics" }).click();
  await page.getByRole("button", { name: "Table" }).click();
  const address = new URL(page.url());
  assert.deepEqual(
    ["report", "platform", "view"].map((name) => address.searchParams.get(name)),
    ["topics", "telegram", "table"],
  );
  const table = page.getByRole("table", { name: /^Topics/ });
  await table.waitFor();
  const shown = await table.innerText();
  await page.reload();
  await table.waitFor();
  assert.equal(page.url(), address.href);
  assert.equal(await table.innerText(), shown);
  assert.equal(await page.getByLabel("Platform").inputValue(), "telegram");
  assert.equal(await page.getByRole("tab", { name: "Topics" }).getAttribute("aria-selected"), "true");
  assert.equal(await page.getByRole("button", { name: "7 days" }).getAttribute("aria-pressed"), "true");
});

test("the table and the file tell the same", async () => {
  const { page } = robin;
  const cells = await page
    .getByRole("table")
    .locator("tbody tr")
    .evaluateAll((rows) =>
      rows.map((one) =>
        [...one.children]
          .slice(1)
          .map((cell) => cell.textContent?.trim())
          .join(","),
      ),
    );
  assert.ok(cells.length > 0);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV" }).click(),
  ]);
  assert.match(download.suggestedFilename(), /^tributary-topics-.*\.csv$/);
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n").slice(1);
  assert.deepEqual(
    lines.map((line) => line.slice(line.indexOf(",") + 1)),
    cells,
  );
});

test("by keyboard alone: numbers choose the report, t the table, arrows the days", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/insights`);
  await page.getByRole("img", { name: /by day/ }).waitFor();
  await page.keyboard.press("4");
  await page.getByRole("img", { name: /hour of the week/ }).waitFor();
  await page.keyboard.press("t");
  await page.getByRole("table", { name: /^Load/ }).waitFor();
  await page.keyboard.press("t");
  await page.keyboard.press("1");
  const picture = page.getByRole("img", { name: /Messages in, Messages out, by day/ });
  await picture.focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByText(/: Messages in \d+, Messages out \d+/).waitFor();
  await page.getByRole("tab", { name: "Volume" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tab", { name: "Answer times", selected: true }).waitFor();
});

test("what does not come is said, and can be tried again", async () => {
  const { page } = robin;
  await page.route("**/api/v1/insights?*", (route) => route.abort());
  await page.goto(`${house.worker.url}/insights?report=volume`);
  await page.getByText("The report could not be loaded").waitFor();
  await page.unroute("**/api/v1/insights?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("img", { name: /by day/ }).waitFor();
  await page.goto(`${house.worker.url}/insights?from=2026-01-01&to=2026-01-31`);
  await page.getByText("Nothing to show yet").waitFor();
  robin.complaints.list.length = 0;
});

test("costs: this month unit by unit, and what other months would be", async () => {
  const { page } = robin;
  await page.getByRole("link", { name: "Costs" }).click();
  const months = page.getByRole("table", { name: "What other volumes would cost" });
  await months.waitFor();
  for (const messages of ["1,500", "10,000", "100,000"])
    await months.getByRole("rowheader", { name: messages, exact: true }).waitFor();
  await page.getByText(/Models have reported [\d,]+ tokens read and [\d,]+ written so far/).waitFor();
  await page
    .getByRole("table", { name: "This month in detail" })
    .getByRole("rowheader", { name: "D1 rows written" })
    .waitFor();
});

for (const { name, options } of looks) {
  test(`both pages are for everybody, ${name}`, async () => {
    const visit = await house.signedIn(owner, "all", options);
    const { page } = visit;
    for (const [path, there] of [
      ["insights", ".chart"],
      ["insights?view=table", "table"],
      ["insights?report=load", "svg[role=img]"],
      ["insights?report=topics", ".chart"],
      ["insights?report=accuracy", "#keywords"],
      ["costs", "table"],
    ] as const) {
      await page.goto(`${house.worker.url}/${path}`);
      await page.locator(`main ${there}`).first().waitFor();
      assert.deepEqual(await look(page, `${path.replace(/[?=&]/g, "-")}-${name}`), []);
    }
    assert.deepEqual(visit.complaints.list, []);
    await visit.close();
  });
}

test("a topic and an urgency are put right with one key and a number", async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, "Kim Aas");
  await page.locator("#thread-title").focus();
  const topics = page.getByRole("radiogroup", { name: "Topic" });
  await page.keyboard.press("t");
  const second = topics.getByRole("radio").nth(1);
  const first = topics.getByRole("radio").first();
  await first.waitFor();
  const other = (await first.getAttribute("aria-checked")) === "true" ? second : first;
  const name = (await other.innerText()).trim();
  await page.keyboard.press(other === first ? "1" : "2");
  await topics.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: `Topic: ${name}` }).waitFor();
  await page.keyboard.press("p");
  await page.keyboard.press("1");
  await page.getByRole("button", { name: "Urgency: Urgent" }).waitFor();
});

test("a language is put right with one key and its name, and the week’s accuracy tells of it", async () => {
  const { page } = robin;
  const rowsOf = async (field: string) => {
    const report = (await page.evaluate(
      'fetch("/api/v1/insights?report=accuracy").then((answer) => answer.json())',
    )) as { rows: [string, string, string, number, number, number, number | null][] };
    return report.rows.filter(([, of]) => of === field);
  };
  const wrong = async () => (await rowsOf("language")).reduce((sum, one) => sum + one[5], 0);
  assert.equal(await wrong(), 0);
  house.standins.telegram.customer("Lu Reis", { language: "en" }).text("Where is my order?");
  await row(page, "Lu Reis").waitFor();
  await openThread(page, "Lu Reis");
  await page.getByRole("button", { name: "Language: English" }).waitFor();
  const find = page.getByRole("searchbox", { name: "Find a language" });
  const press = async () => {
    // The page hears of a panel's end a moment after it is gone.
    await page.locator('button[aria-expanded="false"]', { hasText: "Language:" }).waitFor();
    await page.locator("#thread-title").focus();
    await page.keyboard.press("l");
    await until("the field has the focus", () => find.evaluate((one) => one === one.ownerDocument.activeElement));
  };
  for (const one of looks) {
    const { width } = one;
    await lookAs(page, one);
    await press();
    assert.deepEqual(await look(page, `language-${one.name}`), []);
    const panel = await page.getByRole("dialog", { name: "Language" }).boundingBox();
    assert.ok(panel && panel.x >= 8 && panel.x + panel.width <= width - 8, JSON.stringify(panel));
    await page.keyboard.press("Escape");
    await find.waitFor({ state: "hidden" });
  }
  await press();
  await page.keyboard.type("qqq");
  await page.getByText("No such language").waitFor();
  await find.fill("portug");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Language: Portuguese" }).waitFor();
  await find.waitFor({ state: "hidden" });
  await until("the accuracy of languages is no longer perfect", async () => {
    await house.worker.scheduled("*/5 * * * *");
    return (await wrong()) === 1;
  });
  // By its tag, where no name is offered.
  await press();
  await find.fill("pt-BR");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Language: Brazilian Portuguese" }).waitFor();
});

test("every report is a picture, a table and a file, and keeps its filters in the address", async () => {
  const { page } = robin;
  const REPORTS = ["volume", "answers", "targets", "load", "topics", "accuracy", "cost"] as const;
  const filters = page.getByRole("group", { name: "Filters" });
  const who = filters.getByLabel("Teammate or team");
  await page.goto(`${house.worker.url}/insights`);
  await page
    .getByRole("img", { name: /by day/ })
    .first()
    .waitFor();
  const options = await who
    .locator("option")
    .evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value));
  const [team, teammate] = [
    options.find((one) => one.startsWith("team_")),
    options.find((one) => one.startsWith("tm_")),
  ];
  assert.ok(teammate, "somebody is offered");
  for (const [place, report] of REPORTS.entries()) {
    await page.goto(`${house.worker.url}/insights?report=${report}`);
    const shown = page.locator('#report[aria-busy="false"]');
    await shown.locator("[role=img], .shares, .empty").first().waitFor();
    await page.keyboard.press("t");
    const table = shown.getByRole("table");
    await table.waitFor();
    const titles = await table.locator("thead th").allInnerTexts();
    assert.ok(titles.length >= 4, `${report}: ${titles.join()}`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "CSV" }).click(),
    ]);
    assert.match(download.suggestedFilename(), new RegExp(`^tributary-${report}-.*\\.csv$`));
    const file = await readFile(await download.path(), "utf8");
    assert.ok(file.startsWith("\u{feff}"), "spreadsheets are told that it is UTF-8");
    const head = (file.slice(1).split("\r\n")[0] ?? "").match(/"[^"]*"|[^,]+/g) ?? [];
    assert.deepEqual(
      head.map((one) => one.replaceAll('"', "").toLowerCase()),
      titles.map((one) => one.trim().toLowerCase()),
    );
    const rows = await table.locator("tbody tr").count();
    assert.equal(file.trimEnd().split("\r\n").length - 1, rows, `${report}: as many lines as rows`);
    if (report === "cost") {
      assert.equal(await filters.getByLabel("Platform").count(), 0, "what labels cost takes no filters");
      await page.getByText("Days of UTC.").waitFor();
      continue;
    }
    for (const [name, value] of [
      ["platform", "telegram"],
      ["topic", "orders"],
      ["teammate", teammate],
      ...(team ? [["team", team]] : []),
    ] as [string, string][]) {
      const answered = page.waitForResponse(
        (answer) =>
          answer.url().includes("/api/v1/insights?") && answer.url().includes(`${name}=${value}`) && answer.ok(),
      );
      await (
        name === "platform" ? filters.getByLabel("Platform") : name === "topic" ? filters.getByLabel("Topic") : who
      ).selectOption(value);
      await answered;
      const address = new URL(page.url()).searchParams;
      assert.deepEqual(
        [address.get("report"), address.get(name), address.get("view")],
        [report, value, "table"],
        `${place}`,
      );
    }
    await page.reload();
    await table.waitFor();
    assert.equal(await filters.getByLabel("Platform").inputValue(), "telegram");
    assert.equal(await who.inputValue(), team ?? teammate);
  }
  // What narrowed the others is not asked of this one, and is still there when they come back.
  await page.goto(`${house.worker.url}/insights?report=volume&platform=telegram`);
  await filters.getByLabel("Platform").waitFor();
  const answered = page.waitForResponse((answer) => answer.url().includes("report=cost") && answer.ok());
  await page.keyboard.press("7");
  assert.ok(!(await answered).url().includes("platform"));
  await page.keyboard.press("1");
  await filters.getByLabel("Platform").waitFor();
  assert.equal(await filters.getByLabel("Platform").inputValue(), "telegram");
});

test("a suggested keyword is written into the rules by keyboard, and counts once it is saved", async () => {
  const { page } = robin;
  const names = ["Ola Berg", "Pia Lund", "Rui Melo"];
  for (const name of names) house.standins.telegram.customer(name, { language: "en" }).text("The zipper fell off");
  const database = await house.worker.mf.getD1Database("DB");
  const number = async (sql: string) => (await database.prepare(sql).first<{ n: number }>())?.n;
  // What a person says before a machine did corrects nothing.
  await until(
    "they are labelled",
    async () =>
      (await number(
        `SELECT count(*) AS n FROM threads WHERE item ->> '$.preview' = 'The zipper fell off' AND item ->> '$.topic' IS NOT NULL`,
      )) === 3,
  );
  await page.goto(`${house.worker.url}/q/all`);
  for (const name of names) {
    await row(page, name).waitFor();
    await openThread(page, name);
    await page.locator("#thread-title").focus();
    const topics = page.getByRole("radiogroup", { name: "Topic" });
    await page.keyboard.press("t");
    await topics.getByRole("radio", { name: /Returns/ }).click();
    await page.getByRole("button", { name: "Topic: Returns" }).waitFor();
  }
  await until(
    "the index has the corrections",
    async () =>
      (await number(
        `SELECT count(*) AS n FROM threads WHERE item ->> '$.preview' = 'The zipper fell off' AND item ->> '$.topic' = 'returns'`,
      )) === 3,
  );
  await house.worker.scheduled("*/5 * * * *");

  await page.goto(`${house.worker.url}/insights?report=accuracy`);
  await page.getByRole("button", { name: "Find keywords" }).focus();
  await page.keyboard.press("Enter");
  const add = page.getByRole("link", { name: "Add to rules: “zipper” among the keywords of Returns" });
  await add.waitFor();
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await add.scrollIntoViewIfNeeded();
    assert.deepEqual(await look(page, `keywords-${width}-light`), []);
  }
  await add.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/rules");
  await page.getByText("It counts once you save").waitFor();
  const rest = await rulesFromCaret(page);
  assert.ok(rest.startsWith('"zipper"'), rest);
  const shown = await readRules(page);
  const before = (await rulesNow(page)).text;
  assert.equal(
    shown.replace(/,? "zipper",?/, (found) => (found.endsWith(",") ? "," : "")).replaceAll(",,", ","),
    before,
    "nothing else changed",
  );
  assert.ok(!before.includes("zipper"), "nothing is saved");
  await picture(page, "keyword-in-rules-1440-light");
  await page.reload();
  await until("the draft is there again, once", async () => (await readRules(page)) === shown);
  await page.getByText("No problems").first().waitFor();
  await page.keyboard.press("Control+s");
  await page.getByText(/Saved as version/).waitFor();
  assert.equal((await rulesNow(page)).text, shown);

  await page.goto(`${house.worker.url}/rules?topic=returns&keyword=zipper`);
  await page.getByText("is among the keywords of Returns already").waitFor();
  assert.equal(new URL(page.url()).search, "");
  await page.goto(`${house.worker.url}/insights?report=accuracy`);
  await page.getByRole("button", { name: "Find keywords" }).click();
  await page
    .getByText(/corrected threads have in common|in 3 threads/)
    .first()
    .waitFor();
  assert.equal(await add.count(), 0, "the rules know it");
});
