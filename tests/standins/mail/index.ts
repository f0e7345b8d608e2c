import { Bucket } from "../common/bucket.ts";
import { DAY } from "../common/clock.ts";
import { objectOf, textOf } from "../common/form.ts";
import { Service } from "../common/stand.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import type { World } from "../common/world.ts";

export interface Mail {
  at: number;
  id: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
}

const address = /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;]+$/;
const bare = (given: string): string => /<([^<>]*)>$/.exec(given.trim())?.[1] ?? given.trim();

/** A provider of mail by HTTPS, as Resend documents it: `POST /emails`. */
export class MailProvider extends Service {
  readonly key = "re_standin_0001";
  readonly domain = "mail.team.example";
  /** Mails that went out, oldest first. */
  readonly mails: Mail[] = [];
  /** Two requests a second, by the documents; a second mail may follow the first at once. */
  readonly rate = new Bucket(2, 2);
  private readonly known = new Map<string, { at: number; body: string; answer: Answer | undefined }>();

  constructor(world: World) {
    super(world, "mail");
  }

  get from(): string {
    return `Tributary <digest@${this.domain}>`;
  }

  protected notFound(): Answer {
    return this.refusal(404, "not_found", "The requested endpoint does not exist.");
  }

  protected route(call: Call): Route | undefined {
    if (call.method !== "POST" || call.path !== "/emails") return undefined;
    return { endpoint: ["emails"], run: () => this.take(call), error: (name, after) => this.documented(name, after) };
  }

  private refusal(status: number, name: string, message: string, headers: Record<string, string> = {}): Answer {
    return { status, headers, body: { statusCode: status, name, message } };
  }

  private documented(name: string, after = 1): Answer {
    const known: Record<string, [number, string]> = {
      "rate-limited": [429, "rate_limit_exceeded"],
      "daily-quota": [429, "daily_quota_exceeded"],
      "invalid-key": [403, "invalid_api_key"],
      "not-verified": [403, "validation_error"],
      invalid: [422, "invalid_to_address"],
      "in-progress": [409, "concurrent_idempotent_requests"],
      internal: [500, "application_error"],
    };
    const [status, word] = known[name] ?? [500, "internal_server_error"];
    return this.refusal(status, word, "As documented.", status === 429 ? { "retry-after": String(after) } : {});
  }

  private take(call: Call): Answer {
    const { headers } = call;
    if (!headers["user-agent"])
      return { status: 403, headers: { "content-type": "text/plain" }, body: "error code: 1010" };
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    if (!token) return this.refusal(401, "missing_api_key", "Missing API key in the authorization header.");
    if (token !== this.key) return this.refusal(403, "invalid_api_key", "API key is invalid.");
    const now = this.world.clock.now();
    const wait = this.rate.take("all", now);
    if (wait > 0) return this.documented("rate-limited", Math.ceil(wait / 1000));
    const text = call.body.toString("utf8");
    const key = headers["idempotency-key"];
    if (typeof key !== "string") return this.send(text);
    if (key.length < 1 || key.length > 256)
      return this.refusal(400, "invalid_idempotency_key", "The key must be between 1-256 chars.");
    const before = this.known.get(key);
    if (before && now - before.at < DAY) {
      if (before.body !== text)
        return this.refusal(
          409,
          "invalid_idempotent_request",
          "Same idempotency key used with a different request payload.",
        );
      return before.answer ?? this.documented("in-progress");
    }
    const answer = this.send(text);
    if (answer.status === 200) this.known.set(key, { at: now, body: text, answer });
    return answer;
  }

  private send(body: string): Answer {
    const given = objectOf(body);
    if (!given) return this.refusal(422, "validation_error", "The request body is not JSON.");
    const [from, subject, text, html] = [
      textOf(given.from),
      textOf(given.subject),
      textOf(given.text),
      textOf(given.html),
    ];
    const to = (Array.isArray(given.to) ? given.to : [given.to]).map((one) => textOf(one));
    if (!from || !subject || to.some((one) => !one))
      return this.refusal(422, "missing_required_field", "The request body is missing one or more required fields.");
    if (/[\r\n]/.test(subject)) return this.refusal(422, "validation_error", "The subject has more than one line.");
    if (!text && !html) return this.refusal(422, "missing_required_field", "Missing `html` or `text` field.");
    if (!address.test(bare(from))) return this.refusal(422, "invalid_from_address", "Invalid `from` field.");
    if (bare(from).split("@")[1] !== this.domain)
      return this.refusal(403, "validation_error", "The domain is not verified.");
    const known = to.map((one) => String(one));
    if (known.length > 50 || known.some((one) => !address.test(bare(one))))
      return this.refusal(422, "validation_error", "Invalid `to` field.");
    const mail: Mail = {
      at: this.world.clock.now(),
      id: this.world.ids.trace(),
      from,
      to: known,
      subject,
      text: text ?? "",
      html: html ?? "",
    };
    this.mails.push(mail);
    return { status: 200, body: { id: mail.id } };
  }
}
