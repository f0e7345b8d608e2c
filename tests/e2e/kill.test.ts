/** The server is killed at the worst moments: what was acknowledged is there once, no answer goes out twice. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { startWorker } from "../../tools/runtime.ts";
import { assertChained } from "../harness/audit.ts";
import { freePort } from "../harness/port.ts";
import { Product, Team, variables } from "../harness/product.ts";
import { Served } from "../harness/process.ts";
import { newReplyId } from "../harness/session.ts";
import type { ThreadDetail } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import type { Customer } from "../standins/common/customer.ts";
import { startStandins, type Platform, type Standins } from "../standins/index.ts";
import { scratch } from "../harness/scratch.ts";

/** Each is at another moment at every run; `make soak` has more of them in one. */
const KILLS = process.env.SOAK ? 10 : 4;
const MOST_MS_BETWEEN_KILLS = 1200;
/** Everything is read at each look: looking all the time would be the whole load. */
const READING_PAUSE_MS = 3000;
/**
 * The promise is that nothing is lost, not when it is there: thousands of deliveries come again on a machine that may
 * be busy.
 */
const PATIENCE_S = 300;

const stateDir = scratch("kill");
let standins: Standins;
let served: Served;
let team: Team;
let vars: Record<string, string>;

before(async () => {
  const port = await freePort();
  standins = await startStandins({ seed: 1 });
  standins.delivery.plan.maxMs = 500;
  vars = variables(`http://localhost:${port}`, standins);
  served = new Served(port, stateDir, vars);
  await served.start();
  standins.setWorkerUrl(served.url);
  team = await new Team(served.url).furnish(standins, vars, {
    rules: (text) => text.replace("cap = 40\n", "cap = 4000\n"),
  });
});
after(async () => {
  await served.kill();
  await standins.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

/** One thread per customer, with all that they wrote, once. Names do not matter: a profile may come later. */
const allThere = async (customers: Customer[]) => {
  await standins.idle();
  const acknowledged = standins.delivery.log.every((one) => one.state === "delivered");
  assert.ok(acknowledged, "the platforms got rid of everything");
  await until(
    "everything that was acknowledged is there once",
    async () => {
      const threads = await team.owner.threads("queue=all");
      const kept = new Map<string | null, number>();
      for (const thread of threads) {
        for (const one of await team.owner.messages(thread.id)) {
          if (one.direction === "incoming") kept.set(one.text, (kept.get(one.text) ?? 0) + 1);
        }
      }
      const wrote = customers.flatMap((one) =>
        one.chat.messages.filter((message) => message.from === "customer").map((message) => message.text),
      );
      const missing = [...new Set(wrote)].filter(
        (text) => kept.get(text) !== wrote.filter((one) => one === text).length,
      );
      const some = missing.slice(0, 5).map((text) => `${text} (${kept.get(text) ?? 0} times)`);
      assert.equal(missing.length, 0, `${missing.length} of ${wrote.length} are not there once: ${some.join(", ")}`);
      assert.equal(threads.length, customers.length, "one thread each");
      return true;
    },
    PATIENCE_S,
    READING_PAUSE_MS,
  );
};

describe("killed", () => {
  const everybody: Customer[] = [];
  const platforms: Platform[] = ["instagram", "facebook", "whatsapp", "telegram"];
  const customer = (platform: Platform, name: string) => {
    const found = standins.stand(platform).customer(name);
    if (!everybody.includes(found)) everybody.push(found);
    return found;
  };

  it("between the acknowledgement and the thread: everything acknowledged is there once", async () => {
    for (const platform of platforms)
      for (let n = 0; n < 5; n++) customer(platform, `Ack ${platform}`).text(`ack ${n}`);
    await until("some are acknowledged", () => standins.delivery.log.some((one) => one.state === "delivered"));
    await served.kill();
    await served.start();
    await allThere(everybody);
  });

  it("while the platform holds an answer back: it is in doubt, and was sent at most once", async () => {
    const who = customer("telegram", "Held");
    who.text("Where is my order?");
    const thread = await until("it is listed", async () =>
      (await team.owner.threads("queue=all&platform=telegram")).find((one) => one.contact.name === "Held" && one.topic),
    );
    const before = standins.requests("telegram", "send").length;
    standins.faults.next("telegram", "send", { kind: "hang" });
    const reply = await team.owner.reply(thread.id, "Held back");
    await until("the platform has it", () => standins.requests("telegram", "send").length === before + 1);
    await served.kill();
    await served.start();
    await until(
      "it is in doubt",
      async () => (await team.owner.replyState(thread.id, reply.replyId)).status === "uncertain",
      90,
    );
    await remains("it is not sent again", () => standins.requests("telegram", "send").length === before + 1, 2000);
    assert.equal(who.received.filter((one) => one.text === "Held back").length, 1);
  });

  it(`${KILLS} times at random under load: everything once, no answer twice, index and history whole`, async () => {
    let busy = true;
    let count = 0;
    const replies: string[] = [];
    const load = async () => {
      while (busy) {
        const platform = platforms[count % platforms.length] ?? "telegram";
        customer(platform, `Load ${platform} ${count % 3}`).text(`load ${(count += 1)}`);
        await new Promise((go) => setTimeout(go, 25));
      }
    };
    const answers = async () => {
      while (busy) {
        // What fails here fails because the server is dead: that is what is tried.
        await (async () => {
          const threads = await team.owner.threads("queue=all");
          const thread = threads[Math.floor(Math.random() * threads.length)];
          if (!thread) return;
          const { version } = await team.owner.get<ThreadDetail>(`/threads/${thread.id}`);
          const text = `answer ${replies.length}`;
          replies.push(text);
          await team.owner.ask("POST", `/api/v1/threads/${thread.id}/replies`, {
            replyId: newReplyId(),
            text,
            expectedVersion: version,
          });
        })().catch(() => {});
        await new Promise((go) => setTimeout(go, 100));
      }
    };
    const working = Promise.all([load(), answers()]);
    for (let n = 0; n < KILLS; n++) {
      const ms = Math.random() * MOST_MS_BETWEEN_KILLS;
      await new Promise((go) => setTimeout(go, ms));
      await served.kill();
      await served.start();
    }
    await until("answers were tried", () => replies.length > KILLS, 60);
    busy = false;
    await working;
    await allThere(everybody);

    const received = platforms.flatMap((platform) => standins.stand(platform).sent.map((one) => one.text));
    for (const text of replies)
      assert.ok(received.filter((one) => one === text).length <= 1, `${text} arrived more than once`);
    const open = async () => {
      const threads = await team.owner.threads("queue=all");
      const messages = await Promise.all(threads.map((one) => team.owner.messages(one.id)));
      return messages.flat().filter((one) => one.status === "sending" || one.status === "queued");
    };
    await until("no answer is on its way for ever", async () => (await open()).length === 0, 120);

    await until(
      "the index has what the threads have",
      async () => {
        for (const row of await team.owner.threads("queue=all")) {
          const { version, unread, status, owner } = await team.owner.thread(row.id);
          assert.deepEqual([row.version, row.unread, row.status, row.owner], [version, unread, status, owner]);
        }
        return true;
      },
      90,
    );

    await served.kill();
    const worker = await startWorker({ stateDir, port: served.port, vars, crons: false, log: () => {} });
    try {
      const product = new Product(standins, worker, team, vars, stateDir, []);
      for (const thread of await team.owner.threads("queue=all")) {
        const history = await team.owner.audit(thread.id);
        await until(
          "the index has the history",
          async () => (await product.count("audit", `thread = '${thread.id}'`)) === history.length,
          60,
        );
        await assertChained(product, thread.id, history);
      }
      // The last kill may have come between a commit and the deletion of its copy: that is what the sweep is for.
      await worker.scheduled("*/5 * * * *");
      await until("no copy is left over", async () => (await product.blobs("intake/")).length === 0, 60);
    } finally {
      await worker.dispose();
    }
  });
});
