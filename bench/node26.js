// SPDX-License-Identifier: MIT OR Apache-2.0
// The Node.js that the figures of record come from. Its package is named, with
// its digest, by node26/package-lock.json, and npm fetches it into build/ when a
// benchmark first asks for it. Nothing else needs it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/build.js';
import { fetchInto } from './fetched.js';
import { memoised } from './host.js';

const LOCKED = join(import.meta.dirname, 'node26');
const PLACE = join(root, 'build', 'node26');

const { dependencies } = JSON.parse(readFileSync(join(LOCKED, 'package.json'), 'utf8'));

/** The version of a platform's package; undefined if there is none. */
const versionFor = (platform) => dependencies[`node-${platform}`];

const works = (path, version) =>
  spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${version}`;

/**
 * The Node.js of record for a platform, such as linux-x64: {path}, or {missing},
 * which says why there is none and how to get one.
 *
 * @param {string} platform
 */
export const node26 = memoised((platform) => {
  const version = versionFor(platform);
  if (!version)
    return {
      missing: `npm has no package of Node.js 26 that is pinned for ${platform}, only for ${Object.keys(dependencies).join(', ').replaceAll('node-', '')}`,
    };
  const path = join(PLACE, 'node_modules', `node-${platform}`, 'bin', 'node');
  if (works(path, version)) return { path };
  console.error(`bench: npm fetches Node.js ${version} into ${PLACE}; this takes a minute`);
  const problem = fetchInto(PLACE, LOCKED);
  if (works(path, version)) return { path };
  return {
    missing: `Node.js ${version} could not be fetched or does not run here${problem && `:\n${problem}`}\nWith access to the npm registry, ./build.sh bench fetches it`,
  };
});

/** The same for this machine. */
export const node26Here = () => node26(`${process.platform}-${process.arch}`);
