/**
 * What each platform needs at deployment, read off its page in docs/platforms: the secrets its front matter
 * names, and the section "Connect", which says what to enter where. So a new platform needs no line here.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export type PlatformPage = { name: string; secrets: string[]; connect: string };

/** The parts of one page; throws when one is missing, so that no page is passed over in silence. */
export const readPage = (file: string, text: string): PlatformPage => {
  const front = /^---\n([\s\S]*?)\n---\n/.exec(text)?.[1];
  const secrets = /^secrets:[ \t]*(.*)$/m.exec(front ?? "")?.[1];
  const name = /^# (.+)$/m.exec(text)?.[1];
  const connect = /^## Connect\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(text)?.[1];
  if (secrets === undefined || !name || !connect) {
    throw new Error(`${file} needs a front matter with "secrets:", a title, and a section "## Connect"`);
  }
  return { name, secrets: secrets.split(/[\s,]+/).filter(Boolean), connect: connect.trim() };
};

export const readPages = (directory: string): PlatformPage[] =>
  (existsSync(directory) ? readdirSync(directory) : [])
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map((file) => readPage(join(directory, file), readFileSync(join(directory, file), "utf8")));

/** What to enter where, with the addresses of the Worker at `origin`. */
export const instructions = (pages: PlatformPage[], origin: string): string =>
  pages
    .map(({ name, connect }) => `${name}\n${connect.replaceAll("{origin}", origin).replace(/^/gm, "  ")}`)
    .join("\n\n");
