// SPDX-License-Identifier: MIT OR Apache-2.0
// Real C programs on our malloc and on wasi-libc's: the same output, and
// memory compared. And what -ltlsf takes the place of when it is linked.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { packageRoot } from '../wasm/toolchain.js';
import { here, link, objects, readTree, run } from './programs/programs.js';

const source = (name) => readFile(join(here, name));
const sqlite = join(packageRoot('better-sqlite3'), 'deps', 'sqlite3');
const treeSitter = join(packageRoot('tree-sitter'), 'vendor', 'tree-sitter', 'lib');
const grammar = join(packageRoot('tree-sitter-c'), 'src');

const WARNINGS = ['-Wall', '-Wextra', '-Werror', '-std=c17'];
const SQLITE = ['-DSQLITE_THREADSAFE=0', '-DSQLITE_OMIT_LOAD_EXTENSION', '-DHAVE_MALLOC_USABLE_SIZE'];

// The slowest first: two are compiled at a time.
const UNITS = [
  {
    name: 'sqlite3',
    args: ['-O1', '-w', ...SQLITE, 'sqlite3.c'],
    inputs: { 'sqlite3.c': await readFile(join(sqlite, 'sqlite3.c')) },
  },
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
];

let built;
before(async () => {
  built = await objects(UNITS);
});

const hasDlmalloc = (map) => map.includes('dlmalloc');
const hasTlsf = (map) => map.includes('libtlsf.a(malloc.o)');

/** A program of some of UNITS with our malloc and with theirs. */
async function both(...names) {
  const inputs = Object.fromEntries(names.map((name) => [`${name}.o`, built[name]]));
  const ours = await link(inputs, { tlsf: true });
  const theirs = await link(inputs, { tlsf: false });
  assert.equal(ours.text + theirs.text, '', 'no warning of the linker');
  assert.deepEqual([hasTlsf(ours.map), hasDlmalloc(ours.map)], [true, false]);
  assert.deepEqual([hasTlsf(theirs.map), hasDlmalloc(theirs.map)], [false, true]);
  return { ours, theirs };
}

/** Prints what each took, and asserts that ours is no larger than it may be. */
function compare(t, programs, ours, theirs) {
  const report = (name, { wasm }, { pages, seconds }) =>
    t.diagnostic(`${name}: ${pages} pages, ${wasm.length} bytes of wasm, ${seconds.toFixed(2)} s`);
  report('tlsf', programs.ours, ours);
  report('dlmalloc', programs.theirs, theirs);
  assert.equal(ours.output, theirs.output);
  assert.ok(ours.pages <= theirs.pages * 1.1 + 1, `${ours.pages} pages, dlmalloc ${theirs.pages}`);
  assert.ok(programs.ours.wasm.length < programs.theirs.wasm.length);
}

describe('SQLite', () => {
  let programs;
  before(async () => {
    programs = await both('sqlite', 'sqlite3');
  });

  async function script(wasm, database) {
    const directory = await mkdtemp(join(tmpdir(), 'tlsf-'));
    try {
      const preopens = { '/db': directory };
      return await run(wasm, { args: [database], input: join(here, 'sqlite.sql'), preopens });
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  for (const database of [':memory:', '/db/books.db']) {
    test(`an SQL script over ${database}`, async (t) => {
      const ours = await script(programs.ours.wasm, database);
      const theirs = await script(programs.theirs.wasm, database);
      compare(t, programs, ours, theirs);
      assert.equal(ours.status, 0, ours.output);
      assert.equal(ours.output.match(/^ok$/gm)?.length, 3, ours.output);
      assert.match(ours.output, /^40000\|/);
      assert.match(ours.output, /\nbytes left: 0\n$/);
    });
  }
});

test('tree-sitter parses and reparses SQLite', async (t) => {
  const programs = await both('tree_sitter', 'tree_sitter_lib', 'tree_sitter_c');
  const input = join(sqlite, 'sqlite3.c');
  const ours = await run(programs.ours.wasm, { input });
  const theirs = await run(programs.theirs.wasm, { input });
  t.diagnostic(ours.output.trim().replace('\n', '; '));
  compare(t, programs, ours, theirs);
  assert.equal(ours.status, 0);
  for (const [, nodes] of ours.output.matchAll(/nodes (\d+)/g)) assert.ok(Number(nodes) > 1e6);
});

describe('-ltlsf in place of dlmalloc', () => {
  const FAMILY = ['malloc', 'free', 'calloc', 'realloc', 'posix_memalign', 'aligned_alloc', 'malloc_usable_size', 'memalign'];
  const STRONG = [...FAMILY, '__libc_malloc', '__libc_free', '__libc_calloc'];

  // -fno-builtin: else clang removes a malloc whose block is never used.
  const FLAGS = ['-O1', '-Wall', '-Werror', '-fno-builtin'];

  /** One small program, built in one step and run. */
  async function program(name, { args = [], ...options } = {}) {
    const inputs = { [name]: await source(name) };
    const linked = await link(inputs, { tlsf: true, args: [...FLAGS, ...args], ...options });
    assert.ok(hasTlsf(linked.map));
    assert.ok(!hasDlmalloc(linked.map), 'no dlmalloc');
    return { ...linked, ...(await run(linked.wasm)) };
  }

  test('one object defines all eleven names', async () => {
    const args = STRONG.map((name) => `-Wl,--trace-symbol=${name}`);
    const { text, status, output } = await program('family.c', { args });
    assert.deepEqual([status, output], [0, 'missing 0, usable 1\n']);
    const definitions = text.match(/^.*: definition of .*$/gm).sort();
    assert.deepEqual(definitions, STRONG.map((name) => `lib/libtlsf.a(malloc.o): definition of ${name}`).sort());
  });

  const CASES = [
    ['atexit', 'atexit.c', 'handled 100\n'],
    ['locales', 'locale.c', 'set\n3 bytes\n'],
    ['an errno that only the C library names', 'message.c', 'Out of memory\n'],
  ];
  for (const [what, name, expected] of CASES) {
    test(what, async () => {
      const { status, output, text } = await program(name);
      assert.deepEqual({ status, output, text }, { status: 0, output: expected, text: '' });
    });
  }

  test('C++: new, delete, containers, streams', async () => {
    const { status, output, text } = await program('new.cpp', { driver: 'clang++', args: ['-std=c++20', '-fno-exceptions'] });
    assert.deepEqual({ status, output, text }, { status: 0, output: '3490 0 1\n', text: '' });
  });

  for (const flags of [[], ['-flto']]) {
    test(`errno is ENOMEM ${flags}`, async () => {
      const args = ['-Wl,--max-memory=1048576', ...flags];
      const { status, output, text } = await program('errno.c', { args });
      const expected = [
        'success 7',
        ...['malloc', 'calloc', 'realloc', 'aligned_alloc', 'exhausted'].map((name) => `${name} 48`),
        'posix_memalign 48 28 28 28, errno 7, out kept',
        'and 0',
      ];
      assert.deepEqual({ status, text }, { status: 0, text: '' });
      assert.deepEqual(output.trim().split('\n'), expected);
    });
  }

  test('a program without errno gets none, and nothing is written at address 0', async () => {
    const { status, memory, map, text } = await program('no_errno.c');
    assert.deepEqual({ status, text }, { status: 0, text: '' });
    assert.doesNotMatch(map, /errno\.c/);
    assert.ok(new Uint8Array(memory.buffer, 0, 1024).every((byte) => byte === 0));
  });
});
