import { badRequest } from "./errors.ts";

export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
}

/** Text after entity parsing. HTML is parsed; the Markdown modes are taken as they are. Offsets are UTF-16 units. */
export function parsed(text: string, mode: string | undefined): { text: string; entities: Entity[] } {
  if (mode === undefined || mode === "") return { text, entities: found(text) };
  if (!["HTML", "Markdown", "MarkdownV2"].includes(mode)) throw badRequest("unsupported parse_mode");
  if (mode !== "HTML") return { text, entities: found(text) };
  const kinds: Record<string, string> = {
    b: "bold",
    strong: "bold",
    i: "italic",
    em: "italic",
    u: "underline",
    s: "strikethrough",
    code: "code",
    pre: "pre",
    a: "text_link",
    blockquote: "blockquote",
  };
  const open: { tag: string; offset: number; url?: string }[] = [];
  const entities: Entity[] = [];
  let out = "";
  let at = 0;
  for (const match of text.matchAll(/<(\/?)([a-z-]+)([^>]*)>|&(lt|gt|amp|quot);|</g)) {
    out += text.slice(at, match.index);
    at = match.index + match[0].length;
    const [whole, close, tag, attributes, entity] = match;
    if (whole === "<")
      throw badRequest(
        `can't parse entities: Unsupported start tag at byte offset ${Buffer.byteLength(text.slice(0, match.index))}`,
      );
    if (entity) {
      out += { lt: "<", gt: ">", amp: "&", quot: '"' }[entity] ?? "";
      continue;
    }
    const kind = kinds[tag ?? ""];
    if (!kind)
      throw badRequest(
        `can't parse entities: Unsupported start tag "${tag}" at byte offset ${Buffer.byteLength(text.slice(0, match.index))}`,
      );
    if (!close) {
      open.push({ tag: tag ?? "", offset: out.length, url: /href="([^"]*)"/.exec(attributes ?? "")?.[1] });
    } else {
      const last = open.pop();
      if (last?.tag !== tag)
        throw badRequest(
          `can't parse entities: Unexpected end tag at byte offset ${Buffer.byteLength(text.slice(0, match.index))}`,
        );
      entities.push({
        type: kind,
        offset: last?.offset ?? 0,
        length: out.length - (last?.offset ?? 0),
        ...(last?.url ? { url: last.url } : {}),
      });
    }
  }
  if (open.length > 0)
    throw badRequest(`can't parse entities: Can't find end tag corresponding to start tag "${open.at(-1)?.tag}"`);
  out += text.slice(at);
  return { text: out, entities };
}

/** Commands and links that Telegram finds by itself. */
export function found(text: string): Entity[] {
  const entities: Entity[] = [];
  const command = /^\/[a-z0-9_]{1,32}(@\w+)?/i.exec(text);
  if (command) entities.push({ type: "bot_command", offset: 0, length: command[0].length });
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g))
    entities.push({ type: "url", offset: match.index, length: match[0].length });
  return entities;
}
