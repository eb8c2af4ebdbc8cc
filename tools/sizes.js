// SPDX-License-Identifier: MIT OR Apache-2.0
// The size ledger: the bytes of each artefact, raw and compressed, and of each
// function. `node sizes.js` prints the table and the hash of each file of
// dist/, `--write` rewrites the ledger.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { codeSection, toolchain, wasmOpt } from './toolchain.js';
import { link, linkFlags, optimisation, root, readArchive } from './build.js';
import { ALL_MODULES, archivePath, HEAP, LIBRARIES, MEMBERS } from './builds.js';

const LEDGER = join(root, 'test', 'sizes.json');

export const bytesOf = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes).length,
});

/** {function: bytes} of a module of dist/, optimised once more with its names. */
async function functions(name) {
  const linked = await readFile(join(root, 'build', `${name}.linked.wasm`));
  const named = await wasmOpt(linked, [
    ...optimisation(ALL_MODULES[name]).filter((flag) => flag !== '--strip-debug'),
    '-g',
  ]);
  return codeSizes(named);
}

/** {function: bytes of its code} of a module with names. */
async function codeSizes(bytes) {
  const listed = (await codeSection(bytes)).matchAll(/ - func\[\d+\] size=(\d+) <(.*)>/g);
  return Object.fromEntries(Array.from(listed, ([, size, title]) => [title, Number(size)]));
}

/** Short calls, as wasm-opt writes them, and the linker's names. */
const COMPACT = ['--compress-relocations', '--no-demangle'];

/** {function: bytes} of the members of an archive, as the linker takes them. */
async function members(name) {
  const symbols = Object.values(MEMBERS).flatMap((member) => Object.keys(member.functions));
  const flags = [...linkFlags({ target: LIBRARIES[name].target }), ...COMPACT];
  const linked = await link([await readArchive(name)], symbols, flags);
  const sizes = await codeSizes(linked);
  return Object.fromEntries(symbols.map((symbol) => [symbol, sizes[symbol]]));
}

/**
 * {function: bytes of its code} of tlsf_heap.h's functions in an archive, and the bytes that a
 * program of malloc and free grows by if it calls all of them.
 */
async function heapPrices(name) {
  const object = await readArchive(name);
  const symbols = Object.values(HEAP).flatMap((row) => row.functions);
  const flags = [...linkFlags({ target: LIBRARIES[name].target }), ...COMPACT];
  const linked = (more) => link([object], ['malloc', 'free', ...more], flags);
  const [base, all] = [await linked([]), await linked(symbols)];
  const sizes = await codeSizes(all);
  const prices = Object.fromEntries(symbols.map((symbol) => [symbol, sizes[symbol]]));
  return { ...prices, 'all of these, and what they call': all.length - base.length };
}

/** The ledger of the present dist/. */
export async function measure() {
  const ledger = { toolchain: (await toolchain()).name, modules: {} };
  for (const name of Object.keys(ALL_MODULES)) {
    const bytes = await readFile(join(root, 'dist', `${name}.wasm`));
    ledger.modules[`${name}.wasm`] = { ...bytesOf(bytes), functions: await functions(name) };
  }
  for (const name of Object.keys(LIBRARIES)) ledger[`${name}.a`] = (await readArchive(name)).length;
  ledger.members = {};
  for (const [name, { sdk }] of Object.entries(LIBRARIES))
    if (!sdk) ledger.members[`${name}.a`] = await members(name);
  ledger.heap = {};
  for (const [name, { sdk }] of Object.entries(LIBRARIES))
    if (!sdk) ledger.heap[`${name}.a`] = await heapPrices(name);
  return ledger;
}

export const readLedger = async () => JSON.parse(await readFile(LEDGER, 'utf8'));

/** Paths at which two ledgers differ: ['modules.tlsf.wasm.raw: 1 -> 2'...]. */
export function differences(old, now, path = []) {
  const tell = (value) => (typeof value === 'object' ? value?.raw : value);
  if (typeof old !== 'object' || typeof now !== 'object' || !old || !now) {
    return old === now ? [] : [`${path.join(' ')}: ${tell(old)} -> ${tell(now)}`];
  }
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys.flatMap((key) => differences(old[key], now[key], [...path, key]));
}

/** {path: SHA-256} of every file of a directory of `base`, in order; a release has its own list. */
export async function hashes(base, directory) {
  const found = {};
  for (const name of (await readdir(join(base, directory), { recursive: true })).sort()) {
    const path = `${directory}/${name.replaceAll('\\', '/')}`;
    if (path.startsWith('dist/release/') || !(await stat(join(base, path))).isFile()) continue;
    found[path] = createHash('sha256')
      .update(await readFile(join(base, path)))
      .digest('hex');
  }
  return found;
}

async function print() {
  console.log(`${(await toolchain()).name}, wasm-opt (binaryen, pinned)\n`);
  const line = (path, columns) =>
    console.log(`${path.padEnd(34)}${columns.map((n) => String(n).padStart(8)).join('')}`);
  line('bytes', ['raw', 'gzip', 'brotli']);
  for (const name of Object.keys(ALL_MODULES)) {
    const { raw, gzip, brotli } = bytesOf(await readFile(join(root, 'dist', `${name}.wasm`)));
    line(`dist/${name}.wasm`, [raw, gzip, brotli]);
  }
  for (const name of Object.keys(LIBRARIES))
    line(`dist/lib/${archivePath(name)}`, [(await readArchive(name)).length]);
  console.log('\nSHA-256, as sha256sum has it');
  for (const [path, hash] of Object.entries(await hashes(root, 'dist')))
    console.log(`${hash}  ${path}`);
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--write')) {
    const old = await readLedger().catch(() => ({}));
    const now = await measure();
    await writeFile(LEDGER, `${JSON.stringify(now, null, 2)}\n`);
    console.log(differences(old, now).join('\n') || 'no change');
  } else {
    await print();
  }
}
