/** What the page of the hand-over asks of the API, and the words it has for answers. */
import type { components } from "../../api/schema.gen.ts";
import { answerOf, type Client } from "../../api/client.ts";
import { timeOfDay, span } from "../../state/time.ts";

export type Handover = components["schemas"]["HandoverItem"];
export type HandoverThread = components["schemas"]["HandoverThread"];
export type HandedOver = components["schemas"]["HandedOverItem"];

export const read = (client: Client): Promise<Handover> => answerOf(client.api.GET("/api/v1/handover"));

/** Hands over those of `threads` that somebody could take. */
export const accept = (client: Client, threads: HandoverThread[]): Promise<HandedOver> =>
  answerOf(
    client.api.POST("/api/v1/handover/accept", {
      body: {
        items: threads.flatMap(({ thread, taker }) =>
          taker?.id ? [{ threadId: thread.id, teammateId: taker.id, expectedVersion: thread.version }] : [],
        ),
      },
    }),
  );

/** `Two threads handed over to Jon and Lena.` */
export function doneWords(threads: HandoverThread[]): string {
  const names = [...new Set(threads.map(({ taker }) => taker?.name ?? "a teammate"))];
  const whom = names.length > 2 ? `${names.length} teammates` : names.join(" and ");
  return `${threads.length === 1 ? "One thread" : `${threads.length} threads`} handed over to ${whom}.`;
}

/** `Your shift ends at 17:00, in 15 minutes.` */
export function shiftWords(endsAt: string, now: number): string {
  const left = Date.parse(endsAt) - now;
  return left > 0
    ? `Your shift ends at ${timeOfDay(endsAt)}, in ${span(left)}.`
    : `Your shift ended ${span(-left)} ago.`;
}
