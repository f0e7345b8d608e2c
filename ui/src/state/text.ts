/** Customers' words cut into pieces to show as text nodes and links of our own making. */

/** For finding: without accents and capitals. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export interface Piece {
  text: string;
  href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"'`\u0000-\u0020]+/gi;
const TAIL = /[.,;:!?…)\]}»”’]+$/;

/** Finds web addresses. Only http and https, only what the browser itself reads as such, without trailing punctuation. */
export function linkified(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
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
    const tail = TAIL.exec(kept)?.[0];
    if (tail === undefined) return kept;
    const last = kept.at(-1);
    if (last === ")" && count(kept, "(") >= count(kept, ")")) return kept;
    kept = kept.slice(0, -1);
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
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
