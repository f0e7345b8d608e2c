/** What people write under posts: a thread each, beside the direct messages, answered in public by a person. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { startProduct, type Product } from "../harness/product.ts";
import { timings } from "../harness/timings.ts";
import type { ThreadItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";

let product: Product;
before(async () => {
  product = await startProduct({
    connect: (platform) => platform === "facebook" || platform === "instagram",
    // A reply in doubt is looked for after 0.1, 0.7 and 4.3 seconds.
    vars: { TIMINGS: JSON.stringify({ ...timings, reply: { checkAfter: 100 } }) },
  });
});
after(() => product.stop());

const walls = ["facebook", "instagram"] as const;

for (const platform of walls) {
  describe(`under posts of ${platform}`, () => {
    const wall = () => product.standins[platform].wall;
    const threads = async () =>
      (await product.owner.threads("queue=all")).filter(
        (one) => one.platform === platform && one.surface === "comments",
      );
    const threadOf = (name: string, good: (thread: ThreadItem) => boolean = () => true) =>
      until(`a thread of ${name}`, async () =>
        (await threads()).find((one) => one.contact.name.toLowerCase().includes(name.toLowerCase()) && good(one)),
      );
    const shown = async (thread: string) =>
      (await product.owner.messages(thread)).map((one) => `${one.direction} ${one.text ?? "(nothing)"}`);

    it("everybody who comments has a thread of their own under each post", async () => {
      const [one, other] = [wall().post("Boots are back"), wall().post("Coats are back")];
      const first = wall().comment("Kim Lee", one, "price?");
      wall().comment("Ana Silva", one, "size?");
      wall().reply("Kim Lee", first, "hello?");
      wall().comment("Kim Lee", other, "and these?");
      const expected = ["incoming and these?", "incoming price?, incoming hello?", "incoming size?"];
      await until("three threads with what was said in each", async () => {
        const texts = await Promise.all((await threads()).map((one) => shown(one.id)));
        return isDeepStrictEqual(texts.map((one) => one.join(", ")).sort(), expected);
      });
    });

    it("an answer stands under the comment it answers, once, and its echo is no second message", async () => {
      const post = wall().post("Hats");
      const comment = wall().comment("Bo Berg", post, "price?");
      const thread = await threadOf("Bo");
      const [message] = await product.owner.messages(thread.id);
      const reply = await product.owner.reply(thread.id, "12 €", { replyTo: message?.id });
      await until(
        "it is sent",
        async () => (await product.owner.replyState(thread.id, reply.replyId)).message.status === "sent",
      );
      await product.standins.idle();
      const under = product.standins.world.wall.replies(comment);
      assert.deepEqual(
        under.map((one) => [one.from, one.text]),
        [["team", "12 €"]],
      );
      await threadOf("Bo", (one) => !one.needsAnswer);
      assert.deepEqual(await shown(thread.id), ["incoming price?", "outgoing 12 €"]);
    });

    it("an answer whose echo comes before the platform's answer is in the thread it was written in", async () => {
      const post = wall().post("Socks");
      const top = wall().comment("Hale Iver", post, "price?");
      wall().reply("Ida Jung", top, "and in blue?");
      const [others, thread] = [await threadOf("Hale"), await threadOf("Ida")];
      product.standins.receipts.set(platform, "echo", "early");
      product.standins.faults.next(platform, "reply", { kind: "slow", ms: 2000 });
      try {
        const reply = await product.owner.reply(thread.id, "In blue as well.");
        const status = async () => (await product.owner.replyState(thread.id, reply.replyId)).message.status;
        await until("it is sent", async () => (await status()) === "sent");
      } finally {
        product.standins.receipts.reset();
      }
      await product.standins.idle();
      assert.deepEqual(await shown(thread.id), ["incoming and in blue?", "outgoing In blue as well."]);
      assert.deepEqual(await shown(others.id), ["incoming price?"]);
      await threadOf("Ida", (one) => !one.needsAnswer);
      for (const one of [thread, others]) {
        const done = (await product.owner.audit(one.id)).map((entry) => entry.action);
        assert.ok(!done.includes("answeredElsewhere"), `${one.contact.name}: ${done.join(" ")}`);
      }
    });

    describe("when the answer to a public answer is lost", () => {
      before(() => product.standins.receipts.set(platform, "echo", "never"));
      after(() => product.standins.receipts.reset());
      const answered = async (name: string, words: string, kind: "drop-before" | "drop-after") => {
        const comment = wall().comment(name, wall().post(`A post for ${name}`), "price?");
        const thread = await threadOf(name.split(" ")[0] ?? name);
        product.standins.faults.next(platform, "reply", { kind });
        const reply = await product.owner.reply(thread.id, words);
        const status = async () => (await product.owner.replyState(thread.id, reply.replyId)).message.status;
        return { comment, thread, status, there: () => product.standins.world.wall.replies(comment).length };
      };

      it("it is looked for, found under the comment, and not sent again", async () => {
        const { thread, status, there } = await answered("Edda Falk", "12 €", "drop-after");
        await until("it is found", async () => (await status()) === "sent");
        assert.equal(there(), 1);
        assert.deepEqual(await shown(thread.id), ["incoming price?", "outgoing 12 €"]);
      });

      it("of two in the same words in one branch neither is taken for the other", async () => {
        const { comment, thread, status, there } = await answered("Jan Kohl", "14 €", "drop-before");
        wall().reply("Kira Lind", comment, "and for me?");
        const other = await threadOf("Kira");
        product.standins.faults.next(platform, "reply", { kind: "drop-after" });
        const { replyId } = await product.owner.reply(other.id, "14 €");
        const kira = async () => (await product.owner.replyState(other.id, replyId)).message;
        await until("one of them is there", () => there() === 2);
        await until("both are in doubt", async () => (await kira()).status === "uncertain");
        await remains("neither is settled", async () => (await status()) === "uncertain", 4500);
        assert.equal((await kira()).status, "uncertain");
        assert.deepEqual(await shown(thread.id), ["incoming price?", "outgoing 14 €"]);
        assert.equal(there(), 2, "nothing is sent again");
      });

      it("another's answer in the same words is not taken for it", async () => {
        const { comment, status, there } = await answered("Finn Gray", "13 €", "drop-before");
        const other = wall().reply("Gil Hart", comment, "and for me?");
        const thread = await threadOf("Gil");
        await product.owner.reply(thread.id, "13 €");
        await until("the other is there", () => there() === 2);
        assert.ok(other);
        // Three looks later a person is still told that nobody knows.
        await remains("it is in doubt", async () => (await status()) === "uncertain", 4500);
        assert.equal(there(), 2, "nothing is sent again");
      });
    });

    it("what the account itself writes in the platform's own app counts as an answer", async () => {
      const comment = wall().comment("Cleo Diaz", wall().post("Gloves"), "in red?");
      const thread = await threadOf("Cleo", (one) => one.needsAnswer);
      wall().native(comment, "Yes, in red as well.");
      await threadOf("Cleo", (one) => !one.needsAnswer);
      assert.deepEqual(await shown(thread.id), ["incoming in red?", "outgoing Yes, in red as well."]);
    });
  });
}

describe("what Facebook tells of a comment later", () => {
  it("edits, hides and deletions reach its thread", async () => {
    const wall = product.standins.facebook.wall;
    const comment = wall.comment("Dora Eng", wall.post("Scarves"), "bad wrods");
    const thread = await until("a thread", async () =>
      (await product.owner.threads("queue=all")).find((one) => one.contact.name.includes("Dora")),
    );
    const message = async () => (await product.owner.messages(thread.id))[0];
    wall.edit(comment, "bad words");
    await until("the edit", async () => (await message())?.text === "bad words");
    wall.hide(comment);
    await until("the hide", async () => (await message())?.hidden === true);
    wall.hide(comment, false);
    await until("it is shown again", async () => (await message())?.hidden === false);
    wall.remove(comment, "admin");
    await until("it is gone", async () => (await message())?.unsentAt !== null);
  });

  it("whoever is not named has one thread for each branch", async () => {
    const wall = product.standins.facebook.wall;
    wall.settings.from = "none";
    try {
      const post = wall.post("Belts");
      const top = wall.comment("Nobody Atall", post, "who am I?");
      wall.reply("Nobody Atall", top, "still me?");
      const thread = await until("a thread", async () =>
        (await product.owner.threads("queue=all")).find((one) => one.preview.includes("still me?")),
      );
      assert.equal(thread.contact.name, "Somebody");
      assert.equal((await product.owner.messages(thread.id)).length, 2);
    } finally {
      wall.settings.from = "full";
    }
  });
});
