/** The keyboard: which key does what. */

export const KEYS = {
  next: ["j", "ArrowDown"],
  previous: ["k", "ArrowUp"],
  open: ["Enter", "o"],
  back: ["u", "Escape"],
  search: ["/"],
  reply: ["r"],
  note: ["n"],
  assign: ["a"],
  topic: ["t"],
  urgency: ["p"],
  language: ["l"],
  tags: ["Shift+t"],
  snooze: ["s"],
  why: ["w"],
  close: ["e"],
  reopen: ["Shift+e"],
  unread: ["Shift+u"],
  undo: ["z"],
  "go:mine": ["g m"],
  "go:unassigned": ["g u"],
  "go:all": ["g a"],
  "go:snoozed": ["g s"],
  "go:closed": ["g c"],
  "page:notices": ["g n"],
  "page:team": ["g t"],
  "page:digest": ["g d"],
  "page:insights": ["g i"],
  "page:rules": ["g r"],
  "page:parked": ["g p"],
  help: ["?"],
} as const satisfies Record<string, readonly string[]>;

export type Command = keyof typeof KEYS;

/** What works on every page; the rest is about the inbox. */
export function isEverywhere(command: Command): boolean {
  return command.includes(":") || command === "help" || command === "search" || command === "undo";
}

const COMMANDS = Object.entries(KEYS) as [Command, readonly string[]][];

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
      const found = commandOf(`${before} ${key}`);
      if (found !== null) return found;
    }
    if (COMMANDS.some(([, chords]) => chords.some((chord) => chord.startsWith(`${key} `)))) {
      this.first = { key, at: now };
      return null;
    }
    return commandOf(key);
  }
}

function commandOf(chord: string): Command | null {
  return COMMANDS.find(([, chords]) => chords.includes(chord))?.[0] ?? null;
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

/** Where a key was struck: inside of an editor that has a tree of its own, too. */
export function targetOf(event: Event): HTMLElement | null {
  const [first] = event.composedPath();
  return first instanceof HTMLElement ? first : null;
}
