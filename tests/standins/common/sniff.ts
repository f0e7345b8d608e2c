/** The type of a file by its first bytes; `application/octet-stream` when they say nothing. */
export function sniff(bytes: Buffer): string {
  const starts = (...b: number[]) => b.every((v, i) => bytes[i] === v);
  const text = (at: number, s: string) => bytes.subarray(at, at + s.length).toString("latin1") === s;
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "image/png";
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (text(0, "GIF8")) return "image/gif";
  if (text(0, "RIFF") && text(8, "WEBP")) return "image/webp";
  if (text(0, "RIFF") && text(8, "WAVE")) return "audio/wav";
  if (text(0, "RIFF") && text(8, "AVI ")) return "video/avi";
  if (text(4, "ftyp")) {
    const brand = bytes.subarray(8, 12).toString("latin1");
    if (brand.startsWith("3g")) return "video/3gpp";
    if (brand === "M4A " || brand === "M4B ") return "audio/mp4";
    return brand === "qt  " ? "video/quicktime" : "video/mp4";
  }
  if (starts(0x1a, 0x45, 0xdf, 0xa3)) return "video/webm";
  if (text(0, "OggS"))
    return bytes.subarray(0, 64).includes("OpusHead") || bytes.subarray(0, 64).includes("vorbis")
      ? "audio/ogg"
      : "video/ogg";
  if (text(0, "ID3") || (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2)) return "audio/mpeg";
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0) return "audio/aac";
  if (text(0, "#!AMR")) return "audio/amr";
  if (text(0, "%PDF-")) return "application/pdf";
  if (starts(0x50, 0x4b, 0x03, 0x04)) return "application/zip";
  const head = bytes.subarray(0, 256).toString("utf8").trimStart().toLowerCase();
  if (head.startsWith("<!doctype html") || head.startsWith("<html")) return "text/html";
  if (head.startsWith("<svg") || (head.startsWith("<?xml") && head.includes("<svg"))) return "image/svg+xml";
  return "application/octet-stream";
}
