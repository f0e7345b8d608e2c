import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { DAY, HOUR } from "../common/clock.ts";
import { hubSignature } from "../common/sign.ts";
import { del, get, post, rig, type Rig } from "./rig.ts";
import type { WallPost } from "../wall/model.ts";

let r: Rig;
let mine: WallPost;
before(async () => (r = await rig()));
after(() => r.stop());
const wall = () => r.all.facebook.wall;
const token = () => r.all.facebook.account.token;
const page = () => r.all.facebook.account.id;
const at = (path: string) => `${r.all.facebook.url}/v25.0/${path}`;
const values = () =>
  r.worker.received
    .flatMap((x) => x.json.entry)
    .flatMap((e) => e.changes ?? [])
    .map((c) => c.value);
const short = (p: WallPost, id: string) => `${p.id.split("_")[1]}_${id}`;
const usual = { from: "full", authors: "psid", webhookIds: "post", readIds: "post", editVerb: "edited" } as const;

beforeEach(() => {
  mine = wall().post("Boots are back", { picture: "boots", silent: true });
});
afterEach(async () => {
  await r.all.idle();
  r.worker.received.length = 0;
  r.all.faults.clear();
  r.all.receipts.reset();
  r.all.clock.reset();
  r.all.facebook.load = {};
  r.all.facebook.hourlyCalls = 20_000;
  Object.assign(wall().settings, usual, { mentions: "from", mentionsWithoutComment: false });
});

describe("the feed webhook", () => {
  test("nothing is told until somebody comments", async () => {
    await r.all.idle();
    assert.equal(r.worker.received.length, 0);
    assert.ok(r.all.world.wall.list("facebook").length >= 3);
  });

  test("a comment, and an answer to it: signed, with the post beside it", async () => {
    const c = wall().comment("Kim Lee", mine, "price?");
    const answer = wall().reply("Ana Silva", c, "same here");
    await r.all.idle();
    const [hook] = r.worker.received;
    assert.equal(hook?.path, "/webhooks/facebook");
    assert.equal(
      hook?.headers["x-hub-signature-256"],
      hubSignature(r.all.world.secrets.metaAppSecret, hook?.body ?? ""),
    );
    assert.equal(hook?.json.entry[0].id, page());
    assert.ok(hook?.json.entry[0].time < 1e11, "seconds");
    const [first, second] = values();
    assert.deepEqual(first.from, { id: r.all.facebook.peerOf("Kim Lee"), name: "Kim Lee" });
    assert.deepEqual([first.item, first.verb, first.post_id, first.parent_id], ["comment", "add", mine.id, mine.id]);
    assert.equal(first.comment_id, short(mine, c.id));
    assert.equal(first.post.is_published, true);
    assert.equal(second.parent_id, short(mine, c.id));
    assert.equal(second.comment_id, short(mine, answer.id));
    assert.equal(c.state, "delivered");
  });

  test("who comments has the id of their messages, or another when the switch says so", async () => {
    const kim = r.all.facebook.customer("Kim Lee", { peer: "9001" });
    wall().comment("Kim Lee", mine, "hello");
    wall().settings.authors = "other";
    wall().comment("Kim Lee", mine, "hello again");
    await r.all.idle();
    const [one, two] = values();
    assert.equal(one.from.id, kim.peer);
    assert.notEqual(two.from.id, kim.peer);
  });

  test("an answer to a reply hangs under the top-level comment", async () => {
    const top = wall().comment("Kim Lee", mine, "one");
    const reply = wall().reply("Ana Silva", top, "two");
    const third = wall().reply("Bo Berg", reply, "three");
    assert.deepEqual([third.top, third.answers], [top.id, reply.id]);
    await r.all.idle();
    assert.equal(values()[2].parent_id, short(mine, top.id));
  });

  test("edited, hidden by another admin, shown again, removed: the hide names the Page, the removal has no words", async () => {
    const c = wall().comment("Kim Lee", mine, "bad wrods");
    wall().edit(c, "bad words");
    wall().hide(c);
    wall().hide(c, false);
    wall().remove(c, "admin");
    await r.all.idle();
    const seen = values();
    assert.deepEqual(
      seen.map((v) => v.verb),
      ["add", "edited", "hide", "unhide", "remove"],
    );
    assert.equal(seen[1].message, "bad words");
    assert.equal(seen[2].from.id, page());
    assert.equal(seen[4].message, undefined);
    assert.equal(seen[4].recipient_id, page());
  });

  test("a comment that is removed takes its answers along, in one event", async () => {
    const c = wall().comment("Kim Lee", mine, "one");
    const reply = wall().reply("Ana Silva", c, "two");
    await r.all.idle();
    r.worker.received.length = 0;
    wall().remove(c);
    await r.all.idle();
    assert.equal(values().length, 1);
    assert.equal((await get(at(`${reply.id}?fields=message`), token())).body.error.error_subcode, 33);
  });

  test("`from` withheld: for all, for one person, or without the id; an edit by its other verb; a verb nobody knows", async () => {
    wall().settings.from = "none";
    const c = wall().comment("Kim Lee", mine, "one");
    wall().settings.from = "name";
    wall().comment("Kim Lee", mine, "two");
    wall().settings.from = "full";
    wall().nameless.add("Ana Silva");
    wall().comment("Ana Silva", mine, "three");
    wall().nameless.clear();
    wall().settings.editVerb = "edit";
    wall().edit(c, "one!");
    wall().tellComment(c, "mute", c.author);
    const answer = wall().native(c, "Thanks");
    await r.all.idle();
    const seen = values();
    assert.equal("from" in seen[0], false);
    assert.deepEqual(seen[1].from, { name: "Kim Lee" });
    assert.equal("from" in seen[2], false);
    assert.deepEqual([seen[3].verb, seen[4].verb], ["edit", "mute"]);
    assert.equal(seen[5].from.id, page(), "the Page always says its name");
    assert.equal(answer.from, "native");
  });

  test("the same comment by three names", async () => {
    wall().settings.webhookIds = "bare";
    const c = wall().comment("Kim Lee", mine, "one");
    wall().settings.readIds = "page";
    await r.all.idle();
    assert.equal(values()[0].comment_id, c.id);
    for (const name of [c.id, short(mine, c.id), `${mine.id}_${c.id}`])
      assert.equal((await get(at(name), token())).body.id, `${mine.id}_${c.id}`);
  });

  test("a boosted post is told twice, an ad is a dark post", async () => {
    wall().boosted.add(mine.id);
    wall().comment("Kim Lee", mine, "one");
    await r.all.idle();
    const ad = wall().post("Lamp", { ad: { title: "Lamp" }, silent: true });
    wall().comment("Kim Lee", ad, "two");
    await r.all.idle();
    const seen = values();
    assert.deepEqual(seen[0], seen[1]);
    assert.equal(seen[2].post.is_published, false);
    const list = await get(at(`${page()}/feed?fields=id&limit=100`), token());
    assert.ok(!list.body.data.some((p: { id: string }) => p.id === ad.id));
    assert.equal((await get(at(`${ad.id}?fields=is_published`), token())).body.is_published, false);
  });

  test("posts by visitors and by the Page: words, picture, video, link; edited, hidden, removed", async () => {
    const theirs = wall().visitorPost("Kim Lee", "Your shop is great");
    wall().visitorPost("Kim Lee", "Look", { picture: "boots" });
    wall().post("Clip", { type: "video", picture: "sunset" });
    wall().post("Read this", { link: "https://shop.example/" });
    wall().editPost(theirs, "Your shop is very great");
    wall().hidePost(theirs);
    wall().removePost(theirs);
    await r.all.idle();
    assert.deepEqual(
      values()
        .map((v) => `${v.item} ${v.verb} ${v.from.id === page() ? "ours" : "theirs"}`)
        .sort(),
      [
        "photo add theirs",
        "post add theirs",
        "post edited theirs",
        "post hide theirs",
        "post remove theirs",
        "share add ours",
        "video add ours",
      ],
    );
  });

  test("mentions: in a comment, in a post, in the older shape, without a comment's id", async () => {
    wall().mention("Kim Lee", "ask @Harbour & Pine");
    await r.all.idle();
    wall().settings.mentions = "sender";
    wall().settings.mentionsWithoutComment = true;
    wall().mention("Ana Silva", "thanks @Harbour & Pine");
    await r.all.idle();
    wall().mention("Ana Silva", "a post about @Harbour & Pine", "post");
    await r.all.idle();
    const fields = r.worker.received.map((x) => x.json.entry[0].changes[0].field);
    assert.deepEqual(fields, ["mention", "mention", "mention"]);
    const [a, b, c] = values();
    assert.deepEqual([a.item, a.from.name], ["comment", "Kim Lee"]);
    assert.ok(a.comment_id);
    assert.deepEqual([b.item, b.sender_name, b.comment_id], ["comment", "Ana Silva", undefined]);
    assert.equal(c.item, "post");
  });

  test("an app that does not hear `feed` is told nothing", async () => {
    await post(at(`${page()}/subscribed_apps?subscribed_fields=messages`), {}, token());
    wall().comment("Kim Lee", mine, "one");
    await r.all.idle();
    assert.equal(r.worker.received.length, 0);
    await post(at(`${page()}/subscribed_apps`), {}, token());
  });
});

describe("reading", () => {
  test("a post with its context", async () => {
    const fields = "id,message,full_picture,permalink_url,from,created_time,is_published,attachments{media_type,url}";
    const { body } = await get(at(`${mine.id}?fields=${fields}`), token());
    assert.deepEqual([body.message, body.from.name], ["Boots are back", "Harbour & Pine"]);
    assert.equal((await fetch(body.full_picture)).headers.get("content-type"), "image/png");
    assert.match(body.permalink_url, /^https:\/\/www\.facebook\.com\//);
    assert.match(body.created_time, /\+0000$/);
    assert.equal(body.attachments.data[0].media_type, "photo");
    const wrong = await get(at(`${mine.id}?fields=nonsense`), token());
    assert.match(wrong.body.error.message, /nonexisting field \(nonsense\)/);
  });

  test("the comments edge: levels, order, pages, since, summary, answers within", async () => {
    const made = Array.from({ length: 7 }, (_, i) => wall().comment("Kim Lee", mine, `n${i}`, { silent: true }));
    const reply = wall().reply("Ana Silva", made[0] ?? "", "r", { silent: true });
    const list = async (query: string) => (await get(at(`${mine.id}/comments?${query}`), token())).body;
    const words = (body: { data: { message: string }[] }) => body.data.map((c) => c.message);
    assert.equal((await list("limit=50")).data.length, 7);
    assert.deepEqual(words(await list("filter=stream&order=reverse_chronological&limit=2")), ["r", "n6"]);
    const one = await list("limit=3&fields=message,parent,comment_count&summary=true");
    assert.deepEqual(words(one), ["n0", "n1", "n2"]);
    assert.equal(one.data[0].comment_count, 1);
    assert.deepEqual([one.summary.total_count, one.summary.can_comment], [8, true]);
    wall().comment("Bo Berg", mine, "late", { silent: true });
    const two = (await get(one.paging.next, token())).body;
    assert.deepEqual(words(two), ["n3", "n4", "n5"], "cursors keep their place");
    const three = (await get(two.paging.next, token())).body;
    assert.deepEqual([words(three), three.paging.next], [["n6", "late"], undefined]);
    const since = Math.floor(reply.at / 1000);
    assert.ok((await list(`filter=stream&since=${since}`)).data.length >= 1);
    const nested = await list("fields=message,comments.limit(5){message,parent{id}}&limit=1");
    assert.equal(nested.data[0].comments.data[0].parent.id, short(mine, made[0]?.id ?? ""));
    assert.equal((await list("after=bm9uc2Vuc2U")).error.code, 100);
  });

  test("what is withheld from webhooks is withheld from reads; other accounts see nothing", async () => {
    const c = wall().comment("Kim Lee", mine, "one");
    wall().settings.from = "none";
    assert.equal((await get(at(`${c.id}?fields=from,message`), token())).body.from, undefined);
    const other = r.all.instagram.account("page").token;
    assert.equal((await get(at(mine.id), other)).body.error.error_subcode, 33);
    assert.equal((await get(at(mine.id), "nonsense")).body.error.code, 190);
  });
});

describe("answering and moderating", () => {
  const feed = async () => {
    await r.all.idle();
    return values();
  };

  test("a public answer, under the top-level comment, comes back as an echo", async () => {
    const top = wall().comment("Kim Lee", mine, "price?");
    const reply = wall().reply("Ana Silva", top, "same");
    const done = await post(at(`${short(mine, reply.id)}/comments`), { message: "49" }, token());
    assert.equal(done.status, 200);
    const echo = (await feed()).at(-1);
    assert.deepEqual([echo.comment_id, echo.from.id, echo.message], [done.body.id, page(), "49"]);
    assert.equal(echo.parent_id, short(mine, top.id));
    assert.equal(r.all.world.wall.comment(done.body.id.split("_")[1])?.from, "team");
  });

  test("refused: no words, too many, a closed post, what is gone, a token without right", async () => {
    const c = wall().comment("Kim Lee", mine, "price?");
    const say = (message: string) => post(at(`${short(mine, c.id)}/comments`), { message }, token());
    assert.equal((await say(" ")).body.error.code, 100);
    assert.equal((await say("a".repeat(8001))).body.error.code, 100);
    assert.equal((await say("é".repeat(8000))).status, 200);
    wall().close(mine);
    assert.equal((await say("x")).body.error.code, 100);
    assert.throws(() => wall().comment("Ana Silva", mine, "me too"), /switched off/);
    wall().close(mine, false);
    wall().remove(c);
    assert.deepEqual([(await say("x")).body.error.code, (await say("x")).body.error.error_subcode], [100, 33]);
  });

  test("hide, show, delete, like: each once more is no harm, and what we did is told", async () => {
    const c = wall().comment("Kim Lee", mine, "spam");
    const url = at(short(mine, c.id));
    assert.deepEqual((await post(url, { is_hidden: true }, token())).body, { success: true });
    assert.deepEqual((await post(url, { is_hidden: true }, token())).body, { success: true });
    assert.equal((await get(`${url}?fields=is_hidden`, token())).body.is_hidden, true);
    await post(url, { is_hidden: false }, token());
    await post(`${url}/likes`, {}, token());
    assert.deepEqual((await get(`${url}?fields=user_likes,like_count`, token())).body.like_count, 1);
    assert.deepEqual((await del(`${url}/likes`, token())).body, { success: true });
    assert.equal(c.liked, false);
    assert.deepEqual((await del(url, token())).body, { success: true });
    assert.equal((await del(url, token())).body.error.error_subcode, 33);
    assert.deepEqual(
      (await feed()).map((v) => v.verb),
      ["add", "hide", "unhide", "remove"],
    );
  });

  test("our own comments: edited and deleted, never hidden; others' words stay theirs", async () => {
    const c = wall().comment("Kim Lee", mine, "hello");
    const own = wall().native(c, "helo");
    assert.equal((await post(at(short(mine, own.id)), { message: "hello" }, token())).body.success, true);
    assert.equal(own.text, "hello");
    assert.equal((await post(at(short(mine, own.id)), { is_hidden: true }, token())).body.error.code, 200);
    assert.equal((await post(at(short(mine, c.id)), { message: "x" }, token())).body.error.code, 200);
    assert.equal((await del(at(short(mine, own.id)), token())).body.success, true);
  });

  test("an answer that is lost is there all the same; errors by name", async () => {
    const c = wall().comment("Kim Lee", mine, "price?");
    r.all.faults.next("facebook", "reply", { kind: "drop-after" });
    await assert.rejects(post(at(`${short(mine, c.id)}/comments`), { message: "49" }, token()));
    assert.equal((await get(at(`${c.id}/comments`), token())).body.data[0].message, "49");
    r.all.faults.next("facebook", "hide", { kind: "drop-after" });
    await assert.rejects(post(at(short(mine, c.id)), { is_hidden: true }, token()));
    assert.equal(c.hidden, true);
    const codes = {
      "app-limit": 4,
      "user-limit": 17,
      "page-limit": 32,
      "too-many-calls": 613,
      "pages-limit": 80001,
      spam: 368,
      "no-permission": 200,
    };
    for (const [name, code] of Object.entries(codes)) {
      r.all.faults.next("facebook", "moderate", { kind: "error", name });
      assert.equal((await del(at(short(mine, c.id)), token())).body.error.code, code, name);
    }
  });

  test("usage headers, a full hour, and what a test lets them say", async () => {
    const c = wall().comment("Kim Lee", mine, "price?");
    const read = () => get(at(c.id), token());
    const usage = (x: Awaited<ReturnType<typeof get>>) =>
      JSON.parse(x.headers.get("x-business-use-case-usage") ?? "{}")[page()][0];
    r.all.clock.shift(2 * HOUR);
    r.all.facebook.hourlyCalls = 2;
    assert.deepEqual([usage(await read()).type, usage(await read()).call_count], ["pages", 100]);
    const full = await read();
    assert.equal(full.body.error.code, 80001);
    assert.equal(usage(full).estimated_time_to_regain_access, 60);
    assert.ok(full.headers.get("x-app-usage"));
    r.all.clock.shift(HOUR);
    r.all.facebook.hourlyCalls = 20_000;
    r.all.facebook.load = { percent: 96, regainMinutes: 12 };
    assert.deepEqual([usage(await read()).call_count, usage(await read()).estimated_time_to_regain_access], [96, 12]);
  });
});

describe("private replies", () => {
  const privately = (recipient: unknown, text = "Write to us here") =>
    post(
      at(`${page()}/messages`),
      { recipient, messaging_type: "RESPONSE", message: { text, metadata: "rpl_9" } },
      token(),
    );

  test("once for each comment, into the person's messages, with the echo there", async () => {
    const c = wall().comment("Kim Lee", mine, "my order 12 is late");
    const done = await privately({ comment_id: short(mine, c.id) });
    assert.equal(done.body.recipient_id, r.all.facebook.peerOf("Kim Lee"));
    assert.equal(c.privateReply, done.body.message_id);
    const kim = r.all.facebook.customer("Kim Lee");
    assert.match(kim.received.at(-1)?.note ?? "", /About your comment: my order 12/);
    await r.all.idle();
    const echo = r.worker.received.map((x) => x.json.entry[0].messaging?.[0]?.message).find((m) => m?.is_echo);
    assert.equal(echo.metadata, "rpl_9");
    assert.equal((await privately({ comment_id: c.id })).body.error.code, 10900);
    const usual = await privately({ id: done.body.recipient_id });
    assert.equal(usual.body.error.error_subcode, 2018278, "a comment opens no window");
  });

  test("of two in the same moment one is taken; a lost one is there", async () => {
    const c = wall().comment("Ana Silva", mine, "hello?");
    const both = await Promise.all([privately({ comment_id: c.id }), privately({ comment_id: c.id })]);
    assert.deepEqual(both.map((x) => x.status).sort(), [200, 400]);
    const d = wall().comment("Ana Silva", mine, "hello again?");
    r.all.faults.next("facebook", "private", { kind: "drop-after" });
    await assert.rejects(privately({ comment_id: d.id }));
    assert.ok(d.privateReply);
  });

  test("to a visitor's post; refused after seven days, to ourselves, to who takes no messages, and once it is gone", async () => {
    const theirs = wall().visitorPost("Bo Berg", "where are you?");
    assert.equal((await privately({ post_id: theirs.id })).status, 200);
    assert.equal((await privately({ post_id: mine.id })).body.error.code, 10902);
    const c = wall().comment("Cy Holt", mine, "one");
    const own = wall().native(c, "two");
    assert.equal((await privately({ comment_id: own.id })).body.error.code, 10902);
    wall().refusesMessages.add("Cy Holt");
    assert.equal((await privately({ comment_id: c.id })).body.error.code, 10903);
    wall().refusesMessages.clear();
    r.all.clock.shift(7 * DAY + HOUR);
    assert.equal((await privately({ comment_id: c.id })).body.error.code, 10901);
    assert.equal((await get(at(`${c.id}?fields=can_reply_privately`), token())).body.can_reply_privately, false);
    wall().remove(c);
    const gone = await privately({ comment_id: c.id });
    assert.deepEqual([gone.body.error.code, gone.body.error.error_subcode], [100, 2018292]);
  });
});
