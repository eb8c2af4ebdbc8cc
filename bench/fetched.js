// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs of npm that only some tests and benchmarks need. A folder with a lock file names
// their packages with their digests, and npm fetches them into build/ when they are first
// asked for.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const FILES = ['package.json', 'package-lock.json'];
const NPM = ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'];

/** Has npm install into `place` what the lock file in `locked` names; returns how its error message begins, or ''. */
export function fetchInto(place, locked) {
  mkdirSync(place, { recursive: true });
  for (const name of FILES) copyFileSync(join(locked, name), join(place, name));
  const { error, status, stderr } = spawnSync('npm', NPM, { cwd: place, encoding: 'utf8' });
  return error?.message ?? (status ? stderr.split('\n', 4).join('\n') : '');
}
