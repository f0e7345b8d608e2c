/** An invented team, its accounts and what its channels can do. */
import type {
  Capabilities,
  ChannelItem,
  Platform,
  Surface,
  PlatformItem,
  SessionItem,
  TeamItem,
  TeammateItem,
  TemplateItem,
} from "../src/api/types.ts";

export const TEAMMATES: TeammateItem[] = [
  teammate("tm_ines", "Ines Almeida", "owner", true, 9),
  teammate("tm_noor", "Noor Haddad", "agent", true, 6),
  teammate("tm_theo", "Theo Brandt", "agent", true, 11),
  teammate("tm_yuki", "Yuki Tanabe", "agent", false, 2),
  teammate("tm_ada", "Ada Okafor", "admin", false, 0),
];

export const TEAMS: TeamItem[] = [
  { id: "team_orders", name: "Orders", members: ["tm_ines", "tm_theo"] },
  { id: "team_billing", name: "Billing", members: ["tm_noor"] },
  { id: "team_care", name: "Customer care", members: ["tm_yuki", "tm_ada"] },
];

export const SESSION: SessionItem = {
  teammate: TEAMMATES[0]!,
  role: "owner",
  workspace: "Fern & Fable",
  linksMade: [],
  attention: null,
};

export const TOPICS = ["order-status", "returns", "billing", "product-question", "complaint", "praise"];

export const TEMPLATES: TemplateItem[] = [
  {
    id: "courier-booked",
    title: "Courier is booked",
    topic: "complaint",
    language: "en",
    text:
      "We have booked a courier for you. The parcel leaves our shop today, and we write to you once it " +
      "is on its way.",
    blanks: [],
  },
  {
    id: "rueckgabe",
    title: "Rückgabe annehmen",
    topic: "returns",
    language: "de",
    text: "Selbstverständlich nehmen wir es zurück. Wir schicken Ihnen gleich den Rückgabeschein.",
    blanks: [],
  },
  {
    id: "order-number",
    title: "Ask for the order number",
    topic: "order-status",
    language: "en",
    text:
      "Thank you for your message. Could you tell us your order number? It is in the e-mail that " +
      "confirmed your order.",
    blanks: [],
  },
  {
    id: "looking",
    title: "We are looking into it",
    topic: null,
    language: "en",
    text: "Thank you for your patience. We are looking into it.\n\nWe will write to you here as soon as we know more.",
    blanks: [],
  },
  {
    id: "hours",
    title: "Opening hours of Harbour Street",
    topic: "product-question",
    language: null,
    text: "Mon-Fri 10-18, Sat 10-16",
    blanks: [],
  },
];

export const ACCOUNTS: Record<string, { id: string; name: string }> = {
  instagram: { id: "acc_ig", name: "fernandfable" },
  facebook: { id: "acc_fb", name: "Fern & Fable" },
  whatsapp: { id: "acc_wa", name: "+44 20 7946 0018" },
  telegram: { id: "acc_tg", name: "fernandfable_bot" },
};

const PICTURES = ["image/png", "image/jpeg"].map((mime) => ({ mime, maxBytes: 8_000_000 }));

/** Nobody connects an account to the played API: its forms are empty. */
const FORM: PlatformItem["connect"] = { fields: [], idHelp: "", idLabel: "Account id", link: "https://example.com" };
export const PLATFORMS: PlatformItem[] = (
  [
    ["facebook", "Facebook"],
    ["instagram", "Instagram"],
    ["whatsapp", "WhatsApp"],
    ["telegram", "Telegram"],
  ] as const
).map(([platform, name]) => ({ platform, name, channels: channelsOf(platform), connect: FORM }));

function channelsOf(platform: Platform): Capabilities[] {
  const both = platform === "facebook" || platform === "instagram";
  return (both ? (["messages", "comments"] as const) : (["messages"] as const)).map((surface) => ({
    ...channelOf(platform, surface),
    channel: { platform, surface },
    caption: null,
    inbound: "webhook",
    media: [],
    semantics: "blind",
    window: { type: "none" },
  }));
}

export function channelOf(platform: Platform, surface: Surface = "messages"): ChannelItem {
  const channel = messagesOf(platform);
  if (surface !== "comments") return channel;
  const likes = platform === "facebook" ? (["like"] as const) : [];
  return { ...channel, features: ["reply", "quote", "hide", "delete", "deleteTheirs", ...likes], blindSpots: [] };
}

function messagesOf(platform: Platform): ChannelItem {
  const base: ChannelItem = {
    features: ["reply", "attach", "readReceipts"],
    text: { max: 2000, unit: "characters" },
    media: [
      ...PICTURES,
      { mime: "video/mp4", maxBytes: 25_000_000 },
      { mime: "application/pdf", maxBytes: 25_000_000 },
    ],
    attachments: 1,
    mediaPolicy: "store",
    blindSpots: [],
  };
  switch (platform) {
    case "instagram":
      return {
        ...base,
        text: { max: 1000, unit: "bytes" },
        mediaPolicy: "link",
        blindSpots: [
          "Messages in the customer's requests folder stay there for 30 days before Instagram drops them.",
          "Pictures that may be seen once are never shown to us.",
        ],
      };
    case "whatsapp":
      return {
        ...base,
        features: [...base.features, "quote", "template"],
        text: { max: 4096, unit: "characters" },
        attachments: 10,
      };
    case "telegram":
      return {
        ...base,
        features: ["reply", "attach", "quote"],
        text: { max: 4096, unit: "utf16" },
        media: [{ mime: "*/*", maxBytes: 50_000_000 }],
        attachments: 10,
        blindSpots: ["Telegram does not tell a bot when a message was read or taken back."],
      };
    default:
      return base;
  }
}

function teammate(
  id: string,
  name: string,
  role: TeammateItem["role"],
  onShift: boolean,
  openThreads: number,
): TeammateItem {
  const email = `${name.split(" ")[0]?.toLowerCase()}@example.com`;
  return { id, name, email, role, enabled: true, invited: false, onShift, openThreads };
}
