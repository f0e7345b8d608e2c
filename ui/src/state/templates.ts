/** Which templates are offered on a thread, and in which order. */
import type { TemplateItem, ThreadItem } from "../api/types.ts";
import { plain } from "./text.ts";

/** Those that have all the words, the thread's topic first, then its language, then by title. */
export function offered(templates: readonly TemplateItem[], on: Pick<ThreadItem, "topic" | "language">, filter: string): TemplateItem[] {
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
  const language = template.language == null || on.language == null ? 0 : spoken(template.language) === spoken(on.language) ? 1 : -1;
  return 3 * topic + language;
}
