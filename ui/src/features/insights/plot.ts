/** What the plotting library is asked to draw: bars on one another, or lines, day by day. */
import type uPlot from "uplot";
import { inUnit, shortDay } from "./format.ts";

export interface Series {
  name: string;
  values: (number | null)[];
}

export interface Chart {
  days: string[];
  series: Series[];
  unit: string;
  kind: "bars" | "lines";
}

interface Colours {
  /** One for each series. */
  inks: string[];
  words: string;
  rules: string;
  font: string;
}

const HEIGHT = 260;
/** Between two days that are named. */
const DAY_ROOM = 54;
const WHOLE = [1, 2, 5]
  .flatMap((one) => [1, 10, 100, 1e3, 1e4, 1e5, 1e6].map((power) => one * power))
  .sort((a, b) => a - b);
const SPANS = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 604_800, 2_592_000];
/** The height of a chart in which nothing happened. */
const LEAST: Record<string, number> = { dollars: 0.01, seconds: 60 };

/** Bars are drawn over one another, the highest sum first: what is seen of each is its own part. */
export function dataOf({ days, series, kind }: Chart): uPlot.AlignedData {
  const at = days.map((_, n) => n);
  if (kind === "lines") return [at, ...series.map(({ values }) => values)];
  const sums = series.map((_, last) =>
    days.map((_, n) => series.slice(0, last + 1).reduce((sum, { values }) => sum + (values[n] ?? 0), 0)),
  );
  return [at, ...sums.toReversed()];
}

export function optionsOf(
  { days, series, unit, kind }: Chart,
  { inks, words, rules, font }: Colours,
  width: number,
  { paths }: Pick<typeof uPlot, "paths">,
  onPoint: (day: number | null) => void,
): uPlot.Options {
  const bars = paths.bars?.({ size: [0.72, 64] });
  const drawn = series.map((_, n): uPlot.Series => {
    const ink = inks[n % inks.length] ?? words;
    return kind === "bars" && bars !== undefined
      ? { fill: ink, width: 0, paths: bars, points: { show: false } }
      : { stroke: ink, width: 2, points: { show: true, size: 5, fill: ink, stroke: ink } };
  });
  const label = { stroke: words, font: `11px ${font}`, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    padding: [12, 8, 0, 0],
    legend: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: [-0.5, days.length - 0.5] },
      y: { range: (_, _least, most) => [0, most > 0 ? most * 1.06 : (LEAST[unit] ?? 1)] },
    },
    axes: [
      {
        ...label,
        size: 26,
        grid: { show: false },
        splits: (plot) => {
          const every = Math.max(1, Math.ceil((DAY_ROOM * days.length) / Math.max(1, plot.width)));
          return days.map((_, n) => n).filter((n) => n % every === 0);
        },
        values: (_, splits) => splits.map((n) => shortDay(days[n] ?? "")),
      },
      {
        ...label,
        size: 52,
        space: 44,
        grid: { stroke: rules, width: 1 },
        ...(unit === "seconds" ? { incrs: SPANS } : unit === "count" ? { incrs: WHOLE } : {}),
        values: (_, splits) => splits.map((value) => inUnit(value, unit)),
      },
    ],
    series: [{}, ...(kind === "bars" ? drawn.toReversed() : drawn)],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}
