/** Who can read what is written to whoever commented: everybody, or they alone. */
import type { MessageItem, ThreadDetail } from "../api/types.ts";
import type { Draft } from "./draft.ts";

export type Visibility = Draft["visibility"];

export interface Readers {
  everybody: string;
  /** The author of the comment alone. */
  alone: string;
  /** Why it cannot be for them alone; nothing where it can. */
  refused: string | null;
}

/** The comment that an answer is for, unless the person named another: the newest of the customer's. */
export function answered(messages: MessageItem[], replyTo: string | null): MessageItem | undefined {
  const named = messages.find((message) => message.id === replyTo);
  return named ?? messages.findLast(({ direction, unsentAt }) => direction === "incoming" && unsentAt == null);
}

/** The choice that the composer offers; none where everybody reads all answers, or the customer alone does. */
export function readers(
  { privateReplies, contact }: ThreadDetail,
  comment: MessageItem | undefined,
  draft: Draft,
  now: number,
): Readers | null {
  if (privateReplies == null) return null;
  const [everybody, alone] = ["Everybody can read this", `Only ${contact.name} reads this`];
  return { everybody, alone, refused: privateReplies.refused ?? why(privateReplies.seconds, comment, draft, now) };
}

function why(seconds: number, comment: MessageItem | undefined, draft: Draft, now: number): string | null {
  if (comment === undefined || comment.direction !== "incoming") return "Choose the comment that you answer privately.";
  if (comment.privateReply != null)
    return `${comment.privateReply.name ?? "A teammate"} answered this comment privately.`;
  if (now - Date.parse(comment.at) >= seconds * 1000)
    return "This comment is older than seven days: the platform takes no private reply any more.";
  return draft.attachments.length > 0 ? "A private reply holds words alone: take the files out." : null;
}
