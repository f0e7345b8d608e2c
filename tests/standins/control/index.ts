import { readFileSync } from "node:fs";
import { Service } from "../common/stand.ts";
import { readFields, textOf } from "../common/form.ts";
import { pictureNames } from "../common/pictures.ts";
import { act, summary } from "./actions.ts";
import { setUp } from "./settings.ts";
import { brief, lookAtWall, onWall } from "./wall.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import type { Standins } from "../index.ts";
import type { Chat } from "../common/phones.ts";
import type { WallPost } from "../wall/model.ts";

const PAGE: Record<string, [string, string]> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/phones.css": ["phones.css", "text/css; charset=utf-8"],
  "/phones.js": ["phones.js", "text/javascript; charset=utf-8"],
  "/chat.js": ["chat.js", "text/javascript; charset=utf-8"],
  "/wall": ["wall.html", "text/html; charset=utf-8"],
  "/wall.css": ["wall.css", "text/css; charset=utf-8"],
  "/wall.js": ["wall.js", "text/javascript; charset=utf-8"],
  "/post.js": ["post.js", "text/javascript; charset=utf-8"],
  "/panel.js": ["panel.js", "text/javascript; charset=utf-8"],
  "/writer.js": ["writer.js", "text/javascript; charset=utf-8"],
  "/words.js": ["words.js", "text/javascript; charset=utf-8"],
  "/comment.js": ["comment.js", "text/javascript; charset=utf-8"],
};

const json = (body: unknown, status = 200): Answer => ({ status, headers: { "cache-control": "no-store" }, body });

/** The page of phones, the media the platforms' content networks hold, and control from other processes. */
export class Hub extends Service {
  constructor(private readonly all: Standins) {
    super(all.world, "hub");
  }

  protected notFound(): Answer {
    return { status: 404, headers: { "content-type": "text/plain" }, body: "Not Found" };
  }

  protected route(call: Call): Route | undefined {
    const page = PAGE[call.path];
    if (page && call.method === "GET") {
      return {
        endpoint: ["page"],
        run: () => ({
          status: 200,
          headers: { "content-type": page[1], "cache-control": "no-cache" },
          body: readFileSync(new URL(`../phones/${page[0]}`, import.meta.url)),
        }),
      };
    }
    if (call.path.startsWith("/cdn/")) return { endpoint: ["cdn"], run: () => this.media(call) };
    if (call.path === "/_control/events") return { endpoint: ["events"], run: () => this.events(call) };
    if (call.path.startsWith("/_control/")) return { endpoint: ["control"], run: () => this.control(call) };
    return undefined;
  }

  private async media(call: Call): Promise<Answer> {
    const done = await this.world.cdn.answer(call);
    if (done !== "drop") return done;
    call.req.socket.destroy();
    return { status: 200 };
  }

  /** Server-sent events: a chat whenever it changes, the delivery counts with it. */
  private events(call: Call): Promise<Answer> {
    const { res } = call;
    res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store", connection: "keep-alive" });
    const send = (name: string, data: unknown) => res.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    send("hello", summary(this.all));
    const waiting = new Map<string, Chat>();
    const posts = new Set<WallPost>();
    let timer: NodeJS.Timeout | undefined;
    const flush = () => {
      timer = undefined;
      for (const chat of waiting.values()) send("chat", chat);
      waiting.clear();
      for (const post of posts) send("post", brief(this.all, post));
      posts.clear();
      send("state", this.all.hub.counts());
    };
    const change = (chat: Chat) => {
      waiting.set(chat.key, chat);
      timer ??= setTimeout(flush, 25);
    };
    const wall = (post: WallPost) => {
      posts.add(post);
      // A storm changes its post thousands of times.
      timer ??= setTimeout(flush, 100);
    };
    const beat = setInterval(() => res.write(": beat\n\n"), 15_000);
    this.world.phones.on("change", change);
    this.world.wall.on("change", wall);
    return new Promise((done) =>
      call.req.socket.once("close", () => {
        clearInterval(beat);
        clearTimeout(timer);
        this.world.phones.off("change", change);
        this.world.wall.off("change", wall);
        done({ status: 200 });
      }),
    );
  }

  counts(): Record<string, unknown> {
    const log = this.world.hooks.log;
    const by = (state: string) => log.filter((d) => d.state === state).length;
    return {
      workerUrl: this.world.hooks.workerUrl ?? null,
      delivered: by("delivered"),
      pending: by("pending"),
      retrying: by("retrying"),
      failed: by("failed"),
      clockOffsetMs: this.world.clock.offsetMs,
      telegramWebhook: this.all.telegram.webhook.registration !== undefined,
    };
  }

  private async control(call: Call): Promise<Answer> {
    const what = call.path.slice("/_control/".length);
    const fields = readFields(call);
    const v = fields.values;
    try {
      if (call.method === "GET") return await this.look(what, v);
      if (call.method !== "POST" && call.method !== "DELETE") return json({ error: "GET, POST or DELETE" }, 405);
      if (!fields.valid) return json({ error: "the body is not a JSON object" }, 400);
      if (what === "act") return json(act(this.all, v));
      if (what === "wall") return json(onWall(this.all, v));
      return json(setUp(this.all, what, call.method, v));
    } catch (error) {
      return json({ error: (error as Error).message }, 400);
    }
  }

  private async look(what: string, v: Record<string, unknown>): Promise<Answer> {
    const platform = textOf(v.platform);
    switch (what) {
      case "wall":
        return json(lookAtWall(this.all, v));
      case "state":
        return json({ ...summary(this.all), ...this.counts() });
      case "vars":
        return json(this.all.vars());
      case "accounts":
        return json(this.all.accounts());
      case "channel":
        return json({
          slack: this.all.channel.slackUrl,
          teams: this.all.channel.teamsUrl,
          json: this.all.channel.jsonUrl,
          posts: this.all.channel.posts,
        });
      case "bedrock":
        return json({ totals: this.all.bedrock.totals, calls: this.all.bedrock.calls });
      case "requests":
        return json(this.all.requests(platform, textOf(v.endpoint)));
      case "deliveries":
        return json(this.world.hooks.log.filter((d) => platform === undefined || d.platform === platform));
      case "faults":
        return json(this.world.faults.list());
      case "pictures":
        return json(pictureNames);
      case "sent":
        return json(
          platform
            ? this.all.stand(platform).sent
            : (["instagram", "facebook", "whatsapp", "telegram"] as const).flatMap((p) =>
                this.all[p].sent.map((m) => ({ platform: p, ...m })),
              ),
        );
      case "idle":
        await this.all.idle();
        return json(this.counts());
      default:
        return json({ error: `nothing at ${what}` }, 404);
    }
  }
}
