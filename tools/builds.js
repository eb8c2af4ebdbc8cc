// SPDX-License-Identifier: MIT OR Apache-2.0
// The table of builds. Whatever builds, tests, measures or documents the
// builds reads it; no other file lists them. To add a build, add a file to
// src/builds/ and a row here (CONTRIBUTING.md says what else follows).

/**
 * Three cores: bytes of a block that are no payload, bins of a power of two, which part of itself
 * memory grows by, and the folders in which tests keep what differs.
 */
export const FLAT = { header: 8, parts: 2, slack: 64, tests: 'flat' };
const TWO_LEVELS = { header: 4, parts: 32, tests: 'two_levels' };
const EXACT = { header: 4, parts: 8, slack: 64, tests: 'exact' };

/** The functions of the C family. */
export const FAMILY = [
  'malloc',
  'free',
  'calloc',
  'realloc',
  'aligned_alloc',
  'posix_memalign',
  'memalign',
  'malloc_usable_size',
];

/** The functions of heaps over ranges: docs/given.md. */
export const RANGES = [
  'tlsf_create',
  'tlsf_extend',
  'tlsf_reset',
  'tlsf_destroy',
  'tlsf_malloc',
  'tlsf_free',
  'tlsf_realloc',
  'tlsf_aligned_alloc',
  'tlsf_usable_size',
  'tlsf_stats',
];

/**
 * A row:
 *
 *   use       who needs it, as README's table says it
 *   source    its root file, in src/builds/
 *   check     its checker, which tests include after it
 *   index     its core: FLAT, TWO_LEVELS or EXACT
 *   flags     how clang compiles it, beyond what all builds have
 *   target    wasm64, if addresses have 64 bits: the folder of its archive in dist/lib/
 *   alone     has its module a memory for itself (moduleOf)?
 *   shared    do threads share the memory that its module imports (moduleOf)?
 *   errno     how its archive's errno.o differs
 *   port      the folder of its port, if that is not wasm/
 *   link      how wasm-ld links its module, beyond what all modules have
 *   core      flags of the core API's object in its archive
 *   heap      the root file of heap.o in its archive: tlsf_heap.h's functions
 *   features  what the target must have beyond wasm 1.0
 *   exports   the functions of its module
 *   globals   its module's mutable globals
 *   module    the name of its module in dist/, without .wasm
 *   archive   the name of its archive in the folder of its target, without .a
 *   fixed     does it take only the memory that the program begins with?
 *   sdk       whose programs alone can link its archive; without it, all can
 *   passes    wasm-opt's level: -Oz for bytes, -Os for speed
 *   named     functions whose names begin so stay functions, and keep their
 *             names in its module: a stack trace shows them
 *   most      the bytes that its module may have
 *   loops     the nests of loops that it may have: the turns of each, outermost
 *             first; a single loop must count them itself
 *   copyStep  bytes that a turn of its copying loops moves; 0: it has none
 *   coreLines the lines of functions that its core may have (tools/rules.js)
 *   scanStep  bytes that a turn of its loops over a block's words compares, in
 *             which case any function may fill a block's bytes; none: it has none
 *   guards    has a block bytes of the build's own around its payload, so that realloc
 *             moves what grows? Native suites of the flat heap leave it out
 *   walks     functions with a loop over all live blocks
 *   ranges    takes each function a heap, which is a range of somebody's memory?
 *   state     if its module imports its memory: the bytes of the heap's state in it
 *   host      flags that its source needs natively, by machine
 */
const OWN = {
  min: {
    use: 'where every byte counts',
    source: 'src/builds/min.c',
    check: 'flat/check.h',
    index: FLAT,
    flags: [],
    alone: true,
    features: ['floats'],
    exports: ['malloc', 'free'],
    module: 'tlsf-min',
    passes: '-Oz',
    most: 512,
    coreLines: 150,
    loops: [],
    copyStep: 0,
    host: {},
  },
  full: {
    use: 'the default; the linker pulls in only what you call',
    source: 'src/builds/full.c',
    heap: 'src/builds/full_heap.c',
    check: 'flat/check.h',
    index: FLAT,
    flags: [],
    alone: true,
    core: [],
    features: ['bulk-memory', 'floats'],
    exports: FAMILY,
    module: 'tlsf',
    archive: 'libtlsf',
    passes: '-Oz',
    most: 1150,
    loops: [[8]],
    copyStep: 0,
    host: {},
  },
  fast: {
    use: 'where time counts',
    source: 'src/builds/fast.c',
    heap: 'src/builds/fast_heap.c',
    check: 'fast/check.h',
    index: EXACT,
    flags: ['-O2'],
    core: ['-O2'],
    features: ['bulk-memory'],
    exports: FAMILY,
    module: 'tlsf-fast',
    archive: 'libtlsf-fast',
    passes: '-Os',
    most: 4096,
    loops: [],
    copyStep: 0,
    host: { '-m64': ['-DTLSF_ALIGN=32'] },
  },
  mvp: {
    use: 'where the host refuses bulk memory or floats, as blockchains do',
    source: 'src/builds/mvp.c',
    heap: 'src/builds/mvp_heap.c',
    check: 'flat/check.h',
    index: FLAT,
    flags: [],
    alone: true,
    core: ['-DTLSF_FLOAT=0'],
    features: [],
    exports: FAMILY,
    module: 'tlsf-mvp',
    archive: 'libtlsf-mvp',
    passes: '-Oz',
    most: 1260,
    loops: [[8]],
    copyStep: 4,
    host: {},
  },
  threads: {
    use: 'where threads share memory: -matomics, WebAssembly.Memory({ shared: true })',
    source: 'src/builds/threads.c',
    heap: 'src/builds/threads_heap.c',
    check: 'flat/check.h',
    index: FLAT,
    flags: [],
    shared: true,
    errno: { source: 'wasm/threads/errno.c', features: ['atomics', 'bulk-memory'] },
    port: 'wasm/threads',
    core: [],
    features: ['atomics', 'bulk-memory', 'floats'],
    exports: [...FAMILY, 'tlsf_try_malloc', 'tlsf_try_free'],
    globals: ['tlsf_may_wait'],
    module: 'tlsf-threads',
    archive: 'libtlsf-threads',
    passes: '-Oz',
    most: 1593,
    loops: [[8]],
    copyStep: 0,
    host: {},
  },
  tiny: {
    use: 'in a memory of a page or less that never grows, as that of a WASM-4 cartridge',
    source: 'src/builds/tiny.c',
    heap: 'src/builds/tiny_heap.c',
    check: 'flat/check.h',
    index: FLAT,
    flags: [],
    port: 'wasm/fixed',
    core: [],
    features: ['bulk-memory', 'floats'],
    exports: FAMILY,
    archive: 'libtlsf-tiny',
    fixed: true,
    passes: '-Oz',
    loops: [[8]],
    copyStep: 0,
    host: {},
  },
  checked: {
    use: 'for debugging: misuse traps where it happens and says what it is; leaks are listed',
    source: 'src/builds/checked.c',
    heap: 'src/builds/checked_heap.c',
    check: 'checked/check.h',
    index: FLAT,
    flags: [],
    core: [],
    features: ['bulk-memory', 'floats'],
    exports: [...FAMILY, 'tlsf_live_next', 'tlsf_live_order', 'tlsf_live_check', 'tlsf_faulted'],
    module: 'tlsf-checked',
    archive: 'libtlsf-checked',
    passes: '-Oz',
    named: 'fault_',
    most: 2500,
    loops: [[8]],
    copyStep: 0,
    scanStep: 4,
    guards: true,
    walks: ['tlsf_live_check'],
    host: {},
  },
  hard: {
    use: 'in production, where misuse must trap: double free, foreign pointers, overwritten headers',
    source: 'src/builds/hard.c',
    heap: 'src/builds/hard_heap.c',
    check: 'hard/check.h',
    index: FLAT,
    flags: [],
    core: [],
    features: ['bulk-memory', 'floats'],
    exports: FAMILY,
    module: 'tlsf-hard',
    archive: 'libtlsf-hard',
    passes: '-Oz',
    most: 1375,
    loops: [[8]],
    copyStep: 0,
    host: {},
  },
  given: {
    use: 'for language runtimes, plugin hosts and arenas: many heaps, each in a range of your memory, freed in O(1)',
    source: 'src/builds/given.c',
    check: 'given/check.h',
    index: FLAT,
    flags: [],
    port: 'wasm/given',
    link: ['--import-memory'],
    features: ['bulk-memory', 'floats'],
    exports: RANGES,
    module: 'tlsf-given',
    passes: '-Oz',
    most: 1405,
    loops: [[8]],
    copyStep: 0,
    ranges: true,
    host: { '-m64': ['-DTLSF_ALIGN=32'] },
  },
  emscripten: {
    use: 'in programs of Emscripten',
    source: 'src/builds/emscripten.c',
    heap: 'src/builds/full_heap.c',
    check: 'flat/check.h',
    index: FLAT,
    flags: [],
    port: 'wasm/emscripten',
    core: [],
    features: ['bulk-memory', 'floats'],
    exports: FAMILY,
    archive: 'libtlsf-emscripten',
    sdk: 'emscripten',
    host: {},
  },
  core: {
    use: 'a heap over memory of your own; in every archive',
    source: 'src/builds/core.c',
    check: 'core/check.h',
    index: TWO_LEVELS,
    flags: [],
    features: ['bulk-memory', 'floats'],
    host: {},
  },
};

/** How a module that lives in the memory of others differs. */
const EMBEDDED = {
  alone: false,
  port: 'wasm/import',
  link: ['--import-memory'],
  archive: undefined,
};

/** How a module is linked that imports a shared memory, of any size. */
const SHARED = ['--import-memory', '--shared-memory', '--max-memory=4294967296'];

/** All builds: those with C of their own, then those that compile the same C otherwise.
 *
 * @type {Record<string, any>}
 */
export const BUILDS = {
  ...OWN,
  pic: {
    ...OWN.full,
    use: 'in side modules, -shared and -pie',
    port: 'wasm/pic',
    flags: ['-fPIC'],
    core: ['-fPIC'],
    module: undefined,
    archive: 'libtlsf-pic',
    alone: false,
  },
  import: {
    ...OWN.full,
    ...EMBEDDED,
    use: 'in the memory of your program or runtime',
    module: 'tlsf-import',
    state: 288,
    most: 1350,
  },
  'fast-import': {
    ...OWN.fast,
    ...EMBEDDED,
    use: 'the same, where time counts',
    module: 'tlsf-fast-import',
    state: 1984,
    most: 4300,
  },
  'given-shared': {
    ...OWN.given,
    use: 'the same in a memory that threads share, where one thread at a time uses a heap',
    link: SHARED,
    features: ['atomics', ...OWN.given.features],
    module: 'tlsf-given-shared',
  },
  full64: {
    ...OWN.full,
    use: 'in memories of more than 4 GiB (memory64)',
    target: 'wasm64',
    module: 'tlsf64',
    most: 1443,
  },
  fast64: {
    ...OWN.fast,
    use: 'the same, where time counts',
    target: 'wasm64',
    flags: [...OWN.fast.flags, ...OWN.fast.host['-m64']],
    module: 'tlsf-fast64',
    most: 4200,
  },
};

const rows = Object.entries(BUILDS).map(([name, row]) => ({ name, ...row }));

const byModule = (suits) =>
  Object.fromEntries(
    rows.filter((row) => row.module && suits(row)).map((row) => [row.module, row]),
  );

/** Builds by the name of their module: those that are one heap, and those of heaps over ranges. */
export const MODULES = byModule(({ ranges }) => !ranges);
export const RANGED = byModule(({ ranges }) => ranges);
export const ALL_MODULES = { ...MODULES, ...RANGED };

/** The modules whose bytes are in the JavaScript of an entry of js/. */
export const INLINED = [
  'tlsf',
  'tlsf-fast',
  'tlsf-threads',
  'tlsf-checked',
  'tlsf-hard',
  'tlsf-given',
  'tlsf-given-shared',
];

/** The archive of another target has its folder in its name: wasm64/libtlsf. */
const archives = rows
  .filter(({ archive }) => archive)
  .map((row) => [row.target ? `${row.target}/${row.archive}` : row.archive, row]);

/** Builds by the name of their archive. */
export const LIBRARIES = Object.fromEntries(archives);

/** Where an archive lies in dist/lib/, from its name in LIBRARIES. */
export const archivePath = (name) => `${name.includes('/') ? name : `wasm32/${name}`}.a`;

const chosen = (suits) => Object.fromEntries(archives.filter(([, row]) => suits(row)));

/** The archives that any program of wasm32 can link, and those of wasm64. */
export const ARCHIVES = chosen(({ sdk, target }) => !sdk && !target);
export const WIDE_ARCHIVES = chosen(({ target }) => target === 'wasm64');

/** Builds that have the C family, each with C of its own; but not those with guards. */
export const FAMILIES = Object.fromEntries(
  rows
    .filter(
      ({ name, guards, ranges }) => name in OWN && 'module' in OWN[name] && !guards && !ranges,
    )
    .map((row) => [row.name, row]),
);

/** How the linker gives a program so many pages for a build's heap: most take them themselves. */
export const room = ({ fixed }, pages) => (fixed ? [`--initial-memory=${pages * 65536}`] : []);

/**
 * Objects of each archive besides the C family and the core API; a linker takes
 * one only if the program calls it. A row: its source, what it uses of the
 * build's features, and its functions, by the linker's name and by the
 * programmer's; is it only for code that is not position-independent, or only for
 * builds that name faults? docs/members.md lists them.
 */
export const MEMBERS = {
  'fault.o': { source: 'src/members/fault.c', functions: {}, named: true },
  'errno.o': { source: 'src/members/errno.c', functions: {}, absolute: true },
  'new.o': {
    source: 'src/members/new.cpp',
    functions: { _Znwm: 'new', _ZnwmRKSt9nothrow_t: 'new, nothrow' },
  },
  'new_aligned.o': {
    source: 'src/members/new_aligned.cpp',
    functions: {
      _ZnwmSt11align_val_t: 'new, aligned',
      _ZnwmSt11align_val_tRKSt9nothrow_t: 'new, aligned, nothrow',
    },
  },
  'new_array.o': { source: 'src/members/new_array.cpp', functions: { _Znam: 'new[]' } },
  'new_array_aligned.o': {
    source: 'src/members/new_array_aligned.cpp',
    functions: { _ZnamSt11align_val_t: 'new[], aligned' },
  },
  'new_array_nothrow.o': {
    source: 'src/members/new_array_nothrow.cpp',
    functions: { _ZnamRKSt9nothrow_t: 'new[], nothrow' },
  },
  'new_array_aligned_nothrow.o': {
    source: 'src/members/new_array_aligned_nothrow.cpp',
    functions: { _ZnamSt11align_val_tRKSt9nothrow_t: 'new[], aligned, nothrow' },
  },
  'nothrow.o': { source: 'src/members/nothrow.cpp', functions: {} },
  'delete.o': {
    source: 'src/members/delete.cpp',
    functions: {
      _ZdlPv: 'delete',
      _ZdlPvm: 'delete, sized',
      _ZdlPvRKSt9nothrow_t: 'delete, nothrow',
      _ZdaPv: 'delete[]',
      _ZdaPvm: 'delete[], sized',
      _ZdaPvRKSt9nothrow_t: 'delete[], nothrow',
      _ZdlPvSt11align_val_t: 'delete, aligned',
      _ZdlPvmSt11align_val_t: 'delete, sized, aligned',
      _ZdlPvSt11align_val_tRKSt9nothrow_t: 'delete, aligned, nothrow',
      _ZdaPvSt11align_val_t: 'delete[], aligned',
      _ZdaPvmSt11align_val_t: 'delete[], sized, aligned',
      _ZdaPvSt11align_val_tRKSt9nothrow_t: 'delete[], aligned, nothrow',
    },
  },
  'free_sized.o': {
    source: 'src/members/free_sized.c',
    functions: { free_sized: 'free_sized' },
  },
  'free_aligned_sized.o': {
    source: 'src/members/free_aligned_sized.c',
    functions: { free_aligned_sized: 'free_aligned_sized' },
  },
  'reallocarray.o': {
    source: 'src/members/reallocarray.c',
    functions: { reallocarray: 'reallocarray' },
  },
  'aligned_realloc.o': {
    source: 'src/members/aligned_realloc.c',
    features: ['bulk-memory'],
    functions: { aligned_realloc: 'aligned_realloc' },
  },
  'cabi_realloc.o': {
    source: 'src/members/cabi_realloc.c',
    features: ['bulk-memory'],
    functions: { cabi_realloc: 'cabi_realloc' },
  },
};

/**
 * Objects of each archive that ask and tell the heap: docs/heap.md. The first one
 * is the build's own, the `heap` of its row; the others call public functions.
 *
 * @type {Record<string, {source?: string, functions: string[]}>}
 */
export const HEAP = {
  'heap.o': {
    functions: [
      'tlsf_heap_stats',
      'tlsf_heap_walk',
      'tlsf_heap_check',
      'tlsf_heap_reset',
      'tlsf_heap_limit',
    ],
  },
  'heap_reserve.o': { source: 'src/members/heap_reserve.c', functions: ['tlsf_heap_reserve'] },
  'mallinfo.o': { source: 'src/members/mallinfo.c', functions: ['mallinfo2', 'mallinfo'] },
  'malloc_trim.o': { source: 'src/members/malloc_trim.c', functions: ['malloc_trim'] },
};

/** Where the data of a module would begin that is alone in its memory, by its target. */
const STATE_LIMITS = { wasm32: 1312, wasm64: 2672 };

/**
 * How a build's module differs from its archive: if the module is alone in its
 * memory, its state has fixed addresses (wasm/own/state.h), and it has no data.
 * One in shared memory lives there as one in a memory of its own does. Any other
 * lives in its data, and is one object (wasm/module/state.h).
 */
export const moduleOf = (build) => {
  const limit = STATE_LIMITS[build.target ?? 'wasm32'];
  const flags = [...build.flags, '-fno-delete-null-pointer-checks', `-DSTATE_LIMIT=${limit}`];
  const link = [`--global-base=${limit}`];
  if (build.alone) return { ...build, port: 'wasm/own', flags: ['-flto', ...flags], link };
  if (build.shared) return { ...build, port: 'wasm/shared', flags, link: [...link, ...SHARED] };
  return { port: 'wasm/module', ...build };
};

/** Does a build's module live in the memory of others? */
export const isEmbedded = (build) => moduleOf(build).port === EMBEDDED.port;

/** Does it import its memory: that of others, or one that threads share? */
export const importsMemory = (build) => isEmbedded(build) || Boolean(build.shared);
