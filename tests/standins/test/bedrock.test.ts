import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { canonicalRequest, canonicalUri, signature, verify, type Key } from "../bedrock/sigv4.ts";
import { label } from "../bedrock/label.ts";
import { rig, type Reply, type Rig } from "./rig.ts";

const MODEL = "global.anthropic.claude-haiku-4-5-20251001-v1:0";

describe("Signature Version 4", () => {
  const body = Buffer.from('{"messages":[{"role":"user","content":[{"text":"hi"}]}]}');
  const headers = {
    "content-type": "application/json",
    host: "bedrock-runtime.us-east-1.amazonaws.com",
    "x-amz-date": "20260102T030405Z",
  };
  const signed = ["content-type", "host", "x-amz-date"];
  const key: Key = { id: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
  const sign = (rawPath: string) =>
    signature(
      key.secret,
      "20260102T030405Z",
      "us-east-1",
      "bedrock",
      canonicalRequest({ method: "POST", rawPath, query: [], headers, body }, signed),
    );
  const at = Date.UTC(2026, 0, 2, 3, 4, 5);
  const request = (given: string, more: Record<string, string> = {}) => ({
    method: "POST",
    rawPath: `/model/${MODEL.replace(":", "%3A")}/converse`,
    query: [] as [string, string][],
    headers: {
      ...headers,
      ...more,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/bedrock/aws4_request, SignedHeaders=${signed.join(";")}, Signature=${given}`,
    },
    body,
  });
  const good = "6fd9aac41fe653107664648d6052401767c1a9807d1d98a66397326644d14c99";

  test("the published vector, with the path encoded twice", () => {
    assert.equal(
      createHash("sha256").update(body).digest("hex"),
      "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0",
    );
    assert.equal(
      canonicalUri(`/model/${MODEL.replace(":", "%3A")}/converse`),
      `/model/${MODEL.replace(":", "%253A")}/converse`,
    );
    assert.equal(sign(`/model/${MODEL.replace(":", "%3A")}/converse`), good);
    assert.equal(sign(`/model/${MODEL}/converse`), "6e16536e3dd3dd31dcaaf8a9164ead5c6c7eff75cb90f57129cdc8c68b1c6d38");
  });

  test("accepts it in time and refuses everything near it", () => {
    const check = (req: ReturnType<typeof request>, now = at, keys = [key]) =>
      verify(req, keys, "us-east-1", "bedrock", now);
    assert.equal(check(request(good)).ok, true);
    assert.equal(check(request(good), at + 4 * 60_000).ok, true);
    const late = check(request(good), at + 6 * 60_000);
    assert.equal(!late.ok && late.type, "InvalidSignatureException");
    assert.equal(check(request(good), at - 6 * 60_000).ok, false);
    assert.equal(check(request(good.replace("6", "7"))).ok, false);
    assert.equal(check({ ...request(good), body: Buffer.from("{}") }).ok, false);
    assert.equal(check({ ...request(good), rawPath: "/model/other/converse" }).ok, false);
    assert.equal(check(request(good, { "x-amz-security-token": "tok" })).ok, false);
    assert.equal(check(request(good), at, [{ ...key, sessionToken: "tok" }]).ok, false);
    const unknown = check(request(good), at, []);
    assert.equal(!unknown.ok && unknown.type, "UnrecognizedClientException");
  });
});

test("labels by keyword and language, inside the enum", () => {
  const schema = {
    type: "object",
    properties: {
      topic: { type: "string", enum: ["shipping", "refund", "other"] },
      urgency: { type: "string", enum: ["urgent", "normal", "low"] },
      language: { type: "string" },
      summary: { type: "string" },
    },
  };
  assert.deepEqual(label("Where is order 4821?", schema), {
    topic: "shipping",
    urgency: "normal",
    language: "en",
    summary: "Where is order 4821?",
  });
  assert.deepEqual(
    { ...label("Dringend: ich will mein Geld zurück", schema), summary: "" },
    { topic: "refund", urgency: "urgent", language: "de", summary: "" },
  );
  assert.equal(label("こんにちは", schema).language, "ja");
  assert.equal(label("مرحبا", schema).language, "ar");
  assert.equal(label("zzz", schema).topic, "other");
});

test("what customers ask in their languages is of the topics that the product ships with", () => {
  const topics = ["orders", "returns", "billing", "product", "account", "complaint", "praise", "other"];
  const schema = {
    type: "object",
    properties: { topic: { type: "string", enum: topics }, language: { type: "string" } },
  };
  const asked: [string, string, string][] = [
    ["Do you ship to the Faroe Islands?", "orders", "en"],
    ["Hallo, kunnen jullie mijn factuur van bestelling 4711 opnieuw sturen?", "billing", "nl"],
    ["Merhaba, outlet mağazanızda bu mont var mı?", "product", "tr"],
    ["Dzień dobry, gdzie jest moje zamówienie 4955?", "orders", "pl"],
    ["Здравствуйте, можно вернуть куртку, если она не подошла?", "returns", "ru"],
    ["Hallo, die Lampe kam mit einem Riss im Schirm an.", "returns", "de"],
    ["Oi! Adorei a nova coleção", "praise", "pt"],
    ["Dove è stata fatta la foto?", "other", "it"],
  ];
  for (const [text, topic, language] of asked) assert.deepEqual(label(text, schema), { topic, language }, text);
});

describe("the service", () => {
  let r: Rig;
  before(async () => (r = await rig()));
  after(() => r.stop());
  beforeEach(() => {
    r.all.faults.clear();
    r.all.bedrock.models.clear();
  });

  const schema = {
    type: "object",
    properties: {
      topic: { type: "string", enum: ["shipping", "other"] },
      urgency: { type: "string", enum: ["urgent", "high", "normal", "low"] },
      language: { type: "string" },
      summary: { type: "string" },
    },
    required: ["topic"],
  };
  const payload = {
    messages: [{ role: "user", content: [{ text: "Where is my parcel?" }] }],
    toolConfig: {
      tools: [{ toolSpec: { name: "label", inputSchema: { json: schema } } }],
      toolChoice: { tool: { name: "label" } },
    },
  };

  async function converse(
    body: unknown = payload,
    options: { key?: Key; skewMs?: number; model?: string } = {},
  ): Promise<Reply> {
    const s = r.all.world.secrets;
    const key = options.key ?? { id: s.awsAccessKeyId, secret: s.awsSecretAccessKey };
    const date = new Date(r.all.clock.now() + (options.skewMs ?? 0)).toISOString().replace(/[-:]|\.\d+/g, "");
    const rawPath = `/model/${encodeURIComponent(options.model ?? MODEL)}/converse`;
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const headers: Record<string, string> = {
      "content-type": "application/json",
      host: new URL(r.all.bedrock.url).host,
      "x-amz-date": date,
      ...(key.sessionToken ? { "x-amz-security-token": key.sessionToken } : {}),
    };
    const signed = Object.keys(headers).sort();
    const made = signature(
      key.secret,
      date,
      s.awsRegion,
      "bedrock",
      canonicalRequest({ method: "POST", rawPath, query: [], headers, body: bytes }, signed),
    );
    const authorization = `AWS4-HMAC-SHA256 Credential=${key.id}/${date.slice(0, 8)}/${s.awsRegion}/bedrock/aws4_request, SignedHeaders=${signed.join(";")}, Signature=${made}`;
    const answer = await fetch(r.all.bedrock.url + rawPath, {
      method: "POST",
      headers: { ...headers, authorization },
      body: bytes,
    });
    const text = await answer.text();
    let parsed: unknown = text;
    try {
      parsed = JSON.parse(text);
    } catch {
      /* the malformed answer */
    }
    return { status: answer.status, headers: answer.headers, body: parsed };
  }

  test("a forced tool is called, calls and tokens are counted", async () => {
    const before = r.all.bedrock.totals.calls;
    const done = await converse();
    assert.equal(done.body.stopReason, "tool_use");
    assert.equal(done.body.output.message.content[0].toolUse.input.topic, "shipping");
    assert.equal(done.body.usage.totalTokens, done.body.usage.inputTokens + done.body.usage.outputTokens);
    assert.equal(r.all.bedrock.totals.calls, before + 1);
  });

  test("keys, skew, session tokens", async () => {
    assert.equal(
      (await converse(payload, { key: { id: "AKIANOBODY", secret: "x" } })).headers
        .get("x-amzn-errortype")
        ?.split(":")[0],
      "UnrecognizedClientException",
    );
    assert.equal(
      (await converse(payload, { key: { id: r.all.world.secrets.awsAccessKeyId, secret: "wrong" } })).status,
      403,
    );
    assert.equal((await converse(payload, { skewMs: -6 * 60_000 })).status, 403);
    r.all.bedrock.keys.push({ id: "ASIATEMP", secret: "temp", sessionToken: "session+token/==" });
    assert.equal(
      (await converse(payload, { key: { id: "ASIATEMP", secret: "temp", sessionToken: "session+token/==" } })).status,
      200,
    );
    assert.equal((await converse(payload, { key: { id: "ASIATEMP", secret: "temp" } })).status, 403);
  });

  test("documented exceptions and invalid requests", async () => {
    r.all.faults.next("bedrock", "converse", [
      { kind: "error", name: "throttled" },
      { kind: "error", name: "unavailable" },
    ]);
    const first = await converse();
    assert.deepEqual(
      [first.status, first.headers.get("x-amzn-errortype")?.split(":")[0]],
      [429, "ThrottlingException"],
    );
    assert.equal((await converse()).status, 503);
    assert.equal((await converse()).status, 200);
    r.all.bedrock.models.set("old-model", "not-found");
    assert.equal((await converse(payload, { model: "old-model" })).status, 404);
    assert.equal((await converse({ messages: [] })).status, 400);
    assert.equal((await converse("not json")).status, 400);
  });

  test("hostile and malformed answers", async () => {
    const input = async (name: string) => {
      r.all.faults.next("bedrock", "converse", { kind: "special", name });
      return (await converse()).body;
    };
    assert.equal(
      schema.properties.topic.enum.includes(
        (await input("outside-enum")).output.message.content[0].toolUse.input.topic,
      ),
      false,
    );
    assert.ok((await input("huge-summary")).output.message.content[0].toolUse.input.summary.length > 100_000);
    assert.equal((await input("wrong-tool")).output.message.content[0].toolUse.name, "send_reply");
    assert.equal((await input("text")).stopReason, "end_turn");
    assert.match((await input("html")).output.message.content[0].toolUse.input.summary, /<script>/);
    r.all.faults.next("bedrock", "converse", { kind: "malformed" });
    assert.equal(typeof (await converse()).body, "string");
  });
});
