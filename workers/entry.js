// What the runtime calls. The generated class would have an object and two proxies made for every request; here its
// methods are called as they are. Webhooks do without a future of Rust's as well: Rust looks at the bytes and says what
// is to be done, and this does it.
import Generated from './index.js';

export { AccountObject, LiveObject, RosterObject, ThreadObject } from './index.js';

const { fetch, keep, queue, receive, scheduled } = Generated.prototype;
// Says whether the wasm has trapped.
const state = globalThis.__worker_init_state;

/** Largest body that a platform posts (WhatsApp). What says it is larger is not read. */
const MOST_BYTES = 3 << 20;
const NOTHING = new Uint8Array();
/** How long the queue may take before the bytes go to R2 instead. */
const QUEUE_DEADLINE_MS = 2000;
const TEXT = { contentType: 'text' };

/** Runs some of the wasm; starts it anew before, when it has trapped. */
const run = (env, ctx, work) => {
  if (state.criticalError) new Generated(ctx, env);
  try {
    return work();
  } catch (error) {
    state.criticalError = error instanceof WebAssembly.RuntimeError;
    throw error;
  }
};

const delivery = async (request, url, env, ctx) => {
  const { headers } = request;
  if (headers.get('content-length') > MOST_BYTES) return new Response('the body is larger than any platform posts', { status: 413 });
  const bytes = new Uint8Array(await request.arrayBuffer());
  const taken = run(env, ctx, () => receive('POST', url, headers, env, bytes));
  if (taken instanceof Response) return taken;
  if (taken === undefined) return run(env, ctx, () => keep(url, env, bytes, false));
  return (await queued(env, taken)) ? new Response('') : run(env, ctx, () => keep(url, env, bytes, true));
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
      return method === 'POST' ? delivery(request, url, env, ctx) : run(env, ctx, () => receive(method, url, null, env, NOTHING));
    }
    return run(env, ctx, () => fetch.call({ env, ctx }, request));
  },
  queue: (batch, env, ctx) => run(env, ctx, () => queue.call({ env, ctx }, batch)),
  scheduled: (event, env, ctx) => run(env, ctx, () => scheduled.call({ env, ctx }, event)),
};
