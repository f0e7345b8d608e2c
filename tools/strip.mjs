// Drops the "name" section of the built wasm: function names for stack traces, a sixth of the upload and
// of no use to the runtime. The file with names is kept aside, for reading a trace's offsets.
//   node tools/strip.mjs FILE.wasm KEEP.wasm
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

const dropped = new Set(["name", "producers"]);

/** An unsigned LEB128 number at `at`: its value and where the next byte is. */
function varuint(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

const [file, kept] = process.argv.slice(2);
const wasm = readFileSync(file);
const parts = [wasm.subarray(0, 8)]; // magic and version
for (let at = 8; at < wasm.length;) {
  const start = at;
  const id = wasm[at];
  const [size, body] = varuint(wasm, at + 1);
  at = body + size;
  if (id === 0) {
    const [length, name] = varuint(wasm, body);
    if (dropped.has(wasm.toString("utf8", name, name + length))) continue;
  }
  parts.push(wasm.subarray(start, at));
}
copyFileSync(file, kept);
writeFileSync(file, Buffer.concat(parts));
