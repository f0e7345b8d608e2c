/** Whoever writes a private reply dies after its comment was taken for it, and before its thread knows of it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { newReplyId, type Session } from "../harness/session.ts";
import { timings } from "../harness/timings.ts";
import type { ReplyItem, ThreadItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { withEntryModule } from "../harness/with-entry-module.ts";

/** How long nobody else may write it: long enough for a Worker to start again. */
const PATIENCE_MS = 15_000;

let product: Product;
const config = withEntryModule("tests/harness/around.js");
before(async () => {
  product = await startProduct({
    connect: (platform) => platform === "facebook",
    team: { Nora: "agent" },
    vars: { TIMINGS: JSON.stringify({ ...timings, reply: { privateMarkerTimeout: PATIENCE_MS } }) },
    config,
  });
});
after(() => product.stop());

const around = async (query = "") =>
  (await fetch(`${product.url}/api/v1/__around${query}`)).json() as Promise<{ held: number }>;
const phone = (name: string) => product.standins.facebook.customer(name).received.map((one) => one.text);
const path = (thread: ThreadItem) => `/threads/${thread.id}/replies`;

/** A private reply of the owner's whose Worker is gone when the comment is taken and the thread knows nothing. */
const died = async (name: string) => {
  const { wall } = product.standins.facebook;
  wall.comment(name, wall.post(`A post for ${name}`), "price?");
  const thread = await until(`a thread of ${name}`, async () =>
    (await product.owner.threads("queue=all")).find((one) => one.contact.name === name),
  );
  const { version } = await product.owner.thread(thread.id);
  const request = { replyId: newReplyId(), text: "Twelve", visibility: "private", expectedVersion: version };
  await around("?hold=reply");
  const lost = product.owner.ask("POST", `/api/v1${path(thread)}`, request).then(
    ({ status }) => status,
    () => 0,
  );
  await until("the thread is about to be told", async () => (await around()).held > 0);
  await product.restart({ config });
  assert.notEqual(await lost, 202, "nobody was told that it is on its way");
  return { thread, request };
};
const refused = async (session: Session, thread: ThreadItem, body: object) =>
  (await session.refused(409, "answered_privately", "POST", path(thread), body)).detail ?? "";
const another = async (thread: ThreadItem) => ({
  replyId: newReplyId(),
  text: "Thirteen",
  visibility: "private",
  expectedVersion: (await product.owner.thread(thread.id)).version,
});
const sentOnce = async (reply: ReplyItem, name: string, text: string) => {
  await until("it is sent", async () =>
    ["sent", "delivered"].includes((await product.owner.replyState(reply.threadId, reply.replyId)).status),
  );
  await remains("it is there once", () => phone(name).join() === text, 1000);
};

describe("a private reply whose writer died half-way", () => {
  it("is sent once when the browser asks again, and nobody else comes between", async () => {
    const { thread, request } = await died("Kim Lee");
    const nora = product.team.person("Nora");
    assert.match(await refused(nora, thread, await another(thread)), /^Robin answers this comment privately already/);
    const replies = await Promise.all([0, 1].map(() => product.owner.post<ReplyItem>(path(thread), request)));
    await sentOnce(replies[0] as ReplyItem, "Kim Lee", "Twelve");
    await refused(nora, thread, await another(thread));
  });

  it("can be written by another teammate after a while, and is then not sent as well", async () => {
    const { thread, request } = await died("Ana Silva");
    const nora = product.team.person("Nora");
    const reply = await until(
      "the comment is free again",
      async () => nora.post<ReplyItem>(path(thread), await another(thread)),
      2 * (PATIENCE_MS / 1000),
    );
    await sentOnce(reply, "Ana Silva", "Thirteen");
    assert.match(await refused(product.owner, thread, request), /^Nora answers this comment privately already/);
    assert.deepEqual(phone("Ana Silva"), ["Thirteen"]);
  });
});
