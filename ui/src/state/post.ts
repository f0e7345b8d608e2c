/** What a post is called, and what there is to know of it at a glance. */
import type { ContextItem } from "../api/types.ts";

type Post = Pick<NonNullable<ContextItem["post"]>, "ad" | "closed" | "deleted" | "live" | "mention">;

export function postKind({ ad, live, mention }: Post): string {
  if (ad != null) return "Ad";
  if (live) return "Live broadcast";
  return mention ? "Mentions you" : "Post";
}

export function postBadges({ ad, closed, deleted }: Post): { words: string; warns: boolean }[] {
  const badges: { words: string; warns: boolean }[] = [];
  if (ad?.title) badges.push({ words: ad.title, warns: false });
  if (deleted) badges.push({ words: "Deleted", warns: true });
  if (closed) badges.push({ words: "Comments are switched off", warns: true });
  return badges;
}
