// SPDX-License-Identifier: MIT OR Apache-2.0
// What tests make of sources and flags, kept under build/ from run to run.
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../tools/build.js';
import { digest, replace } from '../../tools/kept.js';
import { toolchain } from '../../tools/toolchain.js';

const directory = join(root, 'build', 'test');

/** Bytes made by `make`, kept until the toolchain or one of `inputs` changes. */
export async function cached(inputs, make) {
  const path = join(directory, digest((await toolchain()).name, inputs));
  try {
    return await readFile(path);
  } catch {
    const bytes = await make();
    mkdirSync(directory, { recursive: true });
    await replace(path, bytes);
    return bytes;
  }
}
