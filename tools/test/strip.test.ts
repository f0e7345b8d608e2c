import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { root } from "../runtime.ts";

const folder = mkdtempSync(join(tmpdir(), "strip-"));
after(() => rmSync(folder, { recursive: true }));

/** A custom section; its length in five bytes, as linkers write it. */
const custom = (name: string, content: string): Buffer => {
  const body = Buffer.concat([Buffer.from([name.length]), Buffer.from(name + content)]);
  const size = Buffer.from([0, 1, 2, 3].map((i) => ((body.length >> (7 * i)) & 0x7f) | 0x80).concat(0));
  return Buffer.concat([Buffer.from([0]), size, body]);
};

test("names go, everything else stays byte for byte, and the original is kept aside", () => {
  const magic = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const type = Buffer.from([1, 4, 1, 0x60, 0, 0]); // one function type
  const features = custom("target_features", "x".repeat(300));
  const before = Buffer.concat([magic, type, custom("name", "n".repeat(200)), features, custom("producers", "rustc")]);
  const file = join(folder, "a.wasm");
  writeFileSync(file, before);
  execFileSync("node", [join(root, "tools/strip.mjs"), file, join(folder, "named.wasm")]);
  const stripped = readFileSync(file);
  assert.deepEqual(stripped, Buffer.concat([magic, type, features]));
  assert.ok(WebAssembly.validate(stripped));
  assert.deepEqual(readFileSync(join(folder, "named.wasm")), before);
});
