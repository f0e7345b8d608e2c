/** What comes in by which door: the same question by two of them, and messages that are more or less than words. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { at, doors } from "../harness/doors.ts";
import { startProduct, type Product } from "../harness/product.ts";
import { newReplyId } from "../harness/session.ts";
import type { MessageItem, ThreadItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { business } from "../standins/common/business.ts";
import type { Customer } from "../standins/common/customer.ts";
import { DAY, MINUTE } from "../standins/index.ts";

let product: Product;
before(async () => {
  product = await startProduct({ rules: (text) => text.replace("cap = 40\n", "cap = 4000\n") });
});
after(() => product.stop());

const labels = (thread: string) =>
  product.owner.audit(thread).then((all) => all.filter((one) => one.action === "labelled").length);

/** Writes, and waits until the thread was held against the others. */
const asks = async (customer: Customer, text: string): Promise<ThreadItem> => {
  customer.text(text);
  const thread = await product.threadOf(customer, (one) => one.owner.type === "teammate");
  await until(
    "it was held against the others",
    async () => (await product.count("fingerprints", `thread = '${thread.id}'`)) > 0,
  );
  return thread;
};

const relations = async (thread: ThreadItem) => {
  const { linked, suggested } = await product.owner.thread(thread.id);
  return { linked, suggested };
};

/** Both are whole: nothing was dropped for looking like the other. */
const bothWhole = async (threads: ThreadItem[], text: string) => {
  for (const { id } of threads) {
    const messages = await product.owner.messages(id);
    assert.deepEqual(
      messages.map((one) => one.text),
      [text],
    );
    const now = await product.owner.thread(id);
    assert.deepEqual([now.status, now.unread, now.needsAnswer, now.owner.type], ["open", 1, true, "teammate"]);
    assert.equal((await product.owner.audit(id)).filter((one) => one.action === "opened").length, 1);
    assert.equal(await labels(id), 1);
  }
};

describe("the same question at two doors", () => {
  it("by the same person links the two threads, and each shows the other", async () => {
    const text = "Where is my order 4821?";
    const first = await asks(product.standins.telegram.customer("Kim Öz"), text);
    const second = await asks(product.standins.whatsapp.customer("kim  öz"), text);
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      await until("it shows the other", async () => (await relations(one)).linked.includes(other.id));
      assert.deepEqual(await relations(one), { linked: [other.id], suggested: [] });
      const listed = await until("the list shows it", async () =>
        (await product.owner.threads()).find((row) => row.id === one.id && row.linked.length > 0),
      );
      assert.deepEqual(listed.linked, [other.id]);
      const entry = (await product.owner.audit(one.id)).find((step) => step.action === "linked");
      assert.deepEqual([entry?.actor.type, entry?.detail.threads], ["system", [other.id]]);
    }
    assert.equal(new Set([first.contact.id, second.contact.id]).size, 2);
    await bothWhole([first, second], text);
  });

  it("by somebody of another name is suggested, not linked", async () => {
    const text = "Do you ship to the Faroe Islands?";
    const first = await asks(product.standins.telegram.customer("Tom Okafor"), text);
    const second = await asks(product.standins.whatsapp.customer("Lena Roth"), "do you ship to the  faroe islands");
    await until("the first has heard", async () => (await relations(first)).suggested.length > 0);
    assert.deepEqual(await relations(first), { linked: [], suggested: [second.id] });
    assert.deepEqual(await relations(second), { linked: [], suggested: [first.id] });
    await bothWhole([first], text);
    for (const thread of [first, second]) {
      assert.ok(!(await product.owner.audit(thread.id)).some((step) => step.action === "linked"));
      assert.deepEqual(
        (await product.threadOf(product.standins.stand(thread.platform).customer(thread.contact.name))).linked,
        [],
      );
    }
  });

  it("is found where names are only known by looking people up", async () => {
    const text = "My tent has a broken pole, what now?";
    const threads: ThreadItem[] = [];
    for (const platform of ["facebook", "instagram"] as const) {
      const customer = product.standins.stand(platform).customer("Ida Lund");
      customer.text("Hello");
      // By then the look-up has come back.
      await product.threadOf(customer, (one) => one.contact.name === "Ida Lund" && one.owner.type === "teammate");
      threads.push(await asks(customer, text));
    }
    const [first, second] = threads;
    assert.ok(first && second);
    await until(
      "they are linked",
      async () =>
        (await relations(first)).linked.includes(second.id) && (await relations(second)).linked.includes(first.id),
    );
  });

  it("is another question after half an hour, or with other words, or a short word", async () => {
    const late = "Is the red jacket in stock again?";
    const first = await asks(product.standins.telegram.customer("Nia Late"), late);
    await product.rows("UPDATE fingerprints SET at = at - ? WHERE thread = ?", 31 * MINUTE, first.id);
    const second = await asks(product.standins.whatsapp.customer("Nia Late"), late);
    const other = await asks(product.standins.facebook.customer("Nia Late"), "Is the blue jacket in stock again?");
    const short = product.standins.telegram.customer("Nia Short");
    const shorter = product.standins.whatsapp.customer("Nia Short");
    for (const customer of [short, shorter]) customer.text("Hello?");
    const greetings = [
      await product.threadOf(short, (one) => one.topic !== null),
      await product.threadOf(shorter, (one) => one.topic !== null),
    ];
    // A pair that comes after them is linked: had they been, they would be by now.
    const [one, two] = [
      await asks(product.standins.telegram.customer("Nia Last"), "Where is my parcel 77?"),
      await asks(product.standins.whatsapp.customer("Nia Last"), "Where is my parcel 77?"),
    ];
    await until(
      "the last two are",
      async () => (await relations(one)).linked.length + (await relations(two)).linked.length === 2,
    );
    for (const thread of [first, second, other, ...greetings])
      assert.deepEqual(await relations(thread), { linked: [], suggested: [] }, thread.contact.name);
  });

  it("at one and the same door are two people", async () => {
    const text = "Can I change the address of my order?";
    const first = await asks(product.standins.telegram.customer("Sam Rey", { username: "sam_one" }), text);
    const second = product.standins.telegram.customer("Sam Rey", { username: "sam_two", kind: "business" });
    second.text(text);
    const threads = await until("both are there", async () => {
      const found = (await product.owner.threads("queue=all&platform=telegram")).filter(
        (one) => one.contact.name === "Sam Rey" && one.topic !== null,
      );
      return found.length === 2 && found;
    });
    assert.ok(threads.some((one) => one.id === first.id));
    await until(
      "both were held against the others",
      async () =>
        (await product.count("fingerprints", `thread IN (${threads.map((one) => `'${one.id}'`).join()})`)) === 2,
    );
    await remains(
      "they are strangers",
      async () =>
        (await Promise.all(threads.map(relations))).every((one) => one.linked.length + one.suggested.length === 0),
      400,
    );
  });
});

describe("a message that is more or less than words", () => {
  const only = async (thread: ThreadItem, fits: (message: MessageItem) => unknown) =>
    until("the message is shown", async () => (await product.owner.messages(thread.id)).find((one) => fits(one)));

  for (const door of doors.filter((one) => one.platform === "instagram")) {
    it(`${door.name}: an answer to a story and a mention in one show the story, while it lives`, async () => {
      const customer = at(product.standins, door, `Story ${door.name}`);
      customer.storyReply("Which tent is that?", "sunset");
      const thread = await product.threadOf(customer);
      const answer = await only(thread, (one) => one.story);
      assert.equal(answer.text, "Which tent is that?");
      assert.equal(answer.story?.kind, "reply");
      assert.equal(answer.story?.url, product.standins.cdn.link("sunset"));
      assert.equal(thread.preview, "Which tent is that?");
      customer.storyMention("boots");
      const mention = await only(thread, (one) => one.story?.kind === "mention");
      assert.equal(mention.text, null);
      assert.equal(mention.story?.url, product.standins.cdn.link("boots"));
      assert.equal(mention.unsupported, null);
      // The platform deletes stories after a day.
      for (const { at: written, story } of [answer, mention])
        assert.equal(Date.parse(story?.expiresAt ?? "") - Date.parse(written), DAY);
      const listed = await product.threadOf(customer, (one) => one.unread === 2);
      assert.ok(listed.preview.length > 0, "the list says something of it");
    });
  }

  it("whatsapp: a place, a contact card and a pressed button are shown for what they are", async () => {
    const customer = product.standins.whatsapp.customer("Places");
    customer.location(54.32, 10.14, "Harbour");
    customer.contact("Robin Vale", "+15550142");
    customer.text("Yes, please", { quickReply: "YES" });
    const thread = await product.threadOf(customer, (one) => one.unread === 3);
    const messages = await product.owner.messages(thread.id);
    // Of one second: neither is the earlier.
    const kinds = messages.flatMap((one) => one.attachments);
    const [place, card] = ["location", "contact"].map((kind) => kinds.find((one) => one.kind === kind));
    assert.deepEqual([place?.kind, place?.name], ["location", "Harbour"]);
    assert.match(place?.note ?? "", /54\.32, 10\.14/);
    assert.deepEqual([card?.kind, card?.name, card?.note], ["contact", "Robin Vale", "+15550142"]);
    assert.deepEqual(
      messages.filter((one) => one.text !== null || one.pressed).map((one) => [one.text, one.pressed]),
      [["Yes, please", true]],
    );
    assert.ok(messages.every((one) => one.unsupported === null));
  });

  it("telegram: a group is kept by its kind, and opens nothing", async () => {
    const counted = () =>
      product.rows<{ value: number }>("SELECT held AS value FROM kept_kinds WHERE kind = 'supergroup'");
    assert.deepEqual(await counted(), []);
    const tables = ["threads", "contacts", "deliveries", "search"];
    const before = await Promise.all(tables.map((table) => product.count(table)));
    product.standins.telegram.groupMessage("Where is my order, dear group?");
    product.standins.telegram.groupMessage("Nobody here?");
    await until("both are kept", async () => (await counted())[0]?.value === 2);
    // Whoever comes after it is heard.
    const customer = product.standins.telegram.customer("Behind Group");
    customer.text("Hi");
    const behind = await product.threadOf(customer);
    const { items } = await product.owner.get<{ items: unknown[] }>(`/search?q=${encodeURIComponent("dear group")}`);
    assert.deepEqual(items, []);
    assert.deepEqual(
      await Promise.all(tables.map((table) => product.count(table))),
      before.map((n, place) => n + (tables[place] === "deliveries" ? 0 : 1)),
    );
    assert.equal((await product.owner.messages(behind.id)).length, 1);
  });

  it("of a kind that nobody knows yet is a visible placeholder, at every door", async () => {
    for (const door of doors.filter((one) => one.platform !== "whatsapp")) {
      const customer = at(product.standins, door, `Unknown ${door.name}`);
      customer.unsupported("hologram");
      customer.text("Did you see it?");
      const thread = await product.threadOf(customer, (one) => one.unread === 2);
      const messages = await product.owner.messages(thread.id);
      const unknown = messages.find((one) => one.text === null);
      const shown = [unknown?.unsupported, ...(unknown?.attachments ?? []).map((one) => one.kind)].filter((one) => one);
      assert.equal(shown.length, 1, `${door.name}: ${JSON.stringify(unknown)}`);
      assert.ok(messages.some((one) => one.text === "Did you see it?"));
    }
    // The stand-in writes only kinds of today.
    const value = {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: business.displayPhone, phone_number_id: business.phoneNumberId },
      contacts: [{ profile: { name: "Unknown whatsapp" }, wa_id: "15550143" }],
      messages: [
        {
          from: "15550143",
          id: "wamid.HOLOGRAM",
          timestamp: String(Math.floor(Date.now() / 1000)),
          type: "hologram",
          hologram: { depth: 3 },
        },
      ],
    };
    const body = JSON.stringify({
      object: "whatsapp_business_account",
      entry: [{ id: business.waba, changes: [{ value, field: "messages" }] }],
    });
    const signature = `sha256=${createHmac("sha256", product.vars.META_APP_SECRET ?? "")
      .update(body)
      .digest("hex")}`;
    const answer = await fetch(`${product.url}/webhooks/whatsapp`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-hub-signature-256": signature },
    });
    assert.equal(answer.status, 200);
    const thread = await until("it is listed", async () =>
      (await product.owner.threads("queue=all&platform=whatsapp")).find(
        (one) => one.contact.name === "Unknown whatsapp",
      ),
    );
    assert.equal((await product.owner.messages(thread.id))[0]?.unsupported, "hologram");
    assert.equal(await product.count("deliveries"), 0, "none of it was parked");
  });
});

describe("a Telegram business chat", () => {
  it("can be answered for a day after the customer's last message, and says so; a chat with the bot itself for ever", async () => {
    const { clock, telegram } = product.standins;
    const late = telegram.customer("Late Chat", { kind: "business" });
    const bot = telegram.customer("Late Bot");
    clock.reset(); // Else it would not go back.
    clock.shift(-DAY - MINUTE);
    late.text("Is the tent still there?");
    bot.text("Is the stove still there?");
    clock.reset();
    const closed = await product.threadOf(late);
    assert.deepEqual((await product.owner.thread(closed.id)).window, { type: "closed" });
    const open = await product.threadOf(bot);
    assert.deepEqual((await product.owner.thread(open.id)).window, { type: "unlimited" });
    const before = product.sends("telegram");
    const body = {
      replyId: newReplyId(),
      text: "It is",
      expectedVersion: (await product.owner.thread(closed.id)).version,
    };
    await product.owner.refused(409, "window_closed", "POST", `/threads/${closed.id}/replies`, body);
    assert.equal(product.sends("telegram"), before, "nothing was asked of the platform");

    const wrote = Date.now();
    late.text("Hello?");
    await product.threadOf(late, (one) => one.unread === 2);
    const { window, dueAt } = await product.owner.thread(closed.id);
    assert.equal(window.type, "open");
    assert.ok(Math.abs(Date.parse(String(window.until)) - wrote - DAY) < MINUTE, String(window.until));
    assert.ok(dueAt !== null);
    await product.owner.reply(closed.id, "It is");
    await until("it is on the phone", () => late.received.some((one) => one.text === "It is"));
  });
});
