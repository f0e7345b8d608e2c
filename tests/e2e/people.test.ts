/**
 * Who a customer is and who has the conversation, whatever the platform calls them and in whatever order it says so.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { until } from "../harness/until.ts";

let product: Product;
before(async () => {
  product = await startProduct({ connect: (platform) => platform === "whatsapp" || platform === "telegram" });
});
after(() => product?.stop());

const nextSecond = () => new Promise((done) => setTimeout(done, 1000 - (Date.now() % 1000) + 20));
const texts = async (thread: string) => (await product.owner.messages(thread)).map((one) => one.text);
const actions = async (thread: string) => (await product.owner.audit(thread)).map((one) => one.action);
const threadsOf = async (name: string) =>
  (await product.owner.threads("queue=all&platform=whatsapp")).filter((one) => one.contact.name === name);

describe("a conversation that Meta's agent has", () => {
  it("is shown and marked, is handed over in the history, and is ours by a reply", async () => {
    const { whatsapp } = product.standins;
    const customer = whatsapp.customer("Watched Wren");
    whatsapp.standby(customer.chat, "Do you have it in blue?");
    whatsapp.agentSays(customer.chat, "We have four in blue.");
    const thread = await product.threadOf(customer, (one) => one.heldBy === "agent");
    await until("both are shown", async () => (await texts(thread.id)).length === 2);
    assert.deepEqual(await texts(thread.id), ["Do you have it in blue?", "We have four in blue."]);
    assert.ok(thread.needsAnswer);
    whatsapp.handOver(customer.chat);
    await product.threadOf(customer, (one) => one.heldBy === null);
    assert.ok((await actions(thread.id)).includes("handedOver"));
    // WhatsApp's times are whole seconds: what comes in the same one as the handover may be from before it.
    await nextSecond();
    whatsapp.standby(customer.chat, "And in green?");
    await product.threadOf(customer, (one) => one.heldBy === "agent");
    await nextSecond();
    await product.owner.reply(thread.id, "A person here: yes.");
    await product.threadOf(customer, (one) => one.heldBy === null && !one.needsAnswer);
  });

  it("shows a call that nobody picked up, and it waits", async () => {
    const { whatsapp } = product.standins;
    const customer = whatsapp.customer("Caller Cole");
    whatsapp.missedCall(customer.chat);
    const thread = await product.threadOf(customer, (one) => one.needsAnswer);
    const [call, ...more] = await product.owner.messages(thread.id);
    assert.deepEqual(
      [call?.attachments.map((one) => [one.kind, one.name]), more.length],
      [[["call", "Missed call"]], 0],
    );
  });
});

describe("somebody whose ids change", () => {
  it("has one thread, also where the change is told after they wrote again", async () => {
    const { whatsapp } = product.standins;
    const customer = whatsapp.customer("Changing Chan");
    customer.text("Where is my order?");
    const first = await product.threadOf(customer);
    const tell = whatsapp.changeUserId(customer.chat, false);
    customer.text("It is me, by another number.");
    await until("nobody can know that yet", async () => (await threadsOf("Changing Chan")).length === 2);
    tell();
    const open = async () => (await threadsOf("Changing Chan")).filter((one) => one.status === "open");
    await until("one is left", async () => (await open()).length === 1);
    customer.text("Did you get that?");
    await until("all of it is in one", async () => (await texts(first.id)).length === 3);
    assert.deepEqual(await texts(first.id), [
      "Where is my order?",
      "It is me, by another number.",
      "Did you get that?",
    ]);
    assert.deepEqual(
      (await open()).map((one) => [one.id, one.unread]),
      [[first.id, 3]],
    );
    await product.owner.reply(first.id, "We did.");
    await until("the answer goes where they are now", () => customer.received.some((one) => one.text === "We did."));
    // Its statuses name nobody that this thread had when it was written.
    await until("and is told to have arrived", async () =>
      (await product.owner.messages(first.id)).some((one) => one.text === "We did." && one.status === "delivered"),
    );
  });
});

describe("a business account's connection", () => {
  it("closes the composer while it is switched off, and opens it again", async () => {
    const { telegram } = product.standins;
    const customer = telegram.customer("Guest Gwen", { kind: "business" });
    customer.text("Are you open today?");
    const thread = await product.threadOf(customer);
    const window = async () =>
      (await product.owner.get<{ window: { type: string } }>(`/threads/${thread.id}`)).window.type;
    assert.equal(await window(), "open");
    telegram.setConnection({ enabled: false });
    await until("it is closed", async () => (await window()) === "switchedOff");
    const version = (await product.owner.thread(thread.id)).version;
    const reply = { replyId: "reply-while-off-1", text: "Yes.", expectedVersion: version };
    await product.owner.refused(409, "window_closed", "POST", `/threads/${thread.id}/replies`, reply);
    telegram.setConnection({ enabled: true });
    await until("it is open", async () => (await window()) === "open");
    await product.owner.reply(thread.id, "Yes, until six.");
    await until("it is on the phone", () => customer.received.some((one) => one.text === "Yes, until six."));
  });

  it("is another after the owner connected anew, and the chats stay the same", async () => {
    const { telegram } = product.standins;
    const customer = telegram.customer("Steady Stu", { kind: "business" });
    const threads = async () =>
      (await product.owner.threads("queue=all&platform=telegram"))
        .filter((one) => one.contact.name === "Steady Stu")
        .map((one) => one.id);
    const first = customer.text("Do you repair chairs?");
    const { id } = await product.threadOf(customer);
    telegram.connectAnew("bc_second")();
    customer.text("Old ones, that is.");
    await until("it is in the same thread", async () => (await texts(id)).length === 2);
    await product.owner.reply(id, "We do.");
    await until("the answer goes through the new connection", () =>
      customer.received.some((one) => one.text === "We do."),
    );
    customer.edit(first.id, "Do you repair stools?");
    await until("what was written before can be edited", async () =>
      (await texts(id)).includes("Do you repair stools?"),
    );
    // Whose the connection is, may be told after what comes through it.
    const tell = telegram.connectAnew("bc_third");
    customer.text("By Friday?");
    setTimeout(tell, 1000);
    await until("it waits for that, and is in the same thread", async () => (await texts(id)).includes("By Friday?"));
    assert.deepEqual(await threads(), [id]);
  });
});

describe("a report on a message of ours", () => {
  it("finds its thread by the message, whatever number it names", async () => {
    const { whatsapp } = product.standins;
    const customer = whatsapp.customer("Moved Moe");
    customer.text("Is it ready?");
    const thread = await product.threadOf(customer);
    const said = customer.nativeReply("It is.");
    // Before anybody can know the message, and again.
    for (const times of [1, 2]) {
      whatsapp.reportOf(said.id, "read", "15550009911");
      await until(`it is read, told for the ${times}th time`, async () =>
        (await product.owner.messages(thread.id)).some((one) => one.text === "It is." && one.status === "read"),
      );
    }
    assert.deepEqual(
      (await threadsOf("Moved Moe")).map((one) => one.id),
      [thread.id],
    );
  });
});
