// The Durable Objects as the runtime and their callers know them. Callers ask by RPC, text for text; whatever it is, the
// class that was made from Rust does it.
import { DurableObject } from 'cloudflare:workers';
import * as made from './index.js';
import { run, state } from './wasm.js';

const object = (Made, ...handlers) => {
  class Handing extends DurableObject {
    #made;
    #instance;

    constructor(ctx, env) {
      super(ctx, env);
      run(() => this.#current());
    }

    /** What Rust made: made again when the wasm that it lived in has been started anew. */
    #current() {
      if (this.#instance !== state.instanceId) {
        this.#made = new Made(this.ctx, this.env);
        this.#instance = state.instanceId;
      }
      return this.#made;
    }

    static {
      for (const name of ['ask', ...handlers]) {
        this.prototype[name] = function (...given) {
          return run(() => this.#current()[name](...given));
        };
      }
    }
  }
  return Handing;
};

export const AccountObject = object(made.AccountObject);
export const LiveObject = object(made.LiveObject, 'fetch', 'alarm', 'webSocketMessage', 'webSocketClose', 'webSocketError');
export const PostObject = object(made.PostObject, 'alarm');
export const RosterObject = object(made.RosterObject, 'alarm');
export const ThreadObject = object(made.ThreadObject, 'alarm');
