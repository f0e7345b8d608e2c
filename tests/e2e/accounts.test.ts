/**
 * The health of accounts, and who is let in: what platforms take away, what people are invited to, what nobody from
 * outside can spend.
 */
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { newReplyId, Session } from "../harness/session.ts";
import { until } from "../harness/until.ts";

type Account = {
  id: string;
  platform: string;
  name: string;
  state: string;
  trouble: string | null;
  lastEventAt: string | null;
  platformAccountId: string;
};
type Failed = { accountId: string; platform: string; name: string; code: string; error: string };

let product: Product;
before(async () => {
  product = await startProduct({
    team: { Mia: "agent", Lena: "admin" },
    connect: (platform) => platform !== "whatsapp",
  });
});
after(() => product.stop());

const failed = async () => (await product.owner.get<{ failedAccounts: Failed[] }>("/threads/counts")).failedAccounts;
const codeOf = async (platform: string) => (await failed()).find((one) => one.platform === platform)?.code;
const becomes = (platform: string, code: string | undefined) =>
  until(`${platform} is ${code ?? "well"}`, async () => (await codeOf(platform)) === code);
const told = (words: string) => product.standins.channel.posts.filter((one) => one.text.includes(words));
const reply = async (thread: string, text: string) => {
  const { version } = await product.owner.thread(thread);
  const replyId = newReplyId();
  await product.owner.post(`/threads/${thread}/replies`, { replyId, text, expectedVersion: version });
  return replyId;
};

describe("an account", () => {
  it("that a look-up finds expired is marked, administrators are told at once, and a good look-up clears it", async () => {
    product.standins.faults.next("facebook", "profile", { kind: "error", name: "token-expired" });
    const customer = product.standins.facebook.customer("Nora Lund");
    customer.text("Is anybody there?");
    await becomes("facebook", "token_expired");
    const account = product.team.accounts.find((one) => one.platform === "facebook");
    const [listed] = (await product.owner.get<{ meta: { failedAccounts: Failed[] } }>("/threads")).meta.failedAccounts;
    assert.deepEqual([listed?.name, listed?.platform, listed?.accountId], [account?.name, "facebook", account?.id]);
    const [post] = await until(
      "the channel hears of it",
      () => told("on Facebook is in trouble").length > 0 && told("on Facebook is in trouble"),
    );
    assert.match(post?.text ?? "", new RegExp(`/accounts\\?mend=${account?.id}`));
    product.standins.facebook.customer("Per Holm").text("And you?");
    await becomes("facebook", undefined);
    const { items } = await product.owner.get<{ items: { action: string; detail: { call?: string } }[] }>(
      "/audit?limit=50",
    );
    const steps = items
      .filter((one) => ["accountInTrouble", "accountMended"].includes(one.action))
      .map((one) => [one.action, one.detail.call]);
    assert.deepEqual(steps, [
      ["accountMended", "profile"],
      ["accountInTrouble", "profile"],
    ]);
  });

  it("that may not send is restricted: a person may try, and a reply that goes through shows that it is over", async () => {
    const customer = product.standins.facebook.customer("Rita Voss");
    customer.text("Hello");
    const { id } = await product.threadOf(customer);
    product.standins.faults.next("facebook", "send", { kind: "error", name: "restricted" });
    const refused = await reply(id, "Hello, Rita");
    await until("it failed", async () => (await product.owner.replyState(id, refused)).status === "failed");
    await becomes("facebook", "restricted");
    await until("the channel hears of it", () => told("restricted").length > 0);
    await reply(id, "Once more");
    await until("it is on the phone", () => customer.received.some((one) => one.text === "Once more"));
    await becomes("facebook", undefined);
  });

  it("is heard from to the minute", async () => {
    const read = async () =>
      (await product.owner.get<{ items: Account[] }>("/accounts")).items.find((one) => one.platform === "telegram");
    product.standins.telegram.customer("Ola Berg").text("Hei");
    const first = await until("it is noted", async () => (await read())?.lastEventAt);
    const ago = 5 * 60_000;
    await product.rows("UPDATE accounts SET last_event = last_event - ? WHERE platform = 'telegram'", ago);
    await product.restart(); // the isolate knows that it noted something within the minute
    product.standins.telegram.customer("Ola Berg").text("Hei igjen");
    await until("it is noted anew", async () => Date.parse((await read())?.lastEventAt ?? "") >= Date.parse(first));
  });
});

describe("a WhatsApp number", () => {
  const number = () => {
    const found = product.standins.accounts().find((one) => one.platform === "whatsapp");
    assert.ok(found);
    const { platform, platformAccountId, name, credentials } = found;
    return { platform, platformAccountId, name, credentials: credentials as { accessToken: string; wabaId: string } };
  };
  const subscribed = () => product.standins.whatsapp.account.fields.size > 0;

  it("is subscribed by its business account, which has to be given", async () => {
    product.standins.whatsapp.account.fields.clear();
    const { credentials, ...rest } = number();
    const problem = await product.owner.refused(422, "credentials_malformed", "POST", "/accounts", {
      ...rest,
      credentials: { accessToken: credentials.accessToken },
    });
    assert.match(problem.detail, /`wabaId` is missing/);
    await product.owner.post("/accounts", number());
    assert.ok(subscribed());
  });

  it("that could not be subscribed says so plainly, and is well once something comes in", async () => {
    product.standins.whatsapp.account.fields.clear();
    const { credentials, ...rest } = number();
    const problem = await product.owner.refused(422, "not_subscribed", "POST", "/accounts", {
      ...rest,
      credentials: { ...credentials, wabaId: "999" },
    });
    assert.match(
      problem.detail,
      /WhatsApp does not agree to post its messages to .*\(its code: 100\/33\): check the ids/,
    );
    assert.ok(!subscribed());
    await becomes("whatsapp", "not_subscribed");
    product.standins.whatsapp.account.fields.add("messages");
    product.standins.whatsapp.customer("Ida Falk").text("Hej");
    await becomes("whatsapp", undefined);
  });
});

describe("whoever was invited", () => {
  it("is on no shift and gets no thread before the first sign-in", async () => {
    type Invited = { teammate: { id: string; invited: boolean; onShift: boolean }; link: { url: string } };
    const { teammate, link } = await product.owner.post<Invited>("/teammates", {
      name: "Nils",
      email: "nils@team.example",
      role: "agent",
    });
    assert.deepEqual([teammate.invited, teammate.onShift], [true, false]);
    const thread = await product.threadOf(product.standins.facebook.customer("Rita Voss"));
    await product.owner.refused(422, "cannot_take", "POST", `/threads/${thread.id}/reassign`, {
      teammateId: teammate.id,
    });
    await new Session(product.url, "Nils").signIn(link.url);
    assert.equal((await product.team.teammate("Nils")).invited, false);
    await product.owner.post(`/threads/${thread.id}/reassign`, { teammateId: teammate.id });
  });
});

describe("a sign-in link that somebody makes for another", () => {
  type Made = { linksMade: { byName: string; usedAt: string | null }[] };

  it("is told to them wherever they are signed in, by mail, and stands in the history", async () => {
    const mia = product.team.person("Mia");
    const { id } = await product.team.teammate("Mia");
    const { url } = await product.team.person("Lena").post<{ url: string }>(`/teammates/${id}/links`);
    const toldOf = async (who: Session) =>
      (await who.get<Made>("/session")).linksMade.map((one) => [one.byName, one.usedAt !== null]);
    assert.deepEqual(await toldOf(mia), [["Lena", false]]);
    const mail = await until("there is a mail", () =>
      product.standins.mail.mails.find((one) => one.to.includes("mia@team.example")),
    );
    assert.match(mail.text ?? "", /^Lena made a sign-in link for you/);
    assert.doesNotMatch(mail.text ?? "", /token=/);

    const other = await new Session(product.url, "Lena, as Mia").signIn(url);
    assert.deepEqual(await toldOf(other), [], "by which it was signed in");
    await other.ask("POST", "/api/v1/session/links/seen", {});
    assert.deepEqual(await toldOf(mia), [["Lena", true]], "what the other browser has seen, this one has not");
    assert.equal((await mia.ask("POST", "/api/v1/session/links/seen", {})).status, 204);
    assert.deepEqual(await toldOf(mia), []);

    const lena = await product.team.teammate("Lena");
    const { items } = await product.owner.get<{
      items: { action: string; actor: { id: string }; detail: Record<string, unknown> }[];
    }>("/audit?limit=20");
    const made = items.find((one) => one.action === "linkMade");
    assert.deepEqual([made?.actor.id, made?.detail], [lena.id, { teammate: id, forAnother: true }]);
    const used = items.find((one) => one.action === "signedIn" && one.actor.id === id);
    assert.deepEqual(used?.detail, { linkMadeBy: lena.id });
  });

  it("is no news where it is one's own", async () => {
    const { id } = await product.team.teammate("Lena");
    const lena = product.team.person("Lena");
    await lena.post(`/teammates/${id}/links`);
    assert.deepEqual((await lena.get<Made>("/session")).linksMade, []);
  });
});

describe("a session", () => {
  const alter = (sql: string, ...values: number[]) => product.rows(`UPDATE sessions SET ${sql}`, ...values);

  it("lasts while it is used every thirty days, for half a year", async () => {
    const day = 24 * 3_600_000;
    const now = Date.now();
    await alter("used_at = ?", now - 29 * day);
    await product.owner.get("/session");
    await until("its use is noted", async () => {
      const { items } = await product.owner.get<{ items: { current: boolean; endsAt: string }[] }>("/sessions");
      return Date.parse(items.find((one) => one.current)?.endsAt ?? "") - now > 29 * day;
    });
    const [row] = await product.rows<{ longest: number }>(
      "SELECT max(expires_at - created_at) AS longest FROM sessions",
    );
    assert.equal(row?.longest, 180 * day);
    const before = await product.rows<{ digest: string; used_at: number }>("SELECT digest, used_at FROM sessions");
    await alter("used_at = ?", now - 31 * day);
    await product.owner.refused(401, "not_signed_in", "GET", "/session");
    for (const { digest, used_at } of before)
      await product.rows("UPDATE sessions SET used_at = ? WHERE digest = ?", used_at, digest);
  });
});

describe("from outside", () => {
  /** Rows that are there for anybody's requests. */
  const spent = async () => {
    const [row] = await product.rows<{ attempts: number; entries: number }>(
      "SELECT (SELECT coalesce(sum(value), 0) FROM attempts WHERE kind <> 'roleRefused') AS attempts, (SELECT count(*) FROM audit WHERE entry ->> '$.action' LIKE '%Refused') AS entries",
    );
    return (row?.attempts ?? 0) + (row?.entries ?? 0);
  };

  it("nobody spends written rows: after the tenth of a kind nothing is written, whatever they ask", async () => {
    const stranger = new Session(product.url, "a stranger");
    const ask = async () => {
      const foreign = { origin: "https://evil.example" };
      await stranger.ask("POST", "/api/v1/session", { token: "a".repeat(43) });
      await stranger.ask("POST", "/api/v1/session", { token: "short" });
      await stranger.ask("POST", "/api/v1/setup", { setupToken: "x", name: "x", email: "x@team.example" });
      for (const path of ["/threads/thr_1/close", "/session", "/setup", "/media"])
        await stranger.ask("POST", `/api/v1${path}`, {}, foreign);
      await stranger.ask("GET", "/api/v1/live", undefined, foreign);
      for (const path of ["/threads", "/session", "/audit", "/tokens"]) {
        await stranger.ask("GET", `/api/v1${path}`);
        await stranger.ask("GET", `/api/v1${path}`, undefined, { authorization: `Bearer trb_${"b".repeat(43)}` });
        await stranger.ask("GET", `/api/v1${path}`, undefined, { cookie: `__Host-sid=${"c".repeat(43)}` });
      }
      await stranger.ask("GET", "/healthz");
      await stranger.ask("GET", "/api/v1/openapi.json");
      await stranger.ask("GET", "/media/med_1?expires=1&signature=x");
      for (const door of ["facebook", "instagram", "whatsapp", "telegram/700"]) {
        await stranger.ask(
          "POST",
          `/webhooks/${door}`,
          { object: "page" },
          { "x-hub-signature-256": "sha256=00", "x-telegram-bot-api-secret-token": "x" },
        );
        await stranger.ask("GET", `/webhooks/${door}?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1`);
      }
    };
    for (let round = 0; round < 11; round += 1) await ask();
    const before = await spent();
    const deliveries = await product.count("deliveries");
    // Two windows at most, of three kinds, one counted and one written row each.
    assert.ok(before <= 2 * 3 * 20, `${before} rows`);
    const [size] = await product.rows<{ n: number }>("SELECT count(*) AS n FROM audit");
    for (let round = 0; round < 5; round += 1) await ask();
    const window = Math.floor(Date.now() / 600_000);
    const [again] = await product.rows<{ n: number }>("SELECT count(*) AS n FROM audit");
    if (Math.floor(Date.now() / 600_000) === window)
      assert.deepEqual([(again?.n ?? 0) - (size?.n ?? 0) <= 30, await product.count("deliveries")], [true, deliveries]);
    if (before === (await spent())) assert.equal(again?.n, size?.n);
  });

  it('an address that says "." or ".." is none, and a member without a name is unknown', async () => {
    const raw = (path: string) =>
      new Promise<number>((done, fail) => {
        const { hostname, port } = new URL(product.url);
        request({ hostname, port, path, headers: { cookie: product.owner.cookie ?? "" } }, (answer) => {
          answer.resume();
          done(answer.statusCode ?? 0);
        })
          .on("error", fail)
          .end();
      });
    assert.equal(await raw("/api/v1/threads"), 200);
    // What stands before the Worker may have resolved them; what it gets is an address that is none.
    for (const path of ["/api/v1/threads/..", "/api/v1/threads/.", "/api/v1/threads/%2e%2E", "/webhooks/telegram/.."]) {
      assert.equal(await raw(path), 404, path);
    }
    const problem = await product.owner.refused(422, "invalid", "POST", "/teammates", {
      name: "x",
      email: "x@team.example",
      role: "agent",
      "": 1,
    });
    assert.equal(problem.field, "");
  });
});

// Last: it takes everybody away.
describe("the setup token", () => {
  it("is tried ten times, of sixty at once too, and the right one still enters", async () => {
    for (const table of ["tokens", "made_links", "links", "sessions", "attempts", "teammates"])
      await product.rows(`DELETE FROM ${table}`);
    await product.restart();
    const stranger = new Session(product.url, "a stranger");
    const setup = (setupToken: string) =>
      stranger.ask<{ code: string }>("POST", "/api/v1/setup", {
        setupToken,
        name: "Robin",
        email: "robin@team.example",
      });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => setup(`wrong-${at}`)));
    const codes = answers.map((one) => one.body.code);
    const looked = codes.filter((one) => one === "setup_token_wrong").length;
    // The ten minutes may have ended in between.
    assert.ok(looked >= 10 && looked <= 20, `${looked} were looked at`);
    assert.equal(codes.filter((one) => one === "too_many_attempts").length, 60 - looked);
    assert.equal(await product.count("audit", "entry ->> '$.action' = 'setupRefused'"), looked);
    assert.equal((await setup(product.vars.SETUP_TOKEN ?? "")).status, 201);
  });
});
