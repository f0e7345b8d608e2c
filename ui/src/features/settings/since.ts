/** How long ago something was, as part of a sentence. */
import { ago } from "../../state/time.ts";

export function since(at: string, now: number): string {
  const when = ago(at, now);
  if (when === "now") return "just now";
  return / (min|h|d)$/.test(when) ? `${when} ago` : `on ${when}`;
}
