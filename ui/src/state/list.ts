/** A list of threads as a value: pages come in, hints change it, and it stays in the server's order. */
import type { FailedAccount, ListItem, Page, Surface, ThreadItem } from "../api/types.ts";
import type { Queue } from "../router.ts";
import { belongs, compare, UNSENT } from "./queues.ts";

export interface List {
  items: ListItem[];
  /** Where the next page begins; none when everything is here. */
  cursor: string | null;
  failedAccounts: FailedAccount[];
}

export const EMPTY: List = { items: [], cursor: null, failedAccounts: [] };

/** The list as the server current owner, from its pages in order. */
export function fromPages(pages: readonly Page<ListItem>[]): List {
  const last = pages.at(-1);
  if (last === undefined) return EMPTY;
  return {
    items: distinct(pages.flatMap((page) => page.items)),
    cursor: nextCursor(last),
    failedAccounts: last.meta.failedAccounts,
  };
}

/** One more page at the end. */
export function extended(list: List, page: Page<ListItem>): List {
  return {
    items: distinct([...list.items, ...page.items]),
    cursor: nextCursor(page),
    failedAccounts: page.meta.failedAccounts,
  };
}

/** Those of the rows that are threads. */
export function threadsOf(items: readonly ListItem[]): ThreadItem[] {
  return items.filter((item) => item.kind !== "post");
}

/** Whether a hint says anything new. */
export function isNews(list: List, thread: string, version: number): boolean {
  const known = list.items.find((item) => item.id === thread);
  return known === undefined || known.version < version;
}

/** A row as it is now: put in place, moved or taken out. Older versions than the known one change nothing. */
export function withItem(list: List, item: ListItem, queue: Queue, me: string, surface: Surface | null = null): List {
  const known = list.items.find((one) => one.id === item.id);
  if (known !== undefined && known.version > item.version) return list;
  const others = list.items.filter((one) => one.id !== item.id);
  // What is unsent stays, in the order in which it was written, until it is sent.
  if (queue === UNSENT)
    return known === undefined ? list : { ...list, items: list.items.map((one) => (one.id === item.id ? item : one)) };
  if (!belongs(item, queue, me, surface)) return known === undefined ? list : { ...list, items: others };

  if (known !== undefined && compare(known, item) === 0) {
    return { ...list, items: list.items.map((one) => (one.id === item.id ? item : one)) };
  }
  const place = others.findIndex((one) => compare(item, one) < 0);
  // Past the last loaded row there may be unloaded ones that come first: it will come with its page.
  if (place < 0 && list.cursor !== null) return known === undefined ? list : { ...list, items: others };
  const at = place < 0 ? others.length : place;
  return { ...list, items: [...others.slice(0, at), item, ...others.slice(at)] };
}

/** Where the rows are that `id` stood between in `order`, the nearest that are still there, and where it is itself. */
function around(
  items: readonly ListItem[],
  order: readonly string[],
  id: string,
): [before: number, at: number, after: number] {
  const at = (one: string | undefined) => items.findIndex((item) => item.id === one);
  const is = (one: string) => at(one) >= 0;
  const was = order.indexOf(id);
  if (was < 0) return [-1, at(id), at(id) + 1];
  const after = order.slice(was).find((one) => one !== id && is(one));
  return [at(order.slice(0, was).findLast(is)), at(id), after === undefined ? items.length : at(after)];
}

/** Whether a row is still where it was in `order`, whatever came or left around it. */
export function inPlace(items: readonly ListItem[], order: readonly string[], id: string): boolean {
  const [before, at, after] = around(items, order, id);
  return before < at && at < after;
}

/**
 * The row `step` rows from `id`, or the first. From one that was answered or closed it goes on from where that was in
 * `order`.
 */
export function neighbour(
  items: readonly ListItem[],
  order: readonly string[],
  id: string | null,
  step: 1 | -1,
): ListItem | undefined {
  const [before, at, after] = around(items, order, id ?? "");
  const next = before < at && at < after ? at + step : step > 0 ? after : before;
  return items[Math.min(items.length - 1, Math.max(0, next))];
}

function nextCursor(page: Page<unknown>): string | null {
  return page.pagination.hasMore ? (page.pagination.nextCursor ?? null) : null;
}

function distinct(items: ListItem[]): ListItem[] {
  const seen = new Map<string, ListItem>();
  for (const item of items) {
    const known = seen.get(item.id);
    if (known === undefined || known.version < item.version) seen.set(item.id, item);
  }
  return [...seen.values()];
}
