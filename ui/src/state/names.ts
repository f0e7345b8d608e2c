/** What things are called on the page. */
import type { MessageStatus, OwnerItem, Platform, Surface, ThreadItem, Urgency } from "../api/types.ts";

const URGENCIES: Record<Urgency, string> = { low: "Low", normal: "Normal", high: "High", urgent: "Urgent" };
export const URGENCY_ORDER: readonly Urgency[] = ["urgent", "high", "normal", "low"];

export function urgencyName(urgency: string): string {
  return URGENCIES[urgency as Urgency] ?? urgency;
}

/** Topics are words of the rules: `order-status` reads as `Order status`. */
export function topicName(topic: string): string {
  return sentence(topic.replace(/[-_]+/g, " ").trim());
}

/** Words that begin a line. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const languages = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

export function languageName(tag: string): string {
  try {
    return languages.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

export function ownerName(owner: OwnerItem, me: string | undefined): string {
  if (owner.type === "unassigned") return "Unassigned";
  if (owner.type === "teammate" && owner.id === me) return "You";
  return owner.name ?? "Somebody";
}

/**
 * Whether somebody is known by a name: until their profile was looked up, and where there is none, they go by an id or
 * a number.
 */
export function isNamed(contact: string): boolean {
  const name = contact.trim();
  return name !== "" && name !== "Somebody" && !/^(?:\+?[\d\s()-]+|[A-Z]{2}\.(?:ENT\.)?(?=\w*\d)\w{8,})$/.test(name);
}

type Met = Pick<ThreadItem, "contact" | "platform">;
type PlatformName = (platform: Platform) => string;

/** What is said of a message that has just come. */
export function arrivalWords({ contact, platform }: Met, platformName: PlatformName): string {
  return isNamed(contact.name) ? `New message from ${contact.name}` : `New message on ${platformName(platform)}`;
}

/** What a thread is called where it is not in sight: the same person may write on several platforms. */
export function threadName({ contact, platform }: Met, platformName: PlatformName): string {
  return `${contact.name}, ${platformName(platform)}`;
}

const SURFACES: Record<Surface, string> = { messages: "direct messages", comments: "comments", reviews: "reviews" };

export function surfaceName(surface: Surface): string {
  return SURFACES[surface];
}

const STATUSES: Record<MessageStatus, string> = {
  queued: "Waiting",
  sending: "Sending",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  failed: "Not sent",
  uncertain: "Delivery unknown",
  cancelled: "Discarded",
};

export function statusName(status: MessageStatus): string {
  return STATUSES[status];
}
