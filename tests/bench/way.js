/* global WebSocketPair */
// The Worker of the comparison for the whole way: a webhook, a queue, an object that stores the message, one that tells
// the browsers, and a row in D1, in plain JavaScript, each as little as it can be. What it takes is what the local
// runtime takes for these hops.
import { DurableObject } from "cloudflare:workers";

const encoder = new TextEncoder();
let key;

const keyOf = (env) =>
  (key ??= crypto.subtle.importKey(
    "raw",
    encoder.encode(env.META_APP_SECRET),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  ));
const bytesOf = (hex) => Uint8Array.from({ length: hex.length >> 1 }, (_, i) => parseInt(hex.substr(i * 2, 2), 16));

export class Thread extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, json TEXT); CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY, json TEXT)",
    );
    this.version = 0;
  }

  ask(text) {
    const { id, message } = JSON.parse(text);
    const { sql } = this.ctx.storage;
    this.version += 1;
    this.ctx.storage.transactionSync(() => {
      sql.exec("INSERT OR IGNORE INTO messages VALUES (?, ?)", message.id, JSON.stringify(message));
      sql.exec(
        "INSERT INTO state VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET json = excluded.json",
        JSON.stringify({ version: this.version, last: message.id }),
      );
    });
    return JSON.stringify({
      thread: id,
      version: this.version,
      row: { id, version: this.version, preview: message.text.body },
    });
  }
}

export class Live extends DurableObject {
  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  ask(text) {
    for (const socket of this.ctx.getWebSockets()) socket.send(text);
    return "";
  }
}

const carry = async (env, body) => {
  const message = JSON.parse(body).entry[0].changes[0].value.messages[0];
  const { thread, version, row } = JSON.parse(
    await env.THREAD.getByName(message.from).ask(JSON.stringify({ id: message.from, message })),
  );
  const upsert =
    "INSERT INTO threads SELECT value ->> 'id', value ->> 'version', value FROM json_each(?1) WHERE true ON CONFLICT (id) DO UPDATE SET version = excluded.version, item = excluded.item";
  const hinted = env.LIVE.getByName("live").ask(JSON.stringify({ thread, version }));
  // As ours: the hint leaves first.
  await scheduler.wait(0);
  await Promise.all([
    hinted,
    env.DB.prepare(upsert)
      .bind(JSON.stringify([row]))
      .run(),
  ]);
};

export default {
  async fetch(request, env) {
    if (request.headers.has("upgrade")) return env.LIVE.getByName("live").fetch(request);
    const signature = request.headers.get("x-hub-signature-256") ?? "";
    const body = await request.arrayBuffer();
    if (!(await crypto.subtle.verify("HMAC", await keyOf(env), bytesOf(signature.slice(7)), body)))
      return new Response("", { status: 401 });
    await env.INTAKE.send(new TextDecoder().decode(body), { contentType: "text" });
    return new Response("");
  },
  async queue(batch, env) {
    for (const { body } of batch.messages) await carry(env, body);
  },
};
