/** What all handlers share: paths, bodies and answers are those of the API's description. */
import { HttpResponse } from "msw";
import { createOpenApiHttp } from "openapi-msw";
import type { paths } from "../../src/api/schema.gen.ts";
import type { Page, Problem } from "../../src/api/types.ts";
import type { Held, World } from "../world.ts";

export const http = createOpenApiHttp<paths>({ baseUrl: "*" });

export function shaped(status: number, code: string, detail: string): Problem {
  return { type: "about:blank", title: code, status, code, detail };
}

export function problem(body: Problem): HttpResponse<Problem> {
  return HttpResponse.json(body, {
    status: body.status,
    headers: { "content-type": "application/problem+json" },
  });
}

/** Ends a handler with a refusal as its answer. */
export function refuse(body: Problem): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a response that is thrown is the handler's answer
  throw problem(body);
}

export function page<T>(items: T[], nextCursor: string | null = null): Page<T> {
  return {
    items,
    pagination: { hasMore: nextCursor !== null, nextCursor },
    meta: { accountsQueried: 4, accountsFailed: 0, failedAccounts: [], lastUpdated: new Date().toISOString() },
  };
}

export function held(world: World, id: string): Held {
  const found = world.threads.get(id);
  if (found === undefined) refuse(shaped(404, "thread_unknown", "There is no such thread. It may have been erased."));
  return found;
}
