/** The keyboard: which keys make a command, and where keys are letters. */
import type { Command } from "./command.ts";

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

  constructor(private readonly commands: readonly Command[]) {}

  read(press: Press, now: number): Command | null {
    const before = this.first !== null && now - this.first.at < SEQUENCE_MS ? this.first.key : null;
    this.first = null;
    const key = nameOf(press);
    if (press.ctrlKey || press.metaKey) return press.altKey ? null : this.commandOf(`Ctrl+${key}`);
    if (press.altKey) return null;
    if (before !== null) {
      const found = this.commandOf(`${before} ${key}`);
      if (found !== null) return found;
    }
    if (this.commands.some(({ keys }) => keys.some((chord) => chord.startsWith(`${key} `)))) {
      this.first = { key, at: now };
      return null;
    }
    return this.commandOf(key);
  }

  private commandOf(chord: string): Command | null {
    return this.commands.find(({ keys }) => keys.includes(chord)) ?? null;
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

/** Where a key was struck: inside of an editor that has a tree of its own, too. */
export function targetOf(event: Event): HTMLElement | null {
  const [first] = event.composedPath();
  return first instanceof HTMLElement ? first : null;
}
