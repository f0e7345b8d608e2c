/**
 * What can be undone: the newest last. An undo is stale, and goes, once its thread is no longer as the action left it.
 */
import type { ThreadItem } from "../api/types.ts";

export interface Undoable {
  /** The thread as the action left it. */
  item: ThreadItem;
  /** Whether a thread still is as the action left it. */
  holds: (item: ThreadItem) => boolean;
  /** What the thread will be, and the call that makes it so. */
  patch: Partial<ThreadItem>;
  call: () => Promise<ThreadItem>;
  /** What was undone, in words for the notice. */
  done: string;
  /** Goes back to where the thread was when the action was taken. */
  back: () => void;
  /** Takes the offer to undo off the page. */
  withdraw: () => void;
  at: number;
}

/** Nobody remembers what a key would undo after this. */
const LIFETIME_MS = 10 * 60_000;
const MOST = 20;

export class Undos {
  private entries: Undoable[] = [];

  push(entry: Undoable): void {
    this.entries = [...this.entries, entry].slice(-MOST);
  }

  /** Takes the newest out that may still be undone. */
  pop(now: number): Undoable | undefined {
    const found = this.entries.findLast((entry) => now - entry.at < LIFETIME_MS);
    if (found !== undefined) this.take(found);
    return found;
  }

  /** Takes one out; false when it has gone already. */
  take(entry: Undoable): boolean {
    if (!this.entries.includes(entry)) return false;
    this.drop(entry);
    return true;
  }

  /** A thread as it is now: what would undo something that is no longer so goes. */
  see(item: ThreadItem): void {
    for (const entry of this.entries.filter((one) => one.item.id === item.id && one.item.version < item.version)) {
      if (entry.holds(item)) entry.item = item;
      else this.drop(entry);
    }
  }

  clear(): void {
    for (const entry of this.entries) this.drop(entry);
  }

  private drop(entry: Undoable): void {
    this.entries = this.entries.filter((one) => one !== entry);
    entry.withdraw();
  }
}
