// SPDX-License-Identifier: MIT OR Apache-2.0
// A Node.js that has memory64 without a flag.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runWith } from '../../bench/measure.js';
import { packageRoot } from '../../tools/toolchain.js';

const LEAST = 24;

const versionOf = (path) => spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim();

/** This one, $NODE24, npm's package, or one on PATH. */
const find = () =>
  [
    process.execPath,
    process.env.NODE24,
    join(packageRoot(`node-${process.platform}-${process.arch}`), 'bin', 'node'),
    'node24',
    'node26',
    'node',
  ]
    .filter(Boolean)
    .find((path) => Number(/^v(\d+)/.exec(versionOf(path) ?? '')?.[1]) >= LEAST) ?? null;

const name = `Node.js ${LEAST} or later`;

export const NODE24 = {
  name,
  find,
  version: versionOf,
  get: `set NODE24 to its path (npm install --no-save node-${process.platform}-${process.arch}@${LEAST} has one)`,
  run: (path, script, files) =>
    runWith({ name, path, args: ['--expose-gc'] }, join('..', script), files),
};
