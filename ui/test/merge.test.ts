/** Differences and merges of the rules document: nothing of either side may be lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { diff, folded, joined, linesOf, merge, type Choice } from "../src/features/rules/merge.ts";

const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join("");

/** A small generator of its own, so that a failure can be repeated. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % sides;
}

const random = (roll: (sides: number) => number, length: number) =>
  Array.from({ length: roll(length) }, () => "abcde".charAt(roll(5)));

function longestCommon(one: string[], other: string[]): number {
  const table = Array.from({ length: one.length + 1 }, () => new Array<number>(other.length + 1).fill(0));
  for (let row = 0; row < one.length; row += 1) {
    for (let column = 0; column < other.length; column += 1) {
      const value =
        one[row] === other[column]
          ? table[row]![column]! + 1
          : Math.max(table[row]![column + 1]!, table[row + 1]![column]!);
      table[row + 1]![column + 1] = value;
    }
  }
  return table[one.length]![other.length]!;
}

test("a difference leads from the one text to the other, by as few lines as possible", () => {
  const roll = dice(7);
  for (let round = 0; round < 500; round += 1) {
    const [before, after] = [random(roll, 14), random(roll, 14)];
    const lines = diff(text(...before), text(...after));
    assert.deepEqual(
      lines.filter((line) => line.kind !== "added").map((line) => line.text),
      before,
    );
    assert.deepEqual(
      lines.filter((line) => line.kind !== "removed").map((line) => line.text),
      after,
    );
    const same = lines.filter((line) => line.kind === "same").length;
    assert.equal(same, longestCommon(before, after), `${before.join()} | ${after.join()}`);
  }
});

test("what is the same far from a change is folded", () => {
  const lines = Array.from({ length: 20 }, (_, number) => `line ${number}`);
  const stretches = folded(diff(text(...lines), text(...lines.with(10, "other"))));
  assert.deepEqual(
    stretches.map(({ folded, lines }) => [folded, lines.length]),
    [
      [true, 7],
      [false, 8],
      [true, 6],
    ],
  );
});

test("changes at different places are put together without asking", () => {
  const base = text("[load]", "cap = 40", "", "[targets]", "urgent = 15m", "low = 1d");
  const mine = text("[load]", "cap = 30", "", "[targets]", "urgent = 15m", "low = 1d");
  const theirs = text("[load]", "cap = 40", "", "[targets]", "urgent = 15m", "low = 2d", "[pins]");
  const pieces = merge(base, mine, theirs);
  assert.deepEqual(
    pieces.map((piece) => piece.kind),
    ["same", "mine", "same", "theirs"],
  );
  assert.equal(joined(pieces, []), text("[load]", "cap = 30", "", "[targets]", "urgent = 15m", "low = 2d", "[pins]"));
});

test("changes of the same lines wait for a person; the same change by both does not", () => {
  const base = text("a", "b", "c");
  assert.equal(joined(merge(base, text("a", "x", "c"), text("a", "x", "c")), []), text("a", "x", "c"));
  const pieces = merge(base, text("a", "mine", "c"), text("a", "theirs", "c"));
  assert.deepEqual(
    pieces.map((piece) => piece.kind),
    ["same", "conflict", "same"],
  );
  assert.equal(joined(pieces, []), undefined);
  const by = (choice: Choice) => joined(pieces, [undefined, choice]);
  assert.equal(by("mine"), text("a", "mine", "c"));
  assert.equal(by("theirs"), text("a", "theirs", "c"));
  assert.equal(by("mineTheirs"), text("a", "mine", "theirs", "c"));
  assert.equal(by("theirsMine"), text("a", "theirs", "mine", "c"));
});

test("a merge with what did not change is the other side, whatever the texts", () => {
  const roll = dice(11);
  for (let round = 0; round < 500; round += 1) {
    const [base, changed] = [text(...random(roll, 12)), text(...random(roll, 12))];
    assert.equal(joined(merge(base, base, changed), []), changed);
    assert.equal(joined(merge(base, changed, base), []), changed);
    assert.equal(joined(merge(base, changed, changed), []), changed);
  }
});

test("every line that somebody wrote is in a piece", () => {
  const roll = dice(13);
  for (let round = 0; round < 500; round += 1) {
    const [base, mine, theirs] = [random(roll, 10), random(roll, 10), random(roll, 10)];
    const pieces = merge(text(...base), text(...mine), text(...theirs));
    const side = (which: "mine" | "theirs") =>
      pieces.flatMap((piece) =>
        piece.kind === "conflict"
          ? piece[which]
          : piece.kind === "same" || piece.kind === "both" || piece.kind === which
            ? piece.lines
            : piece.base,
      );
    assert.deepEqual(side("mine"), mine);
    assert.deepEqual(side("theirs"), theirs);
  }
});

test("a large change is shown as written anew, and quickly", () => {
  const [before, after] = [0, 50_000].map((start) => Array.from({ length: 5_000 }, (_, line) => String(start + line)));
  const began = performance.now();
  assert.equal(diff(text(...before!), text(...after!)).length, 10_000);
  assert.ok(performance.now() - began < 2_000);
  assert.deepEqual(linesOf("a\r\nb\r\n"), ["a", "b"]);
});
