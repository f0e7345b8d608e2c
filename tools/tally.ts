/** Reads how many tests passed and failed off the closing lines of the test runners we use. */
export type Tally = { passed: number; failed: number };

const colour = /\u001b\[[0-9;]*m/g;
const closings: [RegExp, (groups: Record<string, string | undefined>) => Tally][] = [
  // nextest: "Summary [   0.105s] 12 tests run: 11 passed (1 slow), 1 failed, 0 skipped"
  [
    /Summary \[.*?\] \d+(?:\/\d+)? tests? run: (?<rest>.*)/g,
    ({ rest = "" }) => {
      const count = (what: RegExp) => [...rest.matchAll(what)].reduce((sum, [, n]) => sum + Number(n), 0);
      return { passed: count(/(\d+) passed/g), failed: count(/(\d+) (?:failed|timed out|exec failed)/g) };
    },
  ],
  // cargo test: "test result: ok. 12 passed; 0 failed; 0 ignored; ..."
  [
    /test result: \w+\. (?<passed>\d+) passed; (?<failed>\d+) failed/g,
    ({ passed, failed }) => ({ passed: Number(passed), failed: Number(failed) }),
  ],
  // vitest: "      Tests  1 failed | 20 passed (21)"
  [
    /^ +Tests +(?:(?<failed>\d+) failed)?(?: \| )?(?:(?<passed>\d+) passed)?.*\(\d+\)$/gm,
    ({ passed = "0", failed = "0" }) => ({ passed: Number(passed), failed: Number(failed) }),
  ],
  // node:test: "ℹ pass 12" in one reporter, "# pass 12" in another; a cancelled test did not pass
  [/^(?:ℹ|#) pass (?<passed>\d+)$/gm, ({ passed }) => ({ passed: Number(passed), failed: 0 })],
  [/^(?:ℹ|#) (?:fail|cancelled) (?<failed>\d+)$/gm, ({ failed }) => ({ passed: 0, failed: Number(failed) })],
];

export const tally = (output: string): Tally => {
  const sum: Tally = { passed: 0, failed: 0 };
  const plain = output.replace(colour, "");
  for (const [pattern, read] of closings) {
    for (const match of plain.matchAll(pattern)) {
      const { passed, failed } = read(match.groups ?? {});
      sum.passed += passed;
      sum.failed += failed;
    }
  }
  return sum;
};
