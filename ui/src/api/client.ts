/** The HTTP API, one function per operation the inbox uses. Errors are problem documents or "no answer". */
import type {
  AuditItem,
  CountsItem,
  LabelRequest,
  MediaItem,
  MessageItem,
  Page,
  Problem,
  ReassignRequest,
  ReplyItem,
  ReplyRequest,
  Resolution,
  SearchItem,
  SessionItem,
  SetupRequest,
  StatusRequest,
  TagsRequest,
  TeamItem,
  TeammateItem,
  TemplateItem,
  ThreadDetail,
  ThreadItem,
  ThreadQuery,
  TopicItem,
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

export interface Ask {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  file?: Blob;
  query?: Record<string, string | undefined>;
  signal?: AbortSignal | undefined;
}

const PATIENCE_MS = 30_000;

export class Client {
  /** Called when the session has ended. */
  onSignedOut: () => void = () => {};

  /** What is asked for waits until then, but for the session. */
  gate: Promise<void> | null = null;

  constructor(private readonly send: typeof fetch = (...args) => fetch(...args)) {}

  session = () => this.json<SessionItem>("session");
  signIn = (token: string) => this.json<SessionItem>("session", { method: "POST", body: { token } });
  seenLinks = () => this.json<void>("session/links/seen", { method: "POST", body: {} });
  signOut = () => this.json<void>("session", { method: "DELETE" });
  setUp = (body: SetupRequest) => this.json<SessionItem>("setup", { method: "POST", body });

  threads = (query: ThreadQuery, signal?: AbortSignal) =>
    this.json<Page<ThreadItem>>("threads", { query: { ...query }, signal });
  counts = () => this.json<CountsItem>("threads/counts");
  search = (q: string, cursor?: string, signal?: AbortSignal) =>
    this.json<Page<SearchItem>>("search", { query: { q, cursor }, signal });
  thread = (id: string, signal?: AbortSignal) => this.json<ThreadDetail>(at(id), { signal });
  messages = (id: string, query: { cursor?: string | undefined; limit?: string }, signal?: AbortSignal) =>
    this.json<Page<MessageItem>>(at(id, "messages"), { query, signal });
  audit = (id: string, cursor?: string, signal?: AbortSignal) =>
    this.json<Page<AuditItem>>(at(id, "audit"), { query: { cursor, limit: "100" }, signal });

  reply = (id: string, body: ReplyRequest) => this.post<ReplyItem>(at(id, "replies"), body);
  readReply = (id: string, reply: string) => this.json<ReplyItem>(at(id, `replies/${encodeURIComponent(reply)}`));
  resolve = (id: string, reply: string, outcome: Resolution, attempts: number) =>
    this.post<ReplyItem>(at(id, `replies/${encodeURIComponent(reply)}/resolve`), { outcome, attempts });

  reassign = (id: string, body: ReassignRequest) => this.post<ThreadItem>(at(id, "reassign"), body);
  close = (id: string, body: StatusRequest = {}) => this.post<ThreadItem>(at(id, "close"), body);
  reopen = (id: string) => this.post<ThreadItem>(at(id, "reopen"), {});
  note = (id: string, text: string) => this.post<ThreadItem>(at(id, "notes"), { text });
  snooze = (id: string, until: string) => this.post<ThreadItem>(at(id, "snooze"), { until });
  label = (id: string, body: LabelRequest) => this.post<ThreadItem>(at(id, "labels"), body);
  tag = (id: string, body: TagsRequest) => this.post<ThreadItem>(at(id, "tags"), body);
  markUnread = (id: string) => this.post<ThreadItem>(at(id, "unread"), {});
  markRead = (id: string, version: number) => this.post<ThreadItem>(at(id, "read"), { version });

  teammates = () => this.json<Page<TeammateItem>>("teammates");
  teams = () => this.json<Page<TeamItem>>("teams");
  topics = () => this.json<Page<TopicItem>>("topics");
  templates = () => this.json<Page<TemplateItem>>("templates");
  upload = (file: File) => this.json<MediaItem>("media", { method: "POST", file, query: { name: file.name } });

  /** For pages that are fetched apart: what they ask, they know themselves. */
  get = <T>(path: string) => this.json<T>(path);

  post<T>(path: string, body: unknown): Promise<T> {
    return this.json<T>(path, { method: "POST", body });
  }

  /** Any other operation: pages beside the inbox name their own. */
  async json<T>(path: string, ask: Ask = {}): Promise<T> {
    const answer = await this.ask(path, ask);
    if (answer.ok) {
      if (answer.status === 204) return undefined as T;
      try {
        return (await answer.json()) as T;
      } catch {
        throw new NoAnswer("The server's answer broke off. Check your connection and try again.");
      }
    }
    const problem = await problemOf(answer);
    if (answer.status === 401 && path !== "session") this.onSignedOut();
    throw new Refusal(problem);
  }

  private async ask(path: string, { method = "GET", body, file, query, signal }: Ask): Promise<Response> {
    if (method === "GET" && path !== "session") await this.gate;
    const headers: Record<string, string> = { accept: "application/json" };
    const init: RequestInit = { method, headers, credentials: "same-origin" };
    if (file !== undefined) {
      headers["content-type"] = file.type === "" ? "application/octet-stream" : file.type;
      init.body = file;
    } else if (body !== undefined) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    const limit = file === undefined ? AbortSignal.timeout(PATIENCE_MS) : undefined;
    const signals = [signal, limit].filter((one) => one !== undefined);
    if (signals.length > 0) init.signal = AbortSignal.any(signals);
    try {
      return await this.send(`/api/v1/${path}${queryString(query)}`, init);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new NoAnswer("The server cannot be reached. Check your connection and try again.");
    }
  }
}

/** Whether a request was given up on purpose. */
export function abandoned(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function at(id: string, rest?: string): string {
  return `threads/${encodeURIComponent(id)}${rest === undefined ? "" : `/${rest}`}`;
}

function queryString(query: Record<string, string | undefined> = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, value);
  const text = given.toString();
  return text === "" ? "" : `?${text}`;
}

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
