/**
 * Replies that a person has sent and our server has not taken yet: kept in this browser, for this person alone, until
 * it has. A reply goes by its id, so that however often it is posted, from whichever tab, it is sent once.
 */
import type { ThreadItem } from "../api/types.ts";
import type { Posted } from "./draft.ts";

/** What the outbox needs of the browser's storage. */
export type Store = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

export interface Unsent {
  thread: string;
  posted: Posted;
  /** Its list row as it was, so that it can be shown without a connection. */
  item: ThreadItem | null;
  /** The tab that posts it. */
  tab: string;
}

/** A tab that has posted this long without an answer has gone: no request is waited for so long. */
const IN_FLIGHT_MS = 35_000;
/** With so many, or so much, no further one is taken: none of them may go to make room. */
export const MOST_UNSENT = 100;
const MOST_CHARACTERS = 2_000_000;
/** What is older than this no longer goes out by itself: whoever wrote it looks once more whether it still fits. */
const TOO_OLD_MS = 24 * 3_600_000;
const TOO_OLD =
  "This reply could not be sent for a day. Read what was said since, then send it again if it still fits.";

export class Outbox {
  entries = $state.raw<Unsent[]>([]);

  private person = "";
  /** What the browser did not keep: this tab alone has it. */
  private alone = new Map<string, Unsent>();

  constructor(
    private readonly store: Store,
    private readonly tab: string,
    private readonly now: () => number = Date.now,
    /** This browser keeps nothing: full, or forbidden. */
    private readonly onUnkept: () => void = () => {},
  ) {}

  /** What a person has left here. What this very tab was posting when it was loaded anew was never answered. */
  open(person: string): void {
    if (person !== this.person) this.alone.clear();
    this.person = person;
    this.read();
    for (const entry of this.entries) {
      const { posted } = entry;
      if (posted.phase === "posting" && entry.tab === this.tab)
        this.put(entry.thread, { ...posted, phase: "unanswered" }, entry.item);
      if (posted.phase !== "returned" && this.now() - Date.parse(posted.at) > TOO_OLD_MS) {
        this.put(entry.thread, { ...posted, phase: "returned", why: TOO_OLD }, entry.item);
      }
    }
  }

  of(thread: string): Unsent | undefined {
    return this.entries.find((entry) => entry.thread === thread);
  }

  /** Of a thread with a reply that is to be called unsent. One that was posted just now is merely on its way. */
  isUnsent(thread: string): boolean {
    return this.unsent.some((entry) => entry.thread === thread);
  }

  /** All that is to be called unsent, the oldest first. */
  get unsent(): Unsent[] {
    return this.entries.filter(({ posted }) => posted.phase !== "posting" || this.isAbandoned(posted));
  }

  /** What is to be posted again by itself. */
  due(): Unsent[] {
    return this.unsent.filter(({ posted }) => posted.phase !== "returned");
  }

  /** Whether a reply on this thread can be sent and kept until the server has it. */
  hasRoom(thread: string): boolean {
    const others = this.entries.filter((entry) => entry.thread !== thread);
    return (
      others.length < MOST_UNSENT &&
      others.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0) < MOST_CHARACTERS
    );
  }

  /** Something is lost once this tab is closed. */
  get unkept(): boolean {
    return this.alone.size > 0;
  }

  put(thread: string, posted: Posted, item: ThreadItem | null = null): void {
    const entry: Unsent = { thread, posted, item: item ?? this.of(thread)?.item ?? null, tab: this.tab };
    this.entries = inOrder([...this.entries.filter((one) => one.thread !== thread), entry]);
    try {
      this.store.setItem(this.key(thread), JSON.stringify(entry));
      this.alone.delete(thread);
    } catch {
      this.alone.set(thread, entry);
      this.onUnkept();
    }
  }

  drop(thread: string): void {
    if (this.of(thread) === undefined) return;
    this.entries = this.entries.filter((one) => one.thread !== thread);
    this.alone.delete(thread);
    this.store.removeItem(this.key(thread));
  }

  /** Nothing is left of what this person has not sent. */
  clear(): void {
    for (const { thread } of this.entries) this.drop(thread);
  }

  /** Another tab has written: the thread whose reply is another than before, if any of this person's is. */
  heard(key: string | null): string | null {
    if (key === null || !key.startsWith(this.key(""))) return null;
    this.read();
    return key.slice(this.key("").length);
  }

  private read(): void {
    const found: Unsent[] = [];
    for (let n = 0; n < this.store.length; n += 1) {
      const key = this.store.key(n);
      const entry = key?.startsWith(this.key("")) ? entryOf(this.store.getItem(key)) : null;
      if (entry !== null) found.push(entry);
    }
    this.entries = inOrder([...found.filter((entry) => !this.alone.has(entry.thread)), ...this.alone.values()]);
  }

  private isAbandoned({ at, triedAt }: Posted): boolean {
    return this.now() - Date.parse(triedAt ?? at) > IN_FLIGHT_MS;
  }

  private key(thread: string): string {
    return `unsent:${this.person}:${thread}`;
  }
}

function entryOf(text: string | null): Unsent | null {
  try {
    const entry = JSON.parse(text ?? "null") as Partial<Unsent> | null;
    return typeof entry?.thread === "string" && typeof entry.posted?.body?.replyId === "string"
      ? (entry as Unsent)
      : null;
  } catch {
    return null;
  }
}

const inOrder = (entries: Unsent[]) => entries.sort((a, b) => Date.parse(a.posted.at) - Date.parse(b.posted.at));
