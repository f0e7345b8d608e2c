import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startStandins } from "../index.ts";
import { post, Receiver } from "./rig.ts";

test("chats, posts and the webhook of the bot outlive a restart; ids are not used again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "standins-"));
  const stateFile = join(folder, "phones.json");
  const worker = new Receiver();
  const workerUrl = await worker.start();
  try {
    const first = await startStandins({ workerUrl, stateFile });
    await post(`${first.telegram.url}/bot${first.telegram.token}/setWebhook`, {
      url: `${workerUrl}/webhooks/telegram/acc_1`,
      secret_token: "kept",
    });
    const one = first.telegram.customer("Kim Lee").text("before");
    first.instagram.customer("Ana Silva").image("boots");
    const mine = first.facebook.wall.post("Boots are back");
    const comment = first.facebook.wall.comment("Kim Lee", mine, "price?");
    first.facebook.wall.reply("Ana Silva", comment, "same");
    await first.idle();
    await first.stop();
    const second = await startStandins({ workerUrl, stateFile });
    const kim = second.telegram.customer("Kim Lee");
    assert.equal(kim.chat.messages[0]?.text, "before");
    const two = kim.text("after");
    assert.notEqual(two.id, one.id);
    await second.idle();
    assert.equal(worker.received.at(-1)?.headers["x-telegram-bot-api-secret-token"], "kept");
    const updates = worker.received.filter((x) => x.path === "/webhooks/telegram/acc_1").map((x) => x.json.update_id);
    assert.equal(new Set(updates).size, updates.length);
    const sent = await post(`${second.telegram.url}/bot${second.telegram.token}/sendMessage`, {
      chat_id: kim.peer,
      text: "still here",
    });
    assert.equal(sent.status, 200);
    assert.ok(second.instagram.customer("Ana Silva").chat.messages[0]?.attachments[0]?.url?.startsWith(second.url));
    const walls = second.world.wall.list("facebook");
    assert.equal(walls.filter((p) => p.text.includes("Arrecife")).length, 1, "the shop's first posts are there once");
    assert.equal(second.facebook.wall.find(mine.id).text, "Boots are back");
    assert.deepEqual(
      second.world.wall.replies(second.facebook.wall.findComment(comment.id)).map((c) => c.text),
      ["same"],
    );
    await second.stop();
  } finally {
    worker.stop();
    rmSync(folder, { recursive: true });
  }
});
