/** What people have done to comments on their platform: what it is called, and what can be done to which. */
import type { MessageItem, ModerationAction, ModerationItem, ThreadDetail } from "../api/types.ts";

interface Named {
  /** As the menu offers it. */
  name: string;
  /** While it is not done. */
  doing: string;
  /** When it was not done. */
  failed: string;
  /** When nobody knows. */
  unknown: string;
  /** For a notice. */
  wanted: string;
  opposite: ModerationAction | null;
}

export const MODERATIONS: Record<ModerationAction, Named> = {
  hide: {
    name: "Hide from others",
    doing: "Hiding…",
    failed: "Not hidden.",
    unknown: "It may be hidden.",
    wanted: "Hiding the comment",
    opposite: "unhide",
  },
  unhide: {
    name: "Show to others",
    doing: "Showing it again…",
    failed: "Still hidden.",
    unknown: "It may be shown again.",
    wanted: "Showing the comment again",
    opposite: "hide",
  },
  delete: {
    name: "Delete",
    doing: "Deleting…",
    failed: "Not deleted.",
    unknown: "It may be deleted.",
    wanted: "Deleting the comment",
    opposite: null,
  },
  like: {
    name: "Like",
    doing: "Liking…",
    failed: "Not liked.",
    unknown: "It may be liked.",
    wanted: "Liking the comment",
    opposite: "unlike",
  },
  unlike: {
    name: "Take back like",
    doing: "Taking back the like…",
    failed: "Still liked.",
    unknown: "The like may be taken back.",
    wanted: "Taking back the like",
    opposite: "like",
  },
};

type Features = ThreadDetail["channel"]["features"];

/** What can be done to a comment now, by what its channel can do and how it stands. */
export function offered(features: Features, message: MessageItem): ModerationAction[] {
  const ours = message.direction === "outgoing";
  const named = message.status == null || ["sent", "delivered", "read"].includes(message.status);
  if (message.unsentAt != null || !named || isPending(message, ["delete"])) return [];
  const can = (feature: Features[number]) => features.includes(feature);
  if (ours) return can("delete") ? ["delete"] : [];
  // What is wanted counts, not what is so: the opposite takes it back.
  const hidden = isPending(message, ["hide"]) || (message.hidden && !isPending(message, ["unhide"]));
  const liked = isPending(message, ["like"]) || (message.liked && !isPending(message, ["unlike"]));
  return [
    ...(can("hide") ? [hidden ? ("unhide" as const) : ("hide" as const)] : []),
    ...(can("like") ? [liked ? ("unlike" as const) : ("like" as const)] : []),
    ...(can("deleteTheirs") ? (["delete"] as const) : []),
  ];
}

/** What the platform is being asked for, or is to be. */
export function pending({ moderation }: MessageItem): ModerationItem[] {
  return moderation.filter(({ state }) => state === "wanted" || state === "doing");
}

/** What was not done, or of which nobody knows. */
export function inVain({ moderation }: MessageItem): ModerationItem[] {
  return moderation.filter(({ state }) => state === "failed" || state === "unknown");
}

function isPending(message: MessageItem, actions: readonly ModerationAction[]): boolean {
  return pending(message).some(({ action }) => actions.includes(action));
}

/** The comment that a key is about: the one that has the focus, else the customer's newest. */
export function aimed(messages: readonly MessageItem[], focused: string | null): MessageItem | undefined {
  return (
    messages.find(({ id }) => id === focused) ??
    messages.findLast(({ direction, unsentAt }) => direction === "incoming" && unsentAt == null)
  );
}

/** As it will look: what somebody wants is shown at once, in place of what was wanted of the same before. */
export function wanting(message: MessageItem, action: ModerationAction, by: string, at: string): MessageItem {
  const likes = (one: ModerationAction) => one === "like" || one === "unlike";
  const others = message.moderation.filter((one) => action !== "delete" && likes(one.action) !== likes(action));
  return { ...message, moderation: [...others, { action, state: "wanted", by, at, trouble: null }] };
}
