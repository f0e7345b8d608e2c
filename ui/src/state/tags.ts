/** Tags: what may be one, which are offered, and what a person's choice asks of the server. */
import type { TagsRequest, ThreadItem } from "../api/types.ts";
import { plain } from "./text.ts";

/** The server's bounds (docs/API.md, "Bounds"), said before it has to refuse. */
export const MOST_TAGS = 50;
export const LONGEST_TAG = 40;
export const MOST_AT_ONCE = 20;

/** What was typed, as it would be kept. */
export function tidied(typed: string): string {
  return typed.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

/** The tags that threads have: those of most threads first. */
export function inUse(threads: readonly Pick<ThreadItem, "tags">[]): string[] {
  const counts = new Map<string, number>();
  for (const { tags } of threads) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([tag]) => tag);
}

export interface Offer {
  tag: string;
  /** Nobody uses it yet. */
  fresh: boolean;
}

/**
 * What the words typed stand for: the thread's own tags first, then the team's; and a new tag, where none is called so.
 */
export function offers(typed: string, own: readonly string[], team: readonly string[]): Offer[] {
  const words = tidied(typed);
  const known = [...new Set([...own, ...team])];
  const found = known.filter((tag) => plain(tag).includes(plain(words)));
  // The one that is called just so is what is meant.
  found.sort((a, b) => Number(plain(b) === plain(words)) - Number(plain(a) === plain(words)));
  const fresh = words !== "" && !known.some((tag) => plain(tag) === plain(words));
  return [...found.map((tag) => ({ tag, fresh: false })), ...(fresh ? [{ tag: words, fresh }] : [])];
}

/** What to ask of the server, so that a thread with the tags `before` has the tags `after`. */
export function changeOf(before: readonly string[], after: readonly string[]): Required<TagsRequest> {
  return { add: after.filter((tag) => !before.includes(tag)), remove: before.filter((tag) => !after.includes(tag)) };
}

/** Why one more tag cannot be put on; none where it can. */
export function faultOf(tag: string, chosen: readonly string[], before: readonly string[]): string | null {
  const length = [...tag].length;
  if (length > LONGEST_TAG) return `A tag has at most ${LONGEST_TAG} characters; this one has ${length}.`;
  if (chosen.length >= MOST_TAGS) return `A thread has at most ${MOST_TAGS} tags. Take one away first.`;
  if (changeOf(before, [...chosen, tag]).add.length > MOST_AT_ONCE)
    return `At most ${MOST_AT_ONCE} tags are added at once. Save these first.`;
  return null;
}

/** Why one more tag cannot be taken away; none where it can. */
export function removalFaultOf(tag: string, chosen: readonly string[], before: readonly string[]): string | null {
  const { remove } = changeOf(
    before,
    chosen.filter((one) => one !== tag),
  );
  return remove.length > MOST_AT_ONCE ? `At most ${MOST_AT_ONCE} tags are taken away at once. Save these first.` : null;
}

/** What has been done, in words for the notice. */
export function tagged({ add = [], remove = [] }: TagsRequest): string {
  const some = (verb: string, tags: readonly string[]) =>
    tags.length === 0 ? [] : [tags.length === 1 ? `${verb} “${tags[0]}”` : `${verb} ${tags.length} tags`];
  const said = [...some("Added", add), ...some("removed", remove)].join(", ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}
