/** Conversations under posts, with what stands around them. */
import type { ContextItem, PostComment, PostItem } from "../../src/api/types.ts";
import { INES, NOBODY, type Scene } from "./scene.ts";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const SALE: NonNullable<ContextItem["post"]> = {
  id: "pst_sale",
  text:
    "The Tidewater lamp is back. Hand-thrown in our Harbour Street studio, glazed in river green and fired twice.\n" +
    "Order by Thursday and it is with you for the weekend. Repairs and spare shades are in the shop all year.",
  picture: "/api/v1/media/med_lamp",
  permalink: "https://www.facebook.com/fernandfable/posts/1",
  author: "Fern & Fable",
  publishedAt: ago(60 * 24 * 9),
  ad: null,
  closed: false,
  deleted: false,
  live: false,
  mention: false,
  readAt: ago(12),
};

export const COMMENTS: Scene[] = [
  {
    id: "thr_tess",
    platform: "facebook",
    surface: "comments",
    name: "Tess Winter",
    topic: "product-question",
    urgency: "normal",
    language: "en",
    summary: "Asks whether the Tidewater lamp takes a brighter bulb",
    owner: INES,
    due: 55,
    unread: 1,
    lines: [
      { ago: 50, text: "Does the Tidewater take a brighter bulb? Ours is a bit dim for reading." },
      { ago: 31, by: "tm_ines", text: "Hello Tess, up to 60 watts, any E27 fits.", status: "sent" },
      { ago: 14, text: "This shop is the best.", liked: true },
      { ago: 12, text: "Lovely. And is the shade sold alone? Mine has a chip." },
    ],
    context: {
      post: SALE,
      comments: [
        {
          id: "msg_beside1",
          parent: null,
          ours: false,
          author: "Juno Park",
          thread: "thr_juno",
          at: ago(26),
          text: "Same question here, I use mine at my desk.",
          edited: false,
          hidden: false,
          files: false,
        },
        {
          id: "msg_beside2",
          parent: "msg_beside1",
          ours: true,
          author: null,
          thread: "thr_juno",
          at: ago(22),
          text: "Juno, the warm-white one in the shop is the brightest that does not tire the eyes.",
          edited: false,
          hidden: false,
          files: false,
        },
      ],
    },
  },
  {
    id: "thr_juno",
    platform: "instagram",
    surface: "comments",
    name: "juno.makes",
    username: "juno.makes",
    topic: "complaint",
    urgency: "high",
    language: "en",
    summary: "Says that the advertised price is not the price in the shop",
    owner: NOBODY,
    due: 20,
    unread: 2,
    lines: [
      { ago: 44, text: "The price in this ad is not the price in your shop??" },
      { ago: 41, text: "Buy cheap lamps at my page instead", hidden: true },
      {
        ago: 40,
        text: "Really, DM me!!",
        moderation: [{ action: "delete", state: "doing", by: "tm_ines", at: ago(0), trouble: null }],
      },
      {
        ago: 38,
        text: "They never answer anyway",
        moderation: [
          {
            action: "hide",
            state: "failed",
            by: "tm_ines",
            at: ago(3),
            trouble: {
              code: "permission",
              detail: "The account lacks the permission for this. Check its connection. (The platform's code: 200.)",
              attempts: 0,
            },
          },
        ],
      },
    ],
    context: {
      post: {
        ...SALE,
        id: "pst_ad",
        text: "Light for long evenings: 20% off every lamp until Sunday.",
        picture: "/api/v1/media/med_story",
        permalink: "https://www.instagram.com/p/abc/",
        author: "@fernandfable",
        ad: { id: "120210000000000", title: "Autumn lamps, cold audience" },
        closed: true,
      },
      comments: [],
    },
  },
];

const PEOPLE = ["Kim Lee", "Ana Silva", "Bo Berg", "Uma Lind", "Ola Dahl", "Ira Cole", "Noa Blum", "Cleo Diaz"];
const WORDS = [
  "How much is it, and do you ship to Norway?",
  "Want!! 😍",
  "Beautiful. Ours is three years old and still going strong.",
  "Same lamp, half the price: https://example.com/lamps",
  "Is the green one back in stock?",
  "Mine came with a crack and nobody answers my mail.",
  "So lovely",
  "@Uma look at this one",
];

/** A post that many write under. */
export function floodedPost(held: number): { item: PostItem; comments: PostComment[] } {
  const comments = Array.from({ length: held }, (_, n): PostComment => {
    const text = WORDS[n % WORDS.length] ?? "";
    return {
      id: `msg_held${n}`,
      moderation: [],
      parentId: null,
      author: PEOPLE[(n * 3) % PEOPLE.length] ?? null,
      username: null,
      at: ago(1 + n * 0.7),
      text,
      editedAt: null,
      hidden: false,
      deleted: false,
      files: false,
      place: n % 9 === 4 ? "thread" : "held",
      threadId: n % 9 === 4 ? "thr_tess" : null,
      seen: n > 20,
      question: text.includes("?"),
      link: text.includes("https"),
      known: n % 7 === 2,
    };
  });
  const count = (place: PostComment["place"]) => comments.filter((one) => one.place === place).length;
  return {
    comments,
    item: {
      kind: "post",
      moderation: { waiting: 0, failed: 0 },
      id: SALE.id,
      version: 7,
      platform: "facebook",
      surface: "comments",
      accountId: "acc_fb",
      status: "open",
      counts: {
        threads: count("thread"),
        held: count("held"),
        unseen: comments.filter((one) => one.place === "held" && !one.seen).length,
        uncollected: 0,
        ours: 0,
        gone: 2,
      },
      thisHour: { comments: 84, threads: 11 },
      preview: WORDS[0] ?? "",
      dueAt: new Date(Date.now() + 40 * 60_000).toISOString(),
      lastAt: ago(1),
      about: SALE,
    },
  };
}
