/** Addresses of the page, both ways. */

import { isPage, type PageName } from "./features/pages.ts";

export type Queue = string;

export type Route =
  | { name: "queues" }
  | { name: "queue"; queue: Queue }
  | { name: "thread"; thread: string }
  | { name: "post"; post: string }
  | { name: "page"; page: PageName }
  | { name: "signin" }
  | { name: "setup" }
  | { name: "lost" };

export function parseRoute(path: string): Route {
  const [first, second, ...rest] = path.split("/").filter((part) => part !== "");
  if (rest.length > 0) return { name: "lost" };
  if (first === undefined) return { name: "queues" };
  if (second !== undefined) {
    const value = decoded(second);
    if (first === "q" && value !== undefined) return { name: "queue", queue: value };
    if (first === "p" && value !== undefined) return { name: "post", post: value };
    if (first === "t" && value !== undefined) return { name: "thread", thread: value };
    return { name: "lost" };
  }
  if (first === "signin") return { name: "signin" };
  if (first === "setup") return { name: "setup" };
  if (isPage(first)) return { name: "page", page: first };
  return { name: "lost" };
}

/** Where a row of a list leads, by its id. */
export function routeTo(id: string): Route {
  return id.startsWith("pst_") ? { name: "post", post: id } : { name: "thread", thread: id };
}

export function pathOf(route: Route): string {
  switch (route.name) {
    case "queue":
      return `/q/${encodeURIComponent(route.queue)}`;
    case "thread":
      return `/t/${encodeURIComponent(route.thread)}`;
    case "post":
      return `/p/${encodeURIComponent(route.post)}`;
    case "page":
      return `/${route.page}`;
    case "signin":
    case "setup":
      return `/${route.name}`;
    case "queues":
    case "lost":
      return "/";
  }
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
