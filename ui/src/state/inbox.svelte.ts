/** The queues and their threads, as shown. */
import { abandoned, explain, type Client } from "../api/client.ts";
import type {
  FailedAccount,
  ListItem,
  Page,
  PostItem,
  Surface,
  TeamItem,
  TeammateItem,
  TemplateItem,
  ThreadItem,
  TopicItem,
} from "../api/types.ts";
import type { Queue } from "../router.ts";
import { EMPTY, extended, fromPages, inPlace, isNews, neighbour, threadsOf, withItem, type List } from "./list.ts";
import { counted, PAGE_ROWS, queryOf, UNSENT } from "./queues.ts";
import { inUse } from "./tags.ts";

/** The most rows that one request may ask for. */
const MOST_ROWS = 100;

export type Loading = { name: "loading" } | { name: "ready" } | { name: "failed"; why: string };

export class Inbox {
  /** Which is shown; empty until it is known which is to be. */
  queue = $state<Queue>("");
  /** Only conversations of this kind; none for all of them. */
  surface = $state<Surface | null>(null);
  list = $state.raw<List>(EMPTY);
  loading = $state.raw<Loading>({ name: "loading" });
  more = $state.raw<Loading>({ name: "ready" });
  /** The row that the keyboard is on. */
  selected = $state<string | null>(null);
  /** Who is on the team was asked: what lists it does not grow any more as the page is loaded. */
  teamKnown = $state(false);
  teams = $state.raw<TeamItem[]>([]);
  teammates = $state.raw<TeammateItem[]>([]);
  /** Of the rules, as last read. */
  topics = $state.raw<TopicItem[]>([]);
  templates = $state.raw<TemplateItem[]>([]);
  /** Of the newest threads, as last read: those of most threads first. */
  tags = $state.raw<string[]>([]);

  /** The post that was heard of last, as it is now. */
  lastPost = $state.raw<PostItem | null>(null);

  /** Accounts in trouble, as last heard. */
  failing = $state.raw<FailedAccount[]>([]);

  /** Open threads of each queue that holds any; nothing before it is known. */
  private counts = $state.raw<ReadonlyMap<string, number> | null>(null);

  /** Queues seen before are shown at once and read again behind. */
  private seen = new Map<string, { queue: Queue; surface: Surface | null; list: List }>();
  private reading: AbortController | undefined;
  private rereading: Promise<void> | undefined;
  private rereadAgain = false;
  /** The rows' ids when the selected one was last where it was chosen. */
  private order: readonly string[] = [];

  constructor(
    private readonly client: Client,
    private readonly me: () => string,
    private readonly onArrival: (item: ThreadItem) => void,
    /** The threads whose replies wait in this browser. */
    private readonly unsent: () => ThreadItem[],
  ) {}

  async open(queue: Queue): Promise<void> {
    if (queue !== this.queue || this.loading.name === "failed") this.turnTo(queue, this.surface);
    await this.read();
  }

  /** Shows conversations of this kind alone, or all of them. */
  async narrow(surface: Surface | null): Promise<void> {
    if (surface === this.surface) return;
    this.turnTo(this.queue, surface);
    await this.read();
  }

  private turnTo(queue: Queue, surface: Surface | null): void {
    this.queue = queue;
    this.surface = surface;
    this.selected = null;
    this.order = [];
    const before = this.seen.get(this.shown);
    this.list = before?.list ?? EMPTY;
    this.loading = before === undefined ? { name: "loading" } : { name: "ready" };
    this.more = { name: "ready" };
  }

  /** What list this is. */
  private get shown(): string {
    return `${this.queue} ${this.surface ?? ""}`;
  }

  /** The list of what is unsent, which the server knows nothing of. */
  showUnsent(): void {
    if (this.queue !== UNSENT) return;
    const items = this.unsent().map((item) => this.find(item.id) ?? item);
    this.list = { ...EMPTY, items };
    this.loading = { name: "ready" };
  }

  async readMore(): Promise<void> {
    const { cursor } = this.list;
    if (cursor === null || this.more.name === "loading" || this.loading.name !== "ready") return;
    const { shown } = this;
    this.more = { name: "loading" };
    try {
      const page = await this.client.threads({ ...queryOf(this.queue, this.surface), limit: PAGE_ROWS, cursor });
      if (shown !== this.shown) return;
      if (this.list.cursor === cursor) this.show(extended(this.list, page));
      this.more = { name: "ready" };
    } catch (error) {
      if (shown === this.shown) this.more = { name: "failed", why: explain(error) };
    }
  }

  /** Reads again what is shown: as many rows as there are. Calls while it runs make one more run. */
  resync(): Promise<void> {
    this.rereadAgain = true;
    this.rereading ??= this.reread().finally(() => (this.rereading = undefined));
    return this.rereading;
  }

  isNews(thread: string, version: number): boolean {
    return isNews(this.list, thread, version);
  }

  /** A thread as it is now, for every queue that is known here. */
  apply(item: ListItem): void {
    const known = this.list.items.find((one) => one.id === item.id);
    for (const one of this.seen.values()) one.list = withItem(one.list, item, one.queue, this.me(), one.surface);
    const next = withItem(this.list, item, this.queue, this.me(), this.surface);
    if (next === this.list) return;
    this.show(next);
    if (item.kind === "post" || known?.kind === "post") return;
    const arrived =
      item.lastDirection === "incoming" && item.unread > (known?.unread ?? 0) && known?.version !== item.version;
    if (arrived && next.items.includes(item)) this.onArrival(item);
  }

  /** Reads a post and shows it. */
  async rereadPost(id: string): Promise<void> {
    // Missed now, seen at the next hint, reconnect or poll.
    await this.client.post(id).then(
      (item) => {
        this.apply(item);
        this.lastPost = item;
      },
      () => {},
    );
  }

  find(id: string): ThreadItem | undefined {
    return threadsOf(this.list.items).find((item) => item.id === id);
  }

  select(id: string | null): void {
    this.selected = id;
    this.order = this.list.items.map((item) => item.id);
  }

  /** The next row by keyboard. */
  step(by: 1 | -1): ListItem | undefined {
    const { items } = this.list;
    const next = neighbour(items, this.order, this.selected, by);
    if (next === undefined) return;
    this.select(next.id);
    if (next === items.at(-1)) void this.readMore();
    return next;
  }

  async readTeam(): Promise<void> {
    const [teams, teammates] = await Promise.allSettled([this.client.teams(), this.client.teammates()]);
    if (teams.status === "fulfilled") this.teams = teams.value.items;
    if (teammates.status === "fulfilled") this.teammates = teammates.value.items;
    this.teamKnown = true;
  }

  async readTopics(): Promise<void> {
    this.topics = (await this.client.topics()).items;
  }

  async readTags(): Promise<void> {
    const pages = await Promise.all(
      ["all", "closed"].map((queue) => this.client.threads({ ...queryOf(queue), limit: MOST_ROWS })),
    );
    this.tags = inUse(pages.flatMap(({ items }) => threadsOf(items)));
  }

  async readTemplates(): Promise<void> {
    this.templates = (await this.client.templates()).items;
  }

  async readCounts(): Promise<void> {
    const { queues, failedAccounts } = await this.client.counts();
    this.failing = failedAccounts;
    this.counts = new Map(queues.map(({ queue, waiting }) => [queue, waiting]));
  }

  /** In how many threads of a queue a customer waits; 0 also while that is not known. */
  count(queue: Queue): number {
    if (this.counts === null) return 0;
    const shown = {
      queue: this.queue,
      waiting: threadsOf(this.list.items).filter((item) => item.needsAnswer).length,
      whole: this.loading.name === "ready" && this.list.cursor === null && this.surface === null,
    };
    return counted(queue, shown, this.counts, this.me());
  }

  /** What a teammate or team is called. */
  called(id: string): string | null {
    return (
      this.teammates.find((mate) => mate.id === id)?.name ?? this.teams.find((team) => team.id === id)?.name ?? null
    );
  }

  private async read(): Promise<void> {
    this.reading?.abort();
    const reading = new AbortController();
    this.reading = reading;
    const { queue, shown } = this;
    if (queue === "") return;
    if (queue === UNSENT) return this.showUnsent();
    try {
      const pages = await this.pages(this.list.items.length, reading.signal);
      if (shown !== this.shown || reading.signal.aborted) return;
      this.show(fromPages(pages));
      this.failing = this.list.failedAccounts;
      this.loading = { name: "ready" };
    } catch (error) {
      if (abandoned(error) || shown !== this.shown) return;
      if (this.list.items.length === 0) this.loading = { name: "failed", why: explain(error) };
      else throw error;
    }
  }

  private async reread(): Promise<void> {
    while (this.rereadAgain) {
      this.rereadAgain = false;
      await this.read();
    }
  }

  private async pages(rows: number, signal: AbortSignal): Promise<Page<ListItem>[]> {
    const pages: Page<ListItem>[] = [];
    const { queue, surface } = this;
    let left = Math.max(rows, PAGE_ROWS);
    let cursor: string | null | undefined;
    while (left > 0) {
      const limit = Math.min(left, MOST_ROWS);
      const query = { ...queryOf(queue, surface), limit };
      const page: Page<ListItem> = await this.client.threads(cursor == null ? query : { ...query, cursor }, signal);
      pages.push(page);
      left -= limit;
      cursor = page.pagination.nextCursor;
      if (!page.pagination.hasMore || cursor == null) break;
    }
    return pages;
  }

  private show(list: List): void {
    this.list = list;
    this.seen.set(this.shown, { queue: this.queue, surface: this.surface, list });
    if (this.selected !== null && inPlace(list.items, this.order, this.selected))
      this.order = list.items.map((item) => item.id);
  }
}
