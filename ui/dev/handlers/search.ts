/** Searching people and what was said, as simply as shows what the page makes of it. */
import type { Page, SearchItem } from "../../src/api/types.ts";
import type { World } from "../world.ts";
import { page } from "./http.ts";

const MOST_PEOPLE = 5;
const MOST_MESSAGES = 20;

export function found(world: World, q: string): Page<SearchItem> {
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const threads = world.items();
  const people: SearchItem[] = threads
    .filter((thread) => has(thread.contact.name))
    .map((thread) => ({
      thread,
      post: null,
      found: "contact",
      messageId: null,
      direction: null,
      at: thread.lastMessageAt,
      ...excerpt(thread.contact.name, words),
    }));
  const said = threads.flatMap((thread) =>
    (world.threads.get(thread.id)?.messages ?? [])
      .filter(({ text }) => has(text ?? ""))
      .map(({ id, direction, at, text }): SearchItem => ({
        thread,
        post: null,
        found: "message",
        messageId: id,
        direction,
        at,
        ...excerpt(text ?? "", words),
      })),
  );
  return page([...people.slice(0, MOST_PEOPLE), ...said.slice(0, MOST_MESSAGES)]);
}

function excerpt(text: string, words: string[]): Pick<SearchItem, "excerpt" | "highlights"> {
  const highlights = words
    .map((word) => {
      const start = text.toLowerCase().indexOf(word);
      return { start, end: start + word.length };
    })
    .sort((a, b) => a.start - b.start);
  return { excerpt: text, highlights };
}
