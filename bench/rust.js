// SPDX-License-Identifier: MIT OR Apache-2.0
// The bytes of small programs of Rust with its own allocator and with the crate:
// `node bench/rust.js` prints them, `node bench/rust.js --write` writes them into
// docs/rust.md.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../tools/build.js';
import { markdown, writePart } from '../tools/readme.js';
import { wasmOpt } from '../tools/toolchain.js';
import { cargo, made, missing, UNKNOWN, version } from '../test/rust/cargo.js';

/** Allocators, as features of the program. */
const ALLOCATORS = {
  "Rust's own, dlmalloc": '',
  'tlsf-wasm': 'tlsf',
  'with `fast`': 'fast',
  'with `hard`': 'hard',
  'with `checked`': 'checked',
  'with `mvp`': 'mvp',
  'with `threads`': 'threads',
};

const OPTIONS = ['--enable-bulk-memory', '--enable-mutable-globals', '--enable-sign-ext'].concat([
  '--enable-nontrapping-float-to-int',
  '--strip-producers',
  '--strip-target-features',
]);

async function sizeOf(features) {
  const folder = join(made, 'small');
  const args = ['build', '--quiet', '--release', '--target', UNKNOWN, '--features', features];
  cargo(args, join(root, 'bench', 'rust'), { CARGO_TARGET_DIR: folder });
  const wasm = await readFile(join(folder, UNKNOWN, 'release', 'small.wasm'));
  const atomics = features.includes('threads') ? ['--enable-threads'] : [];
  return (await wasmOpt(wasm, ['-Oz', ...OPTIONS, ...atomics])).length;
}

/** The table, for the allocators whose feature is among those named. */
export async function table(features = Object.values(ALLOCATORS)) {
  const rows = [];
  for (const [name, feature] of Object.entries(ALLOCATORS))
    if (features.includes(feature))
      rows.push([name, await sizeOf(feature), await sizeOf(`${feature},vectors`)]);
  return rows;
}

export const text = (rows) =>
  `${markdown([['bytes of the module', 'Box', 'Box, Vec, vec![0; n]'], ...rows])}\n\nMeasured with rustc ${version}.`;

if (process.argv[1] === import.meta.filename) {
  if (missing) throw new Error(missing);
  const measured = text(await table());
  if (process.argv[2] === '--write') await writePart('docs/rust.md', 'rust sizes', measured);
  console.log(measured);
}
