/** A list by pages, newest first, with one filter that is kept in the address. */
import { explain } from "../../api/client.ts";
import type { Page } from "../../api/types.ts";
import type { Toasts } from "../../state/toasts.svelte.ts";
import { isForPage } from "./keys.ts";

/** What is under way is looked at again this often, for a while. */
const AGAIN_MS = 3_000;
const LOOKS = 20;
const ROWS = 25;

/** `S` are the states that the list can be narrowed to. */
export class PaginatedList<T extends { id: string }, S extends string = string> {
  items = $state.raw<T[]>([]);
  /** Where the next page begins. */
  cursor = $state<string | null>(null);
  trouble = $state<string | null>(null);
  /** Nothing has come yet. */
  waits = $state(true);
  busy = $state(false);
  /** The state that is asked for; none: all. */
  filter = $state<string>("");
  /** The row under the keyboard. */
  at = $state(0);
  private asked = 0;

  /**
   * `list` asks the API, and `page` is the page's own address; the first filter is the one that needs no word in the
   * address.
   */
  constructor(
    private readonly toasts: Toasts,
    private readonly list: (query: { state?: S; cursor?: string; limit: number }) => Promise<Page<T>>,
    private readonly page: string,
    private readonly filters: readonly string[],
  ) {
    const named = new URLSearchParams(location.search).get("state") ?? "";
    this.filter = filters.includes(named) ? named : (filters[0] ?? "");
    void this.read();
  }

  private ask(state: string, cursor?: string): Promise<Page<T>> {
    return this.list({
      limit: ROWS,
      // The filters are the page's own: each but "all" is a state.
      ...(state === "all" ? {} : { state: state as S }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  async read(): Promise<void> {
    const asked = (this.asked += 1);
    this.trouble = null;
    try {
      const { items, pagination } = await this.ask(this.filter);
      if (asked !== this.asked) return;
      this.items = items;
      this.cursor = pagination.nextCursor ?? null;
      this.at = Math.max(0, Math.min(this.at, items.length - 1));
    } catch (error) {
      if (asked === this.asked) this.trouble = explain(error);
    } finally {
      if (asked === this.asked) this.waits = false;
    }
  }

  async more(): Promise<void> {
    if (this.cursor === null || this.busy) return;
    const asked = this.asked;
    this.busy = true;
    try {
      const { items, pagination } = await this.ask(this.filter, this.cursor);
      if (asked !== this.asked) return;
      const known = new Set(this.items.map((item) => item.id));
      this.items = [...this.items, ...items.filter((item) => !known.has(item.id))];
      this.cursor = pagination.nextCursor ?? null;
    } catch (error) {
      this.toasts.problem(explain(error));
    } finally {
      this.busy = false;
    }
  }

  choose(filter: string): void {
    if (filter === this.filter) return;
    this.filter = filter;
    this.at = 0;
    this.items = [];
    this.cursor = null;
    this.waits = true;
    history.replaceState(null, "", filter === this.filters[0] ? this.page : `${this.page}?state=${filter}`);
    void this.read();
  }

  /** Shows one as it is now. */
  put(item: T): void {
    this.items = this.items.map((one) => (one.id === item.id ? { ...one, ...item } : one));
  }

  /** Looks again and again at what is under way, whatever becomes of it. To be called from an effect. */
  watch(isUnderWay: (item: T) => boolean): (() => void) | undefined {
    if (!this.items.some(isUnderWay)) return undefined;
    let looks = 0;
    const timer = setInterval(() => {
      if ((looks += 1) > LOOKS) return clearInterval(timer);
      const asked = this.asked;
      void this.ask("all")
        .then(({ items }) => {
          if (asked !== this.asked) return;
          const fresh = new Map(items.map((item) => [item.id, item]));
          const changed = this.items.some((one) => JSON.stringify(fresh.get(one.id) ?? one) !== JSON.stringify(one));
          if (changed) this.items = this.items.map((one) => fresh.get(one.id) ?? one);
        })
        .catch(() => {});
    }, AGAIN_MS);
    return () => clearInterval(timer);
  }

  /** The row that a key is about, and whether the key only moved to it. */
  key(event: KeyboardEvent): "moved" | T | null {
    if (!isForPage(event)) return null;
    const by =
      event.key === "j" || event.key === "ArrowDown" ? 1 : event.key === "k" || event.key === "ArrowUp" ? -1 : 0;
    const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
    const here = rows.findIndex((row) => row.closest("li")?.contains(document.activeElement));
    // A key is about the row that has the focus, and where none has it about nothing.
    if (by === 0) return this.items[here] ?? null;
    if (this.items.length === 0) return null;
    event.preventDefault();
    // The first press goes to the first row, and not past it. Rows say where they are when they get the focus.
    rows[here < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, here + by))]?.focus();
    return "moved";
  }
}
