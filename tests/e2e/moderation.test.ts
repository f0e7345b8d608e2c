/** What people have done to comments on their platform: by a person, and by nobody else. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { Session } from "../harness/session.ts";
import { timings } from "../harness/timings.ts";
import type { MessageItem, ThreadItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import type { WallComment } from "../standins/wall/model.ts";

let product: Product;
before(async () => {
  product = await startProduct({
    team: { Vera: "viewer", Mia: "agent" },
    connect: (platform) => platform === "facebook" || platform === "instagram",
    // A call without an answer is made again after 0.2, 0.8, 3.2 and 12.8 seconds.
    vars: { TIMINGS: JSON.stringify({ ...timings, moderation: { retryAfter: 200 } }) },
  });
});
after(() => product.stop());

const walls = ["facebook", "instagram"] as const;
type Action = "hide" | "unhide" | "delete" | "like" | "unlike";

for (const platform of walls) {
  describe(`comments of ${platform}`, () => {
    const wall = () => product.standins[platform].wall;
    const calls = (endpoint: string) => product.standins.requests(platform, endpoint).length;
    const threadOf = (name: string) =>
      until(`a thread of ${name}`, async () =>
        (await product.owner.threads("queue=all")).find(
          (one) => one.platform === platform && one.contact.name.toLowerCase().includes(name.toLowerCase()),
        ),
      );
    /** A comment under a post of its own, and its thread. */
    const commented = async (name: string) => {
      const comment = wall().comment(name, wall().post(`A post for ${name}`), "a rude word");
      const thread = await threadOf(name.split(" ")[0] ?? name);
      const message = async (at = 0): Promise<MessageItem> => {
        const found = (await product.owner.messages(thread.id))[at];
        assert.ok(found);
        return found;
      };
      const { id } = await message();
      const wanted = (action: Action, by = product.owner) => want(thread, id, action, by);
      return { comment, thread, message, wanted, there: () => product.standins.world.wall.comment(comment.id) };
    };
    const want = (thread: ThreadItem, message: string, action: Action, by = product.owner) =>
      by.post<MessageItem>(`/threads/${thread.id}/messages/${message}/moderation`, { action });
    const isHidden = (comment: WallComment) => product.standins.world.wall.comment(comment.id)?.hidden === true;

    it("a comment is hidden, shown again, and deleted with what stands below it", async () => {
      const { comment, thread, message, wanted, there } = await commented("Kim Lee");
      wall().reply("Ana Silva", comment, "same here");
      const below = await threadOf("Ana");
      const told = await wanted("hide");
      assert.deepEqual(
        told.moderation.map((one) => [one.action, one.state]),
        [["hide", "wanted"]],
      );
      await until("the wall hides it", () => isHidden(comment));
      await until(
        "the thread says so",
        async () => (await message()).hidden && (await message()).moderation.length === 0,
      );
      await wanted("unhide");
      await until("everybody sees it", () => !isHidden(comment));
      await until("the thread says so", async () => !(await message()).hidden);
      await wanted("delete");
      await until("it is gone", () => there()?.gone === true);
      await until("the thread says so", async () => (await message()).unsentAt !== null);
      assert.equal((await message()).text, null);
      await until("so does the thread below", async () => {
        const [reply] = await product.owner.messages(below.id);
        return reply?.unsentAt != null;
      });
      const history = await product.owner.audit(thread.id);
      const acts = history.filter((one) => one.action.startsWith("moderat"));
      assert.deepEqual(
        acts.map((one) => [one.action, one.detail.act, one.actor.type]),
        (["hide", "unhide", "delete"] as const).flatMap((act) => [
          ["moderationOrdered", act, "teammate"],
          ["moderated", act, "system"],
        ]),
      );
      assert.equal(history.filter((one) => one.action === "unsent").length, 0, "no customer took it back");
      assert.ok(!JSON.stringify(acts).includes("rude"), "no words");
      const path = `/threads/${thread.id}/messages/${told.id}/moderation`;
      await product.owner.refused(409, "comment_gone", "POST", path, { action: "hide" });
    });

    it("an answer of ours is deleted, and cannot be hidden", async () => {
      const { comment, thread, message } = await commented("Bo Berg");
      const reply = await product.owner.reply(thread.id, "12 €", { replyTo: (await message()).id });
      await until(
        "it is sent",
        async () => (await product.owner.replyState(thread.id, reply.replyId)).message.status === "sent",
      );
      const ours = await message(1);
      const path = `/threads/${thread.id}/messages/${ours.id}/moderation`;
      await product.owner.refused(422, "not_capable", "POST", path, { action: "hide" });
      await want(thread, ours.id, "delete");
      await until("it is gone", () => product.standins.world.wall.replies(comment).length === 0);
      await until("the thread says so", async () => (await message(1)).unsentAt !== null);
      assert.equal((await message()).unsentAt, null);
    });

    it("a call whose answer is lost is made again, and nobody has to look", async () => {
      const { comment, message, wanted } = await commented("Cleo Diaz");
      // Where the platform reports what was done, that settles it.
      product.standins.receipts.set(platform, "echo", "never");
      try {
        product.standins.faults.next(platform, "hide", [{ kind: "drop-after" }, { kind: "drop-before" }]);
        const before = calls("hide");
        await wanted("hide");
        await until("it is known to be hidden", async () => {
          const { hidden, moderation } = await message();
          return hidden && moderation.length === 0;
        });
        assert.ok(isHidden(comment));
        assert.equal(calls("hide") - before, 3);
      } finally {
        product.standins.receipts.reset();
      }
    });

    it("the opposite supersedes what waits", async () => {
      const { comment, message, wanted } = await commented("Dora Eng");
      product.standins.faults.next(platform, "hide", { kind: "slow", ms: 1500 });
      await wanted("hide");
      await until("the platform is being asked", async () => (await message()).moderation[0]?.state === "doing");
      const told = await wanted("unhide");
      assert.deepEqual(
        told.moderation.map((one) => one.action),
        ["unhide"],
      );
      await until("all is done", async () => (await message()).moderation.length === 0);
      assert.ok(!isHidden(comment) && !(await message()).hidden);
    });

    it("a platform that wants to be left alone is, and asked again then", async () => {
      const { comment, message, wanted } = await commented("Edda Falk");
      const slow = { code: 4, message: "(#4) Application request limit reached", type: "OAuthException" };
      product.standins.faults.next(platform, "hide", {
        kind: "status",
        status: 400,
        body: { error: slow },
        headers: { "retry-after": "1" },
      });
      await wanted("hide");
      await until("it waits", async () => (await message()).moderation[0]?.state === "wanted");
      await until("it is hidden", async () => (await message()).hidden);
      assert.ok(isHidden(comment));
    });

    it("a refusal is told in words, and can be tried again", async () => {
      const { thread, message, wanted } = await commented("Finn Gray");
      product.standins.faults.next(platform, "hide", { kind: "error", name: "no-permission" });
      await wanted("hide");
      const failed = await until("it is refused", async () =>
        (await message()).moderation.find((one) => one.state === "failed"),
      );
      assert.equal(failed.trouble?.code, "permission");
      assert.match(failed.trouble?.detail ?? "", /lacks the permission .*The platform's code: 200/);
      const entry = (await product.owner.audit(thread.id)).find((one) => one.action === "moderationFailed");
      assert.deepEqual([entry?.detail.act, entry?.detail.class], ["hide", "permission"]);
      const row = async () => (await product.owner.threads("queue=all")).find(({ id }) => id === thread.id);
      await until("its row says so", async () => (await row())?.moderationFailed);
      await wanted("hide");
      await until("it is hidden", async () => (await message()).hidden);
      await until("its row says so no more", async () => (await row())?.moderationFailed === false);
    });

    it("what is asked for five times in vain is left to a person", async () => {
      const { message, wanted } = await commented("Gil Hart");
      product.standins.faults.always(platform, "hide", { kind: "status", status: 502, body: "<html>" });
      try {
        await wanted("hide");
        const unknown = await until(
          "nobody knows",
          async () => (await message()).moderation.find((one) => one.state === "unknown"),
          30_000,
        );
        assert.match(unknown.trouble?.detail ?? "", /try again/i);
      } finally {
        product.standins.faults.clear(platform, "hide");
      }
      await wanted("unhide");
      await until("something else can be wanted", async () => (await message()).moderation.length === 0);
    });

    it("a token and a viewer are refused, and nothing happens", async () => {
      const { comment, thread, message } = await commented("Hal Ito");
      const made = await product.owner.post<{ secret: string }>("/tokens", { name: "Cleaner", role: "agent" });
      const path = `/api/v1/threads/${thread.id}/messages/${(await message()).id}/moderation`;
      const before = product.standins.requests(platform, "moderate").length;
      for (const action of ["hide", "delete", "like"]) {
        const asked = await new Session(product.url).ask<{ code: string; detail: string }>(
          "POST",
          path,
          { action },
          { authorization: `Bearer ${made.secret}` },
        );
        assert.equal(`${asked.status} ${asked.body.code}`, "403 not_for_programs");
        assert.match(asked.body.detail, /person who is signed in/);
        const viewer = product.team.person("Vera");
        await viewer.refused(403, "role_too_low", "POST", path.slice("/api/v1".length), { action });
      }
      await remains("nothing happens", () => !isHidden(comment), 800);
      assert.equal(product.standins.requests(platform, "moderate").length, before);
      assert.deepEqual((await message()).moderation, []);
    });
  });
}

describe("on Facebook", () => {
  it("the platform's report settles a call whose answer is lost", async () => {
    const { message, wanted } = await commented("Kai Lund");
    product.standins.faults.next("facebook", "hide", { kind: "drop-after" });
    const before = product.standins.requests("facebook", "hide").length;
    await wanted("hide");
    await until("it is known to be hidden", async () => {
      const now = await message();
      return now?.hidden === true && now.moderation.length === 0;
    });
    await remains(
      "and is not asked for again",
      () => product.standins.requests("facebook", "hide").length === before + 1,
      600,
    );
  });

  const wall = () => product.standins.facebook.wall;
  const commented = async (name: string) => {
    const comment = wall().comment(name, wall().post(`A post for ${name}`), "lovely");
    const thread = await until("a thread", async () =>
      (await product.owner.threads("queue=all")).find((one) => one.contact.name.includes(name.split(" ")[0] ?? name)),
    );
    const message = async () => (await product.owner.messages(thread.id))[0];
    const path = `/threads/${thread.id}/messages/${(await message())?.id}/moderation`;
    return { comment, thread, message, wanted: (action: Action) => product.owner.post(path, { action }) };
  };

  it("a comment is liked, and the like taken back", async () => {
    const { comment, message, wanted } = await commented("Ida Jung");
    await wanted("like");
    await until("the wall shows it", () => product.standins.world.wall.comment(comment.id)?.liked === true);
    await until("the thread too", async () => (await message())?.liked === true);
    await wanted("unlike");
    await until("it is taken back", () => product.standins.world.wall.comment(comment.id)?.liked === false);
    await until("the thread says so", async () => (await message())?.liked === false);
  });

  it("another admin's word wins over ours", async () => {
    const { comment, message, wanted } = await commented("Jan Kern");
    await wanted("hide");
    await until("it is hidden", async () => (await message())?.hidden === true);
    await new Promise((done) => setTimeout(done, 1100));
    wall().hide(comment, false);
    await until("it is shown again", async () => (await message())?.hidden === false);
    await wanted("hide");
    await until("a teammate may hide it once more", async () => (await message())?.hidden === true);
  });

  it("a comment may be answered while it is hidden", async () => {
    const { comment, thread, message, wanted } = await commented("Lea Moll");
    await wanted("hide");
    await until("it is hidden", async () => (await message())?.hidden === true);
    await product.owner.reply(thread.id, "We saw this.");
    await until("it is answered", () => product.standins.world.wall.replies(comment).length === 1);
  });
});

describe("on Instagram", () => {
  it("nothing is liked, and what is hidden is not answered until it is shown", async () => {
    const wall = product.standins.instagram.wall;
    const comment = wall.comment("Mona Nord", wall.post("Mittens"), "lovely");
    const thread = await until("a thread", async () =>
      (await product.owner.threads("queue=all")).find((one) => one.contact.name.toLowerCase().includes("mona")),
    );
    const message = async () => (await product.owner.messages(thread.id))[0];
    const path = `/threads/${thread.id}/messages/${(await message())?.id}/moderation`;
    await product.owner.refused(422, "not_capable", "POST", path, { action: "like" });
    await product.owner.post(path, { action: "hide" });
    await until("it is hidden", async () => (await message())?.hidden === true);
    const { version } = await product.owner.thread(thread.id);
    const body = { replyId: `rpl_${"0".repeat(31)}1`, text: "Thanks!", expectedVersion: version };
    const problem = await product.owner.refused(409, "comment_hidden", "POST", `/threads/${thread.id}/replies`, body);
    assert.match(problem.detail, /Show it to others first/);
    await product.owner.post(path, { action: "unhide" });
    await until("it is shown", async () => (await message())?.hidden === false);
    await product.owner.reply(thread.id, "Thanks!");
    await until("it is answered", () => product.standins.world.wall.replies(comment).length === 1);
  });
});
