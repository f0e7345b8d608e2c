import type { World } from "../common/world.ts";

/** Posts, reels and view-once media that somebody sends on. */
export function shared(world: World, kind: string): Record<string, unknown> {
  const url = world.cdn.link("boots");
  if (kind === "ephemeral") return { type: "ephemeral" };
  if (kind === "ig_post")
    return {
      type: "ig_post",
      payload: { ig_post_media_id: world.ids.digits(17), title: "New in the shop", url },
    };
  if (kind === "ig_reel")
    return {
      type: "ig_reel",
      payload: { reel_video_id: world.ids.digits(17), title: "A walk by the sea", url },
    };
  return { type: "share", payload: { url } };
}
