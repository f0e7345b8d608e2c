/** What the API answers with, by its description. */
import type { components } from "../../ui/src/api/schema.gen.ts";

type Schemas = components["schemas"];

/** A page, whose items are what each list has; of some the tests know more than the description says. */
export type Page<T> = { items: T[]; pagination: Schemas["Pagination"] };

export type Account = Schemas["AccountItem"];
/** Particulars differ by action. */
export type AuditItem = Omit<Schemas["AuditItem"], "detail"> & { detail: Record<string, unknown> };
export type Context = Schemas["ContextItem"];
export type Delivery = Schemas["DeliveryItem"];
export type MessageItem = Schemas["MessageItem"];
export type Problem = Schemas["Problem"];
export type ReplyItem = Schemas["ReplyItem"];
export type Teammate = Schemas["TeammateItem"];
export type ThreadDetail = Schemas["ThreadDetail"];
export type ThreadItem = Schemas["ThreadItem"];
export type PostItem = Schemas["PostItem"];
export type PostComment = Schemas["PostComment"];
