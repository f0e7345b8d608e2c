/** What a person has done to many held comments at once: each once, as fast as the platform lets the account. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { Session } from "../harness/session.ts";
import { timings } from "../harness/timings.ts";
import type { PostComment, PostItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import type { WallComment } from "../standins/wall/model.ts";

const none = (text: string): string => `${text}\n[channels.facebook.comments]\nthreads_per_hour = 0\n`;

type Bulk = { changed: number; more: boolean; post: PostItem };

describe("many held comments", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({
      team: { Vera: "viewer", Mia: "agent" },
      connect: (platform) => platform === "facebook",
      rules: none,
      vars: { TIMINGS: JSON.stringify({ ...timings, moderation: { retryAfter: 200 } }) },
    });
  });
  after(() => product?.stop());

  /** A post with so many held comments. */
  const flooded = async (count: number) => {
    const wall = product.standins.facebook.wall;
    const post = wall.post(`A post with ${count}`);
    const known = new Set((await product.owner.posts()).map(({ id }) => id));
    const written = Array.from({ length: count }, (_, n) => wall.comment(`Person Number${n}`, post, `nice ${n}`));
    const item = await until("all are held", async () => {
      const row = (await product.owner.posts()).find(({ id }) => !known.has(id));
      const now = row && (await product.owner.get<PostItem>(`/posts/${row.id}`));
      return now?.counts.held === count && now;
    });
    const path = `/posts/${item.id}/comments`;
    const there = (good: (comment: WallComment) => boolean) =>
      written.filter(({ id }) => {
        const comment = product.standins.world.wall.comment(id);
        return comment !== undefined && good(comment);
      }).length;
    const now = () => product.owner.get<PostItem>(`/posts/${item.id}`);
    return {
      item,
      path,
      written,
      there,
      now,
      settled: () => until("nothing waits", async () => (await now()).moderation.waiting === 0 && now(), 30_000),
      comments: () => product.owner.all<PostComment>(`${path}?place=held&limit=100`),
      want: (body: object, by: Session = product.owner) => by.post<Bulk>(`${path}/moderation`, body),
      entries: async () =>
        (
          await product.owner.all<{ action: string; actor: { type: string }; detail: Record<string, unknown> }>(
            "/audit?limit=100",
          )
        ).filter(({ action, detail }) => /^commentsModer/.test(action) && detail.post === item.id),
    };
  };
  const calls = (endpoint: string) => product.standins.requests("facebook", endpoint).length;
  const slow = {
    kind: "status",
    status: 400,
    body: { error: { code: 4, message: "(#4) Application request limit reached", type: "OAuthException" } },
  } as const;

  it("are hidden in one order, each once, with a pause where the platform asks for one", async () => {
    const { want, there, settled, comments, entries } = await flooded(60);
    const before = calls("hide");
    product.standins.faults.next("facebook", "hide", [
      ...Array.from({ length: 10 }, () => ({ kind: "slow", ms: 1 }) as const),
      { ...slow, headers: { "retry-after": "2" } },
    ]);
    const begun = Date.now();
    const told = await want({ action: "hide", filter: {} });
    assert.deepEqual([told.changed, told.more, told.post.moderation.waiting], [60, false, 60]);
    assert.equal((await want({ action: "hide", filter: {} })).changed, 0, "asked again, nothing is wanted twice");
    const item = await settled();
    assert.deepEqual([item.moderation.failed, item.counts.held], [0, 60]);
    assert.equal(
      there((one) => one.hidden),
      60,
    );
    assert.equal(calls("hide") - before, 61, "none twice, but the one that was put off");
    assert.ok(Date.now() - begun >= 2000, "it was waited for");
    for (const one of await comments()) assert.ok(one.hidden && one.moderation.length === 0);
    const history = await until("the history has it", async () => (await entries()).length === 2 && (await entries()));
    assert.deepEqual(history.map(({ action, actor, detail }) => [action, actor.type, detail.comments]).sort(), [
      ["commentsModerated", "system", 60],
      ["commentsModerationOrdered", "teammate", 60],
    ]);
    const [first, second] = await comments();
    assert.equal((await want({ action: "unhide", ids: [first!.id, second!.id] })).changed, 2);
    await settled();
    assert.equal(
      there((one) => !one.hidden),
      2,
    );
  });

  it("wait where the account has little left, which is for people's replies", async () => {
    const { want, there, settled } = await flooded(24);
    const facebook = product.standins.facebook;
    facebook.load = { percent: 85 };
    try {
      const begun = Date.now();
      await want({ action: "hide", filter: {} });
      await settled();
      assert.ok(Date.now() - begun >= 1000, "two pauses, the second four times as long as the first");
    } finally {
      facebook.load = {};
    }
    assert.equal(
      there((one) => one.hidden),
      24,
    );
  });

  it("are gone once they are deleted, with their words", async () => {
    const { want, there, settled, comments } = await flooded(12);
    const some = (await comments()).slice(0, 5).map(({ id }) => id);
    await want({ action: "delete", ids: some });
    const item = await settled();
    assert.deepEqual([item.counts.held, item.counts.gone], [7, 5]);
    assert.equal(
      there((one) => one.gone),
      5,
    );
    assert.equal((await comments()).filter(({ id }) => some.includes(id)).length, 0);
    await until(
      "the index has forgotten them",
      async () => (await product.count("search", `message IN (${some.map((id) => `'${id}'`).join()})`)) === 0,
    );
  });

  it("are let be once somebody stops it", async () => {
    const { path, want, there, settled, entries } = await flooded(40);
    product.standins.faults.always("facebook", "hide", { kind: "slow", ms: 300 });
    try {
      await want({ action: "hide", filter: {} });
      await until("some are hidden", () => there((one) => one.hidden) > 2);
      assert.equal((await product.owner.ask("DELETE", `/api/v1${path}/moderation`)).status, 200);
      await settled();
      await product.standins.idle();
    } finally {
      product.standins.faults.clear("facebook", "hide");
    }
    const hidden = there((one) => one.hidden);
    assert.ok(hidden < 30, `${hidden} were hidden`);
    await remains("no more is hidden", () => there((one) => one.hidden) === hidden, 1000);
    const stopped = (await entries()).find(({ action }) => action === "commentsModerationStopped");
    assert.equal(stopped?.detail.comments, 40 - hidden);
  });

  it("say why it was in vain, and can be tried again", async () => {
    const { want, there, settled, comments } = await flooded(3);
    product.standins.faults.next("facebook", "hide", { kind: "error", name: "no-permission" });
    await want({ action: "hide", filter: {} });
    assert.equal((await settled()).moderation.failed, 1);
    const failed = (await comments()).filter(({ moderation }) => moderation[0]?.state === "failed");
    assert.deepEqual(
      failed.map(({ moderation }) => moderation[0]?.trouble?.code),
      ["permission"],
    );
    assert.equal((await want({ action: "hide", ids: failed.map(({ id }) => id) })).changed, 1);
    assert.equal((await settled()).moderation.failed, 0);
    assert.equal(
      there((one) => one.hidden),
      3,
    );
  });

  it("a token and a viewer are refused, and nothing happens", async () => {
    const { path, there, now } = await flooded(2);
    const made = await product.owner.post<{ secret: string }>("/tokens", { name: "Cleaner", role: "agent" });
    const before = calls("moderate");
    for (const action of ["hide", "delete"]) {
      const asked = await new Session(product.url).ask<{ code: string }>(
        "POST",
        `/api/v1${path}/moderation`,
        { action, filter: {} },
        { authorization: `Bearer ${made.secret}` },
      );
      assert.equal(`${asked.status} ${asked.body.code}`, "403 not_for_programs");
      const viewer = product.team.person("Vera");
      await viewer.refused(403, "role_too_low", "POST", `${path}/moderation`, { action, filter: {} });
    }
    await remains("nothing happens", () => there((one) => one.hidden || one.gone) === 0, 800);
    assert.equal(calls("moderate"), before);
    assert.deepEqual((await now()).moderation, { waiting: 0, failed: 0 });
  });
});
