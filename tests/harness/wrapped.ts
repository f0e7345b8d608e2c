/** The built Worker with a module of the tests in front of it: what ships is left as it is. */
import { cpSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../../tools/runtime.ts';

/** Changes wrangler.toml so that this module, which imports `./entry.js`, is what the runtime calls. */
export const wrapped = (module: string) => {
  const name = basename(module);
  const folder = `.state/wrapped/${name.replace(/\.js$/, '')}`;
  mkdirSync(join(root, folder), { recursive: true });
  cpSync(join(root, 'workers/build'), join(root, folder), { recursive: true });
  cpSync(join(root, module), join(root, folder, name));
  return (text: string): string => text.replace('main = "workers/build/entry.js"', `main = "${folder}/${name}"`);
};
