/** Invented conversations: every kind of message there is, in several languages. */
import type { AttachmentItem, MessageItem, Platform, ThreadItem, Urgency, Window } from "../src/api/types.ts";

/** A message of a script: minutes before now, and what is special about it. */
export type Line = Partial<Omit<MessageItem, "attachments" | "author">> & {
  ago: number;
  by?: "customer" | "native" | "app" | `tm_${string}`;
  attachments?: AttachmentItem[];
};

export interface Scene {
  id: string;
  platform: Platform;
  name: string;
  username?: string;
  summary: string | null;
  topic: string | null;
  urgency: Urgency;
  language: string | null;
  owner: ThreadItem["owner"];
  /** Minutes from now; none while it waits on the customer. */
  due: number | null;
  unread: number;
  window?: Window;
  linked?: string[];
  suggested?: string[];
  trouble?: boolean;
  status?: ThreadItem["status"];
  tags?: string[];
  lines: Line[];
}

const INES = { type: "teammate" as const, id: "tm_ines", name: "Ines Almeida" };
const NOOR = { type: "teammate" as const, id: "tm_noor", name: "Noor Haddad" };
const NOBODY = { type: "unassigned" as const, id: null, name: null };
const ORDERS = { type: "team" as const, id: "team_orders", name: "Orders" };

const hours = (n: number) => new Date(Date.now() + n * 3600_000).toISOString();

export function attachment(kind: AttachmentItem["kind"], over: Partial<AttachmentItem> = {}): AttachmentItem {
  return {
    kind,
    state: "stored",
    url: null,
    mime: null,
    name: null,
    size: null,
    note: null,
    link: null,
    details: [],
    ...over,
  };
}

export const SCENES: Scene[] = [
  {
    id: "thr_mara",
    platform: "instagram",
    name: "Mara Lindqvist",
    username: "maralindq",
    topic: "complaint",
    urgency: "urgent",
    language: "en",
    summary: "Birthday lamp arrived with a cracked shade; needs a replacement by Saturday",
    owner: INES,
    due: -14,
    unread: 2,
    tags: ["vip"],
    window: { type: "open", until: hours(3.4) },
    linked: ["thr_mara_wa"],
    lines: [
      {
        ago: 2980,
        text: "Hi! Do you ship the Willow lamp to Gothenburg?",
        referral: {
          source: "ADS",
          reference: null,
          ad: "23851",
          title: "Lamps that glow like dusk",
          url: "https://example.com/willow",
        },
      },
      {
        ago: 2960,
        by: "tm_ines",
        text: "Hello Mara, we do! Three to four days, and shipping is free above 80 €.",
        status: "read",
      },
      { ago: 2955, text: "Perfect, ordered one 🎉", reactions: [{ by: "business", emoji: "❤️" }] },
      {
        ago: 190,
        text: "It came today. Look at the shade…",
        story: null,
        attachments: [
          attachment("image", {
            url: "/api/v1/media/med_lamp",
            mime: "image/svg+xml",
            name: "shade.jpg",
            size: 284_120,
            state: "linked",
          }),
        ],
      },
      {
        ago: 188,
        text:
          "It is for my mum's 70th birthday on Saturday. I need a new one before then, please tell me you " +
          "can do that. Order 40518, here is the tracking: https://example.com/track/40518.",
        edited: true,
      },
      {
        ago: 120,
        by: "native",
        text: "So sorry to see that, Mara. A colleague looks at it right now.",
        status: "delivered",
      },
      { ago: 74, text: null, unsentAt: hours(-1.2) },
      { ago: 44, text: "Anybody there? 😕" },
      {
        ago: 41,
        text: "I posted about it as well",
        story: { kind: "mention", url: "/api/v1/media/med_story", expiresAt: hours(20) },
      },
    ],
  },
  {
    id: "thr_mara_wa",
    platform: "whatsapp",
    name: "Mara Lindqvist",
    topic: "complaint",
    urgency: "high",
    language: "en",
    summary: "Cracked lamp shade, order 40518, wants a replacement",
    owner: INES,
    due: 22,
    unread: 1,
    linked: ["thr_mara"],
    window: { type: "open", until: hours(21) },
    lines: [
      {
        ago: 38,
        text:
          "Hi, I wrote on Instagram as well. My lamp (order 40518) arrived broken, can you replace it " +
          "before Saturday?",
      },
    ],
  },
  {
    id: "thr_omar",
    platform: "whatsapp",
    name: "عمر الحسن",
    topic: "order-status",
    urgency: "high",
    language: "ar",
    summary: "Asks where order 40377 is; it has been in customs for six days",
    owner: INES,
    due: 18,
    unread: 1,
    window: { type: "open", until: hours(19) },
    lines: [
      { ago: 1500, text: "مرحبا، طلبت كرسيًا قبل عشرة أيام. متى يصل؟" },
      { ago: 1470, by: "tm_theo", text: "مرحبا عمر، طلبك في الطريق وسيصل خلال يومين.", status: "read" },
      {
        ago: 26,
        text: "الطلب 40377 ما زال في الجمارك منذ ستة أيام. هل يمكنكم المساعدة؟",
        quote: { messageId: null, text: "طلبك في الطريق وسيصل خلال يومين." },
      },
    ],
  },
  {
    id: "thr_jonas",
    platform: "telegram",
    name: "Jonas Weber",
    username: "jonasw",
    topic: "billing",
    urgency: "normal",
    language: "de",
    summary: "Wurde doppelt belastet (Bestellung 40290), möchte eine Erstattung",
    owner: INES,
    due: 96,
    unread: 0,
    trouble: true,
    window: { type: "unlimited" },
    lines: [
      {
        ago: 320,
        text: "Hallo, mir wurden für Bestellung 40290 zweimal 64,90 € abgebucht. Könnt ihr das prüfen? Beleg hängt an.",
        attachments: [
          attachment("file", {
            url: "/api/v1/media/med_receipt",
            mime: "application/pdf",
            name: "kontoauszug-november.pdf",
            size: 182_400,
          }),
        ],
      },
      {
        ago: 301,
        by: "tm_ines",
        text: "Hallo Jonas, danke für den Beleg. Die zweite Abbuchung war ein Fehler bei uns; wir erstatten sie heute.",
        status: "sent",
        replyId: "6f1f0f2e-0000-4000-8000-000000000001",
      },
      { ago: 200, text: "Super, danke! Wie lange dauert das?" },
      {
        ago: 30,
        by: "tm_ines",
        text: "Meist zwei bis drei Bankarbeitstage. Ich schicke dir eine Nachricht, sobald es gebucht ist.",
        status: "uncertain",
        replyId: "6f1f0f2e-0000-4000-8000-000000000002",
        trouble: {
          code: "no_answer",
          detail:
            "Telegram did not answer in time. The message may have arrived; look in the chat or ask before " +
            "you send it again.",
          attempts: 1,
        },
      },
    ],
  },
  {
    id: "thr_sofia",
    platform: "facebook",
    name: "Sofia Marchetti",
    topic: "returns",
    urgency: "normal",
    language: "it",
    summary: "Vuole restituire un tappeto comprato due settimane fa",
    owner: INES,
    due: 150,
    unread: 0,
    trouble: true,
    window: { type: "humanAgent", until: hours(96) },
    lines: [
      { ago: 2100, text: "Buongiorno! Posso restituire il tappeto? È troppo grande per il soggiorno.", pressed: false },
      { ago: 2099, text: "Restituire un articolo", pressed: true },
      {
        ago: 60,
        by: "tm_ines",
        text: "Buongiorno Sofia, certo. Le mando l'etichetta per il reso.",
        status: "failed",
        replyId: "6f1f0f2e-0000-4000-8000-000000000003",
        trouble: {
          code: "rate_limited",
          detail: "Messenger refused it: too many messages at this moment. Wait a minute and try again.",
          attempts: 1,
        },
      },
    ],
  },
  {
    id: "thr_kenji",
    platform: "instagram",
    name: "健二",
    username: "kenji.studio",
    topic: "product-question",
    urgency: "low",
    language: "ja",
    summary: "Asks whether the Moss rug may be washed by machine",
    owner: INES,
    due: 340,
    unread: 1,
    window: { type: "open", until: hours(11) },
    lines: [
      {
        ago: 480,
        text: "モスのラグは洗濯機で洗えますか？",
        story: { kind: "reply", url: "/api/v1/media/med_story", expiresAt: hours(10) },
      },
      {
        ago: 470,
        text: null,
        attachments: [
          attachment("share", {
            name: "Moss rug, 140 × 200",
            note: "A post of fernandfable",
            link: "https://example.com/p/moss",
            url: "/api/v1/media/med_rug",
            state: "linked",
          }),
        ],
      },
    ],
  },
  {
    id: "thr_lea",
    platform: "whatsapp",
    name: "Léa Fontaine",
    topic: "order-status",
    urgency: "normal",
    language: "fr",
    summary: "Livraison à une autre adresse ; envoie un plan et un message vocal",
    owner: NOBODY,
    due: 48,
    unread: 4,
    window: { type: "open", until: hours(22) },
    suggested: ["thr_bo"],
    lines: [
      { ago: 90, text: "Bonjour ! Est-ce que vous pouvez livrer à mon bureau ?" },
      {
        ago: 88,
        text: null,
        attachments: [
          attachment("location", {
            state: "none",
            name: "Atelier Fontaine",
            note: "12 quai des Brumes, 44000 Nantes",
            link: "https://example.com/map?q=47.2,-1.5",
          }),
        ],
      },
      {
        ago: 86,
        text: null,
        attachments: [attachment("voice", { url: "/api/v1/media/med_voice", mime: "audio/wav", size: 20_000 })],
      },
      {
        ago: 84,
        text: "Sent",
        pressed: true,
        details: [
          { label: "Étage", value: "3" },
          { label: "Créneau", value: "vendredi, 10 h à 12 h" },
          { label: "Code d'entrée", value: "" },
        ],
      },
      {
        ago: 82,
        text: null,
        attachments: [
          attachment("order", {
            state: "none",
            note: "2 items",
            details: [
              { label: "", value: "2 × willow-lamp at 64.90 EUR" },
              { label: "", value: "1 × moss-rug at 120 EUR" },
            ],
          }),
        ],
      },
      { ago: 81, text: null, attachments: [attachment("sticker", { state: "none", name: "Like", note: "👍" })] },
      {
        ago: 80,
        text: "Et voici le contact de l'accueil",
        forwarded: true,
        attachments: [attachment("contact", { state: "none", name: "Accueil Atelier", note: "+33 1 99 00 12 34" })],
      },
    ],
  },
  {
    id: "thr_bo",
    platform: "telegram",
    name: "Bo Nguyen",
    username: "bo_ng",
    topic: null,
    urgency: "normal",
    language: null,
    summary: null,
    owner: NOBODY,
    due: 55,
    unread: 1,
    window: { type: "unlimited" },
    lines: [{ ago: 3, text: "hey is the harbour street shop open on monday?" }],
  },
  {
    id: "thr_pia",
    platform: "facebook",
    name: "Pia Sørensen",
    topic: "praise",
    urgency: "low",
    language: "da",
    summary: "Glad for sin nye lænestol, sender billeder",
    owner: NOOR,
    due: null,
    unread: 0,
    window: { type: "closed" },
    lines: [
      {
        ago: 14_400,
        text: "Stolen er kommet, og den er endnu smukkere end på billederne!",
        attachments: [
          attachment("image", { url: "/api/v1/media/med_chair", mime: "image/svg+xml", name: "stol.jpg" }),
          attachment("image", { url: "/api/v1/media/med_rug", mime: "image/svg+xml", name: "stue.jpg" }),
        ],
      },
      {
        ago: 14_300,
        by: "tm_noor",
        text: "Tusind tak, Pia! Må vi vise billedet i vores butik?",
        status: "read",
        reactions: [{ by: "customer", emoji: "👍" }],
      },
    ],
  },
  {
    id: "thr_dani",
    platform: "instagram",
    name: "dani.verde",
    username: "dani.verde",
    topic: "product-question",
    urgency: "normal",
    language: "es",
    summary: "Pregunta por el estante Roble en otro tono",
    owner: ORDERS,
    due: 210,
    unread: 2,
    window: { type: "open", until: hours(8) },
    lines: [
      { ago: 240, text: "¿El estante Roble viene también en nogal?", standby: true },
      { ago: 236, by: "app", text: "¡Hola! Gracias por escribirnos. Te respondemos enseguida.", status: "sent" },
      { ago: 200, text: null, attachments: [attachment("ephemeral", { state: "none" })] },
      { ago: 198, text: null, unsupported: "gift_card_share" },
      {
        ago: 190,
        text: null,
        attachments: [attachment("sticker", { url: "/api/v1/media/med_sticker", mime: "image/svg+xml" })],
      },
      {
        ago: 185,
        text: null,
        attachments: [
          attachment("image", { state: "pending" }),
          attachment("video", { state: "failed", name: "salon.mp4", link: "https://example.com/v/salon.mp4" }),
        ],
      },
    ],
  },
  {
    id: "thr_ruth",
    platform: "whatsapp",
    name: "Ruth Adeyemi",
    topic: "returns",
    urgency: "normal",
    language: "en",
    summary: "Return label for order 39922",
    owner: INES,
    due: null,
    unread: 0,
    window: { type: "templateOnly" },
    lines: [
      { ago: 2600, text: "Could you send me the return label once more?" },
      {
        ago: 2590,
        by: "tm_ines",
        text: "Of course, here it is.",
        status: "delivered",
        attachments: [
          attachment("file", {
            url: "/api/v1/media/med_receipt",
            mime: "application/pdf",
            name: "return-39922.pdf",
            size: 41_000,
          }),
        ],
      },
    ],
  },
];
