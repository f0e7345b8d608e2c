/** What a person has asked for, until the part of the page that does it is there and takes it up. */
import type { Place } from "./place.svelte.ts";

export type Asking =
  | "assign"
  | "tags"
  | "help"
  | "palette"
  | "snooze"
  | "topic"
  | "urgency"
  | "language"
  | "why"
  | "moderate"
  | "delete"
  | null;

export class Intents {
  /** The dialog or panel that is to open. */
  asking = $state<Asking>(null);
  /** The comment that is asked about, where one had the focus. */
  comment = $state<string | null>(null);
  /** The thread whose composer is to have the focus. */
  composing = $state<string | null>(null);
  /** The thread whose heading is to have the focus. */
  arriving = $state<string | null>(null);
  /** The account that is to be connected again. */
  mending: string | null = null;

  constructor(private readonly place: Place) {}

  /** Goes to where an account is connected again. */
  mend(account: string): void {
    this.mending = account;
    this.place.go({ name: "page", page: "accounts" });
  }
}
