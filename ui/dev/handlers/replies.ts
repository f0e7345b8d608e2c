/** Replies: one for each id, guarded by the version that was seen. */
import { delay } from "msw";
import type { ReplyItem, ReplyRequest } from "../../src/api/types.ts";
import type { Played } from "../played.ts";
import type { Held } from "../world.ts";
import { held, http, refuse, shaped } from "./http.ts";

/** What the customer wrote so recently was written meanwhile. */
const MEANWHILE_MS = 2000;

export function replyHandlers(played: Played) {
  const { world } = played;
  return [
    http.post("/api/v1/threads/{thread}/replies", async ({ params, request, response }) => {
      const thread = held(world, params.thread);
      if (world.fate === "hang") {
        world.fate = "sent";
        await delay("infinite");
      }
      return response(202).json(taken(played, thread, await request.json()));
    }),
    http.get("/api/v1/threads/{thread}/replies/{reply}", ({ params, response }) =>
      response(200).json(found(held(world, params.thread), params.reply)),
    ),
    http.post("/api/v1/threads/{thread}/replies/{reply}/resolve", async ({ params, request, response }) => {
      const { outcome } = await request.json();
      const reply = world.resolve(held(world, params.thread), params.reply, outcome);
      if (reply === undefined) refuse(shaped(404, "reply_unknown", "There is no such reply."));
      return response(202).json(reply);
    }),
  ];
}

function taken({ world, replies }: Played, thread: Held, request: ReplyRequest): ReplyItem {
  const same = JSON.stringify([request.text, request.attachments, request.replyTo]);
  const before = replies.get(request.replyId);
  if (before === same) return found(thread, request.replyId);
  if (before !== undefined) refuse(shaped(409, "reply_id_reused", "This reply was sent already with other words."));
  if (world.fate === "changed") {
    world.fate = "sent";
    world.customerWrites(thread, "Wait, I found it! It was behind the sofa all along.");
  }
  const { version } = thread.detail;
  if (request.expectedVersion < version) {
    const since = thread.messages.filter(
      ({ at, direction }) => Date.parse(at) > Date.now() - MEANWHILE_MS && direction === "incoming",
    );
    const why = "The customer wrote while you were writing. Read it, then send again.";
    refuse({ ...shaped(409, "thread_changed", why), version, since });
  }
  replies.set(request.replyId, same);
  return world.reply(thread, request);
}

function found(thread: Held, replyId: string): ReplyItem {
  const message = thread.messages.find((one) => one.replyId === replyId);
  if (message?.status == null) refuse(shaped(404, "reply_unknown", "There is no such reply."));
  return { replyId, threadId: thread.detail.id, status: message.status, message, version: thread.detail.version };
}
