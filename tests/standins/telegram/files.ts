import { textOf, type Fields } from "../common/form.ts";
import { fetchLink, type Blob } from "../common/media.ts";
import { BotError, badRequest } from "./errors.ts";
import type { World } from "../common/world.ts";

const MB = 1024 * 1024;
type Values = Record<string, unknown>;

export interface File extends Blob {
  id: string;
  unique: string;
  path: string;
}

/** The files a bot may send or fetch: by upload, by link, by id. */
export class Files {
  private files = new Map<string, File>();

  constructor(private readonly world: World) {}

  store(blob: Blob): File {
    const ending = /\.\w+$/.exec(blob.name)?.[0] ?? "";
    const { ids } = this.world;
    const file: File = {
      ...blob,
      id: ids.file(),
      unique: ids.uniqueFile(),
      path: `files/file_${this.files.size}${ending}`,
    };
    this.files.set(file.id, file);
    return file;
  }

  byId(id: string | undefined, otherwise = "wrong file_id or the file is temporarily unavailable"): File {
    const file = this.files.get(id ?? "");
    if (!file) throw badRequest(otherwise);
    return file;
  }

  find(fits: (file: File) => boolean): File | undefined {
    return [...this.files.values()].find(fits);
  }

  /** The `File` object; with its path as `getFile` gives it, up to 20 MB. */
  object(file: File, withPath = false): Values {
    if (withPath && file.bytes.length > 20 * MB) throw badRequest("file is too big");
    return {
      file_id: file.id,
      file_unique_id: file.unique,
      file_size: file.bytes.length,
      ...(withPath ? { file_path: file.path } : {}),
    };
  }

  /** A file by multipart upload, by link (Telegram fetches it) or by `file_id`. */
  async incoming(kind: string, value: unknown, fields: Fields): Promise<File> {
    const text = textOf(value) ?? "";
    const name = text.startsWith("attach://") ? text.slice("attach://".length) : kind;
    const upload = fields.uploads.find((u) => u.name === name);
    const photo = kind === "photo";
    if (upload) {
      if (upload.bytes.length > (photo ? 10 : 50) * MB) throw new BotError(413, "Request Entity Too Large");
      return this.checked(kind, { bytes: upload.bytes, type: upload.type, name: upload.filename });
    }
    if (text === "") throw badRequest(`there is no ${kind} in the request`);
    if (!/^https?:\/\//.test(text)) return this.byId(text, "wrong file identifier/HTTP URL specified");
    const got = await fetchLink(text, (photo ? 5 : 20) * MB);
    if (got === undefined) throw badRequest("failed to get HTTP URL content");
    if (got === "too large") throw badRequest("wrong file identifier/HTTP URL specified");
    const unknown = got.type === "application/octet-stream";
    return this.checked(kind, {
      bytes: got.bytes,
      type: unknown ? got.declared || got.type : got.type,
      name: got.name,
    });
  }

  private checked(kind: string, blob: Blob): File {
    const type = blob.type.split(";")[0]?.trim() ?? "";
    if (kind === "photo" && !/^image\/(png|jpeg|webp|gif)$/.test(type)) throw badRequest("IMAGE_PROCESS_FAILED");
    if (kind === "video" && !/^video\//.test(type)) throw badRequest("wrong type of the web page content");
    if (kind === "sticker" && type !== "image/webp") throw badRequest("wrong file identifier/HTTP URL specified");
    return this.store({ ...blob, type });
  }

  /** The field of a message that holds the file. */
  fields(kind: string, file: File): Values {
    const base = this.object(file);
    const named = { mime_type: file.type, file_name: file.name };
    switch (kind) {
      case "photo": {
        const small = this.object(this.store(file));
        return {
          photo: [
            { ...small, width: 90, height: 68, file_size: 1100 },
            { ...base, width: 480, height: 360 },
          ],
        };
      }
      case "video":
        return { video: { ...base, width: 640, height: 360, duration: 3, ...named } };
      case "animation":
        return {
          animation: { ...base, width: 320, height: 240, duration: 2, ...named },
          document: { ...base, ...named },
        };
      case "voice":
        return { voice: { ...base, duration: 2, mime_type: file.type } };
      case "audio":
        return { audio: { ...base, duration: 2, ...named } };
      case "sticker":
        return {
          sticker: {
            ...base,
            type: "regular",
            width: 512,
            height: 512,
            is_animated: false,
            is_video: false,
            emoji: "🙂",
            set_name: "Coast",
          },
        };
      default:
        return { document: { ...base, ...named } };
    }
  }
}
