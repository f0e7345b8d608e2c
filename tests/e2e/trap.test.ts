/**
 * After a trap the wasm is started anew in the runtime that it runs in, and requests, queues and objects go on with it.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { withEntryModule } from "../harness/with-entry-module.ts";

let product: Product;
before(async () => {
  product = await startProduct({
    connect: (platform) => platform === "facebook",
    config: withEntryModule("tests/harness/trapping.js"),
  });
});
after(() => product.stop());

const trap = async () => ((await (await fetch(`${product.url}/api/v1/__trap`)).json()) as { starts: number }).starts;

describe("a trap", () => {
  it("costs no message: objects that lived through it are made again", async () => {
    const customer = product.standins.facebook.customer("Ana");
    customer.text("Where is my order?");
    const { id } = await product.threadOf(customer);
    const starts = await trap();
    assert.equal((await product.owner.get<{ id: string }>(`/threads/${id}`)).id, id);
    assert.equal(await trap(), starts + 1);
    customer.text("It has not come yet.");
    await product.threadOf(customer, (thread) => thread.preview === "It has not come yet.");
    assert.equal(await trap(), starts + 2);
  });
});
