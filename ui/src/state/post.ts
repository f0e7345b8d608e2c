/** What a post is called, and what there is to know of it at a glance. */
import type { ContextItem, PostItem } from "../api/types.ts";

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

/** What stands in place of a post's words. A platform may show nothing of a post at all: of an ad, say. */
export function withoutWords(post: NonNullable<ContextItem["post"]>, platform: string): string {
  if (post.readAt == null) return `${platform} has not shown us this post yet`;
  const shown = [post.picture, post.permalink, post.author, post.publishedAt].some((part) => part != null);
  return shown ? "A post without words" : `${platform} does not show us this ${post.ad == null ? "post" : "ad"}`;
}

type Counted = Pick<PostItem, "counts">;

/** How much waits on the post's own page. */
export function heldWords({ counts }: Counted): string {
  const held = `${counts.held.toLocaleString("en")} held`;
  return counts.unseen === 0 || counts.unseen === counts.held
    ? held
    : `${held}, ${counts.unseen.toLocaleString("en")} not looked at`;
}

/** Where all of its comments are. */
export function countWords({ counts }: Counted): string {
  const { threads, held, ours, gone } = counts;
  const all = threads + held + ours;
  const number = (count: number) => count.toLocaleString("en");
  const parts = [`${number(threads)} in threads`, heldWords({ counts })];
  if (ours > 0) parts.push(`${number(ours)} ours`);
  if (gone > 0) parts.push(`${number(gone)} deleted`);
  return `${number(all)} ${all === 1 ? "comment" : "comments"}: ${parts.join(", ")}`;
}
