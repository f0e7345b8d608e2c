/** The keyboard: which key does what. */

export type Command =
  | "next" | "previous" | "open" | "reply" | "assign" | "topic" | "urgency" | "close" | "reopen" | "note" | "snooze" | "why" | "back" | "search"
  | "help"
  | "page:notices" | "page:parked"
  | "go:mine" | "go:unassigned" | "go:all" | "go:snoozed" | "go:closed";

interface Shortcut {
  command: Command;
  keys: readonly string[];
  name: string;
  group: "Move" | "Answer" | "Go to";
}

export const SHORTCUTS: readonly Shortcut[] = [
  { command: "next", keys: ["j"], name: "Next thread", group: "Move" },
  { command: "previous", keys: ["k"], name: "Previous thread", group: "Move" },
  { command: "open", keys: ["Enter", "o"], name: "Open thread", group: "Move" },
  { command: "back", keys: ["u", "Escape"], name: "Back to the list", group: "Move" },
  { command: "search", keys: ["/"], name: "Search", group: "Move" },
  { command: "reply", keys: ["r"], name: "Reply", group: "Answer" },
  { command: "note", keys: ["n"], name: "Write a note", group: "Answer" },
  { command: "assign", keys: ["a"], name: "Assign", group: "Answer" },
  { command: "topic", keys: ["t"], name: "Correct the topic", group: "Answer" },
  { command: "urgency", keys: ["p"], name: "Correct the urgency", group: "Answer" },
  { command: "snooze", keys: ["s"], name: "Snooze", group: "Answer" },
  { command: "why", keys: ["w"], name: "Why its owner", group: "Answer" },
  { command: "close", keys: ["e"], name: "Close", group: "Answer" },
  { command: "reopen", keys: ["Shift+e"], name: "Reopen", group: "Answer" },
  { command: "go:mine", keys: ["g m"], name: "Mine", group: "Go to" },
  { command: "go:unassigned", keys: ["g u"], name: "Unassigned", group: "Go to" },
  { command: "go:all", keys: ["g a"], name: "All open", group: "Go to" },
  { command: "go:snoozed", keys: ["g s"], name: "Snoozed", group: "Go to" },
  { command: "go:closed", keys: ["g c"], name: "Closed", group: "Go to" },
  { command: "page:notices", keys: ["g n"], name: "Notices", group: "Go to" },
  { command: "page:parked", keys: ["g p"], name: "Parked deliveries", group: "Go to" },
  { command: "help", keys: ["?"], name: "This sheet", group: "Go to" },
];

export interface Press {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** How long a first key waits for its second. */
const SEQUENCE_MS = 1_200;

/** Reads key presses one by one and remembers the first of two. */
export class Keyboard {
  private first: { key: string; at: number } | null = null;

  read(press: Press, now: number): Command | null {
    const before = this.first !== null && now - this.first.at < SEQUENCE_MS ? this.first.key : null;
    this.first = null;
    if (press.ctrlKey || press.metaKey || press.altKey) return null;
    const key = nameOf(press);
    if (before !== null) {
      const found = SHORTCUTS.find((one) => one.keys.includes(`${before} ${key}`));
      if (found !== undefined) return found.command;
    }
    if (SHORTCUTS.some((one) => one.keys.some((keys) => keys.startsWith(`${key} `)))) {
      this.first = { key, at: now };
      return null;
    }
    return SHORTCUTS.find((one) => one.keys.includes(key))?.command ?? null;
  }
}

function nameOf(press: Press): string {
  if (press.key.length !== 1) return press.key;
  const letter = press.key.toLowerCase();
  const isLetter = letter !== press.key.toUpperCase();
  return isLetter && press.shiftKey ? `Shift+${letter}` : letter;
}

/** Whether the person is typing there, so that single keys are letters. */
export function isTyping(target: { tagName?: string; isContentEditable?: boolean; type?: string } | null): boolean {
  if (target === null) return false;
  if (target.isContentEditable === true) return true;
  if (target.tagName === "INPUT") return !["button", "checkbox", "radio", "file"].includes(target.type ?? "text");
  return target.tagName === "TEXTAREA" || target.tagName === "SELECT";
}
