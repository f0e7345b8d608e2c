import { isTyping, targetOf } from "../../state/keys.ts";

/**
 * Whether a key is struck at the page itself: not taken yet, no letter of a field, and not at what lies over the page.
 */
export function isForPage(event: KeyboardEvent): boolean {
  const target = targetOf(event);
  return (
    !event.defaultPrevented &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey &&
    !isTyping(target) &&
    !target?.closest("[role='dialog']")
  );
}

/** Keys, and what they do on a list. */
export type Hint = readonly [keys: string, does: string];
