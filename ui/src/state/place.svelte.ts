/** Where the page is, kept in step with the browser's history. */
import { parseRoute, pathOf, type Queue, type Route } from "../router.ts";
import { HOME } from "./queues.ts";

export class Place {
  route = $state.raw<Route>(parseRoute(location.pathname));
  /** The queue whose list is beside an opened thread; none where its address was followed from elsewhere. */
  list = $state<string | null>(listOf(history.state));
  /** Steps taken inside the page, so that "back" never leaves it. */
  private depth = 0;

  constructor(
    /** A queue is asked for: it takes the place of whatever the list showed. */
    private readonly onOpenQueue: () => void = () => {},
  ) {
    addEventListener("popstate", ({ state }) => {
      this.list = listOf(state) ?? this.list;
      this.depth = Math.max(0, this.depth - 1);
      this.route = parseRoute(location.pathname);
    });
  }

  go(route: Route): void {
    if (pathOf(route) === location.pathname) return;
    history.pushState({ list: this.list }, "", pathOf(route));
    this.depth += 1;
    this.route = route;
  }

  /** Follows a link without leaving the page, unless the browser should. */
  follow(event: MouseEvent, route: Route): void {
    if (isForBrowser(event)) return;
    event.preventDefault();
    this.go(route);
  }

  /** Goes on without leaving a step to come back to. */
  replace(route: Route): void {
    history.replaceState({ list: this.list }, "", pathOf(route));
    this.route = route;
  }

  /** Remembers which list is shown, for when this address is loaded anew or gone back to. */
  keep(list: string): void {
    if (this.list !== list || listOf(history.state) !== list) history.replaceState({ list }, "");
    this.list = list;
  }

  get openThread(): string | null {
    return this.route.name === "thread" ? this.route.thread : null;
  }

  /** The row of the list that is open beside it: a thread or a post. */
  get openItem(): string | null {
    return this.route.name === "post" ? this.route.post : this.openThread;
  }

  /** The queues, their lists and threads: not a page beside them. */
  get isInInbox(): boolean {
    return ["queue", "queues", "thread", "post"].includes(this.route.name);
  }

  openQueue(queue: Queue): void {
    this.onOpenQueue();
    this.go({ name: "queue", queue });
  }

  /** From a thread to its list, from a list to the queues. */
  back(): void {
    if (this.route.name === "queue") this.go({ name: "queues" });
    else if (this.openItem === null) return;
    else if (this.depth > 0) history.back();
    else this.replace({ name: "queue", queue: this.list ?? HOME });
  }
}

function listOf(state: unknown): string | null {
  return typeof state === "object" && state !== null && "list" in state && typeof state.list === "string"
    ? state.list
    : null;
}

/** A click that the browser should handle itself: new tab, new window, download. */
export function isForBrowser(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
