// SPDX-License-Identifier: MIT OR Apache-2.0
// What tests make of sources and flags, kept under build/ from run to run.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../tools/build.js';
import { toolchain } from '../../tools/toolchain.js';

const directory = join(root, 'build', 'test');

function add(hash, input) {
  if (input instanceof Uint8Array) hash.update(`${input.length}:`).update(input);
  else if (input && typeof input === 'object')
    for (const [name, part] of Object.entries(input)) add(hash.update(`${name}\0`), part);
  else hash.update(`${typeof input}${input}\0`);
}

/** A name for values, bytes and trees of them: the same only for the same ones. */
export function digest(...inputs) {
  const hash = createHash('sha256');
  add(hash, inputs);
  return hash.digest('hex').slice(0, 32);
}

/** Bytes made by `make`, kept until the toolchain or one of `inputs` changes. */
export async function cached(inputs, make) {
  const path = join(directory, digest((await toolchain()).name, inputs));
  try {
    return await readFile(path);
  } catch {
    const bytes = await make();
    mkdirSync(directory, { recursive: true });
    await writeFile(`${path}.${process.pid}`, bytes);
    await rename(`${path}.${process.pid}`, path); // another test file may be at it too
    return bytes;
  }
}
