/** Hints that were put away. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAway, putAway, type Keep } from "../src/state/away.ts";

function keep(first: string | null = null): Keep {
  let kept = first;
  return { getItem: () => kept, setItem: (_, value) => void (kept = value) };
}

test("what is put away stays away, and nothing else does", () => {
  const kept = keep();
  putAway(kept, "door thr_1 thr_2");
  putAway(kept, "door thr_1 thr_2");
  assert.deepEqual(
    ["door thr_1 thr_2", "door thr_2 thr_1", "handover 17:00"].map((what) => isAway(kept, what)),
    [true, false, false],
  );
});

test("it has a limit, beyond which the first are shown again", () => {
  const kept = keep();
  for (let n = 0; n < 250; n += 1) putAway(kept, `door ${n}`);
  assert.deepEqual([isAway(kept, "door 0"), isAway(kept, "door 249")], [false, true]);
});

test("a browser that keeps nothing, or something else, shows every hint", () => {
  for (const first of ["{}", "nonsense", "[1]"]) assert.equal(isAway(keep(first), "door 1"), false);
  putAway(
    {
      getItem: () => null,
      setItem: () => {
        throw new Error("full");
      },
    },
    "door 1",
  );
});
