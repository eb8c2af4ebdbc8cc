// SPDX-License-Identifier: MIT OR Apache-2.0
// What the programs are compiled from: C that npm ships, and a main of ours.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../tools/build.js';
import { packageRoot } from '../../tools/toolchain.js';
import { amount } from '../support/tier.js';
import { here, objects, readTree } from './programs.js';

const source = (name) => readFile(join(here, name));
export const sqlite = join(packageRoot('better-sqlite3'), 'deps', 'sqlite3');
export const quickjs = join(packageRoot('qjsc'), 'deps', 'quickjs_2021_03_27');
export const luaSource = join(packageRoot('lua.vm.js'), 'lua', 'src');
export const treeSitter = join(packageRoot('tree-sitter'), 'vendor', 'tree-sitter', 'lib');
const grammar = join(packageRoot('tree-sitter-c'), 'src');

const WARNINGS = ['-Wall', '-Wextra', '-Werror', '-std=c17'];
const SQLITE = [
  '-DSQLITE_THREADSAFE=0',
  '-DSQLITE_OMIT_LOAD_EXTENSION',
  '-DHAVE_MALLOC_USABLE_SIZE',
];
const SQLITE_ALONE = [
  '-DSQLITE_THREADSAFE=0',
  '-DSQLITE_OMIT_LOAD_EXTENSION',
  '-DSQLITE_OMIT_LOCALTIME',
  '-DSQLITE_OS_OTHER=1',
  '-DSQLITE_TEMP_STORE=3',
  'sqlite3.c',
];

// As for Emscripten: no threads, no look at the native stack. Wasm rounds to
// nearest only.
const QUICKJS = [
  '-O1',
  '-w',
  '-D_GNU_SOURCE',
  '-DEMSCRIPTEN',
  '-DFE_DOWNWARD=0',
  '-DFE_UPWARD=0',
  '-DCONFIG_BIGNUM',
  '-DCONFIG_VERSION="2021-03-27"',
];
const quickjsTree = await readTree(quickjs);
const bjson = Buffer.from(quickjsTree.tests['bjson.c'].toString().replaceAll('"../', '"'));
const quickjsUnit = (name, path) => ({
  name,
  args: [...QUICKJS, path],
  inputs: { ...quickjsTree, 'bjson.c': bjson },
});

/** In small Lua is not optimised: that would take four times as long as to compile it. */
const LEVEL = amount('-O0', '-O1');

// errors are longjmp: exceptions in wasm. os, io and package need a system.
const LUA = [
  '-DLUA_CORE=',
  '-DLUA_LIB=',
  '-Dlvm_c=',
  '-mllvm',
  '-wasm-enable-sjlj',
  '-mllvm',
  '-wasm-use-legacy-eh=true',
];
const luaTree = await readTree(luaSource);
const LUA_LEAVES_OUT = ['lua.c', 'luac.c', 'linit.c', 'loslib.c', 'liolib.c', 'loadlib.c'];
const luaFiles = Object.keys(luaTree).filter(
  (name) => name.endsWith('.c') && !LUA_LEAVES_OUT.includes(name),
);

// The slowest first: two are compiled at a time.
const UNITS = [
  {
    name: 'sqlite3',
    args: ['-O1', '-w', ...SQLITE, 'sqlite3.c'],
    inputs: { 'sqlite3.c': await readFile(join(sqlite, 'sqlite3.c')) },
  },
  quickjsUnit('quickjs_engine', 'quickjs.c'),
  {
    name: 'tree_sitter_c',
    args: ['-O1', '-w', '-Isrc', 'src/parser.c'],
    inputs: { src: await readTree(grammar) },
  },
  {
    name: 'tree_sitter_lib',
    args: ['-O1', '-w', '-Ilib/include', '-Ilib/src', 'lib/src/lib.c'],
    inputs: { lib: await readTree(treeSitter) },
  },
  quickjsUnit('quickjs_libbf', 'libbf.c'),
  quickjsUnit('quickjs_libregexp', 'libregexp.c'),
  quickjsUnit('quickjs_libunicode', 'libunicode.c'),
  quickjsUnit('quickjs_cutils', 'cutils.c'),
  quickjsUnit('quickjs_bjson', 'bjson.c'),
  {
    name: 'lua_lib',
    args: [LEVEL, '-w', ...LUA, 'all.c'],
    inputs: {
      ...luaTree,
      'all.c': Buffer.from(luaFiles.map((name) => `#include "${name}"\n`).join('')),
    },
  },
  {
    name: 'sqlite',
    args: ['-O1', ...WARNINGS, 'sqlite.c'],
    inputs: {
      'sqlite.c': await source('sqlite.c'),
      'input.h': await source('input.h'),
      'sqlite3.h': await readFile(join(sqlite, 'sqlite3.h')),
    },
  },
  {
    name: 'tree_sitter',
    args: ['-O1', ...WARNINGS, '-Ilib/include', 'tree_sitter.c'],
    inputs: {
      'tree_sitter.c': await source('tree_sitter.c'),
      'input.h': await source('input.h'),
      lib: { include: await readTree(join(treeSitter, 'include')) },
    },
  },
  {
    name: 'quickjs',
    args: [
      '-O1',
      ...WARNINGS,
      '-Wno-sign-compare',
      '-Wno-unused-parameter',
      '-Wno-cast-function-type-mismatch',
      '-Iquickjs',
      'main.c',
    ],
    inputs: {
      'main.c': await source('quickjs.c'),
      quickjs: { 'quickjs.h': quickjsTree['quickjs.h'] },
    },
  },
  {
    name: 'lua',
    args: [LEVEL, ...WARNINGS, 'lua.c'],
    inputs: { ...luaTree, 'lua.c': await source('lua.c'), 'input.h': await source('input.h') },
  },
];

/** The headers that SQLite includes where no C library is; freestanding.h has what is in them. */
const HEADERS = ['assert', 'ctype', 'math', 'stdio', 'stdlib', 'string', 'time'];
const LIBC = ['-Ilibc', '-include', 'libc/freestanding.h'];
const FREESTANDING = {
  args: ['--target=wasm64', '-ffreestanding', '-O0', ...LIBC, '-Iinclude'],
  inputs: {
    'sqlite3.c': await readFile(join(sqlite, 'sqlite3.c')),
    'sqlite3.h': await readFile(join(sqlite, 'sqlite3.h')),
    'main.c': await source('freestanding.c'),
    include: await readTree(join(root, 'src', 'include')),
    libc: {
      'freestanding.h': await source('freestanding.h'),
      sys: { 'types.h': Buffer.from('') },
      ...Object.fromEntries(HEADERS.map((name) => [`${name}.h`, Buffer.from('')])),
    },
  },
};

/** SQLite for wasm64, for which there is no C library, and its main. */
export const WIDE_SQLITE = [
  { ...FREESTANDING, name: 'sqlite3_wide', args: [...FREESTANDING.args, '-w', ...SQLITE_ALONE] },
  { ...FREESTANDING, name: 'sqlite_wide', args: [...FREESTANDING.args, ...WARNINGS, 'main.c'] },
];

/** The objects of each program, and what else it links. */
export const PROGRAMS = {
  sqlite: { units: ['sqlite', 'sqlite3'] },
  tree_sitter: { units: ['tree_sitter', 'tree_sitter_lib', 'tree_sitter_c'] },
  quickjs: {
    units: [
      'quickjs',
      ...UNITS.map(({ name }) => name).filter((name) => name.startsWith('quickjs_')),
    ],
  },
  lua: { units: ['lua', 'lua_lib'], args: ['-lsetjmp'] },
};

/** QuickJS without a program around it: what examples/plugins links. */
export const ENGINE = ['engine', 'libbf', 'libregexp', 'libunicode', 'cutils'].map((name) =>
  UNITS.find((unit) => unit.name === `quickjs_${name}`),
);

/** In small, Lua alone: SQLite and QuickJS take minutes to compile. */
export const CHOSEN = amount(['lua'], Object.keys(PROGRAMS));

/** The objects of the chosen programs. */
export const chosenObjects = () =>
  objects(UNITS.filter(({ name }) => CHOSEN.some((of) => PROGRAMS[of].units.includes(name))));
