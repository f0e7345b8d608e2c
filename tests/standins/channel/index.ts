import { Bucket } from "../common/bucket.ts";
import { objectOf, textOf } from "../common/form.ts";
import { Service } from "../common/stand.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import type { World } from "../common/world.ts";

export interface Post {
  at: number;
  kind: "slack" | "teams" | "json";
  /** All words of the post, in reading order. */
  text: string;
  links: string[];
  body: unknown;
}

const plain = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "text/plain", ...headers },
  body,
});

/** Where alerts go: a Slack incoming webhook, a Teams workflow, and any receiver of plain JSON. */
export class TeamChannel extends Service {
  readonly posts: Post[] = [];
  /** Slack: about one message a second. */
  readonly slackRate = new Bucket(1, 10);
  /** Teams: four a second. */
  readonly teamsRate = new Bucket(4, 4);

  constructor(world: World) {
    super(world, "channel");
  }

  get slackUrl(): string {
    return `${this.url}/services/T0STANDIN/B0STANDIN/standinSlackSecret0001`;
  }

  get teamsUrl(): string {
    return `${this.url}/workflows/standin0001/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=standinTeamsSecret0001`;
  }

  get jsonUrl(): string {
    return `${this.url}/hooks/alerts`;
  }

  protected notFound(call: Call): Answer {
    return call.path.startsWith("/services/") ? plain(404, "no_service") : plain(404, "Not Found");
  }

  protected route(call: Call): Route | undefined {
    if (call.path.startsWith("/elsewhere/")) {
      return {
        endpoint: ["elsewhere"],
        run: () => ({
          status: 200,
          headers: { "content-type": "image/png" },
          body: this.world.cdn.get("sunset")?.bytes,
        }),
      };
    }
    if (call.method !== "POST") return undefined;
    if (call.path.startsWith("/services/"))
      return { endpoint: ["slack"], run: () => this.slack(call), error: (name, after) => this.slackError(name, after) };
    if (call.path.startsWith("/workflows/"))
      return { endpoint: ["teams"], run: () => this.teams(call), error: (name, after) => this.teamsError(name, after) };
    if (call.path === "/hooks/alerts")
      return {
        endpoint: ["json"],
        run: () => this.json(call),
        error: (_n, after) => plain(429, "slow down", { "retry-after": String(after ?? 1) }),
      };
    return undefined;
  }

  private slackError(name: string, retryAfter = 1): Answer {
    const known: Record<string, [number, string]> = {
      "invalid-token": [403, "invalid_token"],
      "action-prohibited": [403, "action_prohibited"],
      "channel-not-found": [404, "channel_not_found"],
      "no-service": [404, "no_service"],
      archived: [410, "channel_is_archived"],
    };
    if (name === "rate-limited") return plain(429, "rate_limited", { "retry-after": String(retryAfter) });
    const [status, body] = known[name] ?? [500, "rollup_error"];
    return plain(status, body);
  }

  private teamsError(name: string, retryAfter = 1): Answer {
    if (name === "rate-limited")
      return {
        status: 429,
        headers: { "retry-after": String(retryAfter) },
        body: { error: { code: "TooManyRequests", message: "Rate limit is exceeded. Try again later." } },
      };
    return {
      status: 401,
      body: {
        error: {
          code: "DirectApiAuthorizationRequired",
          message: "The request must be authenticated by a valid signature.",
        },
      },
    };
  }

  private body(call: Call): Record<string, unknown> | undefined {
    if (!(call.headers["content-type"] ?? "").startsWith("application/json")) return undefined;
    return objectOf(call.body.toString("utf8"));
  }

  private slack(call: Call): Answer {
    if (!`${this.url}${call.path}`.startsWith(this.slackUrl))
      return plain(
        call.path.split("/").length === 5 ? 403 : 404,
        call.path.split("/").length === 5 ? "invalid_token" : "no_service",
      );
    const wait = this.slackRate.take("slack", this.world.clock.now());
    if (wait > 0) return this.slackError("rate-limited", Math.ceil(wait / 1000));
    const body = this.body(call);
    if (!body) return plain(400, "invalid_payload");
    const blocks = Array.isArray(body.blocks) ? body.blocks.map((b) => objectOf(b)) : [];
    if (body.blocks !== undefined && (!Array.isArray(body.blocks) || blocks.length > 50))
      return plain(400, "invalid_blocks");
    const texts: string[] = [];
    const links: string[] = [];
    for (const block of blocks) {
      if (!block || !textOf(block.type)) return plain(400, "invalid_blocks");
      if (!["section", "actions", "divider", "header", "context", "image", "rich_text"].includes(String(block.type)))
        return plain(400, "invalid_blocks");
      const text = objectOf(block.text);
      if (block.type === "section" && !text && !Array.isArray(block.fields)) return plain(400, "invalid_blocks");
      const words = textOf(text?.text);
      if (text && (!words || words.length > (block.type === "header" ? 150 : 3000)))
        return plain(400, "invalid_blocks");
      if (words) texts.push(words);
      for (const [, link] of (words ?? "").matchAll(/<(https?:[^|>]+)(?:\|[^>]*)?>/g)) links.push(String(link));
      for (const element of Array.isArray(block.elements) ? block.elements.map((e) => objectOf(e)) : []) {
        const inner = textOf(objectOf(element?.text)?.text) ?? textOf(element?.text);
        if (inner) texts.push(inner);
        if (textOf(element?.url)) links.push(String(element?.url));
      }
    }
    const head = textOf(body.text);
    if (!head && blocks.length === 0) return plain(400, "no_text");
    this.keep("slack", [head ?? "", ...texts].join("\n").trim(), links, body);
    return plain(200, "ok");
  }

  private teams(call: Call): Answer {
    if (call.query.get("sig") !== "standinTeamsSecret0001") return this.teamsError("signature");
    const wait = this.teamsRate.take("teams", this.world.clock.now());
    if (wait > 0) return this.teamsError("rate-limited", Math.ceil(wait / 1000));
    if (call.body.length > 28 * 1024)
      return { status: 413, body: { error: { code: "RequestEntityTooLarge", message: "Request Entity too large" } } };
    const body = this.body(call);
    const invalid = (message: string): Answer => ({
      status: 400,
      body: { error: { code: "TriggerInputSchemaMismatch", message } },
    });
    if (!body || body.type !== "message" || !Array.isArray(body.attachments))
      return invalid("The input body for trigger of type Request did not match its schema definition.");
    const cards = body.attachments.map((a) => objectOf(a));
    const texts: string[] = [];
    const links: string[] = [];
    for (const card of cards) {
      const content = objectOf(card?.content);
      if (
        card?.contentType !== "application/vnd.microsoft.card.adaptive" ||
        content?.type !== "AdaptiveCard" ||
        !textOf(content.version) ||
        !Array.isArray(content.body)
      )
        return invalid("Not an adaptive card.");
      for (const block of content.body.map((b) => objectOf(b)))
        if (textOf(block?.text)) texts.push(String(block?.text));
      for (const action of Array.isArray(content.actions) ? content.actions.map((a) => objectOf(a)) : [])
        if (textOf(action?.url)) links.push(String(action?.url));
    }
    this.keep("teams", texts.join("\n"), links, body);
    return { status: 202 };
  }

  private json(call: Call): Answer {
    const body = this.body(call);
    if (!body) return plain(400, "expected a JSON object");
    this.keep("json", textOf(body.text) ?? JSON.stringify(body), textOf(body.link) ? [String(body.link)] : [], body);
    return { status: 204 };
  }

  private keep(kind: Post["kind"], text: string, links: string[], body: unknown): void {
    this.posts.push({ at: this.world.clock.now(), kind, text, links, body });
    if (this.posts.length > 5000) this.posts.splice(0, 1000);
    this.world.phones.emit("post", this.posts.at(-1));
  }
}
