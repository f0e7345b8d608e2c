import { DAY } from "../common/clock.ts";
import { wallError } from "./errors.ts";
import type { PrivateReply } from "../common/sendapi.ts";
import type { Person, WallComment, WallPost } from "./model.ts";
import type { WallService } from "./service.ts";

/** Something that can be answered in private: a comment, or a visitor's own post. */
export type Replyable = { post: WallPost; comment?: WallComment };

/** Checks a private reply: one for each comment, within seven days, not to us, and not to who takes no messages. */
export function privateReply(service: WallService, about: Replyable, textOnly: boolean): PrivateReply {
  const { post, comment } = about;
  const what = comment ?? post;
  if (comment ? comment.from !== "customer" : post.ours) throw wallError("private-impossible");
  if (what.privateReply !== undefined) throw wallError("private-replied");
  const late = service.stand.world.clock.now() - what.at > 7 * DAY;
  if (late || post.ended) throw wallError("private-expired");
  const chat = chatOf(service, what.author, post.kind);
  if (chat.blocked || service.refusesMessages.has(what.author.name)) throw wallError("private-refused");
  return {
    chat,
    note: `About your ${comment ? "comment" : "post"}: ${what.text.slice(0, 80)}`,
    textOnly,
    done: (mid) => {
      what.privateReply = mid;
      service.wall.changed(post);
    },
  };
}

const chatOf = (service: WallService, who: Person, kind: string) =>
  service.stand.chat(who.name, { kind: kind || undefined, peer: who.peer, username: who.username });
