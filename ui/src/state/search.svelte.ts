/** Searching all messages. */
import { abandoned, explain, type Client } from "../api/client.ts";
import type { SearchItem } from "../api/types.ts";
import type { Loading } from "./inbox.svelte.ts";

const PAUSE_MS = 180;

export class Search {
  query = $state("");
  items = $state.raw<SearchItem[]>([]);
  cursor = $state<string | null>(null);
  loading = $state.raw<Loading>({ name: "ready" });
  /** What `items` were found for. */
  answered = $state("");

  private running: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: Client) {}

  get active(): boolean {
    return this.query.trim() !== "";
  }

  type(query: string): void {
    this.query = query;
    clearTimeout(this.timer);
    this.running?.abort();
    if (!this.active) {
      this.items = [];
      this.answered = "";
      this.loading = { name: "ready" };
      return;
    }
    this.loading = { name: "loading" };
    this.timer = setTimeout(() => void this.run(), PAUSE_MS);
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
      this.answered = words;
      this.loading = { name: "ready" };
    } catch (error) {
      if (!abandoned(error)) this.loading = { name: "failed", why: explain(error) };
    }
  }
}
