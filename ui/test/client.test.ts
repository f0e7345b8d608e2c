/** Asking the API: what is sent, and what becomes of answers that are no success. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerOf, Client, explain, NoAnswer, Refusal } from "../src/api/client.ts";

/** Addresses of the page are relative; Node has no page. */
const BrowserRequest = globalThis.Request;
globalThis.Request = class extends BrowserRequest {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(typeof input === "string" ? new URL(input, "https://inbox.example") : input, init);
  }
};

function asked(answer: () => Response | Promise<Response>): { client: Client; requests: Request[] } {
  const requests: Request[] = [];
  const client = new Client((request) => {
    requests.push(request as Request);
    return Promise.resolve().then(answer);
  });
  return { client, requests };
}

test("an operation is asked at its path, with its query and its body as JSON", async () => {
  const { client, requests } = asked(() => Response.json({ items: [] }));
  await client.threads({ queue: "tm_1/2", limit: 25 });
  await client.close("thr 1", { expectedVersion: 7 });
  assert.equal(requests[0]?.url, "https://inbox.example/api/v1/threads?queue=tm_1%2F2&limit=25");
  assert.equal(requests[1]?.url, "https://inbox.example/api/v1/threads/thr%201/close");
  assert.equal(requests[1]?.method, "POST");
  assert.equal(requests[1]?.headers.get("content-type"), "application/json");
  assert.deepEqual(await requests[1]?.json(), { expectedVersion: 7 });
});

test("a file goes up as its bytes, under its type", async () => {
  const { client, requests } = asked(() => Response.json({ id: "med_1" }, { status: 201 }));
  await client.upload(new File(["abc"], "a b.png", { type: "image/png" }));
  assert.equal(requests[0]?.url, "https://inbox.example/api/v1/media?name=a%20b.png");
  assert.equal(requests[0]?.headers.get("content-type"), "image/png");
  assert.equal(await requests[0]?.text(), "abc");
});

test("a refusal is thrown with its problem; the end of a session is told, but for who asks for it", async () => {
  const problem = { type: "about:blank", title: "", status: 401, code: "unauthorized", detail: "Sign in again." };
  const { client } = asked(() => Response.json(problem, { status: 401 }));
  let ended = 0;
  client.onSignedOut = () => (ended += 1);
  await assert.rejects(client.counts(), (error) => error instanceof Refusal && error.code === "unauthorized");
  assert.equal(ended, 1);
  await assert.rejects(client.session(), Refusal);
  assert.equal(ended, 1);
});

test("a broken connection and a broken answer are no answer", async () => {
  const lost = asked(() => Promise.reject(new TypeError("fetch failed")));
  await assert.rejects(lost.client.reopen("thr_1"), NoAnswer);
  const half = asked(() => new Response('{"items": [', { headers: { "content-type": "application/json" } }));
  await assert.rejects(half.client.teams(), (error) => error instanceof NoAnswer && /broke off/.test(explain(error)));
  const page = asked(() => new Response("<html>", { status: 502 }));
  await assert.rejects(page.client.teams(), (error) => error instanceof Refusal && error.code === "unavailable");
});

test("what has no content answers with nothing", async () => {
  const { client } = asked(() => new Response(null, { status: 204 }));
  assert.equal(await answerOf(client.api.DELETE("/api/v1/session")), undefined);
});
