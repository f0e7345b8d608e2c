import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { DAY, HOUR } from "../common/clock.ts";
import { hubSignature } from "../common/sign.ts";
import { del, get, post, rig, type Rig } from "./rig.ts";
import type { WallPost } from "../wall/model.ts";

let r: Rig;
let feed: WallPost;
before(async () => (r = await rig()));
after(() => r.stop());
const wall = () => r.all.instagram.wall;
const login = () => r.all.instagram.account("login");
const linked = () => r.all.instagram.account("page");
const at = (path: string) => `${r.all.instagram.url}/v25.0/${path}`;
const linkedAt = (path: string) => `${r.all.facebook.url}/v25.0/${path}`;
const entries = () =>
  r.worker.received.flatMap((x) => (Array.isArray(x.json) ? x.json : [x.json])).flatMap((b) => b.entry);
const values = () =>
  entries()
    .flatMap((e) => e.changes ?? [e])
    .map((c) => c.value);

beforeEach(() => {
  feed = wall().post("Last light", { silent: true });
});
afterEach(async () => {
  await r.all.idle();
  r.worker.received.length = 0;
  r.all.faults.clear();
  r.all.receipts.reset();
  r.all.clock.reset();
  wall().settings.envelope = { login: "changes", page: "changes" };
  wall().settings.idName = { login: "id", page: "comment_id" };
  wall().settings.wrapped = false;
});

describe("webhooks", () => {
  test("a comment and an answer, without a time in them; the author has the id of their messages", async () => {
    const c = wall().comment("Kim Park", feed, "size?");
    wall().reply("Lee Ward", wall().reply("Ana Silva", c, "same"), "me too");
    await r.all.idle();
    const [hook] = r.worker.received;
    assert.equal(hook?.path, "/webhooks/instagram");
    assert.equal(
      hook?.headers["x-hub-signature-256"],
      hubSignature(r.all.world.secrets.instagramAppSecret, hook?.body ?? ""),
    );
    assert.deepEqual([entries()[0].id, entries()[0].changes[0].field], [login().id, "comments"]);
    const [one, , three] = values();
    assert.deepEqual(one, {
      id: c.id,
      from: { id: r.all.instagram.customer("Kim Park").peer, username: "kim.park" },
      text: "size?",
      media: { id: feed.id, media_product_type: "FEED" },
    });
    assert.equal(three.parent_id, c.id, "one level");
  });

  test("both kinds of account, envelopes and names of the id, and the outer list", async () => {
    const outlet = wall().post("Outlet", { kind: "page", silent: true });
    const c = wall().comment("Lee Ward", outlet, "open?");
    await r.all.idle();
    assert.deepEqual([values()[0].comment_id, values()[0].id], [c.id, undefined]);
    assert.equal(
      r.worker.received[0]?.headers["x-hub-signature-256"],
      hubSignature(r.all.world.secrets.metaAppSecret, r.worker.received[0]?.body ?? ""),
    );
    r.worker.received.length = 0;
    wall().settings.envelope.login = "bare";
    wall().settings.wrapped = true;
    wall().settings.idName.login = "both";
    const d = wall().comment("Kim Park", feed, "size?");
    await r.all.idle();
    assert.ok(Array.isArray(r.worker.received[0]?.json));
    assert.equal(entries()[0].changes, undefined);
    assert.deepEqual([entries()[0].field, values()[0].id, values()[0].comment_id], ["comments", d.id, d.id]);
  });

  test("edits do not exist; hides and deletes are told to nobody", async () => {
    const c = wall().comment("Kim Park", feed, "size?");
    assert.throws(() => wall().edit(c, "x"), /cannot be edited/);
    wall().hide(c);
    wall().remove(c, "admin");
    await r.all.idle();
    assert.equal(values().length, 1);
    assert.equal((await get(at(c.id), login().token)).body.error.error_subcode, 33);
  });

  test("the shop's own comment comes as one; an ad by its own medium; a boosted post twice; an album without its id", async () => {
    wall().native(feed, "Ask us anything");
    await r.all.idle();
    const reel = wall().post("Reel", { type: "reel", silent: true });
    const ad = wall().boost(reel, "Boosted reel");
    const c = wall().comment("Kim Park", reel, "size?");
    await r.all.idle();
    const album = wall().post("Album", { type: "album", silent: true });
    const d = wall().comment("Kim Park", album, "which one?");
    await r.all.idle();
    const [own, organic, boosted, inAlbum] = values();
    assert.equal(own.from.id, login().id);
    assert.deepEqual(organic.media, { id: reel.id, media_product_type: "REELS" });
    assert.equal(boosted.id, c.id);
    assert.deepEqual(boosted.media, {
      id: ad.id,
      media_product_type: "AD",
      ad_id: ad.ad?.id,
      ad_title: "Boosted reel",
      original_media_id: reel.id,
    });
    assert.equal(inAlbum.media.id, undefined);
    const read = await get(at(`${d.id}?fields=media`), login().token);
    assert.equal(read.body.media.id, album.id);
  });

  test("a broadcast: its own field, and silence once it is over", async () => {
    const live = wall().post("Live from the harbour", { type: "live", silent: true });
    const c = wall().comment("Kim Park", live, "hello from Bonn");
    await r.all.idle();
    assert.equal(entries()[0].changes[0].field, "live_comments");
    assert.equal(values()[0].media.media_product_type, "LIVE");
    const list = await get(at("me/live_media?fields=id"), login().token);
    assert.deepEqual(list.body.data, [{ id: live.id }]);
    const reply = await post(at(`${c.id}/replies`), { message: "hi" }, login().token);
    assert.match(reply.body.error.message, /live/);
    assert.equal((await post(at(c.id), { hide: true }, login().token)).body.error.code, 100);
    wall().end(live);
    assert.throws(() => wall().comment("Kim Park", live, "late"), /over/);
    assert.deepEqual((await get(at("me/live_media?fields=id"), login().token)).body.data, []);
  });

  test("mentions: a field of its own with ids alone for Page-linked accounts, read through the account", async () => {
    const by = wall().mention("Lee Ward", "see @harbourandpine.outlet");
    await r.all.idle();
    const value = values()[0];
    assert.deepEqual([entries()[0].changes[0].field, value.media_id], ["mentions", by.id]);
    const ask = (fields: string) => get(linkedAt(`${linked().id}?fields=${fields}`), linked().token);
    const read = await ask(`mentioned_comment.comment_id(${value.comment_id}){text,username,media{id,caption}}`);
    assert.equal(read.body.mentioned_comment.text, "see @harbourandpine.outlet");
    assert.equal(read.body.mentioned_comment.media.id, by.id);
    const medium = wall().mention("Lee Ward", "@harbourandpine.outlet on my wall", "caption");
    const caption = await ask(`mentioned_media.media_id(${medium.id}){caption,username}`);
    assert.deepEqual(caption.body.mentioned_media, {
      caption: "@harbourandpine.outlet on my wall",
      username: "lee.ward",
      id: medium.id,
    });
    const about = { media_id: by.id, comment_id: value.comment_id, message: "Thank you!" };
    assert.match((await post(linkedAt(`${linked().id}/mentions`), about, linked().token)).body.id, /^\d+$/);
    assert.equal((await get(linkedAt(value.comment_id), linked().token)).body.error.error_subcode, 33);
    by.closed = true;
    assert.equal((await ask(`mentioned_comment.comment_id(${value.comment_id}){text}`)).body.error.code, 100);
    await r.all.idle();
    r.worker.received.length = 0;
    wall().mention("Kim Park", "see @harbourandpine", "comment", { kind: "login" });
    await r.all.idle();
    assert.equal(entries()[0].changes[0].field, "comments", "with Instagram Login they are comments");
  });
});

describe("reading", () => {
  test("a medium with its context, on either host", async () => {
    const fields =
      "caption,media_url,permalink,timestamp,username,media_product_type,is_comment_enabled,comments_count";
    const { body } = await get(at(`${feed.id}?fields=${fields}`), login().token);
    assert.deepEqual([body.caption, body.username, body.comments_count], ["Last light", "harbourandpine", 0]);
    assert.equal((await fetch(body.media_url)).headers.get("content-type"), "image/png");
    const outlet = wall().post("Outlet", { kind: "page", silent: true });
    assert.equal((await get(linkedAt(`${outlet.id}?fields=caption`), linked().token)).body.caption, "Outlet");
    assert.equal((await get(at(outlet.id), login().token)).body.error.error_subcode, 33);
    const list = await get(at("me/media?fields=id,comments_count&limit=100"), login().token);
    assert.ok(list.body.data.some((m: { id: string }) => m.id === feed.id));
  });

  test("comments newest first with answers inside; at most fifty; not those of ads, nor of restricted people", async () => {
    const made = Array.from({ length: 60 }, (_, i) => wall().comment("Kim Park", feed, `n${i}`, { silent: true }));
    wall().reply("Ana Silva", made[59] ?? "", "same", { silent: true });
    const hers = wall().comment("Restricted Ria", feed, "buy followers");
    wall().restricted.add("Restricted Ria");
    const fields = "text,username,parent_id,hidden,replies{text,parent_id}";
    const page = await get(at(`${feed.id}/comments?fields=${fields}&limit=100`), login().token);
    assert.equal(page.body.data.length, 50);
    assert.deepEqual([page.body.data[0].text, page.body.data[0].replies.data[0].text], ["n59", "same"]);
    const next = await get(page.body.paging.next, login().token);
    assert.equal(next.body.data.length, 10);
    assert.equal((await get(at(hers.id), login().token)).body.error.error_subcode, 33);
    wall().restricted.clear();
    const ad = wall().post("Ad", { ad: { title: "Ad" }, silent: true });
    wall().comment("Kim Park", ad, "from an ad", { silent: true });
    assert.deepEqual((await get(at(`${ad.id}/comments`), login().token)).body.data, []);
    await r.all.idle();
    assert.equal(values().length, 1, "the webhook about the restricted person came");
  });
});

describe("answering and moderating", () => {
  test("an answer, under the top-level comment, and its echo", async () => {
    const c = wall().comment("Kim Park", feed, "size?");
    const reply = wall().reply("Ana Silva", c, "same");
    const done = await post(at(`${reply.id}/replies`), { message: "38 to 46" }, login().token);
    await r.all.idle();
    const echo = values().at(-1);
    assert.deepEqual([echo.id, echo.from.id, echo.parent_id], [done.body.id, login().id, c.id]);
    const own = await post(at(`${feed.id}/comments?message=Hello`), {}, login().token);
    assert.match(own.body.id, /^\d+$/);
  });

  test("refused: hidden comments, closed media, no words, too many, what is gone", async () => {
    const c = wall().comment("Kim Park", feed, "size?");
    const say = (message: string) => post(at(`${c.id}/replies`), { message }, login().token);
    assert.equal((await say("")).body.error.code, 100);
    assert.equal((await say("a".repeat(2201))).body.error.code, 100);
    assert.deepEqual((await post(at(`${c.id}?hide=true`), {}, login().token)).body, { success: true });
    assert.match((await say("hello")).body.error.message, /hidden/);
    assert.equal((await get(at(`${c.id}?fields=hidden`), login().token)).body.hidden, true);
    await post(at(c.id), { hide: false }, login().token);
    await post(at(`${feed.id}?comment_enabled=false`), {}, login().token);
    assert.match((await say("hello")).body.error.message, /disabled/);
    assert.equal((await get(at(`${feed.id}?fields=is_comment_enabled`), login().token)).body.is_comment_enabled, false);
    await post(at(`${feed.id}?comment_enabled=true`), {}, login().token);
    assert.deepEqual((await del(at(c.id), login().token)).body, { success: true });
    assert.equal((await say("hello")).body.error.error_subcode, 33);
    assert.equal((await del(at(c.id), login().token)).body.error.error_subcode, 33);
  });

  test("a lost answer, rate limits and usage of both hosts", async () => {
    const c = wall().comment("Kim Park", feed, "size?");
    r.all.faults.next("instagram", "reply", { kind: "drop-after" });
    await assert.rejects(post(at(`${c.id}/replies`), { message: "38" }, login().token));
    const read = await get(at(`${c.id}/replies?fields=text`), login().token);
    assert.equal(read.body.data[0].text, "38");
    const usage = JSON.parse(read.headers.get("x-business-use-case-usage") ?? "{}");
    assert.equal(usage[login().id][0].type, "instagram");
    r.all.faults.next("instagram", "hide", { kind: "error", name: "rate-limited" });
    assert.equal((await post(at(c.id), { hide: true }, login().token)).body.error.code, 80002);
  });

  test("private replies: text, once, seven days, and on a broadcast only while it runs", async () => {
    const send = (id: string, message: unknown = { text: "Hello" }) =>
      post(at("me/messages"), { recipient: { comment_id: id }, message }, login().token);
    const c = wall().comment("Kim Park", feed, "size?");
    const picture = { attachment: { type: "image", payload: { url: r.all.cdn.link("boots") } } };
    assert.equal((await send(c.id, picture)).body.error.code, 100);
    const done = await send(c.id);
    assert.equal(done.body.recipient_id, r.all.instagram.customer("Kim Park").peer);
    assert.equal((await send(c.id)).body.error.code, 10900);
    const live = wall().post("Live", { type: "live", silent: true });
    const [one, two] = [wall().comment("Kim Park", live, "a"), wall().comment("Kim Park", live, "b")];
    assert.equal((await send(one.id)).status, 200);
    wall().end(live);
    assert.equal((await send(two.id)).body.error.code, 10901);
    const old = wall().comment("Ana Silva", feed, "hello?");
    r.all.clock.shift(7 * DAY + HOUR);
    assert.equal((await send(old.id)).body.error.code, 10901);
    r.all.clock.reset();
    assert.equal((await send("123")).body.error.error_subcode, 2018292);
    const outlet = wall().post("Outlet", { kind: "page", silent: true });
    const d = wall().comment("Lee Ward", outlet, "open?");
    const there = { recipient: { comment_id: d.id }, message: { text: "Until six" } };
    const sent = await post(linkedAt(`${linked().pageId}/messages`), there, linked().token);
    assert.equal(sent.body.recipient_id, r.all.instagram.customer("Lee Ward", { kind: "page" }).peer);
  });
});
