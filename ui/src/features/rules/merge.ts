/** Lines of two versions held against each other, and two people's changes of one text put together. */

export type DiffLine = {
  kind: "same" | "added" | "removed";
  text: string;
  before: number | null;
  after: number | null;
};

/** More difference than this is shown as written anew: the work grows with the square of it. */
const MOST = 1500;

export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** For each line of `before` its place in `after`, or -1: as many as possible (Myers 1986). */
export function matches(before: readonly string[], after: readonly string[]): number[] {
  const places = new Array<number>(before.length).fill(-1);
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) {
    places[from] = from;
    from += 1;
  }
  let [endBefore, endAfter] = [before.length, after.length];
  while (endBefore > from && endAfter > from && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
    places[endBefore] = endAfter;
  }
  const [rows, columns] = [endBefore - from, endAfter - from];
  const same = (row: number, column: number) => before[from + row] === after[from + column];
  const most = Math.min(rows + columns, MOST);
  const middle = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const steps: Int32Array[] = [];
  for (let step = 0; step <= most; step += 1) {
    steps.push(reach.slice());
    for (let diagonal = -step; diagonal <= step; diagonal += 2) {
      const down = goesDown(reach, middle, diagonal, step);
      let row = down ? at(reach, middle + diagonal + 1) : at(reach, middle + diagonal - 1) + 1;
      while (row < rows && row - diagonal < columns && same(row, row - diagonal)) row += 1;
      reach[middle + diagonal] = row;
      if (row < rows || row - diagonal < columns) continue;
      walkBack(steps, middle, rows, columns, (row, column) => (places[from + row] = from + column));
      return places;
    }
  }
  return places;
}

const at = (reach: Int32Array, place: number) => reach[place] ?? 0;

function goesDown(reach: Int32Array, middle: number, diagonal: number, step: number): boolean {
  return (
    diagonal === -step || (diagonal !== step && at(reach, middle + diagonal - 1) < at(reach, middle + diagonal + 1))
  );
}

/** From the end to the start, by what was reached before each step. */
function walkBack(
  steps: Int32Array[],
  middle: number,
  rows: number,
  columns: number,
  match: (row: number, column: number) => void,
): void {
  let [row, column] = [rows, columns];
  for (let step = steps.length - 1; step >= 0; step -= 1) {
    const reach = steps[step] as Int32Array;
    const diagonal = row - column;
    const down = goesDown(reach, middle, diagonal, step);
    const from = down ? diagonal + 1 : diagonal - 1;
    const [startRow, startColumn] = step === 0 ? [0, 0] : [at(reach, middle + from), at(reach, middle + from) - from];
    const steady = step === 0 ? 0 : down ? startRow : startRow + 1;
    while (row > steady && column > 0 && row > startRow) match((row -= 1), (column -= 1));
    [row, column] = [startRow, startColumn];
  }
}

/** What leads from one text to the other, line by line. */
export function diff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const places = matches(old, fresh);
  const lines: DiffLine[] = [];
  let next = 0;
  const added = (end: number) => {
    for (; next < end; next += 1) lines.push({ kind: "added", text: fresh[next] ?? "", before: null, after: next + 1 });
  };
  for (const [place, text] of old.entries()) {
    const to = places[place] ?? -1;
    if (to < 0) {
      lines.push({ kind: "removed", text, before: place + 1, after: null });
      continue;
    }
    added(to);
    lines.push({ kind: "same", text, before: place + 1, after: to + 1 });
    next = to + 1;
  }
  added(fresh.length);
  return lines;
}

export type Piece =
  | { kind: "same"; lines: string[] }
  | { kind: "mine" | "theirs" | "both"; lines: string[]; base: string[] }
  | { kind: "conflict"; base: string[]; mine: string[]; theirs: string[] };

/** Puts together what two people made of one text. What only one of them touched is taken; the rest is for a person. */
export function merge(base: string, mine: string, theirs: string): Piece[] {
  const [old, ours, others] = [linesOf(base), linesOf(mine), linesOf(theirs)];
  const [inOurs, inOthers] = [matches(old, ours), matches(old, others)];
  const pieces: Piece[] = [];
  let [line, our, other] = [0, 0, 0];
  while (line < old.length || our < ours.length || other < others.length) {
    const steady: string[] = [];
    while (line < old.length && inOurs[line] === our && inOthers[line] === other) {
      steady.push(old[line] as string);
      [line, our, other] = [line + 1, our + 1, other + 1];
    }
    if (steady.length > 0) pieces.push({ kind: "same", lines: steady });
    let end = line;
    while (end < old.length && ((inOurs[end] ?? -1) < 0 || (inOthers[end] ?? -1) < 0)) end += 1;
    const [ourEnd, otherEnd] =
      end < old.length ? [inOurs[end] as number, inOthers[end] as number] : [ours.length, others.length];
    const was = old.slice(line, end);
    const [left, right] = [ours.slice(our, ourEnd), others.slice(other, otherEnd)];
    if (was.length + left.length + right.length > 0) pieces.push(piece(was, left, right));
    [line, our, other] = [end, ourEnd, otherEnd];
  }
  return pieces;
}

function piece(base: string[], mine: string[], theirs: string[]): Piece {
  if (equal(mine, theirs)) return { kind: "both", lines: mine, base };
  if (equal(mine, base)) return { kind: "theirs", lines: theirs, base };
  if (equal(theirs, base)) return { kind: "mine", lines: mine, base };
  return { kind: "conflict", base, mine, theirs };
}

function equal(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, place) => line === other[place]);
}

export type Choice = "mine" | "theirs" | "mineTheirs" | "theirsMine";

/** The text that pieces and choices make; undefined while a conflict is open. */
export function joined(pieces: readonly Piece[], choices: readonly (Choice | undefined)[]): string | undefined {
  const lines: string[] = [];
  for (const [place, one] of pieces.entries()) {
    if (one.kind !== "conflict") {
      lines.push(...one.lines);
      continue;
    }
    const choice = choices[place];
    if (choice === undefined) return undefined;
    lines.push(...chosen(one, choice));
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

export function chosen({ mine, theirs }: { mine: string[]; theirs: string[] }, choice: Choice): string[] {
  if (choice === "mine") return mine;
  if (choice === "theirs") return theirs;
  return choice === "mineTheirs" ? [...mine, ...theirs] : [...theirs, ...mine];
}

export type Stretch = { folded: false; lines: DiffLine[] } | { folded: true; lines: DiffLine[] };

/** What is the same far from any change is folded away. */
export function folded(lines: readonly DiffLine[], around = 3): Stretch[] {
  const near = new Array<boolean>(lines.length).fill(false);
  for (const [place, { kind }] of lines.entries()) {
    if (kind === "same") continue;
    for (let other = Math.max(0, place - around); other <= Math.min(lines.length - 1, place + around); other += 1)
      near[other] = true;
  }
  const stretches: Stretch[] = [];
  for (const [place, line] of lines.entries()) {
    const away = !near[place];
    const last = stretches.at(-1);
    if (last?.folded === away) last.lines.push(line);
    else stretches.push({ folded: away, lines: [line] });
  }
  return stretches;
}
