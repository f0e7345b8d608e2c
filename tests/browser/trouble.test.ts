/** What the page shows when a reply does not simply arrive, and what a person can do about it. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Page } from 'playwright-core';
import { House, openThread, ours, owner, row, until, type Visit } from './house.ts';

let house: House;
let robin: Visit;
before(async () => {
  house = await House.open();
  robin = await house.signedIn(owner);
});
beforeEach(() => house.standins.faults.clear());
after(() => house.close());

const begin = async (platform: string, name: string, words: string) => {
  const customer = house.standins.stand(platform).customer(name, { language: 'en' });
  customer.text(words);
  await robin.page.goto(`${house.worker.url}/q/all`);
  await row(robin.page, name).waitFor();
  await openThread(robin.page, name);
  return customer;
};

const answer = async (page: Page, words: string) => {
  await page.locator('#composer').fill(words);
  await page.keyboard.press('Control+Enter');
};

test('an answer lost on the way back leaves the reply in doubt; a person says that it arrived', async () => {
  const { page } = robin;
  // WhatsApp's statuses name the reply, and would settle the doubt by themselves: here none comes.
  for (const receipt of ['echo', 'delivered'] as const) house.standins.receipts.set('*', receipt, 'never');
  const customer = await begin('instagram', 'Eli Voss', 'Is the green one still there?');
  house.standins.faults.next('instagram', 'send', { kind: 'drop-after' });
  await answer(page, 'It is.');
  const said = ours(page, 'It is.');
  await said.getByText('Did it arrive? Nobody knows.').waitFor();
  await row(page, 'Eli Voss').getByText('Look at reply').waitFor();
  assert.equal(customer.received.length, 1);
  await said.getByRole('button', { name: 'It arrived' }).click();
  await said.getByText('Sent', { exact: true }).waitFor();
  await row(page, 'Eli Voss').getByText('Look at reply').waitFor({ state: 'detached' });
  assert.equal(customer.received.length, 1);
  house.standins.receipts.reset();
});

test('a reply in doubt is sent again only when a person says so, twice', async () => {
  const { page } = robin;
  const customer = await begin('facebook', 'Fay Lind', 'Can I change my address?');
  house.standins.faults.next('facebook', 'send', { kind: 'drop-before' });
  await answer(page, 'Yes: which one is it now?');
  const said = ours(page, 'which one is it now?');
  await said.getByText('Did it arrive? Nobody knows.').waitFor();
  assert.equal(customer.received.length, 0);
  await said.getByRole('button', { name: 'It did not: send again' }).click();
  await said.getByText('the customer gets it twice').waitFor();
  await said.getByRole('button', { name: 'Yes, send again' }).click();
  await ours(page, 'which one is it now?').last().getByText(/^(Sent|Delivered)$/).waitFor();
  await until('the reply on the phone', () => customer.received.length === 1);
});

test('what the platform refuses says why, and can be rewritten', async () => {
  const { page } = robin;
  const customer = await begin('telegram', 'Gus Hale', 'Hello?');
  house.standins.faults.next('telegram', 'send', { kind: 'error', name: 'blocked' });
  await answer(page, 'Hello Gus.');
  const said = ours(page, 'Hello Gus.');
  await said.getByText('Not sent.').waitFor();
  await said.getByRole('button', { name: 'Rewrite' }).click();
  // Let be, it is no longer part of the conversation: its bubble says so, and goes with the next look at the thread.
  await said.getByText('Not sent.').waitFor({ state: 'detached' });
  await until('the words are back', async () => (await page.locator('#composer').inputValue()) === 'Hello Gus.');
  await answer(page, 'Hello Gus, how can we help?');
  await ours(page, 'how can we help?').getByText(/^(Sent|Delivered)$/).waitFor();
  assert.deepEqual(customer.received.map((one) => one.text), ['Hello Gus, how can we help?']);
});

test('written meanwhile by the customer: shown first, the words kept, and sent at the second try', async () => {
  const { page } = robin;
  const customer = await begin('whatsapp', 'Hedy Roos', 'The lamp is broken.');
  await page.locator('#composer').fill('We send you a new one.');
  // The page's line is cut, so that it cannot know of the new message when it sends.
  await page.routeWebSocket('**/live*', (socket) => void socket.close());
  const held: (() => void)[] = [];
  let holding = true;
  await page.route(/\/api\/v1\/threads\/[^/]+(\?.*)?$|\/messages/, async (route) => {
    if (holding && route.request().method() === 'GET') await new Promise<void>((done) => held.push(done));
    await route.continue().catch(() => {});
  });
  customer.text('Sorry, it works again!');
  await until('the message is taken in', async () => {
    const database = await house.worker.mf.getD1Database('DB');
    const found = await database.prepare("SELECT count(*) AS n FROM search WHERE search MATCH 'works'").first<{ n: number }>();
    return found?.n === 1;
  });
  await answer(page, 'We send you a new one.');
  holding = false;
  for (const go of held) go();
  await page.locator('.changed').getByText('Sorry, it works again!').waitFor();
  assert.equal(await page.locator('#composer').inputValue(), 'We send you a new one.');
  assert.equal(customer.received.length, 0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.locator('#composer').fill('Good to hear!');
  await page.keyboard.press('Control+Enter');
  await ours(page, 'Good to hear!').getByText(/^(Sent|Delivered)$/).waitFor();
  assert.deepEqual(customer.received.map((one) => one.text), ['Good to hear!']);
});

test('nothing was complained of', () => {
  assert.deepEqual(robin.complaints.list, []);
});
