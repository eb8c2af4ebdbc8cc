// SPDX-License-Identifier: MIT OR Apache-2.0
// The table of builds. Whatever builds, tests, measures or documents the
// builds reads it; no other file lists them. To add a build, add a file to
// src/builds/ and a row here (CONTRIBUTING.md says what else follows).

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

/**
 * A row:
 *
 *   use       who needs it, as README's table says it
 *   source    its root file
 *   flags     how clang compiles it, beyond what all builds have
 *   exports   the functions of its module
 *   module    the name of its module in dist/, without .wasm
 *   archive   the name of its archive in dist/lib/, without .a
 *   passes    wasm-opt's level: -Oz for bytes, -Os for speed
 *   most      the bytes that its module may have
 *   loops     turns of the one nest of loops that it may have, outermost first
 *   held      bytes of freed blocks that it may hold back
 *   host      flags that its source needs natively, by machine
 */
export const BUILDS = {
  min: {
    use: 'where every byte counts',
    source: 'src/malloc.c',
    flags: ['-flto', '-DTLSF_TAIL=0'],
    exports: ['malloc', 'free'],
    module: 'tlsf-min',
    passes: '-Oz',
    most: 680,
    loops: [],
    held: 0,
    host: {},
  },
  full: {
    use: 'the default; the linker pulls in only what you call',
    source: 'src/malloc.c',
    flags: [],
    exports: FAMILY,
    module: 'tlsf',
    archive: 'libtlsf',
    passes: '-Oz',
    most: 1300,
    loops: [],
    held: 0,
    host: {},
  },
  fast: {
    use: 'where time counts',
    source: 'src/malloc.c',
    flags: ['-O2', '-DTLSF_FAST=1'],
    exports: FAMILY,
    module: 'tlsf-fast',
    archive: 'libtlsf-fast',
    passes: '-Os',
    most: 3000,
    loops: [57, 8],
    held: 4 * 65536,
    host: { '-m64': ['-DTLSF_ALIGN=32'] },
  },
};

const rows = Object.entries(BUILDS).map(([name, row]) => ({ name, ...row }));
const by = (field) =>
  Object.fromEntries(rows.filter((row) => row[field]).map((row) => [row[field], row]));

/** Builds by the name of their module, and by that of their archive. */
export const MODULES = by('module');
export const ARCHIVES = by('archive');
