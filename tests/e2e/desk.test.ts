/** What teammates do at their desk: put aside, tag, note, hand on. The team sees it, the customer nothing of it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertChained } from "../harness/audit.ts";
import { startProduct, topicsOf, type Product } from "../harness/product.ts";
import type { Session } from "../harness/session.ts";
import type { AuditItem, Page } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";

const DAY_MS = 86_400_000;
let product: Product;
let mia: Session;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent", Jon: "agent", Vera: "viewer" },
    rules: topicsOf({ orders: "Mia", billing: "Jon" }),
    connect: (platform) => platform === "telegram" || platform === "facebook",
  });
  mia = product.team.person("Mia");
});
after(() => product.stop());

/** A new customer's question, with whoever answers it. */
const asks = async (name: string, text = "Where is my order?") => {
  const customer = product.standins.telegram.customer(name);
  customer.text(text);
  const thread = await product.threadOf(customer, (one) => one.topic !== null && one.owner.type === "teammate");
  return { customer, thread };
};

const last = async (thread: string, action: string): Promise<AuditItem> => {
  const entry = (await product.owner.audit(thread)).filter((one) => one.action === action).at(-1);
  assert.ok(entry, `${action} is on record`);
  return entry;
};

const isIn = async (who: Session, query: string, thread: string) =>
  (await who.threads(query)).some((one) => one.id === thread);

describe("a thread that is put aside", () => {
  it("leaves the queue, and comes back at its time by itself", async () => {
    const { customer, thread } = await asks("Snoozed");
    const wakes = new Date(Date.now() + 3000);
    await mia.post(`/threads/${thread.id}/snooze`, { until: wakes });
    const aside = await product.threadOf(customer, () => true, "queue=all&status=snoozed");
    assert.equal(aside.snoozedUntil, wakes.toISOString());
    // Lists are read from the index: nobody asks the thread, and no cron line is fired.
    await remains(
      "it is away",
      async () => !(await isIn(mia, "queue=all", thread.id)),
      wakes.getTime() - Date.now() - 500,
    );
    assert.equal(await isIn(mia, "queue=mine", thread.id), false);
    const back = await product.threadOf(customer);
    assert.ok(Date.now() >= wakes.getTime(), "not before its time");
    assert.ok(Date.now() < wakes.getTime() + 10_000, "not long after it");
    assert.equal(back.snoozedUntil, null);
    await until("it is with whom it was", async () => isIn(mia, "queue=mine", thread.id));
    const [snoozed, reopened] = [await last(thread.id, "snoozed"), await last(thread.id, "reopened")];
    assert.deepEqual([snoozed.actor.name, snoozed.detail.until], ["Mia", wakes.toISOString()]);
    assert.deepEqual([reopened.actor.type, reopened.detail.was], ["system", "snoozed"]);
    assert.equal(product.sends(), 0);
  });

  it("comes back at once when the customer writes", async () => {
    const { customer, thread } = await asks("Impatient");
    await mia.post(`/threads/${thread.id}/snooze`, { until: new Date(Date.now() + DAY_MS) });
    await product.threadOf(customer, () => true, "queue=all&status=snoozed");
    customer.text("It is urgent after all");
    const back = await product.threadOf(customer);
    assert.equal(back.id, thread.id);
    assert.equal(back.snoozedUntil, null);
    assert.ok(back.needsAnswer);
    assert.equal((await last(thread.id, "reopened")).actor.type, "customer");
    assert.equal(await isIn(mia, "queue=all&status=snoozed", thread.id), false);
  });

  it("is put aside for a time to come, within a year", async () => {
    const { customer, thread } = await asks("Never");
    for (const time of [new Date(Date.now() - 1000), new Date(Date.now() + 400 * DAY_MS)]) {
      const problem = await mia.refused(422, "invalid", "POST", `/threads/${thread.id}/snooze`, { until: time });
      assert.equal(problem.field, "until");
    }
    assert.equal((await product.threadOf(customer)).status, "open");
  });
});

describe("tags", () => {
  it("are shown in the list and in the thread until they are taken off", async () => {
    const { customer, thread } = await asks("Tagged");
    await mia.post(`/threads/${thread.id}/tags`, { add: ["vip", "second hand"] });
    const tagged = await product.threadOf(customer, (one) => one.tags.length === 2);
    assert.deepEqual(tagged.tags, ["second hand", "vip"]);
    assert.deepEqual((await product.owner.thread(thread.id)).tags, tagged.tags);
    await product.team.person("Jon").post(`/threads/${thread.id}/tags`, { add: ["bulky"], remove: ["vip"] });
    const changed = await product.threadOf(customer, (one) => one.tags.includes("bulky"));
    assert.deepEqual(changed.tags, ["bulky", "second hand"]);
    assert.deepEqual((await product.owner.thread(thread.id)).tags, changed.tags);
    // What changes nothing is no step.
    await mia.post(`/threads/${thread.id}/tags`, { add: ["bulky"], remove: ["vip"] });
    const steps = (await product.owner.audit(thread.id)).filter((one) => one.action === "tagged");
    assert.deepEqual(
      steps.map((one) => [one.actor.name, one.detail.add, one.detail.remove]),
      [
        ["Mia", ["vip", "second hand"], []],
        ["Jon", ["bulky"], ["vip"]],
      ],
    );
  });
});

describe("a note", () => {
  it("is in the history for the team, and nowhere that leads to the customer", async () => {
    const words = "Knows the owner, be generous — gänseblümchen";
    for (const platform of ["telegram", "facebook"] as const) {
      const customer = product.standins.stand(platform).customer(`Noted ${platform}`);
      customer.text("Where is my order?");
      const thread = await product.threadOf(customer, (one) => one.owner.type === "teammate");
      const before = product.sends();
      await mia.post(`/threads/${thread.id}/notes`, { text: words });
      const noted = await last(thread.id, "noted");
      assert.deepEqual([noted.actor.name, noted.detail.text], ["Mia", words]);
      const seen = await product.team.person("Vera").audit(thread.id);
      assert.ok(
        seen.some((one) => one.detail.text === words),
        "whoever may look sees it",
      );
      // An answer after it carries its own words alone.
      await mia.reply(thread.id, "On its way");
      await until("the answer is on the phone", () => customer.received.length === 1);
      await product.standins.idle();
      assert.equal(product.sends(), before + 1);
      assert.ok((await product.owner.messages(thread.id)).every((one) => !one.text?.includes("generous")));
      await mia.refused(422, "invalid", "POST", `/threads/${thread.id}/notes`, { text: " " });
    }
    const asked = JSON.stringify(product.standins.requests());
    assert.ok(asked.includes("On its way"), "what is sent is seen here");
    assert.ok(!asked.includes("generous"), "no platform was told");
    const found = await product.owner.get<Page<{ found: string }>>(`/search?q=${encodeURIComponent("gänseblümchen")}`);
    assert.ok(
      found.items.length > 0 && found.items.every((one) => one.found === "note"),
      "the team finds it, as a note",
    );
  });
});

describe("a reply that began from a template", () => {
  it("is refused while a blank of it is left, and nothing of it is kept or sent", async () => {
    const { customer, thread } = await asks("Blank");
    const { version } = await product.owner.thread(thread.id);
    const reply = {
      replyId: "reply-with-a-blank",
      text: "Your order {{ order }} leaves today.",
      expectedVersion: version,
      templateId: "damaged",
    };
    const problem = await mia.refused(422, "blanks_left", "POST", `/threads/${thread.id}/replies`, reply);
    assert.equal(problem.field, "text");
    assert.match(problem.detail, /\{\{order\}\} is not filled in/);
    assert.equal((await product.owner.thread(thread.id)).version, version);
    assert.equal(customer.received.length, 0);
    // The id is free: the same reply, filled in, is sent. Braces that no template left are words.
    await mia.post(`/threads/${thread.id}/replies`, { ...reply, text: "Your order 4711 leaves today." });
    await until("it is on the phone", () => customer.received.length === 1);
    const own = {
      replyId: "reply-about-braces",
      text: "Write {{order}} there.",
      expectedVersion: (await product.owner.thread(thread.id)).version,
    };
    await mia.post(`/threads/${thread.id}/replies`, own);
    await until("so is that", () => customer.received.length === 2);
  });

  it("says in the history whether its words were changed", async () => {
    const [template] = (await product.owner.all<{ id: string; text: string }>("/templates")).filter(
      ({ id }) => id === "damaged",
    );
    assert.ok(template);
    for (const [text, changed] of [
      [template.text, false],
      [`${template.text} Yours, Mia`, true],
    ] as const) {
      const { thread } = await asks(`Template ${changed}`);
      const { version } = await product.owner.thread(thread.id);
      await mia.post(`/threads/${thread.id}/replies`, {
        replyId: `reply-from-a-template-${changed}`,
        text,
        expectedVersion: version,
        templateId: template.id,
      });
      const { detail } = await last(thread.id, "replied");
      assert.deepEqual([detail.template, detail.changed], ["damaged", changed]);
    }
  });
});

describe("a thread that is nobody's", () => {
  it("is whose who replies first, by the same way as any other that is given to somebody", async () => {
    const { customer, thread } = await asks("Claimed");
    const jon = product.team.person("Jon");
    await mia.post(`/threads/${thread.id}/reassign`, {});
    await product.threadOf(customer, (one) => one.owner.type === "unassigned");
    const { id } = await product.team.teammate("Jon");
    const counted = async () => {
      const { queues } = await product.owner.get<{ queues: { queue: string; waiting: number }[] }>("/threads/counts");
      return ["unassigned", id].map((queue) => queues.find((one) => one.queue === queue)?.waiting ?? 0);
    };
    const [nobodys, jons] = await counted();
    await jon.reply(thread.id, "I look into it");
    const claimed = await product.threadOf(customer, (one) => one.owner.name === "Jon");
    assert.equal(claimed.id, thread.id);
    await until(
      "answered, it is counted nowhere",
      async () => (await counted()).join() === [(nobodys ?? 0) - 1, jons].join(),
    );
    customer.text("And what now?");
    await until(
      "the customer waits for him",
      async () => (await counted()).join() === [(nobodys ?? 0) - 1, (jons ?? 0) + 1].join(),
    );
    const given = await last(thread.id, "reassigned");
    assert.deepEqual([given.actor.name, given.detail.because], ["Jon", "repliedFirst"]);
    await mia.reply(thread.id, "And I help");
    await remains(
      "whose it is, it stays",
      async () => (await product.owner.thread(thread.id)).owner.name === "Jon",
      500,
    );
  });

  it("stays so where the rules say so", async () => {
    const rules = await product.owner.get<{ version: number; text: string }>("/rules");
    const text = rules.text.replace("claim_on_reply = true", "claim_on_reply = false");
    const saved = await product.owner.put<{ version: number }>("/rules", { text, expectedVersion: rules.version });
    const { customer, thread } = await asks("Unclaimed");
    await mia.post(`/threads/${thread.id}/reassign`, {});
    await product.threadOf(customer, (one) => one.owner.type === "unassigned");
    await mia.reply(thread.id, "I look into it");
    await until("it is on the phone", () => customer.received.length === 1);
    assert.equal((await product.owner.thread(thread.id)).owner.type, "unassigned");
    await product.owner.put("/rules", { text: rules.text, expectedVersion: saved.version });
  });
});

describe("what is unread", () => {
  it("is each one's own: who peeks clears nobody else's mark, and can bring back their own", async () => {
    const { customer, thread } = await asks("Peeked at");
    const unread = async () => {
      const people = [product.owner, mia, product.team.person("Jon")];
      return Promise.all(
        people.map(async (who) => (await who.threads("queue=all")).find((one) => one.id === thread.id)?.unread),
      );
    };
    assert.deepEqual(await unread(), [1, 1, 1]);
    const { version } = await product.owner.thread(thread.id);
    const read = await product.owner.post<{ unread: number }>(`/threads/${thread.id}/read`, { version });
    assert.deepEqual([read.unread, ...(await unread())], [0, 0, 1, 1]);
    customer.text("Hello?");
    await until("one more", async () => (await unread()).join() === "1,2,2");
    await mia.post(`/threads/${thread.id}/read`, { version: (await mia.thread(thread.id)).version });
    assert.deepEqual(await unread(), [1, 0, 2]);
    const marked = await mia.post<{ unread: number }>(`/threads/${thread.id}/unread`);
    assert.deepEqual([marked.unread, (await mia.thread(thread.id)).unread, ...(await unread())], [1, 1, 1, 1, 2]);
    const [found] = (await mia.get<Page<{ thread: { unread: number } }>>("/search?q=peeked")).items;
    assert.equal(found?.thread.unread, 1);
    await mia.reply(thread.id, "Here I am");
    await until("an answer leaves nothing unread but what was marked", async () => (await unread()).join() === "0,1,0");
    await mia.post(`/threads/${thread.id}/close`);
    assert.equal((await mia.thread(thread.id)).unread, 0);
  });
});

describe("a thread that is handed on", () => {
  it("is in the other one's queue, with the note on record, and stays there", async () => {
    const { customer, thread } = await asks("Handed");
    const jon = product.team.person("Jon");
    const to = await product.team.teammate("Jon");
    const from = await product.team.teammate("Mia");
    await mia.post(`/threads/${thread.id}/reassign`, { teammateId: to.id, note: "You know the courier" });
    const handed = await product.threadOf(customer, (one) => one.owner.name === "Jon");
    assert.equal(handed.owner.id, to.id);
    assert.equal(await isIn(jon, "queue=mine", thread.id), true);
    assert.equal(await isIn(mia, "queue=mine", thread.id), false);
    const { actor, detail } = await last(thread.id, "reassigned");
    assert.equal(actor.name, "Mia");
    assert.equal(detail.note, "You know the courier");
    assert.deepEqual(
      [JSON.stringify(detail.from).includes(from.id), JSON.stringify(detail.to).includes(to.id)],
      [true, true],
    );
    assert.deepEqual(
      (await product.owner.thread(thread.id)).reasons.map((one) => one.guardrail),
      ["person"],
    );
    const turns = () =>
      product.owner.audit(thread.id).then((all) => all.filter((one) => one.action === "labelled").length);
    const labelled = await turns();
    customer.text("And where is my other order?");
    await until("the next question is labelled", async () => (await turns()) > labelled);
    assert.equal(
      (await product.threadOf(customer, (one) => one.unread === 2)).owner.name,
      "Jon",
      "the rules would say Mia",
    );
    assert.equal(
      product.standins.requests("telegram", "send").filter((one) => JSON.stringify(one.body).includes("courier"))
        .length,
      0,
    );
    await until("the index has the history", async () => {
      const history = await product.owner.audit(thread.id);
      return (await product.count("audit", `thread = '${thread.id}'`)) === history.length;
    });
    await assertChained(product, thread.id, await product.owner.audit(thread.id));
  });

  it("goes to somebody who can answer, or to nobody", async () => {
    const { customer, thread } = await asks("Nobody");
    const vera = await product.team.teammate("Vera");
    await mia.refused(422, "cannot_take", "POST", `/threads/${thread.id}/reassign`, { teammateId: vera.id });
    await mia.post(`/threads/${thread.id}/reassign`, {});
    await product.threadOf(customer, (one) => one.owner.type === "unassigned");
    assert.equal(await isIn(mia, "queue=unassigned", thread.id), true);
    await remains(
      "a person put it there",
      async () => (await product.owner.thread(thread.id)).owner.type === "unassigned",
      500,
    );
  });

  it("is refused to whoever looked at an older state, and nothing is changed", async () => {
    const { customer, thread } = await asks("Older");
    const { version } = await product.owner.thread(thread.id);
    customer.text("Please, quickly");
    await product.threadOf(customer, (one) => one.unread === 2);
    const jon = await product.team.teammate("Jon");
    const problem = await mia.refused(409, "thread_changed", "POST", `/threads/${thread.id}/reassign`, {
      teammateId: jon.id,
      expectedVersion: version,
    });
    assert.ok(problem.since?.some((one) => one.text === "Please, quickly"));
    assert.equal((await product.owner.thread(thread.id)).owner.name, "Mia");
  });
});

describe("a thread that a person gave to somebody", () => {
  it("is not theirs any more when they are disabled: neither open, nor put aside, nor closed", async () => {
    await product.team.invite("Noa", "agent");
    const noa = await product.team.teammate("Noa");
    const given = async (name: string) => {
      const { customer, thread } = await asks(name);
      await mia.post(`/threads/${thread.id}/reassign`, { teammateId: noa.id });
      await product.threadOf(customer, (one) => one.owner.id === noa.id);
      return { customer, thread };
    };
    const open = await given("Given open");
    const aside = await given("Given aside");
    const closed = await given("Given closed");
    await mia.post(`/threads/${aside.thread.id}/snooze`, { until: new Date(Date.now() + 3000) });
    await mia.post(`/threads/${closed.thread.id}/close`);
    assert.equal((await product.owner.ask("PATCH", `/api/v1/teammates/${noa.id}`, { enabled: false })).status, 200);
    const moved = await product.threadOf(open.customer, (one) => one.owner.id !== noa.id);
    assert.equal(moved.owner.name, "Mia", "the rules choose again");
    assert.equal((await last(open.thread.id, "routed")).actor.type, "system");
    await product.threadOf(aside.customer, (one) => one.status === "open" && one.owner.name === "Mia");
    closed.customer.text("Where is my order now?");
    await product.threadOf(closed.customer, (one) => one.status === "open" && one.owner.name === "Mia");
    await remains(
      "they stay there",
      async () => !(await product.owner.threads()).some((one) => one.owner.id === noa.id),
      1000,
    );
  });
});

describe("whoever may only look", () => {
  it("is refused each of these, changes nothing, and the attempt is on record", async () => {
    const { thread } = await asks("Watched");
    const vera = product.team.person("Vera");
    const before = await product.owner.thread(thread.id);
    const jon = await product.team.teammate("Jon");
    const tries: [string, string, unknown][] = [
      ["Snooze", "snooze", { until: new Date(Date.now() + DAY_MS) }],
      ["Tag", "tags", { add: ["mine"] }],
      ["Note", "notes", { text: "I was here" }],
      ["Reassign", "reassign", { teammateId: jon.id }],
      ["Close", "close", {}],
      ["CorrectLabels", "labels", { urgency: "urgent" }],
    ];
    for (const [, path, body] of tries)
      await vera.refused(403, "role_too_low", "POST", `/threads/${thread.id}/${path}`, body);
    assert.deepEqual(await product.owner.thread(thread.id), before);
    const { items } = await product.owner.get<Page<AuditItem>>("/audit?limit=100");
    const refused = items.filter((one) => one.action === "roleRefused" && one.actor.name === "Vera");
    assert.deepEqual(
      refused.map((one) => `${one.detail.operation} as ${one.detail.role}`).sort(),
      tries.map(([operation]) => `${operation} as viewer`).sort(),
    );
    await vera.refused(403, "role_too_low", "GET", "/audit");
  });
});
