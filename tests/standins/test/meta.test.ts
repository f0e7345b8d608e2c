import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { DAY, HOUR } from "../common/clock.ts";
import { appSecretProof, escapedJson, hubSignature } from "../common/sign.ts";
import { get, post, rig, type Rig } from "./rig.ts";

let r: Rig;
before(async () => (r = await rig()));
after(() => r.stop());
beforeEach(async () => {
  await r.all.idle();
  r.worker.received.length = 0;
  r.all.clock.reset();
});

test("signatures are those of the published vectors", () => {
  const body = {
    object: "page",
    entry: [
      {
        id: "77001",
        time: 1767225600123,
        messaging: [
          {
            sender: { id: "9001" },
            recipient: { id: "77001" },
            timestamp: 1767225599870,
            message: { mid: "m_Ab1", text: "café?" },
          },
        ],
      },
    ],
  };
  const text = escapedJson(body);
  assert.equal(Buffer.byteLength(text), 201);
  assert.equal(
    hubSignature("app-secret-1", text),
    "sha256=fc6793e1f6a95404550eb4750d3b9abc23c334c7c623d75db8ddb1234e175a09",
  );
  assert.equal(
    appSecretProof("app-secret-1", "EAAtoken"),
    "79a70820a138eabab4b27a175c01b2af0ce3d288290ae4289651b3135275889c",
  );
});

test("non-ASCII travels escaped, emoji as a surrogate pair", () => {
  assert.equal(escapedJson({ t: "ü😀/" }), '{"t":"\\u00fc\\ud83d\\ude00\\/"}');
});

describe("messenger", () => {
  const page = () => r.all.facebook.account;
  const send = (body: unknown, token = page().token) =>
    post(`${r.all.facebook.url}/v25.0/${page().id}/messages`, body, token);

  test("a message is delivered signed, and answered on the phone with echo and delivery", async () => {
    const ana = r.all.facebook.customer("Ana Silva");
    const hello = ana.text("olá 😀");
    await r.all.idle();
    const [hook] = r.worker.received;
    assert.equal(hook?.path, "/webhooks/facebook");
    assert.equal(
      hook?.headers["x-hub-signature-256"],
      hubSignature(r.all.world.secrets.metaAppSecret, hook?.body ?? ""),
    );
    assert.match(hook?.body ?? "", /\\ud83d\\ude00/);
    assert.equal(hook?.json.entry[0].messaging[0].message.mid, hello.id);
    const done = await send({
      recipient: { id: ana.peer },
      messaging_type: "RESPONSE",
      message: { text: "Hi!", metadata: "rpl_1" },
      reply_to: { mid: hello.id },
    });
    assert.equal(done.status, 200);
    assert.equal(done.body.recipient_id, ana.peer);
    assert.match(done.body.message_id, /^m_/);
    await r.all.idle();
    const events = r.worker.received.slice(1).map((x) => x.json.entry[0].messaging[0]);
    const echo = events.find((e) => e.message?.is_echo);
    assert.equal(echo.message.metadata, "rpl_1");
    assert.equal(echo.message.app_id, Number(r.all.world.secrets.metaAppId));
    const delivery = events.find((e) => e.delivery);
    assert.equal(delivery.timestamp, undefined);
    assert.deepEqual(delivery.delivery.mids, [done.body.message_id]);
    assert.equal(ana.received.at(-1)?.text, "Hi!");
    ana.read();
    await r.all.idle();
    assert.equal(r.worker.received.at(-1)?.json.entry[0].messaging[0].read.watermark, ana.received.at(-1)?.at);
  });

  test("2000 characters, counted as characters", async () => {
    const ana = r.all.facebook.customer("Ana Silva");
    ana.text("x");
    const ok = await send({
      recipient: { id: ana.peer },
      messaging_type: "RESPONSE",
      message: { text: "😀".repeat(2000) },
    });
    assert.equal(ok.status, 200);
    const no = await send({
      recipient: { id: ana.peer },
      messaging_type: "RESPONSE",
      message: { text: "a".repeat(2001) },
    });
    assert.equal(no.status, 400);
    assert.equal(no.body.error.code, 100);
  });

  test("the window, and the human agent tag after it", async () => {
    const ben = r.all.facebook.customer("Ben Short");
    ben.text("hello");
    r.all.clock.shift(DAY + HOUR);
    const closed = await send({ recipient: { id: ben.peer }, messaging_type: "RESPONSE", message: { text: "late" } });
    assert.deepEqual([closed.body.error.code, closed.body.error.error_subcode], [10, 2018278]);
    const tagged = await send({
      recipient: { id: ben.peer },
      messaging_type: "MESSAGE_TAG",
      tag: "HUMAN_AGENT",
      message: { text: "late" },
    });
    assert.equal(tagged.status, 200);
    assert.equal(ben.received.at(-1)?.tag, "HUMAN_AGENT");
    r.all.clock.shift(7 * DAY);
    const gone = await send({
      recipient: { id: ben.peer },
      messaging_type: "MESSAGE_TAG",
      tag: "HUMAN_AGENT",
      message: { text: "too late" },
    });
    assert.equal(gone.body.error.error_subcode, 2018278);
    const retired = await send({
      recipient: { id: ben.peer },
      messaging_type: "MESSAGE_TAG",
      tag: "ACCOUNT_UPDATE",
      message: { text: "x" },
    });
    assert.equal(retired.body.error.code, 100);
  });

  test("tokens, unknown and blocked people", async () => {
    const ana = r.all.facebook.customer("Ana Silva");
    ana.text("x");
    const body = { recipient: { id: ana.peer }, messaging_type: "RESPONSE", message: { text: "x" } };
    const wrong = await send(body, "nonsense");
    assert.deepEqual([wrong.status, wrong.body.error.code], [401, 190]);
    page().tokenState = "expired";
    assert.equal((await send(body)).body.error.error_subcode, 463);
    page().tokenState = "valid";
    const nobody = await send({ ...body, recipient: { id: "123" } });
    assert.deepEqual([nobody.body.error.code, nobody.body.error.error_subcode], [100, 2018001]);
    ana.block();
    const blocked = await send(body);
    assert.deepEqual([blocked.body.error.code, blocked.body.error.error_subcode], [551, 1545041]);
    ana.unblock();
    const proof = await post(
      `${r.all.facebook.url}/v25.0/${page().id}/messages?appsecret_proof=00`,
      body,
      page().token,
    );
    assert.equal(proof.body.error.code, 100);
  });

  test("attachments are fetched and checked; text beside one is refused", async () => {
    const ana = r.all.facebook.customer("Ana Silva");
    ana.text("x");
    const attach = (type: string, url: string) =>
      send({
        recipient: { id: ana.peer },
        messaging_type: "RESPONSE",
        message: { attachment: { type, payload: { url } } },
      });
    assert.equal((await attach("image", r.all.cdn.link("boots"))).status, 200);
    assert.equal(ana.received.at(-1)?.attachments[0]?.type, "image");
    assert.equal((await attach("image", r.all.cdn.link("missing"))).body.error.error_subcode, 2018008);
    assert.equal((await attach("image", r.all.cdn.link("invoice.pdf"))).body.error.error_subcode, 2018047);
    const both = await send({
      recipient: { id: ana.peer },
      messaging_type: "RESPONSE",
      message: { text: "x", attachment: { type: "file", payload: { url: r.all.cdn.link("invoice.pdf") } } },
    });
    assert.equal(both.body.error.code, 100);
  });

  test("the usage headers and the send limit", async () => {
    const ana = r.all.facebook.customer("Ana Silva");
    ana.text("x");
    r.all.facebook.sends.burst = 2;
    r.all.facebook.sends.rate = 0.01;
    r.all.clock.shift(HOUR);
    const body = { recipient: { id: ana.peer }, messaging_type: "RESPONSE", message: { text: "x" } };
    const answers = [await send(body), await send(body), await send(body)];
    r.all.facebook.sends.burst = 300;
    r.all.facebook.sends.rate = 300;
    assert.deepEqual(
      answers.map((a) => a.status),
      [200, 200, 400],
    );
    assert.equal(answers[2]?.body.error.code, 80006);
    const usage = JSON.parse(answers[2]?.headers.get("x-business-use-case-usage") ?? "{}");
    assert.ok(usage[page().id][0].estimated_time_to_regain_access >= 1);
  });

  test("profile, subscription and handshake", async () => {
    const ana = r.all.facebook.customer("Ana Silva");
    const profile = await get(
      `${r.all.facebook.url}/v25.0/${ana.peer}?fields=first_name,last_name,name,profile_pic&access_token=${page().token}`,
    );
    assert.deepEqual([profile.body.first_name, profile.body.last_name], ["Ana", "Silva"]);
    assert.equal((await fetch(profile.body.profile_pic)).headers.get("content-type"), "image/png");
    const none = await get(`${r.all.facebook.url}/v25.0/999?fields=name`, page().token);
    assert.deepEqual([none.body.error.code, none.body.error.error_subcode], [100, 2018218]);
    const url = `${r.all.facebook.url}/v25.0/${page().id}/subscribed_apps`;
    await post(`${url}?subscribed_fields=messages`, {}, page().token);
    ana.react(ana.text("hello"), "😮");
    await r.all.idle();
    assert.equal(r.worker.received.length, 1);
    await post(url, {}, page().token);
    assert.equal((await get(url, page().token)).body.data[0].subscribed_fields.includes("message_reads"), true);
    assert.equal((await r.all.facebook.handshake()).ok, true);
    assert.equal((await r.all.facebook.handshake("wrong")).status, 403);
  });

  test("edits, reactions, buttons, referrals, native answers", async () => {
    const ana = r.all.facebook.customer("Ana Silva");
    const m = ana.text("helo");
    ana.edit(m, "hello");
    ana.react(m, "❤");
    ana.unreact(m);
    ana.press("Get started", "START");
    ana.referral({ ref: "qr7" });
    ana.nativeReply("On it");
    ana.unsend(m);
    await r.all.idle();
    const events = r.worker.received.map((x) => x.json.entry[0].messaging[0]);
    assert.equal(events.find((e) => e.message_edit).message_edit.num_edit, 1);
    assert.deepEqual(
      events.filter((e) => e.reaction).map((e) => e.reaction.action),
      ["react", "unreact"],
    );
    assert.equal(events.find((e) => e.postback).postback.payload, "START");
    assert.equal(events.find((e) => e.referral).referral.ref, "qr7");
    assert.equal(events.find((e) => e.message?.is_echo).message.app_id, 26390203743090);
    assert.equal(events.length, 7);
  });
});

describe("instagram", () => {
  const login = () => r.all.instagram.account("login");
  const linked = () => r.all.instagram.account("page");

  test("1000 bytes, not characters, on both hosts", async () => {
    const kim = r.all.instagram.customer("Kim Park");
    kim.text("hi");
    const send = (text: string) =>
      post(
        `${r.all.instagram.url}/v25.0/me/messages`,
        { recipient: { id: kim.peer }, message: { text } },
        login().token,
      );
    assert.equal((await send("é".repeat(500))).status, 200);
    assert.equal((await send("é".repeat(501))).body.error.code, 100);
    const lee = r.all.instagram.customer("Lee Ward", { kind: "page" });
    lee.text("hi");
    const url = `${r.all.facebook.url}/v25.0/${linked().pageId}/messages`;
    assert.equal(
      (await post(url, { recipient: { id: lee.peer }, message: { text: "ok" } }, linked().token)).status,
      200,
    );
    assert.equal(
      (await post(url, { recipient: { id: lee.peer }, message: { text: "é".repeat(501) } }, linked().token)).body.error
        .code,
      100,
    );
    assert.equal(lee.received.at(-1)?.text, "ok");
    await r.all.idle();
    const hook = r.worker.received.find((x) => x.json.object === "instagram" && x.json.entry[0].id === linked().id);
    assert.equal(
      hook?.headers["x-hub-signature-256"],
      hubSignature(r.all.world.secrets.metaAppSecret, hook?.body ?? ""),
    );
    const probe = await get(
      `${r.all.facebook.url}/v25.0/${linked().pageId}?fields=instagram_business_account{id,username,name}`,
      linked().token,
    );
    assert.equal(probe.body.instagram_business_account.id, linked().id);
  });

  test("story replies, mentions, unsend, seen, unsupported", async () => {
    const kim = r.all.instagram.customer("Kim Park");
    kim.storyReply("wow");
    kim.storyMention();
    const slip = kim.text("oops");
    kim.unsend(slip);
    kim.unsupported("poll");
    kim.unsupported("ephemeral");
    await r.all.idle();
    const messages = r.worker.received.map((x) => x.json.entry[0].messaging[0].message);
    assert.ok(messages[0].reply_to.story.url);
    assert.equal(messages[1].attachments[0].type, "story_mention");
    assert.deepEqual(messages[3], { mid: slip.id, is_deleted: true });
    assert.equal(messages[4].is_unsupported, true);
    assert.deepEqual(messages[5].attachments, [{ type: "ephemeral" }]);
    assert.equal(
      r.worker.received[0]?.headers["x-hub-signature-256"],
      hubSignature(r.all.world.secrets.instagramAppSecret, r.worker.received[0]?.body ?? ""),
    );
  });

  test("window, seven profile fields, formats", async () => {
    const kim = r.all.instagram.customer("Kim Park");
    kim.text("hi");
    const fields =
      "name,username,profile_pic,follower_count,is_user_follow_business,is_business_follow_user,is_verified_user";
    const profile = await get(`${r.all.instagram.url}/v25.0/${kim.peer}?fields=${fields}`, login().token);
    assert.equal(Object.keys(profile.body).length, 8);
    const send = (message: unknown) =>
      post(
        `${r.all.instagram.url}/v25.0/${login().id}/messages`,
        { recipient: { id: kim.peer }, message },
        login().token,
      );
    const two = ["boots", "lamp"].map((p) => ({ type: "image", payload: { url: r.all.cdn.link(p) } }));
    assert.equal((await send({ attachments: two })).status, 200);
    assert.equal(kim.received.at(-1)?.attachments.length, 2);
    assert.equal(
      (await send({ attachment: { type: "image", payload: { url: r.all.cdn.link("sticker.webp") } } })).body.error.code,
      100,
    );
    assert.equal(
      (await send({ attachment: { type: "file", payload: { url: r.all.cdn.link("invoice.pdf") } } })).status,
      200,
    );
    r.all.clock.shift(25 * HOUR);
    assert.equal((await send({ text: "late" })).body.error.error_subcode, 2534022);
  });
});
