import { badRequest } from "./errors.ts";
import { textOf } from "../common/form.ts";
import type { World } from "../common/world.ts";

/** Updates that come only when they are asked for by name. */
const ON_REQUEST = ["chat_member", "message_reaction", "message_reaction_count"];

export interface Registration {
  url: string;
  secret?: string;
  allowed?: string[];
  maxConnections: number;
}

interface Update {
  id: number;
  kind: string;
  at: number;
  body: Record<string, unknown>;
  taken: boolean;
}

/** The bot's webhook and its pending updates: kept 24 hours, in order per chat, retried until taken. */
export class BotWebhook {
  registration: Registration | undefined;
  private updates: Update[] = [];
  nextId: number;
  lastError: { date: number; message: string } | undefined;

  constructor(
    private readonly world: World,
    firstId: number,
    private readonly reply: (method: Record<string, unknown>) => void,
  ) {
    this.nextId = firstId;
  }

  set(values: Record<string, unknown>): void {
    const url = textOf(values.url) ?? "";
    if (url === "") return this.remove(values);
    let parsed: URL;
    try {
      parsed = new URL(url);
    } catch {
      throw badRequest("bad webhook: invalid webhook URL specified");
    }
    const local = ["localhost", "127.0.0.1", "[::1]"].includes(parsed.hostname);
    if (parsed.protocol !== "https:" && !local)
      throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
    if (!local && !["", "443", "80", "88", "8443"].includes(parsed.port))
      throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
    const secret = textOf(values.secret_token);
    if (secret !== undefined && !/^[A-Za-z0-9_-]{1,256}$/.test(secret))
      throw badRequest("secret token contains unallowed characters");
    const connections = Number(values.max_connections ?? 40);
    if (!(connections >= 1 && connections <= 100)) throw badRequest("max_connections must be between 1 and 100");
    this.registration = {
      url,
      secret,
      allowed: listOf(values.allowed_updates) ?? this.registration?.allowed,
      maxConnections: connections,
    };
    if (isTrue(values.drop_pending_updates)) this.drop();
    this.world.hooks.flushWaiting();
  }

  remove(values: Record<string, unknown>): void {
    this.registration = undefined;
    if (isTrue(values.drop_pending_updates)) this.drop();
  }

  private drop(): void {
    this.updates = [];
    this.world.hooks.dropWaiting("telegram");
  }

  info(): Record<string, unknown> {
    const r = this.registration;
    return {
      url: r?.url ?? "",
      has_custom_certificate: false,
      pending_update_count: this.updates.filter((u) => !u.taken).length,
      ...(r ? { max_connections: r.maxConnections, ip_address: "127.0.0.1" } : {}),
      ...(r?.allowed ? { allowed_updates: r.allowed } : {}),
      ...(this.lastError ? { last_error_date: this.lastError.date, last_error_message: this.lastError.message } : {}),
    };
  }

  private wanted(kind: string): boolean {
    const allowed = this.registration?.allowed;
    return allowed && allowed.length > 0 ? allowed.includes(kind) : !ON_REQUEST.includes(kind);
  }

  /** Queues an update and delivers it as soon as a webhook is set. False when the bot does not want this kind. */
  push(
    kind: string,
    lane: string,
    content: unknown,
    notify?: (state: "delivered" | "retrying" | "failed" | "waiting" | "held" | "pending", attempts: number) => void,
  ): boolean {
    if (!this.wanted(kind)) return false;
    const id = this.nextId++;
    const update: Update = {
      id,
      kind,
      at: this.world.clock.now(),
      body: { update_id: id, [kind]: content },
      taken: false,
    };
    this.updates.push(update);
    this.world.hooks.enqueue({
      platform: "telegram",
      lane,
      strict: true,
      part: update.body,
      make: ([part]) => {
        const r = this.registration;
        if (!r) return undefined;
        const at = new URL(r.url);
        return {
          // The tests' Worker may have moved to another port since: its address wins over the registered one.
          path: at.pathname + at.search,
          headers: {
            "content-type": "application/json",
            ...(r.secret === undefined ? {} : { "x-telegram-bot-api-secret-token": r.secret }),
          },
          body: JSON.stringify(part),
        };
      },
      notify: (state, detail) => {
        if (state === "delivered") this.take(update);
        if (state === "retrying") {
          const why =
            detail.status === undefined ? "Connection refused" : `Wrong response from the webhook: ${detail.status}`;
          this.lastError = { date: Math.floor(this.world.clock.now() / 1000), message: why };
        }
        notify?.(state, detail.attempts);
      },
      answered: (body) => {
        try {
          const parsed = JSON.parse(body) as Record<string, unknown>;
          if (typeof parsed?.method === "string") this.reply(parsed);
        } catch {
          /* an answer that is no JSON asks for nothing */
        }
      },
    });
    return true;
  }

  private take(update: Update): void {
    update.taken = true;
    this.updates = this.updates.filter((u) => !u.taken);
  }

  /** `getUpdates`: what is pending from `offset` on. */
  poll(offset: number, limit: number): unknown[] {
    const day = 24 * 60 * 60 * 1000;
    this.updates = this.updates.filter((u) => this.world.clock.now() - u.at < day && !(offset > 0 && u.id < offset));
    const start = offset < 0 ? this.updates.slice(offset) : this.updates;
    return start.slice(0, limit).map((u) => u.body);
  }
}

function listOf(value: unknown): string[] | undefined {
  if (typeof value === "string") {
    try {
      return listOf(JSON.parse(value));
    } catch {
      return undefined;
    }
  }
  return Array.isArray(value) ? value.map(String) : undefined;
}

const isTrue = (value: unknown): boolean => value === true || value === "true" || value === "True" || value === "1";
