/** The threads that were opened, and finding a thread wherever it is shown. */
import type { Client } from "../api/client.ts";
import type { ModerationAction, StatusRequest, ThreadItem } from "../api/types.ts";
import type { Route } from "../router.ts";
import type { Writing } from "./draft.ts";
import { leaving, type Around } from "./leaving.ts";
import { aimed, MODERATIONS, offered } from "./moderation.ts";
import { threadName } from "./names.ts";
import type { Outbox } from "./outbox.svelte.ts";
import type { Platforms } from "./platforms.svelte.ts";
import type { Session } from "./session.svelte.ts";
import { Thread, type ThreadEvents } from "./thread.svelte.ts";
import type { Toasts } from "./toasts.svelte.ts";
import { Actions } from "./actions.ts";
import { itemOf } from "./item.ts";
import { Refusal } from "../api/client.ts";

/** So many are kept, so that going back to one is immediate. */
const KEPT_THREADS = 40;

interface Needs extends Around {
  client: Client;
  session: Session;
  platforms: Platforms;
  toasts: Toasts;
  outbox: Outbox;
  /** A reply is unsent, and is to be posted again. */
  onUnsent: () => void;
  /** The server could not be reached. */
  onUnreachable: () => void;
}

export class Threads {
  readonly actions: Actions;
  private readonly kept = new Map<string, Thread>();
  /** Where the reader was when they marked the open thread as unread: lying open there does not make it read. */
  private keptUnread: Route | null = null;

  constructor(private readonly needs: Needs) {
    this.actions = new Actions(needs.client, needs.toasts, {
      me: () => needs.session.me,
      called: (item) => threadName(item, needs.platforms.nameOf),
      show: (item, own) => this.show(item, own),
      reread: (id) => this.reread(id),
      leaving: (item) => leaving(needs, item),
      refresh: (id) => void this.kept.get(id)?.refresh(),
    });
  }

  /** The thread of this id, made where it was not opened yet. */
  of(id: string): Thread {
    const { client, outbox, inbox } = this.needs;
    const thread =
      this.kept.get(id) ?? new Thread(id, client, this.eventsOf(id), sessionStorage, outbox, inbox.find(id)?.version);
    this.kept.delete(id);
    this.kept.set(id, thread);
    // What stands in a composer and is kept nowhere else stays.
    const oldest = [...this.kept.values()].find((one) => one !== thread && one.kept);
    if (this.kept.size > KEPT_THREADS && oldest !== undefined) this.kept.delete(oldest.id);
    return thread;
  }

  /** A thread as it is shown somewhere on the page. */
  find(id: string): ThreadItem | undefined {
    const { inbox, search } = this.needs;
    return inbox.find(id) ?? search.find(id) ?? this.kept.get(id)?.detail ?? undefined;
  }

  /** Reads a thread before it is asked for. */
  prefetch(id: string): void {
    const thread = this.of(id);
    if (thread.detail === null) void thread.refresh();
  }

  /** Has the composer of a thread write this, and gives it the focus. */
  compose(id: string, what: Writing): void {
    this.of(id).writing = what;
    this.needs.intents.composing = id;
  }

  async markRead(item: ThreadItem): Promise<void> {
    const { client, place, session } = this.needs;
    if (item.unread === 0 || !session.answers || this.keptUnread === place.route) return;
    this.show({ ...item, unread: 0 });
    try {
      this.show(await client.markRead(item.id, item.version), true);
    } catch {
      // It stays unread; the next look at it tries again.
    }
  }

  /** For me alone. Where it is open, it is read again only once I come back to it. */
  markUnread(item: ThreadItem): Promise<boolean> {
    if (this.needs.place.openThread === item.id) this.keptUnread = this.needs.place.route;
    return this.actions.markUnread(item, () => (this.keptUnread = null));
  }

  /** Another tab of this browser has changed what is unsent of a thread. */
  takeUnsent(id: string): void {
    this.kept.get(id)?.takeUnsent();
  }

  /** Does one of these to a comment: the one that has the focus, else the newest of its thread. */
  async moderate(item: ThreadItem, focused: string | null, either: readonly ModerationAction[]): Promise<void> {
    const { toasts, platforms } = this.needs;
    const thread = this.of(item.id);
    if (thread.detail === null) await thread.refresh();
    const { detail, messages } = thread;
    const message = aimed(messages, focused);
    if (detail === null || message === undefined) return;
    const action = offered(detail.channel.features, message).find((one) => either.includes(one));
    if (action === undefined) {
      toasts.problem("That cannot be done to this comment.");
      return;
    }
    const { opposite, wanted } = MODERATIONS[action];
    if (!(await thread.moderate(message.id, action))) return;
    const back = opposite && { name: "Undo", run: () => void thread.moderate(message.id, opposite) };
    toasts.done(`${wanted}: ${threadName(item, platforms.nameOf)}`, back);
  }

  /** Reads a thread and shows it. */
  async reread(id: string): Promise<void> {
    try {
      this.show(itemOf(await this.needs.client.thread(id)));
    } catch (error) {
      // Missed now, seen at the next hint, reconnect or poll.
      if (!(error instanceof Refusal)) this.needs.onUnreachable();
    }
  }

  /** Something that is written here is kept in this page alone. */
  get someUnkept(): boolean {
    return [...this.kept.values()].some(({ kept }) => !kept);
  }

  /** What one person has opened is not for the next. */
  clear(): void {
    this.kept.clear();
    this.actions.undos.clear();
  }

  private show(item: ThreadItem, own = false): void {
    this.needs.inbox.apply(item);
    this.needs.search.apply(item);
    this.kept.get(item.id)?.take(item, own);
    this.actions.undos.see(item);
  }

  private eventsOf(id: string): ThreadEvents {
    const { toasts, place, outbox, platforms } = this.needs;
    const named = (words: string): string => {
      const item = this.find(id) ?? outbox.of(id)?.item;
      return item == null ? words : `${threadName(item, platforms.nameOf)}: ${words}`;
    };
    const close = (item: ThreadItem, request: StatusRequest) => void this.actions.close(item, request);
    return {
      item: (item) => this.show(item),
      problem: (words) => toasts.problem(named(words)),
      unkept: () =>
        toasts.problem(
          named(
            "this browser has no room to keep your draft. Nothing is lost while this page is open: send it " +
              "before you close it.",
          ),
        ),
      unsent: () => this.needs.onUnsent(),
      returned: (why) => {
        if (place.openThread !== id) toasts.problem(named(`not sent. ${why}`));
      },
      sent: (again, reply, andClose) => {
        const elsewhere = reply.threadId !== id;
        const open = () => place.go({ name: "thread", thread: reply.threadId });
        // What becomes of a private reply is seen where it stands.
        if (elsewhere) toasts.done(named("answered privately"), { name: "Open", run: open });
        else if (again) toasts.done(named("your reply is sent"));
        const item = this.find(id);
        const expectedVersion = elsewhere ? item?.version : reply.version;
        if (andClose && item !== undefined && item.status !== "closed") close(item, { expectedVersion });
      },
    };
  }
}
