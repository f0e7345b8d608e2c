/** A thread as a list has it, for tests that say only what matters to them. */
import type { ThreadItem } from "../src/api/types.ts";

export function threadItem(over: Partial<ThreadItem>): ThreadItem {
  return {
    kind: "thread",
    id: "thr_1",
    version: 1,
    platform: "telegram",
    surface: "messages",
    accountId: "acc_1",
    contact: { id: "ctc_1", name: "Mara", username: null },
    status: "open",
    snoozedUntil: null,
    summary: null,
    summarized: false,
    lastAuthor: null,
    topic: null,
    language: null,
    labelSource: null,
    dueAt: null,
    askedAt: null,
    heldBy: null,
    preview: "Hello",
    lastDirection: "incoming",
    urgency: "normal",
    owner: { type: "teammate", id: "tm_1", name: "Ines" },
    lastMessageAt: "2026-01-05T10:00:00Z",
    unread: 0,
    needsAnswer: true,
    trouble: false,
    moderationFailed: false,
    tags: [],
    linked: [],
    ...over,
  };
}
