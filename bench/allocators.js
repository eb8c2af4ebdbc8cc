// SPDX-License-Identifier: MIT OR Apache-2.0
// The allocators that are measured, and how each becomes one module with the
// driver: nothing is called across modules, and no wasm-opt changes them (but
// AssemblyScript's compiler is one).
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BuildError, packageRoot, packageVersion, toolchain } from '../tools/toolchain.js';
import { compile, compileFlags, link, root, sources } from '../tools/build.js';
import { BUILDS } from '../tools/builds.js';
import { compileText, hasLibc, linkWithLibc } from '../compare/peers.js';
import { optimise } from '../compare/table.js';
import { cached } from '../test/support/cache.js';

const PAGE = 65536;
const MOST_PAGES = 65536;
const TABLES = 1024; // where the driver's tables begin
const SLOTS = 1 << 16;
const CORE = ['malloc', 'free', 'realloc', 'calloc'];

/** The driver's workloads, and the variables that it shares with its host. */
export const WORKLOADS = [
  'random_sizes',
  'bursts',
  'large',
  'vectors',
  'strings',
  'fifo',
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

/** The driver, whose trace begins behind `slots` slots. */
async function driver(slots) {
  const source = await text('bench', 'driver.c');
  const tables = [`-DTABLE_AT=${TABLES}`, `-DTRACE_AT=${TABLES + 8 * slots}`];
  const flags = [...TARGET, '-O2', '-fno-builtin', ...WARNINGS, ...tables];
  return cached([flags, source], () => compile('driver.c', { 'driver.c': source }, flags));
}

// emmalloc breaks the rules of aliasing: without the flag, realloc corrupts it.
const OPTIMISED = ['-O2', '-fno-strict-aliasing'];

/** A C text at -O2, the way that dlmalloc of libc.a was built. */
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

/** The build min, the rest of its family out of the way. */
async function min() {
  const inputs = await sources('src', 'wasm');
  const flags = [...compileFlags(BUILDS.min), '-Drealloc=own_realloc', '-Dcalloc=own_calloc'];
  const texts = Object.values(inputs).map(String);
  return [
    await cached([flags, texts], () => compile(BUILDS.min.source, inputs, flags)),
    await file('bench', 'min.c'),
  ];
}

const byLinker = (objects) => async (own, exports, flags) => {
  const all = [...own, ...(await objects())];
  return cached([all.map(digest), exports, flags], () => link(all, exports, flags));
};

async function byClang(own, exports, flags) {
  if (!(await hasLibc())) {
    throw new BuildError(
      `${(await toolchain()).name} has no wasi-libc, whose dlmalloc is the reference: unset CC, or set WASI_SDK_PATH`,
    );
  }
  const linking = [...flags, ...exports.map((name) => `--export=${name}`)].join();
  return cached(
    ['libc', own.map(digest), linking],
    async () => (await linkWithLibc(own, ['-nostartfiles', `-Wl,${linking}`])).bytes,
  );
}

const ASC = ['-O3', '--converge', '--noAssert', '--runtime', 'minimal', '--use', 'abort='];

/** AssemblyScript's TLSF, its data from `base` on, exporting memory. */
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

/** Two modules made one: what the second imports from env the first exports. */
async function merge(env, main) {
  const directory = await mkdtemp(join(tmpdir(), 'tlsf-merge-'));
  try {
    const path = (name) => join(directory, name);
    await writeFile(path('env.wasm'), env);
    await writeFile(path('main.wasm'), main);
    const tool = join(packageRoot('binaryen'), 'bin', 'wasm-merge');
    const args = [
      path('env.wasm'),
      'env',
      path('main.wasm'),
      'main',
      ...FEATURES,
      '-o',
      path('out.wasm'),
    ];
    await promisify(execFile)(process.execPath, [tool, ...args]);
    return await readFile(path('out.wasm'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const heapBase = async (bytes) => {
  const module = await WebAssembly.compile(bytes);
  const env = { memory: new WebAssembly.Memory({ initial: MOST_PAGES / 4 }) };
  for (const name of CORE) env[name] = () => 0;
  return (await WebAssembly.instantiate(module, { env })).exports.__heap_base.value;
};

/** The driver imports memory and functions, which AssemblyScript exports. */
async function byMerge(own, exports, flags) {
  if (!own.length) return assemblyScript(16, 1, MOST_PAGES);
  const imports = ['--import-memory', '--allow-undefined'];
  const kept = flags.filter((flag) => !flag.startsWith('--max-memory'));
  const main = await link(own, exports, [...kept, ...imports]);
  const base = await heapBase(main);
  const most = Number(flags.find((flag) => flag.startsWith('--max-memory')).split('=')[1]) / PAGE;
  const env = await assemblyScript(base, Math.ceil((base + PAGE) / PAGE), most);
  return cached(['merge', digest(env), digest(main)], () => merge(env, main));
}

/**
 * Each has a name, a label for people, a kind, and linked(objects, exports,
 * flags), its module. `loop` believes nothing that it reads; `floor` frees
 * nothing and may run out of memory.
 */
export const ALLOCATORS = [
  { name: 'dlmalloc', label: 'dlmalloc (wasi-libc)', kind: 'peer', linked: byClang },
  { name: 'emmalloc', label: 'emmalloc', kind: 'peer', linked: byLinker(emmalloc) },
  { name: 'asc', label: 'AssemblyScript TLSF', kind: 'peer', linked: byMerge },
  { name: 'min', label: 'ours, min', kind: 'ours', linked: byLinker(min) },
  {
    name: 'full',
    label: 'ours, full',
    kind: 'ours',
    linked: byLinker(async () => [await dist('libtlsf.a')]),
  },
  {
    name: 'fast',
    label: 'ours, fast',
    kind: 'ours',
    linked: byLinker(async () => [await dist('libtlsf-fast.a')]),
  },
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

/** The allocator that all are compared with. */
export const REFERENCE = 'dlmalloc';

/**
 * Driver and allocator in one module; its heap has `heapPages` at most. The
 * driver's tables, of so many slots and operations, are as small as can be:
 * AssemblyScript's TLSF grows by what memory there is, the tables with it.
 */
export async function benchModule(allocator, { heapPages, slots = SLOTS, trace = 0 } = {}) {
  const own = [await driver(slots)];
  const data = `--global-base=${TABLES + 8 * (slots + trace)}`;
  const make = (pages) => allocator.linked(own, EXPORTS, [...WITH_DRIVER, data, maximum(pages)]);
  const bytes = await make(MOST_PAGES);
  if (!heapPages) return bytes;
  return make(Math.ceil((await heapBase(bytes)) / PAGE) + heapPages);
}

/** An allocator alone, as a program with the four functions would have it. */
export const aloneModule = (allocator) =>
  allocator.linked([], CORE, [...ALONE, maximum(MOST_PAGES)]);

/** The bytes of that module after the passes that all of `compare` go through. */
export const codeSize = async (allocator) => (await optimise(await aloneModule(allocator))).length;
