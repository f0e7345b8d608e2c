/**
 * What the built page weighs, and that it can live under its own Content-Security-Policy. Needs `npm run build` before.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

/** For what every visit fetches, and for each page that is fetched when it is first opened. */
const BUDGET = 100_000;
const PAGE_BUDGET = 25_000;
/** Libraries that a page fetches for a part of it. */
const LIBRARIES: Record<string, number> = { editor: 130_000 };
const dist = new URL("../dist/", import.meta.url);

async function built(ending: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(new URL("assets/", dist))).filter((name) => name.endsWith(ending));
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(new URL(`assets/${name}`, dist), "utf8") })),
  );
}

test("the script that every visit fetches, and that of each page, stays within its budget after gzip", async () => {
  const page = await readFile(new URL("index.html", dist), "utf8");
  const files = await built(".js");
  const first = new Set(files.flatMap(({ name }) => (page.includes(name) ? [name] : [])));
  // A set grows while it is walked: also what these import, unless only once it is asked for.
  for (const name of first) {
    const { text } = files.find((file) => file.name === name) ?? { text: "" };
    for (const [, imported] of text.matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/g)) first.add(imported ?? "");
  }
  const scripts = files.map(({ name, text }) => ({
    name,
    bytes: gzipSync(text, { level: 9 }).length,
    first: first.has(name),
  }));
  assert.ok(first.size > 1, "the page's script, and what it imports");
  const total = scripts.reduce((sum, { first, bytes }) => sum + (first ? bytes : 0), 0);
  assert.ok(total <= BUDGET, `${total} bytes`);
  for (const { name, bytes } of scripts.filter((script) => !script.first)) {
    assert.ok(bytes <= (LIBRARIES[name.split("-")[0] ?? ""] ?? PAGE_BUDGET), `${name}: ${bytes} bytes`);
  }
  console.log(`# ${total} bytes of JavaScript after gzip`);
});

test("nothing needs what the policy forbids", async () => {
  const page = await readFile(new URL("index.html", dist), "utf8");
  assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/i);
  for (const { name, text } of await built(".js")) {
    assert.doesNotMatch(text, /\beval\(|new Function\(|createPolicy\(|setAttribute\(["'`]style/, name);
    assert.doesNotMatch(text, /\.(innerHTML|outerHTML)\s*=(?!=)|insertAdjacentHTML|document\.write/, name);
  }
});

test("every static file is sent with the policy", async () => {
  const headers = await readFile(new URL("_headers", dist), "utf8");
  const everywhere = headers.split("/assets/*")[0] ?? "";
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "nosniff",
    "no-referrer",
    "max-age=31536000; includeSubDomains",
  ]) {
    assert.ok(everywhere.includes(rule), rule);
  }
});

test("the description of the API lies beside the page, as it was generated", async () => {
  const generated = await readFile(new URL("../../shared/wire/openapi.json", import.meta.url), "utf8");
  assert.equal(await readFile(new URL("openapi.json", dist), "utf8"), generated);
});
