import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { DAY, HOUR } from "../common/clock.ts";
import { post, rig, type Rig } from "./rig.ts";

let r: Rig;
const call = (method: string, body: Record<string, unknown> = {}) =>
  post(`${r.all.telegram.url}/bot${r.all.telegram.token}/${method}`, body);
const updates = () => r.worker.received.map((x) => x.json);

before(async () => (r = await rig()));
after(() => r.stop());
beforeEach(async () => {
  await r.all.idle();
  r.worker.received.length = 0;
  r.all.clock.reset();
  // Each test begins with quiet chats.
  r.all.telegram.perChat.burst = 1000;
  r.all.telegram.perChat.rate = 1000;
  r.all.telegram.overall.rate = 1000;
});

test("nothing is delivered before setWebhook, everything pending after it, with the secret", async () => {
  const kim = r.all.telegram.customer("Kim Lee");
  kim.text("early");
  await r.all.idle();
  assert.equal(r.worker.received.length, 0);
  assert.equal((await call("getWebhookInfo")).body.result.pending_update_count, 1);
  assert.equal((await call("getUpdates")).body.result[0].message.text, "early");
  assert.match(
    (await call("setWebhook", { url: "https://x.example/", secret_token: "no spaces" })).body.description,
    /secret token/,
  );
  assert.match((await call("setWebhook", { url: "http://x.example/" })).body.description, /HTTPS/);
  assert.equal(
    (await call("setWebhook", { url: `${r.all.delivery.workerUrl}/webhooks/telegram/acc_1`, secret_token: "s3cret" }))
      .body.result,
    true,
  );
  await r.all.idle();
  assert.equal(r.worker.received[0]?.path, "/webhooks/telegram/acc_1");
  assert.equal(r.worker.received[0]?.headers["x-telegram-bot-api-secret-token"], "s3cret");
  assert.equal((await call("getUpdates")).status, 409);
  assert.equal((await call("getWebhookInfo")).body.result.pending_update_count, 0);
});

test("tokens", async () => {
  assert.equal((await call("getMe")).body.result.is_bot, true);
  assert.equal((await post(`${r.all.telegram.url}/bot1:${"x".repeat(35)}/getMe`, {})).status, 401);
  assert.equal((await post(`${r.all.telegram.url}/botnonsense/getMe`, {})).status, 404);
});

test("4096 and 1024 in UTF-16 units, after entity parsing", async () => {
  const kim = r.all.telegram.customer("Kim Lee");
  kim.text("x");
  assert.equal((await call("sendMessage", { chat_id: kim.peer, text: "😀".repeat(2048) })).status, 200);
  assert.equal(
    (await call("sendMessage", { chat_id: kim.peer, text: "😀".repeat(2049) })).body.description,
    "Bad Request: message is too long",
  );
  assert.equal(
    (await call("sendMessage", { chat_id: kim.peer, text: `<b>${"a".repeat(4096)}</b>`, parse_mode: "HTML" })).status,
    200,
  );
  assert.match(
    (await call("sendMessage", { chat_id: kim.peer, text: "<b>x", parse_mode: "HTML" })).body.description,
    /can't parse entities/,
  );
  const photo = (caption: string) => call("sendPhoto", { chat_id: kim.peer, photo: r.all.cdn.link("boots"), caption });
  assert.equal((await photo("a".repeat(1024))).status, 200);
  assert.match((await photo("a".repeat(1025))).body.description, /caption is too long/);
});

test("who cannot be reached, quotes, blocked bots", async () => {
  assert.equal((await call("sendMessage", { chat_id: 42, text: "x" })).body.description, "Bad Request: chat not found");
  const kim = r.all.telegram.customer("Kim Lee");
  const m = kim.text("is it green?");
  const send = (reply_parameters: unknown) =>
    call("sendMessage", { chat_id: Number(kim.peer), text: "yes", reply_parameters });
  assert.equal(
    (await send({ message_id: Number(m.id), quote: "green" })).body.result.reply_to_message.text,
    "is it green?",
  );
  assert.match((await send({ message_id: 999999 })).body.description, /to be replied not found/);
  assert.equal((await send({ message_id: 999999, allow_sending_without_reply: true })).status, 200);
  kim.block();
  const blocked = await call("sendMessage", { chat_id: kim.peer, text: "x" });
  assert.deepEqual([blocked.status, blocked.body.description], [403, "Forbidden: bot was blocked by the user"]);
  kim.unblock();
  await r.all.idle();
  assert.deepEqual(
    updates()
      .filter((u) => u.my_chat_member)
      .map((u) => u.my_chat_member.new_chat_member.status),
    ["kicked", "member"],
  );
});

test("one message a second to one chat: 429 with retry_after", async () => {
  const kim = r.all.telegram.customer("Rae Quick");
  kim.text("x");
  r.all.telegram.perChat.burst = 1;
  r.all.telegram.perChat.rate = 0.2;
  await call("sendMessage", { chat_id: kim.peer, text: "1" });
  const fast = await call("sendMessage", { chat_id: kim.peer, text: "2" });
  assert.equal(fast.status, 429);
  assert.equal(fast.body.parameters.retry_after, 5);
  r.all.clock.shift(5000);
  assert.equal((await call("sendMessage", { chat_id: kim.peer, text: "2" })).status, 200);
});

test("files: albums in, getFile and download, media groups out, avatars", async () => {
  const kim = r.all.telegram.customer("Kim Lee");
  kim.image(["boots", "lamp"], { caption: "both" });
  await r.all.idle();
  const [one, two] = updates().map((u) => u.message);
  assert.equal(one.caption, "both");
  assert.equal(one.media_group_id, two.media_group_id);
  const file = await call("getFile", { file_id: one.photo.at(-1).file_id });
  const bytes = await fetch(`${r.all.telegram.url}/file/bot${r.all.telegram.token}/${file.body.result.file_path}`);
  assert.equal((await bytes.arrayBuffer()).byteLength, file.body.result.file_size);
  const group = await call("sendMediaGroup", {
    chat_id: kim.peer,
    media: ["boots", "lamp"].map((p) => ({ type: "photo", media: r.all.cdn.link(p) })),
  });
  assert.equal(group.body.result.length, 2);
  assert.equal(
    (await call("sendMediaGroup", { chat_id: kim.peer, media: [{ type: "photo", media: r.all.cdn.link("boots") }] }))
      .status,
    400,
  );
  assert.equal(
    (await call("sendPhoto", { chat_id: kim.peer, photo: r.all.cdn.link("missing") })).body.description,
    "Bad Request: failed to get HTTP URL content",
  );
  assert.equal((await call("getUserProfilePhotos", { user_id: kim.peer, limit: 1 })).body.result.total_count, 1);
  const form = new FormData();
  form.set("chat_id", kim.peer);
  form.set("document", new Blob(["hello"]), "note.txt");
  const up = (await (
    await fetch(`${r.all.telegram.url}/bot${r.all.telegram.token}/sendDocument`, { method: "POST", body: form })
  ).json()) as any;
  assert.equal(up.result.document.file_name, "note.txt");
});

test("business chats: both directions, the window, deletions, rights", async () => {
  const noor = r.all.telegram.customer("Noor Vries", { kind: "business" });
  const m = noor.text("hallo");
  noor.edit(m, "hallo!");
  noor.nativeReply("typed in the app");
  noor.unsend(m);
  r.all.telegram.setConnection({ canReply: true });
  await r.all.idle();
  const kinds = updates()
    .map((u) => Object.keys(u)[1])
    .filter((k) => k !== "business_connection");
  assert.deepEqual(kinds, [
    "business_message",
    "edited_business_message",
    "business_message",
    "deleted_business_messages",
  ]);
  assert.ok(updates().some((u) => u.business_connection?.rights.can_reply));
  assert.equal(
    updates()
      .filter((u) => u.business_message)
      .at(-1).business_message.from.id,
    r.all.telegram.owner.id,
  );
  const send = () =>
    call("sendMessage", { business_connection_id: r.all.telegram.connection.id, chat_id: noor.peer, text: "hoi" });
  assert.equal((await send()).status, 200);
  assert.equal(
    (await call("sendMessage", { business_connection_id: "nope", chat_id: noor.peer, text: "hoi" })).body.description,
    "Bad Request: BUSINESS_CONNECTION_INVALID",
  );
  r.all.clock.shift(DAY + HOUR);
  assert.equal((await send()).body.description, "Bad Request: BUSINESS_PEER_USAGE_MISSING");
  noor.text("nog iets");
  await r.all.idle();
  assert.equal((await send()).status, 200, "a new message opens it again");
});

test("order per chat is kept while a delivery is retried; edits and buttons arrive", async () => {
  const kim = r.all.telegram.customer("Kim Lee");
  r.worker.answers = [500, 500];
  const m = kim.text("first");
  kim.text("second");
  kim.edit(m, "first!");
  kim.press("Yes", "YES");
  await r.all.idle();
  const texts = updates().map((u) => u.message?.text ?? u.edited_message?.text ?? u.callback_query?.data);
  assert.deepEqual(texts, ["first", "first", "first", "second", "first!", "YES"]);
  assert.equal(new Set(updates().map((u) => u.update_id)).size, 4);
});

test("a method in the webhook answer is carried out", async () => {
  const kim = r.all.telegram.customer("Kim Lee");
  r.worker.reply = JSON.stringify({ method: "sendMessage", chat_id: kim.peer, text: "by the answer" });
  kim.text("x");
  await r.all.idle();
  r.worker.reply = "";
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(kim.received.at(-1)?.text, "by the answer");
});
