/** The ways by which customers write: the four platforms, both kinds where a platform has two. */
import type { Customer } from "../standins/common/customer.ts";
import type { Platform, Standins } from "../standins/index.ts";

export type Door = {
  name: string;
  platform: Platform;
  kind?: string;
  /** How far the platform tells us that an answer has come, before and after the customer looks at it. */
  reaches: string;
  afterLooking: string;
  /** Customers may change or take back what they wrote, and the platform tells us. */
  edits: boolean;
  unsends: boolean;
  reactions: boolean;
  /** We keep a copy of what customers send. */
  keepsMedia: boolean;
  /** The platform sends our own answers back to us. */
  echoes: boolean;
};

export const doors: readonly Door[] = [
  {
    name: "instagram",
    platform: "instagram",
    reaches: "sent",
    afterLooking: "read",
    edits: true,
    unsends: true,
    reactions: true,
    keepsMedia: false,
    echoes: true,
  },
  {
    name: "instagram by page",
    platform: "instagram",
    kind: "page",
    reaches: "sent",
    afterLooking: "read",
    edits: true,
    unsends: true,
    reactions: true,
    keepsMedia: false,
    echoes: true,
  },
  {
    name: "facebook",
    platform: "facebook",
    reaches: "delivered",
    afterLooking: "read",
    edits: true,
    unsends: false,
    reactions: true,
    keepsMedia: true,
    echoes: true,
  },
  {
    name: "whatsapp",
    platform: "whatsapp",
    reaches: "delivered",
    afterLooking: "read",
    edits: true,
    unsends: true,
    reactions: true,
    keepsMedia: true,
    echoes: false,
  },
  {
    name: "telegram",
    platform: "telegram",
    reaches: "sent",
    afterLooking: "sent",
    edits: true,
    unsends: false,
    reactions: false,
    keepsMedia: true,
    echoes: false,
  },
  {
    name: "telegram business",
    platform: "telegram",
    kind: "business",
    reaches: "sent",
    afterLooking: "sent",
    edits: true,
    unsends: true,
    reactions: false,
    keepsMedia: true,
    echoes: false,
  },
];

export const at = (standins: Standins, door: Door, name: string): Customer =>
  standins.stand(door.platform).customer(name, door.kind ? { kind: door.kind } : undefined);
