/** The API as a browser on the inbox's own page uses it: one session, its cookie kept. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { AuditItem, MessageItem, Page, PostItem, Problem, ReplyItem, ThreadDetail, ThreadItem } from "./types.ts";

export type Answer<T> = { status: number; body: T; headers: Headers; text: string };

/** A name for a reply, as clients make it. */
export const newReplyId = (): string => `rpl_${randomBytes(16).toString("hex")}`;

export class Session {
  cookie: string | undefined;

  constructor(
    readonly url: string,
    readonly name = "nobody",
  ) {}

  async ask<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const raw = body instanceof Uint8Array;
    const response = await fetch(this.url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(body === undefined || raw ? {} : { "content-type": "application/json" }),
        ...(this.cookie ? { cookie: this.cookie } : {}),
        // A kept connection may be closed by the server just as it is used again, after a pause of the machine.
        // Browsers then ask again; this does not.
        connection: "close",
        ...headers,
      },
      ...(body === undefined
        ? {}
        : {
            body: raw ? (body.slice().buffer as ArrayBuffer) : typeof body === "string" ? body : JSON.stringify(body),
          }),
    });
    const set = response.headers.getSetCookie().find((one) => one.startsWith("__Host-sid="));
    if (set) this.cookie = set.split(";")[0];
    const text = await response.text();
    const json = (response.headers.get("content-type") ?? "").includes("json");
    return {
      status: response.status,
      body: (json && text ? JSON.parse(text) : undefined) as T,
      headers: response.headers,
      text,
    };
  }

  /** Asks below `/api/v1` and insists on one of these statuses. */
  private async must<T>(method: string, path: string, body: unknown, allowed: number[]): Promise<T> {
    const answer = await this.ask<T>(method, `/api/v1${path}`, body);
    assert.ok(allowed.includes(answer.status), `${method} ${path}: ${answer.status} ${answer.text.slice(0, 400)}`);
    return answer.body;
  }

  get<T = unknown>(path: string): Promise<T> {
    return this.must<T>("GET", path, undefined, [200]);
  }

  post<T = unknown>(path: string, body: unknown = {}): Promise<T> {
    return this.must<T>("POST", path, body, [200, 201, 202]);
  }

  put<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.must<T>("PUT", path, body, [200]);
  }

  /** Asks for something that must be refused, with this status and code. */
  async refused(status: number, code: string, method: string, path: string, body?: unknown): Promise<Problem> {
    const answer = await this.ask<Problem>(method, `/api/v1${path}`, body);
    assert.equal(
      `${answer.status} ${answer.body?.code}`,
      `${status} ${code}`,
      `${method} ${path}: ${answer.text.slice(0, 400)}`,
    );
    assert.match(answer.headers.get("content-type") ?? "", /application\/problem\+json/);
    return answer.body;
  }

  async signIn(link: string): Promise<this> {
    const token = new URL(link).hash.replace("#token=", "");
    await this.post("/session", { token });
    return this;
  }

  /** Every item of a list, page by page. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor = ""; ;) {
      const sign = path.includes("?") ? "&" : "?";
      const page: Page<T> = await this.get(`${path}${cursor ? `${sign}cursor=${cursor}` : ""}`);
      items.push(...page.items);
      if (!page.pagination.nextCursor) return items;
      cursor = encodeURIComponent(page.pagination.nextCursor);
    }
  }

  async threads(query = "queue=all"): Promise<ThreadItem[]> {
    const items = await this.all<ThreadItem | PostItem>(`/threads?limit=100&${query}`);
    return items.filter((item) => item.kind === "thread");
  }

  /** The posts of a list, among its threads. */
  async posts(query = "queue=all"): Promise<PostItem[]> {
    const items = await this.all<ThreadItem | PostItem>(`/threads?limit=100&${query}`);
    return items.filter((item) => item.kind === "post");
  }

  thread(id: string): Promise<ThreadDetail> {
    return this.get(`/threads/${id}`);
  }

  /** The messages of a thread, oldest first. */
  async messages(id: string): Promise<MessageItem[]> {
    const pages: MessageItem[][] = [];
    for (let cursor = ""; ;) {
      const page: Page<MessageItem> = await this.get(
        `/threads/${id}/messages?limit=100${cursor ? `&cursor=${cursor}` : ""}`,
      );
      pages.unshift(page.items);
      if (!page.pagination.nextCursor) return pages.flat();
      cursor = encodeURIComponent(page.pagination.nextCursor);
    }
  }

  /** The history of a thread, oldest first. */
  async audit(id: string): Promise<AuditItem[]> {
    return (await this.all<AuditItem>(`/threads/${id}/audit?limit=100`)).reverse();
  }

  /** Writes a reply to the thread as it stands now. */
  async reply(id: string, text: string, more: Record<string, unknown> = {}): Promise<ReplyItem> {
    const { version } = await this.thread(id);
    return this.post(`/threads/${id}/replies`, { replyId: newReplyId(), text, expectedVersion: version, ...more });
  }

  replyState(thread: string, reply: string): Promise<ReplyItem> {
    return this.get(`/threads/${thread}/replies/${reply}`);
  }
}
