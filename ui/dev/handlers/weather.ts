/** What befalls every request, and `/__play`, by which tests and pictures order it. */
import { delay, http as untyped, HttpResponse } from "msw";
import type { Played, Weather } from "../played.ts";
import { World, type Fate } from "../world.ts";
import { refuse, shaped } from "./http.ts";

interface Order {
  weather?: Weather;
  fate?: Fate;
  empty?: boolean;
  write?: { thread: string; text: string };
  reset?: boolean;
  failedAccount?: boolean;
  drop?: boolean;
}

export function weatherHandlers(played: Played) {
  return [
    untyped.post("*/__play", async ({ request }) => {
      play(played, (await request.json()) as Order);
      return new HttpResponse(null, { status: 204 });
    }),
    // What this does not answer, the handler of the operation does.
    untyped.all("*/api/v1/*", async ({ request }) => {
      const { pathname } = new URL(request.url);
      if (played.weather === "slowList" && pathname.startsWith("/api/v1/threads")) await delay("infinite");
      if (played.weather === "broken" && pathname !== "/api/v1/session")
        refuse(shaped(503, "unavailable", "The inbox is being moved and will be back in a minute."));
      return undefined;
    }),
  ];
}

function play(played: Played, order: Order): void {
  const { world } = played;
  if (order.reset) Object.assign(world, { threads: new World(150).threads, fate: "sent" });
  if (order.weather !== undefined) played.weather = order.weather;
  if (order.fate !== undefined) world.fate = order.fate;
  if (order.empty) world.threads.clear();
  if (order.failedAccount !== undefined) played.failedAccount = order.failedAccount;
  if (order.drop) played.onDrop();
  const held = order.write === undefined ? undefined : world.threads.get(order.write.thread);
  if (held !== undefined && order.write !== undefined) world.customerWrites(held, order.write.text);
}
