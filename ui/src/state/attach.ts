/** Whether a file may go along, told before it is uploaded. */
import type { ChannelItem } from "../api/types.ts";
import { size } from "./measure.ts";

export function refusalOf(
  file: { name: string; type: string; size: number },
  channel: ChannelItem,
  already: number,
): string | null {
  if (!channel.features.includes("attach")) return "This channel takes no files.";
  if (already >= channel.attachments) {
    return channel.attachments === 1
      ? "This channel takes one file per reply."
      : `This channel takes ${channel.attachments} files per reply.`;
  }
  if (file.size === 0) return `“${file.name}” is empty.`;
  const type = file.type === "" ? "application/octet-stream" : file.type;
  const limit =
    channel.media.find((one) => one.mime === type) ??
    channel.media.find((one) => one.mime === `${type.split("/")[0]}/*`) ??
    channel.media.find((one) => one.mime === "*/*");
  if (limit === undefined) return `“${file.name}” is of a type (${type}) that this channel does not take.`;
  if (file.size > limit.maxBytes) {
    return `“${file.name}” is ${size(file.size)}; this channel takes at most ${size(limit.maxBytes)} of its type.`;
  }
  return null;
}

/** For a file input's `accept`. */
export function accepts(channel: ChannelItem): string {
  const types = channel.media.map((one) => one.mime);
  return types.includes("*/*") ? "" : types.join(",");
}
