/** Plays the API inside Vite's servers, from invented data, for building the page and for its pictures. */
import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { getResponse } from "msw";
import type { Plugin } from "vite";
import { WebSocketServer } from "ws";
import { problem, shaped } from "./handlers/http.ts";
import { Played } from "./played.ts";

type Next = () => void;
interface Host {
  middlewares: { use(handle: (request: IncomingMessage, response: ServerResponse, next: Next) => void): unknown };
  httpServer: unknown;
}

export function playedApi(): Plugin {
  const played = new Played();
  return {
    name: "played-api",
    configureServer: (host) => serve(played, host),
    configurePreviewServer: (host) => {
      const headers = staticHeaders();
      host.middlewares.use((_request, response, next) => {
        for (const [name, value] of headers) response.setHeader(name, value);
        next();
      });
      serve(played, host);
    },
  };
}

/** The headers that every built file is sent with, so that the page is seen under its real policy. */
export function staticHeaders(): [string, string][] {
  const text = readFileSync(new URL("../public/_headers", import.meta.url), "utf8").split("/assets/*")[0] ?? "";
  return [...text.matchAll(/^ {2}([A-Za-z-]+): (.+)$/gm)].map((match) => [match[1] ?? "", match[2] ?? ""]);
}

function serve(played: Played, host: Host): void {
  const sockets = new WebSocketServer({ noServer: true });
  const tell = (frame: object) => {
    for (const socket of sockets.clients) socket.send(JSON.stringify(frame));
  };
  played.onDrop = () => sockets.clients.forEach((socket) => socket.terminate());
  played.world.onChange = (thread, version) => tell({ thread, version });
  (host.httpServer as Server).on("upgrade", (request, socket, head) => {
    if (request.url !== "/api/v1/live") return;
    if (played.weather === "broken") {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) =>
      client.send(JSON.stringify({ hello: { at: new Date().toISOString() } })),
    );
  });
  host.middlewares.use((request, response, next) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/api/v1/") && url.pathname !== "/__play") return next();
    void respond(played, url, request, response);
  });
}

async function respond(played: Played, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const method = request.method ?? "GET";
  const headers = new Headers({ "content-type": request.headers["content-type"] ?? "application/octet-stream" });
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(chunks);
  const asked = new Request(url, { method, headers, body });
  const answer =
    (await getResponse(played.handlers, asked)) ??
    problem(shaped(404, "not_found", "The played API has no such operation."));
  response.statusCode = answer.status;
  response.setHeader("cache-control", "no-store");
  const type = answer.headers.get("content-type");
  if (type !== null) response.setHeader("content-type", type);
  response.end(Buffer.from(await answer.arrayBuffer()));
}
