/** Lines of two versions held against each other, and two people's changes of one text put together. */
import { diff3MergeRegions, diffIndices } from "node-diff3";

export type DiffLine = {
  kind: "same" | "added" | "removed";
  text: string;
  before: number | null;
  after: number | null;
};

export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** What leads from one text to the other, line by line. */
export function diff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const lines: DiffLine[] = [];
  let [from, to] = [0, 0];
  const same = (end: number) => {
    for (; from < end; from += 1, to += 1) {
      lines.push({ kind: "same", text: old[from] ?? "", before: from + 1, after: to + 1 });
    }
  };
  for (const { buffer1, buffer2 } of diffIndices(old, fresh)) {
    same(buffer1[0]);
    for (const end = from + buffer1[1]; from < end; from += 1) {
      lines.push({ kind: "removed", text: old[from] ?? "", before: from + 1, after: null });
    }
    for (const end = to + buffer2[1]; to < end; to += 1) {
      lines.push({ kind: "added", text: fresh[to] ?? "", before: null, after: to + 1 });
    }
  }
  same(old.length);
  return lines;
}

export type Piece =
  | { kind: "same"; lines: string[] }
  | { kind: "mine" | "theirs" | "both"; lines: string[]; base: string[] }
  | { kind: "conflict"; base: string[]; mine: string[]; theirs: string[] };

/** Puts together what two people made of one text. What only one of them touched is taken; the rest is for a person. */
export function merge(base: string, mine: string, theirs: string): Piece[] {
  const [old, ours, others] = [linesOf(base), linesOf(mine), linesOf(theirs)];
  const regions = diff3MergeRegions(ours, old, others) as Region[];
  // Lines that only one side has taken out stand in no region.
  const cut = new Set(diffIndices(old, ours).flatMap(({ buffer1, buffer2 }) => (buffer2[1] === 0 ? [buffer1[0]] : [])));
  const pieces: Piece[] = [];
  let line = 0;
  for (const [place, region] of regions.entries()) {
    const start = startOf(region) ?? line;
    if (start > line) pieces.push({ kind: cut.has(line) ? "mine" : "theirs", lines: [], base: old.slice(line, start) });
    if (!region.stable) {
      const { aContent, bContent, oContent } = region;
      if (equal(aContent, bContent)) pieces.push({ kind: "both", lines: aContent, base: oContent });
      else pieces.push({ kind: "conflict", base: oContent, mine: aContent, theirs: bContent });
      line = start + region.oLength;
    } else if (region.buffer === "o") {
      pieces.push({ kind: "same", lines: region.bufferContent });
      line = start + region.bufferLength;
    } else {
      const next = regions[place + 1];
      const end = (next === undefined ? undefined : startOf(next)) ?? old.length;
      const kind = region.buffer === "a" ? "mine" : "theirs";
      pieces.push({ kind, lines: region.bufferContent, base: old.slice(line, end) });
      line = end;
    }
  }
  if (line < old.length) pieces.push({ kind: cut.has(line) ? "mine" : "theirs", lines: [], base: old.slice(line) });
  return pieces;
}

/** A stretch of a merge, as the library gives it: `a` is mine, `o` the original, `b` theirs. */
type Region =
  | { stable: true; buffer: "a" | "o" | "b"; bufferStart: number; bufferLength: number; bufferContent: string[] }
  | { stable: false; oStart: number; oLength: number; aContent: string[]; bContent: string[]; oContent: string[] };

/** Where a region begins in the original, if it says so. */
function startOf(region: Region): number | undefined {
  if (!region.stable) return region.oStart;
  return region.buffer === "o" ? region.bufferStart : undefined;
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
