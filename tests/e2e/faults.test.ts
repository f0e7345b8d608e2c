/** What can go wrong on the way in and out: nothing is lost, nothing is doubled, nobody is left in the dark. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { request } from "node:http";
import { after, before, describe, it } from "node:test";
import { assertChained } from "../harness/audit.ts";
import { at, doors } from "../harness/doors.ts";
import { startProduct, type Product } from "../harness/product.ts";
import { newReplyId } from "../harness/session.ts";
import type { Delivery, ReplyItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { HOUR, type Fault } from "../standins/index.ts";

let product: Product;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent", Jon: "agent", Vera: "viewer" },
    rules: (text) => text.replace("cap = 40\n", "cap = 4000\n"),
    connect: (platform) => platform !== "whatsapp",
    model: true,
  });
});
after(() => product.stop());

const sign = (body: string, secret = product.vars.META_APP_SECRET ?? "") =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
const post = (path: string, body: string, headers: Record<string, string>) =>
  fetch(product.url + path, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
const written = async () => {
  const tables = ["threads", "audit", "deliveries", "contacts", "search"];
  const counts = await Promise.all(tables.map((table) => product.count(table)));
  return [...counts, (await product.blobs("")).length].join();
};

/** Waits until nothing has been written for a while: labels, owners and profiles come after their messages. */
const quiet = async (): Promise<string> => {
  await product.standins.idle();
  let [last, since] = [await written(), Date.now()];
  await until("nothing is written any more", async () => {
    const now = await written();
    if (now !== last) [last, since] = [now, Date.now()];
    return Date.now() - since > 1500;
  });
  return last;
};

describe("on the way in", () => {
  it("an event that comes fifty times over is one message", async () => {
    product.standins.delivery.hold("facebook");
    const customer = product.standins.facebook.customer("Fifty");
    customer.text("Is this one message about an order?");
    product.standins.delivery.release("facebook", { times: 50, parallel: true });
    await product.standins.idle();
    const thread = await product.threadOf(customer, (one) => one.topic !== null);
    assert.equal((await product.owner.messages(thread.id)).length, 1);
    assert.equal(thread.unread, 1);
    await remains("one message", async () => (await product.owner.messages(thread.id)).length === 1, 500);
    const history = await product.owner.audit(thread.id);
    assert.equal(history.filter((entry) => entry.action === "opened").length, 1);
    assert.equal(history.filter((entry) => entry.action === "labelled").length, 1);
  });

  it("a hundred messages of a new customer at once are one thread with a hundred messages", async () => {
    product.standins.delivery.hold("facebook");
    const customer = product.standins.facebook.customer("Hundred");
    for (let n = 1; n <= 100; n++) customer.text(`Message ${n}`, { at: Date.now() - 100_000 + n * 1000 });
    product.standins.delivery.release("facebook", { order: "shuffle", parallel: true });
    const thread = await product.threadOf(customer);
    await until("all are there", async () => (await product.owner.messages(thread.id)).length === 100);
    const texts = (await product.owner.messages(thread.id)).map((one) => one.text);
    assert.deepEqual(
      texts,
      Array.from({ length: 100 }, (_, n) => `Message ${n + 1}`),
      "in the order in which they were written",
    );
    const threads = (await product.owner.threads("queue=all&platform=facebook")).filter(
      (one) => one.contact.name === "Hundred",
    );
    assert.equal(threads.length, 1);
    const settled = await product.threadOf(customer, (one) => one.topic !== null && one.unread === 100);
    const history = await product.owner.audit(settled.id);
    assert.equal(history.filter((entry) => entry.action === "opened").length, 1);
    await until(
      "the index has the history",
      async () => (await product.count("audit", `thread = '${thread.id}'`)) >= history.length,
    );
    await assertChained(product, thread.id, await product.owner.audit(thread.id));
  });

  it("an edit and an unsend that come before their message still hold", async () => {
    product.standins.delivery.hold("instagram");
    const customer = product.standins.instagram.customer("Reverse");
    const first = customer.text("frist", { at: Date.now() - 5000 });
    const second = customer.text("a slip", { at: Date.now() - 4000 });
    customer.edit(first, "first");
    customer.unsend(second);
    product.standins.delivery.release("instagram", { order: "reverse" });
    await product.standins.idle();
    const thread = await product.threadOf(customer);
    await until("both facts hold", async () => {
      const messages = await product.owner.messages(thread.id);
      return (
        messages.length === 2 && messages[0]?.text === "first" && messages[1]?.text === null && messages[1].unsentAt
      );
    });
  });

  it("forged, unsigned, oversized and deep bodies write nothing", async () => {
    const body = JSON.stringify({
      object: "page",
      entry: [
        {
          id: "104417800113001",
          time: 1,
          messaging: [
            {
              sender: { id: "1" },
              recipient: { id: "104417800113001" },
              timestamp: 1,
              message: { mid: "m_forged", text: "forged" },
            },
          ],
        },
      ],
    });
    const before = await quiet();
    const telegram = product.team.accounts.find((one) => one.platform === "telegram");
    const bot = new URL(telegram?.webhookUrl ?? "").pathname;
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    const big = JSON.stringify({ object: "page", entry: "x".repeat(4 << 20) });
    const tries: [string, string, string, Record<string, string>, number[]][] = [
      ["no signature", "/webhooks/facebook", body, {}, [401]],
      ["a signature of something else", "/webhooks/facebook", body, { "x-hub-signature-256": sign(`${body} `) }, [401]],
      ["a foreign secret", "/webhooks/facebook", body, { "x-hub-signature-256": sign(body, "not the secret") }, [401]],
      ["no hexadecimal", "/webhooks/facebook", body, { "x-hub-signature-256": "sha256=zz" }, [401]],
      ["the old header", "/webhooks/facebook", body, { "x-hub-signature": sign(body) }, [401]],
      ["no token", bot, '{"update_id":1}', {}, [401]],
      ["a wrong token", bot, '{"update_id":1}', { "x-telegram-bot-api-secret-token": "guess" }, [401]],
      [
        "another bot",
        "/webhooks/telegram/999",
        '{"update_id":1}',
        { "x-telegram-bot-api-secret-token": "guess" },
        [401, 404],
      ],
      ["a bot without a name", "/webhooks/telegram", '{"update_id":1}', {}, [404]],
      ["no platform of ours", "/webhooks/myspace", body, { "x-hub-signature-256": sign(body) }, [404]],
      ["too deep", "/webhooks/facebook", deep, { "x-hub-signature-256": sign(deep) }, [413]],
      ["too large", "/webhooks/facebook", big, { "x-hub-signature-256": sign(big) }, [413]],
    ];
    for (const [what, path, text, headers, statuses] of tries) {
      // Refused by its declared length alone: the connection may be closed before all of it is written.
      const closed = (error: unknown) => (what === "too large" ? { status: 413 } : Promise.reject(error as Error));
      const answer = await post(path, text, headers).catch(closed);
      assert.ok(statuses.includes(answer.status), `${what}: ${answer.status}`);
    }
    assert.equal(
      (await fetch(`${product.url}/webhooks/facebook?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=7`))
        .status,
      403,
    );
    const good = await fetch(
      `${product.url}/webhooks/facebook?hub.mode=subscribe&hub.verify_token=${encodeURIComponent(product.vars.META_VERIFY_TOKEN ?? "")}&hub.challenge=7`,
    );
    assert.equal(`${good.status} ${await good.text()}`, "200 7");
    await remains("nothing was written", async () => (await written()) === before, 500);
  });

  it("a delivery for an account that is not connected waits, is shown, and is taken in once it is", async () => {
    const customer = product.standins.whatsapp.customer("Early Bird");
    customer.text("Hello, my order?");
    const parked = await until("it is shown", async () =>
      (await product.owner.get<{ items: Delivery[] }>("/dead-letters")).items.find(
        (one) => one.platform === "whatsapp",
      ),
    );
    assert.equal(parked.state, "parked");
    assert.match(parked.reason, /not connected/);
    assert.ok(!parked.reason.includes("order"));
    for (const account of product.standins.accounts().filter((one) => one.platform === "whatsapp"))
      await product.team.connect(account);
    await product.owner.post(`/dead-letters/${parked.id}/replay`);
    const thread = await product.threadOf(customer);
    assert.equal((await product.owner.messages(thread.id)).length, 1);
    await until(
      "it is done with",
      async () =>
        (await product.owner.get<{ items: Delivery[] }>("/dead-letters")).items.find((one) => one.id === parked.id)
          ?.state === "recovered",
    );
    await product.owner.refused(409, "delivery_recovered", "POST", `/dead-letters/${parked.id}/replay`);
    await until(
      "no copy is left over",
      async () => (await product.blobs("intake/")).length + (await product.blobs("parked/")).length === 0,
    );
  });

  it("a body that cannot be read is kept and shown, and holds nothing up", async () => {
    const before = await product.count("deliveries");
    const body = '{"object":"page","entry":"no list"}';
    assert.equal((await post("/webhooks/facebook", body, { "x-hub-signature-256": sign(body) })).status, 200);
    const customer = product.standins.facebook.customer("Behind Poison");
    customer.text("I came after it");
    await product.threadOf(customer);
    await until("it is shown", async () => (await product.count("deliveries")) === before + 1);
    const [row] = (await product.owner.get<{ items: Delivery[] }>("/dead-letters")).items;
    assert.equal(row?.state, "parked");
    await product.owner.post(`/dead-letters/${row?.id}/replay`);
    await until(
      "the try is counted and it waits again",
      async () =>
        (await product.owner.get<{ items: Delivery[] }>("/dead-letters")).items.find((one) => one.id === row?.id)
          ?.replays === 1,
    );
  });

  it("Meta's dashboard tests open nothing, and are counted", async () => {
    const before = await product.count("threads");
    product.standins.facebook.dashboardTest();
    product.standins.instagram.dashboardTest();
    await product.standins.idle();
    await until("they are counted", async () => (await product.count("counters", "name LIKE 'ignored.%'")) > 0);
    await remains("no thread of them", async () => (await product.count("threads")) === before, 500);
  });

  it("a failing profile look-up delays nothing", async () => {
    product.standins.faults.always("facebook", "profile", { kind: "status", status: 500 });
    const customer = product.standins.facebook.customer("Nameless");
    customer.text("Nobody knows my name, where is the order?");
    const thread = await until("it is listed all the same", async () =>
      (await product.owner.threads("queue=all&platform=facebook")).find((one) =>
        one.preview.startsWith("Nobody knows"),
      ),
    );
    product.standins.faults.clear("facebook", "profile");
    assert.notEqual(thread.contact.name, "");
  });
});

describe("a body that does not say how long it is", () => {
  /** Sends parts as they are, without a length, and gives the status of the answer. */
  const chunked = (parts: string[], headers: Record<string, string>) =>
    new Promise<number | undefined>((done, fail) => {
      const asked = request(`${product.url}/webhooks/facebook`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
      });
      // The door may close while there is more to come.
      asked
        .on("response", (answer) => (answer.resume(), done(answer.statusCode)))
        .on("error", (error) => setTimeout(fail, 1000, error));
      for (const part of parts) asked.write(part);
      asked.end();
    });

  it("is read no further than anything a platform posts", async () => {
    const before = await quiet();
    assert.equal(await chunked(Array(64).fill("x".repeat(1 << 16)), {}), 413);
    assert.equal(await written(), before);
  });

  it("is taken like any other when it is signed", async () => {
    const body = JSON.stringify({ object: "page", entry: [] });
    assert.equal(await chunked([body.slice(0, 10), body.slice(10)], { "x-hub-signature-256": sign(body) }), 200);
    assert.equal(await chunked([body.slice(0, 10), body.slice(10)], { "x-hub-signature-256": sign(`${body} `) }), 401);
  });
});

describe("when the model", () => {
  const labelled = async (name: string) => {
    const customer = product.standins.telegram.customer(name);
    customer.text("I want a refund for my broken lamp");
    const thread = await product.threadOf(customer, (one) => one.topic !== null);
    const entry = (await product.owner.audit(thread.id)).find((one) => one.action === "labelled");
    return { thread, source: entry?.detail.source as { model?: { id: string }; builtIn?: { reason: string } } };
  };

  it("answers, its label is kept", async () => {
    const { thread, source } = await labelled("Model Ok");
    assert.equal(thread.labelSource, "model");
    assert.ok(source.model?.id);
  });

  it("answers with more than a label can take, it is not listened to", async () => {
    product.standins.faults.always("bedrock", "converse", { kind: "special", name: "endless" });
    const { thread, source } = await labelled("Hostile endless");
    product.standins.faults.clear("bedrock");
    assert.deepEqual([thread.labelSource, source.model], ["builtIn", undefined]);
  });

  for (const special of ["outside-enum", "huge-summary", "wrong-tool", "text", "missing-fields", "lower-urgency"]) {
    it(`answers with ${special}, the label stays inside what labels may be`, async () => {
      product.standins.faults.next("bedrock", "converse", { kind: "special", name: special }, 3);
      const { thread } = await labelled(`Hostile ${special}`);
      product.standins.faults.clear("bedrock");
      assert.ok(
        ["orders", "returns", "billing", "product", "account", "complaint", "praise", "other"].includes(
          thread.topic ?? "",
        ),
      );
      assert.ok(["low", "normal", "high", "urgent"].includes(thread.urgency));
      assert.ok((thread.summary ?? "").length <= 200);
    });
  }

  it("is not to be found, the next one is asked and the team hears of it", async () => {
    const first = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
    product.standins.bedrock.models.set(first, "not-found");
    const { thread } = await labelled("Next Model");
    assert.equal(thread.labelSource, "model");
    await until("the team hears", () => JSON.stringify(product.standins.channel.posts).includes(first));
    product.standins.bedrock.models.delete(first);
  });

  it("is down, the built-in label stands in and says so", async () => {
    product.standins.faults.always("bedrock", "converse", { kind: "drop-before" });
    const { thread, source } = await labelled("Model Down");
    product.standins.faults.clear("bedrock");
    assert.equal(thread.topic, "returns");
    assert.equal(thread.labelSource, "builtIn");
    assert.equal(source.builtIn?.reason, "failed");
  });
});

describe("on the way out", () => {
  const opened = async (door: (typeof doors)[number], name: string) => {
    const customer = at(product.standins, door, `${name} ${door.name}`);
    customer.text("Where is my order?");
    const thread = await product.threadOf(customer, (one) => one.topic !== null);
    return { customer, thread, before: product.sends(door.platform) };
  };
  const state = (thread: string, reply: ReplyItem) => product.owner.replyState(thread, reply.replyId);
  const isSent = async (thread: string, reply: ReplyItem) =>
    ["sent", "delivered", "read"].includes((await state(thread, reply)).status);
  const chosen = doors.filter((door) => ["instagram", "facebook", "whatsapp", "telegram"].includes(door.name));

  for (const door of chosen) {
    it(`${door.name}: asked to slow down, it is sent once when the time has come`, async () => {
      const { customer, thread } = await opened(door, "Slow");
      product.standins.faults.next(door.platform, "send", {
        kind: "error",
        name: door.platform === "whatsapp" ? "pair-rate-limited" : "rate-limited",
        retryAfter: 1,
      });
      const reply = await product.owner.reply(thread.id, "Patience");
      await until("it is sent", () => isSent(thread.id, reply), 90);
      await product.standins.idle();
      assert.equal(customer.received.length, 1);
    });

    const lost: [string, Fault, boolean][] = [
      ["answers 500", { kind: "status", status: 500, body: "oops" }, false],
      ["breaks off before", { kind: "drop-before" }, false],
      ["breaks off after", { kind: "drop-after" }, true],
      ["answers with a page", { kind: "html", accept: false }, false],
    ];
    for (const [what, fault, arrives] of lost) {
      it(`${door.name}: the platform ${what}, nothing is sent again until somebody says so`, async (cleanup) => {
        product.standins.receipts.set(door.platform, "echo", "never");
        product.standins.receipts.set(door.platform, "delivered", "never");
        cleanup.after(() => product.standins.receipts.reset());
        const { customer, thread, before } = await opened(door, `Lost ${what}`);
        product.standins.faults.next(door.platform, "send", fault);
        const reply = await product.owner.reply(thread.id, "Did this arrive?");
        const doubt = await until("it is in doubt", async () => {
          const now = await state(thread.id, reply);
          return now.status === "uncertain" && now;
        });
        assert.ok(doubt.message.trouble?.detail);
        const { attempts } = doubt.message.trouble;
        await product.threadOf(customer, (one) => one.trouble);
        await product.worker.scheduled("*/5 * * * *");
        await remains("one request", () => product.sends(door.platform) === before + 1, 400);
        assert.equal(customer.received.length, arrives ? 1 : 0);
        const path = `/threads/${thread.id}/replies/${reply.replyId}/resolve`;
        await product.team
          .person("Vera")
          .refused(403, "role_too_low", "POST", path, { outcome: "sendAgain", attempts });
        if (arrives) {
          await product.owner.post(path, { outcome: "arrived", attempts });
          await until("it counts as sent", () => isSent(thread.id, reply));
          assert.equal(product.sends(door.platform), before + 1);
        } else {
          await product.owner.post(path, { outcome: "sendAgain", attempts });
          await until("it is sent", () => isSent(thread.id, reply));
          // The same word again settles nothing more.
          await product.owner.refused(409, "reply_changed", "POST", path, { outcome: "sendAgain", attempts });
          await remains("one request more", () => product.sends(door.platform) === before + 2, 400);
          assert.equal(customer.received.length, 1);
        }
        await product.threadOf(customer, (one) => !one.trouble);
      });
    }
  }

  it("an echo or a receipt of our own settles the doubt by itself", async () => {
    for (const door of chosen.filter((one) => one.platform === "facebook" || one.platform === "whatsapp")) {
      const { customer, thread, before } = await opened(door, "Echoed");
      product.standins.faults.next(door.platform, "send", { kind: "drop-after" });
      const reply = await product.owner.reply(thread.id, "The echo will tell");
      await until("it is sent", () => isSent(thread.id, reply));
      assert.equal(product.sends(door.platform), before + 1);
      assert.equal(customer.received.length, 1);
      const ours = (await product.owner.messages(thread.id)).filter((one) => one.direction === "outgoing");
      assert.equal(ours.length, 1);
    }
  });

  it("a platform that never answers leaves doubt after twenty seconds", async () => {
    const door = chosen.find((one) => one.platform === "telegram");
    assert.ok(door);
    const { thread, before } = await opened(door, "Hang");
    product.standins.faults.next("telegram", "send", { kind: "hang", accept: false });
    const reply = await product.owner.reply(thread.id, "Anybody there?");
    await until("it is in doubt", async () => (await state(thread.id, reply)).status === "uncertain", 60);
    assert.equal(product.sends("telegram"), before + 1);
    await product.owner.post(`/threads/${thread.id}/replies/${reply.replyId}/resolve`, {
      outcome: "discard",
      attempts: 1,
    });
    await until("it is let be", async () => (await state(thread.id, reply)).status === "cancelled");
    assert.equal(product.sends("telegram"), before + 1);
  });

  it("what the platform refuses is failed, with its reason", async () => {
    const door = chosen.find((one) => one.platform === "telegram");
    assert.ok(door);
    const { thread } = await opened(door, "Refused");
    product.standins.faults.next("telegram", "send", { kind: "error", name: "chat-not-found" });
    const reply = await product.owner.reply(thread.id, "No chat");
    const failed = await until("it failed", async () => {
      const now = await state(thread.id, reply);
      return now.status === "failed" && now;
    });
    assert.ok(failed.message.trouble?.detail);
  });

  it("one reply posted twenty times at once is sent once; other words under its name are refused", async () => {
    const door = chosen.find((one) => one.platform === "facebook");
    assert.ok(door);
    const { customer, thread, before } = await opened(door, "Twenty");
    const body = {
      replyId: newReplyId(),
      text: "Once",
      expectedVersion: (await product.owner.thread(thread.id)).version,
    };
    const path = `/api/v1/threads/${thread.id}/replies`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => product.owner.ask("POST", path, body)));
    assert.deepEqual([...new Set(answers.map((one) => one.status))], [202]);
    await until("it is on the phone", () => customer.received.length === 1);
    await remains("one request", () => product.sends("facebook") === before + 1, 500);
    await product.owner.refused(409, "reply_id_reused", "POST", `/threads/${thread.id}/replies`, {
      ...body,
      text: "Other words",
    });
  });

  it("two teammates who answer at once: one does, the other sees what was written", async () => {
    const door = chosen.find((one) => one.platform === "telegram");
    assert.ok(door);
    const { customer, thread } = await opened(door, "Two");
    const { version } = await product.owner.thread(thread.id);
    const answer = (name: string) =>
      product.team
        .person(name)
        .ask<{ code?: string; since?: { text: string }[] }>("POST", `/api/v1/threads/${thread.id}/replies`, {
          replyId: newReplyId(),
          text: `From ${name}`,
          expectedVersion: version,
        });
    const answers = await Promise.all([answer("Mia"), answer("Jon")]);
    assert.deepEqual(answers.map((one) => one.status).sort(), [202, 409]);
    await until("the phone has one", () => customer.received.length === 1);
    customer.text("Thanks, and one more thing");
    await until("it has come", async () =>
      (await product.owner.messages(thread.id)).some((one) => one.text?.startsWith("Thanks")),
    );
    const late = await product.owner.refused(409, "thread_changed", "POST", `/threads/${thread.id}/replies`, {
      replyId: newReplyId(),
      text: "Late",
      expectedVersion: version,
    });
    assert.ok(
      late.since?.some((one) => one.text?.startsWith("Thanks")),
      JSON.stringify(late),
    );
    assert.equal(customer.received.length, 1);
  });

  it("after a day Messenger takes a person's answer under its tag, after a week none; WhatsApp none after a day", async () => {
    const old = async (platform: "facebook" | "whatsapp", name: string, hours: number) => {
      const customer = product.standins.stand(platform).customer(name);
      customer.text("An old question about my order", { at: Date.now() - hours * HOUR });
      customer.lastWrote(hours * HOUR);
      return { customer, thread: await product.threadOf(customer) };
    };
    const day = await old("facebook", "Yesterday", 30);
    await product.owner.reply(day.thread.id, "Sorry for the wait");
    await until("it is on the phone", () => day.customer.received.length === 1);
    assert.equal(day.customer.received[0]?.tag, "HUMAN_AGENT");
    for (const closed of [await old("facebook", "Last Week", 8 * 24), await old("whatsapp", "Yesterday W", 30)]) {
      const { version } = await product.owner.thread(closed.thread.id);
      const problem = await product.owner.refused(
        409,
        "window_closed",
        "POST",
        `/threads/${closed.thread.id}/replies`,
        { replyId: newReplyId(), text: "Too late", expectedVersion: version },
      );
      assert.ok(problem.detail.length > 20);
      assert.equal(closed.customer.received.length, 0);
    }
  });

  it("an account whose token ended asks to be connected again, and still hears its customers", async () => {
    const door = chosen.find((one) => one.platform === "facebook");
    assert.ok(door);
    const { customer, thread } = await opened(door, "Token");
    product.standins.faults.next("facebook", "send", { kind: "error", name: "token-expired" });
    const reply = await product.owner.reply(thread.id, "No token");
    await until("it failed", async () => (await state(thread.id, reply)).status === "failed");
    const account = await until("the account says so", async () => {
      const { items } = await product.owner.get<{
        items: { id: string; platform: string; state: string; trouble: string }[];
      }>("/accounts");
      return items.find((one) => one.platform === "facebook" && one.state === "reconnect");
    });
    assert.ok(account.trouble);
    customer.text("Are you there?");
    await until("it is heard", async () =>
      (await product.owner.messages(thread.id)).some((one) => one.text === "Are you there?"),
    );
    const { version } = await product.owner.thread(thread.id);
    await product.owner.refused(409, "account_trouble", "POST", `/threads/${thread.id}/replies`, {
      replyId: newReplyId(),
      text: "x",
      expectedVersion: version,
    });
  });
});

describe("whoever makes a call", () => {
  let slow: Product;
  before(async () => {
    // A marker that is given up as soon as the call may take: every caller comes too late.
    slow = await startProduct({
      connect: (platform) => platform === "facebook",
      vars: { TIMINGS: JSON.stringify({ reply: { sendingTimeout: 20_000 } }) },
    });
  });
  after(() => slow?.stop());

  it("and comes to it when the thread may have given it up by its end, makes it no more", async () => {
    const customer = slow.standins.facebook.customer("Tilda");
    customer.text("Is it on its way?");
    const thread = await slow.threadOf(customer);
    const reply = await slow.owner.reply(thread.id, "It is.");
    const failed = await until("it failed", async () => {
      const now = (await slow.owner.messages(thread.id)).find(({ replyId }) => replyId === reply.replyId);
      return now?.status === "failed" && now;
    });
    assert.equal(failed.trouble?.code, "not_sent");
    assert.equal(slow.standins.requests("facebook", "send").length, 0);
  });
});
