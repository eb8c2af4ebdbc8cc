// SPDX-License-Identifier: MIT OR Apache-2.0
// The allocators that are compared, and the ways to build each. A way gives
// a linked module, from which wasm-opt makes what is measured.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError, packageRoot, toolchain } from '../tools/toolchain.js';
import { compile, link, root } from '../tools/build.js';
import { ARCHIVES, FAMILIES, FAMILY, room } from '../tools/builds.js';

export const PAIR = ['malloc', 'free'];

/** Functions without memalign, which posix_memalign replaces. */
const standard = (names) => names.filter((name) => name !== 'memalign');
export const WHOLE = standard(FAMILY);

// Our flags, for other people's warnings.
const BASE = ['--target=wasm32', '-std=gnu17', '-ffreestanding', '-mcpu=mvp', '-mbulk-memory'];
const SMALL = [
  '-Oz',
  '-ffunction-sections',
  '-fdata-sections',
  '-w',
  '-DNDEBUG',
  '-DPAGESIZE=65536',
];

const LINK = ['--no-entry', '--gc-sections', '--strip-debug', '-O2'];
const NO_STACK = [...LINK, '-z', 'stack-size=0', '--global-base=8'];
// dlmalloc keeps 16 bytes on the shadow stack.
const STACK = [...LINK, '-z', 'stack-size=64', '--no-stack-first', '--global-base=16'];

const NO_INLINE = ['-fno-inline'];
const LTO = ['-flto'];

/** Flags that may make a peer smaller; its entry below has those that did. */
async function everyFlags() {
  const sets = [[], LTO, NO_INLINE, [...LTO, ...NO_INLINE]];
  // The pinned clang is built with assertions, and one of them forbids this.
  if (!(await toolchain()).pinned) sets.push(['-mllvm', '-inline-threshold=-50']);
  return sets;
}

const here = (name) => readFile(join(import.meta.dirname, name));
const dist = (...path) => readFile(join(root, 'dist', ...path));

const compiled = new Map();

/** Compiles C text with our flags, once, because it takes a second. */
export function compileText(name, text, flags = []) {
  const key = JSON.stringify([flags, text.toString()]);
  if (!compiled.has(key))
    compiled.set(key, compile(name, { [name]: text }, [...BASE, ...SMALL, ...flags]));
  return compiled.get(key);
}

export const compileHere = async (name, flags) => compileText(name, await here(name), flags);

const emnapi = (...path) => readFile(join(packageRoot('emnapi'), 'src', 'malloc', ...path), 'utf8');

/** emmalloc with strong names: libc's would silently replace weak ones. */
async function emmalloc() {
  const text = await emnapi('emmalloc', 'emmalloc.c');
  return text.replace(/__attribute__\(\(weak\)\)/, '');
}

const replaced = (text, from, to) => {
  if (!from.test(text))
    throw new BuildError(`emmalloc.c of npm's emnapi has changed: ${from} is not in it`);
  return text.replace(from, to);
};

/** emmalloc's table of 64 lists filled by Emscripten's loop, not by data. */
async function emmallocLoop() {
  const text = await emmalloc();
  const loop = `for (int i = 0; i < NUM_FREE_BUCKETS; ++i)
    freeRegionBuckets[i].prev = freeRegionBuckets[i].next = &freeRegionBuckets[i];`;
  const bare = replaced(text, /(freeRegionBuckets\[NUM_FREE_BUCKETS\]) = \{\n[^;]*\};/, '$1;');
  return replaced(bare, /if \(!listOfAllRegions\) \{/, `$&\n${loop}\n`);
}

/** dlmalloc's source, here without errno and headers, as ours. */
async function dlmalloc() {
  const lacks = [
    'SYS_TYPES',
    'ERRNO',
    'STDLIB',
    'STRING',
    'STRINGS',
    'UNISTD',
    'SYS_PARAM',
    'SYS_MMAN',
    'FCNTL',
  ];
  const defines = ['MALLOC_FAILURE_ACTION', ...lacks.map((name) => `LACKS_${name}_H`)];
  const text = (await emnapi('dlmalloc', 'dlmalloc.c')).replace('#include "malloc.c"', '');
  const split = text.indexOf('// Export the public names.');
  const head = [
    '#include <stddef.h>',
    'void *memcpy(void *, const void *, size_t);',
    'void *memset(void *, int, size_t);',
  ];
  const lines = [...defines.map((name) => `#define ${name}`), ...head, text.slice(0, split)];
  return [...lines, await emnapi('dlmalloc', 'malloc.c'), text.slice(split)].join('\n');
}

/** The ways to build a peer that is one C text: with `best`, or with each set of flags. */
const fromSource = (text, linking, best) =>
  async function* (exports, thorough) {
    for (const flags of thorough ? await everyFlags() : [best]) {
      const objects = [
        await compileText('peer.c', await text(), flags),
        await compileHere('libc.c'),
      ];
      yield { flags: ['-Oz', ...flags].join(' '), linked: await link(objects, exports, linking) };
    }
  };

/** The names of wasi's target: today's, and the one that Debian's wasi-libc has. */
const WASI = ['wasm32-wasip1', 'wasm32-wasi'];

async function linkFor(target, objects, flags) {
  const { tool } = await toolchain();
  const inputs = Object.fromEntries(objects.map((bytes, i) => [`in${i}.o`, bytes]));
  // wasm-ld looks into all archives, in their order: the operators of libc++ come before those of
  // an allocator's archive, so that all allocators are measured with the same.
  const isLibrary = (flag) => flag.startsWith('-l');
  const command = [
    'clang',
    `--target=${target}`,
    ...flags.filter((flag) => !isLibrary(flag)),
    ...flags.filter(isLibrary),
    ...Object.keys(inputs),
    '-o',
    'out.wasm',
  ];
  const { text, files } = await tool(command, inputs, ['out.wasm']);
  return { text, bytes: files[0] };
}

async function findLibc() {
  for (const target of WASI) {
    const works = await linkFor(
      target,
      [],
      ['-nostartfiles', '-Wl,--no-entry,--export=malloc'],
    ).then(
      () => true,
      () => false,
    );
    if (works) return target;
  }
  return undefined;
}

let libc;

/** The target for which this toolchain has a wasi-libc; undefined if it has none. */
export function libcTarget() {
  libc ??= findLibc();
  return libc;
}

/** Links by way of clang, which knows where its libc is. */
export const linkWithLibc = async (objects, flags) => linkFor(await libcTarget(), objects, flags);

async function* libcDlmalloc(exports) {
  if (!(await libcTarget())) return;
  const flags = [...STACK, ...exports.map((name) => `--export=${name}`)];
  const { bytes } = await linkWithLibc([], ['-nostartfiles', `-Wl,${flags.join()}`]);
  yield { flags: 'as in libc.a', linked: bytes };
}

async function* assemblyScript(exports) {
  const { default: asc } = await import('assemblyscript/asc');
  const text = (await here('tlsf.ts')).toString();
  // A function that is not asked for is not to be exported.
  const entry = exports.includes('realloc')
    ? text
    : text.replace(/export (function realloc)/, '$1');
  const flags = ['-Oz', '--converge', '--noAssert', '--runtime', 'minimal', '--use', 'abort='];
  const files = new Map();
  const { error, stderr } = await asc.main(['tlsf.ts', ...flags, '-o', 'out.wasm'], {
    readFile: (name) => (name === 'tlsf.ts' ? entry : null),
    writeFile: (name, bytes) => files.set(name, bytes),
    listFiles: () => [],
  });
  if (error) throw new BuildError(`asc: ${stderr}`);
  yield { flags: `asc ${flags.join(' ')}`, linked: Buffer.from(files.get('out.wasm')) };
}

/** Ours for one thread, as all peers are. */
const families = Object.values(FAMILIES).filter(({ shared }) => !shared);

/** The modules of dist/ with C of their own, as they are shipped. */
const modules = families.map(({ module: name, ...build }) => ({
  name: `ours, ${name}.wasm`,
  kind: 'ours',
  has: standard(build.exports),
  exact: true,
  async *ways() {
    yield { flags: `dist/${name}.wasm`, done: await dist(`${name}.wasm`) };
  },
}));

/** Their archives, linked with what is asked for. */
const archived = [
  ...families.filter(({ archive }) => archive),
  ...Object.values(ARCHIVES).filter(({ fixed }) => fixed),
];
const archives = archived.map(({ archive: name, ...build }) => {
  const objects = async () => [await dist('lib', 'wasm32', `${name}.a`)];
  return {
    name: `ours, ${name}.a linked`,
    kind: 'ours',
    has: standard(build.exports),
    async *ways(exports) {
      const flags = [...NO_STACK, ...room(build, 16)]; // what verify.js asks for
      yield { flags: '-Oz', linked: await link(await objects(), exports, flags) };
    },
    objects,
  };
});

/**
 * Each has a kind (ours, peer, floor, zero), the names it offers, and ways():
 * an async generator of {flags, linked} or, if it is optimised already, {flags,
 * done}. One that is `exact` exports what it has, no more and no less. A program
 * of the user's is linked with objects().
 */
export const PEERS = [
  ...modules,
  ...archives,
  {
    name: "AssemblyScript's TLSF",
    kind: 'peer',
    has: ['malloc', 'free', 'realloc'],
    ways: assemblyScript,
  },
  {
    name: 'emmalloc, its table filled by a loop',
    kind: 'peer',
    has: WHOLE,
    ways: fromSource(emmallocLoop, NO_STACK, NO_INLINE),
    objects: async () => [
      await compileText('peer.c', await emmallocLoop(), NO_INLINE),
      await compileHere('names.c'),
    ],
  },
  {
    name: 'emmalloc, as wasi-libc has it',
    kind: 'peer',
    has: WHOLE,
    ways: fromSource(emmalloc, NO_STACK, NO_INLINE),
  },
  {
    name: 'dlmalloc, from its source',
    kind: 'peer',
    has: WHOLE,
    ways: fromSource(dlmalloc, STACK, LTO),
    objects: async () => [
      await compileText('peer.c', await dlmalloc()),
      await compileHere('names.c'),
    ],
  },
  {
    name: "dlmalloc, wasi-libc's",
    kind: 'peer',
    has: WHOLE,
    ways: libcDlmalloc,
    objects: async () => [],
  },
  {
    name: 'a bump allocator, frees nothing',
    kind: 'floor',
    has: WHOLE.filter((name) => name !== 'malloc_usable_size'),
    ways: fromSource(() => here('bump.c'), NO_STACK, []),
    objects: async () => [await compileHere('bump.c'), await compileHere('names.c')],
  },
  {
    name: 'an empty module',
    kind: 'zero',
    has: [],
    async *ways() {
      yield { flags: '', linked: await link([await compileText('empty.c', '')], [], NO_STACK) };
    },
  },
];
