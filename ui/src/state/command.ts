/** What a person can do by a key: the keyboard, the sheet of shortcuts and the command palette are made of these. */
import type { ThreadItem } from "../api/types.ts";
import type { Stores } from "./context.ts";

export const GROUPS = ["Move", "Go to", "Answer"] as const;

export interface Command {
  id: string;
  name: string;
  keys: readonly string[];
  group: (typeof GROUPS)[number];
  /** Works on every page; the rest is about the inbox. */
  everywhere?: true;
  /** Goes on while its key is held down. */
  repeats?: true;
  /** Means nothing to whoever picks it from a list: what it moves is the focus itself. */
  keyOnly?: true;
  /** Whether it can be done now. `item` is the thread that it is about, where there is one. */
  fits?: (stores: Stores, item: ThreadItem | undefined) => boolean;
  run: (stores: Stores, item: ThreadItem | undefined) => unknown;
}
