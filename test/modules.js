// SPDX-License-Identifier: MIT OR Apache-2.0
// The modules under test: every artefact as it is shipped, and for each a
// checked twin, the same source and flags with the invariants exported.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolchain } from '../tools/toolchain.js';
import { COMPILE, compile, LINK, link, root, sources } from '../tools/build.js';
import { MODULES } from '../tools/builds.js';
import { PAGE } from './model.js';

export { PAGE };

const cache = join(root, 'build', 'test');

/** Bytes made by `make`, kept under build/ until one of `inputs` changes. */
export async function cached(inputs, make) {
  const hash = createHash('sha256');
  for (const input of [(await toolchain()).name, ...inputs]) hash.update(JSON.stringify(input));
  const path = join(cache, hash.digest('hex'));
  try {
    return await readFile(path);
  } catch {
    const bytes = await make();
    mkdirSync(cache, { recursive: true });
    await writeFile(`${path}.${process.pid}`, bytes);
    await rename(`${path}.${process.pid}`, path);
    return bytes;
  }
}

/** Compiles and links a C file of the project as a test module. */
export async function testModule({ source, exports, flags = [], linkFlags = [] }) {
  const inputs = await sources('src', 'wasm', 'test');
  const texts = Object.entries(inputs).map(([path, bytes]) => [path, bytes.toString()]);
  const of = [source, flags, COMPILE, texts];
  const object = await cached(of, () => compile(source, inputs, flags));
  return cached([...of, exports, linkFlags, LINK], () =>
    link([object], exports, [...LINK, ...linkFlags]),
  );
}

/** The checked twin of a module of dist/, with `maximum` pages at most. */
export function checkedModule(
  name,
  { initial = 1, maximum = PAGE, shift = 0, linkFlags = [] } = {},
) {
  const { exports, flags } = MODULES[name];
  const extra = ['check', 'check_add_pool', '__heap_base', ...(shift ? ['shift'] : [])];
  return testModule({
    source: 'test/checked.c',
    exports: [...exports, ...extra],
    flags: shift ? [...flags, `-DSHIFT=${shift}`] : flags,
    linkFlags: [
      `--initial-memory=${initial * PAGE}`,
      `--max-memory=${maximum * PAGE}`,
      ...linkFlags,
    ],
  });
}

/** A module as shipped in dist/. */
export const shippedModule = (name) => readFile(join(root, 'dist', `${name}.wasm`));

/** The module that a life of lives.js is lived in. */
export const moduleOfLife = (name, { options }) =>
  options ? checkedModule(name, options) : shippedModule(name);

const compiled = new WeakMap();

export function instantiate(bytes) {
  if (!compiled.has(bytes)) compiled.set(bytes, new WebAssembly.Module(bytes));
  return new WebAssembly.Instance(compiled.get(bytes)).exports;
}

export const VARIANTS = Object.keys(MODULES);
