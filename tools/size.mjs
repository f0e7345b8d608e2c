// The Worker's size, printed after each build and held below a limit. Start-up time and the platform's own limit both
// follow the size, but a well-kept library is worth more than a few kilobytes; docs/START.md says what each part costs.
//   node tools/size.mjs            fail above the limit
//   node tools/size.mjs --print    only print
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 2.5 * 1024 * 1024;

const wasm = readFileSync("workers/build/index_bg.wasm");
const gzip = gzipSync(wasm, { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.error(`-- the Worker: ${kilobytes(wasm.length)} of wasm, ${kilobytes(gzip)} compressed`);

if (process.argv[2] !== "--print" && gzip > LIMIT) {
  console.error(`!! more than ${kilobytes(LIMIT)}: look in docs/START.md for what may be left out`);
  process.exitCode = 1;
}
