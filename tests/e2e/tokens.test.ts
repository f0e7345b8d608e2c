/** Programs with a token: they read and do desk work under their own name, and reach no customer by any way. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { assertChained } from "../harness/audit.ts";
import { startProduct, type Product } from "../harness/product.ts";
import { newReplyId, Session } from "../harness/session.ts";
import { stateFiles } from "../harness/state.ts";
import type { AuditItem, Page, Problem, ThreadItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { root } from "../../tools/runtime.ts";

type Token = {
  id: string;
  name: string;
  role: string;
  madeBy: string;
  madeByName: string;
  madeAt: string;
  lastUsedAt: string | null;
  expiresAt: string | null;
  good: boolean;
};
type Made = { token: Token; secret: string };
type Operation = { operationId: string; security?: Record<string, unknown>[]; "x-role"?: string };

let product: Product;
let thread: ThreadItem;
const secrets: string[] = [];
before(async () => {
  product = await startProduct({
    team: { Vera: "viewer", Mia: "agent", Lena: "admin" },
    connect: (platform) => platform === "facebook",
  });
  const customer = product.standins.facebook.customer("Ana");
  customer.text("Where is my order?");
  thread = await product.threadOf(customer, (one) => one.topic !== null);
});
after(() => product.stop());

/** The API as a program uses it. */
class Program extends Session {
  constructor(readonly secret: string) {
    super(product.url, "a program");
  }

  override ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    return super.ask<T>(method, path, body, { authorization: `Bearer ${this.secret}`, ...headers });
  }
}

const make = async (body: Record<string, unknown>, by = product.team.person("Lena")): Promise<Made> => {
  const made = await by.post<Made>("/tokens", body);
  secrets.push(made.secret);
  return made;
};
const program = async (role: string, by?: Session) => new Program((await make({ name: `A ${role}`, role }, by)).secret);
const tokens = async () => (await product.owner.get<Page<Token>>("/tokens")).items;
const workspace = async (action: string) =>
  (await product.owner.get<Page<AuditItem>>("/audit?limit=100")).items.filter((one) => one.action === action);

const description = JSON.parse(readFileSync(join(root, "shared/wire/openapi.json"), "utf8")) as {
  paths: Record<string, Record<string, Operation>>;
};
const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]) => ({
    method: method.toUpperCase(),
    path,
    operation: one.operationId,
    role: one["x-role"],
    open: one.security?.some((way) => "token" in way) ?? false,
  })),
);
const filled = (path: string) =>
  path
    .replace("{thread}", thread.id)
    .replace("{account}", product.team.accounts[0]?.id ?? "")
    .replace("{contact}", thread.contact.id)
    .replace(/\{[a-z]+\}/g, "none");

describe("a token", () => {
  it("is made by an administrator, shown once, and only its digest is kept", async () => {
    const { token, secret } = await make({ name: " Weekly report ", role: "viewer", expiresInDays: 30 });
    assert.match(secret, /^trb_[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(
      [token.name, token.role, token.madeByName, token.lastUsedAt, token.good],
      ["Weekly report", "viewer", "Lena", null, true],
    );
    assert.equal(Date.parse(token.expiresAt ?? "") - Date.parse(token.madeAt), 30 * 86_400_000);
    const listed = (await tokens()).find((one) => one.id === token.id);
    assert.deepEqual(listed, token);
    const [row] = await product.rows<{ digest: string }>("SELECT * FROM tokens WHERE id = ?", token.id);
    assert.equal(row?.digest, createHash("sha256").update(secret.slice("trb_".length)).digest("hex"));
    const [entry] = await workspace("tokenMade");
    assert.deepEqual(
      [entry?.actor.name, entry?.detail.token, entry?.detail.name, entry?.detail.role],
      ["Lena", token.id, "Weekly report", "viewer"],
    );
  });

  it("is a viewer or an agent, for a year at most, and is made by nobody below an administrator", async () => {
    const owner = product.owner;
    for (const role of ["admin", "owner"])
      assert.equal((await owner.refused(403, "role_too_high", "POST", "/tokens", { name: "x", role })).field, "role");
    for (const expiresInDays of [0, 366])
      assert.equal(
        (await owner.refused(422, "invalid", "POST", "/tokens", { name: "x", role: "viewer", expiresInDays })).field,
        "expiresInDays",
      );
    await owner.refused(422, "invalid", "POST", "/tokens", { name: " ", role: "viewer" });
    await owner.refused(422, "invalid", "POST", "/tokens", { name: "x", role: "viewer", scope: "all" });
    for (const [method, path] of [
      ["GET", "/tokens"],
      ["POST", "/tokens"],
      ["DELETE", "/tokens/tok_1"],
    ] as const) {
      await product.team
        .person("Mia")
        .refused(403, "role_too_low", method, path, method === "POST" ? { name: "x", role: "viewer" } : undefined);
    }
  });

  it("reads, and says in the list when it last did, to the hour and with one write an hour", async () => {
    const reader = await program("viewer");
    assert.equal((await reader.thread(thread.id)).id, thread.id);
    assert.equal((await reader.messages(thread.id))[0]?.text, "Where is my order?");
    assert.equal((await reader.threads()).length, 1);
    const id = (await tokens())[0]?.id;
    const used = await until("its use is noted", async () => (await tokens())[0]?.lastUsedAt);
    assert.equal(Date.parse(used) % 3_600_000, 0);
    await product.rows("UPDATE tokens SET used_at = used_at + 1 WHERE id = ?", id);
    await reader.threads();
    await remains(
      "it is not written again",
      async () => Date.parse((await tokens())[0]?.lastUsedAt ?? "") === Date.parse(used) + 1,
      500,
    );
    await product.rows("UPDATE tokens SET used_at = used_at - 3600001 WHERE id = ?", id);
    await reader.threads();
    await until("but in the next hour", async () => (await tokens())[0]?.lastUsedAt === used);
    assert.equal((await reader.refused(400, "invalid_parameter", "GET", "/threads?queue=mine")).field, "queue");
  });

  it("does desk work, and the history names it and whoever made it", async () => {
    const desk = await program("agent");
    const before = product.sends();
    await desk.post(`/threads/${thread.id}/notes`, { text: "From the night desk" });
    await desk.post(`/threads/${thread.id}/tags`, { add: ["night"] });
    const mia = await product.team.teammate("Mia");
    const handed = await desk.post<ThreadItem>(`/threads/${thread.id}/reassign`, { teammateId: mia.id });
    assert.equal(handed.owner.name, "Mia");
    await desk.post(`/threads/${thread.id}/labels`, { urgency: "high" });
    await desk.post(`/threads/${thread.id}/close`);
    await desk.post(`/threads/${thread.id}/reopen`);
    const lena = await product.team.teammate("Lena");
    const history = await product.owner.audit(thread.id);
    const done = history.filter((one) => one.actor.type === "program");
    assert.deepEqual(
      done.map((one) => one.action),
      ["noted", "tagged", "reassigned", "corrected", "closed", "reopened"],
    );
    for (const { actor } of done)
      assert.deepEqual([actor.id, actor.name, actor.token?.name], [lena.id, "Lena", "A agent"]);
    await until(
      "the index has the history",
      async () => (await product.count("audit", `thread = '${thread.id}'`)) === history.length,
    );
    await assertChained(product, thread.id, history);
    assert.equal(product.sends(), before);
    const reader = await program("viewer");
    await reader.refused(403, "role_too_low", "POST", `/threads/${thread.id}/notes`, { text: "x" });
  });
});

describe("every route", () => {
  it("is open to a token for reading and desk work alone, whatever else it asks", async () => {
    const desk = await program("agent", product.owner);
    assert.deepEqual(
      routes
        .filter((one) => one.open && one.method !== "GET")
        .map((one) => one.operation)
        .sort(),
      // Of a post: what is held is given threads or marked as seen, which nobody outside of the team sees.
      [
        "ChangeComments",
        "Close",
        "ClosePost",
        "CorrectLabels",
        "MarkRead",
        "MarkUnread",
        "Note",
        "Reassign",
        "Reopen",
        "ReopenPost",
        "Snooze",
        "Tag",
      ],
    );
    // A reply in doubt lies there: what would be sent again, if a program could.
    product.standins.faults.next("facebook", "send", { kind: "drop-before" });
    const doubtful = await product.owner.reply(thread.id, "In doubt");
    await until(
      "it is in doubt",
      async () => (await product.owner.replyState(thread.id, doubtful.replyId)).status === "uncertain",
    );
    const sends = product.sends();
    const { version } = await product.owner.thread(thread.id);
    const bodies: Record<string, unknown> = {
      Reply: { replyId: newReplyId(), text: "By a program", expectedVersion: version },
      ResolveReply: { outcome: "sendAgain", attempts: 1 },
      AcceptHandover: { items: [] },
      SignIn: { token: "x" },
      Setup: { setupToken: product.vars.SETUP_TOKEN, name: "x", email: "x@team.example" },
      InviteTeammate: { name: "Eve", email: "eve@team.example", role: "admin" },
      MakeToken: { name: "Another", role: "viewer" },
    };
    for (const route of routes.filter(
      (one) => !one.open && !["Health", "Description", "ReadFile", "ReadNamedFile"].includes(one.operation),
    )) {
      const path = filled(route.path.replace("{reply}", doubtful.replyId).replace("{token}", "tok_1"));
      const body = ["GET", "DELETE"].includes(route.method) ? undefined : (bodies[route.operation] ?? {});
      const answer = await desk.ask<Problem>(route.method, path, body);
      assert.equal(`${answer.status} ${answer.body?.code}`, "403 not_for_programs", `${route.method} ${route.path}`);
      assert.equal(answer.headers.getSetCookie().length, 0);
    }
    for (const route of routes.filter((one) => one.open && one.method === "GET" && !one.path.includes("{"))) {
      const query = route.operation === "Search" ? "?q=order" : "";
      assert.equal((await desk.ask("GET", filled(route.path) + query)).status, 200, route.path);
    }
    await remains("nothing was sent", () => product.sends() === sends, 1500);
    assert.equal((await product.owner.replyState(thread.id, doubtful.replyId)).status, "uncertain");
    assert.equal(
      (await product.owner.audit(thread.id)).filter(
        (one) => one.actor.type === "program" && ["replied", "settled"].includes(one.action),
      ).length,
      0,
    );
    const refused = (await workspace("roleRefused")).filter((one) => one.detail.operation === "Reply");
    assert.deepEqual(
      refused.map((one) => [one.actor.name, (one.detail.program as { name: string }).name]),
      [["Robin", "A agent"]],
    );
  });

  it("answers a token by itself: no origin is held against it, and a cookie beside it is refused", async () => {
    const desk = await program("agent");
    const elsewhere = { "sec-fetch-site": "cross-site", origin: "https://reports.example" };
    assert.equal(
      (await desk.ask("POST", `/api/v1/threads/${thread.id}/notes`, { text: "By a tool" }, elsewhere)).status,
      201,
    );
    const owner = product.owner;
    for (const [method, path, body] of [
      ["GET", "/threads", undefined],
      ["POST", `/threads/${thread.id}/notes`, { text: "x" }],
      ["POST", `/threads/${thread.id}/replies`, {}],
    ] as const) {
      const both = await owner.ask<Problem>(method, `/api/v1${path}`, body, { authorization: `Bearer ${desk.secret}` });
      assert.equal(`${both.status} ${both.body.code}`, "400 two_proofs", path);
    }
    // Another scheme is no token, and leaves the cookie what it is.
    assert.equal((await owner.ask("GET", "/api/v1/threads", undefined, { authorization: "Basic eDp5" })).status, 200);
    assert.equal(
      (await new Session(product.url).ask("GET", "/api/v1/threads", undefined, { authorization: "Basic eDp5" })).status,
      401,
    );
  });
});

describe("a token that is not good", () => {
  it("is worth nothing once it is revoked or has expired", async () => {
    const { token, secret } = await make({ name: "Short", role: "viewer", expiresInDays: 1 });
    const short = new Program(secret);
    assert.equal((await short.threads()).length, 1);
    await product.rows("UPDATE tokens SET expires_at = ? WHERE id = ?", Date.now() - 1, token.id);
    const problem = await short.ask<Problem>("GET", "/api/v1/threads");
    assert.deepEqual(
      [problem.status, problem.body.code, problem.headers.get("www-authenticate")],
      [401, "token_invalid", "Bearer"],
    );
    assert.equal((await tokens()).find((one) => one.id === token.id)?.good, false);
    const other = await make({ name: "Revoked", role: "agent" });
    assert.equal((await product.owner.ask("DELETE", `/api/v1/tokens/${other.token.id}`)).status, 204);
    await new Program(other.secret).refused(401, "token_invalid", "GET", "/threads");
    await product.owner.refused(404, "not_found", "DELETE", `/tokens/${other.token.id}`);
    assert.ok((await tokens()).every((one) => one.id !== other.token.id));
    const [entry] = await workspace("tokenRevoked");
    assert.deepEqual([entry?.actor.name, entry?.detail.token], ["Robin", other.token.id]);
    assert.ok((await workspace("tokenRefused")).some((one) => one.detail.token === token.id));
  });

  it("ends with its maker's account, and never may more than they", async () => {
    const lena = await product.team.teammate("Lena");
    const desk = await program("agent", product.team.person("Lena"));
    const note = () => desk.ask<Problem>("POST", `/api/v1/threads/${thread.id}/notes`, { text: "x" });
    const change = async (body: Record<string, unknown>) =>
      assert.equal((await product.owner.ask("PATCH", `/api/v1/teammates/${lena.id}`, body)).status, 200);
    assert.equal((await note()).status, 201);
    await change({ role: "viewer" });
    assert.deepEqual([(await note()).body.code, (await desk.threads()).length], ["role_too_low", 1]);
    await change({ role: "admin", enabled: false });
    assert.equal((await note()).body.code, "token_invalid");
    assert.ok((await tokens()).filter((one) => one.madeByName === "Lena").every((one) => !one.good));
    await change({ enabled: true });
    assert.equal((await note()).status, 201);
  });

  it("is counted when it is wrong, and a good one is taken all the same", async () => {
    const good = await program("viewer", product.owner);
    const forged = [
      "trb_",
      "x",
      `trb_${"a".repeat(43)}`,
      `trb_${"a".repeat(44)}`,
      good.secret.slice(4),
      product.owner.cookie?.split("=")[1] ?? "",
      `${good.secret.slice(0, -1)}?`,
    ];
    const codes: string[] = [];
    for (let n = 0; n < 14; n += 1) {
      const answer = await new Program(forged[n % forged.length] ?? "").ask<Problem>("GET", "/api/v1/threads");
      codes.push(answer.body.code);
      if (answer.status === 429) assert.ok(Number(answer.headers.get("retry-after")) > 0);
      assert.equal((await good.ask("GET", "/api/v1/threads")).status, 200);
    }
    assert.equal(codes[0], "token_invalid");
    assert.equal(codes.at(-1), "too_many_attempts");
  });

  it("stands with the others in no line of the log and no file of the state", async () => {
    assert.ok(secrets.length > 8);
    const log = product.lines.join("\n");
    for (const secret of secrets) assert.ok(!log.includes(secret), "in the log");
    const files = stateFiles(product.stateDir);
    assert.ok(files.length > 3, `only ${files.length} files were read`);
    for (const { name, content } of files) {
      for (const secret of secrets) assert.ok(!content.includes(secret), `in ${name}`);
    }
  });
});
