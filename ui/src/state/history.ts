/** The record of a thread in sentences. */
import type { AuditItem } from "../api/types.ts";
import { urgencyName } from "./names.ts";
import { isNobody, labels, list, owner, record, text, type Called, type Detail } from "./record.ts";
import { DONE_BY_PERSONS } from "./thread-actions.ts";

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

const BESIDE = new Set([
  "reassigned",
  "closed",
  "reopened",
  "noted",
  "snoozed",
  "linked",
  "settled",
  "arrivedAfterAll",
  "sentTwice",
  "handedOver",
  "handoverAsked",
  "moderationOrdered",
]);

export function sentence(entry: AuditItem, called: Called = () => null): Sentence {
  const detail = record(entry.detail);
  return {
    who: who(entry, detail),
    did: did(entry, detail, called),
    words: text(detail, "text") ?? text(detail, "note"),
    reasons: reasons(detail),
    beside: BESIDE.has(entry.action),
    note: entry.action === "noted",
  };
}

function who({ action, actor }: AuditItem, detail: Detail): string {
  switch (actor.type) {
    case "teammate":
      return actor.name ?? "A teammate";
    case "program":
      return `“${actor.token?.name ?? "A program"}”, a program of ${actor.name ?? "a teammate"}`;
    case "customer":
      return "The customer";
    case "nativeApp":
      return action === "answeredElsewhere" && detail["origin"] === "otherApp"
        ? "Another app"
        : "Someone in the platform's app";
    case "system":
      if (action === "handoverAsked") return "Another app";
      return action === "handedOver" ? holder(text(detail, "from")) : "Tributary";
  }
}

function did({ action, actor }: AuditItem, detail: Detail, called: Called): string {
  const person = DONE_BY_PERSONS.get(action);
  if (person !== undefined) return person(detail, actor, called);
  const was = text(detail, "was");
  switch (action) {
    case "opened":
      return "opened this thread";
    case "labelled":
      return `labelled it${labels(detail)}`;
    case "routed":
      return isNobody(detail["to"])
        ? "found nobody who is free to take it"
        : `assigned it to ${owner(detail["to"], called)}`;
    case "sent":
      return "marked the reply as sent";
    case "sendFailed":
      return `could not send the reply${because(FAULTS, text(detail, "class"))}`;
    case "sendUncertain":
      return `cannot tell whether the reply was sent${because(DOUBTS, text(detail, "cause"))}`;
    case "settled":
      return settled(text(detail, "verdict"), was);
    case "arrivedAfterAll":
      return was === "failed" || was === "discarded"
        ? "learned that the reply arrived after all"
        : "learned that the first attempt to send the reply arrived after all";
    case "sentTwice":
      return "learned that the reply went out twice: the first attempt had arrived after all";
    case "answeredElsewhere":
      return "replied outside Tributary";
    case "undelivered":
      return `learned that the reply did not arrive${because(FAULTS, text(detail, "class"))}`;
    case "contradicted":
      return "noticed that the platform sent different words for the same message; the first ones are shown";
    case "unsent":
      return "unsent a message";
    case "linked": {
      if (text(detail, "because") === "person")
        return "learned that this customer has another thread, and told it all that was said here";
      const others = list(detail["threads"]).length;
      return `linked it: the same question came in on ${others > 1 ? `${others} other channels` : "another channel"}`;
    }
    case "handedOver":
      return `handed the conversation over to ${holder(text(detail, "to"), true)}`;
    case "handoverAsked":
      return "asked for the conversation";
    case "moderated":
      return `learned that the comment is ${moderated(detail)}`;
    case "moderationFailed":
      return `could not ${toModerate(detail)}${because(NOT_DONE, text(detail, "class"))}`;
    case "moderationUnknown":
      return `cannot tell whether the comment is ${moderated(detail)}: no answer came`;
    case "raised":
      return `raised it to ${urgencyName(text(detail, "to") ?? "").toLowerCase()}, as the rules say`;
    case "warned":
      return text(detail, "kind") === "closing"
        ? "warned that the reply window closes overnight"
        : "warned that it is due soon";
    case "escalated":
      return `found it unanswered: ${STEPS[text(detail, "kind") ?? ""] ?? "the team was told"}`;
    default:
      return `did something that this page cannot describe yet: ${words(action)}`;
  }
}

/** Who has a conversation, or had it, where one app at a time answers. */
function holder(name: string | null, within = false): string {
  switch (name) {
    case "agent":
      return "Meta's agent";
    case "us":
      return within ? "this inbox" : "This inbox";
    case "otherApp":
      return within ? "another app" : "Another app";
    default:
      return "The platform";
  }
}

const STEPS: Record<string, string> = { backup: "the backup was asked for", lead: "the lead was asked for" };

const MODERATED: Record<string, string> = {
  hide: "hidden from others",
  unhide: "shown to others again",
  delete: "deleted",
  like: "liked",
  unlike: "no longer liked",
};

const TO_MODERATE: Record<string, string> = {
  hide: "hide the comment",
  unhide: "show the comment again",
  delete: "delete the comment",
  like: "like the comment",
  unlike: "take back the like",
};

const moderated = (detail: Detail) => MODERATED[text(detail, "act") ?? ""] ?? "as it was wanted";
const toModerate = (detail: Detail) => TO_MODERATE[text(detail, "act") ?? ""] ?? "do what was wanted to the comment";

/** Why the platform did not do something to a comment. */
const NOT_DONE: Record<string, string> = {
  rate_limited: "the platform does no more of this for now",
  token_expired: "the account has lost its access",
  permission: "the account lacks a permission",
  gone: "it is not there any more",
  restricted: "the platform has restricted the account",
  transient: "a passing fault",
};

/** By a platform's refusal; the classes are those of the connectors. */
const FAULTS: Record<string, string> = {
  rate_limited: "the platform takes no more messages for now",
  token_expired: "the account has lost its access",
  permission: "the account lacks a permission",
  window_closed: "the platform's time to answer had passed",
  blocked: "this person cannot be reached",
  gone: "what it refers to no longer exists",
  invalid: "the platform does not accept it in this form",
  too_long: "it is too long for the platform",
  media: "the platform does not take this file",
  restricted: "the platform has restricted the account",
  transient: "a passing fault",
};

const DOUBTS: Record<string, string> = {
  transport: "the connection broke before an answer came",
  deadline: "no answer came in time",
  serverError: "the platform had a fault of its own",
  unreadable: "the platform's answer could not be read",
  interrupted: "sending was interrupted",
};

const BUILT_IN: Record<string, string> = {
  notConfigured: "no model is configured",
  byRules: "the rules have no model asked",
  noWords: "there were no words to read",
  courtesy: "only thanks or a greeting",
  failed: "no model gave a usable answer",
  budget: "the month's budget for models is spent",
  timeout: "no model answered in time",
  breaker: "models had failed too often just before",
};

function because(known: Record<string, string>, name: string | null): string {
  const cause = name === null ? undefined : known[name];
  return cause === undefined ? "" : `: ${cause}`;
}

function settled(verdict: string | null, was: string | null): string {
  switch (verdict) {
    case "arrived":
      return "found that the reply had arrived";
    case "sendAgain":
      return was === "failed" ? "sent the reply again" : "found that the reply had not arrived, and sent it again";
    case "discard":
      return "discarded the reply";
    default:
      return "settled a reply whose delivery was unknown";
  }
}

/** The rules' reasons for an owner, or who gave the labels. */
function reasons(detail: Detail): string[] {
  const listed = Array.isArray(detail["reasons"])
    ? detail["reasons"].map((one: unknown) => text(record(one), "text"))
    : [];
  const source = record(detail["source"]);
  const model = text(record(source["model"]), "id");
  if (model !== null) listed.push("By the AI model");
  if (source["builtIn"] !== undefined)
    listed.push(`By the built-in labeler${because(BUILT_IN, text(record(source["builtIn"]), "reason"))}`);
  return listed.filter((one) => one !== null);
}

/** `someNewAction` as `some new action`. */
function words(name: string): string {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}
