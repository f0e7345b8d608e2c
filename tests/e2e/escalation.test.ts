/** What nobody answers: warned of, handed on, told of; and what becomes of the notices. Spans are seconds here. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, topicsOf, type Product } from "../harness/product.ts";
import type { Page } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { seenByAll } from "../harness/timings.ts";

type Notice = {
  id: string;
  kind: string;
  threadId: string | null;
  channel: string | null;
  state: "waiting" | "sent" | "failed";
  attempts: number;
  error: string | null;
};

let product: Product;

/** Everything is due after `due`, by the chain that is given. */
const hurried =
  (due: string, warn: string, chain: string[], every: string) =>
  (text: string): string =>
    text
      .replace(
        /^urgent = "15m"\nhigh = "1h"\nnormal = "4h"\nlow = "1d"\nwarn_before = "5m"/m,
        `urgent = "${due}"\nhigh = "${due}"\nnormal = "${due}"\nlow = "${due}"\nwarn_before = "${warn}"`,
      )
      .replace(/^chain = .*$/m, `chain = ${JSON.stringify(chain)}`)
      .replace(/^every = .*$/m, `every = "${every}"`);

const team = (text: string): string =>
  topicsOf({ orders: "Mia" })(text)
    .replace(
      'owners = ["mia@team.example"]',
      'owners = ["mia@team.example"]\nteam = "care"\nbackup = "jon@team.example"',
    )
    .replace(
      "[pins]",
      '[teammates."jon@team.example"]\n\n[teams.care]\nlead = "lena@team.example"\n\n[teammates."lena@team.example"]\n\n[pins]',
    );

let shipped = "";
const save = async (change: (text: string) => string): Promise<void> => {
  const { version } = await product.owner.get<{ version: number }>("/rules");
  await product.owner.put("/rules", { text: change(team(shipped)), expectedVersion: version });
  await seenByAll();
};

const channel = (lines: string) => (text: string) =>
  `${text}\n[team_channels.support]\n${lines}\n`.replace('# channel = "support"   #', 'channel = "support"   #');
const posts = () => product.standins.channel.posts;
const about = (thread: string) => posts().filter((post) => JSON.stringify(post.body).includes(thread));
const notices = (thread: string) =>
  product.owner.all<Notice>("/notices?limit=2").then((all) => all.filter((one) => one.threadId === thread));
const asks = async (name: string) => {
  const customer = product.standins.telegram.customer(name);
  customer.text("Where is my order?");
  return product.threadOf(customer, (thread) => thread.topic === "orders");
};
const steps = async (thread: string) =>
  (await product.owner.audit(thread)).filter((one) => ["warned", "escalated"].includes(one.action));

before(async () => {
  product = await startProduct({
    team: { Mia: "agent", Jon: "agent", Lena: "agent" },
    rules: (text) => hurried("6s", "3s", ["backup", "lead", "channel"], "4s")(team((shipped = text))),
    connect: (platform) => platform === "telegram",
  });
});
after(() => product?.stop());

describe("a thread that nobody answers", () => {
  it("is warned of, goes to the backup and to the lead, is told of in the team channel, and is left alone once answered", async () => {
    const thread = await asks("Late");
    assert.equal(
      (await product.threadOf(product.standins.telegram.customer("Late"), (one) => one.owner.name === "Mia")).id,
      thread.id,
    );
    const taken = await until(
      "the chain is climbed",
      async () => {
        const all = await steps(thread.id);
        return all.length >= 5 && all;
      },
      60,
    );
    assert.deepEqual(
      taken.slice(0, 5).map((one) => (one.detail as { kind: string }).kind),
      ["warning", "backup", "lead", "overdue", "reminder"],
    );
    const routed = (await product.owner.audit(thread.id)).filter((one) => one.action === "routed");
    assert.equal(routed.length, 3, "to Mia, to Jon, to Lena");
    assert.equal((await product.owner.thread(thread.id)).owner.name, "Lena");
    await product.owner.reply(thread.id, "It is on its way.");
    await until("it is answered", async () => !(await product.owner.thread(thread.id)).needsAnswer);
    const before = (await steps(thread.id)).length;
    const all = await until("every notice was posted", async () => {
      const found = await notices(thread.id);
      return found.length === before && found.every((one) => one.state === "sent") && found;
    });
    const keys = about(thread.id).map((post) => (post.body as { key: string }).key);
    assert.deepEqual([...keys].sort(), all.map((one) => one.id).sort(), "each arrived once");
    const times = taken.map((one) => Date.parse(one.at));
    const due = Date.parse((taken[1]?.detail as { due: string }).due);
    // Each by what came before it: the warning three seconds before it is due, the steps four seconds apart.
    const wanted = [due - 3000, due, ...[1, 2, 3].map((place) => (times[place] ?? 0) + 4000)];
    const late = wanted.map((at, place) => (times[place] ?? 0) - at);
    assert.ok(
      late.every((one) => one >= 0 && one < 3000),
      `late by ${late.join(", ")} ms`,
    );
    const asked = Date.parse((await product.owner.messages(thread.id))[0]?.at ?? "");
    assert.equal(due, asked + 6000, "due by when it was asked");
    await remains("nothing follows an answer", async () => (await steps(thread.id)).length === before, 9000);
    assert.equal(
      product.standins.telegram.customer("Late").received.length,
      1,
      "the customer heard from a person alone",
    );
  });

  it("waits while it is put aside, and its list shows no deadline then", async () => {
    const thread = await asks("Aside");
    await product.owner.post(`/threads/${thread.id}/snooze`, { until: new Date(Date.now() + 3_600_000).toISOString() });
    assert.equal((await product.owner.thread(thread.id)).dueAt, null);
    await remains("nothing is done about it", async () => (await steps(thread.id)).length === 0, 8000);
  });
});

describe("a thread that was closed by mistake", () => {
  it("is due as it was when that is taken back", async () => {
    const thread = await asks("Mistaken");
    const due = await until("it is due by the rules", async () => (await product.owner.thread(thread.id)).dueAt);
    await product.owner.post(`/threads/${thread.id}/close`, {});
    const closed = await product.owner.thread(thread.id);
    assert.deepEqual([closed.dueAt, closed.needsAnswer], [null, false]);
    await product.owner.post(`/threads/${thread.id}/reopen`, {});
    const open = await product.owner.thread(thread.id);
    assert.deepEqual([open.dueAt, open.needsAnswer], [due, true]);
    await until("its chain goes on", async () => (await steps(thread.id)).some((one) => one.action === "escalated"));
    await product.owner.post(`/threads/${thread.id}/close`, {});
  });
});

describe("notices", () => {
  const overdue = async (name: string) => {
    const thread = await asks(name);
    return {
      thread,
      notice: await until(`a notice of ${name}`, async () =>
        (await notices(thread.id)).find((one) => one.kind === "overdue"),
      ),
    };
  };
  const settled = (thread: string, state: string) =>
    until(
      `the notice is ${state}`,
      async () => (await notices(thread)).find((one) => one.kind === "overdue" && one.state === state),
      60,
    );
  const quick = hurried("2s", "1s", ["channel"], "1h");

  it("take the form that Slack takes, without the customer\u2019s own words where a line of its own is asked for and none was made", async () => {
    await save((text) =>
      channel(`kind = "slack"\nurl = "${product.standins.channel.slackUrl}"\nsummaries = true`)(quick(text)),
    );
    const { thread } = await overdue("Quoted");
    await settled(thread.id, "sent");
    const [post] = about(thread.id).filter((one) => one.text.includes("Not answered in time"));
    const { summary } = await product.owner.thread(thread.id);
    assert.ok(summary && !JSON.stringify(post?.body).includes(summary), "the built-in labeler quotes");
    assert.match(post?.text ?? "", /&gt; orders, (low|normal|high|urgent), on telegram/);
  });

  it("take the form that Slack takes, with the line in the customer\u2019s own words where the rules allow it", async () => {
    await save((text) =>
      channel(`kind = "slack"\nurl = "${product.standins.channel.slackUrl}"\nsummaries = true\nwords = true`)(
        quick(text),
      ),
    );
    const { thread } = await overdue("Slack");
    const sent = await settled(thread.id, "sent");
    assert.deepEqual([sent.channel, sent.attempts], ["support", 1]);
    const [post] = about(thread.id).filter((one) => one.text.includes("Not answered in time"));
    assert.equal(post?.kind, "slack");
    assert.deepEqual(post?.links, [`${product.url}/t/${thread.id}`]);
    const { summary } = await product.owner.thread(thread.id);
    assert.ok(summary && post?.text.includes(summary), "the summary is there");
  });

  it("take the form that Microsoft Teams takes, without a summary where the rules do not ask for it", async () => {
    await save((text) => channel(`kind = "teams"\nurl = "${product.standins.channel.teamsUrl}"`)(quick(text)));
    const { thread } = await overdue("Teams");
    await settled(thread.id, "sent");
    const [post] = about(thread.id).filter((one) => one.text.includes("Not answered in time"));
    assert.deepEqual([post?.kind, post?.links], ["teams", [`${product.url}/t/${thread.id}`]]);
    const { summary } = await product.owner.thread(thread.id);
    assert.ok(summary && !JSON.stringify(post?.body).includes(summary));
  });

  it("that a channel refuses are shown, and told again when an administrator says so", async () => {
    await save((text) => channel(`kind = "json"\nurl = "${product.standins.channel.jsonUrl}"`)(quick(text)));
    product.standins.faults.always("channel", "json", { kind: "status", status: 404 });
    const { thread } = await overdue("Refused");
    const failed = await settled(thread.id, "failed");
    assert.deepEqual([failed.error, failed.attempts], ["refused", 1], "a refusal is not tried again by itself");
    product.standins.faults.clear("channel");
    await product.team.person("Mia").refused(403, "role_too_low", "POST", `/notices/${failed.id}/retry`, {});
    await product.owner.post(`/notices/${failed.id}/retry`);
    await settled(thread.id, "sent");
    const keys = about(thread.id).map((post) => (post.body as { key: string }).key);
    assert.equal(keys.filter((key) => key === failed.id).length, 1);
    await product.owner.refused(409, "notice_state", "POST", `/notices/${failed.id}/retry`, {});
    await product.owner.refused(404, "not_found", "POST", "/notices/none/retry", {});
    const { items }: Page<{ action: string }> = await product.owner.get("/audit");
    assert.ok(items.some((one) => one.action === "noticeRetried"));
  });

  it("are tried again after the time that the channel asks for, and given up after six times", async () => {
    const limited = { kind: "status", status: 429, headers: { "retry-after": "1" } } as const;
    product.standins.faults.next("channel", "json", limited, 2);
    const { thread } = await overdue("Busy");
    const sent = await settled(thread.id, "sent");
    assert.ok(sent.attempts >= 2 && sent.error === null, JSON.stringify(sent));
    product.standins.faults.always("channel", "json", { kind: "status", status: 503, headers: { "retry-after": "1" } });
    const { thread: down } = await overdue("Down");
    const failed = await settled(down.id, "failed");
    assert.deepEqual([failed.attempts, failed.error], [6, "unavailable"]);
    product.standins.faults.clear("channel");
  });

  it("whose post was never answered are posted again with the same key", async () => {
    product.standins.faults.next("channel", "json", { kind: "drop-after" });
    const { thread } = await overdue("Unheard");
    const all = await until(
      "all are sent",
      async () => {
        const found = await notices(thread.id);
        return found.some((one) => one.kind === "overdue") && found.every((one) => one.state === "sent") && found;
      },
      60,
    );
    const keys = about(thread.id).map((post) => (post.body as { key: string }).key);
    const twice = all.filter((one) => keys.filter((key) => key === one.id).length === 2);
    assert.equal(twice.length, 1, "a receiver can tell by the key");
    assert.equal(twice[0]?.attempts, 2);
  });

  it("for a channel whose secret is not set are shown to have failed", async () => {
    await save((text) => channel('kind = "slack"\nsecret = "SUPPORT_CHANNEL_URL"')(quick(text)));
    const { thread } = await overdue("Secret");
    assert.equal((await settled(thread.id, "failed")).error, "address_unset");
  });
});

describe("the end of a shift", () => {
  type Handover = {
    endsAt: string | null;
    offeredFrom: string | null;
    items: {
      thread: { id: string; version: number };
      taker: { id: string; name: string } | null;
      reasons: unknown[];
    }[];
  };
  const wall = (at: number) => new Date(at).toISOString().slice(11, 16);

  it("offers each waiting thread to somebody who is there then, and hands over what is accepted", async () => {
    const mia = product.team.person("Mia");
    assert.deepEqual(
      await mia.get<Handover>("/handover"),
      { endsAt: null, offeredFrom: null, items: [], more: false },
      "her shift never ends",
    );
    const shift = `shifts = [{ days = ["mon-sun"], from = "${wall(Date.now() - 3_600_000)}", to = "${wall(Date.now() + 15 * 60_000)}" }]`;
    await save((text) => text.replace('[teammates."mia@team.example"]', `[teammates."mia@team.example"]\n${shift}`));
    const [first, second] = [await asks("Handed One"), await asks("Handed Two")];
    await until(
      "both are hers",
      async () =>
        (await mia.threads("queue=mine")).filter((one) => [first.id, second.id].includes(one.id)).length === 2,
    );
    const offered = await mia.get<Handover>("/handover");
    const mine = offered.items.filter((one) => [first.id, second.id].includes(one.thread.id));
    assert.deepEqual(
      mine.map((one) => one.taker?.name),
      ["Jon", "Jon"],
      "the backup: she is the only owner",
    );
    assert.ok(mine.every((one) => one.reasons.length > 0));
    const choice = (place: number, version?: number) => ({
      threadId: mine[place]?.thread.id,
      teammateId: mine[place]?.taker?.id,
      expectedVersion: version ?? mine[place]?.thread.version,
    });
    const done = await mia.post<{ done: string[]; refused: { code: string }[] }>("/handover/accept", {
      items: [choice(0), { ...choice(1), teammateId: "tm_0000" }],
    });
    assert.deepEqual([done.done, done.refused.map((one) => one.code)], [[mine[0]?.thread.id], ["cannot_take"]]);
    assert.equal((await product.owner.thread(String(mine[0]?.thread.id))).owner.name, "Jon");
    const entry = (await product.owner.audit(String(mine[0]?.thread.id))).at(-1);
    assert.deepEqual([entry?.action, entry?.actor.name], ["reassigned", "Mia"], "it was her own doing");
    // Said twice, it is done once.
    assert.deepEqual((await mia.post<{ done: string[] }>("/handover/accept", { items: [choice(0)] })).done, [
      mine[0]?.thread.id,
    ]);
    assert.equal(
      (await product.owner.audit(String(mine[0]?.thread.id))).filter((one) => one.action === "reassigned").length,
      1,
    );
    // Somebody else's thread is not hers to hand over.
    const others = await product.team
      .person("Lena")
      .post<{ refused: { code: string }[] }>("/handover/accept", { items: [choice(1)] });
    assert.equal(others.refused[0]?.code, "thread_changed");
    await mia.refused(422, "invalid", "POST", "/handover/accept", { items: [] });
    // Whoever went without handing over is offered the rest still, to somebody who is there now.
    const over = shift.replace(/to = .*/, `to = "${wall(Date.now() - 60_000)}" }]`);
    await save((text) => text.replace('[teammates."mia@team.example"]', `[teammates."mia@team.example"]\n${over}`));
    const late = await until("her shift is over", async () => {
      const now = await mia.get<Handover>("/handover");
      return now.endsAt !== null && Date.parse(now.endsAt) < Date.now() && now;
    });
    assert.deepEqual(
      late.items.filter((one) => one.thread.id === second.id).map((one) => one.taker?.name),
      ["Jon"],
    );
  });
});
