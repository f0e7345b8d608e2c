// The Worker as it is built, in which `GET /api/v1/__trap` does what a panic of Rust's does: it marks the wasm as not
// to be run again. Answers how often the wasm was started.
import worker from "./entry.js";

export * from "./entry.js";

const state = globalThis.__worker_init_state;

export default {
  ...worker,
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/api/v1/__trap") return worker.fetch(request, env, context);
    state.criticalError = true;
    return Response.json({ starts: state.instanceId });
  },
};
