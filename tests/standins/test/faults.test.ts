import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { get, post, rig, type Rig } from "./rig.ts";

let r: Rig;
before(async () => (r = await rig()));
after(() => r.stop());
beforeEach(async () => {
  await r.all.idle();
  r.worker.received.length = 0;
});
afterEach(() => {
  r.all.faults.clear();
  r.all.receipts.reset();
});

const send = (peer: string, signal?: AbortSignal) =>
  fetch(`${r.all.facebook.url}/v25.0/me/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${r.all.facebook.account.token}` },
    body: JSON.stringify({
      recipient: { id: peer },
      messaging_type: "RESPONSE",
      message: { text: "answer", metadata: "rpl_1" },
    }),
    signal,
  });

describe("faults on the way out", () => {
  const ana = () => r.all.facebook.customer("Ana Silva");
  const next = (fault: Parameters<typeof r.all.faults.next>[2]) => r.all.faults.next("facebook", "send", fault);
  beforeEach(() => void ana().text("hello"));

  test("one-shots come in order, then all is well; a standing fault stays", async () => {
    next([
      { kind: "status", status: 429, headers: { "retry-after": "7" } },
      { kind: "error", name: "transient" },
    ]);
    const first = await send(ana().peer);
    assert.deepEqual([first.status, first.headers.get("retry-after")], [429, "7"]);
    assert.equal((await send(ana().peer)).status, 500);
    assert.equal((await send(ana().peer)).status, 200);
    r.all.faults.always("facebook", "send", { kind: "status", status: 503 });
    assert.deepEqual([(await send(ana().peer)).status, (await send(ana().peer)).status], [503, 503]);
  });

  test("dropped before: nothing arrived; dropped after: it did, and the echo says so", async () => {
    const had = ana().received.length;
    next({ kind: "drop-before" });
    await assert.rejects(send(ana().peer));
    assert.equal(ana().received.length, had);
    next({ kind: "drop-after" });
    await assert.rejects(send(ana().peer));
    assert.equal(ana().received.length, had + 1);
    await r.all.idle();
    const echo = r.worker.received.map((x) => x.json.entry[0].messaging[0].message).find((m) => m?.is_echo);
    assert.equal(echo.metadata, "rpl_1");
  });

  test("hang, no id, HTML, slow", async () => {
    next({ kind: "hang" });
    await assert.rejects(send(ana().peer, AbortSignal.timeout(150)));
    next([{ kind: "no-id" }, { kind: "html" }, { kind: "slow", ms: 120 }]);
    assert.deepEqual(await (await send(ana().peer)).json(), {});
    assert.match(await (await send(ana().peer)).text(), /<!doctype html>/);
    const at = Date.now();
    await send(ana().peer);
    assert.ok(Date.now() - at >= 110);
  });

  test("echoes early, twice and never", async () => {
    const echoes = () => r.worker.received.filter((x) => x.json.entry[0].messaging[0].message?.is_echo).length;
    r.all.receipts.set("facebook", "echo", "early");
    await send(ana().peer);
    assert.equal(echoes(), 1);
    r.all.receipts.set("facebook", "echo", "twice");
    await send(ana().peer);
    await r.all.idle();
    assert.equal(echoes(), 3);
    r.all.receipts.set("facebook", "echo", "never");
    await send(ana().peer);
    await r.all.idle();
    assert.equal(echoes(), 3);
  });
});

describe("webhooks", () => {
  test("retried until taken", async () => {
    r.worker.answers = [500, 503, 429];
    const m = r.all.instagram.customer("Kim Park").text("again");
    await r.all.idle();
    assert.equal(r.worker.received.length, 4);
    assert.equal(new Set(r.worker.received.map((x) => x.body)).size, 1);
    assert.equal(m.state, "delivered");
    assert.equal(r.all.delivery.log.at(-1)?.attempts.length, 4);
  });

  test("doubled, cut off, held, shuffled, batched", async () => {
    const kim = r.all.instagram.customer("Kim Park");
    r.all.delivery.duplicate("instagram", 2);
    kim.text("thrice");
    await r.all.idle();
    assert.equal(r.worker.received.length, 3);
    r.all.delivery.disconnect("instagram");
    kim.text("cut");
    await r.all.idle();
    assert.equal(r.all.delivery.log.at(-1)?.attempts[0]?.status, "disconnected");
    r.worker.received.length = 0;
    r.all.delivery.hold("instagram");
    for (let i = 0; i < 7; i++) kim.text(`n${i}`);
    await r.all.idle();
    assert.equal(r.worker.received.length, 0);
    r.all.delivery.release("instagram", { order: "reverse", batch: 3 });
    await r.all.idle();
    assert.deepEqual(
      r.worker.received.map((x) => x.json.entry.length),
      [3, 3, 1],
    );
    assert.equal(r.worker.received[0]?.json.entry[0].messaging[0].message.text, "n6");
  });

  test("a burst in parallel", async () => {
    r.all.delivery.hold("whatsapp");
    const kim = r.all.whatsapp.customer("Bo Burst");
    for (let i = 0; i < 50; i++) kim.text(`n${i}`);
    r.all.delivery.release("whatsapp", { parallel: true, times: 2 });
    await r.all.idle();
    assert.equal(r.worker.received.length, 100);
  });
});

describe("team channels", () => {
  test("Slack", async () => {
    const url = r.all.channel.slackUrl;
    const block = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
    const fine = await post(url, {
      text: "Urgent",
      blocks: [
        block("*Urgent* from Kim"),
        {
          type: "actions",
          elements: [{ type: "button", text: { type: "plain_text", text: "Open" }, url: "https://inbox.example/t/1" }],
        },
      ],
    });
    assert.deepEqual([fine.status, fine.body], [200, "ok"]);
    assert.deepEqual(r.all.channel.posts.at(-1)?.links, ["https://inbox.example/t/1"]);
    assert.deepEqual(Object.values(await post(url, {})).includes("no_text"), true);
    assert.equal((await post(url, { text: "x", blocks: [block("y".repeat(3001))] })).body, "invalid_blocks");
    assert.equal(
      (await post(url, { text: "x", blocks: Array.from({ length: 51 }, () => block("y")) })).body,
      "invalid_blocks",
    );
    assert.equal(
      (await post(url, { text: "x", blocks: Array.from({ length: 50 }, () => block("y".repeat(3000))) })).status,
      200,
    );
    assert.equal((await post(url.replace("0001", "0002"), { text: "x" })).body, "invalid_token");
    r.all.faults.next("channel", "slack", { kind: "error", name: "rate-limited", retryAfter: 2 });
    assert.equal((await post(url, { text: "x" })).headers.get("retry-after"), "2");
  });

  test("Teams and plain JSON", async () => {
    const card = {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text: "Urgent" }], actions: [] },
    };
    assert.equal((await post(r.all.channel.teamsUrl, { type: "message", attachments: [card] })).status, 202);
    assert.equal((await post(r.all.channel.teamsUrl, { text: "MessageCard of old" })).status, 400);
    const large = { ...card, content: { ...card.content, body: [{ type: "TextBlock", text: "y".repeat(28 * 1024) }] } };
    assert.equal((await post(r.all.channel.teamsUrl, { type: "message", attachments: [large] })).status, 413);
    assert.equal((await post(r.all.channel.teamsUrl.replace(/sig=.*/, "sig=x"), {})).status, 401);
    assert.equal((await post(r.all.channel.jsonUrl, { text: "hi" })).status, 204);
  });
});

describe("control from outside", () => {
  const control = (what: string, body: unknown) => post(`${r.all.url}/_control/${what}`, body);

  test("acts, faults, clock, state", async () => {
    const m = await control("act", { platform: "telegram", name: "Zoe Hall", do: "text", text: "hi" });
    assert.equal(m.body.text, "hi");
    await control("faults", { platform: "facebook", endpoint: "send", fault: { kind: "status", status: 500 } });
    assert.equal(r.all.faults.list().queued.length, 1);
    await control("clock", { shiftMs: 3_600_000 });
    assert.equal(r.all.clock.offsetMs, 3_600_000);
    await control("clock", { reset: true });
    const state = await get(`${r.all.url}/_control/state`);
    assert.ok(state.body.chats.some((c: { name: string }) => c.name === "Zoe Hall"));
    assert.equal((await get(`${r.all.url}/_control/vars`)).body.FACEBOOK_API_BASE, r.all.facebook.url);
    assert.equal((await control("act", { platform: "nowhere", name: "x", do: "text" })).status, 400);
  });

  test("media that misbehaves", async () => {
    const at = (name: string) => fetch(r.all.cdn.link(name), { redirect: "manual" });
    const away = await at("redirect");
    assert.ok(away.headers.get("location")?.startsWith(r.all.channel.url));
    assert.equal((await at("expired")).status, 403);
    assert.equal((await at("html")).headers.get("content-type"), "image/jpeg");
    await assert.rejects(at("drop"));
    assert.equal(r.all.cdn.hits.get("expired"), 1);
  });
});
