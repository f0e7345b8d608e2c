/**
 * Drafts as they are kept in this tab, so that a reload loses none: so many and so large at most. Where there is no
 * room the oldest go first. What is in the post is kept elsewhere, for all tabs (`outbox.svelte.ts`), and never makes
 * room.
 */
import { BLANK, isBlank, type Draft } from "./draft.ts";

/** Where drafts are kept; the browser's session storage. */
export type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export const MOST_DRAFTS = 100;
/** A fifth of what browsers give to a page. */
export const MOST_CHARACTERS = 1_000_000;

/** Where rules that somebody has begun to change are kept, for all tabs: with the person's id behind it. */
export const RULES = "tributary.rules.";
/** Who has signed out last, for the browser's other tabs. */
const LEFT = "tributary.left";

interface Stored extends Draft {
  /** When it was kept last. */
  at: number;
}

/** A draft as it was left. */
export function load(keep: Keep, thread: string): Draft {
  const stored = read(keep.getItem(key(thread)));
  if (stored === null) return BLANK;
  const { at: _at, ...draft } = stored;
  return { ...BLANK, ...draft, posted: null };
}

/** Whether it is kept. Where it is not, the page alone has it. */
export function save(keep: Keep, thread: string, draft: Draft, now: number = Date.now()): boolean {
  if (isBlank(draft) && draft.note === "" && draft.replyId === null && draft.writing === "reply") {
    keep.removeItem(key(thread));
    return true;
  }
  const text = JSON.stringify({ ...draft, posted: null, at: now } satisfies Stored);
  if (text.length > MOST_CHARACTERS) return false;
  const others = all(keep).filter((one) => one.key !== key(thread));
  let left = MOST_CHARACTERS - text.length - others.reduce((sum, { size }) => sum + size, 0);
  const oldest = () => others.sort((a, b) => b.at - a.at).pop();
  while (others.length >= MOST_DRAFTS || left < 0) {
    const gone = oldest();
    if (gone === undefined) break;
    left += gone.size;
    keep.removeItem(gone.key);
  }
  for (;;) {
    try {
      keep.setItem(key(thread), text);
      return true;
    } catch {
      // Full: or forbidden, and then there is nothing that could make room.
      const gone = oldest();
      if (gone === undefined) return false;
      keep.removeItem(gone.key);
    }
  }
}

/** Nothing that anybody has begun to write is left in this tab. */
export function forget(keep: Keep): void {
  for (const one of all(keep)) keep.removeItem(one.key);
}

/** Deletes what a person has begun in this browser, except what is in the post; and says so to the other tabs. */
export function leave(tab: Keep, shared: Keep, person: string, now: number = Date.now()): void {
  forget(tab);
  shared.removeItem(RULES + person);
  try {
    shared.setItem(LEFT, `${person} ${now}`);
  } catch {
    // A full storage: the other tabs find out when they next ask for anything.
  }
}

/** Whether another tab's change of the shared storage says that this person has signed out. */
export function hasLeft({ key, newValue }: Pick<StorageEvent, "key" | "newValue">, person: string | null): boolean {
  return key === LEFT && person !== null && (newValue?.startsWith(`${person} `) ?? false);
}

function all(keep: Keep): { key: string; size: number; at: number }[] {
  const keys = Array.from({ length: keep.length }, (_, n) => keep.key(n)).filter((one) => one?.startsWith(key("")));
  return keys.flatMap((one) => {
    const text = one == null ? null : keep.getItem(one);
    return one == null || text === null
      ? []
      : [{ key: one, size: text.length, at: Number(/"at":(\d+)}$/.exec(text.slice(-24))?.[1] ?? 0) }];
  });
}

function read(text: string | null): Partial<Stored> | null {
  try {
    const stored: unknown = JSON.parse(text ?? "null");
    return typeof stored === "object" ? stored : null;
  } catch {
    return null;
  }
}

function key(thread: string): string {
  return `draft:${thread}`;
}
