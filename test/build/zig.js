// SPDX-License-Identifier: MIT OR Apache-2.0
// The compiler of Zig: a package of npm with 400 MB, which is fetched when a test asks for it.
import { join } from 'node:path';
import { fetched } from '../../bench/fetched.js';

const PACKAGE = `@zigc/${process.platform}-${process.arch}`;

/** {path, version, library} of the compiler, or {missing}, which says why there is none. */
export function zig() {
  const { zig: found, missing } = fetched(
    join(import.meta.dirname, 'zig'),
    { zig: `${PACKAGE}/bin/zig` },
    'version',
  );
  return missing ? { missing } : { ...found, library: join(found.path, '../../../lib') };
}
