import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import "../wait.ts";

/** Notifies once without having changed anything, and then changes the value and notifies. */
const late = (flag: Int32Array): Worker =>
  new Worker(
    `const { workerData: flag } = require("node:worker_threads");
     const pause = (ms) => new Promise((done) => setTimeout(done, ms));
     (async () => {
       while (Atomics.notify(flag, 0) === 0) await pause(5);
       await pause(100);
       Atomics.store(flag, 0, 1);
       Atomics.notify(flag, 0);
     })();`,
    { eval: true, workerData: flag },
  );

test("a notification that is late ends no wait for the next answer", async () => {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = late(flag);
  assert.equal(Atomics.wait(flag, 0, 0), "ok");
  assert.equal(Atomics.load(flag, 0), 1, "it ends when the value has changed");
  await worker.terminate();
});

test("a wait with an end, and one for what has changed already, end as ever", () => {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  assert.equal(Atomics.wait(flag, 0, 0, 10), "timed-out");
  assert.equal(Atomics.wait(flag, 0, 1), "not-equal");
});
