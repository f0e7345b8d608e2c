/** Pages beside the inbox. Each is fetched when it is first opened, and has nothing of the inbox's own weight. */
import type { Component } from "svelte";
import type { IconName } from "../components/icons.ts";

/** `keys` lead there from everywhere. `admin`: only administrators are led there. */
type Page = { title: string; icon: IconName; keys?: string; admin?: true; load: () => Promise<{ default: Component }> };

export const PAGES = {
  handover: { title: "Hand over", icon: "assign", load: () => import("./handover/Handover.svelte") },
  digest: { title: "Digest", keys: "g d", icon: "note", load: () => import("./digest/DigestPage.svelte") },
  insights: { title: "Insights", keys: "g i", icon: "chart", load: () => import("./insights/Insights.svelte") },
  costs: { title: "Costs", icon: "tag", load: () => import("./costs/Costs.svelte") },
  notices: { title: "Notices", keys: "g n", icon: "send", load: () => import("./notices/Notices.svelte") },
  team: { title: "Team", keys: "g t", icon: "team", load: () => import("./team/Team.svelte") },
  accounts: { title: "Accounts", icon: "globe", admin: true, load: () => import("./accounts/Accounts.svelte") },
  "dead-letters": {
    title: "Failed deliveries",
    keys: "g p",
    icon: "file",
    admin: true,
    load: () => import("./dead-letters/DeadLetters.svelte"),
  },
  tokens: { title: "API tokens", icon: "link", admin: true, load: () => import("./tokens/Tokens.svelte") },
  rules: { title: "Rules", keys: "g r", icon: "rules", load: () => import("./rules/Rules.svelte") },
} satisfies Record<string, Page>;

export type PageName = keyof typeof PAGES;

export function isPage(name: string): name is PageName {
  return Object.hasOwn(PAGES, name);
}
