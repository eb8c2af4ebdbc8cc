// SPDX-License-Identifier: MIT OR Apache-2.0
// Deno, and Cloudflare's runtime: their packages of npm hold programs of 250 MB, so they
// are fetched when a test asks for them and not by ./build.sh.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchInto } from '../../bench/fetched.js';
import { root } from '../../tools/build.js';

export const LOCKED = join(import.meta.dirname, 'runtimes');
const PLACE = join(root, 'build', 'runtimes');

const dependenciesOf = (directory) =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).dependencies;

const { platform, arch } = process;
const PROGRAMS = {
  deno: `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}/deno`,
  workerd: `@cloudflare/workerd-${platform}-${arch === 'x64' ? '64' : arch}/bin/workerd`,
};

const pathOf = (name) => join(PLACE, 'node_modules', PROGRAMS[name]);
const versionOf = (name) => spawnSync(pathOf(name), ['--version'], { encoding: 'utf8' }).stdout;

/** Are those there that the lock file names, and do they run? */
function areThere() {
  try {
    const [wanted, fetched] = [LOCKED, PLACE].map(dependenciesOf);
    return Object.keys(wanted).every((name) => wanted[name] === fetched[name] && versionOf(name));
  } catch {
    return false;
  }
}

/** {deno, workerd}: {path, version} of each, or {missing}, which says why there are none. */
export function runtimes() {
  let problem = '';
  if (!areThere()) {
    console.error(`npm fetches Deno and workerd into ${PLACE}; this takes some seconds`);
    problem = fetchInto(PLACE, LOCKED);
    if (!areThere())
      return { missing: `Deno and workerd can't be fetched, or do not run here: ${problem}` };
  }
  return Object.fromEntries(
    Object.keys(PROGRAMS).map((name) => [
      name,
      { path: pathOf(name), version: versionOf(name).split('\n', 1)[0] },
    ]),
  );
}
