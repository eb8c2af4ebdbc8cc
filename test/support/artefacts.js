// SPDX-License-Identifier: MIT OR Apache-2.0
// Builds a module and an archive of the project that it lies in, and prints
// their SHA-256 as ./build.sh prints those of all.
import { createHash } from 'node:crypto';
import { buildArchive, buildModule } from '../../tools/build.js';
import { LIBRARIES, MODULES } from '../../tools/builds.js';

const made = {
  'dist/tlsf.wasm': (await buildModule(MODULES.tlsf)).optimised,
  'dist/lib/wasm32/libtlsf-tiny.a': await buildArchive(LIBRARIES['libtlsf-tiny']),
};
for (const [path, bytes] of Object.entries(made))
  console.log(`${createHash('sha256').update(bytes).digest('hex')}  ${path}`);
