/** Searching people, messages and notes. */
import { abandoned, explain, type Client } from "../api/client.ts";
import type { SearchItem, ThreadItem } from "../api/types.ts";
import type { Loading } from "./inbox.svelte.ts";

const PAUSE_MS = 180;

export class Search {
  query = $state("");
  items = $state.raw<SearchItem[]>([]);
  cursor = $state<string | null>(null);
  loading = $state.raw<Loading>({ name: "ready" });

  private running: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: Client) {}

  get active(): boolean {
    return this.query.trim() !== "";
  }

  /** People first, then what was said. */
  get groups(): { name: string; items: SearchItem[] }[] {
    const people = this.items.filter((item) => item.found === "contact");
    const said = this.items.filter((item) => item.found !== "contact");
    return [
      { name: "People", items: people },
      { name: said.some((item) => item.found === "note") ? "Messages and notes" : "Messages", items: said },
    ].filter((group) => group.items.length > 0);
  }

  type(query: string): void {
    this.query = query;
    clearTimeout(this.timer);
    this.running?.abort();
    if (!this.active) {
      this.items = [];
      this.loading = { name: "ready" };
      return;
    }
    this.loading = { name: "loading" };
    this.timer = setTimeout(() => void this.run(), PAUSE_MS);
  }

  find(id: string): ThreadItem | undefined {
    return this.items.find(({ thread }) => thread?.id === id)?.thread ?? undefined;
  }

  /** A thread as it is now. */
  apply(item: ThreadItem): void {
    if (this.find(item.id) === undefined) return;
    this.items = this.items.map((found) =>
      found.thread?.id === item.id && found.thread.version <= item.version ? { ...found, thread: item } : found,
    );
  }

  /** The next thread among what was found: a thread may be there more than once. */
  after(id: string): string | undefined {
    const shown = this.groups.flatMap(({ items }) => items);
    const last = shown.findLastIndex((found) => leadsTo(found) === id);
    const next = shown.slice(last + 1).find((found) => leadsTo(found) !== id);
    return next === undefined ? undefined : leadsTo(next);
  }

  more(): void {
    if (this.cursor !== null && this.loading.name === "ready") void this.run(this.cursor);
  }

  async run(cursor?: string): Promise<void> {
    const running = new AbortController();
    this.running = running;
    const words = this.query.trim();
    this.loading = { name: "loading" };
    try {
      const page = await this.client.search(words, cursor, running.signal);
      if (running.signal.aborted) return;
      this.items = cursor === undefined ? page.items : [...this.items, ...page.items];
      this.cursor = page.pagination.hasMore ? (page.pagination.nextCursor ?? null) : null;
      this.loading = { name: "ready" };
    } catch (error) {
      if (!abandoned(error)) this.loading = { name: "failed", why: explain(error) };
    }
  }
}

/** The thread or the post that something was found in. */
export function leadsTo({ thread, post }: SearchItem): string {
  return thread?.id ?? post?.id ?? "";
}
