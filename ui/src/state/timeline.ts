/** A thread's messages and record as one line of entries, by day. */
import type { AuditItem, BesideItem, MessageItem, Referral, ReplyItem } from "../api/types.ts";
import type { Posted } from "./draft.ts";
import { sentence, type Sentence } from "./history.ts";
import type { Called } from "./record.ts";
import { dayKey } from "./time.ts";

export type Entry =
  | { kind: "day"; key: string; at: string }
  | { kind: "message"; key: string; message: MessageItem; first: boolean }
  | { kind: "event"; key: string; at: string; sentence: Sentence }
  | { kind: "beside"; key: string; comment: BesideItem }
  | { kind: "cameBy"; key: string; at: string; referral: Referral };

/** Messages of one author this close together share a heading. */
const GROUP_MS = 5 * 60_000;

/**
 * Newer pages over older ones. A reply goes by its own id until the platform names it: the newer of two with
 * one `replyId` stands. `whole` pages reach the end of the thread, so what they lack in their span is gone.
 */
export function merged(known: readonly MessageItem[], newer: readonly MessageItem[], whole = false): MessageItem[] {
  const ids = new Set(newer.map((message) => message.id));
  const replies = new Set(newer.flatMap((message) => message.replyId ?? []));
  const [first] = newer;
  const kept = known.filter((message) => {
    if (ids.has(message.id)) return false;
    if (message.replyId != null && replies.has(message.replyId)) return false;
    return !whole || first === undefined || compare(message, first) < 0;
  });
  return inOrder([...kept, ...newer]);
}

/** With a reply's last part as it is now: of the parts shown, only the last gives way. */
export function withReply(
  known: readonly MessageItem[],
  { replyId, message: last }: Pick<ReplyItem, "replyId" | "message">,
): MessageItem[] {
  const shown = known.findLast((message) => message.id === last.id || message.replyId === replyId);
  return inOrder([...known.filter((message) => message !== shown), last]);
}

export function timeline(
  messages: readonly MessageItem[],
  record: readonly AuditItem[],
  posted: Posted | null,
  me: { id: string; name: string },
  reachesStart: boolean,
  called?: Called,
  cameBy: { at: string; referral: Referral } | null = null,
  beside: readonly BesideItem[] = [],
): Entry[] {
  const shown = [...messages];
  if (posted !== null && !messages.some((message) => message.replyId === posted.body.replyId)) {
    shown.push(onItsWay(posted, me));
  }
  const from = reachesStart ? 0 : shown[0] === undefined ? Number.POSITIVE_INFINITY : Date.parse(shown[0].at);
  const events = record
    .map((entry) => ({ entry, sentence: sentence(entry, called) }))
    .filter(({ entry, sentence }) => sentence.beside && Date.parse(entry.at) >= from);

  const points = [
    ...shown.map((message) => ({ at: message.at, rank: 0, message })),
    ...events.map(({ entry, sentence }) => ({ at: entry.at, rank: 1, entry, sentence })),
    ...beside.filter(({ at }) => Date.parse(at) >= from).map((comment) => ({ at: comment.at, rank: 0, comment })),
    ...(cameBy === null || Date.parse(cameBy.at) < from ? [] : [{ at: cameBy.at, rank: 1, referral: cameBy.referral }]),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.rank - b.rank);

  const entries: Entry[] = [];
  const named = new Set<string>();
  let day = "";
  let before: MessageItem | null = null;
  for (const point of points) {
    const today = dayKey(point.at);
    if (today !== day) {
      day = today;
      before = null;
      entries.push({ kind: "day", key: `day-${today}`, at: point.at });
    }
    if ("message" in point) {
      const { message } = point;
      // A reply may be several messages: the first goes by its id.
      const key = message.replyId == null || named.has(message.replyId) ? message.id : message.replyId;
      named.add(key);
      entries.push({ kind: "message", key, message, first: !joins(before, message) });
      before = message;
    } else if ("comment" in point) {
      entries.push({ kind: "beside", key: point.comment.id, comment: point.comment });
      before = null;
    } else if ("referral" in point) {
      entries.push({ kind: "cameBy", key: `came-${point.at}`, at: point.at, referral: point.referral });
      before = null;
    } else {
      entries.push({ kind: "event", key: point.entry.id, at: point.at, sentence: point.sentence });
      before = null;
    }
  }
  return entries;
}

/** A reply the server has not answered for yet, as it will look. */
export function onItsWay(posted: Posted, me: { id: string; name: string }): MessageItem {
  return {
    id: `local-${posted.body.replyId}`,
    cut: false,
    direction: "outgoing",
    author: { type: "teammate", id: me.id, name: me.name },
    at: posted.at,
    clock: null,
    receivedAt: posted.at,
    order: Number.MAX_SAFE_INTEGER,
    text: posted.body.text === "" ? null : (posted.body.text ?? null),
    details: [],
    edited: false,
    hidden: false,
    liked: false,
    moderation: [],
    unsentAt: null,
    attachments: posted.attachments.map((file) => ({
      kind: kindOf(file.mime),
      state: "stored" as const,
      url: file.url,
      mime: file.mime,
      name: file.name,
      size: file.size,
      note: null,
      link: null,
      details: [],
    })),
    quote: posted.body.replyTo == null ? null : { messageId: posted.body.replyTo, text: null },
    story: null,
    pressed: false,
    payload: null,
    referral: null,
    forwarded: false,
    standby: false,
    agent: false,
    unsupported: null,
    notRead: [],
    reactions: [],
    status: posted.phase === "posting" ? "sending" : null,
    trouble: null,
    replyId: posted.body.replyId,
    privateReply: null,
    fromComment: null,
  };
}

/** The server's order: by time, and of one time as it says. */
const compare = (a: MessageItem, b: MessageItem) => Date.parse(a.at) - Date.parse(b.at) || a.order - b.order;
const inOrder = (messages: MessageItem[]) => messages.sort(compare);

function kindOf(mime: string): "image" | "video" | "audio" | "file" {
  const family = mime.split("/")[0];
  return family === "image" || family === "video" || family === "audio" ? family : "file";
}

function joins(before: MessageItem | null, message: MessageItem): boolean {
  return (
    before !== null &&
    before.direction === message.direction &&
    before.author.type === message.author.type &&
    before.author.id === message.author.id &&
    Date.parse(message.at) - Date.parse(before.at) < GROUP_MS
  );
}
