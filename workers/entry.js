// What the runtime calls. The generated class would have an object and two proxies made for every request, a tenth of
// what taking in a delivery costs; here its methods are called as they are.
import Generated from './index.js';

export { AccountObject, LiveObject, RosterObject, ThreadObject } from './index.js';

const { fetch, queue, scheduled } = Generated.prototype;
// Says whether the wasm has trapped. The generated class starts it anew before it goes on.
const state = globalThis.__worker_init_state;

const call = (name, method) => (input, env, ctx) => {
  if (state.criticalError) return new Generated(ctx, env)[name](input);
  try {
    return method.call({ env, ctx }, input);
  } catch (error) {
    state.criticalError = error instanceof WebAssembly.RuntimeError;
    throw error;
  }
};

export default {
  fetch: call('fetch', fetch),
  queue: call('queue', queue),
  scheduled: call('scheduled', scheduled),
};
