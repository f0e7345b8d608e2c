/** A notice in words. */
import type { components } from "../../api/schema.gen.ts";

export type NoticeItem = components["schemas"]["NoticeItem"];

const KINDS: Record<string, string> = {
  unassigned: "Nobody is free to take it",
  warning: "Due soon",
  closing: "Needs a reply before the shift ends",
  backup: "No reply in time: the backup was asked",
  lead: "No reply in time: the lead was asked",
  overdue: "No reply in time",
  reminder: "Still no reply",
  flood: "More comments under a post than become threads",
  text: "About the installation",
};

export const kindWords = (kind: string): string => KINDS[kind] ?? kind;

const ERRORS: Record<string, string> = {
  rate_limited: "the channel accepts no more messages for now",
  unavailable: "the channel has a problem of its own",
  no_answer: "the channel did not answer",
  refused: "the channel refused it",
  address_unset: "the channel's address is not set",
  no_channel: "its channel no longer exists",
};

export const errorWords = (error: string | null | undefined): string => (error ? (ERRORS[error] ?? error) : "");

const times = (attempts: number): string => (attempts === 1 ? "tried once" : `tried ${attempts} times`);

/** What became of it. */
export function stateWords({ state, error, attempts }: NoticeItem): string {
  if (state === "sent") return attempts > 1 ? `Sent, ${times(attempts)}` : "Sent";
  if (state === "failed") return `Failed: ${errorWords(error) || "it was given up"}`;
  if (attempts === 0) return "Waiting";
  return error ? `Waiting: ${errorWords(error)}` : `Waiting, ${times(attempts)}`;
}
