import assert from "node:assert/strict";
import { test } from "node:test";
import { tally } from "../tally.ts";

test("nextest", () => {
  assert.deepEqual(tally("     Summary [   0.105s] 12 tests run: 12 passed (1 slow), 3 skipped\n"), {
    passed: 12,
    failed: 0,
  });
  assert.deepEqual(
    tally("\u001b[31m     Summary\u001b[0m [   2.1s] 7/9 tests run: 4 passed, 2 failed, 1 timed out, 0 skipped"),
    {
      passed: 4,
      failed: 3,
    },
  );
  assert.deepEqual(tally("     Summary [   0.1s] 1 test run: 1 passed, 0 skipped"), { passed: 1, failed: 0 });
});

test("cargo test, over all its binaries", () => {
  const line = (passed: number, failed: number) =>
    `test result: ${failed ? "FAILED" : "ok"}. ${passed} passed; ${failed} failed; 0 ignored; 0 measured; 0 filtered out\n`;
  assert.deepEqual(tally(line(3, 0) + line(4, 2) + line(0, 0)), { passed: 7, failed: 2 });
});

test("vitest", () => {
  assert.deepEqual(tally("\u001b[2m      Tests \u001b[22m \u001b[1m21 passed\u001b[22m (21)\n"), {
    passed: 21,
    failed: 0,
  });
  assert.deepEqual(tally(" Test Files  1 failed | 2 passed (3)\n      Tests  3 failed | 18 passed (21)\n"), {
    passed: 18,
    failed: 3,
  });
  assert.deepEqual(tally("      Tests  2 failed (2)\n"), { passed: 0, failed: 2 });
});

test("node:test in either reporter; a cancelled test did not pass", () => {
  assert.deepEqual(tally("ℹ tests 6\nℹ pass 3\nℹ fail 2\nℹ cancelled 1\nℹ skipped 0\n"), { passed: 3, failed: 3 });
  assert.deepEqual(tally("# tests 5\n# pass 5\n# fail 0\n# cancelled 0\n"), { passed: 5, failed: 0 });
});

test("a line in a test’s own output does not count", () => {
  assert.deepEqual(tally("the log says: # pass 9\n"), { passed: 0, failed: 0 });
});
