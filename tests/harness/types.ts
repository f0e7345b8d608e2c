/** What the tests read of the API's answers; shared/wire has them whole. */

export type Page<T> = { items: T[]; pagination: { hasMore: boolean; nextCursor: string | null } };

export type Problem = { status: number; code: string; detail: string; field?: string; version?: number; since?: MessageItem[] };

export type ThreadItem = {
  id: string;
  version: number;
  platform: string;
  accountId: string;
  contact: { id: string; name: string; username: string | null };
  status: 'open' | 'snoozed' | 'closed';
  snoozedUntil: string | null;
  summary: string | null;
  preview: string;
  lastDirection: string;
  topic: string | null;
  urgency: string;
  language: string | null;
  labelSource: string | null;
  owner: { type: string; id: string | null; name: string | null };
  dueAt: string | null;
  unread: number;
  needsAnswer: boolean;
  heldBy: string | null;
  trouble: boolean;
  tags: string[];
  linked: string[];
};

export type ThreadDetail = ThreadItem & {
  window: Record<string, unknown>;
  reasons: { guardrail: string; text: string }[];
  suggested: string[];
};

export type MessageItem = {
  id: string;
  direction: 'incoming' | 'outgoing';
  author: { type: string; id: string | null; name: string | null };
  at: string;
  text: string | null;
  edited: boolean;
  unsentAt: string | null;
  attachments: { kind: string; state: string; url: string | null; mime: string | null; name: string | null; size: number | null; note: string | null; link: string | null }[];
  quote: { messageId: string | null; text: string | null } | null;
  story: { kind: string; url: string | null; expiresAt: string } | null;
  pressed: boolean;
  unsupported: string | null;
  reactions: { by: string; emoji: string }[];
  status: string | null;
  trouble: { code: string; detail: string; attempts: number } | null;
  replyId: string | null;
};

export type ReplyItem = { replyId: string; status: string; message: MessageItem; version: number };

export type AuditItem = {
  id: string;
  threadId: string | null;
  sequence: number;
  at: string;
  actor: { type: string; id?: string; name?: string; token?: { id: string; name: string } };
  action: string;
  detail: Record<string, unknown>;
  hash: string;
};

export type Account = { id: string; platform: string; platformAccountId: string; name: string; state: string; trouble: string | null; webhookUrl: string };

export type Delivery = { id: string; platform: string | null; accountId: string | null; accounts: { id: string; platformAccountId: string }[]; kinds: string[]; state: string; reason: string; size: number; replays: number; triedAt: string | null; dismissedAt: string | null; dismissal: string | null };

export type Teammate = { id: string; name: string; email: string; role: string; enabled: boolean; invited: boolean; onShift: boolean; openThreads: number };
