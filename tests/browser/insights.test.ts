/** Insights and costs: what happened, as a picture and as a table, with the question in the address. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { House, openThread, owner, row, until, type Visit } from './house.ts';
import { look, picture } from './page.ts';

let house: House;
let robin: Visit;
before(async () => {
  house = await House.open();
  const words = ['Where is my order?', 'Can I get a refund?', 'Do you have it in blue?'];
  for (const [n, name] of ['Ida Falk', 'Jude Park', 'Kim Aas'].entries()) house.standins.telegram.customer(name, { language: 'en' }).text(words[n] ?? '');
  robin = await house.signedIn(owner);
  for (const name of ['Ida Falk', 'Jude Park', 'Kim Aas']) await row(robin.page, name).waitFor();
});
after(() => house.close());

const rulesNow = (page: Page) => page.evaluate('fetch("/api/v1/rules").then((answer) => answer.json())') as Promise<{ text: string }>;

test('a report is opened from the rail; its filters are in the address and survive a reload', async () => {
  const { page } = robin;
  await page.getByRole('link', { name: 'Insights' }).click();
  await page.waitForURL('**/insights');
  await page.getByRole('img', { name: /Messages in, Messages out, by day/ }).waitFor();
  await page.getByLabel('Platform').selectOption('telegram');
  await page.getByRole('button', { name: '7 days' }).click();
  await page.getByRole('tab', { name: 'Topics' }).click();
  await page.getByRole('button', { name: 'Table' }).click();
  const address = new URL(page.url());
  assert.deepEqual(['report', 'platform', 'view'].map((name) => address.searchParams.get(name)), ['topics', 'telegram', 'table']);
  const table = page.getByRole('table', { name: /^Topics/ });
  await table.waitFor();
  const shown = await table.innerText();
  await page.reload();
  await table.waitFor();
  assert.equal(page.url(), address.href);
  assert.equal(await table.innerText(), shown);
  assert.equal(await page.getByLabel('Platform').inputValue(), 'telegram');
  assert.equal(await page.getByRole('tab', { name: 'Topics' }).getAttribute('aria-selected'), 'true');
  assert.equal(await page.getByRole('button', { name: '7 days' }).getAttribute('aria-pressed'), 'true');
});

test('the table and the file tell the same', async () => {
  const { page } = robin;
  const cells = await page.getByRole('table').locator('tbody tr').evaluateAll((rows) => rows.map((one) => [...one.children].slice(1).map((cell) => cell.textContent?.trim()).join(',')));
  assert.ok(cells.length > 0);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()]);
  assert.match(download.suggestedFilename(), /^tributary-topics-.*\.csv$/);
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n').slice(1);
  assert.deepEqual(lines.map((line) => line.slice(line.indexOf(',') + 1)), cells);
});

test('by keyboard alone: numbers choose the report, t the table, arrows the days', async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/insights`);
  await page.getByRole('img', { name: /by day/ }).waitFor();
  await page.keyboard.press('4');
  await page.getByRole('img', { name: /hour of the week/ }).waitFor();
  await page.keyboard.press('t');
  await page.getByRole('table', { name: /^Load/ }).waitFor();
  await page.keyboard.press('t');
  await page.keyboard.press('1');
  const picture = page.getByRole('img', { name: /Messages in, Messages out, by day/ });
  await picture.focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByText(/: Messages in \d+, Messages out \d+/).waitFor();
  await page.getByRole('tab', { name: 'Volume' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('tab', { name: 'Answer times', selected: true }).waitFor();
});

test('what does not come is said, and can be tried again', async () => {
  const { page } = robin;
  await page.route('**/api/v1/insights?*', (route) => route.abort());
  await page.goto(`${house.worker.url}/insights?report=volume`);
  await page.getByText('The report could not be read').waitFor();
  await page.unroute('**/api/v1/insights?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('img', { name: /by day/ }).waitFor();
  await page.goto(`${house.worker.url}/insights?from=2026-01-01&to=2026-01-31`);
  await page.getByText('Nothing to show yet').waitFor();
  robin.complaints.list.length = 0;
});

test('costs: this month unit by unit, and what other months would be', async () => {
  const { page } = robin;
  await page.getByRole('link', { name: 'Costs' }).click();
  const months = page.getByRole('table', { name: 'What other months would cost' });
  await months.waitFor();
  for (const messages of ['1,500', '10,000', '100,000']) await months.getByRole('rowheader', { name: messages, exact: true }).waitFor();
  await page.getByRole('table', { name: 'This month, unit by unit' }).getByRole('rowheader', { name: 'D1 rows written' }).waitFor();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`both pages are for everybody, ${scheme}, large and small`, async () => {
    const visit = await house.signedIn(owner, 'all', { colorScheme: scheme });
    const { page } = visit;
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const [path, there] of [
        ['insights', '.chart'], ['insights?view=table', 'table'], ['insights?report=load', 'svg[role=img]'], ['insights?report=topics', '.chart'],
        ['insights?report=accuracy', '#keywords'], ['costs', 'table'],
      ] as const) {
        await page.goto(`${house.worker.url}/${path}`);
        await page.locator(`main ${there}`).first().waitFor();
        assert.deepEqual(await look(page, `${path.replace(/[?=&]/g, '-')}-${width}-${scheme}`), []);
      }
    }
    assert.deepEqual(visit.complaints.list, []);
    await visit.close();
  });
}

test('a topic and an urgency are put right with one key and a number', async () => {
  const { page } = robin;
  await page.goto(`${house.worker.url}/q/all`);
  await openThread(page, 'Kim Aas');
  await page.locator('#thread-title').focus();
  const topics = page.getByRole('radiogroup', { name: 'Topic' });
  await page.keyboard.press('t');
  const second = topics.getByRole('radio').nth(1);
  const first = topics.getByRole('radio').first();
  await first.waitFor();
  const other = (await first.getAttribute('aria-checked')) === 'true' ? second : first;
  const name = (await other.innerText()).trim();
  await page.keyboard.press(other === first ? '1' : '2');
  await topics.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: `Topic: ${name}` }).waitFor();
  await page.keyboard.press('p');
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Urgency: Urgent' }).waitFor();
});

test('a suggested keyword is written into the rules by keyboard, and counts once it is saved', async () => {
  const { page } = robin;
  const names = ['Ola Berg', 'Pia Lund', 'Rui Melo'];
  for (const name of names) house.standins.telegram.customer(name, { language: 'en' }).text('The zipper fell off');
  const database = await house.worker.mf.getD1Database('DB');
  const number = async (sql: string) => (await database.prepare(sql).first<{ n: number }>())?.n;
  // What a person says before a machine did corrects nothing.
  await until('they are labelled', async () => (await number(`SELECT count(*) AS n FROM threads WHERE item ->> '$.preview' = 'The zipper fell off' AND item ->> '$.topic' IS NOT NULL`)) === 3);
  await page.goto(`${house.worker.url}/q/all`);
  for (const name of names) {
    await row(page, name).waitFor();
    await openThread(page, name);
    await page.locator('#thread-title').focus();
    const topics = page.getByRole('radiogroup', { name: 'Topic' });
    await page.keyboard.press('t');
    await topics.getByRole('radio', { name: /Returns/ }).click();
    await page.getByRole('button', { name: 'Topic: Returns' }).waitFor();
  }
  await until('the index has the corrections', async () => (await number(`SELECT count(*) AS n FROM threads WHERE item ->> '$.preview' = 'The zipper fell off' AND item ->> '$.topic' = 'returns'`)) === 3);
  await house.worker.scheduled('*/5 * * * *');

  await page.goto(`${house.worker.url}/insights?report=accuracy`);
  await page.getByRole('button', { name: 'Look for words' }).focus();
  await page.keyboard.press('Enter');
  const add = page.getByRole('link', { name: 'Add to rules: “zipper” among the keywords of Returns' });
  await add.waitFor();
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await add.scrollIntoViewIfNeeded();
    assert.deepEqual(await look(page, `keywords-${width}-light`), []);
  }
  await add.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/rules');
  const area = page.getByLabel('Rules document');
  await page.getByText('It counts once you save').waitFor();
  const shown = await area.inputValue();
  const before = (await rulesNow(page)).text;
  assert.equal(shown.replace(/,? "zipper",?/, (found) => (found.endsWith(',') ? ',' : '')).replaceAll(',,', ','), before, 'nothing else changed');
  assert.ok(!before.includes('zipper'), 'nothing is saved');
  const caret = await area.evaluate((one) => {
    const { value, selectionStart } = one as unknown as { value: string; selectionStart: number };
    return [value.slice(selectionStart, selectionStart + 8), one === one.ownerDocument.activeElement];
  });
  assert.deepEqual(caret, ['"zipper"', true]);
  await picture(page, 'keyword-in-rules-1440-light');
  await page.reload();
  await until('the draft is there again, once', async () => (await area.inputValue()) === shown);
  await page.getByText('No problems').first().waitFor();
  await page.keyboard.press('Control+s');
  await page.getByText(/Saved as version/).waitFor();
  assert.equal((await rulesNow(page)).text, shown);

  await page.goto(`${house.worker.url}/rules?topic=returns&keyword=zipper`);
  await page.getByText('is among the keywords of Returns already').waitFor();
  assert.equal(new URL(page.url()).search, '');
  await page.goto(`${house.worker.url}/insights?report=accuracy`);
  await page.getByRole('button', { name: 'Look for words' }).click();
  await page.getByText(/corrected threads have in common|in 3 threads/).first().waitFor();
  assert.equal(await add.count(), 0, 'the rules know it');
});
