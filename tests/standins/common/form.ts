import type { Call } from "./http.ts";

export interface Upload {
  name: string;
  filename: string;
  type: string;
  bytes: Buffer;
}

export interface Fields {
  values: Record<string, unknown>;
  uploads: Upload[];
  /** False when the body was not what its content type says. */
  valid: boolean;
}

/** Reads JSON, urlencoded and multipart bodies into one shape; query parameters come first and are overridden. */
export function readFields(call: Call): Fields {
  const values: Record<string, unknown> = Object.fromEntries(call.query);
  const type = call.headers["content-type"] ?? "";
  if (call.body.length === 0) return { values, uploads: [], valid: true };
  if (type.includes("multipart/form-data")) {
    const uploads: Upload[] = [];
    const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
    if (!boundary) return { values, uploads, valid: false };
    for (const part of multipart(call.body, boundary)) {
      if (part.filename !== undefined)
        uploads.push({ name: part.name, filename: part.filename, type: part.type, bytes: part.bytes });
      else values[part.name] = part.bytes.toString("utf8");
    }
    return { values, uploads, valid: true };
  }
  if (type.includes("application/x-www-form-urlencoded")) {
    return {
      values: { ...values, ...Object.fromEntries(new URLSearchParams(call.body.toString("utf8"))) },
      uploads: [],
      valid: true,
    };
  }
  try {
    const parsed: unknown = JSON.parse(call.body.toString("utf8"));
    if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed))
      return { values, uploads: [], valid: false };
    return { values: { ...values, ...parsed }, uploads: [], valid: true };
  } catch {
    return { values, uploads: [], valid: false };
  }
}

interface Part {
  name: string;
  filename?: string;
  type: string;
  bytes: Buffer;
}

function multipart(body: Buffer, boundary: string): Part[] {
  const mark = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const block = body.subarray(at + mark.length + 2, next - 2);
    const split = block.indexOf("\r\n\r\n");
    if (split >= 0) {
      const head = block.subarray(0, split).toString("utf8");
      const name = /[; ]name="([^"]*)"/i.exec(head)?.[1] ?? "";
      const filename = /filename="([^"]*)"/i.exec(head)?.[1];
      const type = /content-type:\s*([^\r\n]+)/i.exec(head)?.[1]?.trim() ?? "application/octet-stream";
      parts.push({ name, filename, type, bytes: block.subarray(split + 4) });
    }
    at = next;
  }
  return parts;
}

/** Form bodies carry objects as JSON text: gives the object either way. */
export function objectOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value === "string") {
    try {
      return objectOf(JSON.parse(value));
    } catch {
      return undefined;
    }
  }
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
