// SPDX-License-Identifier: MIT OR Apache-2.0
// The commands of the package: npx tlsf-wasm.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { allocatorOf } from '../../cli/allocator.js';
import { functionsOf } from '../../cli/module.js';
import { compile, LINK, link, readArchive } from '../../tools/build.js';
import { isWhole } from '../support/tier.js';
import { testWith } from '../support/needs.js';
import { assemble } from '../support/wat.js';

const root = join(import.meta.dirname, '..', '..');
const CLI = join(root, 'cli', 'main.js');
const SOURCE = join(import.meta.dirname, 'program.c');

let directory;
let named;
let stripped;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tlsf-cli-'));
  const inputs = { 'program.c': readFileSync(SOURCE) };
  const object = await compile('program.c', inputs, ['--target=wasm32', '-Oz', '-ffreestanding']);
  const objects = [object, await readArchive('libtlsf')];
  const kept = LINK.filter((flag) => !/^--strip/.test(flag));
  named = await link(objects, ['run'], kept);
  stripped = await link(objects, ['run'], [...kept, '--strip-all']);
});
after(() => rmSync(directory, { recursive: true, force: true }));

const run = (...args) => spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });

function printed(...args) {
  const { status, stdout, stderr } = run(...args);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Fails unless a command ends with 1 and this message. */
function refused(message, ...args) {
  const { status, stderr } = run(...args);
  assert.equal(status, 1);
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, /\n +at /, 'a stack trace');
}

const names = (functions) => functions.map(({ name, exports }) => name ?? exports[0]);
const sum = (functions) => functions.reduce((all, { bytes }) => all + bytes, 0);

test('by names: the family, and what only it calls, and nothing else', () => {
  const found = allocatorOf(functionsOf(named));
  assert.ok(names(found).some((name) => /malloc/.test(name)));
  assert.ok(names(found).some((name) => /free/.test(name)));
  assert.ok(!names(found).includes('run'));
  const others = functionsOf(named).filter(({ index }) => !found.some((f) => f.index === index));
  assert.deepEqual(names(others), ['run']);
});

test('by shape, without names and exports, the same functions are found', () => {
  const found = allocatorOf(functionsOf(stripped));
  assert.ok(found.every(({ name, exports }) => name === undefined && !exports.length));
  assert.deepEqual(
    found.map(({ index }) => index),
    allocatorOf(functionsOf(named)).map(({ index }) => index),
  );
  const kinds = new Set(found.map(({ found: how }) => how));
  assert.ok(kinds.has('shape of malloc') && kinds.has('shape of free'), [...kinds].join());
});

test('a module may have more functions than a call has arguments', () => {
  const nothing = { exports: [], calls: new Set(), addresses: new Set(), grows: false };
  const functions = Array.from({ length: 200000 }, (_, index) => ({
    ...nothing,
    index,
    type: '127>',
  }));
  assert.deepEqual(allocatorOf(functions), []);
});

test('functions are read as WebAssembly has them', () => {
  const wasm = assemble(`(module
    (import "env" "log" (func (param i32)))
    (memory 1)
    (table 1 funcref)
    (func $a (export "malloc") (param i32) (result i32) (local i64 f64)
      (drop (f64.const 16)) (drop (i64.const -5)) (drop (v128.const i64x2 16 64))
      (block (loop (br_table 0 1 0 (i32.const 3))))
      (memory.fill (i32.const 64) (i32.const 16) (i32.const 0))
      (drop (i32.trunc_sat_f32_s (f32.const 1)))
      (i32.store offset=8 (i32.const 1024) (memory.grow (local.get 0)))
      (call_indirect (i32.const 0))
      (call 2) (call 0 (i32.const 1)) (i32.load (i32.const 2048)))
    (func $b))`);
  const [a, b] = functionsOf(wasm);
  assert.deepEqual([a.index, b.index, a.exports], [1, 2, ['malloc']]);
  assert.equal(a.grows, true);
  assert.deepEqual([...a.calls], [2, 0]);
  assert.deepEqual([...a.addresses], [2048]);
  assert.equal(b.bytes, 2);
  assert.equal(b.grows, false);
});

test('a module that is cut off is refused wherever it ends, and a component', () => {
  const whole = readFileSync(join(root, 'dist', 'tlsf.wasm'));
  const { length } = functionsOf(whole);
  const ends = Array.from({ length: whole.length - 8 }, (_, i) => i + 8);
  const read = ends.filter((end) => {
    try {
      return functionsOf(whole.subarray(0, end)).length;
    } catch (error) {
      assert.match(error.message, /^this module is cut off: it has \d+ bytes/);
      return false;
    }
  });
  for (const end of read) assert.equal(functionsOf(whole.subarray(0, end)).length, length);
  const component = Uint8Array.of(0, 97, 115, 109, 13, 0, 1, 0);
  assert.throws(() => functionsOf(component), /a component: ask about a module in it/);
});

test('every module of the package: all of its code is an allocator', () => {
  for (const name of [
    'tlsf',
    'tlsf-min',
    'tlsf-fast',
    'tlsf-mvp',
    'tlsf-hard',
    'tlsf-threads',
    'tlsf64',
  ]) {
    const functions = functionsOf(readFileSync(join(root, 'dist', `${name}.wasm`)));
    assert.equal(sum(allocatorOf(functions)), sum(functions), name);
  }
});

test('names that only look like those of an allocator are none', () => {
  const theirs = ['bytes_to_hex', 'heap_push', 'block_cipher', 'pages_render', 'metalc9'];
  const ours = ['dlmalloc', 'je_malloc', 'emscripten_builtin_free', 'talc::alloc', '__rust_alloc'];
  const listed = [...theirs, ...ours].map((name) => `(func $${name} (export "${name}"))`);
  const found = allocatorOf(functionsOf(assemble(`(module ${listed.join('')})`)));
  assert.deepEqual(names(found), ours);
});

test('an allocator that has nothing of the C family has no figures', () => {
  const path = join(directory, 'rust.wasm');
  writeFileSync(path, assemble('(module (func (export "__rust_alloc")) (func (export "f")))'));
  assert.match(printed('size', path), /^with tlsf +- +- +-$/m);
});

test('imports of each kind; instructions that throw and catch', () => {
  const module = [
    '0061736d01000000', // a module
    '0104016000 00', // type 0: nothing to nothing
    '0215 03 0161 0162 00 00 0161 0163 03 7f 00 0161 0164 04 00 00', // f, an i32, a tag
    '0302 01 00',
    '0a14 01 12 00 1f40 02 00 00 00 02 00 0b 08 00 10 00 06 40 0b 0b', // try_table, throw, call, try
  ];
  const bytes = Buffer.from(module.join('').replaceAll(' ', ''), 'hex');
  const [f] = functionsOf(bytes);
  assert.deepEqual([f.index, [...f.calls]], [1, [0]]);
});

test('size says what there is, and with the same build the same', () => {
  const path = join(root, 'dist', 'tlsf-min.wasm');
  const bytes = readFileSync(path);
  const out = printed('size', path);
  assert.match(out, /^malloc +\d+ +export$/m);
  assert.match(
    out,
    new RegExp(`tlsf-min\\.wasm +${bytes.length} +${gzipSync(bytes, { level: 9 }).length} `),
  );
  assert.match(out, new RegExp(`^with tlsf-min, about +${bytes.length} `, 'm'));
  assert.match(out, /of the C family: malloc, free\.$/m);
});

test('size of a stripped module says that it was judged by shape', () => {
  const [of, ofNamed] = [stripped, named].map((bytes) => {
    const path = join(directory, 'program.wasm');
    writeFileSync(path, bytes);
    return printed('size', path);
  });
  assert.match(of, /stripped of names, so these functions were found by their shape/);
  assert.doesNotMatch(ofNamed, /shape/);
});

test('a build without what the program calls has no figure', () => {
  assert.match(printed('size', join(root, 'dist', 'tlsf.wasm')), /^with tlsf-min +- +- +-$/m);
});

test('a module of wasm64 is compared with the builds of wasm64', () => {
  const out = printed('size', join(root, 'dist', 'tlsf64.wasm'));
  const { length } = readFileSync(join(root, 'dist', 'tlsf64.wasm'));
  assert.match(out, new RegExp(`^with tlsf64, about +${length} `, 'm'));
  assert.deepEqual(out.match(/(?<=^with )[\w-]+/gm), ['tlsf64', 'tlsf-fast64']);
});

test('size of a module without an allocator says so', () => {
  const path = join(directory, 'none.wasm');
  writeFileSync(path, assemble('(module (func (export "a") (result i32) i32.const 1))'));
  assert.match(printed('size', path), /no allocator was found in it/);
});

test('usage and errors', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  assert.equal(printed('--version'), `tlsf-wasm ${version}\n`);
  for (const args of [[], ['help'], ['--help'], ['-h']])
    assert.match(printed(...args), /size FILE\.wasm[^]*compare/);
  refused(/there is no command nonsense[^]*usage/, 'nonsense');
  refused(/there is no command toString/, 'toString');
  refused(/size takes one file/, 'size');
  refused(/there is no file lost\.wasm/, 'size', 'lost.wasm');
  refused(/there is no file/, 'size', directory);
  refused(/no module of WebAssembly/, 'size', CLI);
  refused(/compare takes C or C\+\+ files/, 'compare');
  refused(/there is no file lost\.c/, 'compare', 'lost.c');
  refused(/there is no file/, 'compare', directory);
});

test('compare without a compiler says how to get one', () => {
  const { status, stderr } = spawnSync(process.execPath, [CLI, 'compare', SOURCE], {
    encoding: 'utf8',
    env: { ...process.env, CC: 'no-such-clang' },
  });
  assert.equal(status, 1);
  assert.match(stderr, /no clang at no-such-clang: install wasi-sdk.*apt-get install clang-19/);
});

const CC = ['clang-19', 'clang'].find((path) => spawnSync(path, ['--version']).status === 0);
const missing =
  !CC && 'no clang: apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32';
const CPLUSPLUS = '/usr/lib/wasm32-wasi/libc++.a';
const missingCplusplus =
  missing ||
  (!existsSync(CPLUSPLUS) &&
    'no libc++: apt-get install libc++-19-dev-wasm32 libc++abi-19-dev-wasm32');

/** Fails unless compare prints each archive, the smaller ones first. */
function compares(source) {
  const lines = printed('compare', source).trim().split('\n').slice(1);
  const raw = Object.fromEntries(
    lines.map((line) => line.split(/ {2,}/)).map(([name, bytes]) => [name, Number(bytes)]),
  );
  assert.deepEqual(Object.keys(raw), [
    "libc's own",
    'libtlsf.a',
    'libtlsf-fast.a',
    'libtlsf-mvp.a',
    'libtlsf-hard.a',
  ]);
  assert.ok(raw['libtlsf.a'] < raw['libtlsf-fast.a'] && raw['libtlsf-fast.a'] < raw["libc's own"]);
}

if (isWhole) {
  testWith(missing, 'compare links a program with each archive', () => compares(SOURCE));

  testWith(missingCplusplus, 'and one in C++', () => {
    const path = join(directory, 'program.cpp');
    writeFileSync(
      path,
      'long *volatile kept; int main(int n, char **) { kept = new long[n]; delete[] kept; }',
    );
    compares(path);
  });
}
