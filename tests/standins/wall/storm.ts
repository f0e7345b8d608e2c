import type { Facebook } from "../facebook/index.ts";
import type { Instagram } from "../instagram/index.ts";
import { nameOf, questions, remarks } from "./words.ts";
import type { WallComment, WallPost } from "./model.ts";

export interface StormOptions {
  count: number;
  /** Share of questions, 0 to 1. */
  questions?: number;
  /** Share of comments by people who wrote messages before, 0 to 1. */
  known?: number;
  /** Share of answers to an earlier comment of the storm, 0 to 1. */
  replies?: number;
  /** How many different strangers there are; as many as comments when left out. */
  strangers?: number;
  /** Comments in one webhook; documented are up to 1000. */
  batch?: number;
  /** Webhooks on their way at once. */
  parallel?: number;
}

export interface StormReport {
  post: string;
  count: number;
  questions: number;
  known: number;
  replies: number;
  strangers: number;
  /** The ids of the comments by known customers, as webhooks name them. */
  knownComments: string[];
}

type Stand = Facebook | Instagram;

/** Every nth is one of the kind: exact shares, spread evenly, the same each time. */
const every = (share: number, i: number): boolean => Math.floor((i + 1) * share) > Math.floor(i * share);

/** Many comments under one post in one go. */
export function storm(stand: Stand, post: WallPost, options: StormOptions): StormReport {
  const { count, batch = 100, parallel = 4 } = options;
  const share = { questions: 0.2, known: 0, replies: 0, ...options };
  if (!Number.isInteger(count) || count < 1 || count > 100_000) throw new Error("count: 1 to 100000");
  if (!(batch >= 1 && batch <= 1000)) throw new Error("batch: 1 to 1000");
  const customers = stand.world.phones
    .list(stand.platform)
    .filter((c) => c.account === post.account && c.lastInboundAt !== undefined);
  if (share.known > 0 && customers.length === 0)
    throw new Error("known: nobody has written a message to this account yet");
  const report: StormReport = {
    post: post.id,
    count,
    questions: 0,
    known: 0,
    replies: 0,
    strangers: 0,
    knownComments: [],
  };
  const strangers = options.strangers ?? count;
  const made: WallComment[] = [];
  for (let i = 0; i < count; i++) {
    const asks = every(share.questions, i);
    const chat = every(share.known, i) ? customers[report.known % customers.length] : undefined;
    const answered = made.length > 0 && every(share.replies, i) ? made[(i * 7) % made.length] : undefined;
    const words = asks ? questions : remarks;
    const name = chat?.name ?? nameOf((i - report.known) % strangers);
    const comment = stand.wall.add(
      post,
      answered,
      stand.wall.person(name, post.kind),
      "customer",
      `${words[i % words.length]}${chat ? " (I wrote to you before)" : ""}`,
      { silent: true },
    );
    made.push(comment);
    if (asks) report.questions += 1;
    if (answered) report.replies += 1;
    if (chat) {
      report.known += 1;
      report.knownComments.push(stand.wall.webhookId(post, comment));
    }
  }
  report.strangers = Math.min(strangers, count - report.known);
  stand.wall.tellAll(post, made, { batch, parallel });
  return report;
}
