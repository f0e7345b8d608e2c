/** What an invented conversation is made of. */
import type {
  AttachmentItem,
  ContextItem,
  MessageItem,
  Platform,
  ThreadItem,
  Urgency,
  Window,
} from "../../src/api/types.ts";

/** A message of a script: minutes before now, and what is special about it. */
export type Line = Partial<Omit<MessageItem, "attachments" | "author">> & {
  ago: number;
  by?: "customer" | "native" | "app" | `tm_${string}`;
  attachments?: AttachmentItem[];
};

export interface Scene {
  id: string;
  platform: Platform;
  surface?: ThreadItem["surface"];
  name: string;
  username?: string;
  summary: string | null;
  topic: string | null;
  urgency: Urgency;
  language: string | null;
  owner: ThreadItem["owner"];
  /** Minutes from now; none while it waits on the customer. */
  due: number | null;
  unread: number;
  window?: Window;
  linked?: string[];
  suggested?: string[];
  trouble?: boolean;
  status?: ThreadItem["status"];
  tags?: string[];
  lines: Line[];
  /** Of a public one: the post, and what others wrote beside it. */
  context?: ContextItem;
}

export const INES = { type: "teammate" as const, id: "tm_ines", name: "Ines Almeida" };
export const NOOR = { type: "teammate" as const, id: "tm_noor", name: "Noor Haddad" };
export const NOBODY = { type: "unassigned" as const, id: null, name: null };
export const ORDERS = { type: "team" as const, id: "team_orders", name: "Orders" };

export const hours = (n: number) => new Date(Date.now() + n * 3600_000).toISOString();

export function attachment(kind: AttachmentItem["kind"], over: Partial<AttachmentItem> = {}): AttachmentItem {
  return {
    kind,
    state: "stored",
    url: null,
    mime: null,
    name: null,
    size: null,
    note: null,
    link: null,
    details: [],
    ...over,
  };
}
