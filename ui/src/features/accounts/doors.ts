/** What each platform wants to see before it lets us speak for an account, and where a person finds it there. */
import type { Platform } from "../../api/types.ts";

export interface Field {
  /** Its name among the credentials. */
  name: string;
  label: string;
  secret?: true;
  /** Where a person finds it. */
  hint?: string;
  choices?: readonly { value: string; name: string }[];
  /** Asked for only when another field has this value. */
  when?: { field: string; is: string };
}

export interface Door {
  platform: Platform;
  /** What the platform calls an account's id. */
  idLabel: string;
  idHint: string;
  fields: readonly Field[];
  /** What is left to be done there once the account is connected; empty where we do it ourselves. */
  after: string;
}

/** Meta asks for it once per app, not per account. */
const inDashboard = (fields: string) =>
  "Once per app, at developers.facebook.com under Webhooks: give this address and the META_VERIFY_TOKEN of your " +
  `deployment, and subscribe to ${fields}.`;

export const DOORS: readonly Door[] = [
  {
    platform: "facebook",
    idLabel: "Page id",
    idHint: "Page settings, About, Page transparency",
    fields: [{ name: "accessToken", label: "Page access token", secret: true }],
    after: inDashboard(
      "messages, message_echoes, message_edits, message_reactions, message_deliveries, message_reads, " +
        "messaging_postbacks, messaging_referrals, messaging_handovers and standby",
    ),
  },
  {
    platform: "instagram",
    idLabel: "Professional account id",
    idHint: "The app's dashboard, Instagram, API setup",
    fields: [
      { name: "accessToken", label: "Access token", secret: true },
      {
        name: "kind",
        label: "How is it connected?",
        choices: [
          { value: "instagramLogin", name: "Instagram login" },
          { value: "pageLinked", name: "Through a Page" },
        ],
      },
      { name: "pageId", label: "Page id", when: { field: "kind", is: "pageLinked" } },
    ],
    after: inDashboard(
      "messages, message_reactions, message_edit, messaging_postbacks, messaging_seen, " +
        "messaging_referral, messaging_handover and standby",
    ),
  },
  {
    platform: "whatsapp",
    idLabel: "Phone number id",
    idHint: "WhatsApp Manager, API setup: not the number itself",
    fields: [
      { name: "accessToken", label: "System user's access token", secret: true },
      {
        name: "wabaId",
        label: "WhatsApp business account id",
        hint: "WhatsApp Manager, Account tools, API setup: it is subscribed, with all its numbers",
      },
    ],
    after: inDashboard(
      "messages, smb_message_echoes, standby, messaging_handovers, calls, account_update and " +
        "message_template_status_update",
    ),
  },
  {
    platform: "telegram",
    idLabel: "Bot id",
    idHint: "What stands before the colon of the token",
    fields: [{ name: "botToken", label: "Bot token from @BotFather", secret: true }],
    after: "",
  },
];

export function doorOf(platform: Platform): Door | undefined {
  return DOORS.find((door) => door.platform === platform);
}

/** The fields that are asked for, given what was answered so far. */
export function asked(door: Door, given: Record<string, string>): readonly Field[] {
  return door.fields.filter(({ when }) => when === undefined || given[when.field] === when.is);
}

/** A bot's token begins with the bot's id. */
export function idIn(door: Door, given: Record<string, string>): string | null {
  return door.platform === "telegram" ? (/^\s*(\d+):/.exec(given["botToken"] ?? "")?.[1] ?? null) : null;
}
