// SPDX-License-Identifier: MIT OR Apache-2.0
// Exits with 0 if node_modules holds all that package-lock.json names, whoever
// ran npm. npm keeps a record of what it installed; a package for another
// system is optional and not in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** The packages of a lock file, by their path; none if there is no such file. */
function packagesOf(...path) {
  try {
    return JSON.parse(readFileSync(join(root, ...path), 'utf8')).packages;
  } catch {
    return {};
  }
}

const installed = packagesOf('node_modules', '.package-lock.json');
const isThere = ([path, { integrity, optional }]) =>
  path === '' || (installed[path] ? installed[path].integrity === integrity : optional);

if (!Object.entries(packagesOf('package-lock.json')).every(isThere)) process.exitCode = 1;
