/** A teammate at the page, against the played API: what they see, and what the server was asked for. */
import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { setupServer } from "msw/node";
import type { Component } from "svelte";
import { beforeAll } from "vitest";
import { Played } from "../../dev/played.ts";
import { World } from "../../dev/world.ts";
import { Page } from "../../src/state/page.ts";
import Provide from "./Provide.svelte";

export interface Request {
  method: string;
  path: string;
  body: unknown;
}

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));

export async function openPage() {
  const played = new Played(new World(0));
  const asked: Request[] = [];
  server.resetHandlers(...played.handlers);
  server.events.removeAllListeners();
  server.events.on("request:start", ({ request }) => {
    const { pathname } = new URL(request.url);
    const seen: Request = { method: request.method, path: pathname, body: null };
    asked.push(seen);
    void request
      .clone()
      .json()
      .then((body: unknown) => (seen.body = body))
      .catch(() => {});
  });
  const page = new Page();
  await page.session.check();
  // There is no live connection here to wait for.
  page.client.gate = null;
  return {
    page,
    played,
    server,
    user: userEvent.setup(),
    /** The requests of one kind so far. */
    asked: (method: string, path: string) => asked.filter((one) => one.method === method && one.path === path),
    show: <Props extends Record<string, unknown>>(component: Component<Props>, props: Props) =>
      render(Provide, { stores: page, component: component as Component, given: props }),
    /** A thread, opened and read. */
    opened: async (id: string) => {
      page.place.go({ name: "thread", thread: id });
      const thread = page.threads.of(id);
      await thread.refresh();
      if (thread.detail === null) throw new Error(`${id} could not be read`);
      return { thread, detail: thread.detail };
    },
  };
}
