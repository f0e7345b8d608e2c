import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { tellStory } from "../story.ts";
import { until } from "../../harness/until.ts";
import { get, post, rig, type Rig } from "./rig.ts";

let r: Rig;
before(async () => (r = await rig()));
after(() => r.stop());

test("the opening: ten customers and more, four platforms, many languages, one event twice, one taken back", async () => {
  await post(`${r.all.telegram.url}/bot${r.all.telegram.token}/setWebhook`, {
    url: `${r.all.delivery.workerUrl}/webhooks/telegram/acc_1`,
  });
  const story = tellStory(r.all, { opening: 0.01 });
  await story.opening;
  story.stop();
  await r.all.idle();
  const chats = (await get(`${r.all.url}/_control/state`)).body.chats as {
    name: string;
    platform: string;
    language: string;
    messages: { unsent: boolean; story?: { kind: string } }[];
  }[];
  assert.ok(new Set(chats.map((c) => c.name)).size >= 10);
  assert.equal(new Set(chats.map((c) => c.platform)).size, 4);
  for (const language of ["en", "de", "es", "fr", "pt", "ja", "ar"])
    assert.ok(
      chats.some((c) => c.language === language),
      language,
    );
  assert.ok(chats.some((c) => c.messages.some((m) => m.story?.kind === "mention")));
  assert.equal(chats.filter((c) => c.messages.some((m) => m.unsent)).length, 1);
  const bodies = r.worker.received.map((x) => x.body);
  assert.equal(bodies.length - new Set(bodies).size, 1);
});

test("after it: each says what is left to say once, and nobody gives thanks for an answer that has not come", async () => {
  const said = () => r.all.world.phones.list().flatMap((chat) => chat.messages.map(({ text }) => text));
  const lucia = r.all.telegram.customer("Lucía Romero");
  await post(`${r.all.telegram.url}/bot${r.all.telegram.token}/sendMessage`, {
    chat_id: Number(lucia.chat.peer),
    text: "Sí, en talla 38.",
  });
  const before = said().length;
  const story = tellStory(r.all, { everyMs: 2 });
  await until(
    "all is said",
    () =>
      said().includes("Buenas, me cobraron dos veces el pedido 4933.") &&
      r.all.facebook.customer("Priya Raman").chat.messages.length > 1,
  );
  await new Promise((done) => setTimeout(done, 100));
  story.stop();
  assert.equal(said().length, before + 9);
  assert.equal(said().filter((text) => text === "Hello?? Still waiting.").length, 1);
  assert.deepEqual(
    said().filter((text) => /^¡Gracias|obrigado!$/.test(text ?? "")),
    ["¡Gracias! Las compro hoy mismo."],
  );
});
