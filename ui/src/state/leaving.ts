/** What is shown once a thread has left the list, and how to go back to it. */
import { tick } from "svelte";
import type { ThreadItem } from "../api/types.ts";
import { routeTo } from "../router.ts";
import { focusById, focusRow, isInList } from "./focus.ts";
import type { Inbox } from "./inbox.svelte.ts";
import type { Intents } from "./intents.svelte.ts";
import type { Place } from "./place.svelte.ts";
import { HOME } from "./queues.ts";
import type { Search } from "./search.svelte.ts";

export interface Around {
  inbox: Inbox;
  search: Search;
  place: Place;
  intents: Intents;
}

/** To be asked before the thread leaves: the focus stays where it was, in the list or in the opened thread. */
export function leaving(
  { inbox, search, place, intents }: Around,
  { id }: ThreadItem,
): { moveOn: () => void; back: () => void } {
  const open = place.openThread === id;
  const atRow = isInList();
  const searching = search.active;
  const listed = !searching && inbox.find(id) !== undefined;
  if (listed) inbox.select(id);

  const show = (next: string): void => {
    if (open) {
      if (!atRow) intents.arriving = next;
      place.replace(routeTo(next));
    } else if (!searching) inbox.select(next);
    if (!open || atRow) void tick().then(() => focusRow(next));
  };
  const showNone = (): void => {
    if (open) place.replace({ name: "queue", queue: inbox.queue || HOME });
    void tick().then(() => focusById("queue-name"));
  };
  const moveOn = (): void => {
    if (searching) {
      const next = search.after(id);
      if (next !== undefined) show(next);
    } else if (listed && inbox.find(id) === undefined) {
      const next = inbox.step(1);
      if (next !== undefined) show(next.id);
      else showNone();
    }
  };
  const back = (): void => {
    if (place.openThread === id || !place.isInInbox) return;
    if (!open) void tick().then(() => focusRow(id));
    else if (place.openThread === null) place.go({ name: "thread", thread: id });
    else place.replace({ name: "thread", thread: id });
    if (open) intents.arriving = id;
  };
  return { moveOn, back };
}
