/**
 * A keyword put into the text of the rules, for a person to look at and save. Only the place that it goes to is read;
 * every other character stays as it is, comments and layout too.
 */

export type Placed = { text: string; at: number } | "there" | null;

/** A statement of the document: a table's header, or a key with its value. Offsets are into the text. */
type Statement = { start: number; end: number; key: string; value: number };

/** The text with `word` among the keywords of `topic`, and where it stands; null where there is no such place. */
export function withKeyword(text: string, topic: string, word: string): Placed {
  const all = statements(text);
  const from = all.findIndex((one) => sameTable(one.key, ["topics", topic]));
  const header = all[from];
  if (header === undefined) return null;
  const rest = all.slice(from + 1);
  const next = rest.findIndex((one) => one.key.startsWith("["));
  const own = next === -1 ? rest : rest.slice(0, next);
  const keywords = own.find((one) => unquoted(one.key) === "keywords");
  const quoted = JSON.stringify(word);
  if (keywords !== undefined) return text[keywords.value] === "[" ? intoList(text, keywords.value, quoted) : null;
  const after = own.find((one) => unquoted(one.key) === "description") ?? header;
  const end = lineEnd(text, after.end);
  const indent = after === header ? "" : before(text, after.start);
  const line = `${lineBreak(text)}${indent}keywords = [${quoted}]`;
  return { text: text.slice(0, end) + line + text.slice(end), at: end + line.length - quoted.length - 1 };
}

/** Every statement of the document, in order. What is no TOML ends the reading. */
function statements(text: string): Statement[] {
  const found: Statement[] = [];
  let at = 0;
  while (at < text.length) {
    at = skipped(text, at);
    if (at >= text.length) break;
    const start = at;
    if (text[at] === "[") {
      const end = lineStop(text, at);
      found.push({ start, end, key: text.slice(at, end).trimEnd(), value: end });
      at = end;
      continue;
    }
    const equals = unquotedEquals(text, at);
    if (equals === -1) break;
    let value = equals + 1;
    while (text[value] === " " || text[value] === "\t") value += 1;
    const end = valueEnd(text, value);
    found.push({ start, end, key: text.slice(start, equals).trim(), value });
    at = end;
  }
  return found;
}

/** Past blanks, line breaks, comments and commas. */
function skipped(text: string, at: number): number {
  for (;;) {
    while (at < text.length && /[\s,]/.test(text.charAt(at))) at += 1;
    if (text[at] !== "#") return at;
    at = lineEnd(text, at);
  }
}

/** Where a value ends: a string, a list or a table with all that is in it, or a bare word. */
function valueEnd(text: string, at: number): number {
  const quote = text[at];
  if (quote === '"' || quote === "'") return stringEnd(text, at, quote);
  if (quote !== "[" && quote !== "{") return bareEnd(text, at);
  const close = quote === "[" ? "]" : "}";
  at += 1;
  for (;;) {
    at = skipped(text, at);
    if (at >= text.length) return at;
    if (text[at] === close) return at + 1;
    if (quote === "{") {
      const equals = unquotedEquals(text, at);
      if (equals === -1) return text.length;
      at = skipped(text, equals + 1);
    }
    const end = valueEnd(text, at);
    if (end === at) return text.length;
    at = end;
  }
}

function stringEnd(text: string, at: number, quote: string): number {
  const long = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let place = at + long.length; place < text.length; place += 1) {
    if (quote === '"' && text[place] === "\\") place += 1;
    else if (text.startsWith(long, place)) return place + long.length;
    else if (long === quote && text[place] === "\n") return place;
  }
  return text.length;
}

function bareEnd(text: string, at: number): number {
  while (at < text.length && !/[\s,#\]}]/.test(text.charAt(at))) at += 1;
  return at;
}

function unquotedEquals(text: string, at: number): number {
  for (; at < text.length; at += 1) {
    const one = text.charAt(at);
    if (one === "=") return at;
    if (one === '"' || one === "'") at = stringEnd(text, at, one) - 1;
    else if (one === "\n") return -1;
  }
  return -1;
}

/** The end of a header: a comment behind it does not belong to it. */
function lineStop(text: string, at: number): number {
  for (; at < text.length && text[at] !== "\n" && text[at] !== "#"; at += 1) {
    const one = text.charAt(at);
    if (one === '"' || one === "'") at = stringEnd(text, at, one) - 1;
  }
  return at;
}

function lineEnd(text: string, at: number): number {
  const found = text.indexOf("\n", at);
  const end = found === -1 ? text.length : found;
  return text[end - 1] === "\r" && end > at ? end - 1 : end;
}

const lineBreak = (text: string) => (text.includes("\r\n") ? "\r\n" : "\n");
/** What stands on the line of `at` before it. */
const before = (text: string, at: number) => text.slice(text.lastIndexOf("\n", at - 1) + 1, at);

/** A bare key or a quoted one, as what it means. */
function unquoted(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1);
  if (!key.startsWith('"')) return key;
  try {
    return JSON.parse(key) as string;
  } catch {
    return key;
  }
}

function sameTable(header: string, path: string[]): boolean {
  if (!header.startsWith("[") || header.startsWith("[[") || !header.endsWith("]")) return false;
  const keys = [...header.slice(1, -1).matchAll(/\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*(?:\.|$)/g)].map(
    ([, key = ""]) => unquoted(key),
  );
  return keys.length === path.length && keys.every((key, place) => key === path[place]);
}

function intoList(text: string, open: number, quoted: string): Placed {
  const values: { start: number; end: number }[] = [];
  let at = open + 1;
  for (;;) {
    at = skipped(text, at);
    if (at >= text.length) return null;
    if (text[at] === "]") break;
    const end = valueEnd(text, at);
    if (end === at) return null;
    values.push({ start: at, end });
    at = end;
  }
  if (values.some(({ start, end }) => unquoted(text.slice(start, end)) === unquoted(quoted))) return "there";
  const last = values.at(-1);
  if (last === undefined) return put(text, open + 1, "", quoted, "");
  const comma = /^\s*,/.exec(text.slice(last.end, at))?.[0];
  const indent = before(text, last.start);
  // One value to a line: the new one gets a line of its own, behind the comment of the last.
  if (indent.trim() === "" && text.lastIndexOf("\n", last.start - 1) > open) {
    const broken = comma === undefined ? `${text.slice(0, last.end)},${text.slice(last.end)}` : text;
    const end = lineEnd(broken, last.end + (comma?.length ?? 1));
    return put(broken, end, `${lineBreak(text)}${indent}`, quoted, ",");
  }
  return comma === undefined
    ? put(text, last.end, ", ", quoted, "")
    : put(text, last.end + comma.length, " ", quoted, ",");
}

function put(text: string, at: number, lead: string, quoted: string, tail: string): Placed {
  return { text: text.slice(0, at) + lead + quoted + tail + text.slice(at), at: at + lead.length };
}
