/** What stands around a public conversation: the post, looked at off the way of its comments, and what others wrote. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { timings } from "../harness/timings.ts";
import type { Context } from "../harness/types.ts";
import { until } from "../harness/until.ts";

let product: Product;
before(async () => {
  product = await startProduct({
    connect: (platform) => platform === "facebook" || platform === "instagram",
    vars: { TIMINGS: JSON.stringify({ ...timings, jobs: { ...timings.jobs, mediaRetryAfter: 1000 } }) },
  });
});
after(() => product.stop());

for (const platform of ["facebook", "instagram"] as const) {
  describe(`around comments of ${platform}`, () => {
    const wall = () => product.standins[platform].wall;
    const threadOf = (name: string) =>
      until(`a thread of ${name}`, async () =>
        (await product.owner.threads("queue=all&surface=comments")).find(
          (one) => one.platform === platform && one.contact.name.toLowerCase().includes(name.toLowerCase()),
        ),
      );
    const context = (thread: string) => product.owner.get<Context>(`/threads/${thread}/context`);
    const looked = (thread: string, good: (post: NonNullable<Context["post"]>) => boolean = () => true) =>
      until("the post was looked at", async () => {
        const { post } = await context(thread);
        return post?.readAt != null && good(post) ? post : undefined;
      });

    it("a post is shown with its words, our copy of its picture, and whether comments are open", async () => {
      const post = wall().post("Boots are back", { picture: "boots" });
      wall().comment("Kim Lee", post, "price?");
      const { id } = await threadOf("Kim");
      const shown = await looked(id);
      assert.deepEqual(
        [shown.text, shown.closed, shown.deleted, shown.mention, shown.ad ?? null],
        ["Boots are back", false, false, false, null],
      );
      assert.match(shown.permalink ?? "", /^https:\/\/www\./);
      assert.ok(shown.author && shown.publishedAt);
      const picture = await product.owner.ask("GET", shown.picture ?? "");
      assert.deepEqual([picture.status, picture.headers.get("content-type")?.split("/")[0]], [200, "image"]);
    });

    it("one whose comments are switched off, and an ad, say so", async () => {
      const post = wall().post("Lamps", { ad: { title: "Autumn lamps" } });
      wall().comment("Adda Ams", post, "price?");
      wall().close(post, true);
      const shown = await looked((await threadOf("Adda")).id);
      assert.ok(shown.ad, "it is known to be an ad");
      assert.equal(shown.closed, true);
    });

    it("a post is asked for once, however many comments come in", async () => {
      const post = wall().post("Scarves");
      const before = product.standins.world.requests.length;
      for (const name of ["Uma", "Ulf", "Una", "Udo", "Ute"]) wall().comment(`${name} Lind`, post, "price?");
      const { id } = await threadOf("Ute");
      await looked(id);
      await product.standins.idle();
      for (let n = 0; n < 3; n += 1) await context(id);
      const reads = product.standins.world.requests
        .slice(before)
        .filter((one) => one.endpoint === "post" && one.path.includes(post.id));
      assert.equal(reads.length, 1, JSON.stringify(reads));
    });

    it("what cannot be read now is read later, and the thread is there meanwhile", async () => {
      product.standins.faults.next(platform, "post", { kind: "status", status: 500 });
      wall().comment("Noa Blum", wall().post("Rugs"), "size?");
      const { id } = await threadOf("Noa");
      const { post } = await context(id);
      assert.deepEqual([post?.text ?? null, post?.readAt ?? null], [null, null]);
      assert.equal((await looked(id)).text, "Rugs");
    });

    it("others' comments of the branch stand beside the conversation, with the way to their threads", async () => {
      const post = wall().post("Hats");
      const top = wall().comment("Bo Berg", post, "price?");
      wall().reply("Ira Cole", top, "me too");
      wall().comment("Ola Dahl", post, "elsewhere");
      const [bo, ira] = [await threadOf("Bo"), await threadOf("Ira")];
      await threadOf("Ola");
      const beside = async (thread: string) =>
        (await context(thread)).comments.map((one) => [one.text, one.thread, one.ours]);
      assert.deepEqual(await beside(bo.id), [["me too", ira.id, false]]);
      assert.deepEqual(await beside(ira.id), [["price?", bo.id, false]]);
      wall().native(top, "12 euros");
      await until("our answer to Bo stands beside Ira's", async () => (await beside(ira.id)).length === 2);
      assert.deepEqual(await beside(ira.id), [
        ["price?", bo.id, false],
        ["12 euros", bo.id, true],
      ]);
      assert.deepEqual(await beside(bo.id), [["me too", ira.id, false]]);
    });
  });
}

for (const [platform, first] of [
  ["facebook", "message"],
  ["instagram", "comment"],
] as const) {
  it(`a message and a comment of one person on ${platform} are shown beside each other, the ${first} first`, async () => {
    const { wall } = product.standins[platform];
    const threadOf = (surface: string) =>
      until(`the thread of ${surface}`, async () =>
        (await product.owner.threads(`queue=all&surface=${surface}&platform=${platform}`)).find(({ contact }) =>
          /ines/i.test(contact.name),
        ),
      );
    const write = {
      message: () => void product.standins[platform].customer("Ines Roth").text("Good morning"),
      comment: () => void wall.comment("Ines Roth", wall.post("Plates"), "price?"),
    };
    write[first]();
    await threadOf(`${first}s`);
    await product.standins.idle();
    write[first === "message" ? "comment" : "message"]();
    const [message, comment] = [await threadOf("messages"), await threadOf("comments")];
    assert.equal(message.contact.id, comment.contact.id, "it is one contact");
    for (const [one, other] of [
      [message, comment],
      [comment, message],
    ] as const)
      await until("it is suggested", async () =>
        (await product.owner.thread(one.id)).suggested.some((id) => id === other.id),
      );
  });
}

it("what different people write under one post in the same words is not one question", async () => {
  const post = product.standins.facebook.wall.post("Bowls");
  for (const name of ["Otto Ahl", "Orla Byrne"])
    product.standins.facebook.wall.comment(name, post, "How much is the blue one, please?");
  const threads = await until("two threads", async () => {
    const all = await product.owner.threads("queue=all&surface=comments&platform=facebook");
    const two = all.filter(({ contact, topic }) => /Otto|Orla/.test(contact.name) && topic != null);
    return two.length === 2 && two;
  });
  for (const { id } of threads) {
    const { linked, suggested } = await product.owner.thread(id);
    assert.deepEqual([linked, suggested], [[], []]);
  }
});

it("a conversation in private has no post", async () => {
  product.standins.facebook.customer("Pia").text("hello");
  const thread = await until("the thread", async () =>
    (await product.owner.threads("queue=all&surface=messages")).find(({ contact }) => contact.name === "Pia"),
  );
  assert.deepEqual(await product.owner.get(`/threads/${thread.id}/context`), { post: null, comments: [] });
});

it("reports tell comments from messages", async () => {
  type Report = { columns: { key: string }[]; total: number[] };
  const counted = async (surface: string) => {
    const { columns, total } = await product.owner.get<Report>(`/insights?report=volume&surface=${surface}`);
    return total[columns.findIndex(({ key }) => key === "in")] ?? 0;
  };
  const threads = await product.owner.threads("queue=all&surface=comments");
  const said = await Promise.all(threads.map(({ id }) => product.owner.messages(id)));
  const incoming = said.flat().filter(({ direction }) => direction === "incoming").length;
  await until("they are counted", async () => (await counted("comments")) === incoming);
  assert.equal(await counted("messages"), 3);
});
