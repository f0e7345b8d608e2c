/**
 * A reply in doubt that a person has settled, and whose first try turns out to have been accepted: it is said, and
 * nothing is sent by itself.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertChained } from "../harness/audit.ts";
import { at, doors, type Door } from "../harness/doors.ts";
import { startProduct, type Product } from "../harness/product.ts";
import { remains, until } from "../harness/until.ts";

let product: Product;
before(async () => {
  product = await startProduct({ team: { Mia: "agent" }, rules: (text) => text.replace("cap = 40\n", "cap = 4000\n") });
  // Else no echo of Instagram's names the reply.
  product.standins.instagram.echoMetadata = true;
});
after(() => product?.stop());

const WORDS = "It leaves today.";
const outgoing = async (thread: string) =>
  (await product.owner.messages(thread)).filter((one) => one.direction === "outgoing");
const told = async (thread: string, action: string) =>
  (await product.owner.audit(thread)).filter((one) => one.action === action);

/** A reply that the platform took, whose answer was lost on the way back, and all of whose webhooks are held back. */
const inDoubt = async (door: Door, name: string) => {
  const customer = at(product.standins, door, `${name} ${door.name}`);
  customer.text("Where is my order?");
  const thread = await product.threadOf(customer, (one) => one.topic !== null && one.owner.type !== "unassigned");
  const before = product.sends(door.platform);
  product.standins.delivery.hold(door.platform);
  product.standins.faults.next(door.platform, "send", { kind: "drop-after" });
  const { replyId } = await product.owner.reply(thread.id, WORDS);
  const state = () => product.owner.replyState(thread.id, replyId);
  const doubt = await until("it is in doubt", async () => {
    const now = await state();
    return now.status === "uncertain" && now;
  });
  const settle = (outcome: string) =>
    product.owner.post(`/threads/${thread.id}/replies/${replyId}/resolve`, {
      outcome,
      attempts: doubt.message.trouble?.attempts,
    });
  const sends = () => product.sends(door.platform) - before;
  /** The platform's webhooks come, each of them twice. */
  const told = async () => {
    product.standins.delivery.release(door.platform, { times: 2 });
    await product.standins.idle();
  };
  return { customer, thread, replyId, state, settle, sends, told };
};

for (const door of doors.filter(({ name }) => ["facebook", "whatsapp", "instagram"].includes(name))) {
  describe(`at ${door.name}, a reply whose first try had arrived`, () => {
    it("and that was sent again is shown twice, and said to have gone out twice", async () => {
      const { customer, thread, replyId, state, settle, sends, told: heard } = await inDoubt(door, "Twice");
      await settle("sendAgain");
      await until("it is sent", async () => (await state()).status === "sent");
      assert.deepEqual([sends(), customer.received.length, (await outgoing(thread.id)).length], [2, 2, 1]);
      assert.deepEqual(await told(thread.id, "sentTwice"), [], "nobody knows of it yet");
      await heard();
      await until("both are shown", async () => (await outgoing(thread.id)).length === 2);
      const shown = await outgoing(thread.id);
      assert.deepEqual(
        shown.map((one) => [one.text, one.replyId, one.author.name]),
        Array(2).fill([WORDS, replyId, "Robin"]),
      );
      assert.equal(new Set(shown.map((one) => one.id)).size, 2);
      const [said, ...more] = await told(thread.id, "sentTwice");
      assert.deepEqual([said?.actor.type, said?.detail, more.length], ["system", { reply: replyId }, 0]);
      await remains(
        "nothing is sent by itself, and nothing said again",
        async () => sends() === 2 && (await told(thread.id, "sentTwice")).length === 1,
        1000,
      );
      assert.equal((await product.threadOf(customer)).trouble, false);
    });

    it("and that was let be is shown once, and said to have arrived after all", async () => {
      const { customer, thread, replyId, state, settle, sends, told: heard } = await inDoubt(door, "Let Be");
      await settle("discard");
      assert.deepEqual([(await state()).status, (await outgoing(thread.id)).length], ["cancelled", 0]);
      assert.equal((await product.owner.thread(thread.id)).needsAnswer, true);
      await heard();
      await until("it is shown", async () => (await outgoing(thread.id)).length === 1);
      const [shown] = await outgoing(thread.id);
      assert.deepEqual([shown?.text, shown?.replyId, shown?.author.name], [WORDS, replyId, "Robin"]);
      assert.ok(["sent", "delivered"].includes((await state()).status));
      const after = await told(thread.id, "arrivedAfterAll");
      assert.deepEqual(
        after.map(({ actor, detail }) => [actor.type, detail]),
        [["system", { reply: replyId, was: "discarded" }]],
      );
      await until("the question is answered", async () => !(await product.owner.thread(thread.id)).needsAnswer);
      await remains(
        "nothing is sent by itself, and nothing said again",
        async () => sends() === 1 && (await told(thread.id, "arrivedAfterAll")).length === 1,
        1000,
      );
      assert.deepEqual([customer.received.length, (await told(thread.id, "sentTwice")).length], [1, 0]);
      await until(
        "the index has the history",
        async () =>
          (await product.count("audit", `thread = '${thread.id}'`)) >= (await product.owner.audit(thread.id)).length,
      );
      await assertChained(product, thread.id, await product.owner.audit(thread.id));
    });

    it("and that a person saw arrive stays one message", async () => {
      const { customer, thread, replyId, state, settle, sends, told: heard } = await inDoubt(door, "Seen");
      await settle("arrived");
      assert.equal((await state()).status, "sent");
      const shown = async () => (await outgoing(thread.id)).map((one) => [one.text, one.replyId]);
      assert.deepEqual(await shown(), [[WORDS, replyId]], "it is shown before any platform names it");
      await heard();
      await until(
        "the platform has named it",
        async () => (await product.count("search", `direction = 'outgoing' AND thread = '${thread.id}'`)) === 1,
      );
      assert.deepEqual(await shown(), [[WORDS, replyId]]);
      const surprises = await Promise.all(["arrivedAfterAll", "sentTwice"].map((action) => told(thread.id, action)));
      assert.deepEqual([sends(), customer.received.length, ...surprises.map((one) => one.length)], [1, 1, 0, 0]);
    });
  });
}
