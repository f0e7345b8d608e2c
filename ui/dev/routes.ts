/** The played API's routes. */
import type {
  FailedAccount,
  Page,
  Problem,
  ReplyRequest,
  Resolution,
  ThreadItem,
  ThreadQuery,
} from "../src/api/types.ts";
import { belongs, compare } from "../src/state/queues.ts";
import { picture } from "./pictures.ts";
import { labelsOf, ownerOf, SESSION, TEAMMATES, TEAMS, TEMPLATES, TOPICS, World, type Fate } from "./world.ts";

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Buffer;
  type: string;
}

export interface Answer {
  status: number;
  json?: unknown;
  bytes?: { type: string; data: Buffer };
  /** Never answer. */
  hang?: boolean;
  waitMs?: number;
}

export type Weather = "fine" | "slowList" | "broken" | "signedOut" | "new";

/** One played server: its world, and how it behaves right now. */
export class Played {
  world = new World(150);
  weather: Weather = "fine";
  /** Cuts every live connection. */
  onDrop: () => void = () => {};
  readonly replies = new Map<string, string>();
  private media = new Map<string, { type: string; data: Buffer }>();

  answer(asked: Asked): Answer {
    if (asked.path === "/__play") return this.play(json(asked));
    if (this.weather === "slowList" && asked.path.startsWith("/api/v1/threads")) return { status: 200, hang: true };
    if (this.weather === "broken" && !asked.path.endsWith("/session"))
      return problem(503, "unavailable", "The inbox is being moved and will be back in a minute.");
    const parts = asked.path.replace("/api/v1/", "").split("/").map(decodeURIComponent);
    return this.route(asked, parts);
  }

  private play(order: {
    weather?: Weather;
    fate?: Fate;
    empty?: boolean;
    write?: { thread: string; text: string };
    reset?: boolean;
    failedAccount?: boolean;
    drop?: boolean;
  }): Answer {
    if (order.reset) Object.assign(this.world, { threads: new World(150).threads, fate: "sent" });
    if (order.weather !== undefined) this.weather = order.weather;
    if (order.fate !== undefined) this.world.fate = order.fate;
    if (order.empty) this.world.threads.clear();
    if (order.failedAccount !== undefined) this.failedAccount = order.failedAccount;
    if (order.drop) this.onDrop();
    const held = order.write === undefined ? undefined : this.world.threads.get(order.write.thread);
    if (held !== undefined && order.write !== undefined) this.world.customerWrites(held, order.write.text);
    return { status: 204 };
  }

  private failedAccount = false;

  private route(asked: Asked, [first, second, third, fourth, fifth]: (string | undefined)[]): Answer {
    const { method } = asked;
    switch (first) {
      case "session":
        if (method === "DELETE") this.weather = "signedOut";
        if (method === "DELETE") return { status: 204 };
        if (method === "POST") return this.signIn(json<{ token: string }>(asked).token);
        return this.weather === "signedOut" || this.weather === "new"
          ? problem(401, "signed_out", "Sign in first.")
          : ok(SESSION);
      case "setup":
        if (this.weather !== "new")
          return problem(410, "already_set_up", "This installation has an owner already. Ask them for a sign-in link.");
        if (json<{ setupToken: string }>(asked).setupToken !== "let-me-in")
          return { ...problem(403, "setup_token_wrong", "This is not the setup token of this installation.") };
        this.weather = "fine";
        return { status: 201, json: SESSION };
      case "teammates":
        return ok(page(TEAMMATES));
      case "teams":
        return ok(page(TEAMS));
      case "templates":
        return ok(page(TEMPLATES));
      case "topics":
        return ok(
          page(TOPICS.map((topic) => ({ id: topic, description: `Everything about ${topic.replace("-", " ")}.` }))),
        );
      case "search":
        return this.search(asked.query.get("q") ?? "");
      case "media":
        return method === "POST" ? this.upload(asked) : this.file(second ?? "");
      case "threads":
        if (second === "counts") return ok({ queues: this.counts(), failedAccounts: this.failing() });
        if (second === undefined) return ok(this.list(Object.fromEntries(asked.query)));
        return this.thread(asked, second, third, fourth, fifth);
      default:
        return problem(404, "not_found", "There is nothing here.");
    }
  }

  private signIn(token: string): Answer {
    if (token !== "welcome")
      return problem(401, "link_spent", "This link was used before or has run out. Ask for a new one.");
    this.weather = "fine";
    return { status: 201, json: SESSION };
  }

  private list(query: ThreadQuery): Page<ThreadItem> {
    const queue = query.status === "closed" || query.status === "snoozed" ? query.status : (query.queue ?? "all");
    const all = this.world
      .items()
      .filter((item) => belongs(item, queue, "tm_ines"))
      .sort(compare);
    const from = Number(query.cursor ?? 0);
    const limit = Number(query.limit ?? 20);
    const answer = page(all.slice(from, from + limit), from + limit < all.length ? `${from + limit}` : null);
    answer.meta.failedAccounts = this.failing();
    return answer;
  }

  private failing(): FailedAccount[] {
    const error =
      "The platform no longer accepts the account's token, so nothing can be sent. Connect the account " +
      "again with a new one.";
    return this.failedAccount
      ? [{ accountId: "acc_fb", platform: "facebook", name: "Fern & Fable", code: "token_expired", error }]
      : [];
  }

  private counts(): { queue: string; waiting: number }[] {
    const waiting = new Map<string, number>();
    for (const { status, owner, needsAnswer } of this.world.items()) {
      const queue = owner.id ?? "unassigned";
      if (status === "open" && needsAnswer) waiting.set(queue, (waiting.get(queue) ?? 0) + 1);
    }
    return [...waiting].map(([queue, count]) => ({ queue, waiting: count }));
  }

  private search(q: string): Answer {
    const words = q
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
    const shown = (excerpt: string) => ({
      excerpt,
      highlights: words
        .map((word) => ({
          start: excerpt.toLowerCase().indexOf(word),
          end: excerpt.toLowerCase().indexOf(word) + word.length,
        }))
        .sort((a, b) => a.start - b.start),
    });
    const threads = this.world.items();
    const people = threads
      .filter((thread) => has(thread.contact.name))
      .map((thread) => ({
        thread,
        found: "contact",
        messageId: null,
        direction: null,
        at: thread.lastMessageAt,
        ...shown(thread.contact.name),
      }));
    const said = [...this.world.threads.values()].flatMap(({ detail, messages }) =>
      messages
        .filter((message) => has(message.text ?? ""))
        .map((message) => ({
          thread: threads.find((item) => item.id === detail.id),
          found: "message",
          messageId: message.id,
          direction: message.direction,
          at: message.at,
          ...shown(message.text ?? ""),
        })),
    );
    return ok(page([...people.slice(0, 5), ...said.slice(0, 20)]));
  }

  private thread(asked: Asked, id: string, what?: string, reply?: string, resolve?: string): Answer {
    const held = this.world.threads.get(id);
    if (held === undefined) return problem(404, "thread_unknown", "There is no such thread. It may have been erased.");
    const body = asked.method === "POST" ? json<Record<string, unknown>>(asked) : {};
    const { world } = this;
    switch (what) {
      case undefined:
        return ok(held.detail);
      case "messages":
      case "audit": {
        const all: readonly unknown[] = what === "messages" ? held.messages : held.audit;
        const end = Number(asked.query.get("cursor") ?? all.length);
        const start = Math.max(0, end - Number(asked.query.get("limit") ?? 20));
        const items = all.slice(start, end);
        return ok(page(what === "messages" ? items : [...items].reverse(), start > 0 ? `${start}` : null));
      }
      case "replies":
        if (reply === undefined) return this.reply(id, body as unknown as ReplyRequest);
        if (resolve === undefined) return this.found(id, reply);
        return { status: 202, json: world.resolve(held, reply, body["outcome"] as Resolution) };
      case "close":
        world.note(held, "closed", { note: null });
        return ok(world.change(held, { status: "closed", dueAt: null, unread: 0 }));
      case "reopen":
        world.note(held, "reopened", { was: held.detail.status, note: null });
        return ok(world.change(held, { status: "open", snoozedUntil: null }));
      case "notes":
        world.note(held, "noted", { text: body["text"] });
        return { status: 201, json: world.change(held, {}) };
      case "snooze":
        world.note(held, "snoozed", { until: body["until"] });
        return ok(world.change(held, { status: "snoozed", snoozedUntil: body["until"] as string }));
      case "unread":
        return ok(world.change(held, { unread: Math.max(1, held.detail.unread) }));
      case "read":
        return ok(world.change(held, { unread: 0 }));
      case "tags": {
        const [add, remove] = [body["add"] as string[], body["remove"] as string[]];
        world.note(held, "tagged", { add, remove });
        return ok(
          world.change(held, {
            tags: [...new Set([...held.detail.tags, ...add])].filter((tag) => !remove.includes(tag)).sort(),
          }),
        );
      }
      case "labels": {
        if (body["topic"] !== undefined && !TOPICS.includes(body["topic"] as string))
          return problem(422, "topic_unknown", "The rules have no such topic.");
        const from = labelsOf(held.detail);
        world.note(held, "corrected", { from, to: { ...from, ...body } });
        return ok(world.change(held, { ...body, labelSource: "teammate" }));
      }
      case "reassign": {
        const teammate = TEAMMATES.find((one) => one.id === body["teammateId"]);
        const team = TEAMS.find((one) => one.id === body["teamId"]);
        const owner: ThreadItem["owner"] = teammate
          ? { type: "teammate", id: teammate.id, name: teammate.name }
          : team
            ? { type: "team", id: team.id, name: team.name }
            : { type: "unassigned", id: null, name: null };
        world.note(held, "reassigned", {
          from: ownerOf(held.detail),
          to: ownerOf({ owner }),
          note: body["note"] ?? null,
        });
        return ok(world.change(held, { owner }));
      }
      default:
        return problem(404, "not_found", "There is nothing here.");
    }
  }

  private reply(id: string, request: ReplyRequest): Answer {
    const held = this.world.threads.get(id)!;
    const same = JSON.stringify([request.text, request.attachments, request.replyTo]);
    const before = this.replies.get(request.replyId);
    if (before === same) return this.found(id, request.replyId, 202);
    if (before !== undefined) return problem(409, "reply_id_reused", "This reply was sent already with other words.");
    if (this.world.fate === "changed") {
      this.world.fate = "sent";
      this.world.customerWrites(held, "Wait, I found it! It was behind the sofa all along.");
    }
    if (this.world.fate === "hang") {
      this.world.fate = "sent";
      return { status: 0, hang: true };
    }
    if (request.expectedVersion < held.detail.version) {
      const since = held.messages.filter(
        (message) => Date.parse(message.at) > Date.now() - 2000 && message.direction === "incoming",
      );
      return {
        status: 409,
        json: {
          ...shaped(409, "thread_changed", "The customer wrote while you were writing. Read it, then send again."),
          version: held.detail.version,
          since,
        },
      };
    }
    this.replies.set(request.replyId, same);
    return { status: 202, json: this.world.reply(held, request) };
  }

  private found(id: string, replyId: string, status = 200): Answer {
    const held = this.world.threads.get(id)!;
    const message = held.messages.find((one) => one.replyId === replyId);
    if (message === undefined) return problem(404, "reply_unknown", "There is no such reply.");
    return { status, json: { replyId, status: message.status, message, version: held.detail.version } };
  }

  private upload({ body, type, query }: Asked): Answer {
    const id = `med_up${this.media.size}`;
    this.media.set(id, { type, data: body });
    return {
      status: 201,
      json: { id, mime: type, name: query.get("name"), size: body.length, url: `/api/v1/media/${id}` },
    };
  }

  private file(id: string): Answer {
    return { status: 200, bytes: this.media.get(id) ?? picture(id) };
  }
}

function ok(value: unknown): Answer {
  return { status: 200, json: value };
}

function page<T>(items: T[], nextCursor: string | null = null): Page<T> {
  return {
    items,
    pagination: { hasMore: nextCursor !== null, nextCursor },
    meta: { accountsQueried: 4, accountsFailed: 0, failedAccounts: [], lastUpdated: new Date().toISOString() },
  };
}

function shaped(status: number, code: string, detail: string): Problem {
  return { type: "about:blank", title: code, status, code, detail };
}

function problem(status: number, code: string, detail: string): Answer {
  return { status, json: shaped(status, code, detail) };
}

function json<T = Record<string, never>>(asked: Asked): T {
  return JSON.parse(asked.body.length === 0 ? "{}" : asked.body.toString("utf8")) as T;
}
