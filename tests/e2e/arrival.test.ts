/** Whom a reply reaches, and what comes to light after the platform has said yes. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import type { ReplyItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import type { Customer } from "../standins/common/customer.ts";

let product: Product;
before(async () => {
  product = await startProduct({
    rules: (text) => text.replace("cap = 40\n", "cap = 4000\n"),
    connect: (platform) => platform === "whatsapp" || platform === "telegram",
  });
});
after(() => product.stop());

const asks = async (customer: Customer) => {
  customer.text("Where is my order?");
  return product.threadOf(customer, (one) => one.topic !== null && one.needsAnswer);
};
const again = (thread: string, { replyId }: ReplyItem, attempts: number) =>
  product.owner.post(`/threads/${thread}/replies/${replyId}/resolve`, { outcome: "sendAgain", attempts });

describe("a customer", () => {
  for (const [old, next] of [
    ["12195550111", "16505550122"],
    ["16505550133", "12195550144"],
  ] as const) {
    it(`who moves to another number, ${old < next ? "a greater" : "a smaller"} one, is answered there`, async () => {
      const { whatsapp } = product.standins;
      const customer = whatsapp.customer(`Mover ${old}`, { peer: old });
      const thread = await asks(customer);
      const before = product.sends("whatsapp");
      const { version } = await product.owner.thread(thread.id);
      whatsapp.changeNumber(customer.chat, next);
      await until("the thread has heard", async () => (await product.owner.thread(thread.id)).version > version);
      await product.owner.reply(thread.id, "It leaves today");
      await until("it is on the phone", () => customer.received.some((one) => one.text === "It leaves today"));
      await remains("once", () => customer.received.length === 1 && product.sends("whatsapp") === before + 1, 500);
    });
  }
});

describe("a customer", () => {
  it("who writes more than is known one by one is heard to the last word, and one answer settles it", async () => {
    const customer = product.standins.telegram.customer("Flood");
    customer.text("Hello");
    const questions = Array.from({ length: 120 }, (_, i) => `Where is my order ${1000 + i}?`);
    await product.threadOf(customer, (one) => one.unread === 1);
    for (const question of questions) customer.text(question);
    const thread = await product.threadOf(
      customer,
      (one) => one.unread === 121 && one.needsAnswer && one.topic !== null,
    );
    const shown = (await product.owner.messages(thread.id)).flatMap(({ text }) => text ?? []);
    assert.deepEqual(shown.sort(), ["Hello", ...questions].sort(), "all of them, once each");
    const waitsSince = (await product.owner.thread(thread.id)).dueAt;
    customer.text("This is urgent!");
    const urgent = await product.threadOf(customer, (one) => one.unread === 122 && one.urgency !== thread.urgency);
    assert.ok(waitsSince !== null && urgent.dueAt !== null && urgent.dueAt < waitsSince, "what came last is heard");
    await product.owner.reply(thread.id, "All of them leave today");
    await product.threadOf(customer, (one) => !one.needsAnswer && one.unread === 0);
    customer.text("And this one?");
    await product.threadOf(customer, (one) => one.needsAnswer && one.unread === 1);
  });
});

describe("a reply", () => {
  for (const closed of [false, true]) {
    it(`that WhatsApp took and did not deliver is shown${closed ? ", though the thread was closed since" : ""}, and sent again by a person alone`, async () => {
      const { whatsapp } = product.standins;
      const customer = whatsapp.customer(`Unreachable ${closed}`);
      const thread = await asks(customer);
      whatsapp.unreachable.add(customer.peer);
      if (closed) product.standins.delivery.hold("whatsapp");
      const before = product.sends("whatsapp");
      const reply = await product.owner.reply(thread.id, "It leaves today");
      if (closed) {
        await until(
          "it is taken",
          async () => (await product.owner.replyState(thread.id, reply.replyId)).status === "sent",
        );
        await product.owner.post(`/threads/${thread.id}/close`);
        product.standins.delivery.release("whatsapp");
      }
      const listed = await product.threadOf(customer, (one) => one.trouble && one.needsAnswer && one.status === "open");
      assert.ok(listed.dueAt !== null, "it is due again");
      const state = await product.owner.replyState(thread.id, reply.replyId);
      assert.deepEqual(
        [state.status, state.message.trouble?.code, state.message.trouble?.attempts],
        ["failed", "blocked", 1],
      );
      const shown = (await product.owner.messages(thread.id)).filter((one) => one.direction === "outgoing");
      assert.deepEqual(
        shown.map((one) => one.status),
        ["failed"],
        "once, as what is to be settled",
      );
      await remains("nothing is sent by itself", () => product.sends("whatsapp") === before + 1, 1500);

      whatsapp.unreachable.delete(customer.peer);
      await again(thread.id, reply, 1);
      await until("it is on the phone", () => customer.received.some((one) => one.text === "It leaves today"));
      const settled = await product.threadOf(customer, (one) => !one.trouble && !one.needsAnswer);
      assert.equal(settled.status, "open");
      await remains("once", () => customer.received.length === 1 && product.sends("whatsapp") === before + 2, 500);
      const told = (await product.owner.audit(thread.id)).map((one) => one.action);
      for (const action of ["sent", "undelivered", "settled"]) assert.ok(told.includes(action), action);
      assert.ok(!told.includes("sentTwice"));
    });
  }

  it("that waits for its turn is not sent once its author is disabled, and says so", async () => {
    await product.team.invite("Noa", "agent");
    const noa = await product.team.teammate("Noa");
    const customer = product.standins.telegram.customer("Patient");
    const thread = await asks(customer);
    product.standins.faults.next("telegram", "send", { kind: "error", name: "rate-limited", retryAfter: 5 });
    const before = product.sends("telegram");
    const reply = await product.team.person("Noa").reply(thread.id, "It leaves today");
    await until(
      "it waits",
      async () => (await product.owner.replyState(thread.id, reply.replyId)).message.trouble?.code === "rate_limited",
    );
    assert.equal((await product.owner.ask("PATCH", `/api/v1/teammates/${noa.id}`, { enabled: false })).status, 200);
    const failed = await until(
      "it is shown",
      async () => {
        const state = await product.owner.replyState(thread.id, reply.replyId);
        return state.status === "failed" && state;
      },
      60,
    );
    assert.equal(failed.message.trouble?.code, "author_disabled");
    assert.equal(product.sends("telegram"), before + 1, "the platform was not asked again");
    assert.equal(customer.received.length, 0);
    await product.threadOf(customer, (one) => one.trouble && one.needsAnswer);
    // In somebody else's name it is sent.
    await again(thread.id, reply, failed.message.trouble?.attempts ?? 0);
    await until("it is on the phone", () => customer.received.some((one) => one.text === "It leaves today"));
    assert.equal(product.sends("telegram"), before + 2);
  });
});
