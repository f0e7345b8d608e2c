/** Where the focus is, and putting it elsewhere. Whatever stands for a thread on the page says so by `data-thread`. */

const ROWS = ".list-pane a[data-thread]";

/**
 * The thread that a command is about: what has the focus; else the open one; else the row that was chosen last. Nothing
 * that is not to be seen: a thread that is still being fetched, a row behind the results of a search.
 */
export function subjectOf(open: string | null, selected: string | null): string | null {
  const focused = document.activeElement?.closest<HTMLElement>("[data-thread]")?.dataset["thread"];
  if (focused !== undefined) return focused;
  // The row that had the focus has gone: the list waits for the next step.
  if (document.activeElement?.id === "list") return null;
  const id = open ?? selected;
  const place = open === null ? ROWS : "article[data-thread]";
  const shown = [...document.querySelectorAll<HTMLElement>(place)].some(
    (one) => one.dataset["thread"] === id && isVisible(one),
  );
  return shown ? id : null;
}

/** The rows of the list that is shown, be it a queue or what a search has found. */
export function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROWS)].filter(isVisible);
}

export function isInList(element: Element | null = document.activeElement): boolean {
  return element?.closest(".list-pane") != null;
}

export function focusRow(id: string): void {
  const row = rows().find((one) => one.dataset["thread"] === id);
  if (row !== undefined) focusOn(row);
}

export function focusOn(row: HTMLElement): void {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

export function focusById(id: string): void {
  document.getElementById(id)?.focus();
}

function isVisible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0;
}
