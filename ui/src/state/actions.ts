/** What a person does with threads: shown at once, done, named in a notice, and undone by one key. */
import { explain, type Client } from "../api/client.ts";
import type { LabelRequest, ReassignRequest, StatusRequest, TagsRequest, ThreadItem } from "../api/types.ts";
import { itemOf } from "./item.ts";
import { ownerName } from "./names.ts";
import { tagged } from "./tags.ts";
import type { Toasts } from "./toasts.svelte.ts";
import { Undos, type Undoable } from "./undo.ts";

/** What actions need of the page around them. */
export interface ActionsHost {
  me(): string;
  /** What a thread is called where it is not in sight. */
  called(item: ThreadItem): string;
  /** Shows a thread as it is; `own`: as an action from here has made it. */
  show(item: ThreadItem, own?: boolean): void;
  /** Reads a thread and shows it. */
  reread(id: string): Promise<void>;
  /** To be asked before a thread leaves the list: moves on to the next one, and says how to go back. */
  leaving(item: ThreadItem): { moveOn: () => void; back: () => void };
  /** Reads a thread again that is kept here, whole. */
  refresh(id: string): void;
}

interface Action {
  patch: Partial<ThreadItem>;
  call: () => Promise<ThreadItem>;
  /** For the notice, which names the thread as well. */
  done: string;
  /** The thread is done with: the next one is shown. */
  leaves?: boolean;
  undo?: Pick<Undoable, "holds" | "patch" | "call" | "done"> | undefined;
}

export class Actions {
  readonly undos = new Undos();

  constructor(
    private readonly client: Client,
    private readonly toasts: Toasts,
    private readonly host: ActionsHost,
  ) {}

  /** `expectedVersion`: closes it only if nothing has happened since. */
  close(item: ThreadItem, request: StatusRequest = {}): Promise<boolean> {
    return this.act(item, {
      patch: { status: "closed", snoozedUntil: null, dueAt: null },
      call: () => this.client.close(item.id, request),
      done: "Closed",
      leaves: true,
      undo: { holds: ({ status }) => status === "closed", ...this.statusOf(item) },
    });
  }

  reopen(item: ThreadItem): Promise<boolean> {
    const undo =
      item.status === "open"
        ? undefined
        : { holds: ({ status }: ThreadItem) => status === "open", ...this.statusOf(item) };
    return this.act(item, { ...this.statusOf({ ...item, status: "open" }), undo });
  }

  snooze(item: ThreadItem, until: Date, name: string): Promise<boolean> {
    const at = until.toISOString();
    return this.act(item, {
      patch: { status: "snoozed", snoozedUntil: at },
      call: () => this.client.snooze(item.id, at),
      done: `Snoozed, ${name.toLowerCase()}`,
      leaves: true,
      undo: {
        holds: ({ status, snoozedUntil }) =>
          status === "snoozed" && snoozedUntil != null && Date.parse(snoozedUntil) === until.getTime(),
        ...this.statusOf(item),
      },
    });
  }

  /** For me alone. `undone`: it is as it was. */
  markUnread(item: ThreadItem, undone: () => void): Promise<boolean> {
    const read = { holds: ({ unread }: ThreadItem) => unread > 0, patch: { unread: 0 }, done: "Marked as read" };
    return this.act(item, {
      patch: { unread: Math.max(1, item.unread) },
      call: () => this.client.markUnread(item.id),
      done: "Marked as unread",
      undo: {
        ...read,
        call: () => {
          undone();
          return this.client.markRead(item.id, item.version);
        },
      },
    });
  }

  label(item: ThreadItem, change: LabelRequest): Promise<boolean> {
    const before: LabelRequest = {};
    if (change.topic != null && item.topic != null) before.topic = item.topic;
    if (change.urgency != null) before.urgency = item.urgency;
    if (change.language != null && item.language != null) before.language = item.language;
    const holds = (now: ThreadItem) => shows(now, change);
    return this.act(item, {
      patch: labelled(change),
      call: () => this.client.label(item.id, change),
      done: "Label corrected",
      // What had no label cannot be without one again.
      undo:
        Object.keys(before).length === Object.keys(change).length
          ? { holds, patch: labelled(before), call: () => this.client.label(item.id, before), done: "Label as before" }
          : undefined,
    });
  }

  reassign(item: ThreadItem, owner: ThreadItem["owner"], note: string): Promise<boolean> {
    const to = (whose: ThreadItem["owner"]): Omit<Action, "undo"> & { call: () => Promise<ThreadItem> } => ({
      patch: { owner: whose },
      call: () =>
        this.client.reassign(item.id, {
          ...ownerRequest(whose),
          ...(whose === owner && note.trim() !== "" ? { note: note.trim() } : {}),
        }),
      done:
        whose.type === "unassigned"
          ? "Unassigned"
          : `Assigned to ${ownerName(whose, this.host.me()) === "You" ? "you" : whose.name}`,
    });
    const holds = (now: ThreadItem) => now.owner.type === owner.type && (now.owner.id ?? null) === (owner.id ?? null);
    return this.act(item, { ...to(owner), undo: { ...to(item.owner), holds } });
  }

  tag(item: ThreadItem, { add = [], remove = [] }: TagsRequest): Promise<boolean> {
    const to = (on: readonly string[], off: readonly string[]): Pick<Undoable, "patch" | "call" | "done"> => ({
      patch: { tags: [...item.tags.filter((tag) => !off.includes(tag)), ...on].sort() },
      call: () => this.client.tag(item.id, { add: [...on], remove: [...off] }),
      done: tagged({ add: [...on], remove: [...off] }),
    });
    const holds = ({ tags }: ThreadItem) =>
      add.every((tag) => tags.includes(tag)) && !remove.some((tag) => tags.includes(tag));
    // What others have put on since stays: only these tags are changed back.
    return this.act(item, { ...to(add, remove), undo: { ...to(remove, add), patch: {}, holds } });
  }

  note(item: ThreadItem, text: string): Promise<boolean> {
    return this.act(item, { patch: {}, call: () => this.client.note(item.id, text), done: "Note added" });
  }

  /** Undoes what was done last, of whatever kind. */
  async undoLast(): Promise<void> {
    const entry = this.undos.pop(Date.now());
    if (entry === undefined) this.toasts.done("There is nothing to undo");
    else await this.undo(entry);
  }

  private async undo(entry: Undoable): Promise<void> {
    const { id } = entry.item;
    try {
      // Whoever undoes means the thread as they left it: what has become of it since may not be known here yet.
      const now = itemOf(await this.client.thread(id));
      if (!entry.holds(now)) {
        this.toasts.problem(`Not undone: ${this.host.called(now)} has changed since.`);
        await this.host.reread(id);
        return;
      }
      if (await this.act(now, { patch: entry.patch, call: entry.call, done: `Undone. ${entry.done}` })) entry.back();
    } catch (error) {
      this.toasts.problem(`Not undone, ${this.host.called(entry.item)}. ${explain(error)}`);
    }
  }

  /** How a thread comes to the status that `item` has. */
  private statusOf(item: ThreadItem): Pick<Undoable, "patch" | "call" | "done"> {
    const { id, status, snoozedUntil } = item;
    if (status === "closed")
      return { patch: { status, snoozedUntil: null, dueAt: null }, call: () => this.client.close(id), done: "Closed" };
    if (status === "snoozed" && snoozedUntil != null && Date.parse(snoozedUntil) > Date.now()) {
      return { patch: { status, snoozedUntil }, call: () => this.client.snooze(id, snoozedUntil), done: "Snoozed" };
    }
    return {
      patch: { status: "open", snoozedUntil: null, dueAt: item.dueAt ?? null },
      call: () => this.client.reopen(id),
      done: "Reopened",
    };
  }

  /** Shows what will be, does it, and shows what is. */
  private async act(item: ThreadItem, { patch, call, done, leaves = false, undo }: Action): Promise<boolean> {
    const name = this.host.called(item);
    const move = leaves || undo !== undefined ? this.host.leaving(item) : null;
    this.host.show({ ...item, ...patch });
    if (leaves) move?.moveOn();
    try {
      const now = await call();
      this.host.show(now, true);
      this.offer(`${done}: ${name}`, now, move?.back, undo);
      this.host.refresh(item.id);
      return true;
    } catch (error) {
      this.toasts.problem(`${name}: ${explain(error)}`);
      this.host.show(item);
      void this.host.reread(item.id);
      return false;
    }
  }

  private offer(text: string, item: ThreadItem, back: (() => void) | undefined, undo: Action["undo"]): void {
    if (undo === undefined) {
      this.toasts.done(text);
      return;
    }
    const entry: Undoable = {
      ...undo,
      item,
      back: back ?? (() => {}),
      withdraw: () => this.toasts.withdraw(toast),
      at: Date.now(),
    };
    const toast = this.toasts.done(text, {
      name: "Undo",
      run: () => void (this.undos.take(entry) && this.undo(entry)),
    });
    this.undos.push(entry);
  }
}

function ownerRequest({ type, id }: ThreadItem["owner"]): ReassignRequest {
  if (type === "teammate") return { teammateId: id ?? null };
  return type === "team" ? { teamId: id ?? null } : {};
}

function labelled({ topic, urgency, language }: LabelRequest): Partial<ThreadItem> {
  const patch: Partial<ThreadItem> = { labelSource: "teammate" };
  if (topic != null) patch.topic = topic;
  if (urgency != null) patch.urgency = urgency;
  if (language != null) patch.language = language;
  return patch;
}

function shows(item: ThreadItem, { topic, urgency, language }: LabelRequest): boolean {
  return (
    (topic == null || item.topic === topic) &&
    (urgency == null || item.urgency === urgency) &&
    (language == null || item.language === language)
  );
}
