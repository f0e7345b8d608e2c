/** One played server: its world, and how it behaves right now. What it answers stands in `handlers/`. */
import type { RequestHandler } from "msw";
import { mediaHandlers } from "./handlers/media.ts";
import { postHandlers } from "./handlers/posts.ts";
import { replyHandlers } from "./handlers/replies.ts";
import { sessionHandlers } from "./handlers/session.ts";
import { teamHandlers } from "./handlers/team.ts";
import { threadHandlers } from "./handlers/threads.ts";
import { weatherHandlers } from "./handlers/weather.ts";
import { World } from "./world.ts";

export type Weather = "fine" | "slowList" | "broken" | "signedOut" | "new";

export class Played {
  weather: Weather = "fine";
  failedAccount = false;
  /** Cuts every live connection. */
  onDrop: () => void = () => {};
  /** Replies by their ids, as the words that came with them. */
  readonly replies = new Map<string, string>();
  readonly media = new Map<string, { type: string; data: ArrayBuffer }>();
  readonly handlers: RequestHandler[];

  constructor(readonly world = new World(150)) {
    this.handlers = [
      ...weatherHandlers(this),
      ...sessionHandlers(this),
      ...teamHandlers(),
      ...mediaHandlers(this),
      ...replyHandlers(this),
      ...threadHandlers(this),
      ...postHandlers(this),
    ];
  }
}
