/** Which templates are offered on a thread, and in which order. */
import type { TemplateItem, ThreadItem } from "../api/types.ts";
import { isNamed } from "./names.ts";
import { plain } from "./text.ts";

/** A blank is a name between double braces. */
const BLANK = /\{\{([^{}\p{Cc}]{1,40})\}\}/gu;

/** The blanks of a text that are left to fill in, each once, with where the first of its name stands. */
export function blanks(text: string): { name: string; start: number; end: number }[] {
  const found = new Map<string, { name: string; start: number; end: number }>();
  for (const match of text.matchAll(BLANK)) {
    const name = (match[1] ?? "").trim();
    if (name !== "" && !found.has(name))
      found.set(name, { name, start: match.index, end: match.index + match[0].length });
  }
  return [...found.values()];
}

/** A template's text for somebody. Who is known by a number alone has no name to be called by. */
export function addressed(text: string, contact: string): string {
  return isNamed(contact) ? text.replace(/\{\{\s*name\s*\}\}/g, () => contact) : text;
}

/** Those that have all the words, the thread's topic first, then its language, then by title. */
export function offered(
  templates: readonly TemplateItem[],
  on: Pick<ThreadItem, "topic" | "language">,
  filter: string,
): TemplateItem[] {
  const words = plain(filter).split(/\s+/);
  const found = templates.filter((one) => {
    const text = plain(`${one.title} ${one.text}`);
    return words.every((word) => text.includes(word));
  });
  return found.sort((a, b) => fit(b, on) - fit(a, on) || a.title.localeCompare(b.title));
}

/** What is for another topic or in another language comes last; what is for all of them stands between. */
function fit(template: TemplateItem, on: Pick<ThreadItem, "topic" | "language">): number {
  const spoken = (tag: string) => tag.split("-")[0];
  const topic = template.topic == null ? 0 : template.topic === on.topic ? 1 : -1;
  const language =
    template.language == null || on.language == null ? 0 : spoken(template.language) === spoken(on.language) ? 1 : -1;
  return 3 * topic + language;
}
