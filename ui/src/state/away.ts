/** What somebody has put away stays away, in this browser: hints that they have read and need no more. */

/** A part of `Storage`. */
export type Keep = Pick<Storage, "getItem" | "setItem">;

/** The latest are kept; who put away more than this has long forgotten the first. */
const MOST = 200;
const KEY = "put-away";

function all(keep: Keep): string[] {
  try {
    const kept: unknown = JSON.parse(keep.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** `what`: the hint's kind and what it is about, as `door thr_1 thr_2`. */
export function isAway(keep: Keep, what: string): boolean {
  return all(keep).includes(what);
}

export function putAway(keep: Keep, what: string): void {
  const others = all(keep).filter((one) => one !== what);
  try {
    keep.setItem(KEY, JSON.stringify([...others, what].slice(-MOST)));
  } catch {
    // A browser that keeps nothing shows the hint again after a reload.
  }
}
