// The Worker's size gate. Start-up time and the plan's limit both follow the compressed size, and it grows
// unnoticed: a change that adds more than 4 KB says so by writing the new figure into tools/size.json. The goal there is
// not reached yet; docs/SIZE.md says what each part costs.
//   node tools/size.mjs            check against tools/size.json
//   node tools/size.mjs --print    only print
//   node tools/size.mjs --accept   record the present size, with a reason: --accept "why it grew"
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const record = new URL('size.json', import.meta.url);
const slack = 4 * 1024;

const wasm = readFileSync('workers/build/index_bg.wasm');
const gzip = gzipSync(wasm, { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.error(`-- the Worker: ${kilobytes(wasm.length)} of wasm, ${kilobytes(gzip)} compressed`);

const [mode, reason] = process.argv.slice(2);
if (mode === '--print') process.exit(0);
const { recorded, goal } = JSON.parse(readFileSync(record, 'utf8'));
if (mode === '--accept') {
  if (!reason) throw new Error('say why: --accept "reason"');
  writeFileSync(record, JSON.stringify({ goal, recorded: gzip, reason }, null, 2) + '\n');
} else if (gzip > recorded + slack) {
  console.error(
    `!! ${kilobytes(gzip - recorded)} more than tools/size.json records; if that is meant: node tools/size.mjs --accept "why"`,
  );
  process.exitCode = 1;
} else {
  console.error(`-- within ${kilobytes(slack)} of the recorded ${kilobytes(recorded)}, ${(gzip / goal).toFixed(1)} times the goal of ${kilobytes(goal)}`);
}
