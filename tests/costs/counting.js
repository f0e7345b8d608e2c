// The Worker as it is built, with its bindings counted: what it asks of the database, the queues, the objects and the
// bucket, in the units that are paid for. `GET /api/v1/__counted` tells.
import worker, * as built from "./entry.js";

const counted = {};
const count = (unit, amount = 1) => (counted[unit] = (counted[unit] ?? 0) + (amount ?? 0));

/** Has each call of a method told of. What lies on a prototype is wrapped once. */
const wrapped = new WeakMap();
const wrap = (object, name, tell) => {
  let prototype = object;
  while (prototype && !Object.hasOwn(prototype, name)) prototype = Object.getPrototypeOf(prototype);
  if (!prototype) throw new Error(`nothing has ${name}`);
  const names = wrapped.get(prototype) ?? new Set();
  if (names.has(name)) return;
  wrapped.set(prototype, names.add(name));
  const method = prototype[name];
  prototype[name] = function (...args) {
    const result = method.apply(this, args);
    tell(result, args);
    return result;
  };
};

const rows = (result) => {
  count("d1RowsRead", result?.meta?.rows_read);
  count("d1RowsWritten", result?.meta?.rows_written);
};
const later = (tell) => (promise) => void Promise.resolve(promise).then(tell, () => {});

const watch = (env) => {
  const statement = env.DB.prepare("SELECT 1");
  for (const name of ["all", "run"]) wrap(statement, name, later(rows));
  wrap(
    env.DB,
    "batch",
    later((results) => results.forEach(rows)),
  );
  wrap(env.INTAKE, "send", () => count("queueOps"));
  wrap(env.INTAKE, "sendBatch", (_, [messages]) => count("queueOps", [...messages].length));
  for (const name of ["put", "list", "createMultipartUpload"]) wrap(env.BLOBS, name, () => count("r2Writes"));
  for (const name of ["get", "head"]) wrap(env.BLOBS, name, () => count("r2Reads"));
};

/** A cursor knows what it read once it was read, which the objects do before they await anything. */
const object = (Base) => {
  for (const name of ["ask", "fetch", "alarm"].filter((one) => one in Base.prototype))
    wrap(Base.prototype, name, () => count("objectRequests"));
  return class extends Base {
    constructor(state, env) {
      wrap(state.storage.sql, "exec", (cursor) =>
        queueMicrotask(() => {
          count("objectRowsRead", cursor.rowsRead);
          count("objectRowsWritten", cursor.rowsWritten);
        }),
      );
      wrap(state.storage, "setAlarm", () => count("objectRowsWritten"));
      super(state, env);
    }
  };
};

export const ThreadObject = object(built.ThreadObject);
export const PostObject = object(built.PostObject);
export const RosterObject = object(built.RosterObject);
export const AccountObject = object(built.AccountObject);
export const LiveObject = object(built.LiveObject);

export default {
  fetch(request, env, context) {
    if (request.url.endsWith("/api/v1/__counted")) return Response.json(counted);
    watch(env);
    count("requests");
    return worker.fetch(request, env, context);
  },
  queue(batch, env, context) {
    watch(env);
    count("requests");
    // Each message is read and deleted, besides having been written.
    count("queueOps", 2 * batch.messages.length);
    return worker.queue(batch, env, context);
  },
  scheduled(event, env, context) {
    watch(env);
    count("requests");
    return worker.scheduled(event, env, context);
  },
};
