/**
 * Files and names that cannot be had at once: they are asked for again, and nothing is left behind that nobody wants.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { remains, until } from "../harness/until.ts";

const connect = (platform: string) => platform === "whatsapp" || platform === "facebook";
const refused = (code: number, headers?: Record<string, string>) =>
  ({
    kind: "status",
    status: 400,
    body: { error: { code, message: "words", type: "OAuthException" } },
    headers,
  }) as const;
const filesOf = async (product: Product, thread: string) =>
  (await product.owner.messages(thread)).flatMap((one) => one.attachments);

/** A new customer who wrote something, and the thread. */
const asks = async (product: Product, door: "whatsapp" | "facebook", name: string) => {
  const customer = product.standins[door].customer(name);
  customer.text("Look at my parcel");
  return { customer, thread: await product.threadOf(customer) };
};

describe("a file", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ connect });
  });
  after(() => product?.stop());
  const stored = (thread: string) =>
    until("the file is there", async () => (await filesOf(product, thread))[0]?.state === "stored", 90);

  for (const [what, code] of [
    ['says "slow down" as a bad request', 80_007],
    ["has let the token expire", 190],
  ] as const) {
    it(`comes later when the platform ${what}`, async () => {
      const { customer, thread } = await asks(product, "whatsapp", `Slow ${code}`);
      product.standins.faults.next("whatsapp", "media", refused(code));
      customer.image("parcel");
      await stored(thread.id);
    });
  }

  it("whose address has died is asked for by a new one", async () => {
    const { customer, thread } = await asks(product, "whatsapp", "Dead Link");
    product.standins.faults.next("whatsapp", "download", { kind: "status", status: 404 });
    const before = product.standins.requests("whatsapp", "media").length;
    customer.image("parcel");
    await stored(thread.id);
    assert.equal(product.standins.requests("whatsapp", "media").length, before + 2);
  });

  it("of a message that was taken back is not left behind by a try that died", async () => {
    const { customer, thread } = await asks(product, "whatsapp", "Taken Back");
    const picture = customer.image("parcel");
    await stored(thread.id);
    const message = (await product.owner.messages(thread.id)).find((one) => one.attachments.length > 0)?.id ?? "";
    // Its id follows from its place: a second try would write over the first.
    const hash = createHash("sha256");
    for (const part of [message, "0"]) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(part.length));
      hash.update(length).update(part);
    }
    const id = `med_${hash.digest("hex").slice(0, 32)}`;
    const kept = async () =>
      (await product.blobs(`media/${id}`)).length + (await product.count("media", `id = '${id}'`));
    assert.equal(await kept(), 2);
    customer.unsend(picture);
    await until("it is gone", async () => (await kept()) === 0);

    // A try that stored it before that, and died before it could tell, comes again.
    const bucket = await product.worker.mf.getR2Bucket("BLOBS");
    await bucket.put(`media/${id}`, "bytes");
    await product.rows(
      "INSERT INTO media (id, mime, name, size, thread, created_at, channel, message, place) VALUES (?, 'image/png', 'x', 5, ?, 0, 'whatsapp.messages', ?, 0)",
      id,
      thread.id,
      message,
    );
    await product.enqueue("JOBS", JSON.stringify({ v: "1", media: { thread: thread.id, message, place: 0 } }));
    await until("it is gone again", async () => (await kept()) === 0);
  });
});

describe("what the queue gives up", () => {
  let product: Product;
  before(async () => {
    const config = (text: string) =>
      text
        .replace(/(queue = "tributary-jobs"\n[^[]*?max_retries = )\d+/, "$11")
        .replace("max_batch_timeout = 5\n", "max_batch_timeout = 0\n");
    product = await startProduct({ connect, config });
  });
  after(() => product?.stop());

  it("a file is not given up by: the thread asks for it again", async () => {
    const { customer, thread } = await asks(product, "whatsapp", "Patient");
    product.standins.faults.always("whatsapp", "media", refused(4));
    const before = product.standins.requests("whatsapp", "media").length;
    customer.image("parcel");
    await until("it was tried twice", () => product.standins.requests("whatsapp", "media").length >= before + 2, 90);
    await remains("it is waited for", async () => (await filesOf(product, thread.id))[0]?.state === "pending", 3000);
    product.standins.faults.clear("whatsapp", "media");
    const message = (await product.owner.messages(thread.id)).find((one) => one.attachments.length > 0)?.id;
    await product.enqueue("JOBS", JSON.stringify({ v: "1", media: { thread: thread.id, message, place: 0 } }));
    await until("it is there", async () => (await filesOf(product, thread.id))[0]?.state === "stored");
  });
});

describe("a name", () => {
  let product: Product;
  before(async () => {
    product = await startProduct({ connect });
  });
  after(() => product?.stop());

  it('is asked for again when the platform said "slow down" as a bad request', async () => {
    product.standins.faults.always("facebook", "profile", refused(4, { "retry-after": "5" }));
    const customer = product.standins.facebook.customer("Late Name");
    customer.text("Who am I?");
    await until("it was asked for", () => product.standins.requests("facebook", "profile").length > 0);
    product.standins.faults.clear("facebook", "profile");
    await product.threadOf(customer);
  });
});
