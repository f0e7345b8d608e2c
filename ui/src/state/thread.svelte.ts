/** One opened thread: what was said and done, and what is being written. */
import { explain, NoAnswer, Refusal, type Client } from "../api/client.ts";
import type {
  AuditItem,
  ContextItem,
  MessageItem,
  ModerationAction,
  Page,
  ReplyItem,
  Resolution,
  ThreadDetail,
  ThreadItem,
} from "../api/types.ts";
import * as drafts from "./draft.ts";
import { itemOf } from "./item.ts";
import { load, save, type Keep } from "./kept.ts";
import type { Outbox } from "./outbox.svelte.ts";
import { wanting } from "./moderation.ts";
import { merged, withReply } from "./timeline.ts";

const FIRST_MESSAGES = 40;
const MOST_MESSAGES = 100;
/** A refusal tells of no more messages than this. */
const MOST_SINCE = 20;
/** A look that failed is tried again after this. */
const AGAIN_MS = 4000;

export type ThreadLoading = { name: "loading" } | { name: "ready" } | { name: "failed"; why: string; missing: boolean };

/** Words of a colleague or the customer that came while a reply was written. */
export interface Changed {
  since: MessageItem[];
}

export interface ThreadEvents {
  item(item: ThreadItem): void;
  problem(text: string): void;
  /** The server has taken a reply; `again`: one that was unsent for a while. */
  sent(again: boolean, reply: ReplyItem, close: boolean): void;
  /** What is written is in this page alone. */
  unkept(): void;
  /** A reply is unsent, and is to be posted again. */
  unsent(): void;
  /** A reply was refused: its words are in the composer again. */
  returned(why: string): void;
}

export class Thread {
  detail = $state.raw<ThreadDetail | null>(null);
  messages = $state.raw<MessageItem[]>([]);
  record = $state.raw<AuditItem[]>([]);
  olderRecord = $state<string | null>(null);
  /** Linked and look-alike threads. */
  related = $state.raw<ThreadItem[]>([]);
  /** The post that a public conversation is about, and what others wrote beside it. */
  context = $state.raw<ContextItem | null>(null);
  /** It could not be read, and nothing of it is known. */
  contextFailed = $state(false);
  loading = $state.raw<ThreadLoading>({ name: "loading" });
  older = $state<string | null>(null);
  readingOlder = $state(false);
  draft = $state.raw<drafts.Draft>(drafts.BLANK);
  changed = $state.raw<Changed | null>(null);
  /** Why the last try to send was refused. */
  refusal = $state<string | null>(null);

  /** What is written survives a reload. */
  kept = true;

  private refreshing: Promise<void> | undefined;
  private refreshAgain = false;
  private later: ReturnType<typeof setTimeout> | undefined;
  private relatedTo = "";
  private rowVersion = 0;

  constructor(
    readonly id: string,
    private readonly client: Client,
    private readonly events: ThreadEvents,
    private readonly keep: Keep,
    private readonly outbox: Outbox,
    /** The newest version heard of: a look that begins now finds it, or a later one. */
    private heard = 0,
  ) {
    this.draft = load(keep, id);
    this.takeUnsent();
  }

  /**
   * What this person has sent from this browser, and the server has not taken: as it stands, whichever tab changed it.
   */
  takeUnsent(): void {
    const posted = this.outbox.of(this.id)?.posted ?? null;
    const mine = this.draft.posted;
    if (posted?.phase === "returned") {
      // Its words stand in the composer already where this tab was told of it.
      if (mine !== null || this.draft.replyId !== posted.body.replyId)
        this.draft = drafts.refused({ ...this.draft, posted });
      this.refusal = posted.why ?? null;
    } else {
      this.draft = { ...this.draft, posted };
      // Another tab has sent it.
      if (posted === null && mine !== null) void this.refresh();
    }
  }

  /**
   * Reads it again, whole. Calls while it runs make one more run. `heard`: a version that it is known to have reached.
   */
  refresh(heard = 0): Promise<void> {
    this.heard = Math.max(this.heard, heard);
    this.refreshAgain = true;
    return (this.refreshing ??= this.refreshed());
  }

  /**
   * A newer state of its list row. The version stays that of the messages shown: it is what a reply vouches for,
   * and a hint beyond it means there is more to read. Only the very next version, made by an action from here
   * (`own`), has nothing in it that was not seen.
   */
  take(item: ThreadItem, own = false): void {
    if (this.detail === null || item.version < this.rowVersion) return;
    const next = own && item.version === this.detail.version + 1;
    this.rowVersion = item.version;
    this.detail = { ...this.detail, ...item, version: next ? item.version : this.detail.version };
  }

  async readOlder(): Promise<void> {
    const cursor = this.older;
    if (cursor === null || this.readingOlder) return;
    this.readingOlder = true;
    try {
      const page = await this.client.messages(this.id, FIRST_MESSAGES, cursor);
      if (this.older === cursor) {
        this.messages = merged(page.items, this.messages);
        this.older = next(page);
      }
    } catch (error) {
      this.events.problem(explain(error));
    } finally {
      this.readingOlder = false;
    }
  }

  async readOlderRecord(): Promise<void> {
    if (this.olderRecord === null) return;
    try {
      const page = await this.client.audit(this.id, this.olderRecord);
      this.record = [...this.record, ...page.items];
      this.olderRecord = next(page);
    } catch (error) {
      this.events.problem(explain(error));
    }
  }

  write(change: Partial<drafts.Draft>): void {
    this.keepDraft({ ...this.draft, ...change });
    this.refusal = null;
    // Whoever takes the words of a returned reply away does not want it sent.
    if (drafts.isBlank(this.draft) && this.outbox.of(this.id)?.posted.phase === "returned") {
      this.outbox.drop(this.id);
      this.keepDraft({ ...this.draft, replyId: null });
    }
  }

  get writing(): drafts.Writing {
    return this.draft.writing;
  }

  set writing(writing: drafts.Writing) {
    this.keepDraft({ ...this.draft, writing });
  }

  /** Sends what is written, once; `close`: and closes the thread then. */
  async send(close = false): Promise<void> {
    if (this.detail === null) return;
    if (!this.outbox.hasRoom(this.id)) {
      this.events.problem(
        "Not sent: this browser keeps no more unsent replies than it has now. Yours stays here: send it " +
          "once some of them are gone.",
      );
      return;
    }
    const before = this.draft;
    this.keepDraft(
      drafts.post(before, this.detail.version, new Date().toISOString(), () => crypto.randomUUID(), close),
    );
    if (this.draft !== before) await this.deliver();
  }

  /**
   * Posts a reply again that the server never answered for; whether it has now. Quiet when nobody is waiting for it.
   */
  async sendAgain(quiet = false): Promise<boolean> {
    this.takeUnsent();
    if (this.draft.posted === null) return true;
    this.keepDraft(drafts.again(this.draft, new Date().toISOString()));
    await this.deliver({ again: true, quiet });
    return this.draft.posted === null;
  }

  /** Has the words of an unsent reply in the composer again, unless the server has taken it after all. */
  async takeBack(): Promise<void> {
    const posted = this.draft.posted;
    if (posted?.phase !== "unanswered") return;
    try {
      this.accept(await this.client.readReply(this.id, posted.body.replyId));
    } catch {
      // Sent again, it has the same id: were it there after all, it would be refused or be one reply.
      this.keepDraft(drafts.refused(this.draft));
    }
  }

  async resolve(replyId: string, outcome: Resolution, attempts: number): Promise<void> {
    try {
      this.show(await this.client.resolve(this.id, replyId, outcome, attempts));
    } catch (error) {
      this.events.problem(explain(error));
    }
    await this.refresh();
  }

  /** Has something done to a comment: shown at once, and whether our server has taken it. */
  async moderate(id: string, action: ModerationAction): Promise<boolean> {
    const message = this.messages.find((one) => one.id === id);
    if (message === undefined) return false;
    this.messages = merged(this.messages, [wanting(message, action, "", new Date().toISOString())]);
    try {
      this.messages = merged(this.messages, [await this.client.moderate(this.id, id, action)]);
      return true;
    } catch (error) {
      this.messages = merged(this.messages, [message]);
      this.events.problem(explain(error));
      void this.refresh();
      return false;
    }
  }

  private async deliver(how: { again?: boolean; quiet?: boolean; retried?: boolean } = {}): Promise<void> {
    const posted = this.draft.posted;
    if (posted === null) return;
    this.refusal = null;
    this.changed = null;
    try {
      const reply = await this.client.reply(this.id, posted.body);
      this.accept(reply);
      this.events.sent(how.again === true, reply, posted.close === true);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status >= 500 || error.status === 401) {
        this.keepDraft(drafts.unanswered(this.draft));
        if (how.quiet) return;
        this.events.problem(
          error instanceof NoAnswer
            ? "Not sent yet: there is no connection. Your reply is kept in this browser and sent once it is back."
            : `Not sent yet. ${explain(error)}`,
        );
        this.events.unsent();
        return;
      }
      await this.refusedWith(error, how);
    }
    void this.refresh();
  }

  private async refusedWith(
    { problem }: Refusal,
    how: { again?: boolean; quiet?: boolean; retried?: boolean },
  ): Promise<void> {
    const since = problem.since ?? [];
    const posted = this.draft.posted;
    let why = problem.detail;
    if (problem.code === "thread_changed" && problem.version != null) {
      // Nobody wrote anything (a receipt, a label): what the person saw is all there is, so it goes out as meant.
      if (since.length === 0 && !how.retried && posted !== null) {
        this.keepDraft({
          ...this.draft,
          posted: { ...posted, body: { ...posted.body, expectedVersion: problem.version } },
        });
        await this.deliver({ ...how, retried: true });
        return;
      }
      this.changed = { since };
      this.messages = merged(this.messages, since);
      // All that others wrote is shown now: the next try vouches for it, and need not wait for another look.
      if (this.detail !== null && since.length < MOST_SINCE)
        this.detail = { ...this.detail, version: Math.max(this.detail.version, problem.version) };
      why = "This was not sent: somebody wrote meanwhile. Read it, then send your reply if it still fits.";
    } else {
      this.refusal = problem.detail;
    }
    this.giveBack(why, problem.code === "reply_id_reused" ? crypto.randomUUID() : undefined);
  }

  /** The words are in the composer again; until they are sent or taken away, they are among the unsent for all tabs. */
  private giveBack(why: string, replyId?: string): void {
    const { posted } = this.draft;
    if (posted === null) return;
    const draft = drafts.refused(this.draft);
    this.keepDraft(replyId === undefined ? draft : drafts.renamed(draft, replyId));
    this.outbox.put(this.id, {
      ...posted,
      body: { ...posted.body, replyId: replyId ?? posted.body.replyId },
      phase: "returned",
      why,
    });
    this.events.returned(why);
  }

  private accept(reply: ReplyItem): void {
    this.keepDraft(drafts.accepted(this.draft, reply.replyId));
    this.show(reply);
    // It was taken because nobody else had written since what is shown here.
    if (reply.threadId === this.id && this.detail !== null && this.detail.version < reply.version)
      this.detail = { ...this.detail, version: reply.version };
  }

  private show(reply: ReplyItem): void {
    // A private reply stands in the thread of messages.
    if (reply.threadId !== this.id) return;
    // An answer that was long on its way: what is shown is newer.
    if (this.detail !== null && reply.version < this.detail.version) return;
    this.heard = Math.max(this.heard, reply.version);
    this.messages = withReply(this.messages, reply);
  }

  private keepDraft(draft: drafts.Draft): void {
    const before = this.draft.posted;
    this.draft = draft;
    const kept = save(this.keep, this.id, draft);
    if (this.kept && !kept) this.events.unkept();
    this.kept = kept;
    if (draft.posted === before) return;
    if (draft.posted === null) this.outbox.drop(this.id);
    else this.outbox.put(this.id, draft.posted, this.detail === null ? null : itemOf(this.detail));
  }

  private async refreshed(): Promise<void> {
    while (this.refreshAgain) {
      this.refreshAgain = false;
      const heard = Math.max(this.heard, this.rowVersion);
      try {
        const [detail, ...beside] = await Promise.all([this.client.thread(this.id), ...this.said()]);
        // What came between the reads may be in one and not in another: a reply must not vouch for words that are not
        // shown.
        const [messages, record] = detail.version > heard ? await Promise.all(this.said()) : beside;
        this.showWhole(detail, messages, record);
      } catch (error) {
        const missing = error instanceof Refusal && error.status === 404;
        // What is shown may be old, and nothing else need come that says so.
        clearTimeout(this.later);
        if (!(error instanceof Refusal) || error.status >= 500)
          this.later = setTimeout(() => void this.refresh(), AGAIN_MS);
        if (this.detail === null || missing) this.loading = { name: "failed", why: explain(error), missing };
      }
    }
    this.refreshing = undefined; // in the same breath as the last look at `refreshAgain`
    void this.readRelated();
    void this.readContext();
  }

  /** Nothing waits for it: the conversation is shown without. */
  private async readContext(): Promise<void> {
    if (this.detail === null || this.detail.surface === "messages") return;
    try {
      this.context = await this.client.context(this.id);
      this.contextFailed = false;
    } catch {
      this.contextFailed = this.context === null;
    }
  }

  private said() {
    return [this.newest(), this.client.audit(this.id)] as const;
  }

  /** The newest messages: as many as are shown. */
  private async newest(): Promise<Page<MessageItem>> {
    let left = Math.max(FIRST_MESSAGES, this.messages.length + 5);
    let all: MessageItem[] = [];
    let page: Page<MessageItem> | undefined;
    do {
      const cursor: string | undefined = page === undefined ? undefined : (next(page) ?? undefined);
      const limit = Math.min(left, MOST_MESSAGES);
      page = await this.client.messages(this.id, limit, cursor);
      all = [...page.items, ...all];
      left -= limit;
    } while (left > 0 && next(page) !== null);
    return { ...page, items: all };
  }

  private showWhole(detail: ThreadDetail, messages: Page<MessageItem>, record: Page<AuditItem>): void {
    if (detail.version >= this.rowVersion) {
      this.rowVersion = detail.version;
      this.detail = detail;
      this.events.item(itemOf(detail));
    }
    const kept = merged(this.messages, messages.items, true);
    this.older = kept.length > messages.items.length ? this.older : next(messages);
    this.messages = kept;
    const known = new Set(record.items.map((entry) => entry.id));
    const olderEntries = this.record.filter((entry) => !known.has(entry.id));
    this.olderRecord = olderEntries.length > 0 ? this.olderRecord : next(record);
    this.record = [...record.items, ...olderEntries];
    this.loading = { name: "ready" };
    const posted = this.draft.posted;
    if (posted !== null && messages.items.some((message) => message.replyId === posted.body.replyId)) {
      this.keepDraft(drafts.accepted(this.draft, posted.body.replyId));
    }
  }

  private async readRelated(): Promise<void> {
    if (this.detail === null) return;
    const ids = [...new Set([...this.detail.linked, ...this.detail.suggested])].slice(0, 3);
    const wanted = ids.join();
    if (wanted === this.relatedTo) return;
    this.relatedTo = wanted;
    const found = await Promise.allSettled(ids.map((id) => this.client.thread(id)));
    if (wanted !== this.relatedTo) return;
    this.related = found.flatMap((one) => (one.status === "fulfilled" ? [itemOf(one.value)] : []));
  }
}

function next(page: Page<unknown>): string | null {
  return page.pagination.hasMore ? (page.pagination.nextCursor ?? null) : null;
}
