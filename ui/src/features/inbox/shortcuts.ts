/** What the keys do, in words: for the sheet that lists them. */
import type { Command } from "../../state/keys.ts";

export const GROUPS = ["Move", "Go to", "Answer"] as const;

export const SHORTCUTS: Record<Command, { name: string; group: (typeof GROUPS)[number] }> = {
  next: { name: "Next thread", group: "Move" },
  previous: { name: "Previous thread", group: "Move" },
  open: { name: "Open thread", group: "Move" },
  back: { name: "Back to the list", group: "Move" },
  search: { name: "Search", group: "Move" },
  reply: { name: "Reply", group: "Answer" },
  note: { name: "Write a note", group: "Answer" },
  assign: { name: "Assign", group: "Answer" },
  topic: { name: "Correct the topic", group: "Answer" },
  urgency: { name: "Correct the urgency", group: "Answer" },
  language: { name: "Correct the language", group: "Answer" },
  tags: { name: "Tags", group: "Answer" },
  snooze: { name: "Snooze", group: "Answer" },
  why: { name: "Why this owner?", group: "Answer" },
  close: { name: "Close", group: "Answer" },
  reopen: { name: "Reopen", group: "Answer" },
  unread: { name: "Mark as unread", group: "Answer" },
  undo: { name: "Undo what was done last", group: "Answer" },
  "go:mine": { name: "Mine", group: "Go to" },
  "go:unassigned": { name: "Unassigned", group: "Go to" },
  "go:all": { name: "All open", group: "Go to" },
  "go:snoozed": { name: "Snoozed", group: "Go to" },
  "go:closed": { name: "Closed", group: "Go to" },
  "page:notices": { name: "Notices", group: "Go to" },
  "page:team": { name: "Team", group: "Go to" },
  "page:digest": { name: "Digest", group: "Go to" },
  "page:insights": { name: "Insights", group: "Go to" },
  "page:rules": { name: "Rules", group: "Go to" },
  "page:parked": { name: "Dead letters", group: "Go to" },
  help: { name: "Keyboard shortcuts", group: "Go to" },
};
