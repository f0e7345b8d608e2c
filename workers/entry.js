// What the runtime calls. Webhooks do without a future of Rust's: Rust looks at the bytes and says what is to be done, and
// this does it.
import { fetch, keep, queue, receive, scheduled } from './index.js';
import { run } from './wasm.js';

export { AccountObject, LiveObject, PostObject, RosterObject, ThreadObject } from './objects.js';

/** Largest body that a platform posts (WhatsApp). What says it is larger is not read. */
const MOST_BYTES = 3 << 20;
const NOTHING = new Uint8Array();
/** How long the queue may take before the bytes go to R2 instead. */
const QUEUE_DEADLINE_MS = 2000;
const TEXT = { contentType: 'text' };
/** What every answer of a webhook carries: the same as all others (http/mod.rs). */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

const tooLarge = () => new Response('the body is larger than any platform posts', { status: 413 });

/** What comes without saying how much it is: all of it, or nothing when it is too much. */
const unmeasured = async (body) => {
  const parts = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > MOST_BYTES) return undefined;
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
};

const delivery = async (request, url, env, ctx) => {
  const { headers } = request;
  const length = headers.get('content-length');
  if (length > MOST_BYTES) return tooLarge();
  const bytes = length === null ? await unmeasured(request.body ?? []) : new Uint8Array(await request.arrayBuffer());
  if (!bytes) return tooLarge();
  const taken = run(() => receive('POST', url, headers, env, bytes));
  if (taken instanceof Response) return taken;
  if (taken === undefined) return run(() => keep(url, env, bytes, false));
  return (await queued(env, taken)) ? new Response('') : run(() => keep(url, env, bytes, true));
};

const secured = (response) => {
  for (const name in HEADERS) response.headers.set(name, HEADERS[name]);
  return response;
};

/** Whether the intake queue has it, in time. */
const queued = (env, text) =>
  new Promise((done) => {
    const timer = setTimeout(done, QUEUE_DEADLINE_MS, false);
    const over = (has) => {
      clearTimeout(timer);
      done(has);
    };
    try {
      env.INTAKE.send(text, TEXT).then(() => over(true), () => over(false));
    } catch {
      over(false);
    }
  });

export default {
  fetch(request, env, ctx) {
    const { url } = request;
    if (url.startsWith('/webhooks/', url.indexOf('/', 8))) {
      const { method } = request;
      return method === 'POST'
        ? delivery(request, url, env, ctx).then(secured)
        : secured(run(() => receive(method, url, null, env, NOTHING)));
    }
    return run(() => fetch(request, env, ctx));
  },
  queue: (batch, env, ctx) => run(() => queue(batch, env, ctx)),
  scheduled: (event, env, ctx) => run(() => scheduled(event, env, ctx)),
};
