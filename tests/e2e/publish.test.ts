/** What a message asks of others on its way, and in which order they hear of it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import WebSocket from "ws";
import { startProduct, type Product } from "../harness/product.ts";
import { until } from "../harness/until.ts";
import { withEntryModule } from "../harness/with-entry-module.ts";

let product: Product;
before(async () => {
  product = await startProduct({
    connect: (platform) => platform === "telegram" || platform === "whatsapp",
    // A message changes its thread once, and no label changes it again.
    vars: { LABEL_DELAY_SECONDS: "3600" },
    config: withEntryModule("tests/harness/around.js"),
  });
});
after(() => product?.stop());

const around = async (query = "") =>
  (await fetch(`${product.url}/api/v1/__around${query}`)).json() as Promise<{ canonical: number }>;
const version = async (thread: string) =>
  (await product.rows<{ version: number }>("SELECT version FROM threads WHERE id = ?", thread))[0]?.version ?? 0;

/** Until nothing changes any more of what is known of it. */
const quiet = (thread: string) => {
  let last = -1;
  return until(
    "the thread is at rest",
    async () => {
      const now = await version(thread);
      const same = now === last;
      last = now;
      return same;
    },
    40,
    1000,
  );
};

describe("a hint", () => {
  it("that came before the index had what it tells of is given again", async () => {
    const customer = product.standins.telegram.customer("Ana");
    customer.text("Where is my order?");
    const { id } = await product.threadOf(customer);
    await quiet(id);
    const seen: { version: number; indexed: number }[] = [];
    const socket = new WebSocket(`${product.url.replace("http", "ws")}/api/v1/live`, {
      headers: { cookie: product.owner.cookie ?? "", origin: product.url },
    });
    const hello = new Promise((done) => socket.once("message", done));
    await hello;
    socket.on("message", (frame) => {
      const hint = JSON.parse(String(frame)) as { thread?: string; version: number };
      if (hint.thread === id) void version(id).then((indexed) => seen.push({ version: hint.version, indexed }));
    });
    const before = await version(id);
    await around("?slow=600");
    customer.text("And when does it come?");
    await until("there is a hint", () => seen.length > 0);
    assert.ok((seen[0]?.indexed ?? before) < (seen[0]?.version ?? 0), "the page would read too early");
    await until(
      "it is given again once the index has it",
      () => seen.some((one) => one.version > before && one.indexed >= one.version),
      10,
    );
    await around("?slow=0");
    socket.close();
  });
});

describe("a customer with two ids", () => {
  const asked = async () => (await around()).canonical;

  it("is asked for once: their next messages make no call to the account", async () => {
    const writes = async (name: string, unread: number) => {
      const customer = product.standins.whatsapp.customer(name);
      customer.text(`Message ${unread}`);
      await product.threadOf(customer, (one) => one.unread === unread);
    };
    const before = await asked();
    await writes("Bo", 1);
    const first = await asked();
    assert.equal(first, before + 1, "who it is has to be asked");
    for (const unread of [2, 3, 4]) await writes("Bo", unread);
    assert.equal(await asked(), first, "and is remembered");
    await writes("Cy", 1);
    assert.equal(await asked(), first + 1, "somebody else is asked for");
  });
});
