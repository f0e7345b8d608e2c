// The compiled Rust, and how it is started anew. A trap (a panic of Rust's, too deep a recursion, no memory left) leaves
// the memory of the wasm in a state that nobody knows, so nothing may run in it after that.
import * as wasm from './index.js';

// What the library `worker` keeps: `criticalError` after a panic, and `instanceId`, which each start counts up.
export const state = wasm.__worker_init_state();

Error.stackTraceLimit = 100;

const note = (error) => {
  if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
};

// A trap between two requests: in a task that the runtime goes on with by itself.
addEventListener('error', (event) => note(event.error));

/** Runs some of the wasm; starts it anew before, when it has trapped. */
export const run = (work) => {
  if (state.criticalError) {
    console.warn('The wasm has trapped: it is started anew');
    wasm.__wbg_reset_state();
    state.criticalError = false;
  }
  try {
    return work();
  } catch (error) {
    note(error);
    throw error;
  }
};
