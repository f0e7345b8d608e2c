import { objectOf, textOf, type Fields } from "../common/form.ts";
import { refuse } from "../common/graph.ts";
import type { Attachment } from "../common/phones.ts";
import type { Facebook } from "./index.ts";

const MB = 1024 * 1024;
const KINDS: Record<string, RegExp> = {
  image: /^image\//,
  video: /^video\//,
  audio: /^(audio\/|video\/mp4|video\/ogg)/,
  file: /./,
};

/** Reads what is attached to a message: a link that is fetched, an upload, or what was saved before. */
export async function attachmentsOf(
  stand: Facebook,
  saved: Map<string, Attachment>,
  body: Record<string, unknown>,
  fields: Fields,
): Promise<Attachment[]> {
  const a = objectOf(body.attachment);
  if (!a) throw refuse(100, "(#100) Param message[attachment] must be an object");
  const type = textOf(a.type) ?? "";
  const payload = objectOf(a.payload) ?? {};
  if (type === "template") return [{ type: "template", caption: textOf(payload.text) }];
  if (!KINDS[type])
    throw refuse(100, "(#100) Param message[attachment][type] must be one of {IMAGE, VIDEO, AUDIO, FILE, TEMPLATE}");
  const savedId = textOf(payload.attachment_id);
  if (savedId !== undefined) {
    const known = saved.get(savedId);
    if (!known) throw refuse(100, "(#100) The attachment id does not exist", 2018074);
    return [known];
  }
  const upload = fields.uploads[0];
  const got = upload
    ? { bytes: upload.bytes, type: upload.type, name: upload.filename }
    : await stand.fetched(payload.url, 25 * MB, (why) =>
        why === "too large"
          ? refuse(100, "(#100) The attachment size exceeds the allowable limit of 25 MB", 2018238)
          : refuse(100, "(#100) Failed to fetch the file from the url", 2018008),
      );
  if (got.bytes.length > 25 * MB)
    throw refuse(100, "(#100) The attachment size exceeds the allowable limit of 25 MB", 2018238);
  if (!KINDS[type]?.test(got.type))
    throw refuse(100, `(#100) Upload attachment failure: the file is not of type ${type}`, 2018047);
  const url = stand.world.cdn.put(stand.world.ids.token("out", 12), {
    bytes: got.bytes,
    type: got.type,
    name: got.name,
  });
  return [{ type, url, mime: got.type, name: got.name }];
}
