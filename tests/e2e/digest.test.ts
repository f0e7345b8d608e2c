/** The daily digest: once per local day, to the team and nobody else, seen through to the end or shown as failed. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import type { AuditItem, Page } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { seenByAll } from "../harness/timings.ts";

type Delivery = {
  way: string;
  to: string;
  status: string;
  cause: string | null;
  tries: number;
  nextTryAt: string | null;
  settledAt: string | null;
};
type Item = {
  id: string;
  day: string;
  madeAt: string;
  sentBy: string | null;
  numbers: Record<string, number>;
  deliveries: Delivery[];
};
type Line = { thread: string; summary: string | null; owner: string | null; uncertain: number; failed: number };
type Digest = {
  day: string;
  numbers: Record<string, number>;
  overdue: Line[];
  unassigned: Line[];
  inDoubt: Line[];
  accounts: { name: string; trouble: string | null }[];
  deliveries: { parked: number; dead: number };
  measures: { name: string; yesterday: number }[];
  labels: { made: number; corrected: number; weekLooked: number; weekRight: number };
  spend: { yesterday: number; before: number; days: number };
};
type Detail = Item & { digest: Digest };
type Preview = { digest: Digest; nextAt: string | null; readers: { way: string; to: string }[]; canEmail: boolean };

const FIVE = "*/5 * * * *";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const connect = (platform: string) => platform === "facebook";
const digestRules =
  (recipients: string[], zone = "Asia/Kolkata") =>
  (text: string) =>
    text
      .replace('time_zone = "UTC"', `time_zone = "${zone}"`)
      .replace(/^days = \["mon-fri"\]/m, 'days = ["mon-sun"]')
      .replace("recipients = []", `recipients = ${JSON.stringify(recipients)}`)
      .replace(
        'urgent = "15m"\nhigh = "1h"\nnormal = "4h"\nlow = "1d"',
        'urgent = "1m"\nhigh = "1m"\nnormal = "1m"\nlow = "1m"',
      );

/** 09:00 in Kolkata is 03:30 by universal time; some days ahead, so that nothing of today is in the way. */
const morning = (ahead: number): Date => new Date(Math.floor(Date.now() / DAY) * DAY + ahead * DAY + 3.5 * 60 * MINUTE);
const later = (at: Date, minutes: number) => new Date(at.getTime() + minutes * MINUTE);
const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const press = () => `dig_${crypto.randomUUID()}`;

describe("a digest that goes out by itself", () => {
  let product: Product;
  const list = async () => (await product.owner.get<Page<Item>>("/digests")).items;
  const mails = () => product.standins.mail.mails;
  const posts = () => product.standins.channel.posts;

  before(async () => {
    product = await startProduct({
      connect,
      team: { Mia: "agent", Vic: "viewer" },
      rules: digestRules(["mia@team.example", "lead@team.example"]),
    });
    product.standins.facebook.customer("Ana").text("My parcel is damaged, the word is zwergpinscher");
    await product.threadOf(
      product.standins.facebook.customer("Ana"),
      (one) => one.topic !== null && one.owner.type === "teammate",
    );
  });
  after(() => product.stop());

  it("is not made before its time", async () => {
    await product.worker.scheduled(FIVE, later(morning(2), -1));
    // What was due the day before is more than twelve hours late by then.
    assert.deepEqual([await list(), mails().length], [[], 0]);
  });

  it("goes out once, though both cron lines fire at once and again", async () => {
    const at = morning(2);
    const before = { posts: posts().length, sends: product.sends() };
    await Promise.all([
      product.worker.scheduled(FIVE, at),
      product.worker.scheduled("0 * * * *", at),
      product.worker.scheduled(FIVE, at),
    ]);
    await product.worker.scheduled(FIVE, later(at, 5));
    await product.worker.scheduled("0 * * * *", later(at, 90));
    const [digest, ...others] = await list();
    assert.ok(digest);
    assert.deepEqual([digest.day, digest.sentBy, others.length], [dayOf(at), null, 0]);
    assert.deepEqual(
      digest.deliveries.map((one) => [one.way, one.to, one.status, one.tries]),
      [
        ["channel", "team", "sent", 1],
        ["email", "lead@team.example", "sent", 1],
        ["email", "mia@team.example", "sent", 1],
      ],
    );
    assert.deepEqual(
      mails()
        .map((one) => one.to.join())
        .sort(),
      ["lead@team.example", "mia@team.example"],
    );
    assert.equal(posts().length, before.posts + 1);
    assert.equal(product.sends(), before.sends, "nothing goes to a customer");
    assert.deepEqual(product.standins.facebook.sent, []);
  });

  it("says what is open and late in every form, with links, and names no customer", async () => {
    const [mail] = mails();
    assert.ok(mail);
    const thread = (await product.owner.threads())[0];
    assert.ok(thread);
    assert.match(mail.subject, /^1 open, 1 overdue · Our team, \w{3} \d+ \w{3} \d{4}$/);
    for (const form of [mail.text, mail.html]) {
      assert.ok(form.includes(`${product.url}/t/${thread.id}`));
      assert.ok(form.includes(`${product.url}/digest`));
      assert.ok(!form.includes("Ana"), "who it is stays in the inbox");
    }
    assert.ok(!/<(img|script|link|iframe)|src=|@import|url\(/.test(mail.html));
    assert.match(posts().at(-1)?.text ?? "", /1 open, 1 overdue/);
    const read = await product.team.person("Vic").get<Detail>(`/digests/${(await list())[0]?.day}`);
    assert.deepEqual(
      read.digest.overdue.map((one) => one.thread),
      [thread.id],
    );
    assert.deepEqual(read, await product.owner.get<Detail>(`/digests/${read.id}`));
    const logged = product.lines.join("\n");
    assert.ok(
      !logged.includes("zwergpinscher") &&
        !logged.includes(product.standins.mail.key) &&
        !logged.includes("lead@team.example"),
    );
  });

  it("is sent late on its day when cron was away for hours, and left out when it is too late", async () => {
    const sent = mails().length;
    await product.worker.scheduled(FIVE, later(morning(3), 11 * 60));
    assert.equal((await list())[0]?.day, dayOf(morning(3)));
    assert.equal(mails().length, sent + 2);
    await product.worker.scheduled(FIVE, later(morning(4), 13 * 60));
    assert.equal((await list())[0]?.day, dayOf(morning(3)));
  });

  it("is in the history, made by nobody", async () => {
    const entries = (await product.owner.all<AuditItem>("/audit")).filter((one) => one.action === "digestSent");
    assert.deepEqual(
      entries.map((one) => [one.actor.type, one.detail.readers]),
      [
        ["system", 3],
        ["system", 3],
      ],
    );
  });

  it("pages by cursor, and refuses what is no digest", async () => {
    const first = await product.owner.get<Page<Item>>("/digests?limit=1");
    assert.equal(first.items.length, 1);
    const all = await product.owner.all<Item>("/digests?limit=1");
    assert.deepEqual(
      all.map((one) => one.day),
      (await list()).map((one) => one.day),
    );
    for (const path of ["/digests/2020-01-01", "/digests/nonsense", "/digests/dig_unknown"])
      await product.owner.refused(404, "not_found", "GET", path);
    await product.owner.refused(400, "invalid_cursor", "GET", "/digests?cursor=AAAA");
  });
});

describe("a mail that is not taken at once", () => {
  let product: Product;
  const mails = () => product.standins.mail.mails;
  const stand = async (to: string): Promise<Delivery> => {
    const { items } = await product.owner.get<Page<Item>>("/digests");
    const found = items[0]?.deliveries.find((one) => one.to === to);
    assert.ok(found);
    return found;
  };
  const at = morning(2);

  before(async () => {
    product = await startProduct({
      connect,
      rules: digestRules(["a@team.example", "b@team.example", "c@team.example", "d@team.example", "e@team.example"]),
    });
    const { faults } = product.standins;
    faults.next("mail", "emails", { kind: "error", name: "rate-limited", retryAfter: 900 });
    faults.next("mail", "emails", { kind: "drop-after" }); // it has arrived, and nobody says so
    faults.next("mail", "emails", { kind: "error", name: "invalid" });
    faults.next("mail", "emails", { kind: "error", name: "internal" });
    faults.next("channel", "json", { kind: "status", status: 404, body: "gone" });
    await product.worker.scheduled(FIVE, at);
    // What is minutes apart for the Worker is not for the provider's clock.
    product.standins.mail.rate.rate = 50;
  });
  after(() => product.stop());

  it("waits, has failed or is sent, each for itself, and says why", async () => {
    const states = await Promise.all(
      ["team", "a@team.example", "b@team.example", "c@team.example", "d@team.example", "e@team.example"].map(stand),
    );
    assert.deepEqual(
      states.map((one) => [one.status, one.cause]),
      [
        ["failed", "refused"],
        ["waiting", "rateLimited"],
        ["waiting", "noAnswer"],
        ["failed", "refused"],
        ["waiting", "unavailable"],
        ["sent", null],
      ],
    );
    assert.equal(states[1]?.nextTryAt, later(at, 15).toISOString(), "as long as the provider asks");
    assert.equal(states[2]?.nextTryAt, later(at, 5).toISOString());
  });

  it("is tried again with the same key: what had arrived arrives once", async () => {
    assert.deepEqual(
      mails()
        .map((one) => one.to.join())
        .sort(),
      ["b@team.example", "e@team.example"],
    );
    await product.worker.scheduled(FIVE, later(at, 4));
    assert.equal((await stand("b@team.example")).tries, 1, "not before its time");
    await product.worker.scheduled(FIVE, later(at, 5));
    await product.worker.scheduled(FIVE, later(at, 15));
    for (const to of ["a@team.example", "b@team.example", "d@team.example"])
      assert.deepEqual([(await stand(to)).status, (await stand(to)).tries], ["sent", 2]);
    assert.deepEqual(
      mails()
        .map((one) => one.to.join())
        .sort(),
      ["a@team.example", "b@team.example", "d@team.example", "e@team.example"],
    );
    const keys = product.standins.requests("mail", "emails").length;
    assert.equal(keys, 8);
  });

  it("is given up after a bounded number of tries, and stays visible", async () => {
    product.standins.faults.always("mail", "emails", { kind: "error", name: "internal" });
    const next = morning(3);
    for (const minutes of [0, 5, 15, 35, 75, 160, 300, 600]) await product.worker.scheduled(FIVE, later(next, minutes));
    product.standins.faults.clear("mail");
    const given = await stand("a@team.example");
    assert.deepEqual([given.status, given.cause, given.tries], ["failed", "unavailable", 6]);
    await product.worker.scheduled(FIVE, later(next, 660));
    assert.equal((await stand("a@team.example")).tries, 6);
  });

  it("of which no try has an end is repeated by mail, and not in the team channel", async () => {
    const third = morning(5);
    await product.worker.scheduled(FIVE, third);
    const sent = mails().length;
    const posted = product.standins.channel.posts.length;
    // As if the Worker had ended in the middle of both.
    await product.rows(
      `UPDATE outbox SET state = 'waiting', trying = 1, next_at = ? WHERE digest = ? AND target IN ('team', 'a@team.example')`,
      third.getTime(),
      `dig_${dayOf(third)}`,
    );
    await product.worker.scheduled(FIVE, later(third, 5));
    assert.deepEqual([(await stand("team")).status, (await stand("team")).cause], ["failed", "noAnswer"]);
    assert.equal((await stand("a@team.example")).status, "sent");
    assert.deepEqual([mails().length, product.standins.channel.posts.length], [sent, posted], "nobody has it twice");
  });
});

describe("a digest by hand", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({
      connect,
      team: { Mia: "agent", Ada: "admin" },
      rules: digestRules(["mia@team.example"], "Europe/Berlin"),
    });
    const { facebook, faults } = product.standins;
    const customer = facebook.customer("Bo");
    customer.text("Where is my order?");
    const thread = await product.threadOf(customer, (one) => one.topic !== null);
    faults.next("facebook", "send", { kind: "drop-before" }); // an echo would settle it
    await product.owner.reply(thread.id, "On its way.");
    await product.threadOf(customer, (one) => one.trouble);
  });
  after(() => product.stop());

  it("can be looked at before: nothing is made and nothing is sent", async () => {
    const preview = await product.team.person("Mia").get<Preview>("/digests/preview");
    assert.deepEqual(preview.readers, [
      { way: "channel", to: "team" },
      { way: "email", to: "mia@team.example" },
    ]);
    assert.ok(preview.canEmail && preview.nextAt && Date.parse(preview.nextAt) > Date.now());
    assert.deepEqual(
      preview.digest.inDoubt.map((one) => [one.uncertain, one.failed]),
      [[1, 0]],
    );
    assert.deepEqual([preview.digest.numbers.open, preview.digest.numbers.inDoubt], [1, 1]);
    await remains(
      "nothing is sent",
      async () => (await product.count("digests")) === 0 && product.standins.mail.mails.length === 0,
      300,
    );
  });

  it("counts what was done yesterday, what waits for a person, and who is silent for longer than usual", async () => {
    const [thread] = await product.owner.threads();
    assert.ok(thread);
    await product.owner.post(`/threads/${thread.id}/labels`, { topic: "billing" });
    await until(
      "the correction is in the history",
      async () => (await product.rows(`SELECT 1 FROM audit WHERE entry ->> '$.action' = 'corrected'`)).length === 1,
    );
    await product.rows("UPDATE audit SET at = at - 86400000 WHERE thread IS NOT NULL");
    const day = (back: number) => dayOf(new Date(Date.parse(`${today}T00:00:00Z`) - back * DAY));
    const {
      digest: { day: today },
    } = await product.owner.get<Preview>("/digests/preview");
    for (const [back, value] of [
      [1, 2_500_000],
      [3, 600_000],
    ] as const)
      await product.rows(`INSERT INTO counters (day, name, value) VALUES (?, 'label.spend', ?)`, day(back), value);
    for (const state of ["parked", "dead", "dead", "recovered"]) {
      await product.rows(
        `INSERT INTO deliveries (id, platform, state, reason, size, stored, received_at) VALUES ('dlv_' || lower(hex(randomblob(8))), 'facebook', ?, 'a test', 1, 'parked/none', ?)`,
        state,
        Date.now() - DAY,
      );
    }
    // Silent for 40 hours: longer than a day, and no longer than this account's weekends.
    const silent = async (usual: number) => {
      await product.rows(
        "UPDATE accounts SET connected_at = 0, last_event = ?, usual_pause = ?",
        Date.now() - 40 * 60 * MINUTE,
        usual * 60 * MINUTE,
      );
      return (await product.owner.get<Preview>("/digests/preview")).digest.accounts.map((one) => one.trouble);
    };
    assert.deepEqual([await silent(12), await silent(30)], [[null], []]);

    await product.rows("DELETE FROM digest_days");
    const { digest } = await product.owner.get<Preview>("/digests/preview");
    assert.deepEqual(
      digest.measures.map((one) => [one.name, one.yesterday]),
      [
        ["opened", 1],
        ["replied", 1],
        ["closed", 0],
      ],
    );
    assert.deepEqual([digest.labels.made > 0, digest.labels.corrected], [true, 1]);
    // Answered first, and put right later.
    assert.deepEqual([digest.labels.weekLooked, digest.labels.weekRight], [1, 0]);
    assert.deepEqual([digest.deliveries.parked, digest.deliveries.dead], [1, 2]);
    assert.deepEqual([digest.spend.yesterday, digest.spend.before, digest.spend.days], [2_500_000, 600_000, 2]);
    // Days that are over are kept: they are counted once.
    assert.ok((await product.count("digest_days")) >= 7);
  });

  it("learns how long an account is usually silent", async () => {
    await product.rows("UPDATE accounts SET last_event = ?, usual_pause = NULL", Date.now() - 5 * 60 * MINUTE);
    await product.restart(); // the isolate knows that it noted something within the hour
    product.standins.facebook.customer("Cy").text("Hello");
    const pause = await until(
      "its pause is noted",
      async () =>
        (await product.rows<{ usual_pause: number | null }>("SELECT usual_pause FROM accounts"))[0]?.usual_pause,
    );
    assert.ok(Math.abs(Number(pause) - 5 * 60 * MINUTE) < MINUTE, String(pause));
  });

  it("is sent by an administrator, once per press however often it is posted, and is in the history", async () => {
    const ada = product.team.person("Ada");
    const digestId = press();
    const sent = await Promise.all([1, 2, 3].map(() => ada.post<Detail>("/digests/send", { digestId })));
    assert.deepEqual(new Set(sent.map((one) => one.id)), new Set([digestId]));
    const read = () => ada.get<Detail>(`/digests/${digestId}`);
    await until("it has reached everybody", async () =>
      (await read()).deliveries.every((one) => one.status === "sent"),
    );
    assert.equal(product.standins.mail.mails.length, 1);
    await ada.post<Detail>("/digests/send", { digestId });
    await ada.post<Detail>("/digests/send", { digestId: press() });
    await until("the second press is a second digest", () => product.standins.mail.mails.length === 2);
    await remains("no third", () => product.standins.mail.mails.length === 2, 300);
    const entries = (await product.owner.all<AuditItem>("/audit")).filter((one) => one.action === "digestSent");
    assert.deepEqual(
      entries.map((one) => one.actor.name),
      ["Ada", "Ada"],
    );
    assert.equal((await read()).sentBy, (await product.team.teammate("Ada")).id);
  });

  it("is refused to others, without an id of its own, and where nobody would get it", async () => {
    await product.team.person("Mia").refused(403, "role_too_low", "POST", "/digests/send", { digestId: press() });
    for (const digestId of ["dig_2026-07-01", "dig_short", "tm_1"])
      await product.owner.refused(422, "invalid", "POST", "/digests/send", { digestId });
    await product.restart({ vars: { TEAM_CHANNEL_URL: "" } });
    const now = await product.owner.get<{ version: number; text: string }>("/rules");
    await product.owner.put("/rules", {
      text: now.text.replace('recipients = ["mia@team.example"]', "recipients = []"),
      expectedVersion: now.version,
    });
    const problem = await product.owner.refused(422, "invalid", "POST", "/digests/send", { digestId: press() });
    assert.match(problem.detail, /recipients/);
  });
});

describe("a full digest in the team channel", () => {
  let product: Product;
  let shipped = "";
  let days = 2;
  const WORD = "zwergpinscher";
  const posts = () => product.standins.channel.posts;
  const url = (kind: string) =>
    ({
      slack: product.standins.channel.slackUrl,
      teams: product.standins.channel.teamsUrl,
      json: product.standins.channel.jsonUrl,
    })[kind];
  const save = async (kind: string, more = "") => {
    const { version } = await product.owner.get<{ version: number }>("/rules");
    const text = `${digestRules([], "Asia/Kolkata")(shipped)}\n[team_channels.support]\nkind = "${kind}"\nurl = "${url(kind)}"\n${more}`;
    await product.owner.put("/rules", {
      text: text.replace(/^# channel = "support"( +# one of)/m, 'channel = "support"$1'),
      expectedVersion: version,
    });
    await seenByAll();
  };
  /** The next day's digest: what became of it at the channel, and its post. */
  const goesOut = async (at = morning((days += 1))) => {
    const before = posts().length;
    await product.worker.scheduled(FIVE, at);
    const { items } = await product.owner.get<Page<Item>>("/digests");
    const [delivery, ...others] = items.find((one) => one.day === dayOf(at))?.deliveries ?? [];
    assert.ok(
      delivery && others.length === 0 && delivery.way === "channel" && delivery.to === "support",
      JSON.stringify(items[0]),
    );
    return { at, delivery, posted: posts().slice(before) };
  };

  before(async () => {
    product = await startProduct({ connect, rules: (text) => digestRules([])((shipped = text)) });
    const customer = product.standins.facebook.customer("Ana");
    customer.text(`My ${WORD} ate the parcel`);
    const thread = await product.threadOf(customer, (one) => one.topic !== null && one.owner.type === "teammate");
    assert.equal(
      ((await product.owner.thread(thread.id)) as { summarized?: boolean }).summarized,
      false,
      "the built-in labeler has the customer\u2019s own words",
    );
    // Copies of a real row: many topics, long lines, some unassigned, some in doubt.
    const long = `${WORD} <!channel> & *bold* `.repeat(12);
    await product.rows(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
       INSERT INTO threads (id, version, status, queue, rank, facets, item)
       SELECT printf('thr_%032x', i), 1, 'open', CASE WHEN i % 2 THEN t.queue ELSE 'unassigned' END, t.rank + i, t.facets,
              json_set(t.item, '$.id', printf('thr_%032x', i), '$.summary', ?2, '$.topic', 'topic-' || (i % 20), '$.trouble', json(CASE WHEN i % 3 THEN 'false' ELSE 'true' END)) FROM n, threads t WHERE t.id = ?1`,
      thread.id,
      long,
    );
    // One that nobody can read is left out, and keeps nothing else from being told.
    await product.rows(
      `INSERT INTO threads (id, version, status, queue, rank, facets, item) SELECT 'thr_broken', 1, 'open', queue, rank - 1, facets, '{"topic":"orders","trouble":0}' FROM threads WHERE id = ?`,
      thread.id,
    );
  });
  after(() => product?.stop());

  for (const kind of ["slack", "teams", "json"] as const) {
    it(`is taken by ${kind}, and has none of the customers' words`, async () => {
      await save(kind);
      const { delivery, posted } = await goesOut();
      assert.deepEqual([delivery.status, delivery.cause, delivery.tries], ["sent", null, 1]);
      assert.deepEqual(
        posted.map((one) => one.kind),
        [kind],
      );
      const [post] = posted;
      const body = JSON.stringify(post?.body);
      assert.ok(!body.includes(WORD) && !body.includes("Ana"), body.slice(0, 400));
      for (const words of [
        "62 open",
        "Replies in doubt (10 of 20)",
        "Overdue (",
        "topic-",
        "urgent, on facebook",
        "By owner: ",
        "By topic: ",
        "Yesterday: ",
        "Labels: ",
      ]) {
        const there =
          words === "urgent, on facebook" ? /(low|normal|high|urgent), on facebook/.test(body) : body.includes(words);
        assert.ok(there, `${words}: ${post?.text}`);
      }
      assert.deepEqual(post?.links, [`${product.url}/digest`]);
      if (kind !== "json") assert.ok(body.includes("Open the digest") && !body.includes("Open the thread"));
      if (kind === "slack")
        assert.ok((post?.body as { blocks: unknown[] }).blocks.length >= 5, "a block for each part");
      if (kind === "teams")
        assert.ok(
          !(post?.text ?? "").split("\n").some((line) => line.split("\u2022").length > 2),
          "a line for each thread",
        );
    });
  }

  it("has a model\u2019s summaries with `summaries`, and customers\u2019 own words only with `words`", async () => {
    await save("slack", "summaries = true\n");
    const {
      posted: [without],
    } = await goesOut();
    assert.ok(without && !JSON.stringify(without.body).includes(WORD));
    await product.rows(
      `UPDATE threads SET item = json_set(item, '$.summarized', json('true'), '$.summary', 'Asks for a new parcel') WHERE id = 'thr_' || printf('%032x', 1)`,
    );
    await product.rows(`UPDATE threads SET rank = rank - 100 WHERE id = 'thr_' || printf('%032x', 1)`);
    const {
      posted: [withSummary],
    } = await goesOut();
    assert.ok(
      withSummary?.text.includes("Asks for a new parcel") && !withSummary.text.includes(WORD),
      withSummary?.text,
    );
    await save("slack", "summaries = true\nwords = true\n");
    const {
      delivery,
      posted: [withWords],
    } = await goesOut();
    assert.equal(delivery.status, "sent", "the longest one is within what Slack takes");
    assert.ok(withWords?.text.includes(WORD) && !withWords.text.includes("<!channel>"));
  });

  for (const kind of ["slack", "teams"] as const) {
    it(`that ${kind} does not take is tried again where that is safe, and else shown to have failed`, async () => {
      await save(kind);
      const { faults } = product.standins;
      faults.next("channel", kind, { kind: "error", name: "rate-limited", retryAfter: 1 });
      const limited = await goesOut();
      assert.deepEqual(
        [limited.delivery.status, limited.delivery.cause, limited.posted.length],
        ["waiting", "rateLimited", 0],
      );
      const again = await goesOut(later(limited.at, 6));
      assert.deepEqual([again.delivery.status, again.delivery.tries, again.posted.length], ["sent", 2, 1]);
      for (const [status, cause] of [
        [403, "unauthorized"],
        [410, "refused"],
      ] as const) {
        const named = { 403: "action-prohibited", 410: "archived" }[status];
        faults.next("channel", kind, kind === "slack" ? { kind: "error", name: named } : { kind: "status", status });
        const refused = await goesOut();
        assert.deepEqual(
          [refused.delivery.status, refused.delivery.cause, refused.posted.length],
          ["failed", cause, 0],
          `${status}`,
        );
        assert.equal((await goesOut(later(refused.at, 60))).posted.length, 0, "it is not tried again");
      }
      faults.next("channel", kind, { kind: "drop-after" });
      const dropped = await goesOut();
      assert.deepEqual(
        [dropped.delivery.status, dropped.delivery.cause, dropped.posted.length],
        ["failed", "noAnswer", 1],
      );
      assert.equal(
        (await goesOut(later(dropped.at, 60))).posted.length,
        0,
        "what may have arrived is not posted twice",
      );
    });
  }

  it("a kept one that cannot be read keeps no other from its readers", async () => {
    await product.rows(
      `INSERT INTO digests (id, day, made_at, body) VALUES ('dig_broken', '2026-01-01', 1, '{"numbers":{"open":0,"snoozed":0,"overdue":0,"unassigned":0,"inDoubt":0,"atLeast":false}}')`,
    );
    await product.rows(
      `INSERT INTO outbox (id, kind, digest, way, target, state, created_at, next_at) VALUES ('digest-broken', 'digest', 'dig_broken', 'channel', 'support', 'waiting', 1, 1)`,
    );
    const { delivery, posted } = await goesOut();
    assert.deepEqual([delivery.status, posted.length], ["sent", 1]);
    await product.rows(`DELETE FROM outbox WHERE digest = 'dig_broken'`);
    await product.rows(`DELETE FROM digests WHERE id = 'dig_broken'`);
  });
});

describe("a run of cron that is late and long", () => {
  let product: Product;
  after(() => product?.stop());

  it("keeps its tries from the next run: what went out is not shown to have failed", async () => {
    // Planned ten minutes ago, and begun only now.
    const planned = new Date(Date.now() - 10 * MINUTE);
    const wall = planned.toISOString().slice(11, 16);
    product = await startProduct({
      connect,
      rules: (text) => digestRules([], "UTC")(text).replace(/^at = "09:00"$/m, `at = "${wall}"`),
    });
    await product.rows("UPDATE teammates SET created_at = 0");
    product.standins.faults.next("channel", "*", { kind: "slow", ms: 4000 });
    const first = product.worker.scheduled(FIVE, planned);
    const stand = async () =>
      (
        await product.rows<{ state: string; cause: string | null; tries: number; trying: number }>(
          "SELECT state, cause, tries, trying FROM outbox WHERE digest IS NOT NULL",
        )
      )[0];
    await until("the first run is posting", async () => (await stand())?.trying === 1);
    await product.worker.scheduled(FIVE, later(planned, 5));
    assert.deepEqual(
      await stand(),
      { state: "waiting", cause: null, tries: 1, trying: 1 },
      "it is the first run\u2019s",
    );
    await first;
    assert.deepEqual(await stand(), { state: "sent", cause: null, tries: 1, trying: 0 });
    assert.equal(
      product.standins.channel.posts.filter((one) => (one.body as { kind?: string }).kind === "digest").length,
      1,
    );
  });
});

describe("an installation that sends mail by Cloudflare’s binding, or not at all", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({
      connect,
      rules: digestRules(["mia@team.example"]),
      vars: { EMAIL_API_KEY: "" },
      config: (text) => `${text}\n[[send_email]]\nname = "EMAIL"\n`,
    });
  });
  after(() => product.stop());
  const first = async () =>
    (await product.owner.get<Page<Item>>("/digests")).items[0]?.deliveries.find((one) => one.way === "email");

  it("hands the mail to the binding", async () => {
    await product.worker.scheduled(FIVE, morning(2));
    assert.deepEqual([(await first())?.status, (await first())?.cause], ["sent", null]);
    assert.deepEqual(product.standins.mail.mails, []);
    assert.ok((await product.owner.get<Preview>("/digests/preview")).canEmail);
  });

  it("says so when there is no way to send mail", async () => {
    await product.restart({ vars: { EMAIL_FROM: "" } });
    await product.worker.scheduled(FIVE, morning(3));
    assert.deepEqual([(await first())?.status, (await first())?.cause], ["failed", "notConfigured"]);
    assert.equal((await product.owner.get<Preview>("/digests/preview")).canEmail, false);
  });
});
