import { pick, refuse } from "../common/graph.ts";
import { hashBytes } from "../common/ids.ts";
import type { Chat } from "../common/phones.ts";
import type { World } from "../common/world.ts";

const PROFILE = [
  "name",
  "username",
  "profile_pic",
  "follower_count",
  "is_user_follow_business",
  "is_business_follow_user",
  "is_verified_user",
];

/** The seven fields of a person who wrote, two of which are null for some. */
export function profileNode(world: World, chat: Chat, asked: string[]): Record<string, unknown> {
  const unknown = asked.filter((f) => f !== "id" && !PROFILE.includes(f));
  if (unknown.length > 0) throw refuse(100, `(#100) Tried accessing nonexisting field (${unknown[0]})`);
  const weight = hashBytes(chat.name, 2).readUInt16BE(0);
  const all = {
    name: weight % 11 === 0 ? null : chat.name,
    username: chat.username,
    profile_pic: weight % 7 === 0 ? null : world.cdn.link(`portrait.${chat.name}`),
    follower_count: weight % 4000,
    is_user_follow_business: weight % 2 === 0,
    is_business_follow_user: weight % 5 === 0,
    is_verified_user: weight % 97 === 0,
    id: chat.peer,
  };
  return pick(all, asked);
}
