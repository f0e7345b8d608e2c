import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Bedrock } from "./bedrock/index.ts";
import { TeamChannel } from "./channel/index.ts";
import { Customer } from "./common/customer.ts";
import { business } from "./common/business.ts";
import { devSecrets, World, type Secrets } from "./common/world.ts";
import { platforms, type Chat, type PhoneMessage, type Platform } from "./common/phones.ts";
import { Facebook } from "./facebook/index.ts";
import { Hub } from "./control/index.ts";
import { MailProvider } from "./mail/index.ts";
import { Instagram } from "./instagram/index.ts";
import { Telegram } from "./telegram/index.ts";
import { seedWalls } from "./wall/seed.ts";
import { WhatsApp } from "./whatsapp/index.ts";
import type { ChatOptions, MessagingService, Service } from "./common/stand.ts";

export { Customer } from "./common/customer.ts";
export type { Fault } from "./common/faults.ts";
export type { Chat, PhoneMessage, Platform } from "./common/phones.ts";
export type { Person, WallComment, WallPost } from "./wall/model.ts";
export { DAY, HOUR, MINUTE, SECOND } from "./common/clock.ts";

export interface Options {
  /** Port of the hub (phones page, control, media); the seven services follow on the next ports. 0: any free ones. */
  port?: number;
  /** Where webhooks go. Until it is known they wait. */
  workerUrl?: string;
  secrets?: Partial<Secrets>;
  /** The same seed gives the same ids. Without one ids are new at each start. */
  seed?: string | number;
  /** Keeps chats and Telegram's webhook over a restart of `make dev`. */
  stateFile?: string;
  /** Worker variables to add to or override those of `vars()`. */
  extraVars?: Record<string, string>;
}

/** What `POST /api/v1/accounts` wants to know about one connected account. */
export interface ConnectableAccount {
  platform: Platform;
  /** login or page (Instagram); empty otherwise. */
  kind: string;
  platformAccountId: string;
  name: string;
  credentials: Record<string, string>;
}

/** A stand-in with its customers. */
export type Door<S extends MessagingService> = S & {
  customer(name: string, options?: ChatOptions): Customer;
  /** What the platform accepted from the API, over all customers, oldest first. */
  readonly sent: (PhoneMessage & { customer: string; peer: string })[];
};

export class Standins {
  readonly world: World;
  readonly instagram: Door<Instagram>;
  readonly facebook: Door<Facebook>;
  readonly whatsapp: Door<WhatsApp>;
  readonly telegram: Door<Telegram>;
  readonly bedrock: Bedrock;
  readonly channel: TeamChannel;
  readonly mail: MailProvider;
  readonly hub: Hub;
  private saving: NodeJS.Timeout | undefined;

  constructor(private readonly options: Options) {
    const seed = String(options.seed ?? `${Date.now()}-${process.pid}`);
    this.world = new World({ ...devSecrets, ...options.secrets }, seed, () => this.hub.url);
    this.instagram = door(new Instagram(this.world));
    this.facebook = door(new Facebook(this.world));
    this.facebook.instagram = this.instagram;
    this.whatsapp = door(new WhatsApp(this.world));
    this.telegram = door(new Telegram(this.world, options.seed !== undefined));
    this.bedrock = new Bedrock(this.world);
    this.channel = new TeamChannel(this.world);
    this.mail = new MailProvider(this.world);
    this.hub = new Hub(this);
  }

  private get services(): Service[] {
    return [
      this.hub,
      this.facebook,
      this.instagram,
      this.whatsapp,
      this.telegram,
      this.bedrock,
      this.channel,
      this.mail,
    ];
  }

  async start(): Promise<this> {
    const port = this.options.port ?? 0;
    for (const [i, service] of this.services.entries()) await service.listener.start(port === 0 ? 0 : port + i);
    this.world.cdn.elsewhere = this.channel.url;
    this.instagram.linkedUrl = this.facebook.url;
    this.load();
    if (this.world.wall.list().length === 0) seedWalls(this.facebook, this.instagram);
    this.setWorkerUrl(this.options.workerUrl);
    return this;
  }

  get url(): string {
    return this.hub.url;
  }

  get clock() {
    return this.world.clock;
  }

  get faults() {
    return this.world.faults;
  }

  get delivery() {
    return this.world.hooks;
  }

  get receipts() {
    return this.world.receipts;
  }

  get cdn() {
    return this.world.cdn;
  }

  /** Requests the stand-ins met, oldest first. */
  requests(platform?: string, endpoint?: string) {
    return this.world.requests.filter(
      (r) => (platform === undefined || r.platform === platform) && (endpoint === undefined || r.endpoint === endpoint),
    );
  }

  stand(platform: string): Door<Instagram> | Door<Facebook> | Door<WhatsApp> | Door<Telegram> {
    if (!platforms.includes(platform as Platform)) throw new Error(`no stand-in for ${platform}`);
    return this[platform as Platform];
  }

  setWorkerUrl(url: string | undefined): void {
    this.world.hooks.setWorkerUrl(url);
  }

  idle(): Promise<void> {
    return this.world.idle();
  }

  /** All variables the Worker needs to speak to the stand-ins. */
  vars(): Record<string, string> {
    const s = this.world.secrets;
    return {
      META_APP_ID: s.metaAppId,
      META_APP_SECRET: s.metaAppSecret,
      META_VERIFY_TOKEN: s.metaVerifyToken,
      INSTAGRAM_APP_SECRET: s.instagramAppSecret,
      AWS_ACCESS_KEY_ID: s.awsAccessKeyId,
      AWS_SECRET_ACCESS_KEY: s.awsSecretAccessKey,
      AWS_REGION: s.awsRegion,
      FACEBOOK_API_BASE: this.facebook.url,
      INSTAGRAM_API_BASE: this.instagram.url,
      WHATSAPP_API_BASE: this.whatsapp.url,
      TELEGRAM_API_BASE: this.telegram.url,
      BEDROCK_API_BASE: this.bedrock.url,
      EXTRA_MEDIA_HOSTS: [this.hub.url, this.whatsapp.url].map((url) => new URL(url).host).join(","),
      TEAM_CHANNEL_URL: this.channel.jsonUrl,
      EMAIL_FROM: this.mail.from,
      EMAIL_API_BASE: this.mail.url,
      EMAIL_API_KEY: this.mail.key,
      ...this.options.extraVars,
    };
  }

  accounts(): ConnectableAccount[] {
    const meta = [...this.facebook.accounts, ...this.instagram.accounts, ...this.whatsapp.accounts].map((a) => ({
      platform: a.platform as Platform,
      kind: a.kind,
      platformAccountId: a.id,
      name: a.name,
      credentials: {
        accessToken: a.token,
        ...(a.platform === "instagram" ? { kind: a.kind === "page" ? "pageLinked" : "instagramLogin" } : {}),
        ...(a.pageId ? { pageId: a.pageId } : {}),
        ...(a.wabaId ? { wabaId: a.wabaId } : {}),
      },
    }));
    const bot = {
      platform: "telegram" as const,
      kind: "",
      platformAccountId: String(business.bot),
      name: business.name,
      credentials: { botToken: this.telegram.token },
    };
    return [...meta, bot];
  }

  // --- state over a restart of `make dev` ------------------------------------------------------

  private load(): void {
    const file = this.options.stateFile;
    if (!file) return;
    try {
      const kept = JSON.parse(readFileSync(file, "utf8")) as {
        chats: Chat[];
        webhook?: Telegram["webhook"]["registration"];
        counters?: [number, number];
        wall?: ReturnType<World["wall"]["dump"]>;
      };
      for (const chat of kept.chats)
        this.world.phones.add({
          ...chat,
          messages: chat.messages.map((m) => ({ ...m, attachments: m.attachments.map((a) => this.relink(a)) })),
        });
      this.telegram.webhook.registration = kept.webhook;
      if (kept.counters) this.telegram.counters = kept.counters;
      if (kept.wall) this.world.wall.restore(kept.wall);
    } catch {
      /* no state yet */
    }
    this.world.phones.on("change", () => this.saveSoon());
    this.world.phones.on("request", () => this.saveSoon());
    this.world.wall.on("change", () => this.saveSoon());
  }

  /** Built-in pictures are found again on the new port. */
  private relink<T extends { url?: string; name?: string }>(a: T): T {
    return a.name && this.world.cdn.get(a.name) ? { ...a, url: this.world.cdn.link(a.name) } : { ...a, url: undefined };
  }

  private saveSoon(): void {
    this.saving ??= setTimeout(() => this.save(), 500);
  }

  private save(): void {
    const file = this.options.stateFile;
    clearTimeout(this.saving);
    this.saving = undefined;
    if (!file) return;
    const state = {
      chats: this.world.phones.list(),
      webhook: this.telegram.webhook.registration,
      counters: this.telegram.counters,
      wall: this.world.wall.dump(),
    };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  }

  async stop(): Promise<void> {
    if (this.saving) this.save();
    this.world.stopped = true;
    this.world.hooks.stop();
    await Promise.all(this.services.map((s) => s.listener.stop()));
  }
}

function door<S extends MessagingService>(stand: S): Door<S> {
  const known = new Map<string, Customer>();
  return Object.defineProperties(stand, {
    customer: {
      value: (name: string, options?: ChatOptions) => {
        const made = known.get(`${options?.kind ?? ""}/${name}`) ?? new Customer(stand, name, options);
        known.set(`${options?.kind ?? ""}/${name}`, made);
        return made;
      },
    },
    sent: {
      get: () =>
        stand.world.phones
          .list(stand.platform)
          .flatMap((c) =>
            c.messages.filter((m) => m.from === "team").map((m) => ({ ...m, customer: c.name, peer: c.peer })),
          )
          .sort((a, b) => a.at - b.at),
    },
  }) as Door<S>;
}

/** Starts all stand-ins. */
export function startStandins(options: Options = {}): Promise<Standins> {
  return new Standins(options).start();
}
