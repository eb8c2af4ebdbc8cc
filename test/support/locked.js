// SPDX-License-Identifier: MIT OR Apache-2.0
// A folder whose lock file names programs of npm (bench/fetched.js): exact versions, each
// package with its digest, and no address.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export function assertLocked(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const { dependencies, optionalDependencies } = read('package.json');
  const { packages } = read('package-lock.json');
  const named = Object.entries({ ...dependencies, ...optionalDependencies });
  assert(named.length > 0, folder);
  for (const [name, version] of named)
    assert.equal(packages[`node_modules/${name}`].version, version);
  for (const [path, { integrity, resolved }] of Object.entries(packages))
    if (path) assert.deepEqual([/^sha512-/.test(integrity), resolved], [true, undefined], path);
}
