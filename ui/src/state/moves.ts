/** Moving about by keyboard: from row to row, into a thread and back, to the search, and what is asked of a thread. */
import { tick } from "svelte";
import type { Command } from "./command.ts";
import type { Stores } from "./context.ts";
import { focusById, focusOn, focusRow, rows, subjectOf } from "./focus.ts";
import { routeTo } from "../router.ts";
import type { Asking } from "./intents.svelte.ts";
import { HOME } from "./queues.ts";

/** Where list and thread are side by side. */
const isWide = () => matchMedia("(min-width: 1024px)").matches;

export const MOVES: readonly Command[] = [
  {
    id: "next",
    name: "Next thread",
    keys: ["j", "ArrowDown"],
    group: "Move",
    repeats: true,
    keyOnly: true,
    run: (stores) => step(stores, 1),
  },
  {
    id: "previous",
    name: "Previous thread",
    keys: ["k", "ArrowUp"],
    group: "Move",
    repeats: true,
    keyOnly: true,
    run: (stores) => step(stores, -1),
  },
  { id: "open", name: "Open thread", keys: ["Enter", "o"], group: "Move", keyOnly: true, run: open },
  { id: "back", name: "Back to the list", keys: ["u", "Escape"], group: "Move", keyOnly: true, run: back },
  { id: "search", name: "Search", keys: ["/"], group: "Move", everywhere: true, run: search },
];

/** Opens a thread, and has the dialog or panel come up that asks what is to be done with it. */
export async function ask(
  { place, intents }: Pick<Stores, "place" | "intents">,
  thread: string,
  what: NonNullable<Asking>,
): Promise<void> {
  place.go({ name: "thread", thread });
  await tick();
  intents.asking = what;
}

async function step(stores: Stores, by: 1 | -1): Promise<void> {
  const { place, inbox, search, threads } = stores;
  const next = search.active ? stepFound(place.openItem, by) : inbox.step(by)?.id;
  if (next === undefined) return;
  const route = routeTo(next);
  if (place.openItem !== null) place.replace(route);
  else if (route.name === "thread") threads.prefetch(next);
  await tick();
  if (!search.active && (place.openItem === null || isWide())) focusRow(next);
}

/** The next of what a search has found: from where the focus is, else from what is open. It gets the focus. */
function stepFound(open: string | null, by: 1 | -1): string | undefined {
  const all = rows();
  const focused = all.indexOf(document.activeElement as HTMLElement);
  const here = focused >= 0 ? focused : all.findIndex((row) => row.dataset["thread"] === open);
  const row = all[here < 0 ? 0 : Math.max(0, Math.min(all.length - 1, here + by))];
  if (row !== undefined) focusOn(row);
  return row?.dataset["thread"];
}

function open({ place, inbox, intents }: Stores): void {
  const id = subjectOf(place.openThread, inbox.selected);
  if (id === null) return;
  intents.arriving = id;
  place.go(routeTo(id));
}

async function back({ place, inbox, search }: Stores): Promise<void> {
  const left = place.openItem;
  if (left !== null) place.back();
  else if (search.active) search.type("");
  else return;
  await tick();
  setTimeout(() => focusRow(left ?? inbox.selected ?? ""));
}

async function search({ place, inbox }: Stores): Promise<void> {
  if (!place.isInInbox || (!isWide() && place.route.name !== "queue"))
    place.go({ name: "queue", queue: inbox.queue || HOME });
  await tick();
  focusById("search");
}
