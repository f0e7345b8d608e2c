/** Private replies: a comment is answered in the messages with whoever wrote it, once, by a person. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { newReplyId } from "../harness/session.ts";
import { timings } from "../harness/timings.ts";
import type { MessageItem, ReplyItem, ThreadItem } from "../harness/types.ts";
import { until } from "../harness/until.ts";

const DAY = 24 * 3_600_000;

let product: Product;
before(async () => {
  product = await startProduct({
    connect: (platform) => platform === "facebook" || platform === "instagram",
    team: { Nora: "agent" },
    vars: { TIMINGS: JSON.stringify({ ...timings }) },
  });
});
after(() => product.stop());

for (const platform of ["facebook", "instagram"] as const) {
  describe(`private replies on ${platform}`, () => {
    const stand = () => product.standins[platform];
    const wall = () => stand().wall;
    const nora = () => product.team.person("Nora");
    const all = async () => (await product.owner.threads("queue=all")).filter((one) => one.platform === platform);
    const threadOf = (name: string, surface: "comments" | "messages") =>
      until(`the ${surface} of ${name}`, async () =>
        (await all()).find(
          (one) =>
            one.surface === surface && one.contact.name.toLowerCase().includes(name.split(" ")[0]!.toLowerCase()),
        ),
      );
    const phone = (name: string) => stand().customer(name).received;

    /** Somebody comments, and the thread of it. */
    const asked = async (name: string, more: { at?: number } = {}) => {
      const post = wall().post(`A post for ${name}`);
      const comment = wall().comment(name, post, "price?", more);
      return { comment, thread: await threadOf(name, "comments") };
    };
    const privately = async (thread: ThreadItem, text: string, session = product.owner): Promise<ReplyItem> =>
      session.reply(thread.id, text, { visibility: "private" });
    const refused = async (thread: ThreadItem, code: string, status = 409, more: Record<string, unknown> = {}) => {
      const { version } = await nora().thread(thread.id);
      const body = { replyId: newReplyId(), text: "Here", visibility: "private", expectedVersion: version, ...more };
      return nora().refused(status, code, "POST", `/threads/${thread.id}/replies`, body);
    };
    const is = (status: string, reply: ReplyItem) =>
      until(`it is ${status}`, async () => {
        const state = await product.owner.replyState(reply.threadId, reply.replyId);
        const found = state.status === "delivered" ? "sent" : state.status;
        return found === status && state;
      });
    const only = async (thread: string): Promise<MessageItem> => {
      const [message, ...others] = await product.owner.messages(thread);
      assert.ok(message);
      assert.deepEqual(others, []);
      return message;
    };

    it("reaches the phone of whoever commented, and both threads lead to each other", async () => {
      const { thread } = await asked("Mia Nord");
      const reply = await privately(thread, "Your size is kept for you.");
      await is("sent", reply);
      assert.deepEqual(
        phone("Mia Nord").map((one) => one.text),
        ["Your size is kept for you."],
      );
      assert.notEqual(reply.threadId, thread.id);
      const answered = await until("the comment is answered", async () => {
        const message = await only(thread.id);
        return message.privateReply && message;
      });
      assert.equal(answered.privateReply?.threadId, reply.threadId);
      assert.equal(answered.privateReply.name, "Robin");
      const message = await only(reply.threadId);
      assert.deepEqual(message.fromComment, { threadId: thread.id, messageId: answered.id });
      assert.equal(message.author.name, "Robin");
      await until("nobody waits", async () => !(await product.owner.thread(thread.id)).needsAnswer);
      const entry = (await product.owner.audit(thread.id)).find((one) => one.action === "answeredPrivately");
      assert.equal(entry?.actor.name, "Robin");
      assert.ok(!JSON.stringify(entry).includes("Your size"), "never the words");
      // A comment opens no window in the messages; what the person answers there does.
      const there = await product.owner.thread(reply.threadId);
      assert.equal(there.contact.id, (await product.owner.thread(thread.id)).contact.id, "the same person");
      assert.equal(there.window.type, "closed");
      stand().customer("Mia Nord").text("Thank you!");
      const window = async () => (await product.owner.thread(reply.threadId)).window.type;
      await until("the window is open", async () => (await window()) === "open");
      await product.standins.idle();
      assert.equal((await product.owner.messages(reply.threadId)).length, 2, "its echo is no message of its own");
      // Once for each comment, and the same request is the same reply.
      await refused(thread, "answered_privately");
      assert.equal(phone("Mia Nord").length, 1);
    });

    it("the same request again is the same reply", async () => {
      const { thread } = await asked("Olga Pohl");
      const { version } = await product.owner.thread(thread.id);
      const body = { replyId: newReplyId(), text: "Twelve", visibility: "private", expectedVersion: version };
      const [first, second] = await Promise.all(
        [0, 1].map(() => product.owner.post<ReplyItem>(`/threads/${thread.id}/replies`, body)),
      );
      await is("sent", first as ReplyItem);
      assert.equal(
        (await product.owner.post<ReplyItem>(`/threads/${thread.id}/replies`, body)).threadId,
        second?.threadId,
      );
      assert.equal((await product.owner.replyState(thread.id, body.replyId)).threadId, second?.threadId);
      assert.equal(phone("Olga Pohl").length, 1);
    });

    it("of two teammates in the same second one sends, and the other is told who did", async () => {
      const { thread } = await asked("Quinn Rot");
      const { version } = await product.owner.thread(thread.id);
      const answers = await Promise.all(
        [product.owner, nora()].map((session) =>
          session.ask<{ code?: string; detail?: string }>("POST", `/api/v1/threads/${thread.id}/replies`, {
            replyId: newReplyId(),
            text: "Me first",
            visibility: "private",
            expectedVersion: version,
          }),
        ),
      );
      assert.deepEqual(answers.map((one) => one.status).sort(), [202, 409]);
      const lost = answers.find((one) => one.status === 409);
      assert.equal(lost?.body.code, "answered_privately");
      assert.match(lost.body.detail ?? "", /^(Robin|Nora) answers this comment privately already/);
      await until("it is there", () => phone("Quinn Rot").length === 1);
    });

    it("whose answer is lost stays in doubt, keeps its comment, and is settled by its echo", async () => {
      const { thread } = await asked("Sara Toll");
      product.standins.receipts.set(platform, "echo", "late");
      product.standins.faults.next(platform, "private", { kind: "drop-after" });
      try {
        const reply = await privately(thread, "Kept for you.");
        await is("uncertain", reply);
        await refused(thread, "answered_privately");
        await is("sent", reply);
        await until("the comment is answered", async () => (await only(thread.id)).privateReply);
        assert.equal(phone("Sara Toll").length, 1, "nothing is sent again");
        assert.equal((await product.owner.messages(reply.threadId)).length, 1);
      } finally {
        product.standins.receipts.reset();
      }
    });

    it("that was refused leaves the comment to others, and says why", async () => {
      const { thread } = await asked("Uwe Vogt");
      const reasons = {
        "private-replied": [/answered privately already/, "10900"],
        "private-expired": [/time for a private reply is over/, "10901"],
        "private-impossible": [/cannot be answered privately/, "10902"],
        "private-refused": [/takes no private reply/, "10903"],
      } as const;
      for (const [name, [words, code]] of Object.entries(reasons)) {
        product.standins.faults.next(platform, "private", { kind: "error", name });
        const failed = await is("failed", await privately(thread, `After ${name}`));
        assert.match(failed.message.trouble?.detail ?? "", words);
        assert.ok(failed.message.trouble?.detail.includes(code));
      }
      const reply = await until("it is free", () => privately(thread, "At last", nora()));
      await is("sent", reply);
      // What was refused before can no longer be sent again: the comment has its answer.
      const [first] = (await product.owner.messages(reply.threadId)).filter((one) => one.status === "failed");
      assert.ok(first?.replyId);
      const again = { outcome: "sendAgain", attempts: 1 };
      const path = `/threads/${reply.threadId}/replies/${first.replyId}/resolve`;
      await product.owner.refused(409, "answered_privately", "POST", path, again);
      assert.deepEqual(
        phone("Uwe Vogt").map((one) => one.text),
        ["At last"],
      );
    });

    it("is refused where it cannot be: too old, deleted, with files, in messages", async () => {
      const { thread } = await asked("Wanda Xu", { at: Date.now() - 7 * DAY - 60_000 });
      if (platform === "facebook") {
        const late = await refused(thread, "window_closed");
        assert.match(late.detail ?? "", /older than seven days/);
      } else {
        // Instagram does not tell when a comment was written, only when it told of it.
        const failed = await is("failed", await privately(thread, "Too late"));
        assert.equal(failed.message.trouble?.code, "window_closed");
      }
      stand().customer("Yara Zorn").text("hello?");
      await refused(await threadOf("Yara", "messages"), "not_capable", 422);
      const { thread: young } = await asked("Abel Bach");
      await refused(young, "reply_empty", 422, { text: " " });
      await refused(young, "reply_too_long", 422, { text: "a".repeat(2001) });
      await refused(young, "quote_unknown", 422, { replyTo: `msg_${"0".repeat(32)}` });
      assert.equal(phone("Wanda Xu").length + phone("Abel Bach").length, 0);
    });
  });
}

it("nobody can be written to whom the platform does not name", async () => {
  const wall = product.standins.facebook.wall;
  wall.settings.from = "none";
  try {
    wall.comment("Nobody Atall", wall.post("Belts"), "who am I?");
    const thread = await until("a thread", async () =>
      (await product.owner.threads("queue=all")).find((one) => one.preview.includes("who am I?")),
    );
    assert.match((await product.owner.thread(thread.id)).privateReplies?.refused ?? "", /does not say who wrote/);
    const body = { replyId: newReplyId(), text: "Here", visibility: "private", expectedVersion: thread.version };
    await product.owner.refused(409, "contact_blocked", "POST", `/threads/${thread.id}/replies`, body);
  } finally {
    wall.settings.from = "full";
  }
});
