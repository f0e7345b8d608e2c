/** What an object has committed and no queue ever held: it is told again until it is heard, each notice once. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, topicsOf, type Product } from "../harness/product.ts";
import { until } from "../harness/until.ts";

type Notice = { id: string; kind: string; threadId: string | null; state: string };

/** Objects tell again after two minutes. */
const PATIENCE_SECONDS = 180;

const withoutJobs = (text: string) => text.replace(/^\[\[queues\.producers\]\]\nbinding = "JOBS"\n.*\n/m, "");
const away = (text: string): string => {
  const yesterday = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"][(new Date().getUTCDay() + 6) % 7];
  return text.replace(/^shifts = \[\] .*$/m, `shifts = [{ days = ["${yesterday}"], from = "09:00", to = "10:00" }]`);
};

describe("while nothing can be put on the queue of jobs", () => {
  let product: Product;
  let shipped = "";
  before(async () => {
    product = await startProduct({
      team: { Mia: "agent" },
      connect: (platform) => platform === "telegram",
      rules: (text) => away(topicsOf({ orders: "Mia" })((shipped = text))),
    });
  });
  after(() => product?.stop());

  const customer = (name: string) => product.standins.telegram.customer(name);
  const notices = (thread: string) =>
    product.owner.all<Notice>("/notices").then((all) => all.filter((one) => one.threadId === thread));
  const owner = async (thread: string) => (await product.owner.thread(thread)).owner.name ?? null;

  it("a notice and an owner are lost, and come all the same once it is there again", async () => {
    customer("Before").text("Where is my order?");
    const before = await product.threadOf(customer("Before"), (one) => one.topic === "orders");
    await until("its notice is posted", async () => (await notices(before.id))[0]?.state === "sent");

    await product.restart({ config: withoutJobs });
    customer("During").text("Where is my order?");
    const during = await product.threadOf(customer("During"), (one) => one.topic === "orders");
    await until("the roster has decided, and could tell nobody", () =>
      product.lines.some((line) => /label.*JOBS|JOBS.*label/i.test(line)),
    );
    // Somebody is on shift now: the roster gives both away, and tells nobody of that either.
    const { version } = await product.owner.get<{ version: number }>("/rules");
    await product.owner.ask("PUT", "/api/v1/rules", {
      text: topicsOf({ orders: "Mia" })(shipped),
      expectedVersion: version,
    });
    await until("the roster has given both away, and told nobody", () =>
      product.lines.some((line) => /tell roster.*JOBS/.test(line)),
    );
    assert.deepEqual([await owner(before.id), (await notices(during.id)).length], [null, 0]);

    await product.restart();
    await until(
      "both are with her",
      async () => {
        await product.worker.scheduled("*/5 * * * *");
        return (await owner(before.id)) === "Mia" && (await owner(during.id)) === "Mia";
      },
      PATIENCE_SECONDS,
      3000,
    );
    await until(
      "the notice is posted",
      async () => {
        await product.worker.scheduled("*/5 * * * *");
        return (await notices(during.id))[0]?.state === "sent";
      },
      PATIENCE_SECONDS,
      3000,
    );
    for (const { id } of [before, during]) {
      assert.deepEqual(
        (await notices(id)).map((one) => one.kind),
        ["unassigned"],
      );
      assert.equal(
        product.standins.channel.posts.filter((post) => JSON.stringify(post.body).includes(id)).length,
        1,
        "the channel has it once",
      );
    }
  });
});
