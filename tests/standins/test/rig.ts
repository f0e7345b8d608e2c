import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startStandins, type Options, type Standins } from "../index.ts";

export interface Received {
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
  json: any;
}

/** A receiver in the Worker's place: records webhooks and answers as told. */
export class Receiver {
  readonly received: Received[] = [];
  /** Statuses for the next webhooks; 200 when empty. */
  answers: number[] = [];
  reply = "";
  private server: Server;

  constructor() {
    this.server = createServer(async (req, res) => {
      const parts: Buffer[] = [];
      for await (const p of req) parts.push(p as Buffer);
      const body = Buffer.concat(parts).toString("utf8");
      if (req.method === "GET") {
        const q = new URL(req.url ?? "/", "http://x").searchParams;
        const ok = q.get("hub.verify_token") === "standin-verify-token";
        res.writeHead(ok ? 200 : 403).end(ok ? q.get("hub.challenge") : "");
        return;
      }
      const status = this.answers.shift() ?? 200;
      this.received.push({ path: req.url ?? "", headers: req.headers, body, json: JSON.parse(body) });
      res.writeHead(status).end(status === 200 ? this.reply : "");
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, "127.0.0.1", () => done()));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export interface Rig {
  all: Standins;
  worker: Receiver;
  stop(): Promise<void>;
}

export async function rig(options: Options = {}): Promise<Rig> {
  const worker = new Receiver();
  const workerUrl = await worker.start();
  const all = await startStandins({ seed: "test", workerUrl, ...options });
  return {
    all,
    worker,
    stop: async () => {
      await all.stop();
      worker.stop();
    },
  };
}

export interface Reply {
  status: number;
  headers: Headers;
  body: any;
}

export async function post(url: string, body: unknown, token?: string): Promise<Reply> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  return reply(answer);
}

export async function get(url: string, token?: string): Promise<Reply> {
  return reply(await fetch(url, token ? { headers: { authorization: `Bearer ${token}` } } : {}));
}

async function reply(answer: Response): Promise<Reply> {
  const text = await answer.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    /* not every answer is JSON */
  }
  return { status: answer.status, headers: answer.headers, body };
}

export async function del(url: string, token: string): Promise<Reply> {
  return reply(await fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${token}` } }));
}
