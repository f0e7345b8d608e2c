import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Fault } from "./faults.ts";

export interface Call {
  method: string;
  path: string;
  /** The path as it was sent, percent-encoding kept, without the query. */
  rawPath: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Buffer;
  req: IncomingMessage;
  res: ServerResponse;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** An object becomes JSON. */
  body?: unknown;
}

/** One request understood: which endpoint it is, and what carries it out. */
export interface Route {
  /** Names by which faults and the request log know the endpoint, most exact first. */
  endpoint: readonly string[];
  run: () => Answer | Promise<Answer>;
  /** The answer of a documented error by name, for the fault `error`. */
  error?: (name: string, retryAfter?: number) => Answer;
  /** The answer of a stand-in's own fault. */
  special?: (name: string) => Answer | Promise<Answer>;
  /** Takes the message id out of an answer, for the fault `no-id`. */
  withoutId?: (answer: Answer) => Answer;
  /** The path as it may be logged: without a token. */
  logPath?: string;
}

export interface LogEntry {
  at: number;
  platform: string;
  endpoint: string;
  method: string;
  path: string;
  status: number | "dropped" | "hung";
  fault?: string;
  body?: unknown;
}

const BODY_LIMIT = 120 * 1024 * 1024;

export async function readBody(req: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of req) {
    size += (part as Buffer).length;
    if (size > BODY_LIMIT) throw new Error("body too large");
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export function write(res: ServerResponse, answer: Answer): void {
  if (res.destroyed || res.headersSent) return;
  const { body } = answer;
  const headers: Record<string, string> = { ...answer.headers };
  let bytes: Buffer;
  if (Buffer.isBuffer(body)) bytes = body;
  else if (typeof body === "string") bytes = Buffer.from(body);
  else if (body === undefined) bytes = Buffer.alloc(0);
  else {
    bytes = Buffer.from(JSON.stringify(body));
    headers["content-type"] ??= "application/json; charset=UTF-8";
  }
  headers["content-length"] = String(bytes.length);
  res.writeHead(answer.status, headers);
  res.end(bytes);
}

/** Runs a route under a fault and answers it, or leaves it unanswered. Returns what the log shows. */
export async function answer(call: Call, route: Route, fault: Fault | undefined): Promise<LogEntry["status"]> {
  const { res } = call;
  const reply = (a: Answer): number => {
    write(res, a);
    return a.status;
  };
  switch (fault?.kind) {
    case undefined:
      return reply(await route.run());
    case "status":
      if (fault.accept) await route.run();
      return reply({ status: fault.status, headers: fault.headers, body: fault.body });
    case "error": {
      const made = route.error?.(fault.name, fault.retryAfter);
      if (!made) throw new Error(`no documented error named ${fault.name} here`);
      return reply(made);
    }
    case "drop-before":
      call.req.socket.destroy();
      return "dropped";
    case "drop-after":
      await route.run();
      call.req.socket.destroy();
      return "dropped";
    case "hang":
      if (fault.accept !== false) await route.run();
      return "hung";
    case "no-id": {
      const full = await route.run();
      return reply(route.withoutId ? route.withoutId(full) : { ...full, body: {} });
    }
    case "html": {
      if (fault.accept !== false) await route.run();
      const body = "<!doctype html><title>Please wait</title><p>One moment, we are checking your connection.</p>";
      return reply({ status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body });
    }
    case "malformed": {
      const full = await route.run();
      const text = JSON.stringify(full.body ?? {});
      return reply({
        status: full.status,
        headers: { "content-type": "application/json" },
        body: text.slice(0, Math.ceil(text.length / 2)),
      });
    }
    case "slow":
      await sleep(fault.ms);
      return reply(await route.run());
    case "special":
      if (!route.special) throw new Error(`no special fault ${fault.name} here`);
      return reply(await route.special(fault.name));
  }
}

/** A server on 127.0.0.1 and, where there is one, ::1, so that `localhost` works whichever way it resolves. */
export class Listener {
  private servers: Server[] = [];
  private sockets = new Set<Socket>();
  port = 0;

  constructor(private readonly handle: (req: IncomingMessage, res: ServerResponse) => void) {}

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async start(port: number): Promise<void> {
    for (let tries = 0; ; tries++) {
      await this.listen("127.0.0.1", port);
      try {
        await this.listen("::1", this.port);
        return;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code !== "EADDRINUSE") return;
        if (port !== 0 || tries > 10) throw error;
        await this.stop();
      }
    }
  }

  private async listen(host: string, port: number): Promise<void> {
    const server = createServer(this.handle);
    server.keepAliveTimeout = 30_000;
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    await new Promise<void>((done, fail) => {
      server.once("error", fail);
      server.listen(port, host, () => done());
    });
    this.port = (server.address() as AddressInfo).port;
    this.servers.push(server);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.map((s) => new Promise<void>((done) => s.close(() => done()))));
    this.servers = [];
  }
}

export function toCall(req: IncomingMessage, res: ServerResponse, body: Buffer): Call {
  const [rawPath = "/", rawQuery = ""] = (req.url ?? "/").split("?", 2);
  let path = rawPath;
  try {
    path = decodeURIComponent(rawPath);
  } catch {
    /* a path that is not valid percent-encoding stays as it was sent */
  }
  return {
    method: req.method ?? "GET",
    path,
    rawPath,
    query: new URLSearchParams(rawQuery),
    headers: req.headers,
    body,
    req,
    res,
  };
}
