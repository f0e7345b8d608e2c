/**
 * An HTTP/1.1 client that costs little, so that a machine with two cores measures the server: sockets kept open,
 * requests prepared beforehand, of an answer only its status and its length looked at.
 */
import { connect, type Socket } from "node:net";

export const request = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = "",
): Buffer => {
  const bytes = Buffer.from(body);
  const length = method === "GET" ? {} : { "content-length": String(bytes.length) };
  const lines = Object.entries({ host: "localhost", ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`), bytes]);
};

const END = Buffer.from("\r\n\r\n");

export class Connection {
  private buffer: Buffer = Buffer.alloc(0);
  private waiting: { done: (status: number) => void; fail: (error: Error) => void } | undefined;
  /** Why nothing can be asked by it any more: servers close what is idle for some seconds. */
  ended: Error | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.take(chunk));
    const end = (error?: Error) => {
      this.ended ??= error ?? new Error("the connection was closed");
      this.waiting?.fail(this.ended);
    };
    socket.on("error", end).on("close", () => end());
  }

  static open(port: number): Promise<Connection> {
    return new Promise((done, fail) => {
      const socket = connect(port, "127.0.0.1", () => done(new Connection(socket)));
      socket.once("error", fail);
    });
  }

  /** Sends one request and resolves with the status of its answer. */
  ask(bytes: Buffer): Promise<number> {
    return new Promise((done, fail) => {
      if (this.ended) return fail(this.ended);
      this.waiting = { done, fail };
      this.socket.write(bytes);
    });
  }

  private take(chunk: Buffer): void {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    const end = this.buffer.indexOf(END);
    if (end < 0) return;
    const head = this.buffer.toString("latin1", 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const body = this.buffer.subarray(end + 4);
    const complete =
      length === undefined ? body.subarray(-5).equals(Buffer.from("0\r\n\r\n")) : body.length >= Number(length);
    if (!complete) return;
    this.buffer = Buffer.alloc(0);
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting?.done(Number(head.slice(9, 12)));
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }
}

export const open = (port: number, count: number): Promise<Connection[]> =>
  Promise.all(Array.from({ length: count }, () => Connection.open(port)));

export type Closed = { requests: number; seconds: number; wrong: number };

/** As many requests as the server answers, each connection asking again when it is answered. */
export const closedLoop = async (
  port: number,
  bytes: Buffer,
  expected: number,
  seconds: number,
  connections = 16,
): Promise<Closed> => {
  const all = await open(port, connections);
  const begun = performance.now();
  const end = begun + seconds * 1000;
  let requests = 0;
  let wrong = 0;
  await Promise.all(
    all.map(async (one) => {
      while (performance.now() < end) {
        if ((await one.ask(bytes)) !== expected) wrong += 1;
        requests += 1;
      }
    }),
  );
  for (const one of all) one.close();
  return { requests, seconds: (performance.now() - begun) / 1000, wrong };
};

export type Opened = { latencies: number[]; wrong: number };

/**
 * Requests at a fixed rate, whatever the answers do. A latency counts from when the request was due, not from when it
 * could be sent.
 */
export const openLoop = async (
  port: number,
  bytes: Buffer,
  expected: number,
  rate: number,
  count: number,
): Promise<Opened> => {
  const idle = await open(port, 32);
  const latencies: number[] = [];
  let wrong = 0;
  let sent = 0;
  const flying = new Set<Promise<void>>();
  const begun = performance.now();
  const atHand = async () => {
    for (let one = idle.pop(); one; one = idle.pop()) if (!one.ended) return one;
    return Connection.open(port);
  };
  const send = async (due: number) => {
    const one = await atHand();
    try {
      if ((await one.ask(bytes)) !== expected) wrong += 1;
      latencies.push(performance.now() - due);
      idle.push(one);
    } catch {
      wrong += 1;
    }
  };
  await new Promise<void>((done) => {
    const tick = () => {
      for (const now = performance.now(); sent < count && begun + (sent * 1000) / rate <= now; sent++) {
        const one = send(begun + (sent * 1000) / rate).finally(() => flying.delete(one));
        flying.add(one);
      }
      if (sent < count) setTimeout(tick, 1);
      else done();
    };
    tick();
  });
  await Promise.all(flying);
  for (const one of idle) one.close();
  return { latencies, wrong };
};

/** Every one of these requests once, so many at a time, in their order. Fails on any other answer than 200. */
export const postAll = async (port: number, requests: Iterable<Buffer>, connections = 16): Promise<void> => {
  const all = await open(port, connections);
  const next = requests[Symbol.iterator]();
  await Promise.all(
    all.map(async (one) => {
      for (let item = next.next(); !item.done; item = next.next()) {
        const status = await one.ask(item.value);
        if (status !== 200) throw new Error(`answered ${status}`);
      }
    }),
  );
  for (const one of all) one.close();
};
