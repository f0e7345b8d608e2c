import { createHmac, timingSafeEqual } from "node:crypto";

/** The form Meta sends and signs: non-ASCII as lowercase `\u` escapes, `/` escaped as well. */
export function escapedJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[\u0080-\uffff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"))
    .replace(/\//g, "\\/");
}

export function hmacHex(key: string | Buffer, message: string | Buffer): string {
  return createHmac("sha256", key).update(message).digest("hex");
}

/** `X-Hub-Signature-256` over the raw body. */
export function hubSignature(appSecret: string, body: string | Buffer): string {
  return "sha256=" + hmacHex(appSecret, body);
}

/** The legacy `X-Hub-Signature`, which Meta still sends beside the other. */
export function legacyHubSignature(appSecret: string, body: string | Buffer): string {
  return "sha1=" + createHmac("sha1", appSecret).update(body).digest("hex");
}

export function appSecretProof(appSecret: string, token: string): string {
  return hmacHex(appSecret, token);
}

export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
