/** What roles are called, and what they may do. */
import type { Role } from "../../api/types.ts";

export const ROLES: readonly { role: Role; name: string; may: string }[] = [
  { role: "viewer", name: "Viewer", may: "Sees everything" },
  { role: "agent", name: "Agent", may: "Answers customers" },
  { role: "admin", name: "Administrator", may: "Sets up accounts, people and rules" },
  { role: "owner", name: "Owner", may: "May do everything" },
];

export function roleName(role: Role): string {
  return ROLES.find((one) => one.role === role)?.name ?? role;
}

/** The roles that somebody of this role may give, and whom they may change: nobody above themselves. */
export function upTo(mine: Role): typeof ROLES {
  return ROLES.slice(0, ROLES.findIndex((one) => one.role === mine) + 1);
}
