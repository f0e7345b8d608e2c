/** Threads: their lists, what was said, and what a person does with them. */
import type {
  AuditItem,
  FailedAccount,
  ListItem,
  MessageItem,
  Page,
  ThreadItem,
  ThreadQuery,
} from "../../src/api/types.ts";
import { belongs, compare } from "../../src/state/queues.ts";
import { TEAMMATES, TEAMS, TOPICS } from "../people.ts";
import type { Played } from "../played.ts";
import { labelsOf, ownerOf } from "../world.ts";
import { held, http, page, refuse, shaped } from "./http.ts";
import { found } from "./search.ts";

export function threadHandlers(played: Played) {
  const { world } = played;
  const of = (id: string) => held(world, id);
  return [
    http.get("/api/v1/search", ({ query, response }) => response(200).json(found(world, query.get("q") ?? ""))),
    http.get("/api/v1/threads", ({ request, response }) => {
      const asked = Object.fromEntries(new URL(request.url).searchParams) as ThreadQuery;
      return response(200).json(listed(played, asked));
    }),
    http.get("/api/v1/threads/counts", ({ response }) =>
      response(200).json({ queues: counts(world.items()), failedAccounts: failing(played) }),
    ),
    http.get("/api/v1/threads/{thread}", ({ params, response }) => response(200).json(of(params.thread).detail)),
    http.get("/api/v1/threads/{thread}/messages", ({ params, query, response }) =>
      response(200).json(newest<MessageItem>(of(params.thread).messages, query.get("cursor"), query.get("limit"))),
    ),
    http.get("/api/v1/threads/{thread}/audit", ({ params, query, response }) => {
      const read = newest<AuditItem>(of(params.thread).audit, query.get("cursor"), query.get("limit"));
      return response(200).json({ ...read, items: read.items.toReversed() });
    }),
    http.get("/api/v1/threads/{thread}/context", ({ params, response }) =>
      response(200).json(of(params.thread).context),
    ),
    http.post("/api/v1/threads/{thread}/messages/{message}/moderation", async ({ params, request, response }) => {
      const thread = of(params.thread);
      const { action } = await request.json();
      const message = thread.messages.find(({ id }) => id === params.message);
      if (message === undefined) return refuse(shaped(404, "not_found", "There is no such message."));
      world.note(thread, "moderationOrdered", { message: message.id, act: action });
      const gone = { unsentAt: new Date().toISOString(), text: null };
      const done = {
        hide: { hidden: true },
        unhide: { hidden: false },
        delete: gone,
        like: { liked: true },
        unlike: { liked: false },
      }[action];
      Object.assign(message, done, { moderation: [] });
      world.change(thread, {});
      return response(202).json(message);
    }),
    http.post("/api/v1/threads/{thread}/close", ({ params, response }) => {
      const thread = of(params.thread);
      world.note(thread, "closed", { note: null });
      return response(200).json(world.change(thread, { status: "closed", dueAt: null, unread: 0 }));
    }),
    http.post("/api/v1/threads/{thread}/reopen", ({ params, response }) => {
      const thread = of(params.thread);
      world.note(thread, "reopened", { was: thread.detail.status, note: null });
      return response(200).json(world.change(thread, { status: "open", snoozedUntil: null }));
    }),
    http.post("/api/v1/threads/{thread}/notes", async ({ params, request, response }) => {
      const thread = of(params.thread);
      world.note(thread, "noted", { text: (await request.json()).text });
      return response(201).json(world.change(thread, {}));
    }),
    http.post("/api/v1/threads/{thread}/snooze", async ({ params, request, response }) => {
      const thread = of(params.thread);
      const { until } = await request.json();
      world.note(thread, "snoozed", { until });
      return response(200).json(world.change(thread, { status: "snoozed", snoozedUntil: until }));
    }),
    http.post("/api/v1/threads/{thread}/unread", ({ params, response }) => {
      const thread = of(params.thread);
      return response(200).json(world.change(thread, { unread: Math.max(1, thread.detail.unread) }));
    }),
    http.post("/api/v1/threads/{thread}/read", ({ params, response }) =>
      response(200).json(world.change(of(params.thread), { unread: 0 })),
    ),
    http.post("/api/v1/threads/{thread}/tags", async ({ params, request, response }) => {
      const thread = of(params.thread);
      const { add = [], remove = [] } = await request.json();
      world.note(thread, "tagged", { add, remove });
      const tags = [...new Set([...thread.detail.tags, ...add])].filter((tag) => !remove.includes(tag)).sort();
      return response(200).json(world.change(thread, { tags }));
    }),
    http.post("/api/v1/threads/{thread}/labels", async ({ params, request, response }) => {
      const thread = of(params.thread);
      const { topic, urgency, language } = await request.json();
      if (topic != null && !TOPICS.includes(topic))
        refuse(shaped(422, "topic_unknown", "The rules have no such topic."));
      const from = labelsOf(thread.detail);
      const to = {
        ...(topic != null && { topic }),
        ...(urgency != null && { urgency }),
        ...(language != null && { language }),
      };
      world.note(thread, "corrected", { from, to: { ...from, ...to } });
      return response(200).json(world.change(thread, { ...to, labelSource: "teammate" }));
    }),
    http.post("/api/v1/threads/{thread}/reassign", async ({ params, request, response }) => {
      const thread = of(params.thread);
      const { teammateId, teamId, note = null } = await request.json();
      const owner = ownerCalled(teammateId, teamId);
      world.note(thread, "reassigned", { from: ownerOf(thread.detail), to: ownerOf({ owner }), note });
      return response(200).json(world.change(thread, { owner }));
    }),
  ];
}

function ownerCalled(teammateId?: string | null, teamId?: string | null): ThreadItem["owner"] {
  const teammate = TEAMMATES.find((one) => one.id === teammateId);
  if (teammate !== undefined) return { type: "teammate", id: teammate.id, name: teammate.name };
  const team = TEAMS.find((one) => one.id === teamId);
  return team === undefined
    ? { type: "unassigned", id: null, name: null }
    : { type: "team", id: team.id, name: team.name };
}

/** The last of all, by pages towards the first. */
function newest<T>(all: readonly T[], cursor: string | null, limit: unknown): Page<T> {
  const end = Number(cursor ?? all.length);
  const start = Math.max(0, end - Number(limit ?? 20));
  return page(all.slice(start, end), start > 0 ? `${start}` : null);
}

function listed(played: Played, query: ThreadQuery): Page<ListItem> {
  const queue = query.status === "closed" || query.status === "snoozed" ? query.status : (query.queue ?? "all");
  const all = played.world
    .rows()
    .filter((item) => belongs(item, queue, "tm_ines", query.surface ?? null))
    .sort(compare);
  const from = Number(query.cursor ?? 0);
  const limit = Number(query.limit ?? 20);
  const answer = page(all.slice(from, from + limit), from + limit < all.length ? `${from + limit}` : null);
  answer.meta.failedAccounts = failing(played);
  return answer;
}

function failing({ failedAccount }: Played): FailedAccount[] {
  const error =
    "The platform no longer accepts the account's token, so nothing can be sent. Connect the account " +
    "again with a new one.";
  return failedAccount
    ? [{ accountId: "acc_fb", platform: "facebook", name: "Fern & Fable", code: "token_expired", error }]
    : [];
}

function counts(items: ThreadItem[]): { queue: string; waiting: number }[] {
  const waiting = new Map<string, number>();
  for (const { status, owner, needsAnswer } of items) {
    const queue = owner.id ?? "unassigned";
    if (status === "open" && needsAnswer) waiting.set(queue, (waiting.get(queue) ?? 0) + 1);
  }
  return [...waiting].map(([queue, count]) => ({ queue, waiting: count }));
}
