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
  const scripts = (await built(".js")).map(({ name, text }) => ({
    name,
    bytes: gzipSync(text, { level: 9 }).length,
    first: page.includes(name),
  }));
  const first = scripts.filter((script) => script.first);
  assert.notEqual(first.length, 0);
  const total = first.reduce((sum, { bytes }) => sum + bytes, 0);
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
