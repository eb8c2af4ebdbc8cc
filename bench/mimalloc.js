// SPDX-License-Identifier: MIT OR Apache-2.0
// mimalloc, from its source where somebody put that: it is in no npm package.
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { libcTarget } from '../compare/peers.js';
import { root } from '../tools/build.js';
import { toolchain } from '../tools/toolchain.js';
import { cached } from '../test/support/cache.js';

const PLACE = join(root, 'build', 'mimalloc');
const FOLDERS = ['src', 'include'];

/** What $MIMALLOC names, or what Debian's source package left in build/mimalloc. */
function find() {
  const unpacked = existsSync(PLACE) ? readdirSync(PLACE).map((name) => join(PLACE, name)) : [];
  return [process.env.MIMALLOC, ...unpacked].find(
    (path) => path && existsSync(join(path, 'src', 'static.c')),
  );
}

/** The folder of the source, and how to get it if there is none. */
export const MIMALLOC = {
  path: find(),
  get: `set MIMALLOC to the folder of its source; or, on Debian with a source list of deb-src: mkdir -p ${PLACE} && cd ${PLACE} && apt-get source mimalloc`,
};

/** All files of the source, by their paths. */
async function sources() {
  const files = {};
  for (const folder of FOLDERS) {
    const names = readdirSync(join(MIMALLOC.path, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => /\.[ch]$/.test(each)))
      files[`${folder}/${name}`] = await readFile(join(MIMALLOC.path, folder, name));
  }
  return files;
}

const FLAGS = ['-O2', '-DNDEBUG', '-w', '-mbulk-memory', '-Iinclude', '-c'];

async function compile(path, inputs, flags) {
  const command = ['clang', `--target=${await libcTarget()}`, ...FLAGS, ...flags, path];
  return cached([command, Object.values(inputs).map(String)], async () => {
    const { tool } = await toolchain();
    return (await tool([...command, '-o', 'out.o'], inputs, ['out.o'])).files[0];
  });
}

/** Its objects: all of it under the names of libc, and what it would import. */
export const mimalloc = async () => [
  await compile('src/static.c', await sources(), ['-DMI_MALLOC_OVERRIDE']),
  await compile(
    'mimalloc.c',
    { 'mimalloc.c': await readFile(join(import.meta.dirname, 'mimalloc.c')) },
    [],
  ),
];
