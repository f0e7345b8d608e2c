import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { DAY, HOUR, MINUTE } from "../common/clock.ts";
import { get, post, rig, type Rig } from "./rig.ts";

let r: Rig;
before(async () => (r = await rig()));
after(() => r.stop());
beforeEach(async () => {
  await r.all.idle();
  r.worker.received.length = 0;
  r.all.clock.reset();
});

const token = () => r.all.whatsapp.account.token;
const base = () => `${r.all.whatsapp.url}/v25.0/${r.all.whatsapp.account.id}`;
const send = (to: string, rest: Record<string, unknown>) =>
  post(`${base()}/messages`, { messaging_product: "whatsapp", recipient_type: "individual", to, ...rest }, token());
const text = (body: string, more: Record<string, unknown> = {}) => ({ type: "text", text: { body }, ...more });
const values = () => r.worker.received.map((x) => x.json.entry[0].changes[0].value);
const statuses = () => values().flatMap((v) => v.statuses ?? []);

test("a reply comes back as sent, delivered and read, with the opaque data", async () => {
  const kim = r.all.whatsapp.customer("Kim Lee");
  const hello = kim.text("hello");
  const done = await send(
    kim.peer,
    text("Hi Kim", { biz_opaque_callback_data: "rpl_7", context: { message_id: hello.id } }),
  );
  assert.match(done.body.messages[0].id, /^wamid\./);
  assert.deepEqual(done.body.contacts, [{ input: kim.peer, wa_id: kim.peer }]);
  await r.all.idle();
  kim.read();
  await r.all.idle();
  assert.deepEqual(
    statuses().map((s) => s.status),
    ["sent", "delivered", "read"],
  );
  assert.ok(statuses().every((s) => s.biz_opaque_callback_data === "rpl_7" && s.recipient_id === kim.peer));
  const [first] = values();
  assert.match(first.contacts[0].user_id, /^[A-Z]{2}\.\d+$/);
  assert.equal(kim.received.at(-1)?.replyTo, hello.id);
});

test("4096 characters; a closed window fails afterwards, in a status", async () => {
  const kim = r.all.whatsapp.customer("Kim Lee");
  kim.text("hello");
  assert.equal((await send(kim.peer, text("é".repeat(4096)))).status, 200);
  assert.equal((await send(kim.peer, text("a".repeat(4097)))).body.error.code, 100);
  await r.all.idle();
  r.worker.received.length = 0;
  r.all.clock.shift(DAY + HOUR);
  const late = await send(kim.peer, text("late"));
  assert.equal(late.status, 200);
  await r.all.idle();
  assert.deepEqual(
    statuses().map((s) => [s.id, s.status, s.errors[0].code]),
    [[late.body.messages[0].id, "failed", 131047]],
  );
  assert.equal(
    (await send(kim.peer, { type: "template", template: { name: "order_update", language: { code: "de" } } })).status,
    200,
  );
  assert.equal(
    (await send(kim.peer, { type: "template", template: { name: "nothing", language: { code: "de" } } })).body.error
      .code,
    132001,
  );
  r.all.whatsapp.failures = "answer";
  assert.equal((await send(kim.peer, text("late"))).body.error.code, 131047);
  assert.equal((await send("15550000000", text("who"))).body.error.code, 131026);
  r.all.whatsapp.failures = "status";
});

test("the pair limit answers 429 with code 131056", async () => {
  const fast = r.all.whatsapp.customer("Fay Fast");
  fast.text("hello");
  r.all.whatsapp.pairs.burst = 2;
  const codes = [];
  for (let i = 0; i < 3; i++) codes.push((await send(fast.peer, text(`n${i}`))).body.error?.code);
  r.all.whatsapp.pairs.burst = 45;
  assert.deepEqual(codes, [undefined, undefined, 131056]);
});

test("media ids, five-minute links with the token, upload and sending by id", async () => {
  const kim = r.all.whatsapp.customer("Kim Lee");
  kim.image("lamp", { caption: "look" });
  kim.voice();
  await r.all.idle();
  const [image, voice] = values().map((v) => v.messages[0]);
  assert.equal(image.image.caption, "look");
  assert.equal(voice.audio.voice, true);
  const info = await get(
    `${r.all.whatsapp.url}/v25.0/${image.image.id}?phone_number_id=${r.all.whatsapp.account.id}`,
    token(),
  );
  assert.equal(info.body.mime_type, "image/png");
  const bytes = await fetch(info.body.url, { headers: { authorization: `Bearer ${token()}` } });
  assert.equal((await bytes.arrayBuffer()).byteLength, Number(info.body.file_size));
  assert.equal((await fetch(info.body.url)).status, 401);
  r.all.clock.shift(5 * MINUTE + 1000);
  assert.equal((await fetch(info.body.url, { headers: { authorization: `Bearer ${token()}` } })).status, 404);
  const form = new FormData();
  form.set("messaging_product", "whatsapp");
  form.set("type", "application/pdf");
  form.set(
    "file",
    new Blob([r.all.cdn.get("invoice.pdf")?.bytes as Uint8Array<ArrayBuffer>], { type: "application/pdf" }),
    "invoice.pdf",
  );
  const up = await fetch(`${base()}/media`, {
    method: "POST",
    headers: { authorization: `Bearer ${token()}` },
    body: form,
  });
  const { id } = (await up.json()) as { id: string };
  assert.equal((await send(kim.peer, { type: "document", document: { id, filename: "a.pdf" } })).status, 200);
  assert.equal(kim.received.at(-1)?.attachments[0]?.name, "a.pdf");
  const bad = await send(kim.peer, { type: "image", image: { link: r.all.cdn.link("missing") } });
  assert.equal(bad.status, 200);
  await r.all.idle();
  assert.equal(statuses().find((s) => s.id === bad.body.messages[0].id).errors[0].code, 131053);
});

test("edits, revokes, reactions, contacts, places, unsupported, number change, phone app", async () => {
  const kim = r.all.whatsapp.customer("Kim Lee");
  const m = kim.text("helo");
  kim.edit(m, "hello");
  kim.react(m, "👍");
  kim.unreact(m);
  kim.unsend(m);
  kim.contact();
  kim.location();
  kim.unsupported("poll");
  kim.press("Yes", "YES");
  kim.nativeReply("calling you");
  const ivy = r.all.whatsapp.customer("Ivy Moss", { hideNumber: true });
  ivy.text("by name only");
  const old = r.all.whatsapp.customer("Olga Old");
  old.text("hi");
  r.all.whatsapp.changeNumber(old.chat, "12195550000");
  await r.all.idle();
  const kinds = values().map((v) => v.messages?.[0].type ?? Object.keys(v).at(-1));
  assert.deepEqual(
    new Set(kinds),
    new Set([
      "text",
      "edit",
      "reaction",
      "revoke",
      "contacts",
      "location",
      "unsupported",
      "button",
      "message_echoes",
      "system",
    ]),
  );
  const edit = values().find((v) => v.messages?.[0].type === "edit").messages[0];
  assert.notEqual(edit.id, m.id);
  assert.equal(edit.edit.original_message_id, m.id);
  assert.deepEqual(
    values()
      .filter((v) => v.messages?.[0].type === "reaction")
      .map((v) => v.messages[0].reaction.emoji),
    ["👍", ""],
  );
  const named = values().find((v) => v.contacts?.[0].profile.username === "ivy.moss");
  assert.equal(named.contacts[0].wa_id, "");
  const byName = await post(
    `${base()}/messages`,
    { messaging_product: "whatsapp", recipient: ivy.chat.bsuid, ...text("hello Ivy") },
    token(),
  );
  assert.equal(byName.status, 200);
  assert.equal(ivy.received.length, 1);
});

test("marking read shows on the phone", async () => {
  const kim = r.all.whatsapp.customer("Kim Lee");
  const m = kim.text("seen?");
  const done = await post(
    `${base()}/messages`,
    { messaging_product: "whatsapp", status: "read", message_id: m.id, typing_indicator: { type: "text" } },
    token(),
  );
  assert.deepEqual(done.body, { success: true });
  assert.equal(kim.chat.readUntil, m.at);
  assert.ok((kim.chat.typingUntil ?? 0) > r.all.clock.now());
});
