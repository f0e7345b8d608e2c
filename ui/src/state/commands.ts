/** All commands there are, in the order in which they are listed. */
import { PAGES, type PageName } from "../features/pages.ts";
import type { Command } from "./command.ts";
import { MOVES } from "./moves.ts";
import { FIXED } from "./queues.ts";
import { THREAD_COMMANDS } from "./thread-actions.ts";

const QUEUES: readonly Command[] = FIXED.map(({ queue, name, keys }) => ({
  id: `go:${queue}`,
  name,
  keys: [keys],
  group: "Go to",
  everywhere: true,
  run: ({ place }) => place.openQueue(queue),
}));

const KINDS: readonly Command[] = (
  [
    [null, "Show messages and comments"],
    ["messages", "Show messages only"],
    ["comments", "Show comments only"],
  ] as const
).map(([surface, name]) => ({
  id: `kind:${surface ?? "all"}`,
  name,
  keys: [],
  group: "Go to",
  fits: ({ inbox }) => inbox.surface !== surface,
  run: ({ inbox }) => inbox.narrow(surface).catch(() => {}),
}));

const TO_PAGES: readonly Command[] = (
  Object.entries(PAGES) as [PageName, { title: string; keys?: string; admin?: true }][]
).map(([page, { title, keys, admin }]) => ({
  id: `page:${page}`,
  name: title,
  keys: keys === undefined ? [] : [keys],
  group: "Go to",
  everywhere: true,
  fits: ({ session }) => !admin || session.administers,
  run: ({ place }) => place.go({ name: "page", page }),
}));

export const COMMANDS: readonly Command[] = [
  ...MOVES,
  ...THREAD_COMMANDS,
  {
    id: "undo",
    name: "Undo what was done last",
    keys: ["z"],
    group: "Answer",
    everywhere: true,
    fits: ({ session }) => session.answers,
    run: ({ actions }) => actions.undoLast(),
  },
  ...QUEUES,
  ...KINDS,
  ...TO_PAGES,
  {
    id: "palette",
    name: "Find a command",
    keys: ["Ctrl+k"],
    group: "Go to",
    everywhere: true,
    keyOnly: true,
    run: ({ intents }) => (intents.asking = "palette"),
  },
  {
    id: "help",
    name: "Keyboard shortcuts",
    keys: ["?"],
    group: "Go to",
    everywhere: true,
    run: ({ intents }) => (intents.asking = "help"),
  },
];
