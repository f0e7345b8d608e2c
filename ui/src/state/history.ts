/** The record of a thread in sentences. */
import type { AuditItem } from "../api/types.ts";
import { languageName, topicName, urgencyName } from "./names.ts";
import { dateAndTime } from "./time.ts";

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

/** What a teammate or team is called now: the record keeps their ids. */
export type Called = (id: string) => string | null;

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
  const was = text(detail, "was");
  switch (action) {
    case "opened":
      return "opened this thread";
    case "labelled":
      return `labelled it${labels(detail)}`;
    case "corrected":
      return corrected(record(detail["from"]), record(detail["to"]));
    case "routed":
      return isNobody(detail["to"])
        ? "found nobody who is free to take it"
        : `assigned it to ${owner(detail["to"], called)}`;
    case "reassigned":
      if (isNobody(detail["to"])) return "unassigned it";
      if (text(detail, "because") === "repliedFirst") return "took it: they replied first";
      return record(detail["to"])["id"] === actor.id ? "took it" : `assigned it to ${owner(detail["to"], called)}`;
    case "replied": {
      const parts = Number(detail["parts"]);
      const template = text(detail, "template");
      const changed =
        { true: ", and changed it", false: ", and left its words as they were" }[String(detail["changed"])] ?? "";
      const from = template === null ? "" : `, started from the template “${topicName(template)}”${changed}`;
      return `wrote a reply${from}${parts > 1 ? `, sent as ${parts} messages` : ""}`;
    }
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
    case "closed":
      if (text(detail, "because") === "person")
        return "closed it: the conversation goes on in this customer's other thread";
      return "closed it";
    case "reopened":
      if (actor.type === "customer")
        return was === "snoozed" ? "wrote again, which brought it back early" : "wrote again, which reopened it";
      if (text(detail, "because") === "handedOver") return "brought it back: the conversation was handed over";
      if (actor.type === "system")
        return text(detail, "because") === "undelivered"
          ? "brought it back: the answer did not arrive"
          : "brought it back: its time had come";
      return was === "snoozed" ? "brought it back early" : "reopened it";
    case "noted":
      return "noted";
    case "snoozed": {
      const until = text(detail, "until");
      return until === null ? "snoozed it" : `snoozed it until ${dateAndTime(until)}`;
    }
    case "tagged":
      return tagged(list(detail["add"]), list(detail["remove"]));
    case "linked": {
      if (text(detail, "because") === "person")
        return "learned that this customer has another thread, and told it all that was said here";
      const doors = list(detail["threads"]).length;
      return `linked it: the same question came in on ${doors > 1 ? `${doors} other channels` : "another channel"}`;
    }
    case "handedOver":
      return `handed the conversation over to ${holder(text(detail, "to"), true)}`;
    case "handoverAsked":
      return "asked for the conversation";
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

function corrected(from: Detail, to: Detail): string {
  if (Object.keys(from).length === 0) return `corrected the labels${labels(to)}`;
  const changes = LABELS.filter((name) => from[name] !== to[name]).map(
    (name) => `${name} from ${label(name, from)} to ${label(name, to)}`,
  );
  return `corrected the ${changes.join(", ") || "summary"}`;
}

const LABELS = ["topic", "urgency", "language"] as const;

function labels(of: Detail): string {
  const known = LABELS.filter((name) => text(of, name) !== null);
  const parts = known.map((name) =>
    name === "urgency" && of[name] !== "urgent" ? `${label(name, of)} urgency` : label(name, of),
  );
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function label(name: (typeof LABELS)[number], of: Detail): string {
  const value = text(of, name);
  if (value === null) return "none";
  if (name === "topic") return topicName(value);
  if (name === "urgency") return urgencyName(value).toLowerCase();
  return value === "und" ? "an unknown language" : languageName(value);
}

function tagged(added: string[], removed: string[]): string {
  const tags = (verb: string, which: string[]) =>
    which.length === 0
      ? []
      : [`${verb} the tag${which.length > 1 ? "s" : ""} ${which.map((tag) => `“${tag}”`).join(", ")}`];
  return [...tags("added", added), ...tags("removed", removed)].join(" and ") || "changed the tags";
}

function isNobody(value: unknown): boolean {
  return record(value)["type"] === "unassigned";
}

function owner(value: unknown, called: Called): string {
  const shape = record(value);
  const id = text(shape, "id");
  return (id === null ? null : called(id)) ?? (shape["type"] === "team" ? "a team" : "somebody");
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

type Detail = Record<string, unknown>;

function record(value: unknown): Detail {
  return typeof value === "object" && value !== null ? (value as Detail) : {};
}

function text(detail: Detail, name: string): string | null {
  const value = detail[name];
  return typeof value === "string" && value !== "" ? value : null;
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** `someNewAction` as `some new action`. */
function words(name: string): string {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}
