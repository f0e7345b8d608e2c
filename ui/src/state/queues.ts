/** Queues: what they are called, what they ask of the API, and which threads belong to them. */
import type { ListItem, Surface, ThreadItem, ThreadQuery } from "../api/types.ts";
import type { Queue } from "../router.ts";

/** Rows of one page: a screen and a half, so that scrolling never waits. */
export const PAGE_ROWS = 25;

export const HOME: Queue = "mine";

/** Not a queue of the server's: what this person has sent from this browser and the server has not taken yet. */
export const UNSENT: Queue = "unsent";

export const FIXED: readonly { queue: Queue; name: string; keys: string; empty: { title: string; words: string } }[] = [
  {
    queue: "mine",
    name: "Mine",
    keys: "g m",
    empty: { title: "Nothing waits for you", words: "New messages assigned to you appear here." },
  },
  {
    queue: "unassigned",
    name: "Unassigned",
    keys: "g u",
    empty: { title: "Every thread has an owner", words: "Threads that no rule could assign wait here." },
  },
  {
    queue: "all",
    name: "All open",
    keys: "g a",
    empty: { title: "Nothing is open", words: "Every customer has a reply." },
  },
  {
    queue: "snoozed",
    name: "Snoozed",
    keys: "g s",
    empty: { title: "Nothing is snoozed", words: "Snoozed threads wait here until their time comes." },
  },
  {
    queue: "closed",
    name: "Closed",
    keys: "g c",
    empty: { title: "Nothing closed yet", words: "Closed threads are here, newest first." },
  },
];

/** `called`: what a teammate or team is called. */
export function nameOf(queue: Queue, called: (id: string) => string | null): string {
  if (queue === UNSENT) return "Unsent";
  if (queue === "") return "Inbox";
  return FIXED.find((one) => one.queue === queue)?.name ?? called(queue) ?? "Queue";
}

export function emptyWords(queue: Queue, name: string): { title: string; words: string } {
  if (queue === UNSENT)
    return { title: "Everything is sent", words: "Replies that could not be sent yet would wait here." };
  return (
    FIXED.find((one) => one.queue === queue)?.empty ?? {
      title: `Nothing waits for ${name}`,
      words: "Threads assigned to them appear here.",
    }
  );
}

/** In how many threads of a queue a customer waits, by what each owner has. */
export function held(queue: Queue, counts: ReadonlyMap<string, number>, me: string): number {
  if (queue === "all") return [...counts.values()].reduce((sum, waiting) => sum + waiting, 0);
  return counts.get(queue === "mine" ? me : queue) ?? 0;
}

/** What the rail counts of a queue: of the one that is shown whole, the rows in which a customer waits. */
export function counted(
  queue: Queue,
  shown: { queue: Queue; waiting: number; whole: boolean },
  counts: ReadonlyMap<string, number>,
  me: string,
): number {
  const same =
    queue === shown.queue || (queue === me && shown.queue === "mine") || (queue === "mine" && shown.queue === me);
  return same && shown.whole ? shown.waiting : held(queue, counts, me);
}

/** `surface`: only conversations of this kind. */
export function queryOf(queue: Queue, surface: Surface | null = null): ThreadQuery {
  const kind = surface === null ? {} : { surface };
  if (queue === "closed" || queue === "snoozed") return { status: queue, queue: "all", ...kind };
  return { status: "open", queue, ...kind };
}

/** Where a thread is to be found. */
export function queueOf({ status, owner }: Pick<ThreadItem, "status" | "owner">, me: string): Queue {
  if (status !== "open") return status;
  if (owner.type === "teammate" && owner.id === me) return "mine";
  return owner.id ?? "unassigned";
}

/** A post is everybody's: it stands among the open and the unassigned. */
export function belongs(item: ListItem, queue: Queue, me: string, surface: Surface | null = null): boolean {
  if (surface !== null && item.surface !== surface) return false;
  if (item.kind === "post") return item.status === (queue === "all" || queue === "unassigned" ? "open" : queue);
  switch (queue) {
    case "closed":
    case "snoozed":
      return item.status === queue;
    case "all":
      return item.status === "open";
    case "mine":
      return item.status === "open" && item.owner.type === "teammate" && item.owner.id === me;
    case "unassigned":
      return item.status === "open" && item.owner.type === "unassigned";
    default:
      return item.status === "open" && item.owner.id === queue;
  }
}

/** The server's order: soonest due first, then what is due at no time (closed threads, all of them), newest first. */
export function compare(a: ListItem, b: ListItem): number {
  return due(a) - due(b) || last(b) - last(a);
}

function last(item: ListItem): number {
  return item.kind === "post" ? (item.lastAt == null ? 0 : when(item.lastAt)) : when(item.lastMessageAt);
}

function due(item: ListItem): number {
  return item.dueAt == null ? Number.MAX_SAFE_INTEGER : when(item.dueAt);
}

function when(at: string): number {
  return Date.parse(at);
}
