// SPDX-License-Identifier: MIT OR Apache-2.0
// The allocators that are measured. Each is linked with the driver into one
// module, so that no call crosses from one module into another. wasm-opt does
// not change these modules; only AssemblyScript's compiler runs it by itself.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BuildError,
  packageRoot,
  packageVersion,
  toolchain,
  wasmMerge,
} from '../tools/toolchain.js';
import { compile, compileFlags, link, root, sources } from '../tools/build.js';
import { BUILDS, FAMILIES } from '../tools/builds.js';
import { compileText, libcTarget, linkWithLibc } from '../compare/peers.js';
import { optimise } from '../compare/table.js';
import { cached } from '../test/support/cache.js';
import { MIMALLOC, mimalloc } from './mimalloc.js';

const PAGE = 65536;
const MOST_PAGES = 65536;
const TABLES = 1024; // where the driver's tables begin
const SLOTS = 1 << 16;
/** The functions that every allocator has here. */
export const CORE = ['malloc', 'free', 'realloc', 'calloc'];

/** The driver's workloads, and the variables that it shares with its host. */
export const WORKLOADS = [
  'random_sizes',
  'bursts',
  'large',
  'vectors',
  'strings',
  'fifo',
  'pair',
  'batch',
  'mix',
  'window',
  'builder',
  'ratchet',
  'churn',
  'clears',
  'scale_fill',
  'scale',
  'growth',
  'holes',
  'replay',
];
const VARIABLES = [
  'wrong',
  'failed',
  'grown',
  'largest',
  'thorough',
  'pair_size',
  'batch_size',
  'batch_order',
  'mix_most',
  'churn_bytes',
  'scale_live',
  'holes_sixteenths',
  'trace_length',
  'trace_slots',
];
const EXPORTS = [...WORKLOADS, ...VARIABLES, 'trace_at', '__heap_base'];

const LINK = ['--no-entry', '--gc-sections', '--strip-debug', '-O2', '--no-stack-first'];
const WITH_DRIVER = [...LINK, '-z', 'stack-size=65536'];
const ALONE = [...LINK, '-z', 'stack-size=64', '--global-base=16'];
const TARGET = ['--target=wasm32', '-std=gnu17', '-ffreestanding', '-mcpu=mvp', '-mbulk-memory'];
const WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Wundef', '-Werror'];
const FEATURES = [
  '--enable-bulk-memory',
  '--enable-bulk-memory-opt',
  '--enable-mutable-globals',
  '--enable-sign-ext',
  '--enable-nontrapping-float-to-int',
];

const maximum = (pages) => `--max-memory=${pages * PAGE}`;
const text = (...path) => readFile(join(root, ...path), 'utf8');
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const dist = (name) => readFile(join(root, 'dist', 'lib', 'wasm32', name));

/** The driver. Its table has `slots` slots, and the trace follows the table. */
async function driver(slots) {
  const source = await text('bench', 'driver.c');
  const tables = [`-DTABLE_AT=${TABLES}`, `-DTRACE_AT=${TABLES + 8 * slots}`];
  const flags = [...TARGET, '-O2', '-fno-builtin', ...WARNINGS, ...tables];
  return cached([flags, source], () => compile('driver.c', { 'driver.c': source }, flags));
}

// emmalloc breaks C's aliasing rules: without the flag its realloc corrupts memory.
const OPTIMISED = ['-O2', '-fno-strict-aliasing'];

/** C source compiled at -O2, as dlmalloc in libc.a is. */
const object = (source) =>
  cached([OPTIMISED, source], () => compileText('peer.c', source, OPTIMISED));
const file = async (...path) => object(await text(...path));

async function emmalloc() {
  const path = join(packageRoot('emnapi'), 'src', 'malloc', 'emmalloc', 'emmalloc.c');
  const source = await readFile(path, 'utf8');
  return [
    await object(source.replace(/__attribute__\(\(weak\)\)/, '')),
    await file('compare', 'libc.c'),
  ];
}

/**
 * A build that has no archive, as objects: its own functions, and what a
 * program writes for those of CORE that the build lacks (min.c).
 */
async function withoutArchive(build) {
  const inputs = await sources('src', 'wasm');
  const lacking = CORE.filter((name) => !build.exports.includes(name));
  const flags = [...compileFlags(build), ...lacking.map((name) => `-D${name}=own_${name}`)];
  const texts = Object.values(inputs).map(String);
  return [
    await cached([flags, texts], () => compile(build.source, inputs, flags)),
    await file('bench', 'min.c'),
  ];
}

const objectsOf = async (build) =>
  build.archive ? [await dist(`${build.archive}.a`)] : withoutArchive(build);

const byLinker = (objects) => async (own, exports, flags) => {
  const all = [...own, ...(await objects())];
  return cached([all.map(digest), exports, flags], () => link(all, exports, flags));
};

/** With wasi-libc, whose malloc is linked unless the objects have one. */
const byClang = (objects) => async (own, exports, flags) => {
  if (!(await libcTarget())) {
    throw new BuildError(
      `${(await toolchain()).name} has no wasi-libc, whose dlmalloc is the reference: unset CC, or set WASI_SDK_PATH`,
    );
  }
  const all = [...own, ...(await objects())];
  const linking = [...flags, ...exports.map((name) => `--export=${name}`)].join();
  return cached(
    ['libc', all.map(digest), linking],
    async () => (await linkWithLibc(all, ['-nostartfiles', `-Wl,${linking}`])).bytes,
  );
};

const ASC = ['-O3', '--converge', '--noAssert', '--runtime', 'minimal', '--use', 'abort='];

/** AssemblyScript's TLSF: its data begins at `base`, and it exports its memory. */
async function assemblyScript(base, pages, most) {
  const source = await text('bench', 'family.ts');
  const flags = [
    ...ASC,
    '--memoryBase',
    `${base}`,
    '--initialMemory',
    `${pages}`,
    '--maximumMemory',
    `${most}`,
  ];
  return cached([flags, source, packageVersion('assemblyscript')], async () => {
    const { default: asc } = await import('assemblyscript/asc');
    let bytes;
    const { error, stderr } = await asc.main(['family.ts', ...flags, '-o', 'out.wasm'], {
      readFile: (name) => (name === 'family.ts' ? source : null),
      writeFile: (_name, made) => (bytes = made),
      listFiles: () => [],
    });
    if (error) throw new BuildError(`asc: ${stderr}`);
    return Buffer.from(bytes);
  });
}

/** `main` imports from env what the module `env` exports. */
const merge = (env, main) => wasmMerge({ env, main }, FEATURES);

const heapBase = async (bytes) => {
  const module = await WebAssembly.compile(bytes);
  const env = { memory: new WebAssembly.Memory({ initial: MOST_PAGES / 4 }) };
  for (const name of CORE) env[name] = () => 0;
  return (await WebAssembly.instantiate(module, { env })).exports.__heap_base.value;
};

/** The driver alone: it imports memory of any size, and the functions of CORE. */
const byImport = (own, exports, flags) =>
  link(own, exports, [
    ...flags.filter((flag) => !flag.startsWith('--max-memory')),
    '--import-memory',
    '--allow-undefined',
  ]);

/** The driver without an allocator, for a host that has one (live.js). */
export const HOSTED = { name: 'hosted', kind: 'hosted', linked: byImport };

/** The driver imports the memory and the functions that AssemblyScript exports. */
async function byMerge(own, exports, flags) {
  if (!own.length) return assemblyScript(16, 1, MOST_PAGES);
  const main = await byImport(own, exports, flags);
  const base = await heapBase(main);
  const most = Number(flags.find((flag) => flag.startsWith('--max-memory')).split('=')[1]) / PAGE;
  const env = await assemblyScript(base, Math.ceil((base + PAGE) / PAGE), most);
  return cached(['merge', digest(env), digest(main)], () => merge(env, main));
}

/** A build of this project, as an allocator. */
const ourBuild = ([name, build]) => ({
  name,
  label: `ours, ${name}`,
  kind: 'ours',
  build,
  linked: byLinker(() => objectsOf(build)),
});

/** It never has a large block's memory again, because wasi can't take that back. */
const PEER_MIMALLOC = {
  name: 'mimalloc',
  label: 'mimalloc',
  kind: 'peer',
  exhausts: 'exhausts memory',
  linked: byClang(mimalloc),
};

/**
 * Each has a name, a label for people, a kind, and linked(objects, exports,
 * flags), which returns its module. If requests may fail, `exhausts` says so.
 * The kinds:
 *
 *   peer   an allocator of others
 *   ours   a build of this project; `build` is its row of tools/builds.js
 *   floor  frees nothing, and may run out of memory
 *   loop   no allocator: its blocks overlap, so their contents are not checked
 */
export const ALLOCATORS = [
  {
    name: 'dlmalloc',
    label: 'dlmalloc (wasi-libc)',
    kind: 'peer',
    linked: byClang(async () => []),
  },
  { name: 'emmalloc', label: 'emmalloc', kind: 'peer', linked: byLinker(emmalloc) },
  { name: 'asc', label: 'AssemblyScript TLSF', kind: 'peer', linked: byMerge },
  ...(MIMALLOC.path ? [PEER_MIMALLOC] : []),
  ...Object.entries(FAMILIES).map(ourBuild),
  {
    name: 'bump',
    label: 'bump, frees nothing',
    kind: 'floor',
    linked: byLinker(async () => [await file('compare', 'bump.c')]),
  },
  {
    name: 'null',
    label: 'no allocator',
    kind: 'loop',
    linked: byLinker(async () => [await file('bench', 'null.c')]),
  },
];

/** Those that are measured only if they are named: builds for debugging. */
export const NAMED = Object.entries(BUILDS)
  .filter(([, { guards }]) => guards)
  .map(ourBuild);

/** The allocator that all others are compared with. */
export const REFERENCE = 'dlmalloc';

/**
 * Driver and allocator in one module, whose heap may have `heapPages` pages.
 * The driver's tables hold `slots` blocks and `trace` operations and no more:
 * AssemblyScript's TLSF doubles all memory when it grows, the tables too.
 */
export async function benchModule(allocator, { heapPages, slots = SLOTS, trace = 0 } = {}) {
  const own = [await driver(slots)];
  const data = `--global-base=${TABLES + 8 * (slots + trace)}`;
  const make = (pages) => allocator.linked(own, EXPORTS, [...WITH_DRIVER, data, maximum(pages)]);
  const bytes = await make(MOST_PAGES);
  if (!heapPages) return bytes;
  return make(Math.ceil((await heapBase(bytes)) / PAGE) + heapPages);
}

/** An allocator without the driver, exporting the functions of CORE. */
export const aloneModule = (allocator) =>
  allocator.linked([], CORE, [...ALONE, maximum(MOST_PAGES)]);

/** The bytes of that module after the wasm-opt passes that `compare` uses for all. */
export const codeSize = async (allocator) => (await optimise(await aloneModule(allocator))).length;
