const KB = 1024;
const MB = 1024 * KB;

export type Kind = "image" | "video" | "audio" | "document" | "sticker";

const FORMATS: Record<Exclude<Kind, "document">, { types: string[]; limit: number }> = {
  image: { types: ["image/jpeg", "image/png"], limit: 5 * MB },
  video: { types: ["video/mp4", "video/3gpp"], limit: 16 * MB },
  audio: { types: ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"], limit: 16 * MB },
  // 500 KB is for animated stickers; a still one may have 100 KB.
  sticker: { types: ["image/webp"], limit: 500 * KB },
};

/**
 * What is expected, when a file does not fit its kind; undefined when it does. Without a kind any listed type will do.
 */
export function checkFormat(kind: Kind | undefined, declared: string, bytes: Buffer): string | undefined {
  const mime = declared.split(";")[0]?.trim() ?? "";
  if (kind === "document") return bytes.length > 100 * MB ? "a document of at most 100 MB" : undefined;
  const kinds = kind === undefined ? Object.values(FORMATS) : [FORMATS[kind]];
  const fits = kinds.find((f) => f.types.includes(mime));
  if (!fits) {
    if (kind === undefined && /^(application|text)\//.test(mime) && mime !== "text/html")
      return bytes.length > 100 * MB ? "at most 100 MB" : undefined;
    return kinds.flatMap((f) => f.types).join(", ");
  }
  const limit = kind === "sticker" || mime === "image/webp" ? (isAnimated(bytes) ? 500 * KB : 100 * KB) : fits.limit;
  return bytes.length > limit ? `${fits.types.join(", ")} of at most ${Math.round(limit / KB)} KB` : undefined;
}

/** A WebP is animated when its VP8X chunk says so. */
function isAnimated(bytes: Buffer): boolean {
  return bytes.subarray(12, 16).toString("latin1") === "VP8X" && ((bytes[20] ?? 0) & 2) !== 0;
}
