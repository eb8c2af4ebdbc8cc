// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs compiled by the pinned clang for wasm32-wasip1, linked with
// -ltlsf or with wasi-libc's own malloc, and run by Node's WASI.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { WASI } from 'node:wasi';
import { Worker } from 'node:worker_threads';
import { packageVersion, pinnedToolchain } from '../../wasm/toolchain.js';
import { root } from '../../wasm/variants.js';

// Else V8 may collect garbage inside a call of WASI: nodejs/node#46777.
setFlagsFromString('--no-turbo-fast-api-calls');

const cache = join(root, 'build', 'programs');
export const here = import.meta.dirname;
export const { tool } = await pinnedToolchain();
export const archive = await readFile(join(root, 'dist', 'lib', 'wasm32', 'libtlsf.a'));

/** The C of a directory: {name: bytes or such a tree}. */
export async function readTree(directory) {
  const tree = {};
  for (const entry of (await readdir(directory, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) tree[entry.name] = await readTree(path);
    else if (/\.[ch]$/.test(entry.name)) tree[entry.name] = await readFile(path);
  }
  return tree;
}

function hashTree(hash, tree) {
  for (const [name, node] of Object.entries(tree)) {
    hash.update(`${name}\0`);
    if (node instanceof Uint8Array) hash.update(node);
    else hashTree(hash, node);
  }
}

async function cachePath({ name, args, inputs }) {
  const hash = createHash('sha256').update(JSON.stringify([packageVersion('@yowasp/clang'), args]));
  hash.update(await readFile(join(here, 'compile.js')));
  hashTree(hash, inputs);
  return join(cache, `${name}-${hash.digest('hex').slice(0, 16)}.o`);
}

const compile = (workerData) => new Promise((resolve, reject) => {
  const worker = new Worker(join(here, 'compile.js'), { workerData });
  worker.once('message', resolve).once('error', reject);
});

/** The object of a unit {name, args, inputs}, from the cache if it is there. */
async function object(unit) {
  const path = await cachePath(unit);
  if (existsSync(path)) return readFile(path);
  const { object: bytes } = await compile(unit);
  for (const old of await readdir(cache)) {
    if (old.startsWith(`${unit.name}-`)) await rm(join(cache, old), { force: true });
  }
  await writeFile(path, bytes);
  return Buffer.from(bytes);
}

/** {name: bytes of the object}, two at a time in the order given. */
export async function objects(units) {
  await mkdir(cache, { recursive: true });
  const made = {};
  const queue = [...units];
  const lane = async () => {
    for (let unit; (unit = queue.shift()); ) made[unit.name] = await object(unit);
  };
  await Promise.all([lane(), lane()]);
  return made;
}

/** Objects or sources {path: bytes} to a program: {wasm, map, text}. */
export async function link(inputs, { tlsf, args = [], driver = 'clang' }) {
  const files = Object.keys(inputs).filter((path) => !path.endsWith('.h'));
  const library = tlsf ? ['-Llib', '-ltlsf'] : [];
  const command = [driver, ...args, ...files, ...library, '-Wl,-Map=map.txt', '-o', 'program.wasm'];
  const outputs = ['program.wasm', 'map.txt'];
  const { text, files: [wasm, map] } = await tool(command, { ...inputs, 'lib/libtlsf.a': archive }, outputs);
  return { wasm, map: Buffer.from(map).toString(), text };
}

/** Runs a program: {status, output, memory, pages, seconds}. */
export async function run(wasm, { args = [], input = '/dev/null', preopens = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'tlsf-'));
  const stdin = openSync(input);
  const stdout = openSync(join(directory, 'output'), 'w');
  try {
    const wasi = new WASI({ version: 'preview1', args: ['program', ...args], preopens, stdin, stdout });
    const { instance } = await WebAssembly.instantiate(wasm, wasi.getImportObject());
    const start = performance.now();
    const status = wasi.start(instance);
    const seconds = (performance.now() - start) / 1000;
    const { memory } = instance.exports;
    const output = readFileSync(join(directory, 'output'), 'utf8');
    return { status, output, memory, pages: memory.buffer.byteLength >> 16, seconds };
  } finally {
    closeSync(stdin);
    closeSync(stdout);
    await rm(directory, { recursive: true });
  }
}
