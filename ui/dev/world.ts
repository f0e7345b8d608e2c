/** The played API's state: threads in memory, changed by the same actions as the real ones. */
import type {
  AuditItem,
  ContextItem,
  ListItem,
  MessageItem,
  PostComment,
  PostItem,
  ReplyItem,
  ReplyRequest,
  Resolution,
  ThreadDetail,
  ThreadItem,
} from "../src/api/types.ts";
import { itemOf } from "../src/state/item.ts";
import { ACCOUNTS, channelOf, SESSION, TEAMMATES, TEAMS, TEMPLATES, TOPICS } from "./people.ts";
import { inVain } from "../src/state/moderation.ts";
import { COMMENTS, floodedPost } from "./scenes/comments.ts";
import { KINDS } from "./scenes/kinds.ts";
import { PRESSING } from "./scenes/pressing.ts";
import type { Line, Scene } from "./scenes/scene.ts";

const PRIVATE_REPLIES = { refused: null, seconds: 7 * 86_400, text: { max: 2000, unit: "characters" } } as const;

export interface Held {
  detail: ThreadDetail;
  messages: MessageItem[];
  audit: AuditItem[];
  context: ContextItem;
}

/** What becomes of the next reply. */
export type Fate = "sent" | "failed" | "uncertain" | "changed" | "hang";

const MINUTE = 60_000;

export class World {
  threads = new Map<string, Held>();
  posts = new Map<string, { item: PostItem; comments: PostComment[] }>();
  fate: Fate = "sent";
  onChange: (thread: string, version: number) => void = () => {};
  private made = 0;

  constructor(filler: number) {
    for (const scene of [...PRESSING, ...KINDS, ...COMMENTS]) this.add(scene);
    const flooded = floodedPost(140);
    this.posts.set(flooded.item.id, flooded);
    for (let n = 0; n < filler; n += 1) this.add(fillerScene(n));
  }

  /** What lists have rows of. */
  rows(): ListItem[] {
    return [...this.items(), ...[...this.posts.values()].map(({ item }) => item)];
  }

  items(): ThreadItem[] {
    return [...this.threads.values()].map(({ detail }) => itemOf(detail));
  }

  change(held: Held, patch: Partial<ThreadDetail>): ThreadItem {
    held.detail = { ...held.detail, ...patch, version: held.detail.version + 1 };
    this.onChange(held.detail.id, held.detail.version);
    return itemOf(held.detail);
  }

  note(
    held: Held,
    action: string,
    detail: unknown,
    actor: AuditItem["actor"] = { type: "teammate", id: "tm_ines", name: "Ines Almeida" },
    at = Date.now(),
  ): void {
    const sequence = held.audit.length + 1;
    held.audit.push({
      id: `aud_${held.detail.id}-${sequence}`,
      threadId: held.detail.id,
      sequence,
      at: new Date(at).toISOString(),
      actor,
      action,
      detail,
      hash: "0".repeat(64),
    });
  }

  customerWrites(held: Held, text: string): void {
    const message = this.message(held.detail, { ago: 0, text });
    held.messages.push(message);
    this.change(held, {
      preview: text,
      lastDirection: "incoming",
      lastAuthor: message.author,
      askedAt: message.at,
      lastMessageAt: message.at,
      unread: held.detail.unread + 1,
      needsAnswer: true,
      status: "open",
      dueAt: held.detail.dueAt ?? new Date(Date.now() + 60 * MINUTE).toISOString(),
    });
  }

  reply(held: Held, request: ReplyRequest): ReplyItem {
    const message: MessageItem = {
      ...this.message(held.detail, {
        ago: 0,
        by: "tm_ines",
        text: request.text === "" ? null : (request.text ?? null),
        status: "sending",
        replyId: request.replyId,
      }),
      quote:
        request.replyTo == null
          ? null
          : { messageId: request.replyTo, text: held.messages.find((one) => one.id === request.replyTo)?.text ?? null },
      attachments: (request.attachments ?? []).map((id) => ({
        kind: "image",
        state: "stored",
        url: `/api/v1/media/${id}`,
        mime: "image/png",
        name: "upload",
        size: 1,
        note: null,
        link: null,
        details: [],
      })),
    };
    held.messages.push(message);
    this.note(held, "replied", {
      reply: request.replyId,
      words: "0".repeat(64),
      template: request.templateId ?? null,
      parts: 1,
    });
    this.change(held, {
      preview: message.text ?? "Attachment",
      lastDirection: "outgoing",
      lastAuthor: message.author,
      askedAt: null,
      lastMessageAt: message.at,
      needsAnswer: false,
      unread: 0,
      dueAt: null,
    });
    const { fate } = this;
    this.fate = "sent";
    this.later(700, () =>
      this.settle(held, request.replyId, fate === "failed" || fate === "uncertain" ? fate : "sent"),
    );
    return {
      replyId: request.replyId,
      threadId: held.detail.id,
      status: "sending",
      message,
      version: held.detail.version,
    };
  }

  resolve(held: Held, replyId: string, outcome: Resolution): ReplyItem | undefined {
    const message = held.messages.find((one) => one.replyId === replyId);
    if (message === undefined) return undefined;
    const was = message.status;
    message.status = outcome === "arrived" ? "sent" : outcome === "discard" ? "cancelled" : "sending";
    message.trouble = null;
    this.note(held, "settled", { reply: replyId, was, verdict: outcome });
    this.change(held, { trouble: false });
    if (outcome === "sendAgain") this.later(700, () => this.settle(held, replyId, "sent"));
    return { replyId, threadId: held.detail.id, status: message.status, message, version: held.detail.version };
  }

  private settle(held: Held, replyId: string, status: "sent" | "failed" | "uncertain"): void {
    const message = held.messages.find((one) => one.replyId === replyId);
    if (message === undefined) return;
    message.status = status;
    if (status === "failed")
      message.trouble = {
        code: "blocked",
        detail: "The platform says this person does not take messages from you at the moment.",
        attempts: 1,
      };
    if (status === "uncertain")
      message.trouble = {
        code: "no_answer",
        detail: "The platform did not answer in time. The message may have arrived; check before you send it again.",
        attempts: 1,
      };
    this.note(
      held,
      status === "sent" ? "sent" : status === "failed" ? "sendFailed" : "sendUncertain",
      {
        reply: replyId,
        ...(status === "failed"
          ? { code: "100/33", class: "blocked" }
          : status === "uncertain"
            ? { cause: "deadline" }
            : {}),
      },
      { type: "system" },
    );
    this.change(held, { trouble: status !== "sent" });
    if (status !== "sent") return;
    this.later(900, () => {
      message.status = "delivered";
      this.change(held, {});
    });
    this.later(2500, () => {
      message.status = "read";
      this.change(held, {});
    });
  }

  private later(ms: number, run: () => void): void {
    setTimeout(run, ms).unref();
  }

  private add(scene: Scene): void {
    const now = Date.now();
    const account = ACCOUNTS[scene.platform] ?? { id: "acc_other", name: "fernandfable" };
    const last = scene.lines.at(-1)!;
    const first = scene.lines[0]!;
    const detail: ThreadDetail = {
      kind: "thread",
      id: scene.id,
      version: 3,
      platform: scene.platform,
      surface: scene.surface ?? "messages",
      accountId: account.id,
      accountName: account.name,
      contact: { id: `ctc_${scene.id.slice(4)}`, name: scene.name, username: scene.username ?? null },
      status: scene.status ?? "open",
      snoozedUntil: null,
      summary: scene.summary,
      summarized: true,
      preview: [...scene.lines].reverse().find((line) => line.text != null)?.text ?? "Photo",
      lastAuthor: authorOf(last.by ?? "customer"),
      lastDirection: last.by === undefined || last.by === "customer" ? "incoming" : "outgoing",
      topic: scene.topic,
      urgency: scene.urgency,
      language: scene.language,
      labelSource: scene.topic === null ? null : "model",
      owner: scene.owner,
      dueAt: scene.due === null ? null : new Date(now + scene.due * MINUTE).toISOString(),
      lastMessageAt: new Date(now - last.ago * MINUTE).toISOString(),
      unread: scene.unread,
      needsAnswer: scene.due !== null,
      askedAt: null,
      heldBy: null,
      privateReplies: scene.surface === "comments" ? PRIVATE_REPLIES : null,
      cameBy: null,
      trouble: scene.trouble ?? false,
      moderationFailed: false,
      tags: scene.tags ?? [],
      linked: scene.linked ?? [],
      suggested: scene.suggested ?? [],
      window: scene.window ?? { type: "unlimited" },
      channel: channelOf(scene.platform, scene.surface),
      reasons: [
        {
          guardrail: "who",
          text: scene.topic === null ? "No topic yet: the triage team" : `Topic ${scene.topic}: Orders answers it`,
          verdict: null,
        },
        { guardrail: "hours", text: "Ines and Theo are on shift until 18:00", verdict: null },
        { guardrail: "load", text: "Ines has 9 open (weight 12), Theo 11 (weight 17)", verdict: null },
      ],
    };
    const held: Held = { detail, messages: [], audit: [], context: scene.context ?? { post: null, comments: [] } };
    held.messages = scene.lines.map((line) => this.message(detail, line));
    detail.moderationFailed = held.messages.some((one) => inVain(one).length > 0);
    this.threads.set(scene.id, held);
    const opened = now - first.ago * MINUTE;
    this.note(held, "opened", {}, { type: "customer" }, opened);
    if (scene.topic !== null)
      this.note(
        held,
        "labelled",
        { ...labelsOf(detail), source: { model: { id: "eu.example.model-1" } } },
        { type: "system" },
        opened + 2000,
      );
    this.note(
      held,
      "routed",
      { from: { type: "unassigned" }, to: ownerOf(detail), reasons: detail.reasons },
      { type: "system" },
      opened + 2100,
    );
    if (scene.id === "thr_mara") {
      this.note(
        held,
        "reassigned",
        {
          from: { type: "team", id: "team_orders" },
          to: ownerOf(detail),
          note: "You sold her the lamp, she will be glad to see you.",
        },
        { type: "teammate", id: "tm_noor", name: "Noor Haddad" },
        now - 110 * MINUTE,
      );
      this.note(
        held,
        "noted",
        { text: "Replacement is in the Harbour Street shop. Courier leaves at 16:00, so we can promise Friday." },
        { type: "teammate", id: "tm_theo", name: "Theo Brandt" },
        now - 60 * MINUTE,
      );
    }
  }

  private message(detail: ThreadDetail, line: Line): MessageItem {
    const { ago, by = "customer", ...over } = line;
    const at = new Date(Date.now() - ago * MINUTE).toISOString();
    const author =
      by === "customer" ? { type: "customer" as const, id: null, name: detail.contact.name } : authorOf(by);
    return {
      id: `msg_${(this.made += 1)}`,
      direction: by === "customer" ? "incoming" : "outgoing",
      author,
      at,
      clock: null,
      receivedAt: at,
      order: this.made,
      text: null,
      details: [],
      edited: false,
      hidden: false,
      liked: false,
      moderation: [],
      unsentAt: null,
      attachments: [],
      quote: null,
      story: null,
      pressed: false,
      referral: null,
      forwarded: false,
      standby: false,
      agent: false,
      cut: false,
      payload: null,
      unsupported: null,
      notRead: [],
      reactions: [],
      status: null,
      trouble: null,
      replyId: null,
      privateReply: null,
      fromComment: null,
      ...over,
    };
  }
}

function authorOf(by: NonNullable<Line["by"]>): MessageItem["author"] {
  const teammate = TEAMMATES.find((one) => one.id === by);
  if (teammate !== undefined) return { type: "teammate", id: teammate.id, name: teammate.name };
  return { type: by === "native" ? "nativeApp" : by === "app" ? "otherApp" : "customer", id: null, name: null };
}

/** As the record keeps them: ids, and no names. */
export function ownerOf({ owner: { type, id } }: Pick<ThreadItem, "owner">): object {
  return id == null ? { type } : { type, id };
}

export function labelsOf({ topic, urgency, language }: Pick<ThreadItem, "topic" | "urgency" | "language">): object {
  return { topic, urgency, language };
}

const NAMES = [
  "Alba Reyes",
  "Tom Birch",
  "Hana Kim",
  "Lucas Prado",
  "Greta Olsen",
  "Ivan Petrov",
  "Amina Yusuf",
  "Paul Henri",
  "Nia Clarke",
  "Marek Nowak",
  "Elif Kaya",
  "Rosa Vidal",
];
const ASKS: [string, string][] = [
  ["order-status", "Where is my parcel? Tracking has not moved since Tuesday"],
  ["returns", "Wants to swap the small cushion for a large one"],
  ["billing", "Needs an invoice with the company's address"],
  ["product-question", "Is the oak table treated with oil or with lacquer?"],
  ["praise", "Loves the new blanket and asks for care advice"],
  ["complaint", "Delivery left the box in the rain"],
];
const PLACES = ["instagram", "whatsapp", "facebook", "telegram"] as const;
const URGENCIES = ["normal", "normal", "low", "high"] as const;

function fillerScene(n: number): Scene {
  const [topic, summary] = ASKS[n % ASKS.length]!;
  const closed = n % 3 === 2;
  const owner =
    n % 4 === 0
      ? { type: "teammate" as const, id: "tm_theo", name: "Theo Brandt" }
      : n % 4 === 1
        ? { type: "teammate" as const, id: "tm_ines", name: "Ines Almeida" }
        : n % 4 === 2
          ? { type: "teammate" as const, id: "tm_noor", name: "Noor Haddad" }
          : { type: "unassigned" as const, id: null, name: null };
  const lines: Line[] =
    n === 1
      ? Array.from({ length: 160 }, (_, k) => ({
          ago: (160 - k) * 47,
          by: k % 3 === 2 ? ("tm_ines" as const) : ("customer" as const),
          text: `Message number ${k + 1}. ${summary}.`,
          status: k % 3 === 2 ? ("read" as const) : null,
        }))
      : [{ ago: 60 + n * 31, text: `Hello! ${summary}` }];
  return {
    id: `thr_f${n}`,
    platform: PLACES[n % PLACES.length]!,
    name: NAMES[n % NAMES.length]!,
    summary,
    topic,
    urgency: URGENCIES[n % URGENCIES.length]!,
    language: "en",
    owner,
    due: closed ? null : 240 + n * 17,
    unread: n % 5 === 0 ? 1 : 0,
    status: closed ? "closed" : "open",
    window: { type: "open", until: new Date(Date.now() + 9 * 3600_000).toISOString() },
    lines,
  };
}

export { SESSION, TEAMMATES, TEAMS, TEMPLATES, TOPICS };
