import assert from "node:assert/strict";
import { test } from "node:test";
import { dataOf, optionsOf, type Chart } from "../src/features/insights/plot.ts";

const chart = (over: Partial<Chart>): Chart => ({
  days: ["2026-01-05", "2026-01-06", "2026-01-07"],
  series: [
    { name: "In", values: [3, 0, null] },
    { name: "Out", values: [1, 2, 4] },
  ],
  unit: "count",
  kind: "bars",
  ...over,
});
const COLOURS = { inks: ["#111", "#222"], words: "#333", rules: "#444", font: "serif" };
const options = (over: Partial<Chart>) =>
  optionsOf(chart(over), COLOURS, 600, { paths: { bars: () => () => null } }, () => {});

test("bars stand on one another: the sums, the highest drawn first, each in its own colour", () => {
  assert.deepEqual(dataOf(chart({})), [
    [0, 1, 2],
    [4, 2, 4],
    [3, 0, 0],
  ]);
  assert.deepEqual(
    options({})
      .series.slice(1)
      .map(({ fill }) => fill),
    ["#222", "#111"],
  );
});

test("lines are the values themselves, broken where nothing can be told", () => {
  assert.deepEqual(dataOf(chart({ kind: "lines" })), [
    [0, 1, 2],
    [3, 0, null],
    [1, 2, 4],
  ]);
  assert.deepEqual(
    options({ kind: "lines" })
      .series.slice(1)
      .map(({ stroke }) => stroke),
    ["#111", "#222"],
  );
});

test("nothing happened: the axis still has a height that its unit can write", () => {
  const range = options({ unit: "seconds" }).scales?.["y"]?.range;
  assert.equal(typeof range, "function");
  assert.deepEqual((range as (...args: unknown[]) => unknown)(null, 0, 0, "y"), [0, 60]);
});
