/** The daily digest: once per local day, to the team and nobody else, seen through to the end or shown as failed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startProduct, type Product } from '../harness/product.ts';
import type { AuditItem, Page } from '../harness/types.ts';
import { remains, until } from '../harness/until.ts';

type Delivery = { way: string; to: string; status: string; cause: string | null; tries: number; nextTryAt: string | null; settledAt: string | null };
type Item = { id: string; day: string; madeAt: string; sentBy: string | null; numbers: Record<string, number>; deliveries: Delivery[] };
type Line = { thread: string; summary: string | null; owner: string | null; uncertain: number; failed: number };
type Digest = { day: string; numbers: Record<string, number>; overdue: Line[]; unassigned: Line[]; inDoubt: Line[]; accounts: { name: string; trouble: string | null }[]; deliveries: { parked: number; dead: number }; measures: { name: string; yesterday: number }[]; labels: { made: number; corrected: number; weekLooked: number; weekRight: number }; spend: { yesterday: number; before: number; days: number } };
type Detail = Item & { digest: Digest };
type Preview = { digest: Digest; nextAt: string | null; readers: { way: string; to: string }[]; canEmail: boolean };

const FIVE = '*/5 * * * *';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const connect = (platform: string) => platform === 'facebook';
const digestRules = (recipients: string[], zone = 'Asia/Kolkata') => (text: string) =>
  text
    .replace('time_zone = "UTC"', `time_zone = "${zone}"`)
    .replace(/^days = \["mon-fri"\]/m, 'days = ["mon-sun"]')
    .replace('recipients = []', `recipients = ${JSON.stringify(recipients)}`)
    .replace('urgent = "15m"\nhigh = "1h"\nnormal = "4h"\nlow = "1d"', 'urgent = "1m"\nhigh = "1m"\nnormal = "1m"\nlow = "1m"');

/** 09:00 in Kolkata is 03:30 by universal time; some days ahead, so that nothing of today is in the way. */
const morning = (ahead: number): Date => new Date(Math.floor(Date.now() / DAY) * DAY + ahead * DAY + 3.5 * 60 * MINUTE);
const later = (at: Date, minutes: number) => new Date(at.getTime() + minutes * MINUTE);
const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const press = () => `dig_${crypto.randomUUID()}`;

describe('a digest that goes out by itself', () => {
  let product: Product;
  const list = async () => (await product.owner.get<Page<Item>>('/digests')).items;
  const mails = () => product.standins.mail.mails;
  const posts = () => product.standins.channel.posts;

  before(async () => {
    product = await startProduct({ connect, team: { Mia: 'agent', Vic: 'viewer' }, rules: digestRules(['mia@team.example', 'lead@team.example']) });
    product.standins.facebook.customer('Ana').text('My parcel is damaged, the word is zwergpinscher');
    await product.threadOf(product.standins.facebook.customer('Ana'), (one) => one.topic !== null && one.owner.type === 'teammate');
  });
  after(() => product.stop());

  it('is not made before its time', async () => {
    await product.worker.scheduled(FIVE, later(morning(2), -1));
    // What was due the day before is more than twelve hours late by then.
    assert.deepEqual([await list(), mails().length], [[], 0]);
  });

  it('goes out once, though both cron lines fire at once and again', async () => {
    const at = morning(2);
    const before = { posts: posts().length, sends: product.sends() };
    await Promise.all([product.worker.scheduled(FIVE, at), product.worker.scheduled('0 * * * *', at), product.worker.scheduled(FIVE, at)]);
    await product.worker.scheduled(FIVE, later(at, 5));
    await product.worker.scheduled('0 * * * *', later(at, 90));
    const [digest, ...others] = await list();
    assert.ok(digest);
    assert.deepEqual([digest.day, digest.sentBy, others.length], [dayOf(at), null, 0]);
    assert.deepEqual(digest.deliveries.map((one) => [one.way, one.to, one.status, one.tries]), [
      ['channel', 'team', 'sent', 1],
      ['email', 'lead@team.example', 'sent', 1],
      ['email', 'mia@team.example', 'sent', 1],
    ]);
    assert.deepEqual(mails().map((one) => one.to.join()).sort(), ['lead@team.example', 'mia@team.example']);
    assert.equal(posts().length, before.posts + 1);
    assert.equal(product.sends(), before.sends, 'nothing goes to a customer');
    assert.deepEqual(product.standins.facebook.sent, []);
  });

  it('says what is open and late in every form, with links, and names no customer', async () => {
    const [mail] = mails();
    assert.ok(mail);
    const thread = (await product.owner.threads())[0];
    assert.ok(thread);
    assert.match(mail.subject, /^1 open, 1 overdue · Our team, \w{3} \d+ \w{3} \d{4}$/);
    for (const form of [mail.text, mail.html]) {
      assert.ok(form.includes(`${product.url}/t/${thread.id}`));
      assert.ok(form.includes(`${product.url}/digest`));
      assert.ok(!form.includes('Ana'), 'who it is stays in the inbox');
    }
    assert.ok(!/<(img|script|link|iframe)|src=|@import|url\(/.test(mail.html));
    assert.match(posts().at(-1)?.text ?? '', /1 open, 1 overdue/);
    const read = await product.team.person('Vic').get<Detail>(`/digests/${(await list())[0]?.day}`);
    assert.deepEqual(read.digest.overdue.map((one) => one.thread), [thread.id]);
    assert.deepEqual(read, await product.owner.get<Detail>(`/digests/${read.id}`));
    const logged = product.lines.join('\n');
    assert.ok(!logged.includes('zwergpinscher') && !logged.includes(product.standins.mail.key) && !logged.includes('lead@team.example'));
  });

  it('is sent late on its day when cron was away for hours, and left out when it is too late', async () => {
    const sent = mails().length;
    await product.worker.scheduled(FIVE, later(morning(3), 11 * 60));
    assert.equal((await list())[0]?.day, dayOf(morning(3)));
    assert.equal(mails().length, sent + 2);
    await product.worker.scheduled(FIVE, later(morning(4), 13 * 60));
    assert.equal((await list())[0]?.day, dayOf(morning(3)));
  });

  it('is in the history, made by nobody', async () => {
    const entries = (await product.owner.all<AuditItem>('/audit')).filter((one) => one.action === 'digestSent');
    assert.deepEqual(entries.map((one) => [one.actor.type, one.detail.readers]), [['system', 3], ['system', 3]]);
  });

  it('pages by cursor, and refuses what is no digest', async () => {
    const first = await product.owner.get<Page<Item>>('/digests?limit=1');
    assert.equal(first.items.length, 1);
    const all = await product.owner.all<Item>('/digests?limit=1');
    assert.deepEqual(all.map((one) => one.day), (await list()).map((one) => one.day));
    for (const path of ['/digests/2020-01-01', '/digests/nonsense', '/digests/dig_unknown']) await product.owner.refused(404, 'not_found', 'GET', path);
    await product.owner.refused(400, 'invalid_cursor', 'GET', '/digests?cursor=AAAA');
  });
});

describe('a mail that is not taken at once', () => {
  let product: Product;
  const mails = () => product.standins.mail.mails;
  const stand = async (to: string): Promise<Delivery> => {
    const { items } = await product.owner.get<Page<Item>>('/digests');
    const found = items[0]?.deliveries.find((one) => one.to === to);
    assert.ok(found);
    return found;
  };
  const at = morning(2);

  before(async () => {
    product = await startProduct({ connect, rules: digestRules(['a@team.example', 'b@team.example', 'c@team.example', 'd@team.example', 'e@team.example']) });
    const { faults } = product.standins;
    faults.next('mail', 'emails', { kind: 'error', name: 'rate-limited', retryAfter: 900 });
    faults.next('mail', 'emails', { kind: 'drop-after' }); // it has arrived, and nobody says so
    faults.next('mail', 'emails', { kind: 'error', name: 'invalid' });
    faults.next('mail', 'emails', { kind: 'error', name: 'internal' });
    faults.next('channel', 'json', { kind: 'status', status: 404, body: 'gone' });
    await product.worker.scheduled(FIVE, at);
    // What is minutes apart for the Worker is not for the provider's clock.
    product.standins.mail.rate.rate = 50;
  });
  after(() => product.stop());

  it('waits, has failed or is sent, each for itself, and says why', async () => {
    const states = await Promise.all(['team', 'a@team.example', 'b@team.example', 'c@team.example', 'd@team.example', 'e@team.example'].map(stand));
    assert.deepEqual(states.map((one) => [one.status, one.cause]), [
      ['failed', 'refused'],
      ['waiting', 'rateLimited'],
      ['waiting', 'noAnswer'],
      ['failed', 'refused'],
      ['waiting', 'unavailable'],
      ['sent', null],
    ]);
    assert.equal(states[1]?.nextTryAt, later(at, 15).toISOString(), 'as long as the provider asks');
    assert.equal(states[2]?.nextTryAt, later(at, 5).toISOString());
  });

  it('is tried again with the same key: what had arrived arrives once', async () => {
    assert.deepEqual(mails().map((one) => one.to.join()).sort(), ['b@team.example', 'e@team.example']);
    await product.worker.scheduled(FIVE, later(at, 4));
    assert.equal((await stand('b@team.example')).tries, 1, 'not before its time');
    await product.worker.scheduled(FIVE, later(at, 5));
    await product.worker.scheduled(FIVE, later(at, 15));
    for (const to of ['a@team.example', 'b@team.example', 'd@team.example']) assert.deepEqual([(await stand(to)).status, (await stand(to)).tries], ['sent', 2]);
    assert.deepEqual(mails().map((one) => one.to.join()).sort(), ['a@team.example', 'b@team.example', 'd@team.example', 'e@team.example']);
    const keys = product.standins.requests('mail', 'emails').length;
    assert.equal(keys, 8);
  });

  it('is given up after a bounded number of tries, and stays visible', async () => {
    product.standins.faults.always('mail', 'emails', { kind: 'error', name: 'internal' });
    const next = morning(3);
    for (const minutes of [0, 5, 15, 35, 75, 160, 300, 600]) await product.worker.scheduled(FIVE, later(next, minutes));
    product.standins.faults.clear('mail');
    const given = await stand('a@team.example');
    assert.deepEqual([given.status, given.cause, given.tries], ['failed', 'unavailable', 6]);
    await product.worker.scheduled(FIVE, later(next, 660));
    assert.equal((await stand('a@team.example')).tries, 6);
  });

  it('of which no try has an end is repeated by mail, and not in the team channel', async () => {
    const third = morning(5);
    await product.worker.scheduled(FIVE, third);
    const sent = mails().length;
    const posted = product.standins.channel.posts.length;
    // As if the Worker had ended in the middle of both.
    await product.rows(`UPDATE digest_deliveries SET status = 'waiting', trying = 1, next_at = ? WHERE digest = ? AND target IN ('team', 'a@team.example')`, third.getTime(), `dig_${dayOf(third)}`);
    await product.worker.scheduled(FIVE, later(third, 5));
    assert.deepEqual([(await stand('team')).status, (await stand('team')).cause], ['failed', 'noAnswer']);
    assert.equal((await stand('a@team.example')).status, 'sent');
    assert.deepEqual([mails().length, product.standins.channel.posts.length], [sent, posted], 'nobody has it twice');
  });
});

describe('a digest by hand', () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ connect, team: { Mia: 'agent', Ada: 'admin' }, rules: digestRules(['mia@team.example'], 'Europe/Berlin') });
    const { facebook, faults } = product.standins;
    const customer = facebook.customer('Bo');
    customer.text('Where is my order?');
    const thread = await product.threadOf(customer, (one) => one.topic !== null);
    faults.next('facebook', 'send', { kind: 'drop-before' }); // an echo would settle it
    await product.owner.reply(thread.id, 'On its way.');
    await product.threadOf(customer, (one) => one.trouble);
  });
  after(() => product.stop());

  it('can be looked at before: nothing is made and nothing is sent', async () => {
    const preview = await product.team.person('Mia').get<Preview>('/digests/preview');
    assert.deepEqual(preview.readers, [{ way: 'channel', to: 'team' }, { way: 'email', to: 'mia@team.example' }]);
    assert.ok(preview.canEmail && preview.nextAt && Date.parse(preview.nextAt) > Date.now());
    assert.deepEqual(preview.digest.inDoubt.map((one) => [one.uncertain, one.failed]), [[1, 0]]);
    assert.deepEqual([preview.digest.numbers.open, preview.digest.numbers.inDoubt], [1, 1]);
    await remains('nothing is sent', async () => (await product.count('digests')) === 0 && product.standins.mail.mails.length === 0, 300);
  });

  it('counts what was done yesterday, what waits for a person, and who is silent for longer than usual', async () => {
    const [thread] = await product.owner.threads();
    assert.ok(thread);
    await product.owner.post(`/threads/${thread.id}/labels`, { topic: 'billing' });
    await until('the correction is in the history', async () => (await product.rows(`SELECT 1 FROM audit WHERE entry ->> '$.action' = 'corrected'`)).length === 1);
    await product.rows('UPDATE audit SET at = at - 86400000 WHERE thread IS NOT NULL');
    const day = (back: number) => dayOf(new Date(Date.parse(`${today}T00:00:00Z`) - back * DAY));
    const { digest: { day: today } } = await product.owner.get<Preview>('/digests/preview');
    for (const [back, value] of [[1, 2_500_000], [3, 600_000]] as const) await product.rows(`INSERT INTO counters (day, name, value) VALUES (?, 'label.spend', ?)`, day(back), value);
    for (const state of ['parked', 'dead', 'dead', 'recovered']) {
      await product.rows(`INSERT INTO deliveries (id, platform, state, reason, size, stored, received_at) VALUES ('dlv_' || lower(hex(randomblob(8))), 'facebook', ?, 'a test', 1, 'parked/none', ?)`, state, Date.now() - DAY);
    }
    // Silent for 40 hours: longer than a day, and no longer than this account's weekends.
    const silent = async (usual: number) => {
      await product.rows('UPDATE accounts SET connected_at = 0, last_event = ?, usual_pause = ?', Date.now() - 40 * 60 * MINUTE, usual * 60 * MINUTE);
      return (await product.owner.get<Preview>('/digests/preview')).digest.accounts.map((one) => one.trouble);
    };
    assert.deepEqual([await silent(12), await silent(30)], [[null], []]);

    await product.rows('DELETE FROM digest_days');
    const { digest } = await product.owner.get<Preview>('/digests/preview');
    assert.deepEqual(digest.measures.map((one) => [one.name, one.yesterday]), [['opened', 1], ['replied', 1], ['closed', 0]]);
    assert.deepEqual([digest.labels.made > 0, digest.labels.corrected], [true, 1]);
    // Answered first, and put right later.
    assert.deepEqual([digest.labels.weekLooked, digest.labels.weekRight], [1, 0]);
    assert.deepEqual([digest.deliveries.parked, digest.deliveries.dead], [1, 2]);
    assert.deepEqual([digest.spend.yesterday, digest.spend.before, digest.spend.days], [2_500_000, 600_000, 2]);
    // Days that are over are kept: they are counted once.
    assert.ok((await product.count('digest_days')) >= 7);
  });

  it('learns how long an account is usually silent', async () => {
    await product.rows('UPDATE accounts SET last_event = ?, usual_pause = NULL', Date.now() - 5 * 60 * MINUTE);
    await product.restart(); // the isolate knows that it noted something within the hour
    product.standins.facebook.customer('Cy').text('Hello');
    const pause = await until('its pause is noted', async () => (await product.rows<{ usual_pause: number | null }>('SELECT usual_pause FROM accounts'))[0]?.usual_pause);
    assert.ok(Math.abs(Number(pause) - 5 * 60 * MINUTE) < MINUTE, String(pause));
  });

  it('is sent by an administrator, once per press however often it is posted, and is in the history', async () => {
    const ada = product.team.person('Ada');
    const digestId = press();
    const sent = await Promise.all([1, 2, 3].map(() => ada.post<Detail>('/digests/send', { digestId })));
    assert.deepEqual(new Set(sent.map((one) => one.id)), new Set([digestId]));
    const read = () => ada.get<Detail>(`/digests/${digestId}`);
    await until('it has reached everybody', async () => (await read()).deliveries.every((one) => one.status === 'sent'));
    assert.equal(product.standins.mail.mails.length, 1);
    await ada.post<Detail>('/digests/send', { digestId });
    await ada.post<Detail>('/digests/send', { digestId: press() });
    await until('the second press is a second digest', () => product.standins.mail.mails.length === 2);
    await remains('no third', () => product.standins.mail.mails.length === 2, 300);
    const entries = (await product.owner.all<AuditItem>('/audit')).filter((one) => one.action === 'digestSent');
    assert.deepEqual(entries.map((one) => one.actor.name), ['Ada', 'Ada']);
    assert.equal((await read()).sentBy, (await product.team.teammate('Ada')).id);
  });

  it('is refused to others, without an id of its own, and where nobody would get it', async () => {
    await product.team.person('Mia').refused(403, 'role_too_low', 'POST', '/digests/send', { digestId: press() });
    for (const digestId of ['dig_2026-07-01', 'dig_short', 'tm_1']) await product.owner.refused(422, 'invalid', 'POST', '/digests/send', { digestId });
    await product.restart({ vars: { TEAM_CHANNEL_URL: '' } });
    const now = await product.owner.get<{ version: number; text: string }>('/rules');
    await product.owner.put('/rules', { text: now.text.replace('recipients = ["mia@team.example"]', 'recipients = []'), expectedVersion: now.version });
    const problem = await product.owner.refused(422, 'invalid', 'POST', '/digests/send', { digestId: press() });
    assert.match(problem.detail, /recipients/);
  });
});

describe('an installation that sends mail by Cloudflare’s binding, or not at all', () => {
  let product: Product;
  before(async () => {
    product = await startProduct({
      connect,
      rules: digestRules(['mia@team.example']),
      vars: { EMAIL_API_KEY: '' },
      config: (text) => `${text}\n[[send_email]]\nname = "EMAIL"\n`,
    });
  });
  after(() => product.stop());
  const first = async () => (await product.owner.get<Page<Item>>('/digests')).items[0]?.deliveries.find((one) => one.way === 'email');

  it('hands the mail to the binding', async () => {
    await product.worker.scheduled(FIVE, morning(2));
    assert.deepEqual([(await first())?.status, (await first())?.cause], ['sent', null]);
    assert.deepEqual(product.standins.mail.mails, []);
    assert.ok((await product.owner.get<Preview>('/digests/preview')).canEmail);
  });

  it('says so when there is no way to send mail', async () => {
    await product.restart({ vars: { EMAIL_FROM: '' } });
    await product.worker.scheduled(FIVE, morning(3));
    assert.deepEqual([(await first())?.status, (await first())?.cause], ['failed', 'notConfigured']);
    assert.equal((await product.owner.get<Preview>('/digests/preview')).canEmail, false);
  });
});
