/**
 * Whatever grows has a bound: refused by name where a person or a program asks for more, and never in a customer's way.
 */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startProduct, topicsOf, type Product } from "../harness/product.ts";
import { newReplyId, type Session } from "../harness/session.ts";
import { until } from "../harness/until.ts";

let product: Product;
let mia: Session;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent", Jon: "agent" },
    rules: topicsOf({ orders: "Mia", billing: "Jon" }),
    connect: (platform) => platform === "telegram" || platform === "whatsapp",
  });
  mia = product.team.person("Mia");
});
after(() => product.stop());

const asks = async (name: string, text = "Where is my order?") => {
  const customer = product.standins.telegram.customer(name);
  customer.text(text);
  const thread = await product.threadOf(customer, (one) => one.topic !== null && one.owner.type === "teammate");
  return { customer, thread };
};

/** A delivery as WhatsApp signs it. */
const signed = async (value: Record<string, unknown>) => {
  const account = product.standins.whatsapp.accounts[0];
  const body = JSON.stringify({
    object: "whatsapp_business_account",
    entry: [
      {
        id: "201",
        changes: [
          {
            field: "messages",
            value: {
              messaging_product: "whatsapp",
              metadata: { display_phone_number: "15550100", phone_number_id: account?.id },
              ...value,
            },
          },
        ],
      },
    ],
  });
  const signature = `sha256=${createHmac("sha256", product.vars.META_APP_SECRET ?? "")
    .update(body)
    .digest("hex")}`;
  const answer = await fetch(`${product.url}/webhooks/whatsapp`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "x-hub-signature-256": signature },
  });
  assert.equal(answer.status, 200);
};

describe("a thread", () => {
  it("takes so many tags and no more, and what the customer writes after that is shown and answered", async () => {
    const { customer, thread } = await asks("Tagged");
    const tag = (n: number) => `${String(n).padStart(3, "0")}${"貼".repeat(37)}`;
    for (let n = 0; n < 50; n += 10)
      await mia.post(`/threads/${thread.id}/tags`, { add: Array.from({ length: 10 }, (_, i) => tag(n + i)) });
    const problem = await mia.refused(422, "too_many_tags", "POST", `/threads/${thread.id}/tags`, {
      add: ["one more"],
    });
    assert.match(problem.detail, /at most 50 tags/);
    await mia.refused(422, "invalid", "POST", `/threads/${thread.id}/tags`, { add: ["x".repeat(41)] });
    await mia.refused(422, "invalid", "POST", `/threads/${thread.id}/notes`, { text: "x".repeat(4001) });
    await mia.post(`/threads/${thread.id}/notes`, { text: "注".repeat(4000) });
    await mia.refused(422, "reply_too_long", "POST", `/threads/${thread.id}/replies`, {
      replyId: newReplyId(),
      text: "x".repeat(10_001),
      expectedVersion: 1,
    });
    customer.text("Is anybody there?");
    await until("it is shown", async () => (await mia.messages(thread.id)).at(-1)?.text === "Is anybody there?");
    const reply = await mia.reply(thread.id, "We are here");
    await until("it is sent", async () => (await mia.replyState(thread.id, reply.replyId)).status === "sent");
    assert.equal((await product.threadOf(customer)).tags.length, 50);
    await mia.post(`/threads/${thread.id}/tags`, { add: ["one more"], remove: [tag(0)] });
  });

  it("of somebody with an endless name, an endless message and endless attachments is shown, cut, and says so", async () => {
    await signed({
      contacts: [{ profile: { name: "N".repeat(500_000) }, wa_id: "16505550123" }],
      messages: [
        {
          from: "16505550123",
          id: "wamid.long",
          timestamp: String(Math.floor(Date.now() / 1000)),
          type: "text",
          text: { body: `Hello ${"there ".repeat(250_000)}` },
        },
      ],
    });
    const thread = await until("it is listed", async () =>
      (await mia.threads()).find((one) => one.contact.name.startsWith("NNN")),
    );
    assert.equal(thread.contact.name.length, 200);
    assert.ok(JSON.stringify(thread).length < 3000);
    const [message] = await mia.messages(thread.id);
    assert.equal(message?.text?.length, 1_000_000);
    assert.equal((message as { cut?: boolean }).cut, true);
    await signed({
      contacts: [{ profile: { name: "Nora" }, wa_id: "16505550123" }],
      messages: [
        {
          from: "16505550123",
          id: "wamid.short",
          timestamp: String(Math.floor(Date.now() / 1000) + 1),
          type: "text",
          text: { body: "And blue?" },
        },
      ],
    });
    await until("the next is there", async () => (await mia.messages(thread.id)).at(-1)?.text === "And blue?");
  });
});

describe("what nobody can have seen, or may not answer", () => {
  it("a version above the thread is refused, and nothing is sent", async () => {
    const { thread } = await asks("Ahead");
    const { version } = await mia.thread(thread.id);
    const sends = product.sends();
    for (const [path, body] of [
      ["replies", { replyId: newReplyId(), text: "Hi" }],
      ["close", {}],
      ["reassign", {}],
    ] as const) {
      const problem = await mia.refused(422, "version_unknown", "POST", `/threads/${thread.id}/${path}`, {
        ...body,
        expectedVersion: version + 1000,
      });
      assert.equal(problem.field, "expectedVersion");
      assert.ok((problem.version ?? 0) >= version);
    }
    assert.equal(product.sends(), sends);
  });

  it("a reply on a closed thread is sent and opens it, in the name of whoever wrote it", async () => {
    const { customer, thread } = await asks("Closed");
    await mia.post(`/threads/${thread.id}/close`, {});
    const reply = await mia.reply(thread.id, "One more thing");
    await until("it is sent", async () => (await mia.replyState(thread.id, reply.replyId)).status === "sent");
    const open = await product.threadOf(customer);
    assert.deepEqual([open.status, open.needsAnswer], ["open", false]);
    const reopened = (await mia.audit(thread.id)).filter((one) => one.action === "reopened").at(-1);
    assert.deepEqual([reopened?.actor.name, reopened?.detail.because], ["Mia", "replied"]);
  });

  it("who answers for other accounts alone sends nothing here, not even on a thread of their own", async () => {
    const { thread } = await asks("Restricted");
    const { email } = (await product.team.teammate("Mia")) as { email: string };
    const whatsapp = product.team.accounts.find((one) => one.platform === "whatsapp");
    const rules = await product.owner.get<{ version: number; text: string }>("/rules");
    const text = rules.text.includes(`[teammates."${email}"]`)
      ? rules.text.replace(`[teammates."${email}"]`, `[teammates."${email}"]\naccounts = ["${whatsapp?.id}"]`)
      : `${rules.text}\n[teammates."${email}"]\naccounts = ["${whatsapp?.id}"]\n`;
    await product.owner.put("/rules", { text, expectedVersion: rules.version });
    const { version } = await mia.thread(thread.id);
    const sends = product.sends();
    const problem = await mia.refused(403, "not_your_account", "POST", `/threads/${thread.id}/replies`, {
      replyId: newReplyId(),
      text: "Hi",
      expectedVersion: version,
    });
    assert.match(problem.detail, /accounts/);
    assert.equal(product.sends(), sends);
    await product.team.person("Jon").reply(thread.id, "Jon may");
  });

  it("an error quotes no more of a document than can be read", async () => {
    const name = "x".repeat(100_000);
    const { faults } = await product.owner.post<{ faults: { message: string }[] }>("/rules/check", {
      text: `${name} = 1\n[topics.${name}]\n`,
    });
    assert.ok(faults.length > 0 && faults.every((one) => one.message.length <= 401));
    const problem = await mia.refused(422, "invalid", "POST", `/threads/thr_none/tags`, { [name]: 1 });
    assert.ok(JSON.stringify(problem).length < 2000);
  });
});
