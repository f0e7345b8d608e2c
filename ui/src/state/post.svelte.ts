/** One opened post: what is held of its comments, and what is done to many of them at once. */
import { abandoned, explain, type Client } from "../api/client.ts";
import type { BulkRequest, CommentsModerationRequest, CommentsQuery, PostComment, PostItem } from "../api/types.ts";
import type { Inbox, Loading } from "./inbox.svelte.ts";
import type { Toasts } from "./toasts.svelte.ts";

const PAGE_COMMENTS = 50;
/** Most comments that one request names. */
const NAMED = 100;

export type HeldModeration = CommentsModerationRequest["action"];
export type BulkAction = BulkRequest["action"] | HeldModeration;
type Meant = Pick<BulkRequest, "ids"> | Pick<BulkRequest, "filter">;
export const MARKS = ["unseen", "question", "link", "known"] as const;
export type Mark = (typeof MARKS)[number];

export interface CommentFilter {
  /** Only what waits here; else everything under the post. */
  held: boolean;
  marks: readonly Mark[];
  words: string;
}

/** What is being done, and how far it has come. */
export interface Progress {
  action: BulkAction;
  changed: number;
  of: number;
}

export class Post {
  item = $state.raw<PostItem | null>(null);
  comments = $state.raw<PostComment[]>([]);
  filter = $state.raw<CommentFilter>({ held: true, marks: [], words: "" });
  /** The ids of the comments that are picked. */
  picked = $state.raw<ReadonlySet<string>>(new Set());
  loading = $state.raw<Loading>({ name: "loading" });
  more = $state.raw<Loading>({ name: "ready" });
  cursor = $state<string | null>(null);
  progress = $state.raw<Progress | null>(null);
  /** Something came or changed since the comments were read. */
  stale = $state(false);

  private reading: AbortController | undefined;
  private stopping = false;

  constructor(
    readonly id: string,
    private readonly client: Client,
    private readonly inbox: Inbox,
    private readonly toasts: Toasts,
  ) {}

  async open(): Promise<void> {
    try {
      this.take(await this.client.post(this.id));
    } catch (error) {
      this.loading = { name: "failed", why: explain(error) };
      return;
    }
    await this.read();
  }

  /** A newer state of it. */
  take(item: PostItem): void {
    if (item.id !== this.id || (this.item !== null && item.version <= this.item.version)) return;
    const before = this.item?.moderation.waiting ?? 0;
    const moderated = before > 0 && before !== item.moderation.waiting;
    this.stale = this.item !== null && this.progress === null && !moderated;
    this.item = item;
    this.inbox.apply(item);
    // What comes of an order of one's own is not news that has to be asked for.
    if (moderated && item.moderation.waiting === 0) void this.read();
  }

  async narrow(change: Partial<CommentFilter>): Promise<void> {
    this.filter = { ...this.filter, ...change };
    this.picked = new Set();
    await this.read();
  }

  /** Reads the newest comments that fit. What is shown stays until they are there. */
  async read(): Promise<void> {
    this.reading?.abort();
    const reading = new AbortController();
    this.reading = reading;
    try {
      const page = await this.client.comments(this.id, this.query(), reading.signal);
      if (reading.signal.aborted) return;
      this.comments = page.items;
      this.cursor = page.pagination.hasMore ? (page.pagination.nextCursor ?? null) : null;
      this.picked = new Set(page.items.map(({ id }) => id).filter((id) => this.picked.has(id)));
      this.loading = { name: "ready" };
      this.more = { name: "ready" };
      this.stale = false;
    } catch (error) {
      if (!abandoned(error)) this.loading = { name: "failed", why: explain(error) };
    }
  }

  async readMore(): Promise<void> {
    const { cursor } = this;
    if (cursor === null || this.more.name === "loading") return;
    this.more = { name: "loading" };
    try {
      const page = await this.client.comments(this.id, { ...this.query(), cursor });
      if (this.cursor !== cursor) return;
      const known = new Set(this.comments.map(({ id }) => id));
      this.comments = [...this.comments, ...page.items.filter(({ id }) => !known.has(id))];
      this.cursor = page.pagination.hasMore ? (page.pagination.nextCursor ?? null) : null;
      this.more = { name: "ready" };
    } catch (error) {
      this.more = { name: "failed", why: explain(error) };
    }
  }

  pick(id: string, on: boolean): void {
    const picked = new Set(this.picked);
    if (on) picked.add(id);
    else picked.delete(id);
    this.picked = picked;
  }

  pickAll(on: boolean): void {
    this.picked = new Set(on ? this.comments.filter(({ place }) => place === "held").map(({ id }) => id) : []);
  }

  /** Does it to what is picked; where nothing is, to all that is held and fits. Goes on until it is done or stopped. */
  async change(action: BulkAction): Promise<void> {
    if (this.item === null || this.progress !== null) return;
    const ids = [...this.picked];
    this.stopping = false;
    this.progress = { action, changed: 0, of: ids.length > 0 ? ids.length : this.item.counts.held };
    try {
      if (ids.length > 0)
        for (let from = 0; from < ids.length && !this.stopping; from += NAMED)
          await this.step(action, { ids: ids.slice(from, from + NAMED) });
      else while (!this.stopping && (await this.step(action, { filter: this.fitting() })));
      this.toasts.done(doneWords(action, this.progress.changed));
    } catch (error) {
      this.toasts.problem(explain(error));
    }
    this.progress = null;
    this.picked = new Set();
    await this.read();
  }

  /** After the step that is on its way. */
  stop(): void {
    this.stopping = true;
  }

  /** Has what has not begun of what is to be done to comments let be. */
  async stopModeration(): Promise<void> {
    await this.settle(this.client.stopModeration(this.id));
  }

  async putAway(): Promise<void> {
    await this.settle(this.client.closePost(this.id));
  }

  async takeUp(): Promise<void> {
    await this.settle(this.client.reopenPost(this.id));
  }

  private async settle(asked: Promise<PostItem>): Promise<void> {
    try {
      this.take(await asked);
      this.stale = false;
    } catch (error) {
      this.toasts.problem(explain(error));
    }
  }

  /** Whether there is more of it to do. */
  private async step(action: BulkAction, meant: Meant): Promise<boolean> {
    const { changed, more, post } = await (action === "promote" || action === "seen"
      ? this.client.changeComments(this.id, { action, ...meant })
      : this.client.moderateComments(this.id, { action, ...meant }));
    this.take(post);
    if (this.progress !== null) this.progress = { ...this.progress, changed: this.progress.changed + changed };
    return more && changed > 0;
  }

  private fitting(): NonNullable<BulkRequest["filter"]> {
    const { marks, words } = this.filter;
    const chosen = Object.fromEntries(marks.map((mark) => [mark, true]));
    return { ...chosen, ...(words.trim() === "" ? {} : { q: words.trim() }) };
  }

  private query(): CommentsQuery {
    const { held, marks, words } = this.filter;
    const chosen = Object.fromEntries(marks.map((mark) => [mark, "true"]));
    return {
      limit: PAGE_COMMENTS,
      ...(held ? { place: "held" } : {}),
      ...chosen,
      ...(words.trim() === "" ? {} : { q: words.trim() }),
    };
  }
}

const comments = (count: number) => (count === 1 ? "1 comment" : `${count.toLocaleString("en")} comments`);

const DONE: Record<BulkAction, (count: string) => string> = {
  promote: (count) => `${count} now in threads`,
  seen: (count) => `${count} marked as seen`,
  hide: (count) => `Hiding ${count}`,
  unhide: (count) => `Showing ${count} again`,
  delete: (count) => `Deleting ${count}`,
};

export function doneWords(action: BulkAction, count: number): string {
  return DONE[action](comments(count));
}
