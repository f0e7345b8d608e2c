/** Where the page is, kept in step with the browser's history. */
import { parseRoute, pathOf, type Route } from "../router.ts";

export class Place {
  route = $state.raw<Route>(parseRoute(location.pathname));
  /** Steps taken inside the page, so that "back" never leaves it. */
  private depth = 0;

  constructor() {
    addEventListener("popstate", () => {
      this.depth = Math.max(0, this.depth - 1);
      this.route = parseRoute(location.pathname);
    });
  }

  go(route: Route): void {
    if (pathOf(route) === location.pathname) return;
    history.pushState(null, "", pathOf(route));
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
    history.replaceState(null, "", pathOf(route));
    this.route = route;
  }

  back(otherwise: Route): void {
    if (this.depth > 0) history.back();
    else this.replace(otherwise);
  }
}

/** A click that the browser should handle itself: new tab, new window, download. */
export function isForBrowser(event: MouseEvent): boolean {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
