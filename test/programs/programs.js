// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs compiled by the pinned clang for wasm32-wasip1, linked with
// -ltlsf or with wasi-libc's own malloc, and run by Node's WASI.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { pinnedToolchain } from '../../tools/toolchain.js';
import { readArchive } from '../../tools/build.js';
import { ARCHIVES, FAMILIES } from '../../tools/builds.js';
import { cached } from '../support/cache.js';
import { inTemporary } from '../support/temporary.js';
import { WASI } from '../support/wasi.js';

// Else V8 may collect garbage inside a call of WASI: nodejs/node#46777.
setFlagsFromString('--no-turbo-fast-api-calls');

export const here = import.meta.dirname;
export const { tool } = await pinnedToolchain();

/** The builds whose checked twin a program of one thread can have as its malloc. */
export const inPrograms = Object.values(FAMILIES).filter(
  ({ archive, shared }) => archive && !shared,
);

const archives = {};
for (const name of Object.keys(ARCHIVES)) archives[`lib/${name}.a`] = await readArchive(name);

/** The C of a directory: {name: bytes or such a tree}. */
export async function readTree(directory) {
  const tree = {};
  for (const entry of (await readdir(directory, { withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) tree[entry.name] = await readTree(path);
    else if (/\.[ch]$/.test(entry.name)) tree[entry.name] = await readFile(path);
  }
  return tree;
}

const compile = (workerData) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(join(here, 'compile.js'), { workerData });
    worker.once('message', resolve).once('error', reject);
  });

/** The object of a unit {name, args, inputs}. */
const object = async (unit) =>
  cached(
    [unit, await readFile(join(here, 'compile.js'))],
    async () => (await compile(unit)).object,
  );

/** {name: bytes of the object}, two at a time in the order given. */
export async function objects(units) {
  const made = {};
  const queue = [...units];
  const lane = async () => {
    for (let unit; (unit = queue.shift());) made[unit.name] = await object(unit);
  };
  await Promise.all([lane(), lane()]);
  return made;
}

/**
 * Objects or sources {path: bytes} to a program: {wasm, map, text}. Without a
 * `library`, tlsf or tlsf-fast, it has the malloc of wasi-libc.
 */
export async function link(inputs, { library, args = [], driver = 'clang' }) {
  const files = Object.keys(inputs).filter((path) => !path.endsWith('.h'));
  const libraries = library ? ['-Llib', `-l${library}`] : [];
  const command = [
    driver,
    ...args,
    ...files,
    ...libraries,
    '-Wl,-Map=map.txt',
    '-o',
    'program.wasm',
  ];
  const outputs = ['program.wasm', 'map.txt'];
  const {
    text,
    files: [wasm, map],
  } = await tool(command, { ...inputs, ...archives }, outputs);
  return { wasm, map: Buffer.from(map).toString(), text };
}

/**
 * Runs a program, its bytes or a WebAssembly.Module: {status, output, errors,
 * memory, pages, seconds}, and `trap` in place of a status if it trapped.
 * `prepare` is called with the instance's exports before it starts.
 */
export const run = (wasm, options) => inTemporary((directory) => runIn(directory, wasm, options));

async function runIn(
  directory,
  wasm,
  { args = [], input = '/dev/null', preopens = {}, imports = {}, prepare = () => {} } = {},
) {
  const path = (name) => join(directory, name);
  const files = [openSync(input), openSync(path('output'), 'w'), openSync(path('errors'), 'w')];
  const [stdin, stdout, stderr] = files;
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['program', ...args],
      preopens,
      stdin,
      stdout,
      stderr,
    });
    const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
    const instance = await WebAssembly.instantiate(module, {
      ...wasi.getImportObject(),
      ...imports,
    });
    prepare(instance.exports);
    const start = performance.now();
    const ended = startProgram(wasi, instance);
    const seconds = (performance.now() - start) / 1000;
    const { memory } = instance.exports;
    const [output, errors] = ['output', 'errors'].map((name) => readFileSync(path(name), 'utf8'));
    return { ...ended, output, errors, memory, pages: memory.buffer.byteLength >> 16, seconds };
  } finally {
    files.forEach(closeSync);
  }
}

function startProgram(wasi, instance) {
  try {
    return { status: wasi.start(instance) };
  } catch (trap) {
    if (!(trap instanceof WebAssembly.RuntimeError)) throw trap;
    return { trap };
  }
}
