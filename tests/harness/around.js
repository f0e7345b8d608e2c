// The Worker as it is built, with something around it. `GET /api/v1/__around` tells how often accounts were asked who
// somebody is (`canonical`), and what was held (`held`). With `?slow=600` every transaction of the index begins so many
// milliseconds late; with `?hold=labelled` commands and calls of that name are kept from their threads until `?hold=`.
import worker, * as built from "./entry.js";

const told = { canonical: 0, held: 0 };
let slow = 0;
let hold = "";

const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const slowed = new WeakSet();
const around = ({ DB }) => {
  let prototype = DB;
  while (!Object.hasOwn(prototype, "batch")) prototype = Object.getPrototypeOf(prototype);
  if (slowed.has(prototype)) return;
  slowed.add(prototype);
  const { batch } = prototype;
  prototype.batch = async function (...statements) {
    if (slow > 0) await sleep(slow);
    return batch.apply(this, statements);
  };
};

export { LiveObject, PostObject, RosterObject } from "./entry.js";

export class ThreadObject extends built.ThreadObject {
  async ask(question) {
    const held = hold;
    if (held !== "" && ["command", "call"].some((kind) => question.includes(`"${kind}":{"${held}"`))) {
      told.held += 1;
      while (hold === held) await sleep(20);
    }
    return super.ask(question);
  }
}

export class AccountObject extends built.AccountObject {
  ask(question) {
    if (question.startsWith('{"canonical"')) told.canonical += 1;
    return super.ask(question);
  }
}

export default {
  fetch(request, env, context) {
    around(env);
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/api/v1/__around") return worker.fetch(request, env, context);
    slow = Number(searchParams.get("slow") ?? slow);
    hold = searchParams.get("hold") ?? hold;
    return Response.json(told);
  },
  queue(batch, env, context) {
    around(env);
    return worker.queue(batch, env, context);
  },
  scheduled(event, env, context) {
    around(env);
    return worker.scheduled(event, env, context);
  },
};
