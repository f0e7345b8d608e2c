/** Who may do what: only a signed-in person's answer reaches a customer, and nothing tells secrets. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product, type Role } from "../harness/product.ts";
import { newReplyId, Session } from "../harness/session.ts";
import { stateFiles } from "../harness/state.ts";
import type { ThreadItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { root } from "../../tools/runtime.ts";

const CANARY = "zwergpinscher";
let product: Product;
let thread: ThreadItem;
before(async () => {
  product = await startProduct({ team: { Vera: "viewer", Mia: "agent", Lena: "admin" }, model: true });
  const customer = product.standins.facebook.customer("Ana");
  customer.text(`Where is my order? My word is ${CANARY}`);
  thread = await product.threadOf(customer, (one) => one.topic !== null);
});
after(() => product.stop());

type Route = { method: string; path: string; role: string; takesJson: boolean };
const description = JSON.parse(readFileSync(join(root, "shared/wire/openapi.json"), "utf8")) as {
  paths: Record<string, Record<string, Record<string, unknown>>>;
};
const routes: Route[] = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]) => ({
    method: method.toUpperCase(),
    path,
    role: String(one["x-role"] ?? "public"),
    takesJson: JSON.stringify(one.requestBody ?? {}).includes("application/json"),
  })),
);
const filled = (path: string) =>
  path
    .replace("{thread}", thread.id)
    .replace("{account}", product.team.accounts[0]?.id ?? "")
    .replace("{contact}", thread.contact.id)
    .replace("{reply}", "rpl_00000000")
    .replace("{delivery}", "dlv_00000000000000000000000000000000")
    .replace("{kind}", "knd_00000000000000000000000000000000")
    .replace("{teammate}", "tm_00000000000000000000000000000000");
const ranks: Role[] = ["viewer", "agent", "admin", "owner"];

describe("the description", () => {
  it("is served as it was generated, to anybody", async () => {
    const answer = await fetch(`${product.url}/api/v1/openapi.json`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
    assert.deepEqual(await answer.json(), description);
  });

  it("names every route with the role it needs", () => {
    assert.ok(routes.length >= 40, `${routes.length} routes`);
    for (const route of routes)
      assert.ok(["public", ...ranks].includes(route.role), `${route.method} ${route.path}: ${route.role}`);
    assert.deepEqual(
      routes
        .filter((one) => one.role === "public")
        .map((one) => `${one.method} ${one.path}`)
        .sort(),
      [
        "GET /api/v1/openapi.json",
        "GET /healthz",
        "GET /media/{file}",
        "GET /media/{file}/{name}",
        "POST /api/v1/session",
        "POST /api/v1/setup",
      ],
    );
  });
});

// Before all others: of many attempts, not each is written down.
describe("the live connection", () => {
  it("is refused to the page of another site, and that is written down", async () => {
    const tried = () =>
      product.owner
        .all<{ action: string; detail: { method?: string } }>("/audit?limit=100")
        .then((all) => all.filter((one) => one.detail.method === "WebSocket").length);
    const before = await tried();
    const answer = await product.owner.ask<{ code: string }>("GET", "/api/v1/live", undefined, {
      origin: "https://evil.example",
    });
    assert.equal(`${answer.status} ${answer.body?.code}`, "403 cross_site");
    assert.equal(await tried(), before + 1);
  });
});

describe("every route", () => {
  it("is closed to whoever is not signed in, or below its role, and carries the headers", async () => {
    const people: [Session, number][] = [
      [new Session(product.url), -1],
      [product.team.person("Vera"), 0],
      [product.team.person("Mia"), 1],
      [product.team.person("Lena"), 2],
    ];
    for (const route of routes.filter((one) => one.role !== "public")) {
      const needed = ranks.indexOf(route.role as Role);
      for (const [session, rank] of people) {
        if (rank >= needed) continue;
        const what = `${route.method} ${route.path} as ${session.name}`;
        const answer = await session.ask<{ code: string }>(
          route.method,
          filled(route.path),
          ["GET", "DELETE"].includes(route.method) ? undefined : {},
        );
        assert.equal(
          `${answer.status} ${answer.body?.code}`,
          rank < 0 ? "401 not_signed_in" : "403 role_too_low",
          what,
        );
        assert.equal(answer.headers.get("x-content-type-options"), "nosniff", what);
        assert.equal(answer.headers.get("cache-control"), "no-store", what);
        assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'none'/, what);
        assert.match(answer.headers.get("strict-transport-security") ?? "", /max-age=31536000/, what);
        assert.equal(answer.headers.get("referrer-policy"), "no-referrer", what);
      }
    }
  });

  it("that changes something refuses what another site makes a browser send", async () => {
    const owner = product.owner;
    for (const route of routes.filter((one) => one.method !== "GET")) {
      const foreign: Record<string, string>[] = [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { origin: "https://evil.example" },
        { origin: "null" },
      ];
      for (const headers of foreign) {
        const answer = await owner.ask<{ code: string }>(route.method, filled(route.path), {}, headers);
        assert.equal(
          `${answer.status} ${answer.body?.code}`,
          "403 cross_site",
          `${route.method} ${route.path} ${JSON.stringify(headers)}`,
        );
      }
    }
  });

  it("refuses a member that it does not know, and names it", async () => {
    const taking = routes.filter((one) => one.takesJson && one.path !== "/api/v1/setup");
    assert.ok(taking.length >= 20, `${taking.length} routes take JSON`);
    for (const { method, path } of taking) {
      const answer = await product.owner.ask<{ code: string; field?: string }>(method, filled(path), { surprise: 1 });
      assert.equal(
        `${answer.status} ${answer.body?.code} ${answer.body?.field}`,
        "422 invalid surprise",
        `${method} ${path}`,
      );
    }
  });

  it("refuses a parameter that it does not know, and names it", async () => {
    const read = routes.filter((one) => one.method === "GET" && one.role !== "public");
    for (const { method, path } of read) {
      const answer = await product.owner.ask<{ code: string; field?: string }>(method, `${filled(path)}?surprise=1`);
      assert.equal(
        `${answer.status} ${answer.body?.code} ${answer.body?.field}`,
        "400 invalid_parameter surprise",
        `${method} ${path}`,
      );
    }
  });

  it("takes JSON alone, not what a form can send", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const answer = await product.owner.ask("POST", `/api/v1/threads/${thread.id}/notes`, '{"text":"a form"}', {
        "content-type": type,
      });
      assert.equal(answer.status, 415, type);
    }
  });
});

describe("sessions", () => {
  type Open = { id: string; current: boolean; endsAt: string };
  const open = async (who: Session) => (await who.get<{ items: Open[] }>("/sessions")).items;
  const link = async (name: string) => {
    const { id } = await product.team.teammate(name);
    return (await product.owner.post<{ url: string }>(`/teammates/${id}/links`)).url;
  };
  const again = async (name: string) => new Session(product.url, `${name}, elsewhere`).signIn(await link(name));

  it("are listed to whose they are, by an id that opens nothing, and end one by one", async () => {
    const here = product.team.person("Vera");
    const elsewhere = await again("Vera");
    const [first, second] = (await open(here)).sort((a, b) => Number(b.current) - Number(a.current));
    assert.deepEqual([first?.current, second?.current], [true, false]);
    assert.ok(Date.parse(second?.endsAt ?? "") > Date.now());
    const forged = new Session(product.url);
    forged.cookie = `__Host-sid=${second?.id}`;
    await forged.refused(401, "not_signed_in", "GET", "/session");
    await product.team.person("Mia").refused(404, "not_found", "DELETE", `/sessions/${second?.id}`);
    assert.equal((await here.ask("DELETE", `/api/v1/sessions/${second?.id}`)).status, 204);
    await elsewhere.refused(401, "not_signed_in", "GET", "/session");
    await here.refused(404, "not_found", "DELETE", `/sessions/${second?.id}`);
    assert.deepEqual(
      (await open(here)).map((one) => one.id),
      [first?.id],
    );
    const { items } = await product.owner.get<{ items: { action: string; detail: { session?: string } }[] }>(
      "/audit?limit=20",
    );
    assert.deepEqual(
      items.filter((one) => one.action === "sessionEnded").map((one) => one.detail.session),
      [second?.id],
      "once on record",
    );
  });

  it("give no rights that were got since: with those comes a new session, once", async () => {
    await product.team.invite("Pia", "agent");
    const pia = await product.team.teammate("Pia");
    const role = (name: string) => product.owner.ask("PATCH", `/api/v1/teammates/${pia.id}`, { role: name });
    const here = product.team.person("Pia");
    const tab = new Session(product.url);
    tab.cookie = here.cookie;
    assert.equal((await role("admin")).status, 200);
    await here.refused(403, "role_too_low", "GET", "/tokens");
    assert.equal((await here.get<{ role: string }>("/session")).role, "admin");
    assert.notEqual(here.cookie, tab.cookie);
    await here.get("/tokens");
    await tab.refused(403, "role_too_low", "GET", "/tokens");
    const shared = tab.cookie;
    assert.equal((await tab.get<{ role: string }>("/session")).role, "agent", "what is on its way is still answered");
    assert.equal(tab.cookie, shared, "and begins no third session");
    const ends = (await open(here)).map((one) => [one.current, Date.parse(one.endsAt) - Date.now() <= 60_000]);
    assert.deepEqual(
      ends.sort(),
      [
        [false, true],
        [true, false],
      ],
      "the one before runs out",
    );
    assert.equal((await role("agent")).status, 200);
    await here.refused(403, "role_too_low", "GET", "/tokens");
    const { items } = await product.owner.get<{ items: { action: string; actor: { id: string | null } }[] }>(
      "/audit?limit=20",
    );
    assert.deepEqual(
      items.filter((one) => one.action === "sessionRenewed").map((one) => one.actor.id),
      [pia.id],
    );
  });

  it("end everywhere but here, or, by an administrator who may, everywhere", async () => {
    const [here, lena] = [product.team.person("Vera"), product.team.person("Lena")];
    const others = [await again("Vera"), await again("Vera")];
    assert.equal((await here.ask("DELETE", "/api/v1/sessions")).status, 204);
    for (const other of others) await other.refused(401, "not_signed_in", "GET", "/session");
    await lena.refused(
      403,
      "role_too_high",
      "DELETE",
      `/teammates/${(await product.team.teammate("Robin")).id}/sessions`,
    );
    const elsewhere = await again("Vera");
    const unused = await link("Vera");
    assert.equal(
      (await lena.ask("DELETE", `/api/v1/teammates/${(await product.team.teammate("Vera")).id}/sessions`)).status,
      204,
    );
    for (const session of [here, elsewhere]) await session.refused(401, "not_signed_in", "GET", "/session");
    await assert.rejects(new Session(product.url).signIn(unused), /link_invalid/);
    await here.signIn(await link("Vera"));
    const { items } = await product.owner.get<{ items: { action: string; detail: { sessions?: number } }[] }>(
      "/audit?limit=20",
    );
    assert.deepEqual(
      items.filter((one) => one.action === "sessionsEnded").map((one) => one.detail.sessions),
      [2, 2],
    );
  });
});

describe("static files", () => {
  it("carry the headers that keep other code out", async () => {
    const page = await fetch(product.url);
    const html = await page.text();
    const script = /src="(\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
    for (const path of ["/", "/t/anything", script]) {
      const { headers } = await fetch(product.url + path);
      assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'.*script-src 'self'/, path);
      assert.match(headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/, path);
      assert.equal(headers.get("x-content-type-options"), "nosniff", path);
      assert.equal(headers.get("referrer-policy"), "no-referrer", path);
    }
  });

  it("speak to their own host alone, and show nothing of this machine", () => {
    const policy =
      /Content-Security-Policy: (.*)/.exec(readFileSync(join(root, "ui/dist/_headers"), "utf8"))?.[1] ?? "";
    assert.match(policy, /; connect-src 'self';/);
    assert.match(policy, /; img-src 'self' https: blob:;/);
    assert.doesNotMatch(policy, /http:|wss?:|localhost|unsafe|\*/);
  });
});

describe("a message to a customer", () => {
  it("is sent by nothing but a signed-in agent's reply, whatever else is done", async () => {
    // A reply in doubt lies there: what would be sent again, if anything but a person could.
    product.standins.faults.next("facebook", "send", { kind: "drop-before" });
    const doubtful = await product.owner.reply(thread.id, "In doubt");
    await until(
      "it is in doubt",
      async () => (await product.owner.replyState(thread.id, doubtful.replyId)).status === "uncertain",
    );
    const before = product.sends();
    const { version } = await product.owner.thread(thread.id);
    const reply = `/threads/${thread.id}/replies`;
    const forged = new Session(product.url);
    forged.cookie = `__Host-sid=${"a".repeat(43)}`;
    for (const visibility of ["public", "private"]) {
      const body = { replyId: newReplyId(), text: "Not by me", visibility, expectedVersion: version };
      await new Session(product.url).refused(401, "not_signed_in", "POST", reply, body);
      await product.team.person("Vera").refused(403, "role_too_low", "POST", reply, body);
      await forged.refused(401, "not_signed_in", "POST", reply, body);
    }

    // Every other route, as the owner, with whatever bodies they take.
    const bodies: Record<string, unknown> = {
      notes: { text: "a note" },
      tags: { add: ["x"] },
      close: {},
      reopen: {},
      read: { version },
      labels: { urgency: "urgent" },
      reassign: {},
      snooze: { until: new Date(Date.now() + 3_600_000).toISOString() },
    };
    for (const route of routes) {
      const last = route.path.split("/").at(-1) ?? "";
      if (
        route.path.endsWith("/replies") ||
        route.path.endsWith("/live") ||
        (route.path.endsWith("/session") && route.method === "DELETE")
      )
        continue;
      if (route.method === "DELETE" && route.path.includes("/accounts/")) continue;
      await product.owner.ask(
        route.method,
        filled(route.path),
        route.method === "GET" || route.method === "DELETE" ? undefined : (bodies[last] ?? {}),
      );
    }
    // Rules, the clock, and queues with whatever anybody could put there.
    const rules = await product.owner.get<{ version: number; text: string }>("/rules");
    await product.owner.put("/rules", { text: `${rules.text}\n# changed`, expectedVersion: rules.version });
    await product.worker.scheduled("*/5 * * * *");
    await product.worker.scheduled("0 * * * *");
    const jobs = [
      { v: "1", resume: { thread: thread.id, reply: doubtful.replyId } },
      { v: "1", resume: { thread: thread.id, reply: newReplyId() } },
      { v: "1", tellComment: { thread: thread.id, reply: doubtful.replyId } },
      { v: "1", tellComment: { thread: thread.id, reply: newReplyId() } },
      { v1: { resume: { thread: thread.id, reply: newReplyId() } } },
      { type: "resume", thread: thread.id, reply: newReplyId() },
      { reply: { thread: thread.id, text: "forged" } },
      { call: { thread: thread.id, content: { text: "forged" } } },
      { v: "1", assigned: { thread: thread.id, owner: { unassigned: {} }, reasons: [] } },
      { v: "1", profile: { thread: thread.id } },
    ];
    for (const job of jobs) await product.enqueue("JOBS", JSON.stringify(job));
    for (const job of [{ v1: { thread: thread.id } }, { type: "v1", thread: thread.id, reply: "forged" }])
      await product.enqueue("LABELS", JSON.stringify(job));
    await product.enqueue("INTAKE", "forged");
    product.standins.facebook.customer("Ana").text("Please answer me at once!!");
    await product.standins.idle();
    await remains("nothing was sent", () => product.sends() === before, 2500);
    for (const platform of ["instagram", "whatsapp", "telegram"]) assert.equal(product.sends(platform), 0, platform);

    const sent = await product.team.person("Mia").reply(thread.id, "By a person");
    await until("it is on the phone", () =>
      product.standins.facebook.customer("Ana").received.some((one) => one.text === "By a person"),
    );
    assert.equal(product.sends(), before + 1);
    const entry = (await product.owner.audit(thread.id)).find(
      (one) => one.action === "replied" && one.detail.reply === sent.replyId,
    );
    assert.equal(entry?.actor.name, "Mia");
  });

  it("is not sent any more by a teammate who was shut out", async () => {
    const mia = await product.team.teammate("Mia");
    const session = product.team.person("Mia");
    assert.equal((await product.owner.ask("PATCH", `/api/v1/teammates/${mia.id}`, { enabled: false })).status, 200);
    const { version } = await product.owner.thread(thread.id);
    await session.refused(401, "not_signed_in", "POST", `/threads/${thread.id}/replies`, {
      replyId: newReplyId(),
      text: "x",
      expectedVersion: version,
    });
  });
});

describe("secrets", () => {
  it("and customers' words are in no line of the log, tokens in no file of the state", async () => {
    const facebook = product.standins.facebook.customer("Ana");
    for (const fault of ["no-id", "html", "malformed", "drop-after"] as const) {
      product.standins.faults.next("bedrock", "converse", { kind: fault });
      facebook.text(`again ${CANARY}`);
    }
    await product.standins.idle();
    const tokens = product.standins
      .accounts()
      .flatMap((one) => [one.credentials.accessToken, one.credentials.botToken])
      .filter((one) => one !== undefined);
    const secrets = [
      ...tokens,
      ...[
        "SETUP_TOKEN",
        "SEALING_KEY",
        "META_APP_SECRET",
        "INSTAGRAM_APP_SECRET",
        "AWS_SECRET_ACCESS_KEY",
        "META_VERIFY_TOKEN",
      ].map((name) => product.vars[name] ?? ""),
    ];
    const session = product.owner.cookie?.split("=")[1] ?? "";
    const log = product.lines.join("\n");
    for (const secret of [...secrets, session, CANARY]) {
      assert.ok(secret.length > 5);
      assert.ok(!log.includes(secret), "a secret is in the log");
    }
    const files = stateFiles(product.stateDir);
    assert.ok(files.length > 3, `only ${files.length} files were read`);
    for (const { name, content } of files) {
      for (const secret of [...secrets, session])
        assert.ok(!content.includes(secret), `a secret can be read in ${name}`);
    }
  });

  it("of files: a picture is fetched from allowed hosts alone, whatever a redirect says", async () => {
    const customer = product.standins.facebook.customer("Trap");
    customer.text("Look at my order");
    const found = await product.threadOf(customer);
    const links = ["redirect", "redirect-inside", "redirect-relative", "html", "svg", "redirect-loop", "missing"];
    for (const name of links) customer.image(name);
    const files = await until(
      "all were dealt with",
      async () => {
        const all = (await product.owner.messages(found.id)).flatMap((one) => one.attachments);
        return all.length === links.length && all.every((file) => file.state !== "pending") && all;
      },
      120,
    );
    assert.equal(files[links.indexOf("redirect")]?.state, "failed", "another host is not followed");
    assert.equal(files[links.indexOf("redirect-inside")]?.state, "stored");
    assert.equal(files[links.indexOf("redirect-relative")]?.state, "stored", "a place may be named from where one is");
    for (const [place, file] of files.entries()) {
      if (file.state !== "stored") continue;
      const answer = await product.owner.ask("GET", file.url ?? "");
      const type = answer.headers.get("content-type") ?? "";
      assert.ok(!/html|svg|xml/.test(type), `${links[place]} is served as ${type}`);
    }
  });
});
