import { Bucket } from "./bucket.ts";
import { textOf, type Fields } from "./form.ts";
import { fetchLink, type Fetched } from "./media.ts";
import { appSecretProof, escapedJson, hubSignature, legacyHubSignature, sameText } from "./sign.ts";
import { MessagingService } from "./stand.ts";
import { HOUR } from "./clock.ts";
import type { Answer, Call, Route } from "./http.ts";
import type { DeliveryState, Envelope } from "./deliver.ts";
import type { World } from "./world.ts";

export interface MetaAccount {
  platform: "instagram" | "facebook" | "whatsapp";
  kind: string;
  /** Page id, Instagram professional account id, or phone number id. */
  id: string;
  /** Page-linked Instagram: the Page. */
  pageId?: string;
  /** WhatsApp business account. */
  wabaId?: string;
  name: string;
  username?: string;
  token: string;
  tokenState: "valid" | "expired" | "revoked";
  /** Subscribed webhook fields; empty: the app hears nothing. */
  fields: Set<string>;
  /** Approved for the human agent tag. */
  humanAgent: boolean;
  failingSince?: number;
}

/** Percent of a limit. */
export interface Share {
  call_count: number;
  total_cputime: number;
  total_time: number;
}

export interface GraphFault {
  code: number;
  subcode?: number;
  message: string;
  status?: number;
  type?: string;
  transient?: boolean;
  headers?: Record<string, string>;
  title?: string;
  data?: Record<string, unknown>;
}

type Entry = Record<string, unknown>;
type Notify = (state: DeliveryState, attempts: number) => void;

/** Thrown inside a Graph handler; answered as the documented error body. */
export class GraphError extends Error {
  constructor(readonly fault: GraphFault) {
    super(fault.message);
  }
}

export const refuse = (code: number, message: string, subcode?: number, more: Partial<GraphFault> = {}): GraphError =>
  new GraphError({ code, message, subcode, ...more });

/** The parts every Graph host shares: version in the path, token check, errors, usage headers, signed webhooks. */
export abstract class GraphService extends MessagingService {
  accounts: MetaAccount[] = [];
  /** Sends a second per account: documented 300 for text (Messenger, Instagram), 80 for WhatsApp. */
  readonly sends: Bucket;
  /** Calls an hour, by which the usage headers reckon their percent. Calls for comments beyond it are refused. */
  hourlyCalls = 20_000;
  /** What the usage headers say instead of what was reckoned. */
  load: { percent?: number; regainMinutes?: number } = {};
  private calls = new Map<string, { at: number; count: number }>();
  abstract readonly businessType: string;
  abstract readonly appSecret: string;
  abstract readonly object: string;

  constructor(world: World, name: string, rate: number) {
    super(world, name);
    this.sends = new Bucket(rate, rate);
  }

  protected notFound(call: Call): Answer {
    return this.failure({ code: 2500, message: `Unknown path components: ${call.path}` });
  }

  /** The path without the version: `/v25.0/123/messages` gives `['123','messages']`. */
  protected segments(call: Call): string[] {
    const parts = call.path.split("/").filter((p) => p !== "");
    if (/^v\d+\.\d+$/.test(parts[0] ?? "")) parts.shift();
    return parts;
  }

  failure(f: GraphFault): Answer {
    const error: Record<string, unknown> = {
      message: f.message,
      type: f.type ?? "OAuthException",
      code: f.code,
      ...(f.subcode === undefined ? {} : { error_subcode: f.subcode }),
      ...(f.transient === undefined ? {} : { is_transient: f.transient }),
      ...(f.title === undefined ? {} : { error_user_title: f.title }),
      ...(f.data === undefined ? {} : { error_data: f.data }),
      fbtrace_id: this.world.ids.trace(),
    };
    return {
      status: f.status ?? 400,
      headers: { "x-fb-trace-id": String(error.fbtrace_id), ...f.headers },
      body: { error },
    };
  }

  /** Documented errors by name, for faults. */
  namedErrors(): Record<string, GraphFault> {
    return {
      unknown: { code: 1, message: "An unknown error has occurred.", status: 500, transient: false },
      transient: {
        code: 2,
        message: "An unexpected error has occurred. Please retry your request later.",
        status: 500,
        transient: true,
      },
      service: { code: 2, message: "Service temporarily unavailable", status: 503, transient: true },
      "app-limit": { code: 4, message: "(#4) Application request limit reached", transient: true },
      "user-limit": { code: 17, message: "(#17) User request limit reached", transient: true },
      "page-limit": { code: 32, message: "(#32) Page request limit reached", transient: true },
      "too-many-calls": { code: 613, message: "(#613) Calls to this api have exceeded the rate limit.", subcode: 1996 },
      "token-expired": {
        code: 190,
        subcode: 463,
        message: "Error validating access token: Session has expired.",
        status: 401,
      },
      "token-revoked": {
        code: 190,
        subcode: 460,
        message:
          "Error validating access token: The session has been invalidated because the user changed their password.",
        status: 401,
      },
      "app-removed": {
        code: 190,
        subcode: 458,
        message: "Error validating access token: The user has not authorized application.",
        status: 401,
      },
      permission: { code: 10, message: "(#10) Application does not have permission for this action", status: 403 },
      restricted: { code: 10, subcode: 1893063, message: "(#10) This action is not allowed right now", status: 403 },
      policy: { code: 368, message: "The action attempted has been deemed abusive or is otherwise disallowed" },
    };
  }

  graph(endpoint: string[], run: () => Answer | Promise<Answer>, account?: MetaAccount): Route {
    return {
      endpoint,
      run: async () => {
        try {
          const done = await run();
          return { ...done, headers: { ...this.usage(account), ...done.headers } };
        } catch (error) {
          if (!(error instanceof GraphError)) throw error;
          const done = this.failure(error.fault);
          return { ...done, headers: { ...this.usage(account), ...done.headers } };
        }
      },
      error: (name) => {
        const named = this.namedErrors()[name];
        if (!named) throw new Error(`no documented error named ${name} for ${this.name}`);
        const done = this.failure(named);
        return { ...done, headers: { ...this.usage(account), ...done.headers } };
      },
    };
  }

  /** X-App-Usage and X-Business-Use-Case-Usage, percent of the window. */
  private usage(account: MetaAccount | undefined): Record<string, string> {
    const { share } = this.spent(account?.id ?? "app");
    const headers: Record<string, string> = { "x-app-usage": JSON.stringify(share), "facebook-api-version": "v25.0" };
    return account ? { ...headers, ...this.businessUsage(account, this.businessType, share) } : headers;
  }

  /** Counts a call: the calls of this hour, and their part of the limit in percent. */
  spent(key: string): { count: number; share: Share } {
    const now = this.world.clock.now();
    const had = this.calls.get(key);
    const entry = had && now - had.at < HOUR && now >= had.at ? had : { at: now, count: 0 };
    entry.count += 1;
    this.calls.set(key, entry);
    const percent = this.load.percent ?? Math.min(100, Math.floor((entry.count * 100) / this.hourlyCalls));
    return { count: entry.count, share: { call_count: percent, total_cputime: percent, total_time: percent } };
  }

  businessUsage(account: MetaAccount, type: string, share: Share): Record<string, string> {
    const full = share.call_count >= 100;
    const estimated_time_to_regain_access = this.load.regainMinutes ?? (full ? 60 : 0);
    const usage = { [account.id]: [{ type, ...share, estimated_time_to_regain_access }] };
    return { "x-business-use-case-usage": JSON.stringify(usage) };
  }

  /** Who calls: by query parameter, Bearer header or form field. Answers Meta's own refusals otherwise. */
  authorize(call: Call, fields: Fields, accounts: MetaAccount[]): MetaAccount {
    const bearer = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(call.headers.authorization ?? "")?.[1];
    const token = bearer ?? textOf(fields.values.access_token);
    if (!token) throw refuse(104, "An access token is required to request this resource.", undefined, { status: 401 });
    const account = accounts.find((a) => a.token === token);
    if (!account)
      throw refuse(190, "Invalid OAuth access token - Cannot parse access token", undefined, { status: 401 });
    const named = this.namedErrors();
    if (account.tokenState === "expired" && named["token-expired"]) throw new GraphError(named["token-expired"]);
    if (account.tokenState === "revoked" && named["token-revoked"]) throw new GraphError(named["token-revoked"]);
    const proof = textOf(fields.values.appsecret_proof);
    if (proof !== undefined && !this.proofSecrets().some((s) => sameText(appSecretProof(s, token), proof))) {
      throw refuse(100, "Invalid appsecret_proof provided in the API argument", undefined, {
        type: "GraphMethodException",
      });
    }
    return account;
  }

  protected proofSecrets(): string[] {
    return [this.appSecret];
  }

  protected limitSends(account: MetaAccount): void {
    const wait = this.sends.take(account.id, this.world.clock.now());
    if (wait === 0) return;
    const minutes = Math.max(1, Math.ceil(wait / 60_000));
    const busy = {
      type: this.businessType,
      call_count: 100,
      total_cputime: 25,
      total_time: 25,
      estimated_time_to_regain_access: minutes,
    };
    throw this.tooFast({ "x-business-use-case-usage": JSON.stringify({ [account.id]: [busy] }) });
  }

  protected abstract tooFast(headers: Record<string, string>): GraphError;

  /** POST, GET and DELETE of `subscribed_apps`. */
  subscription(call: Call, fields: Fields, account: MetaAccount): Answer {
    const app = { id: this.world.secrets.metaAppId, name: "Tributary", link: "https://inbox.example/" };
    if (call.method === "POST") {
      const asked = textOf(fields.values.subscribed_fields);
      // A Page-linked account hears what the app's Instagram object is subscribed to; the Page's own fields do not
      // matter.
      const own = asked && account.kind !== "page";
      account.fields = new Set(own ? asked.split(",").map((f) => f.trim()) : this.defaultFields());
      account.failingSince = undefined;
      return { status: 200, body: { success: true } };
    }
    if (call.method === "DELETE") {
      account.fields.clear();
      return { status: 200, body: { success: true } };
    }
    const data = account.fields.size > 0 ? [{ ...app, subscribed_fields: [...account.fields] }] : [];
    return { status: 200, body: { data } };
  }

  protected abstract defaultFields(): string[];

  /** Sends one event: `entry` goes into the envelope's list. */
  hook(account: MetaAccount, field: string, lane: string, entry: Entry, notify?: Notify): void {
    if (account.fields.has(field)) this.world.hooks.enqueue(this.envelope(account, lane, entry, notify));
  }

  /** Sends many events as they are aggregated: up to `batch` of them in one body, documented are up to 1000. */
  hookAll(
    account: MetaAccount,
    field: string,
    lane: string,
    events: { entry: Entry; notify?: Notify }[],
    how: { batch: number; parallel: number },
  ): void {
    if (!account.fields.has(field)) return;
    const envelopes = events.map(({ entry, notify }) => this.envelope(account, lane, entry, notify, aggregated));
    this.world.hooks.enqueueAll(envelopes, how);
  }

  private envelope(
    account: MetaAccount,
    lane: string,
    entry: Entry,
    notify?: Notify,
    merge: (parts: unknown[]) => unknown[] = (parts) => parts,
  ): Envelope {
    return {
      platform: this.platform,
      lane,
      batch: `${this.platform}:${account.kind}`,
      part: entry,
      make: (parts) => this.signed(this.body(merge(parts)), this.secretOf(account)),
      notify: (state, detail) => {
        this.watchFailures(account, state);
        notify?.(state, detail.attempts);
      },
    };
  }

  protected body(entry: unknown[]): unknown {
    return { object: this.object, entry };
  }

  /** The app secret that signs an account's webhooks. */
  protected secretOf(_account: MetaAccount): string {
    return this.appSecret;
  }

  /** Any body, signed as Meta signs it. */
  signed(body: unknown, secret = this.appSecret): { path: string; headers: Record<string, string>; body: string } {
    const text = escapedJson(body);
    return {
      path: `/webhooks/${this.platform}`,
      headers: {
        "content-type": "application/json",
        "user-agent": "facebookexternalua",
        "x-hub-signature": legacyHubSignature(secret, text),
        "x-hub-signature-256": hubSignature(secret, text),
      },
      body: text,
    };
  }

  /** Messenger and Instagram unsubscribe an app whose webhook fails for an hour. */
  private watchFailures(account: MetaAccount, state: DeliveryState): void {
    if (state === "delivered") account.failingSince = undefined;
    if (state !== "retrying" || this.platform === "whatsapp") return;
    const now = this.world.clock.now();
    account.failingSince ??= now;
    if (now - account.failingSince > HOUR) account.fields.clear();
  }

  /** The dashboard's verification call. */
  async handshake(
    verifyToken = this.world.secrets.metaVerifyToken,
  ): Promise<{ ok: boolean; status: number; body: string }> {
    const challenge = this.world.ids.digits(10);
    const query = new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.challenge": challenge,
      "hub.verify_token": verifyToken,
    });
    const answer = await fetch(`${this.world.hooks.workerUrl}/webhooks/${this.platform}?${query}`);
    const body = await answer.text();
    return { ok: answer.status === 200 && body === challenge, status: answer.status, body };
  }

  /** Fetches an attachment link and refuses what the platform refuses. */
  async fetched(
    url: unknown,
    limit: number,
    refusal: (why: "unreachable" | "too large") => GraphError,
  ): Promise<Fetched> {
    const link = textOf(url);
    if (!link) throw refusal("unreachable");
    const got = await fetchLink(link, limit);
    if (got === "too large") throw refusal("too large");
    if (!got) throw refusal("unreachable");
    return got;
  }
}

/** Changes of one account in one entry, as Graph aggregates them. */
function aggregated(parts: unknown[]): unknown[] {
  const entries = parts as { id: string; time: number; changes?: unknown[] }[];
  const [first] = entries;
  if (!first || entries.some((e) => e.changes === undefined || e.id !== first.id)) return parts;
  return [{ ...first, time: entries.at(-1)?.time ?? first.time, changes: entries.flatMap((e) => e.changes ?? []) }];
}

/** The names in a `fields` parameter, `a,b{c,d}` giving a and b. */
export function fieldNames(fields: string): string[] {
  let plain = fields;
  for (let before = ""; before !== plain;) {
    before = plain;
    plain = plain.replace(/\{[^{}]*\}/g, "");
  }
  return plain
    .split(",")
    .map((f) => f.trim())
    .filter((f) => f !== "");
}

/** Of an object the fields that were asked for; the id always comes along. */
export function pick(all: Record<string, unknown>, fields: string[]): Record<string, unknown> {
  const wanted = new Set([...fields, "id"]);
  return Object.fromEntries(Object.entries(all).filter(([key]) => wanted.has(key)));
}

/** What Messenger and Instagram share when a Page or professional account sends. */
export function recipientOf(values: Record<string, unknown>): Record<string, unknown> | undefined {
  const raw = values.recipient;
  try {
    const parsed: unknown = typeof raw === "string" ? JSON.parse(raw) : raw;
    return parsed !== null && typeof parsed === "object" ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
