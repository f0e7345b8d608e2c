/**
 * The HTTP API, typed by its description (`schema.gen.ts`, by openapi-fetch). What is no success is thrown: a refusal
 * with its problem document, or "no answer".
 */
import createClient from "openapi-fetch";
import type { paths } from "./schema.gen.ts";
import type {
  BulkRequest,
  CommentsModerationRequest,
  CommentsQuery,
  LabelRequest,
  ListItem,
  ModerationAction,
  Page,
  Problem,
  ReassignRequest,
  ReplyRequest,
  Resolution,
  SetupRequest,
  StatusRequest,
  TagsRequest,
  ThreadQuery,
} from "./types.ts";

/** The server answered, and said no. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }
}

/** No usable answer came: what was asked may or may not have been done. */
export class NoAnswer extends Error {}

/** What a person is told about any failure. */
export function explain(error: unknown): string {
  if (error instanceof Refusal) return error.problem.detail;
  if (error instanceof NoAnswer) return error.message;
  return "Something went wrong in this page. Reload it and try again.";
}

/** What an operation answers with. Whatever is no success was thrown before. */
export async function answerOf<T>(call: Promise<{ data?: T }>): Promise<T> {
  try {
    return (await call).data as T;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw new NoAnswer("The server's answer broke off. Check your connection and try again.");
    }
    throw error;
  }
}

const TIMEOUT_MS = 30_000;
const SESSION = "/api/v1/session";
const MEDIA = "/api/v1/media";

export class Client {
  /** Called when the session has ended. */
  onSignedOut: () => void = () => {};

  /** What is asked for waits until then, but for the session. */
  gate: Promise<void> | null = null;

  /** Every operation: pages beside the inbox name their own. */
  readonly api = createClient<paths>({ fetch: (request) => this.ask(request), credentials: "same-origin" });

  constructor(private readonly send: typeof fetch = (...args) => fetch(...args)) {}

  session = () => answerOf(this.api.GET(SESSION));
  signIn = (token: string) => answerOf(this.api.POST(SESSION, { body: { token } }));
  seenLinks = () => answerOf(this.api.POST("/api/v1/session/links/seen"));
  signOut = () => answerOf(this.api.DELETE(SESSION));
  setUp = (body: SetupRequest) => answerOf(this.api.POST("/api/v1/setup", { body }));

  threads = (query: ThreadQuery, signal?: AbortSignal): Promise<Page<ListItem>> =>
    answerOf(this.api.GET("/api/v1/threads", { params: { query }, ...by(signal) }));
  counts = () => answerOf(this.api.GET("/api/v1/threads/counts"));
  search = (q: string, cursor?: string, signal?: AbortSignal) =>
    answerOf(this.api.GET("/api/v1/search", { params: { query: { q, ...from(cursor) } }, ...by(signal) }));
  thread = (id: string) => answerOf(this.api.GET("/api/v1/threads/{thread}", of(id)));
  messages = (thread: string, limit: number, cursor?: string) =>
    answerOf(
      this.api.GET("/api/v1/threads/{thread}/messages", {
        params: { path: { thread }, query: { limit, ...from(cursor) } },
      }),
    );
  context = (id: string) => answerOf(this.api.GET("/api/v1/threads/{thread}/context", of(id)));
  audit = (thread: string, cursor?: string) =>
    answerOf(
      this.api.GET("/api/v1/threads/{thread}/audit", {
        params: { path: { thread }, query: { limit: 100, ...from(cursor) } },
      }),
    );

  post = (id: string) => answerOf(this.api.GET("/api/v1/posts/{post}", under(id)));
  comments = (post: string, query: CommentsQuery, signal?: AbortSignal) =>
    answerOf(this.api.GET("/api/v1/posts/{post}/comments", { params: { path: { post }, query }, ...by(signal) }));
  changeComments = (post: string, body: BulkRequest) =>
    answerOf(this.api.POST("/api/v1/posts/{post}/comments/bulk", { ...under(post), body }));
  moderateComments = (post: string, body: CommentsModerationRequest) =>
    answerOf(this.api.POST("/api/v1/posts/{post}/comments/moderation", { ...under(post), body }));
  stopModeration = (post: string) => answerOf(this.api.DELETE("/api/v1/posts/{post}/comments/moderation", under(post)));
  closePost = (id: string) => answerOf(this.api.POST("/api/v1/posts/{post}/close", under(id)));
  reopenPost = (id: string) => answerOf(this.api.POST("/api/v1/posts/{post}/reopen", under(id)));

  reply = (id: string, body: ReplyRequest) =>
    answerOf(this.api.POST("/api/v1/threads/{thread}/replies", { ...of(id), body }));
  readReply = (thread: string, reply: string) =>
    answerOf(this.api.GET("/api/v1/threads/{thread}/replies/{reply}", { params: { path: { thread, reply } } }));
  resolve = (thread: string, reply: string, outcome: Resolution, attempts: number) =>
    answerOf(
      this.api.POST("/api/v1/threads/{thread}/replies/{reply}/resolve", {
        params: { path: { thread, reply } },
        body: { outcome, attempts },
      }),
    );

  moderate = (thread: string, message: string, action: ModerationAction) =>
    answerOf(
      this.api.POST("/api/v1/threads/{thread}/messages/{message}/moderation", {
        params: { path: { thread, message } },
        body: { action },
      }),
    );

  reassign = (id: string, body: ReassignRequest) =>
    answerOf(this.api.POST("/api/v1/threads/{thread}/reassign", { ...of(id), body }));
  close = (id: string, body: StatusRequest = {}) =>
    answerOf(this.api.POST("/api/v1/threads/{thread}/close", { ...of(id), body }));
  reopen = (id: string) => answerOf(this.api.POST("/api/v1/threads/{thread}/reopen", { ...of(id), body: {} }));
  note = (id: string, text: string) =>
    answerOf(this.api.POST("/api/v1/threads/{thread}/notes", { ...of(id), body: { text } }));
  snooze = (id: string, until: string) =>
    answerOf(this.api.POST("/api/v1/threads/{thread}/snooze", { ...of(id), body: { until } }));
  label = (id: string, body: LabelRequest) =>
    answerOf(this.api.POST("/api/v1/threads/{thread}/labels", { ...of(id), body }));
  tag = (id: string, body: TagsRequest) =>
    answerOf(this.api.POST("/api/v1/threads/{thread}/tags", { ...of(id), body }));
  markUnread = (id: string) => answerOf(this.api.POST("/api/v1/threads/{thread}/unread", of(id)));
  markRead = (id: string, version: number) =>
    answerOf(this.api.POST("/api/v1/threads/{thread}/read", { ...of(id), body: { version } }));

  platforms = () => answerOf(this.api.GET("/api/v1/platforms"));
  teammates = () => answerOf(this.api.GET("/api/v1/teammates"));
  teams = () => answerOf(this.api.GET("/api/v1/teams"));
  topics = () => answerOf(this.api.GET("/api/v1/topics"));
  templates = () => answerOf(this.api.GET("/api/v1/templates"));
  upload = (file: File) =>
    answerOf(
      this.api.POST(MEDIA, {
        params: { query: { name: file.name } },
        headers: { "content-type": file.type === "" ? "application/octet-stream" : file.type },
        // What is sent are the file's own bytes, which the description can call no more than a text.
        body: "",
        fetch: (request) => this.ask(new Request(request, { body: file })),
      }),
    );

  private async ask(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname;
    if (request.method === "GET" && path !== SESSION) await this.gate;
    // A large file may take its time.
    const signals = path === MEDIA ? [request.signal] : [request.signal, AbortSignal.timeout(TIMEOUT_MS)];
    let answer: Response;
    try {
      answer = await this.send(request, { signal: AbortSignal.any(signals) });
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw new NoAnswer("The server cannot be reached. Check your connection and try again.");
    }
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    if (answer.status === 401 && path !== SESSION) this.onSignedOut();
    throw new Refusal(problem);
  }
}

/** Whether a request was given up on purpose. */
export function abandoned(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

const of = (thread: string) => ({ params: { path: { thread } } });
const under = (post: string) => ({ params: { path: { post } } });
const by = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
const from = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });

async function problemOf(answer: Response): Promise<Problem> {
  const shaped: unknown = await answer.json().catch(() => null);
  if (typeof shaped === "object" && shaped !== null && "detail" in shaped && "code" in shaped) {
    return { status: answer.status, ...(shaped as object) } as Problem;
  }
  return {
    type: "about:blank",
    title: "Unexpected answer",
    status: answer.status,
    code: answer.status >= 500 ? "unavailable" : "unexpected",
    detail: `The server had a problem (HTTP ${answer.status}). Try again in a moment.`,
  };
}
