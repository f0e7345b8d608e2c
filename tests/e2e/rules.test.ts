/** The rules document: its faults, its versions, what holds when, and what it would have done. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, topicsOf, type Product } from "../harness/product.ts";
import type { AuditItem, Problem, ThreadItem } from "../harness/types.ts";
import { until } from "../harness/until.ts";
import { seenByAll } from "../harness/timings.ts";

type Rules = { version: number; text: string; note: string | null };
type Version = {
  version: number;
  savedAt: string | null;
  savedByName: string | null;
  note: string | null;
  added: number | null;
  removed: number | null;
};
type Fault = { line: number; column: number; message: string; suggestion: string | null };
type Owner = ThreadItem["owner"];
type DryRun = {
  threads: number;
  more: boolean;
  unknown: string[];
  unread: number;
  byModel: number;
  moved: {
    threadId: string;
    name: string;
    from: Owner;
    to: Owner;
    reasons: { guardrail: string; text: string; verdict: string }[];
  }[];
  changed: {
    threadId: string;
    name: string;
    urgencyFrom: string;
    urgencyTo: string;
    topicFrom: string;
    topicTo: string;
    targetFrom: number;
    targetTo: number;
  }[];
  counts: { owner: Owner; before: number; after: number }[];
};

let product: Product;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent", Jon: "agent", Ada: "admin", Vic: "viewer" },
    rules: topicsOf({ orders: "Mia", billing: "Jon" }),
    connect: (platform) => platform === "facebook" || platform === "telegram",
  });
});
after(() => product.stop());

const read = () => product.owner.get<Rules>("/rules");
const save = async (change: (text: string) => string, note: string | null = null, by = product.owner) => {
  const { version, text } = await read();
  return by.put<Rules>("/rules", { text: change(text), expectedVersion: version, note });
};
const tried = (body: Record<string, unknown>) => product.owner.post<DryRun>("/rules/dry-run", body);
const asks = async (name: string, text: string, platform: "telegram" | "facebook" = "telegram") => {
  const customer = product.standins[platform].customer(name);
  customer.text(text);
  return product.threadOf(customer, (one) => one.topic !== null && one.owner.type !== "unassigned");
};

describe("faults of the document", () => {
  const broken =
    '[workspace]\nnmae = "Shop"\ntime_zone = "Europe/Berlim"\n[topics.orders]\ndescription = "Orders"\nowners = ["nobody@team.example"]\n';

  it("are told all at once, each with its place and what to do", async () => {
    const { faults } = await product.owner.post<{ faults: Fault[] }>("/rules/check", { text: broken });
    assert.deepEqual(
      faults.map(({ line, column }) => [line, column]),
      [
        [2, 1],
        [3, 13],
        [6, 11],
      ],
    );
    assert.match(faults[0]?.suggestion ?? "", /did you mean `name`/);
    assert.match(faults[1]?.suggestion ?? "", /Europe\/Berlin/);
    assert.match(faults[2]?.suggestion ?? "", /\[teammates\."nobody@team\.example"\]/);
    assert.deepEqual(await product.owner.post("/rules/check", { text: (await read()).text }), { faults: [] });
  });

  it("refuse a save, which changes nothing", async () => {
    const { version } = await read();
    const problem = await product.owner.refused(422, "rules_invalid", "PUT", "/rules", {
      text: broken,
      expectedVersion: version,
    });
    const { faults, line, column } = problem as Problem & { faults: Fault[]; line: number; column: number };
    assert.deepEqual([line, column, faults.length], [2, 1, 3]);
    assert.equal((await read()).version, version);
  });

  it("are told to administrators; nobody else changes or tries the rules", async () => {
    for (const name of ["Mia", "Vic"]) {
      const person = product.team.person(name);
      await person.refused(403, "role_too_low", "POST", "/rules/check", { text: "" });
      await person.refused(403, "role_too_low", "POST", "/rules/dry-run", { text: "" });
      await person.refused(403, "role_too_low", "POST", "/rules/versions/0/restore", { expectedVersion: 1 });
      assert.ok((await person.all<Version>("/rules/versions")).length > 0);
    }
  });
});

describe("versions", () => {
  it("keep who, when, why and how much, without their texts", async () => {
    const before = await read();
    await save(
      (text) => text.replace('name = "Our team"', 'name = "The shop"'),
      "A name of our own",
      product.team.person("Ada"),
    );
    const raw = await product.owner.get<{ items: Record<string, unknown>[] }>("/rules/versions");
    assert.ok(raw.items.every((item) => !("text" in item)));
    const [newest, first] = await product.owner.all<Version>("/rules/versions?limit=1");
    assert.deepEqual(
      [newest?.version, newest?.savedByName, newest?.note, newest?.added, newest?.removed],
      [before.version + 1, "Ada", "A name of our own", 1, 1],
    );
    assert.ok(Date.parse(newest?.savedAt ?? "") > 0 && first?.version === before.version);
    const detail = await product.owner.get<Rules & { before: string }>(`/rules/versions/${before.version + 1}`);
    assert.equal(detail.before, before.text);
    assert.match(detail.text, /The shop/);
  });

  it("begin with the default rules", async () => {
    const shipped = await product.owner.get<Rules & { before: string | null; savedAt: string | null }>(
      "/rules/versions/0",
    );
    assert.deepEqual([shipped.version, shipped.before, shipped.savedAt], [0, null, null]);
    assert.match(shipped.text, /^# The rules of this workspace/);
    for (const gone of ["999", "x", "-1"])
      await product.owner.refused(404, "not_found", "GET", `/rules/versions/${gone}`);
  });

  it("are restored as a new version, which the history tells", async () => {
    const before = await read();
    const changed = await save((text) => text.replace('name = "The shop"', 'name = "Wrong"'));
    const restored = await product.owner.post<Rules>(`/rules/versions/${before.version}/restore`, {
      expectedVersion: changed.version,
    });
    assert.deepEqual(
      [restored.version, restored.text, restored.note],
      [changed.version + 1, before.text, `Restored version ${before.version}`],
    );
    const entry = (await product.owner.all<AuditItem>("/audit?limit=100")).find((one) => one.action === "rulesSaved");
    assert.deepEqual(entry?.detail, { version: restored.version, restored: before.version });
    await product.owner.refused(409, "rules_changed", "POST", `/rules/versions/${before.version}/restore`, {
      expectedVersion: changed.version,
    });
  });

  it("are never overwritten: of two saves on the same version one is refused", async () => {
    const { version, text } = await read();
    const put = (note: string) =>
      product.owner.ask<Problem>("PUT", "/api/v1/rules", { text: `${text}\n# ${note}\n`, expectedVersion: version });
    const answers = await Promise.all([put("one"), put("other")]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    const refused = answers.find(({ status }) => status === 409)?.body;
    assert.deepEqual([refused?.code, refused?.version], ["rules_changed", version + 1]);
  });
});

describe("a change of the rules", () => {
  it("takes effect when what was kept is old: in lists, in labels, at the roster", async () => {
    const first = await asks("Otto Early", "Where is my order?");
    assert.equal(first.owner.name, "Mia");
    await save((text) =>
      text
        .replace(
          '[topics.orders]\nowners = ["mia@team.example"]',
          '[topics.orders]\nurgency_floor = "high"\nowners = ["jon@team.example"]',
        )
        .replace('description = "Where an order is', 'description = "Anew: where an order is'),
    );
    await until("lists show it", async () =>
      (await product.owner.all<{ description: string }>("/topics")).some(({ description }) =>
        description.startsWith("Anew"),
      ),
    );
    // Whatever else of it kept what it had read, the labeller and the roster among them.
    await seenByAll();
    const after = await asks("Anna After", "Where is my order?");
    assert.deepEqual([after.owner.name, after.urgency], ["Jon", "high"]);
  });

  it("is explained on the thread by a verdict of each guardrail", async () => {
    const thread = await asks("Wanda Why", "Where is my order?");
    const { reasons } = (await product.owner.thread(thread.id)) as {
      reasons: { guardrail: string; text: string; verdict?: string }[];
    };
    assert.deepEqual([...new Set(reasons.map(({ guardrail }) => guardrail))], ["who", "hours", "load", "backup"]);
    assert.ok(
      reasons.every(({ verdict }) => verdict === "passed"),
      JSON.stringify(reasons),
    );
    assert.match(reasons[0]?.text ?? "", /pinned to nobody/);
    assert.match(
      reasons.find(({ guardrail }) => guardrail === "load")?.text ?? "",
      /has the lightest load \(\d+ of 4000\)/,
    );
    assert.equal(reasons.at(-1)?.text, "no backup is needed: Jon can take it");
  });
});

describe("a dry run", () => {
  const toMia = (text: string) =>
    text.replace(
      '[topics.orders]\nurgency_floor = "high"\nowners = ["jon@team.example"]',
      '[topics.orders]\nurgency_floor = "urgent"\nowners = ["mia@team.example"]',
    );

  it("replays the past thread by thread, and counts; it changes nothing", async () => {
    const closed = await asks("Carl Closed", "Where is my order?");
    await product.owner.post(`/threads/${closed.id}/close`, {});
    await until("it is listed as closed", async () =>
      (await product.owner.threads("queue=all&status=closed")).some(({ id }) => id === closed.id),
    );
    const { version, text } = await read();
    const sends = product.sends();
    const run = await tried({ text: toMia(text), days: 7 });
    assert.ok(run.threads >= 4 && !run.more, JSON.stringify(run));
    const moved = run.moved.find(({ threadId }) => threadId === closed.id);
    assert.deepEqual([moved?.name, moved?.from.name, moved?.to.name], ["Carl Closed", "Jon", "Mia"]);
    assert.deepEqual(
      [...new Set(moved?.reasons.map(({ guardrail }) => guardrail))],
      ["who", "hours", "load", "backup"],
    );
    const changed = run.changed.find(({ threadId }) => threadId === closed.id);
    assert.deepEqual(
      [changed?.urgencyFrom, changed?.urgencyTo, changed?.targetFrom, changed?.targetTo],
      ["high", "urgent", 3600, 900],
    );
    const count = (name: string) => run.counts.find(({ owner }) => owner.name === name);
    assert.ok(
      (count("Jon")?.before ?? 0) > 0 && (count("Mia")?.after ?? 0) === (count("Mia")?.before ?? 0) + run.moved.length,
    );
    assert.equal(
      run.counts.reduce((sum, { before, after }) => sum + before - after, 0),
      0,
    );
    assert.deepEqual([(await read()).version, product.sends()], [version, sends]);
    assert.equal((await product.owner.thread(closed.id)).owner.name, "Jon");
  });

  it("knows who had answered before, and every word of the question", async () => {
    const customer = product.standins.telegram.customer("Rita Returning");
    const thread = await asks("Rita Returning", "Where is my order?");
    assert.equal(thread.owner.name, "Jon");
    await product.team.person("Mia").reply(thread.id, "On its way.");
    await until("it is answered", async () => !(await product.owner.thread(thread.id)).needsAnswer);
    // Telegram tells whole seconds: what comes in the one of the answer was asked before it.
    await new Promise((done) => setTimeout(done, 1100));
    customer.text("The solicitor of my aunt asks about this order.");
    customer.text("Is my order still on its way?");
    await product.threadOf(
      customer,
      (one) => one.unread === 2 && one.preview.startsWith("Is my order") && one.topic === "orders",
    );
    const { text } = await read();
    const run = (change: (text: string) => string) => tried({ text: change(text), threads: [thread.id] });
    const alone = await run((rules) => rules.replace("[returning]\nenabled = true", "[returning]\nenabled = false"));
    assert.deepEqual(
      alone.moved.map(({ from, to }) => [from.name, to.name]),
      [["Mia", "Jon"]],
      "she had answered before",
    );
    assert.equal(alone.unread, 0);
    const floor = await run((rules) => `${rules}\n[[urgency.floors]]\nwords = ["solicitor"]\nat_least = "urgent"\n`);
    assert.deepEqual(
      floor.changed.map(({ urgencyTo }) => urgencyTo),
      ["urgent"],
      "it was not in the last message",
    );
    const said = await run((rules) => `${rules}\n[[urgency.floors]]\nwords = ["where is"]\nat_least = "urgent"\n`);
    assert.deepEqual(said.changed, [], "what was answered is not asked any more");
    // As it stands, whoever has it is asked about: by both documents it is theirs whom the rules choose now.
    const open = await tried({ text: `${text}\n[[urgency.floors]]\nwords = ["solicitor"]\nat_least = "urgent"\n` });
    assert.deepEqual(
      open.changed.filter(({ threadId }) => threadId === thread.id).map(({ urgencyTo }) => urgencyTo),
      ["urgent"],
    );
  });

  it("says anew what the built-in labeler said of the words, and nothing of what a person put right", async () => {
    const labelled = (name: string) => {
      const customer = product.standins.telegram.customer(name);
      customer.text("Where is my wobblegong?");
      return product.threadOf(customer, ({ topic }) => topic === "other");
    };
    const [told, put] = [await labelled("Kim Keyword"), await labelled("Pia Put-Right")];
    await product.owner.post(`/threads/${put.id}/labels`, { topic: "product" });
    const { owner } = await asks("Ola Owner", "Where is my order?");
    const { text } = await read();
    const changed = text.replace(/(\[topics\.orders\][\s\S]*?keywords = \[)/, '$1"wobblegong*", ');
    const run = await tried({ text: changed, threads: [told.id] });
    assert.deepEqual(
      run.changed.map(({ name, topicFrom, topicTo }) => [name, topicFrom, topicTo]),
      [["Kim Keyword", "other", "orders"]],
    );
    assert.deepEqual([run.moved.map(({ to }) => to.name), run.byModel], [[owner.name], 0]);
    const stays = await tried({ text: changed, threads: [put.id] });
    // The floor of a topic whose keyword is found holds all the same.
    assert.deepEqual([stays.changed.filter(({ topicTo }) => topicTo !== "product"), stays.moved], [[], []]);
  });

  it("of the rules as they are moves nothing", async () => {
    const { text } = await read();
    const run = await tried({ text, days: 30 });
    assert.deepEqual([run.moved, run.changed], [[], []]);
  });

  it("looks at the threads that were named, and says which are not there", async () => {
    const thread = await asks("Nina Named", "Where is my order?");
    const { text } = await read();
    const run = await tried({ text: toMia(text), threads: [thread.id, thread.id, "thr_0000"] });
    assert.deepEqual([run.threads, run.unknown, run.moved.map(({ name }) => name)], [1, ["thr_0000"], ["Nina Named"]]);
  });

  it("looks at the open threads as they stand, when nothing else is asked", async () => {
    const { text } = await read();
    const run = await tried({ text: toMia(text) });
    assert.ok(run.threads > 0 && run.moved.some(({ from, to }) => from.name === "Jon" && to.name === "Mia"));
    assert.equal(
      run.moved.some(({ name }) => name === "Carl Closed"),
      false,
    );
  });

  it("says what is wrong with a request", async () => {
    const { text } = await read();
    for (const [body, field] of [
      [{ days: 0 }, "days"],
      [{ days: 31 }, "days"],
      [{ days: 3, threads: [] }, "threads"],
      [{ threads: Array.from({ length: 101 }, (_, n) => `thr_${n}`) }, "threads"],
    ] as const) {
      const problem = await product.owner.refused(422, "invalid", "POST", "/rules/dry-run", { text, ...body });
      assert.equal(problem.field, field);
    }
    await product.owner.refused(422, "rules_invalid", "POST", "/rules/dry-run", { text: "x = 1", days: 7 });
  });
});

describe("media of a channel", () => {
  const attachmentOf = async (name: string, platform: "telegram" | "facebook", state: string) => {
    const customer = product.standins[platform].customer(name);
    customer.image();
    const thread = await product.threadOf(customer);
    const file = await until(`it is ${state}`, async () =>
      (await product.owner.messages(thread.id)).flatMap((one) => one.attachments).find((one) => one.state === state),
    );
    return { thread, file };
  };

  it("are linked or stored as the rules say", async () => {
    const stored = await attachmentOf("Sara Stored", "facebook", "stored");
    assert.match(stored.file.url ?? "", /^\/media\//);
    const { text } = await read();
    await save(() => `${text}\n[channels.facebook.messages]\nmedia = "link"\n`);
    await seenByAll();
    const linked = await attachmentOf("Lino Linked", "facebook", "linked");
    assert.match(linked.file.url ?? "", /^https?:\/\//);
    assert.equal(await product.count("media", `thread = '${linked.thread.id}'`), 0);
  });

  it("are deleted when their time is over, and the thread says so", async () => {
    const { thread, file } = await attachmentOf("Greta Gone", "telegram", "stored");
    const key = `media/${(file.url ?? "").split("/").at(-1)}`;
    assert.ok((await product.blobs("media/")).includes(key));
    const { text } = await read();
    await save(() => `${text}\n[channels.telegram.messages]\nretention = "1s"\n`);
    await new Promise((done) => setTimeout(done, 1500)); // older than a second, and the rules are known everywhere
    await product.worker.scheduled("*/5 * * * *");
    await until("its bytes are gone", async () => !(await product.blobs("media/")).includes(key));
    assert.equal(await product.count("media", `thread = '${thread.id}'`), 0);
    const left = (await product.owner.messages(thread.id)).flatMap((one) => one.attachments);
    assert.deepEqual(
      left.map(({ state, url }) => [state, url]),
      [["expired", null]],
    );
    assert.equal((await product.owner.ask("GET", file.url ?? "")).status, 404);
    await product.worker.scheduled("*/5 * * * *");
    assert.deepEqual(
      (await product.owner.messages(thread.id)).flatMap((one) => one.attachments),
      left,
    );
    // Uploads and the media of other channels stay.
    assert.ok((await product.count("media")) > 0);
  });
});
