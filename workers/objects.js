// The Durable Objects as the runtime and their callers know them. Callers ask by RPC, text for text; whatever it is, the
// class that was made from Rust does it. Such a class starts the wasm anew once it has trapped.
import { DurableObject } from 'cloudflare:workers';
import * as made from './index.js';

const object = (Made, ...handlers) => {
  class Handing extends DurableObject {
    constructor(ctx, env) {
      super(ctx, env);
      this.made = new Made(ctx, env);
    }
  }
  for (const name of ['ask', ...handlers]) {
    Handing.prototype[name] = function (...given) {
      return this.made[name](...given);
    };
  }
  return Handing;
};

export const AccountObject = object(made.AccountObject);
export const LiveObject = object(made.LiveObject, 'fetch', 'alarm', 'webSocketMessage', 'webSocketClose', 'webSocketError');
export const RosterObject = object(made.RosterObject, 'alarm');
export const ThreadObject = object(made.ThreadObject, 'alarm');
