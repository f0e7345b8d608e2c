/** Conversations that somebody has to look at: urgent ones, replies that did not arrive, other languages. */
import { attachment, hours, INES, type Scene } from "./scene.ts";

export const PRESSING: Scene[] = [
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
];
