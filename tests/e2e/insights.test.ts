/** What happened, counted from the real thing: once, however often it is counted; and what labels may cost. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { Session } from "../harness/session.ts";
import { until } from "../harness/until.ts";

type Cell = string | number | null;
type Insight = {
  report: string;
  from: string;
  to: string;
  zone: string;
  countedUntil: string | null;
  columns: { key: string; title: string; unit: string }[];
  rows: Cell[][];
  total: Cell[] | null;
  budget: { monthSpent: number; daySpent: number; dailyBudget: number | null; cappedToday: number };
};
type Keywords = { threads: number; suggestions: { topic: string; word: string; threads: number }[] };
type Costs = {
  month: string;
  plan: string;
  mix: Record<string, number>;
  total: number;
  floor: number;
  projected: { dollars: number };
  scales: { messages: number; dollars: number; comparable: number | null }[];
  lines: { unit: string; used: number; price: number; per: number; ownPrice: boolean; included: number }[];
};

let product: Product;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent", Vera: "viewer" },
    connect: (platform) => platform === "telegram" || platform === "whatsapp",
    model: true,
    rules: (text) => text.replace('time_zone = "UTC"', 'time_zone = "Asia/Kolkata"'),
  });
});
after(() => product.stop());

const count = () => product.worker.scheduled("*/5 * * * *");
const report = (query: string, who = product.owner) => who.get<Insight>(`/insights?${query}`);
const at = (insight: Insight, row: Cell[] | null | undefined, key: string): Cell | undefined =>
  row?.[insight.columns.findIndex((column) => column.key === key)];
const total = async (query: string, key: string) => {
  const insight = await report(query);
  return at(insight, insight.total, key);
};

describe("what happened", () => {
  it("is counted once, however often it is counted", async () => {
    const [ana, bo] = [product.standins.telegram.customer("Ana"), product.standins.whatsapp.customer("Bo")];
    ana.text("Where is my order?");
    const thread = await product.threadOf(ana, (one) => one.topic !== null);
    ana.image();
    bo.text("Can I get a refund?");
    await product.threadOf(ana, (one) => one.unread === 2);
    await product.threadOf(bo, (one) => one.topic !== null);
    await product.owner.reply(thread.id, "It is on its way.");
    await until("it was sent", () => ana.received.length === 1);
    await product.owner.post(`/threads/${thread.id}/close`, {});
    await until(
      "the index has it",
      async () =>
        (await product.count("search")) === 4 &&
        (await product.count("audit", `entry ->> '$.action' = 'closed'`)) === 1,
    );
    for (let n = 0; n < 3; n += 1) await count();
    const before = await product.rows("SELECT sheet, at, cells FROM facts WHERE sheet <> ? ORDER BY sheet, at", "mark");
    await Promise.all([count(), count(), product.worker.scheduled("0 * * * *")]);
    assert.deepEqual(
      await product.rows("SELECT sheet, at, cells FROM facts WHERE sheet <> ? ORDER BY sheet, at", "mark"),
      before,
    );

    const volume = await report("report=volume");
    assert.equal(volume.zone, "Asia/Kolkata");
    assert.equal(volume.rows.length, 28);
    assert.deepEqual(
      ["in", "out", "opened"].map((key) => at(volume, volume.total, key)),
      [3, 1, 2],
    );
    const answers = await report("report=answers");
    assert.deepEqual(
      ["first", "answers", "resolved"].map((key) => at(answers, answers.total, key)),
      [1, 1, 1],
    );
    assert.ok(Number(at(answers, answers.total, "firstMedian")) < 60);
    assert.deepEqual([await total("report=targets", "met"), await total("report=targets", "share")], [1, 100]);
    assert.ok(volume.countedUntil && Date.now() - Date.parse(volume.countedUntil) < 60_000);
  });

  it("is narrowed by platform, topic, teammate and days", async () => {
    assert.equal(await total("report=volume&platform=whatsapp", "in"), 1);
    assert.equal(await total("report=volume&surface=comments", "in"), 0);
    assert.equal(await total("report=volume&platform=whatsapp&surface=messages", "in"), 1);
    assert.equal(await total("report=volume&topic=nothing-of-the-kind", "in"), 0);
    const mia = await product.team.teammate("Mia");
    assert.equal(await total(`report=answers&teammate=${mia.id}`, "answers"), 0);
    const robin = await product.team.teammate("Robin");
    assert.equal(await total(`report=answers&teammate=${robin.id}`, "answers"), 1);
    assert.equal(await total("report=volume&from=2026-01-01&to=2026-01-31", "in"), 0);
    const load = await report("report=load");
    assert.ok(
      load.rows.some((row) => at(load, row, "who") === "Robin" && at(load, row, "answered") === 1),
      JSON.stringify(load.rows),
    );
  });

  it("is read by viewers; bad questions are told what is wrong with them", async () => {
    const vera = product.team.person("Vera");
    for (const name of ["volume", "answers", "targets", "load", "topics", "accuracy", "cost"])
      assert.equal((await report(`report=${name}`, vera)).report, name);
    assert.equal(
      (await report("report=cost", vera)).zone,
      "UTC",
      "money is counted by days of UTC, and so is what stands beside it",
    );
    for (const bad of [
      "report=x",
      "from=2026-02-30",
      "from=yesterday",
      "from=2026-02-02&to=2026-02-01",
      "from=2026-01-01&to=2026-12-31",
      "teammate=x",
      "team=x",
      "platform=pigeon",
      "teammate=tm_1&team=team_1",
      "x=1",
      "surface=phone",
      "report=cost&platform=telegram",
      "report=cost&surface=comments",
      "report=cost&topic=orders",
      "report=cost&teammate=tm_1",
      "report=cost&team=team_1",
    ]) {
      await vera.refused(400, "invalid_parameter", "GET", `/insights?${bad}`);
    }
    await vera.refused(403, "role_too_low", "GET", "/insights/keywords");
  });

  it("comes as a file for spreadsheets", async () => {
    for (const [query, accept] of [
      ["report=topics&format=csv", "*/*"],
      ["report=topics", "text/csv"],
    ] as const) {
      const answer = await product.owner.ask("GET", `/api/v1/insights?${query}`, undefined, { accept });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-type"), "text/csv; charset=utf-8");
      assert.match(
        answer.headers.get("content-disposition") ?? "",
        /^attachment; filename="tributary-topics-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv"$/,
      );
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      const [head, ...lines] = answer.text.trimEnd().split("\r\n");
      assert.equal(head, "Day,Topic,Messages in,New threads");
      assert.ok(
        lines.length >= 1 && lines.every((line) => /^\d{4}-\d\d-\d\d,[a-z-]+,\d+,\d+$/.test(line)),
        answer.text,
      );
    }
    const invited = await product.owner.post<{ link: { url: string } }>("/teammates", {
      name: "=cmd()",
      email: "formula@team.example",
      role: "agent",
    });
    await new Session(product.url).signIn(invited.link.url); // whoever was only invited is given nothing
    const [name] = await product.rows<{ id: string }>(`SELECT id FROM teammates WHERE name = ?`, "=cmd()");
    const thread = await product.threadOf(product.standins.whatsapp.customer("Bo"));
    await product.owner.post(`/threads/${thread.id}/reassign`, { teammateId: name?.id });
    await until("the queue is theirs", async () => (await product.count("threads", `queue = '${name?.id}'`)) === 1);
    await count();
    const answer = await product.owner.ask("GET", "/api/v1/insights?report=load&format=csv");
    assert.match(answer.text, /,'=cmd\(\),/);
    assert.doesNotMatch(answer.text, /[,\n]=/);
  });

  it("is read from the database by its key, whatever else it holds", async () => {
    const details = async (sql: string, ...values: unknown[]) =>
      (await product.rows<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values))
        .map((row) => row.detail)
        .join("\n");
    const sheets = await details(
      `SELECT at, cells FROM facts WHERE sheet IN (SELECT value FROM json_each(?1)) AND at >= ?2 AND at < ?3`,
      "[]",
      1,
      2,
    );
    assert.match(sheets, /SEARCH facts USING PRIMARY KEY \(sheet=\? AND at>\? AND at<\?\)/);
    assert.doesNotMatch(sheets, /SCAN facts/);
    const next = await details("SELECT min(at) AS at FROM audit WHERE at >= ?1", 1);
    assert.match(next, /SEARCH audit USING COVERING INDEX audit_by_time \(at>\?\)/);
  });
});

describe("corrections", () => {
  it("are counted by week, and tell words that three customers share", async () => {
    for (const name of ["Cleo", "Dan", "Eli"]) {
      const customer = product.standins.telegram.customer(name);
      customer.text("The zipper of my jacket is stuck");
      const thread = await product.threadOf(customer, (one) => one.topic !== null);
      await product.owner.post(`/threads/${thread.id}/labels`, {
        topic: thread.topic === "returns" ? "orders" : "returns",
        urgency: "urgent",
      });
    }
    await until(
      "the index has them",
      async () => (await product.count("audit", `entry ->> '$.action' = 'corrected'`)) === 3,
    );
    await count();
    const accuracy = await report("report=accuracy");
    const corrected = (field: string) =>
      accuracy.rows
        .filter((row) => at(accuracy, row, "field") === field)
        .reduce((sum, row) => sum + Number(at(accuracy, row, "corrected")), 0);
    assert.deepEqual([corrected("topic"), corrected("urgency"), corrected("language")], [3, 3, 0]);
    // Ana was answered, Bo was not, and the three were corrected: what nobody looked at is not called right.
    const sum = (key: string) =>
      accuracy.rows
        .filter((row) => at(accuracy, row, "field") === "topic")
        .reduce((total, row) => total + Number(at(accuracy, row, key)), 0);
    assert.ok(sum("looked") >= 4 && sum("looked") < sum("labelled"), `${sum("looked")} of ${sum("labelled")}`);
    const share = accuracy.rows
      .filter((row) => at(accuracy, row, "looked") === 0)
      .map((row) => at(accuracy, row, "accuracy"));
    assert.ok(
      share.every((one) => one === null),
      JSON.stringify(accuracy.rows),
    );
    const file = await product.owner.ask("GET", "/api/v1/insights?report=accuracy&format=csv");
    assert.match(file.text, /^Week from,Label,Said,Labelled,Looked at,Corrected,"Right, of a hundred looked at"\r\n/);
    const { threads, suggestions } = await product.owner.get<Keywords>("/insights/keywords");
    assert.equal(threads, 3);
    assert.ok(
      suggestions.some((one) => one.word === "zipper" && one.threads === 3),
      JSON.stringify(suggestions),
    );
    assert.ok(!suggestions.some((one) => ["the", "dan", "cleo"].includes(one.word)));
  });
});

describe("money", () => {
  it("for labels ends with the day: the built-in labeler stands in, and people are told", async () => {
    const spent = (await report("report=cost")).budget;
    assert.ok(spent.daySpent > 0 && spent.daySpent === spent.monthSpent);
    const { version, text } = await product.owner.get<{ version: number; text: string }>("/rules");
    await product.owner.put("/rules", {
      text: text.replace("monthly_budget = 20", "monthly_budget = 20\ndaily_budget = 0.000001"),
      expectedVersion: version,
    });
    const calls = product.standins.bedrock.calls.length;
    const customer = product.standins.telegram.customer("Fay");
    customer.text("Where is my order?");
    const thread = await product.threadOf(customer, (one) => one.topic !== null);
    assert.equal(thread.labelSource, "builtIn");
    assert.equal(product.standins.bedrock.calls.length, calls);
    const { budget } = await report("report=cost");
    assert.deepEqual([budget.dailyBudget, budget.cappedToday, budget.daySpent], [0.000001, 1, spent.daySpent]);
  });

  it("for everything is reckoned from what happened", async () => {
    const costs = await product.team.person("Vera").get<Costs>("/costs");
    assert.equal(costs.month, new Date().toISOString().slice(0, 7));
    assert.equal(costs.mix.messages, await total("report=volume", "in"));
    assert.ok(costs.total >= costs.floor && costs.floor === 5);
    assert.deepEqual(
      costs.scales.map((one) => one.messages),
      [1500, 10_000, 100_000],
    );
    assert.deepEqual(
      costs.scales.map((one) => one.comparable),
      [3, 12, null],
    );
    assert.ok(costs.lines.every((line) => line.used >= 0) && costs.lines.some((line) => line.unit === "d1RowsWritten"));
  });

  it("goes by the prices and the plan of the rules", async () => {
    const { version, text } = await product.owner.get<{ version: number; text: string }>("/rules");
    const save = (costs: string, expectedVersion: number) =>
      product.owner.put("/rules", {
        text: text.replace('[costs]\nplan = "paid"', `[costs]\n${costs}`),
        expectedVersion,
      });
    const listed = await product.owner.get<Costs>("/costs");
    const of = (costs: Costs, unit: string) => costs.lines.find((line) => line.unit === unit);
    assert.deepEqual(
      [listed.plan, of(listed, "requests")?.price, of(listed, "requests")?.ownPrice],
      ["paid", 0.3, false],
    );

    await save('plan = "paid"\nmonthly = 250\nprices = { requests = 0.20 }', version);
    const own = await until("the rules hold", async () => {
      const now = await product.owner.get<Costs>("/costs");
      return now.floor === 250 && now;
    });
    assert.deepEqual(
      [
        of(own, "requests")?.price,
        of(own, "requests")?.per,
        of(own, "requests")?.ownPrice,
        of(own, "d1RowsWritten")?.ownPrice,
      ],
      [0.2, 1_000_000, true, false],
    );
    assert.ok(Math.abs(own.total - listed.total - 245) < 0.01);

    await save('plan = "free"', version + 1);
    const free = await until("the rules hold", async () => {
      const now = await product.owner.get<Costs>("/costs");
      return now.plan === "free" && now;
    });
    assert.equal(free.floor, 0);
    assert.ok(Math.abs(free.total - (listed.total - listed.floor)) < 0.01, "labels alone are paid");
    assert.equal(of(free, "requests")?.included, 3_000_000);

    const problem = await product.owner.refused(422, "rules_invalid", "PUT", "/rules", {
      text: text.replace('plan = "paid"', "prices = { d1RowWritten = 1 }"),
      expectedVersion: version + 2,
    });
    assert.match(JSON.stringify(problem), /did you mean `d1RowsWritten`/);
  });
});
