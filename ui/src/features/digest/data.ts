/** What the digest's page asks for, and its words. */
import type { components } from "../../api/schema.gen.ts";
import { answerOf, type Client } from "../../api/client.ts";

type Schemas = components["schemas"];

export type Digest = Schemas["Digest"];
export type DigestItem = Schemas["DigestItem"];
export type DigestDetail = Schemas["DigestDetail"];
export type DigestPreview = Schemas["DigestPreview"];
export type Delivery = Schemas["DigestDeliveryItem"];
export type Reader = Schemas["DigestReader"];
export type Line = Schemas["DigestLine"];
export type Share = Schemas["DigestShare"];

export const preview = (client: Client) => answerOf(client.api.GET("/api/v1/digests/preview"));
export const earlier = (client: Client, cursor?: string) =>
  answerOf(
    client.api.GET("/api/v1/digests", {
      params: { query: { limit: 14, ...(cursor === undefined ? {} : { cursor }) } },
    }),
  );
export const read = (client: Client, digest: string) =>
  answerOf(client.api.GET("/api/v1/digests/{digest}", { params: { path: { digest } } }));
export const send = (client: Client, digestId: string) =>
  answerOf(client.api.POST("/api/v1/digests/send", { body: { digestId } }));

/** An id for one press of the button: the same press, however often it is sent. */
export const newPress = () => `dig_${crypto.randomUUID()}`;

const long = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const short = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
const dayOf = (day: string) => new Date(`${day}T00:00:00Z`);

export const longDay = (day: string): string => long.format(dayOf(day));
export const shortDay = (day: string): string => short.format(dayOf(day));

const CAUSES: Record<Schemas["DigestCause"], string> = {
  notConfigured: "this installation cannot send e-mail",
  noChannel: "its channel no longer exists",
  noAnswer: "no answer came; it may have arrived",
  rateLimited: "too many were sent recently",
  unavailable: "the receiving server failed",
  unauthorized: "the key or the sender was refused",
  refused: "it was refused",
  changed: "it was sent before and has probably arrived",
};

export const causeWords = (delivery: Delivery): string => (delivery.cause ? CAUSES[delivery.cause] : "");

export const counted = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

const MEASURES: Record<Schemas["DigestMeasureName"], string> = {
  opened: "New conversations",
  replied: "Replies",
  closed: "Closed",
};
export const measureName = (name: Schemas["DigestMeasureName"]): string => MEASURES[name];

/** What is usual, with one decimal; nothing where there is nothing to compare with with. */
export const average = (sum: number, days: number): string | null =>
  days === 0 ? null : (Math.round((sum * 10) / days) / 10).toFixed(1);

export const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;

export const isQuiet = ({ numbers, deliveries, accounts }: Digest): boolean =>
  numbers.open + numbers.inDoubt + numbers.held + deliveries.parked + deliveries.dead + accounts.length === 0;
