/**
 * What a row of a list tells of its thread: whether it waits, who wrote last, when, and until when it must be answered.
 */
import type { ThreadItem } from "../api/types.ts";
import { isNear } from "./time.ts";

export interface RowWords {
  /** Who of us wrote last, where nothing waits any more; none where the words are the customer's. */
  by: string | null;
  text: string;
  /** When the customer wrote; answered, when we did. */
  at: string;
  /** When it is due, if that is near. */
  dueAt: string | null;
}

export function rowWords(item: ThreadItem, me: string, now: number): RowWords {
  const { lastDirection, lastMessageAt, summary, preview } = item;
  const ours = lastDirection === "outgoing";
  const waits = item.needsAnswer;
  // Answered, it is our words that stand last; else what the customer wants, summed up or as they began.
  const own = ours && (!waits || !summary);
  return {
    by: own ? authorName(item, me) : null,
    text: own ? preview : summary || preview,
    at: waits && ours ? (item.askedAt ?? lastMessageAt) : lastMessageAt,
    dueAt: item.status === "open" && item.dueAt != null && isNear(item.dueAt, now) ? item.dueAt : null,
  };
}

/** By the name that a colleague is called by; what was not written here is the team's. */
function authorName({ lastAuthor }: ThreadItem, me: string): string {
  if (lastAuthor?.type === "teammate")
    return lastAuthor.id === me ? "You" : (lastAuthor.name?.split(" ")[0] ?? "A teammate");
  return lastAuthor?.type === "otherApp" ? "Another app" : "Your team";
}
