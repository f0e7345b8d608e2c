import assert from "node:assert/strict";
import { test } from "node:test";
import { Live, POLL_MS, readFrame, waitBefore, type LiveWorld } from "../src/api/live.ts";

class FakeSocket {
  onopen: () => void = () => {};
  onclose: () => void = () => {};
  onmessage: (event: { data: unknown }) => void = () => {};
  close(): void {
    this.onclose();
  }
}

function stage() {
  const sockets: FakeSocket[] = [];
  const timers: { at: number; run: () => void; live: boolean }[] = [];
  let now = 0;
  const world: LiveWorld = {
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    after: (ms, run) => {
      const timer = { at: now + ms, run, live: true };
      timers.push(timer);
      return () => (timer.live = false);
    },
    random: () => 1,
  };
  const pass = (ms: number) => {
    const end = now + ms;
    for (;;) {
      const next = timers.filter((timer) => timer.live && timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      next.live = false;
      now = next.at;
      next.run();
    }
    now = end;
  };
  const seen: string[] = [];
  const live = new Live(
    {
      state: (state) => seen.push(state),
      hint: (thread, version) => seen.push(`${thread}@${version}`),
      resync: () => seen.push("resync"),
    },
    world,
  );
  return { live, sockets, pass, seen };
}

test("hints come through, greetings and strange frames do not", () => {
  const { live, sockets, seen } = stage();
  live.start();
  sockets[0]!.onopen();
  for (const data of [
    '{"hello":{"at":"x"}}',
    '{"thread":"thr_1","version":4}',
    "nonsense",
    "[1]",
    '{"thread":7,"version":1}',
    "null",
    new ArrayBuffer(2),
  ]) {
    sockets[0]!.onmessage({ data });
  }
  assert.deepEqual(seen, ["connecting", "live", "resync", "thr_1@4"]);
});

test("after every connect the page is read again, and nothing of an old socket counts", () => {
  const { live, sockets, pass, seen } = stage();
  live.start();
  sockets[0]!.onopen();
  sockets[0]!.onclose();
  pass(500);
  assert.equal(sockets.length, 2);
  sockets[0]!.onmessage({ data: '{"thread":"thr_1","version":4}' });
  sockets[1]!.onopen();
  assert.deepEqual(seen, ["connecting", "live", "resync", "down", "live", "resync"]);
});

test("while it is down it polls, and waits longer each time", () => {
  const { live, sockets, pass, seen } = stage();
  live.start();
  sockets[0]!.onclose();
  for (let n = 1; n < 6; n += 1) {
    pass(waitBefore(n - 1, 1));
    sockets[n]!.onclose();
  }
  const polls = () => seen.filter((word) => word === "resync").length;
  const before = polls();
  pass(POLL_MS);
  assert.equal(polls() - before, 1);
  const waits = [0, 1, 2, 3, 10].map((attempt) => waitBefore(attempt, 1));
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 30_000]);
  assert.equal(waitBefore(10, 0), 15_000);
});

test("news of the network skips the wait, and stopping ends everything", () => {
  const { live, sockets, pass, seen } = stage();
  live.start();
  sockets[0]!.onclose();
  live.hurry();
  assert.equal(sockets.length, 2);
  live.hurry();
  assert.equal(sockets.length, 2);
  live.stop();
  const count = seen.length;
  pass(10 * POLL_MS);
  assert.equal(seen.length, count);
  assert.equal(sockets.length, 2);
});

test("frames", () => {
  assert.deepEqual(readFrame('{"post":"pst_1","version":2}'), { kind: "item", id: "pst_1", version: 2 });
  assert.deepEqual(readFrame('{"thread":"thr_1","version":4,"later":true}'), {
    kind: "item",
    id: "thr_1",
    version: 4,
  });
  assert.deepEqual(readFrame("{}"), { kind: "other" });
});
