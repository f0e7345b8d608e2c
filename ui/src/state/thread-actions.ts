/**
 * What a person can do with a thread, each declared once: its key, its name, its button in the thread's heading, and
 * what the thread's history says of it. The keyboard, the sheet of shortcuts, the command palette, the heading and the
 * history are made of this table; how an action is done, shown at once and undone stands in `actions.ts`.
 */
import type { AuditItem, ModerationAction, ThreadDetail, ThreadItem } from "../api/types.ts";
import type { IconName } from "../components/icons.ts";
import type { Command } from "./command.ts";
import type { Stores } from "./context.ts";
import type { Asking } from "./intents.svelte.ts";
import { ask } from "./moves.ts";
import { topicName } from "./names.ts";
import { correction, isNobody, list, owner, record, text, type Called, type Detail } from "./record.ts";
import { dateAndTime } from "./time.ts";

/** What an action may use of the page. */
type Used = Pick<Stores, "actions" | "intents" | "place" | "threads" | "toasts">;

/** What the history says that somebody did, as in `closed it`. */
type Did = (detail: Detail, actor: AuditItem["actor"], called: Called) => string;

export interface ThreadAction {
  id: string;
  name: string;
  keys: readonly string[];
  /** Its button in the heading of the thread: a symbol alone, or with its name beside it. */
  button?: { icon: IconName; worded?: true };
  /** Also for those who may only look. */
  viewers?: true;
  /** The threads that it makes sense for; all of them, where it is left out. */
  fits?: (item: ThreadItem, stores: Used) => boolean;
  does: (stores: Used, item: ThreadItem) => unknown;
  /** By the audit action that it is recorded as. */
  history?: Record<string, Did>;
}

const asks =
  (what: NonNullable<Asking>) =>
  (stores: Used, { id }: ThreadItem) =>
    ask(stores, id, what);

const writes =
  (what: "reply" | "note") =>
  ({ threads, place }: Used, { id }: ThreadItem) => {
    threads.compose(id, what);
    place.go({ name: "thread", thread: id });
  };

const isPublic = ({ surface }: ThreadItem) => surface === "comments";

/** Of a thread whose channel is not known yet, it is found out when it is asked for. */
const can =
  (feature: ThreadDetail["channel"]["features"][number]) =>
  (item: ThreadItem, { threads }: Used) =>
    isPublic(item) && (threads.of(item.id).detail?.channel.features.includes(feature) ?? true);

/** The comment that has the focus, if one has. */
const commentInFocus = () => document.activeElement?.closest("[id^='m-']")?.id.slice("m-".length) ?? null;

const asksOfComment = (what: "moderate" | "delete") => (stores: Used, item: ThreadItem) => {
  stores.intents.comment = commentInFocus();
  return ask(stores, item.id, what);
};

/** Does whichever of the two makes sense to the comment that has the focus, else to the newest of the thread. */
const moderates = (either: readonly ModerationAction[]) => (stores: Used, item: ThreadItem) =>
  stores.threads.moderate(item, commentInFocus(), either);

export const THREAD_ACTIONS: readonly ThreadAction[] = [
  {
    id: "reply",
    name: "Reply",
    keys: ["r"],
    does: writes("reply"),
    history: { replied, answeredPrivately: () => "answered a comment privately" },
  },
  { id: "note", name: "Write a note", keys: ["n"], does: writes("note"), history: { noted: () => "noted" } },
  {
    id: "assign",
    name: "Assign",
    keys: ["a"],
    button: { icon: "assign" },
    does: asks("assign"),
    history: { reassigned },
  },
  {
    id: "topic",
    name: "Correct the topic",
    keys: ["t"],
    does: asks("topic"),
    history: { corrected: (detail) => `corrected the ${correction(record(detail["from"]), record(detail["to"]))}` },
  },
  { id: "urgency", name: "Correct the urgency", keys: ["p"], does: asks("urgency") },
  { id: "language", name: "Correct the language", keys: ["l"], does: asks("language") },
  { id: "tags", name: "Tags", keys: ["Shift+t"], does: asks("tags"), history: { tagged } },
  {
    id: "snooze",
    name: "Snooze",
    keys: ["s"],
    button: { icon: "moon" },
    does: asks("snooze"),
    history: {
      snoozed: (detail) => {
        const until = text(detail, "until");
        return until === null ? "snoozed it" : `snoozed it until ${dateAndTime(until)}`;
      },
    },
  },
  { id: "why", name: "Why this owner?", keys: ["w"], viewers: true, does: asks("why") },
  {
    // For oneself alone: the history says nothing of it.
    id: "unread",
    name: "Mark as unread",
    keys: ["Shift+u"],
    button: { icon: "unread" },
    does: ({ threads }, item) => threads.markUnread(item),
  },
  {
    id: "moderate",
    name: "Hide, delete or like a comment",
    keys: ["m"],
    fits: isPublic,
    does: asksOfComment("moderate"),
    history: { moderationOrdered },
  },
  {
    id: "hide",
    name: "Hide the comment from others, or show it again",
    keys: ["h"],
    fits: can("hide"),
    does: moderates(["hide", "unhide"]),
  },
  {
    id: "like",
    name: "Like the comment, or take the like back",
    keys: ["Shift+l"],
    fits: can("like"),
    does: moderates(["like", "unlike"]),
  },
  { id: "delete", name: "Delete the comment", keys: ["x"], fits: can("deleteTheirs"), does: asksOfComment("delete") },
  {
    id: "close",
    name: "Close",
    keys: ["e"],
    button: { icon: "done", worded: true },
    fits: ({ status }) => status !== "closed",
    does: ({ actions }, item) => actions.close(item),
    history: {
      closed: (detail) =>
        text(detail, "because") === "person"
          ? "closed it: the conversation goes on in this customer's other thread"
          : "closed it",
    },
  },
  {
    id: "reopen",
    name: "Reopen",
    keys: ["Shift+e"],
    button: { icon: "reopen", worded: true },
    fits: ({ status }) => status !== "open",
    does: ({ actions }, item) => actions.reopen(item),
    history: { reopened },
  },
];

export const THREAD_COMMANDS: readonly Command[] = THREAD_ACTIONS.map(({ id, name, keys, viewers, fits, does }) => ({
  id,
  name,
  keys,
  group: "Answer",
  fits: (stores, item) => item !== undefined && (viewers || stores.session.answers) && (fits?.(item, stores) ?? true),
  run: (stores, item) => item !== undefined && does(stores, item),
}));

/** What the history says of what persons do, by the action's name in the record. */
export const DONE_BY_PERSONS: ReadonlyMap<string, Did> = new Map(
  THREAD_ACTIONS.flatMap(({ history }) => Object.entries(history ?? {})),
);

function moderationOrdered(detail: Detail): string {
  const which = detail["own"] === true ? "our comment" : "a comment";
  switch (text(detail, "act")) {
    case "hide":
      return `hid ${which} from others`;
    case "unhide":
      return `showed ${which} to others again`;
    case "delete":
      return `deleted ${which}`;
    case "like":
      return `liked ${which}`;
    case "unlike":
      return `took back the like of ${which}`;
    default:
      return `did something to ${which}`;
  }
}

function replied(detail: Detail): string {
  const parts = Number(detail["parts"]);
  const template = text(detail, "template");
  const changed =
    { true: ", and changed it", false: ", and left its words as they were" }[String(detail["changed"])] ?? "";
  const from = template === null ? "" : `, started from the template “${topicName(template)}”${changed}`;
  return `wrote a reply${from}${parts > 1 ? `, sent as ${parts} messages` : ""}`;
}

function reassigned(detail: Detail, actor: AuditItem["actor"], called: Called): string {
  if (isNobody(detail["to"])) return "unassigned it";
  if (text(detail, "because") === "repliedFirst") return "took it: they replied first";
  return record(detail["to"])["id"] === actor.id ? "took it" : `assigned it to ${owner(detail["to"], called)}`;
}

function reopened(detail: Detail, actor: AuditItem["actor"]): string {
  const was = text(detail, "was");
  const because = text(detail, "because");
  if (actor.type === "customer")
    return was === "snoozed" ? "wrote again, which brought it back early" : "wrote again, which reopened it";
  if (because === "handedOver") return "brought it back: the conversation was handed over";
  if (actor.type === "system")
    return because === "undelivered"
      ? "brought it back: the answer did not arrive"
      : "brought it back: its time had come";
  return was === "snoozed" ? "brought it back early" : "reopened it";
}

function tagged(detail: Detail): string {
  const tags = (verb: string, which: string[]) =>
    which.length === 0
      ? []
      : [`${verb} the tag${which.length > 1 ? "s" : ""} ${which.map((tag) => `“${tag}”`).join(", ")}`];
  return (
    [...tags("added", list(detail["add"])), ...tags("removed", list(detail["remove"]))].join(" and ") ||
    "changed the tags"
  );
}
