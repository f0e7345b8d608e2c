/**
 * `make test`: every check and every suite, one after the other, each with its runner's own closing lines, and a
 * total at the end. A check that fails counts as one failed; a suite that runs no test has failed too.
 *   tools/test.sh [name...]    only the steps whose names begin so
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './runtime.ts';
import { tally } from './tally.ts';

/** `counts`: the step runs tests, and must have run some. */
type Step = { name: string; command: string[]; counts: boolean };

const check = (name: string, ...command: string[]): Step => ({ name, command, counts: false });
const suite = (name: string, ...command: string[]): Step => ({ name, command, counts: true });

/** One suite for each folder of `directory` that holds tests, the browser's last. */
const suitesIn = (directory: string): Step[] => {
  const folders = new Map<string, string[]>();
  for (const file of readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.test.ts') || file.includes('node_modules')) continue;
    const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : '.';
    folders.set(folder, [...(folders.get(folder) ?? []), join(directory, file)]);
  }
  const names = [...folders.keys()].sort((a, b) => Number(a === 'browser') - Number(b === 'browser') || a.localeCompare(b));
  return names.map((folder) => {
    // Two files at a time: most of a file's time is waiting, and machines with two cores run this. The costs are measured alone.
    const atOnce = folder === 'costs' ? 1 : 2;
    const runner = ['node', '--import', 'tsx', '--test', `--test-concurrency=${atOnce}`, '--test-reporter=spec'];
    return suite(join(directory, folder), ...runner, ...(folders.get(folder) ?? []));
  });
};

const steps = [
  check('format', 'tools/check.sh', 'format'),
  check('lint', 'tools/check.sh', 'lint'),
  suite('native', 'tools/check.sh', 'native'),
  check('build', 'tools/build.sh'),
  check('size', 'node', 'tools/size.mjs'),
  check('types of tools', 'node_modules/.bin/tsc', '-p', 'tools'),
  check('types of tests', 'npm', 'run', 'check', '-w', 'tests', '--silent'),
  check('types of ui', 'npm', 'run', 'check', '-w', 'ui', '--silent'),
  suite('ui', 'npm', 'test', '-w', 'ui', '--silent'),
  ...suitesIn('tools'),
  ...suitesIn('tests'),
];

/** Runs a step with its output shown as it comes, and returns that output. */
const run = ({ command: [program = '', ...args] }: Step) =>
  new Promise<{ code: number; output: string }>((done) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ] as const) {
      from.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        to.write(text);
      });
    }
    child.on('error', (error) => done({ code: 1, output: `${output}\n${error.message}` }));
    child.on('close', (code) => done({ code: code ?? 1, output }));
  });

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
const lines: string[] = [];
for (const step of steps) {
  if (wanted.length > 0 && !wanted.some((name) => step.name.startsWith(name))) continue;
  console.log(`\n== ${step.name}`);
  const began = performance.now();
  const { code, output } = await run(step);
  const { passed, failed } = step.counts ? tally(output) : { passed: 0, failed: 0 };
  const fine = code === 0 && failed === 0 && (passed > 0 || !step.counts);
  total.passed += passed;
  total.failed += fine ? 0 : Math.max(failed, 1);
  const counts = step.counts ? `, ${passed} passed, ${failed} failed${passed + failed === 0 ? ': no test ran' : ''}` : '';
  lines.push(`${fine ? 'ok  ' : 'FAIL'} ${step.name}${counts} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
}

console.log(`\n${lines.join('\n')}\n`);
console.log(`total: ${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
