import { Clock } from "./clock.ts";
import { Cdn } from "./media.ts";
import { Dispatcher } from "./deliver.ts";
import { Faults } from "./faults.ts";
import { Ids, hashBytes } from "./ids.ts";
import { Phones, type Chat, type PhoneMessage, type Platform } from "./phones.ts";
import { Receipts } from "./receipts.ts";
import { sleep, type LogEntry } from "./http.ts";
import { Wall } from "../wall/model.ts";

export interface Secrets {
  metaAppId: string;
  metaAppSecret: string;
  metaVerifyToken: string;
  instagramAppSecret: string;
  awsAccessKeyId: string;
  awsSecretAccessKey: string;
  awsRegion: string;
}

/** Invented secrets for tests and `make dev`. */
export const devSecrets: Secrets = {
  metaAppId: "1234509876543210",
  metaAppSecret: "standin-meta-app-secret",
  metaVerifyToken: "standin-verify-token",
  instagramAppSecret: "standin-instagram-app-secret",
  awsAccessKeyId: "AKIASTANDIN000000001",
  awsSecretAccessKey: "standin/aws+secret/access+key/0000000001",
  awsRegion: "eu-central-1",
};

/** What all stand-ins share: clock, ids, faults, phones, webhooks, receipts, request log. */
export class World {
  readonly clock = new Clock();
  readonly faults = new Faults();
  readonly phones = new Phones();
  readonly wall = new Wall();
  readonly receipts = new Receipts();
  readonly requests: LogEntry[] = [];
  readonly ids: Ids;
  readonly cdn: Cdn;
  readonly hooks: Dispatcher;
  private randomCount = 0;
  private later = 0;
  private laterDone: (() => void)[] = [];
  stopped = false;

  constructor(
    readonly secrets: Secrets,
    readonly seed: string,
    cdnBase: () => string,
  ) {
    this.ids = new Ids(seed);
    this.cdn = new Cdn(cdnBase);
    this.hooks = new Dispatcher(() => this.random());
  }

  random(): number {
    return hashBytes(`${this.seed}|random|${this.randomCount++}`, 4).readUInt32BE(0) / 0x1_0000_0000;
  }

  log(entry: LogEntry): void {
    this.requests.push(entry);
    if (this.requests.length > 20_000) this.requests.splice(0, 5000);
    this.phones.emit("request", entry);
  }

  add(chat: Chat, message: PhoneMessage): PhoneMessage {
    chat.messages.push(message);
    if (chat.messages.length > 2000) chat.messages.splice(0, 500);
    if (message.from === "customer") chat.lastInboundAt = message.at;
    this.phones.changed(chat);
    return message;
  }

  /** Runs something soon; `idle` waits for it. */
  soon(ms: number, what: () => void): void {
    this.later += 1;
    void sleep(ms).then(() => {
      if (!this.stopped) what();
      this.later -= 1;
      if (this.later === 0) {
        const done = this.laterDone;
        this.laterDone = [];
        for (const d of done) d();
      }
    });
  }

  /** Resolves when no webhook, receipt or retry is on its way. Held events do not count. */
  async idle(): Promise<void> {
    while (this.later > 0 || this.hooks.pending) {
      if (this.later > 0) await new Promise<void>((done) => this.laterDone.push(done));
      await this.hooks.whenIdle();
    }
  }

  windowAge(chat: Chat): number {
    return chat.lastInboundAt === undefined ? Infinity : this.clock.now() - chat.lastInboundAt;
  }
}

export function newMessage(
  id: string,
  from: PhoneMessage["from"],
  at: number,
  rest: Partial<PhoneMessage> = {},
): PhoneMessage {
  return { id, from, at, text: "", attachments: [], reactions: [], edits: 0, unsent: false, state: "pending", ...rest };
}

export const chatKey = (platform: Platform, account: string, kind: string, name: string): string =>
  [platform, account, kind, name].filter((p) => p !== "").join("/");
