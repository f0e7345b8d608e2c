/** The record of a thread in sentences. */
import type { AuditItem, OwnerItem } from "../api/types.ts";
import { dateAndTime } from "./time.ts";
import { urgencyName } from "./names.ts";

export interface Sentence {
  who: string;
  /** Follows `who`: "closed this thread". */
  did: string;
  /** A person's words, for the team only. */
  words: string | null;
  reasons: string[];
  /** Belongs beside the messages, and not only in the whole record. */
  beside: boolean;
  note: boolean;
}

const BESIDE = new Set(["reassigned", "closed", "reopened", "noted", "snoozed", "linked", "settled"]);

/** Entries of kinds that this page does not know yet are shown by their name. */
export function sentence(entry: AuditItem): Sentence {
  const detail = record(entry.detail);
  return {
    who: who(entry),
    did: did(entry, detail),
    words: text(detail, "text") ?? text(detail, "note"),
    reasons: reasons(detail),
    beside: BESIDE.has(entry.action),
    note: entry.action === "noted",
  };
}

function who(entry: AuditItem): string {
  switch (entry.actor.type) {
    case "teammate":
      return entry.actor.name ?? "A teammate";
    case "customer":
      return "The customer";
    case "nativeApp":
      return "Somebody in the platform's app";
    case "system":
      return "Tributary";
  }
}

function did(entry: AuditItem, detail: Detail): string {
  const to = owner(detail["to"]);
  switch (entry.action) {
    case "opened":
      return "opened this thread";
    case "received":
      return "wrote";
    case "labelled":
      return `labelled it${labels(detail)}`;
    case "corrected":
      return `corrected the labels${labels(detail)}`;
    case "routed":
      return to === null ? "chose where it goes" : `gave it to ${to}`;
    case "reassigned":
      return to === null ? "reassigned it" : to === "nobody" ? "took it from its owner" : `gave it to ${to}`;
    case "replied":
      return "wrote a reply";
    case "sent":
      return "handed the reply to the platform";
    case "sendFailed":
      return "could not send the reply";
    case "sendUncertain":
      return "cannot tell whether the reply was sent";
    case "settled":
      return settled(text(detail, "outcome"));
    case "answeredElsewhere":
      return "answered outside of Tributary";
    case "undelivered":
      return "learned that the reply did not arrive";
    case "unsent":
      return "took a message back";
    case "closed":
      return "closed it";
    case "reopened":
      return "reopened it";
    case "noted":
      return "noted";
    case "snoozed": {
      const until = text(detail, "until");
      return until === null ? "put it aside" : `put it aside until ${dateAndTime(until)}`;
    }
    case "tagged":
      return "changed the tags";
    case "linked":
      return "linked it: the same question came by another door";
    case "escalated":
      return to === null ? "raised it: nobody had answered in time" : `gave it to ${to}: nobody had answered in time`;
    default:
      return words(entry.action);
  }
}

function settled(outcome: string | null): string {
  switch (outcome) {
    case "arrived":
      return "found that the reply had arrived";
    case "sendAgain":
      return "found that the reply had not arrived, and sent it again";
    case "discard":
      return "let the reply be";
    default:
      return "settled the reply in doubt";
  }
}

function labels(detail: Detail): string {
  const after = record(detail["after"] ?? detail["labels"] ?? detail);
  const urgency = text(after, "urgency");
  const parts = [
    text(after, "topic"),
    urgency === null ? null : urgencyName(urgency).toLowerCase(),
    text(after, "language"),
  ].filter((part) => part !== null);
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function owner(value: unknown): string | null {
  if (typeof value === "string") return value;
  const shape = record(value) as Partial<OwnerItem>;
  if (shape.type === "unassigned") return "nobody";
  return typeof shape.name === "string" ? shape.name : null;
}

function reasons(detail: Detail): string[] {
  const listed = detail["reasons"];
  if (!Array.isArray(listed)) return [];
  return listed
    .map((one: unknown) => (typeof one === "string" ? one : text(record(one), "text")))
    .filter((one) => one !== null);
}

type Detail = Record<string, unknown>;

function record(value: unknown): Detail {
  return typeof value === "object" && value !== null ? (value as Detail) : {};
}

function text(detail: Detail, name: string): string | null {
  const value = detail[name];
  return typeof value === "string" && value !== "" ? value : null;
}

/** `someNewAction` as `some new action`. */
function words(name: string): string {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}
