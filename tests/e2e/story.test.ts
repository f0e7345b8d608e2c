/** A customer's message travels the whole way, at every door: in, labelled, routed, answered by a person, audited. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { assertChained } from "../harness/audit.ts";
import { at, doors, type Door } from "../harness/doors.ts";
import { startProduct, topicsOf, type Product } from "../harness/product.ts";
import { until } from "../harness/until.ts";

let product: Product;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent", Jon: "agent" },
    rules: topicsOf({ orders: "Mia", billing: "Jon" }),
  });
});
after(() => product.stop());

/** A new customer of this door asks about an order. */
const asks = async (door: Door, name: string, text = "Where is my order?") => {
  const customer = at(product.standins, door, `${name} ${door.name}`);
  const message = customer.text(text);
  const thread = await product.threadOf(customer, (one) => one.topic !== null && one.owner.type === "teammate");
  return { customer, message, thread };
};

const outgoing = async (thread: string) =>
  (await product.owner.messages(thread)).filter((one) => one.direction === "outgoing");

for (const door of doors) {
  describe(`at ${door.name}`, () => {
    it("a message is listed, labelled, and given to whoever answers its topic, with reasons", async () => {
      const { thread } = await asks(door, "Ana");
      assert.equal(thread.platform, door.platform);
      assert.equal(thread.topic, "orders");
      assert.equal(thread.language, "en");
      assert.equal(thread.labelSource, "builtIn");
      assert.equal(thread.owner.name, "Mia");
      assert.equal(thread.unread, 1);
      assert.ok(thread.needsAnswer && thread.dueAt);
      const { reasons } = await product.owner.thread(thread.id);
      assert.deepEqual([...new Set(reasons.map((one) => one.guardrail))], ["who", "hours", "load", "backup"]);
      const mine = await product.team.person("Mia").threads("queue=mine");
      assert.ok(mine.some((one) => one.id === thread.id));
      const others = await product.team.person("Jon").threads("queue=mine");
      assert.ok(!others.some((one) => one.id === thread.id));
    });

    it("a person's answer reaches the phone unchanged, comes back with receipts, and every step is on record", async () => {
      const { customer, thread } = await asks(door, "Bea");
      const words = 'It is on its way: "tomorrow", at 9 — Grüße & 謝謝 🎒';
      const mia = product.team.person("Mia");
      const reply = await mia.reply(thread.id, words);
      assert.ok(["sending", "queued", "sent"].includes(reply.status), reply.status);
      await until("the phone shows it", () => customer.received.length === 1);
      assert.equal(customer.received[0]?.text, words);
      await until(
        `it is ${door.reaches}`,
        async () => (await mia.replyState(thread.id, reply.replyId)).message.status === door.reaches,
      );
      customer.read();
      await until(
        `it is ${door.afterLooking}`,
        async () => (await mia.replyState(thread.id, reply.replyId)).message.status === door.afterLooking,
      );
      await product.standins.idle();

      const sent = await outgoing(thread.id);
      assert.equal(sent.length, 1, "its echo is not a second message");
      assert.equal(sent[0]?.text, words);
      assert.deepEqual([sent[0]?.author.type, sent[0]?.author.name], ["teammate", "Mia"]);
      const now = await product.threadOf(customer, (one) => !one.needsAnswer);
      assert.equal(now.dueAt, null);

      const history = await until("the history is whole", async () => {
        const entries = await mia.audit(thread.id);
        return entries.some((entry) => entry.action === "sent") && entries;
      });
      assert.deepEqual(
        history.map((entry) => entry.action),
        ["opened", "labelled", "routed", "replied", "sent"],
      );
      assert.deepEqual(
        history.map((entry) => entry.actor.type),
        ["customer", "system", "system", "teammate", "system"],
      );
      await until(
        "the index has the history too",
        async () => (await product.count("audit", `thread = '${thread.id}'`)) === history.length,
      );
      await assertChained(product, thread.id, history);
      assert.ok(!JSON.stringify(history).includes("order?"), "no words of the customer are in it");
    });

    it("an answer typed in the platform's own app is shown, stops the clock, and is sent by nobody", async () => {
      if (door.platform === "telegram" && door.kind !== "business") return; // A bot has no app to type in.
      const { customer, thread } = await asks(door, "Cleo");
      const before = product.sends();
      customer.nativeReply("Answered from the app");
      const seen = await until("it is shown", async () =>
        (await outgoing(thread.id)).find((one) => one.text === "Answered from the app"),
      );
      assert.equal(seen.author.type, "nativeApp");
      await product.threadOf(customer, (one) => !one.needsAnswer);
      assert.equal(product.sends(), before);
    });

    it("closing stays closed until the customer writes again", async () => {
      const { customer, thread } = await asks(door, "Dora");
      const mia = product.team.person("Mia");
      await mia.post(`/threads/${thread.id}/close`, { note: "done" });
      await product.threadOf(customer, (one) => one.status === "closed", "queue=all&status=closed");
      customer.text("One more thing about my order");
      const open = await product.threadOf(customer, (one) => one.status === "open");
      assert.equal(open.id, thread.id, "it is the same thread");
      const actions = (await mia.audit(thread.id)).map((entry) => entry.action);
      assert.ok(actions.indexOf("closed") < actions.lastIndexOf("reopened"));
    });

    it("an edit shows the new words, a reaction is shown and taken back", async () => {
      const { customer, message, thread } = await asks(door, "Edda", "Where is my ordr?");
      if (door.edits) {
        customer.edit(message, "Where is my order 77?");
        await until("the words are the new ones", async () => {
          const [first] = await product.owner.messages(thread.id);
          return first?.text === "Where is my order 77?" && first.edited;
        });
      }
      if (!door.reactions) return;
      const reply = await product.owner.reply(thread.id, "On its way");
      const shown = await until("the answer is on the phone", () => customer.received[0]);
      customer.react(shown, "❤");
      await until("the reaction is shown", async () =>
        (await outgoing(thread.id))[0]?.reactions.some((one) => one.by === "customer" && one.emoji.startsWith("❤")),
      );
      // Times of some platforms are in whole seconds: of two in the same one, neither is the later.
      const second = Math.floor(Date.now() / 1000);
      await until("the next second", () => Math.floor(Date.now() / 1000) > second);
      customer.unreact(shown);
      await until("the reaction is gone", async () => (await outgoing(thread.id))[0]?.reactions.length === 0);
      assert.equal((await product.owner.replyState(thread.id, reply.replyId)).message.reactions.length, 0);
    });

    it("what is unsent loses its words, is no longer found, and its files are deleted", async () => {
      if (!door.unsends) return;
      const { customer, thread } = await asks(door, "Fay");
      const word = `zweibrücken${door.name.replace(/\W/g, "")}`;
      const slip = customer.text(`my phone is ${word}`);
      const picture = customer.image("parcel");
      await until(
        "it is found",
        async () => (await product.owner.get<{ items: unknown[] }>(`/search?q=${word}`)).items.length === 1,
      );
      const stored = await until("the picture has come", async () => {
        const [attachment] = (await product.owner.messages(thread.id)).flatMap((one) => one.attachments);
        return attachment && attachment.state !== "pending" && attachment;
      });
      customer.unsend(slip);
      customer.unsend(picture);
      await until(
        "both are unsent",
        async () => (await product.owner.messages(thread.id)).filter((one) => one.unsentAt).length === 2,
      );
      const messages = await product.owner.messages(thread.id);
      assert.ok(
        messages
          .filter((one) => one.unsentAt)
          .every((one) => one.text === null && one.attachments.every((file) => file.url === null)),
      );
      await until(
        "it is found no more",
        async () => (await product.owner.get<{ items: unknown[] }>(`/search?q=${word}`)).items.length === 0,
      );
      if (door.keepsMedia) {
        await until("the file is gone", async () => (await product.owner.ask("GET", stored.url ?? "")).status === 404);
      }
      const left = await product.rows<{ item: string }>("SELECT item FROM threads WHERE id = ?", thread.id);
      assert.ok(!left[0]?.item.includes(word), "nor does the list show it");
    });

    it("a customer's picture, voice and document come with it", async () => {
      const { customer, thread } = await asks(door, "Gil");
      customer.image("parcel");
      customer.voice();
      customer.document();
      const files = await until("all three are there", async () => {
        const found = (await product.owner.messages(thread.id)).flatMap((one) => one.attachments);
        return found.length === 3 && found.every((file) => file.state !== "pending") && found;
      });
      for (const file of files) {
        assert.equal(file.state, door.keepsMedia ? "stored" : "linked", JSON.stringify(file.kind));
        if (!door.keepsMedia) {
          assert.match(file.url ?? "", /^http/);
          continue;
        }
        const url = file.url ?? "";
        assert.match(url, /^\/media\//);
        const got = await product.owner.ask("GET", url);
        assert.equal(got.status, 200);
        assert.equal(got.headers.get("x-content-type-options"), "nosniff");
        assert.match(got.headers.get("content-security-policy") ?? "", /sandbox/);
        assert.equal((await fetch(product.url + url)).status, 404, "nobody else sees it");
      }
      if (door.keepsMedia) {
        assert.equal((await product.blobs("media/")).length > 0, true);
        assert.ok(
          files.some((file) => file.mime === "image/png" || file.mime === "image/jpeg"),
          JSON.stringify(files),
        );
      }
    });

    it("an answer to one message quotes it on the phone, and the customer's quote is shown", async () => {
      const { customer, message, thread } = await asks(door, "Hana");
      const [asked] = await product.owner.messages(thread.id);
      await product.owner.reply(thread.id, "This one", { replyTo: asked?.id });
      const shown = await until("it is on the phone", () => customer.received[0]);
      assert.equal(shown.replyTo, message.id);
      customer.text("Yes, that one", { replyTo: shown });
      await until("the quote is shown", async () => {
        const messages = await product.owner.messages(thread.id);
        const ours = messages.find((one) => one.text === "This one");
        return messages.find((one) => one.text === "Yes, that one")?.quote?.messageId === ours?.id;
      });
    });

    it("files go out in order, in as few calls as the platform allows, words with them", async () => {
      const { customer, thread } = await asks(door, "Ida");
      const png = Buffer.from(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "base64",
      );
      const ids: string[] = [];
      const names = ["one.png", "für Ida \u202e#2.png"];
      for (const name of names) {
        const answer = await product.owner.ask<{ id: string; mime: string }>(
          "POST",
          `/api/v1/media?name=${encodeURIComponent(name)}`,
          new Uint8Array(png),
        );
        assert.equal(answer.status, 201, answer.text);
        assert.equal(answer.body.mime, "image/png");
        ids.push(answer.body.id);
      }
      const before = product.sends();
      const reply = await product.owner.reply(thread.id, "Two pictures", { attachments: ids });
      await until("it is sent", async () =>
        ["sent", "delivered", "read"].includes((await product.owner.replyState(thread.id, reply.replyId)).status),
      );
      await product.standins.idle();
      const files = customer.received.flatMap((one) => one.attachments);
      // Under their own names, but for signs that nobody sees.
      assert.deepEqual(
        files.filter((file) => file.type === "image").map((file) => file.name),
        ["one.png", "für Ida #2.png"],
      );
      assert.ok(
        customer.received.some(
          (one) => one.text === "Two pictures" || one.attachments.some((file) => file.caption === "Two pictures"),
        ),
      );
      const calls = {
        instagram: 2,
        "instagram by page": 2,
        facebook: 3,
        whatsapp: 3,
        telegram: 1,
        "telegram business": 1,
      }[door.name];
      assert.equal(product.sends() - before, calls);
    });

    it("what the platform cannot carry is shown as a placeholder, never lost", async () => {
      const { customer, thread } = await asks(door, "Jo");
      const count = (await product.owner.messages(thread.id)).length;
      customer.unsupported("poll");
      await until("something is shown", async () => {
        const messages = await product.owner.messages(thread.id);
        return messages.length === count + 1 && messages.some((one) => one.unsupported || one.attachments.length > 0);
      });
    });
  });
}

describe("what the rules and the roster tell", () => {
  it("each queue counts those of its list in which a customer waits", async () => {
    const recount = async () => {
      const held = new Map<string, number>();
      for (const { owner } of (await product.owner.threads()).filter((one) => one.needsAnswer))
        held.set(owner.id ?? owner.type, (held.get(owner.id ?? owner.type) ?? 0) + 1);
      return JSON.stringify([...held].sort());
    };
    const counted = async () => {
      const { queues } = await product.owner.get<{ queues: { queue: string; waiting: number }[] }>("/threads/counts");
      return JSON.stringify(queues.map(({ queue, waiting }) => [queue, waiting]).sort());
    };
    product.standins.telegram.customer("Counted Cleo").text("Is anybody there?");
    await until("they agree", async () => (await counted()) === (await recount()) && (await counted()) !== "[]");
  });

  it("every topic is named, and every template with what it is for", async () => {
    const topics = await product.owner.all<{ id: string; description: string }>("/topics");
    assert.ok(topics.some(({ id, description }) => id === "other" && description !== "") && topics.length >= 8);
    const templates = await product.owner.all<{ id: string; title: string; text: string; topic: string | null }>(
      "/templates",
    );
    const damaged = templates.find(({ id }) => id === "damaged");
    assert.equal(damaged?.topic, "returns");
    assert.match(damaged?.text ?? "", /^We are sorry .*\.\n\nCould you/s);
    assert.ok(templates.every(({ topic }) => topic === null || topics.some(({ id }) => id === topic)));
  });
});
