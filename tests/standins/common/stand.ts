import {
  answer,
  readBody,
  toCall,
  write,
  Listener,
  type Answer,
  type Call,
  type LogEntry,
  type Route,
} from "./http.ts";
import { objectOf } from "./form.ts";
import { newMessage, type World } from "./world.ts";
import { message, type Attachment, type Chat, type PhoneMessage, type Platform } from "./phones.ts";
import type { ReceiptKind } from "./receipts.ts";

/** What a customer writes. */
export interface Draft {
  text?: string;
  attachments?: Attachment[];
  replyTo?: string;
  story?: { kind: "reply" | "mention"; picture?: string };
  quickReply?: string;
  referral?: Record<string, unknown>;
  location?: { latitude: number; longitude: number; name?: string };
  contact?: { name: string; phone: string };
  /** A kind the platform's API does not carry. */
  unsupported?: string;
  forwarded?: boolean;
  /** Platform time; the clock's otherwise. */
  at?: number;
}

export interface ChatOptions {
  /** Which kind of account: Instagram `login` or `page`, Telegram `bot` or `business`. */
  kind?: string;
  language?: string;
  username?: string;
  /** WhatsApp: a person with a username whose number is not shown. */
  hideNumber?: boolean;
  peer?: string;
}

/** One HTTP service of a stand-in: reads, routes, meets faults, logs, answers. */
export abstract class Service {
  readonly listener: Listener;

  constructor(
    readonly world: World,
    readonly name: string,
  ) {
    this.listener = new Listener((req, res) => void this.serve(req, res));
  }

  get url(): string {
    return this.listener.url;
  }

  protected abstract route(call: Call): Route | undefined | Promise<Route | undefined>;
  protected abstract notFound(call: Call): Answer;

  private async serve(req: Call["req"], res: Call["res"]): Promise<void> {
    let body: Buffer;
    try {
      body = await readBody(req);
    } catch {
      req.socket.destroy();
      return;
    }
    const call = toCall(req, res, body);
    const entry: LogEntry = {
      at: this.world.clock.now(),
      platform: this.name,
      endpoint: "unknown",
      method: call.method,
      path: call.path,
      status: 0,
    };
    try {
      const route = (await this.route(call)) ?? { endpoint: ["unknown"], run: () => this.notFound(call) };
      entry.endpoint = route.endpoint[0] ?? "unknown";
      entry.path = route.logPath ?? call.path;
      entry.body = objectOf(body.length < 200_000 ? body.toString("utf8") : undefined);
      const fault = this.world.faults.take(this.name, route.endpoint);
      if (fault) entry.fault = fault.kind;
      entry.status = await answer(call, route, fault);
    } catch (error) {
      entry.status = 500;
      write(res, {
        status: 500,
        body: { error: { message: `stand-in: ${(error as Error).message}`, type: "StandIn", code: -1 } },
      });
    }
    this.world.log(entry);
  }
}

/** A platform with customers: the part that is the same for all four. */
export abstract class MessagingService extends Service {
  abstract readonly platform: Platform;

  abstract chat(name: string, options?: ChatOptions): Chat;
  abstract write(chat: Chat, draft: Draft): PhoneMessage;
  abstract react(chat: Chat, id: string, emoji: string | undefined): void;
  abstract unsend(chat: Chat, id: string): void;
  abstract edit(chat: Chat, id: string, text: string): void;
  /** The customer opens the chat: what the team wrote so far is read. */
  abstract read(chat: Chat): void;
  /** The business answers in its own app, not through the API. */
  abstract native(chat: Chat, draft: Draft): PhoneMessage;
  /** A button the business had sent is pressed. */
  abstract press(chat: Chat, title: string, payload: string): PhoneMessage;
  /** The customer blocks or unblocks the business. */
  abstract block(chat: Chat, blocked: boolean): void;
  /** The file a customer attaches, in the format the platform's app makes. */
  abstract file(kind: "image" | "video" | "audio" | "voice" | "file" | "sticker", name?: string): Attachment;

  protected mine(chat: Chat, id: string): PhoneMessage {
    const found = message(chat, id);
    if (!found) throw new Error(`no message ${id} in this chat`);
    return found;
  }

  protected notified(chat: Chat, m: PhoneMessage): (state: PhoneMessage["state"], attempts: number) => void {
    return (state, attempts) => {
      if (m.from === "customer") {
        m.state = state;
        m.attempts = attempts;
        this.world.phones.changed(chat);
      }
    };
  }

  /** Shows the reaction on the phone. */
  protected mark(chat: Chat, m: PhoneMessage, by: "customer" | "team", emoji: string | undefined): void {
    m.reactions = m.reactions.filter((r) => r.by !== by);
    if (emoji) m.reactions.push({ by, emoji });
    this.world.phones.changed(chat);
  }

  /** Puts an answer that came through the API on the phone. */
  protected accept(chat: Chat, id: string, at: number, rest: Partial<PhoneMessage>): PhoneMessage {
    chat.typingUntil = undefined;
    return this.world.add(chat, newMessage(id, "team", at, { state: "accepted", ...rest }));
  }

  /**
   * Sends echo, delivery and read receipts when their settings say. Resolves once the early ones are with the Worker.
   */
  async announce(tell: Partial<Record<ReceiptKind, () => void>>): Promise<void> {
    for (const kind of ["echo", "delivered", "read"] as const) {
      const what = tell[kind];
      const how = this.world.receipts.get(this.platform, kind);
      if (!what || how.when === "never") continue;
      const go = () => {
        for (let i = 0; i < how.times; i++) what();
      };
      if (how.when === "late") {
        this.world.soon(how.ms, go);
      } else {
        go();
        await Promise.race([this.world.hooks.whenIdle(), new Promise((done) => setTimeout(done, 1500))]);
      }
    }
  }
}
