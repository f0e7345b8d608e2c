/** A state folder that an earlier commit wrote: all of it is read, and work goes on in it. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { applyMigrations } from "../../tools/migrations.ts";
import { root } from "../../tools/runtime.ts";
import { startProduct, type Product } from "../harness/product.ts";
import { scratch } from "../harness/scratch.ts";
import { until } from "../harness/until.ts";
import { shown } from "../kept-state/shown.ts";

const folder = join(root, "tests/kept-state");
type Kept = { vars: Record<string, string>; cookie: string; shown: Awaited<ReturnType<typeof shown>> };
const kept = JSON.parse(readFileSync(join(folder, "kept.json"), "utf8")) as Kept;

type Thread = Kept["shown"]["threads"][number];

/** Time goes on in it: what nobody answered is due by now, and somebody else's. All else is as it was. */
const asKept = (now: Thread): Thread => {
  const then = kept.shown.threads.find(({ id }) => id === now.id);
  const since = now.history.slice(then?.history.length ?? 0);
  if (then === undefined || !since.some(({ action }) => action === "escalated")) return now;
  for (const { action } of since) assert.match(action, /^(escalated|routed)$/);
  return { ...now, history: now.history.slice(0, then.history.length), owner: then.owner };
};

describe("the state that an earlier commit kept", () => {
  let product: Product;
  before(async () => {
    const state = scratch("kept-state");
    execFileSync("tar", ["-xzf", join(folder, "state.tar.gz"), "-C", state]);
    await applyMigrations(join(root, "workers/migrations"), join(state, "d1"), "DB");
    product = await startProduct({ state: { folder: state, ...kept } });
    // However old it is, its owner is still signed in.
    await product.rows("UPDATE sessions SET used_at = ?1, expires_at = ?1 + 86400000", Date.now());
  });
  after(() => product?.stop());

  it("is shown as it was: threads, words, history, rules, people, accounts", async () => {
    const now = await shown(product);
    assert.deepEqual({ ...now, threads: now.threads.map(asKept) }, kept.shown);
  });

  it("is worked on: a customer writes again, and is answered with the account that was connected", async () => {
    const account = product.standins.accounts().find(({ platform }) => platform === "telegram");
    assert.ok(account);
    // The stand-in was started anew, and has to be told where to post.
    await product.team.connect(account);
    const customer = product.standins.telegram.customer("Ana Answered");
    // The stand-in counts from one again, and what has the number of a known message is that message.
    for (let n = 0; n < 10; n += 1) customer.text("And when will it be here?");
    await product.standins.idle();
    const thread = await product.threadOf(customer, (one) => one.needsAnswer && one.topic !== null);
    assert.ok(
      kept.shown.threads.some(({ id }) => id === thread.id),
      "it is the thread of then",
    );
    await product.owner.reply(thread.id, "Tomorrow.");
    await until("it arrived", () => customer.chat.messages.some(({ text }) => text === "Tomorrow."));
  });
});
