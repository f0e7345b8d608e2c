/** Customers' words cut into pieces to show as text nodes and links of our own making. */

/** For finding: without accents and capitals. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export interface Piece {
  text: string;
  href?: string;
}

/** No address that leads anywhere is longer. What is longer is words. */
const LONGEST_ADDRESS = 2000;
const ADDRESS = /https?:\/\/[^\s<>"'`\p{Cc}]+/giu;
const TAIL = ".,;:!?…)]}»”’";

/**
 * Finds web addresses. Only http and https, only what the browser itself reads as such, without trailing punctuation.
 */
export function linkified(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (match[0].length > LONGEST_ADDRESS) continue;
    const shown = trimmed(match[0]);
    const href = webAddress(shown);
    if (href === null) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
    pieces.push({ text: shown, href });
    done = match.index + shown.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

/** The address, if it is one that may be opened. */
export function webAddress(text: string | null | undefined): string | null {
  if (text == null || !URL.canParse(text)) return null;
  const url = new URL(text);
  const web = url.protocol === "https:" || url.protocol === "http:";
  return web && url.hostname !== "" && url.username === "" ? url.href : null;
}

/** An address of our own server or a web address: what a picture may be loaded from. */
export function mediaAddress(text: string | null | undefined): string | null {
  if (text == null) return null;
  return text.startsWith("/") && !text.startsWith("//") ? text : webAddress(text);
}

/** A closing bracket belongs to the address when it was opened in it. */
function trimmed(address: string): string {
  let kept = address;
  for (;;) {
    const last = kept.at(-1);
    if (last === undefined || !TAIL.includes(last)) return kept;
    if (last === ")" && count(kept, "(") >= count(kept, ")")) return kept;
    kept = kept.slice(0, -1);
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** How much of a text is laid out as one piece, at most. */
export interface Size {
  characters: number;
  lines: number;
}

/** More than this is shown in part until somebody asks for the rest. */
export const COLLAPSED: Size = { characters: 1500, lines: 24 };
/** Of the rest, so much is one block of the page: what is out of sight is not laid out. */
export const BLOCK: Size = { characters: 8000, lines: 200 };
/** So much of it comes at a time: what is full of links, or of empty lines, is as much work as words are. */
export const SHARE: Size = { characters: 10 * BLOCK.characters, lines: 100 * BLOCK.lines };

/** The blocks that a text is shown in: the beginning alone where it is long and nobody has asked for more. */
export function blocks(text: string, asked: number): { shown: string[]; more: "none" | "some" | "all" } {
  const end = endOf(text, 0, COLLAPSED);
  // A few words beyond it are not worth asking for.
  if (endOf(text, end, { characters: 300, lines: 4 }) === text.length) return { shown: [text], more: "none" };
  if (asked === 0)
    return { shown: [text.slice(0, end)], more: divided(text, 0, 1).end === text.length ? "all" : "some" };
  const { pieces, end: shown } = divided(text, 0, asked);
  if (shown === text.length) return { shown: pieces, more: "none" };
  return { shown: pieces, more: divided(text, shown, 1).end === text.length ? "all" : "some" };
}

/** So many shares of a text in blocks, and where the last one ends. */
function divided(text: string, from: number, shares: number): { pieces: string[]; end: number } {
  const pieces: string[] = [];
  let end = from;
  for (let share = 0; share < shares; share += 1) {
    const [start, before] = [end, pieces.length];
    while (end < text.length && end - start < SHARE.characters && pieces.length - before < SHARE.lines / BLOCK.lines) {
      const next = endOf(text, end, BLOCK);
      pieces.push(text.slice(end, next));
      end = next;
    }
  }
  return { pieces, end };
}

/** Where a piece of this size ends that begins at `from`: behind a line or a word, where one ends near enough. */
function endOf(text: string, from: number, { characters, lines }: Size): number {
  let end = Math.min(text.length, from + characters);
  let line = from;
  for (let n = 0; n < lines; n += 1) {
    const next = text.indexOf("\n", line);
    if (next === -1 || next >= end) {
      line = -1;
      break;
    }
    line = next + 1;
  }
  if (line !== -1) return line;
  if (end === text.length) return end;
  const slack = Math.max(from + 1, end - 200);
  for (let at = end; at > slack; at -= 1) if (/\s/.test(text.charAt(at - 1))) return at;
  // Half of a letter is none.
  if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end += 1;
  return end;
}

/** The first words, for where a line or two stand for the whole. */
export function opening(text: string): string {
  return text.length > 400 ? `${text.slice(0, endOf(text, 0, { characters: 400, lines: 8 }))}…` : text;
}

export interface Marked {
  text: string;
  hit: boolean;
}

/** An excerpt with what was found in it. */
export function marked(text: string, highlights: readonly { start: number; end: number }[]): Marked[] {
  const parts: Marked[] = [];
  let at = 0;
  for (const { start, end } of highlights) {
    parts.push({ text: text.slice(at, start), hit: false }, { text: text.slice(start, end), hit: true });
    at = end;
  }
  parts.push({ text: text.slice(at), hit: false });
  return parts.filter((part) => part.text !== "");
}
