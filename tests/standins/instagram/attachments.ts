import { objectOf, textOf, type Fields } from "../common/form.ts";
import { refuse, type MetaAccount } from "../common/graph.ts";
import type { Attachment } from "../common/phones.ts";
import type { Instagram } from "./index.ts";

const MB = 1024 * 1024;
/** Formats and sizes as the messaging page lists them. */
const FORMATS: Record<string, { types: string[]; limit: number }> = {
  image: { types: ["image/png", "image/jpeg"], limit: 8 * MB },
  audio: { types: ["audio/aac", "audio/mp4", "audio/wav", "video/mp4"], limit: 25 * MB },
  video: { types: ["video/mp4", "video/ogg", "video/avi", "video/quicktime", "video/webm"], limit: 25 * MB },
  file: { types: ["application/pdf"], limit: 25 * MB },
};

/** `attachments` (up to ten images) or `attachment` (any one). */
export async function attachmentsOf(
  stand: Instagram,
  saved: Map<string, Attachment>,
  account: MetaAccount,
  body: Record<string, unknown>,
  fields: Fields,
): Promise<Attachment[]> {
  const raw = body.attachments ?? body.attachment;
  const list = (Array.isArray(raw) ? raw : [raw]).map((a) => objectOf(a));
  if (list.length > 10) throw refuse(100, "(#100) Param message[attachments] must hold at most 10 images");
  const made: Attachment[] = [];
  for (const [i, a] of list.entries()) {
    const type = textOf(a?.type) ?? "";
    if (!a) throw refuse(100, "(#100) Param message[attachment] must be an object");
    if (list.length > 1 && type !== "image") throw refuse(100, "(#100) Only images can be sent together");
    made.push(await one(stand, saved, account, type, objectOf(a.payload) ?? {}, fields, i));
  }
  return made;
}

async function one(
  stand: Instagram,
  saved: Map<string, Attachment>,
  account: MetaAccount,
  type: string,
  payload: Record<string, unknown>,
  fields: Fields,
  index: number,
): Promise<Attachment> {
  if (type === "like_heart") return { type: "sticker", name: "❤️" };
  if (type === "MEDIA_SHARE") {
    if (!textOf(payload.id)) throw refuse(100, "(#100) The parameter payload[id] is required");
    return { type: "share", name: `Post ${textOf(payload.id)}` };
  }
  const format = FORMATS[type];
  if (!format)
    throw refuse(
      100,
      "(#100) Param message[attachment][type] must be one of {IMAGE, VIDEO, AUDIO, FILE, MEDIA_SHARE, LIKE_HEART}",
    );
  const savedId = textOf(payload.attachment_id);
  if (savedId !== undefined) {
    const known = saved.get(savedId);
    if (!known) throw refuse(100, "(#100) The attachment id does not exist", 2018074);
    return known;
  }
  const upload = account.kind === "page" ? fields.uploads[index] : undefined;
  const tooLarge = () =>
    refuse(100, `(#100) The attachment size exceeds the allowable limit of ${format.limit / MB} MB`, 2018238);
  const got = upload
    ? { bytes: upload.bytes, type: upload.type, name: upload.filename }
    : await stand.fetched(payload.url, format.limit, (why) =>
        why === "too large" ? tooLarge() : refuse(100, "(#100) Failed to fetch the file from the url", 2018008),
      );
  if (got.bytes.length > format.limit) throw tooLarge();
  if (!format.types.includes(got.type))
    throw refuse(100, `(#100) Upload attachment failure: ${got.type} is not supported for ${type}`, 2018047);
  const url = stand.world.cdn.put(stand.world.ids.token("out", 12), {
    bytes: got.bytes,
    type: got.type,
    name: got.name,
  });
  return { type, url, mime: got.type, name: got.name };
}
