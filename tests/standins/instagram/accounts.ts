import { business } from "../common/business.ts";
import { hashBytes, stableDigits } from "../common/ids.ts";
import type { MetaAccount } from "../common/graph.ts";

/** One account of each kind: Instagram Login, and linked to a Page. */
export function accountsOf(fields: string[]): MetaAccount[] {
  const common = { platform: "instagram" as const, tokenState: "valid" as const, humanAgent: true };
  return [
    {
      ...common,
      kind: "login",
      id: business.instagram,
      name: business.name,
      username: "harbourandpine",
      token: "IGAAlogin" + hashBytes("ig token", 60).toString("base64url"),
      fields: new Set(fields),
    },
    {
      ...common,
      kind: "page",
      id: business.linkedInstagram,
      pageId: business.linkedPage,
      name: `${business.name} Outlet`,
      username: "harbourandpine.outlet",
      token: "EAAGlinked" + hashBytes("linked token", 60).toString("base64url"),
      fields: new Set(fields),
    },
  ];
}

export function usernameFrom(name: string): string {
  const made = name
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, ".")
    .replace(/^\.|\.$/g, "");
  return made || `user${stableDigits(name, 6)}`;
}
