import { createHash, createHmac } from "node:crypto";

export interface SignedRequest {
  method: string;
  /** The path as it was sent: already percent-encoded once. */
  rawPath: string;
  query: [string, string][];
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

export type Verdict = { ok: true; keyId: string } | { ok: false; status: number; type: string; message: string };

export interface Key {
  id: string;
  secret: string;
  /** Set for temporary credentials: the token must come along and be signed. */
  sessionToken?: string;
}

const sha256 = (data: Buffer | string): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: Buffer | string, data: string): Buffer => createHmac("sha256", key).update(data).digest();

/** Percent-encoding of RFC 3986, as Signature Version 4 asks for. */
export function uriEncode(text: string, keepSlash: boolean): string {
  let out = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const c = String.fromCharCode(byte);
    out +=
      /[A-Za-z0-9\-._~]/.test(c) || (keepSlash && c === "/")
        ? c
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

/** The sent path encoded once more: `%3A` becomes `%253A`. */
export const canonicalUri = (rawPath: string): string => uriEncode(rawPath, true);

export function canonicalRequest(request: SignedRequest, signed: string[]): string {
  const query = request.query
    .map(([k, v]) => `${uriEncode(k, false)}=${uriEncode(v, false)}`)
    .sort()
    .join("&");
  const headers = signed
    .map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/\s+/g, " ")}\n`)
    .join("");
  return [request.method, canonicalUri(request.rawPath), query, headers, signed.join(";"), sha256(request.body)].join(
    "\n",
  );
}

export function signature(secret: string, date: string, region: string, service: string, canonical: string): string {
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = ["aws4_request"].reduce(
    (k, part) => hmac(k, part),
    hmac(hmac(hmac(`AWS4${secret}`, day), region), service),
  );
  return hmac(key, text).toString("hex");
}

/** Milliseconds of `20260102T030405Z`. */
export function amzTime(date: string): number {
  const m = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  return m ? Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6])) : NaN;
}

const deny = (type: string, message: string): Verdict => ({ ok: false, status: 403, type, message });

/** Checks a request as AWS does; `now` decides about the five minutes of skew. */
export function verify(request: SignedRequest, keys: Key[], region: string, service: string, now: number): Verdict {
  const header = request.headers.authorization;
  if (!header) return deny("MissingAuthenticationTokenException", "Missing Authentication Token");
  const m =
    /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})$/.exec(
      header,
    );
  if (!m)
    return deny(
      "IncompleteSignatureException",
      "Authorization header requires Credential, SignedHeaders and Signature parameters.",
    );
  const [, credential = "", list = "", given = ""] = m;
  const [keyId, day, usedRegion, usedService, end] = credential.split("/");
  const key = keys.find((k) => k.id === keyId);
  if (!key) return deny("UnrecognizedClientException", "The security token included in the request is invalid.");
  const date = request.headers["x-amz-date"] ?? "";
  const time = amzTime(date);
  if (Number.isNaN(time))
    return deny("IncompleteSignatureException", "Date in x-amz-date must be in ISO-8601 basic format.");
  if (usedRegion !== region || usedService !== service || end !== "aws4_request" || day !== date.slice(0, 8)) {
    return deny(
      "InvalidSignatureException",
      `Credential should be scoped to a valid region and the service '${service}'.`,
    );
  }
  const skew = time - now;
  if (Math.abs(skew) > 5 * 60_000) {
    return deny(
      "InvalidSignatureException",
      skew < 0
        ? `Signature expired: ${date} is now earlier than the server time less 5 min.`
        : `Signature not yet current: ${date} is still later than the server time plus 5 min.`,
    );
  }
  const signed = list.split(";");
  if (!signed.includes("host") || !signed.includes("x-amz-date") || signed.join(";") !== [...signed].sort().join(";")) {
    return deny("InvalidSignatureException", "host and x-amz-date must be signed headers, in order.");
  }
  const token = request.headers["x-amz-security-token"];
  if (key.sessionToken !== token)
    return deny("UnrecognizedClientException", "The security token included in the request is invalid.");
  if (token !== undefined && !signed.includes("x-amz-security-token"))
    return deny("InvalidSignatureException", "x-amz-security-token must be a signed header.");
  const wanted = signature(key.secret, date, region, service, canonicalRequest(request, signed));
  if (wanted !== given) {
    return deny(
      "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
    );
  }
  return { ok: true, keyId: key.id };
}
