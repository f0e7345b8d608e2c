import { refuse } from "./graph.ts";

/** One name of a `fields` parameter, with its modifiers and what is asked of it: `replies.limit(5){id,text}`. */
export interface Field {
  name: string;
  modifiers: Record<string, string>;
  fields: Field[];
}

/** Reads a `fields` parameter with its expansions. */
export function fieldTree(text: string): Field[] {
  return splitTop(text).map(one);
}

function one(text: string): Field {
  const open = text.indexOf("{");
  const head = (open < 0 ? text : text.slice(0, open)).trim();
  const inside = open < 0 ? "" : text.slice(open + 1, text.lastIndexOf("}"));
  const [name = "", ...rest] = splitTop(head, ".");
  const modifiers: Record<string, string> = {};
  for (const part of rest) {
    const found = /^(\w+)\((.*)\)$/.exec(part.trim());
    if (found) modifiers[found[1] ?? ""] = found[2] ?? "";
    else modifiers[part.trim()] = "";
  }
  return { name: name.trim(), modifiers, fields: inside === "" ? [] : fieldTree(inside) };
}

/** Splits at a separator outside of braces and brackets. */
function splitTop(text: string, separator = ","): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const ch of text) {
    if (ch === "{" || ch === "(") depth += 1;
    if (ch === "}" || ch === ")") depth -= 1;
    if (ch === separator && depth === 0) {
      parts.push(part);
      part = "";
    } else part += ch;
  }
  parts.push(part);
  return parts.map((p) => p.trim()).filter((p) => p !== "");
}

/** The fields of a node; a function gives one that has fields of its own. Undefined: the platform leaves it out. */
export type Node = Record<string, unknown>;

/** Of a node what was asked for; the id always comes along. Graph refuses a name that the node does not have. */
export function shown(node: Node, asked: Field[], kind: string): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of [...asked, { name: "id", modifiers: {}, fields: [] }]) {
    if (!(field.name in node))
      throw refuse(100, `(#100) Tried accessing nonexisting field (${field.name}) on node type (${kind})`);
    const value = node[field.name];
    const made: unknown = typeof value === "function" ? (value as (f: Field) => unknown)(field) : value;
    if (made !== undefined) out[field.name] = made;
  }
  return out;
}

export interface Page<T> {
  rows: T[];
  paging: Record<string, unknown> | undefined;
}

const cursorOf = (id: string): string => Buffer.from(id).toString("base64url");

/** One page of a list by `limit`, `after` and `before`, with cursors that keep their place while the list grows. */
export function paged<T extends { id: string }>(
  all: T[],
  ask: { limit?: string; after?: string; before?: string },
  most: number,
  link: (after: string) => string,
): Page<T> {
  const limit = Math.max(1, Math.min(most, Number(ask.limit ?? 25) || 25));
  const place = (cursor: string) => all.findIndex((row) => cursorOf(row.id) === cursor);
  let from = 0;
  if (ask.after !== undefined) from = found(place(ask.after)) + 1;
  else if (ask.before !== undefined) from = Math.max(0, found(place(ask.before)) - limit);
  const rows = all.slice(from, from + limit);
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) return { rows, paging: undefined };
  const after = cursorOf(last.id);
  const next = from + limit < all.length ? { next: link(after) } : {};
  return { rows, paging: { cursors: { before: cursorOf(first.id), after }, ...next } };
}

function found(at: number): number {
  if (at < 0) throw refuse(100, "(#100) Invalid cursors values");
  return at;
}
