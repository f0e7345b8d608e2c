// The Worker of the comparison: what a webhook's door needs, in plain JavaScript, and nothing that it does not.
// POST /webhooks/instagram   verify, wrap, queue.send: the same work as ours
// POST /parsed               verify, parse, normalise, queue.send: what many Workers do before they answer
// anything else              404, our cheapest answer
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

const bytesOf = (hex) => {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.substr(i * 2, 2), 16);
  return bytes;
};

const normalise = (body) =>
  body.entry.flatMap((entry) =>
    (entry.messaging ?? []).map((event) => ({
      account: entry.id,
      peer: event.sender.id,
      id: event.message?.mid,
      at: event.timestamp,
      text: event.message?.text,
      attachments: (event.message?.attachments ?? []).map(({ type, payload }) => ({ kind: type, url: payload?.url })),
      replyTo: event.message?.reply_to?.mid,
      echo: event.message?.is_echo === true,
    })),
  );

export default {
  async fetch(request, env) {
    const path = request.url.slice(request.url.indexOf("/", 8));
    const parsed = path === "/parsed";
    if (request.method !== "POST" || (!parsed && path !== "/webhooks/instagram"))
      return new Response("there is no such webhook", { status: 404 });
    const signature = request.headers.get("x-hub-signature-256") ?? "";
    const body = await request.arrayBuffer();
    const proved =
      signature.startsWith("sha256=") &&
      (await crypto.subtle.verify("HMAC", await keyOf(env), bytesOf(signature.slice(7)), body));
    if (!proved) return new Response("", { status: 401 });
    const text = new TextDecoder().decode(body);
    if (parsed) {
      await env.INTAKE.send({ platform: "instagram", at: Date.now(), events: normalise(JSON.parse(text)) });
    } else {
      const header = JSON.stringify({ v: 1, id: crypto.randomUUID(), platform: "instagram", receivedAt: Date.now() });
      await env.INTAKE.send(`${header}\n${text}`, { contentType: "text" });
    }
    return new Response("");
  },
};
