import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DAY, startStandins, type Standins } from "../index.ts";

let all: Standins;
before(async () => {
  all = await startStandins({ seed: 1 });
  all.mail.rate.rate = 1000;
});
after(() => all.stop());

const mail = { from: "Team <digest@mail.team.example>", to: ["mia@team.example"], subject: "Hello", text: "Hello" };
const post = async (
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; name?: string; id?: string; retryAfter: string | null }> => {
  const answer = await fetch(`${all.mail.url}/emails`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${all.mail.key}`,
      "content-type": "application/json",
      "user-agent": "test",
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    retryAfter: answer.headers.get("retry-after"),
    ...(text.startsWith("{") ? (JSON.parse(text) as object) : {}),
  };
};

test("a mail is taken from who may send, to whom it can go", async () => {
  assert.equal((await post(mail)).status, 200);
  assert.deepEqual(all.mail.mails.at(-1)?.to, ["mia@team.example"]);
  const refused = async (body: unknown, headers?: Record<string, string>) => {
    const { status, name } = await post(body, headers);
    return [status, name];
  };
  assert.deepEqual(await refused(mail, { authorization: "" }), [401, "missing_api_key"]);
  assert.deepEqual(await refused(mail, { authorization: "Bearer other" }), [403, "invalid_api_key"]);
  assert.deepEqual(await refused({ ...mail, from: "digest@elsewhere.example" }), [403, "validation_error"]);
  assert.deepEqual(await refused({ ...mail, to: ["nobody"] }), [422, "validation_error"]);
  assert.deepEqual(await refused({ ...mail, subject: "" }), [422, "missing_required_field"]);
  assert.deepEqual(await refused({ ...mail, subject: "a\nb" }), [422, "validation_error"]);
  assert.equal((await post(mail, { "user-agent": "" })).status, 403);
  assert.equal(all.mail.mails.length, 1);
});

test("a key makes a repeated request one mail for a day", async () => {
  const key = { "idempotency-key": "digest-1" };
  const sent = all.mail.mails.length;
  const first = await post(mail, key);
  assert.equal((await post(mail, key)).id, first.id);
  assert.deepEqual(
    [(await post({ ...mail, text: "Other" }, key)).name, all.mail.mails.length],
    ["invalid_idempotent_request", sent + 1],
  );
  all.clock.shift(DAY);
  assert.notEqual((await post(mail, key)).id, first.id);
  assert.equal(all.mail.mails.length, sent + 2);
});

test("more than two a second are too many", async () => {
  all.mail.rate.rate = 0.001;
  const answers = [await post(mail), await post(mail), await post(mail)];
  const last = answers.at(-1);
  assert.deepEqual([last?.status, last?.name], [429, "rate_limit_exceeded"]);
  assert.ok(Number(last?.retryAfter) > 0);
});
