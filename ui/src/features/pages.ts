/** Pages beside the inbox. Each is fetched when it is first opened, and has nothing of the inbox's own weight. */
import type { Component } from "svelte";
import type { IconName } from "../components/icons.ts";

type Page = { title: string; icon: IconName; load: () => Promise<{ default: Component }>; admin?: true };

export const PAGES = {
  handover: { title: "Hand over", icon: "assign", load: () => import("./handover/Handover.svelte") },
  digest: { title: "Digest", icon: "note", load: () => import("./digest/DigestPage.svelte") },
  insights: { title: "Insights", icon: "chart", load: () => import("./insights/Insights.svelte") },
  costs: { title: "Costs", icon: "tag", load: () => import("./costs/Costs.svelte") },
  tokens: { title: "API tokens", icon: "link", load: () => import("./tokens/Tokens.svelte"), admin: true },
  rules: { title: "Rules", icon: "rules", load: () => import("./rules/Rules.svelte") },
} as const satisfies Record<string, Page>;

export type PageName = keyof typeof PAGES;

export function isPage(name: string): name is PageName {
  return Object.hasOwn(PAGES, name);
}
