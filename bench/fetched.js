// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs of npm that only some tests and benchmarks need. A folder with a lock file names
// their packages with their digests, and npm fetches them into build/ when they are first
// asked for.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../tools/build.js';

const FILES = ['package.json', 'package-lock.json'];
const NPM = ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];

/** Has npm install into `place` what the lock file in `locked` names; returns how its error message begins, or ''. */
export function fetchInto(place, locked) {
  mkdirSync(place, { recursive: true });
  for (const name of FILES) copyFileSync(join(locked, name), join(place, name));
  const { error, status, stderr } = spawnSync('npm', NPM, { cwd: place, encoding: 'utf8' });
  return error?.message ?? (status ? stderr.split('\n', 4).join('\n') : '');
}

const lockOf = (directory) => readFileSync(join(directory, FILES[1]), 'utf8');

/**
 * The programs of a folder with a lock file: {name: {path, version}}, or {missing}, which says
 * why there are none.
 *
 * @param {string} locked the folder
 * @param {Record<string, string>} programs where each is in node_modules
 * @param {string} ask the argument for which it prints its version
 */
export function fetched(locked, programs, ask = '--version') {
  const place = join(root, 'build', basename(locked));
  const found = () =>
    Object.entries(programs).map(([name, at]) => {
      const path = join(place, 'node_modules', at);
      const { stdout } = spawnSync(path, [ask], { encoding: 'utf8' });
      return [name, { path, version: stdout?.split('\n', 1)[0] }];
    });
  const areThere = () => {
    try {
      return lockOf(locked) === lockOf(place) && found().every(([, { version }]) => version);
    } catch {
      return false;
    }
  };
  let problem = '';
  if (!areThere()) {
    const names = Object.keys(programs).join(' and ');
    console.error(`npm fetches ${names} into ${place}; this takes some seconds`);
    problem = fetchInto(place, locked);
    if (!areThere())
      return { missing: `${names} can't be fetched, or does not run here: ${problem}` };
  }
  return Object.fromEntries(found());
}
