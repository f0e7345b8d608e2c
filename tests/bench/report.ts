/** What a benchmark says: figures beside their goals. */
export type Figure = {
  /** G1 and so on: the goals listed in tests/bench/README.md. */
  goal: string;
  what: string;
  /** As it is to be read. */
  measured: string;
  wanted: string;
  /** Undefined: shown for comparison, no goal of its own. */
  met?: boolean | undefined;
};

export type Bench = {
  goals: string[];
  name: string;
  run: (options: Options) => Promise<Figure[]>;
};

export type Options = {
  /** Everything at its full size; without it the long runs are shortened, and say so. */
  full: boolean;
  pairs: number;
  /** Seconds of each measured run of a pair. */
  seconds: number;
  say: (line: string) => void;
};

export const at = {
  most: (goal: string, what: string, value: number, limit: number, unit = "x", digits = 2): Figure => ({
    goal,
    what,
    measured: `${value.toFixed(digits)}${unit}`,
    wanted: `at most ${limit}${unit}`,
    met: value <= limit,
  }),
  least: (goal: string, what: string, value: number, limit: number, unit = "x", digits = 2): Figure => ({
    goal,
    what,
    measured: `${value.toFixed(digits)}${unit}`,
    wanted: `at least ${limit}${unit}`,
    met: value >= limit,
  }),
  none: (goal: string, what: string, measured: string): Figure => ({ goal, what, measured, wanted: "" }),
};

export const table = (figures: Figure[]): string => {
  const rows = figures.map((one) => [
    one.goal,
    one.met === undefined ? "" : one.met ? "yes" : "NO",
    one.measured,
    one.wanted,
    one.what,
  ]);
  const all = [["goal", "met", "measured", "wanted", "what"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
};
