// SPDX-License-Identifier: MIT OR Apache-2.0
// A program compiled with other parameters than the library must not link, and
// the linker must name them; with the same ones, however they are written, it
// links and has no byte for it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  compile as objectOf,
  compileFlags,
  root,
  sources,
  WARNINGS,
  readArchive,
  targetFlags,
} from '../../tools/build.js';
import { ARCHIVES, BUILDS, LIBRARIES, moduleOf, WIDE_ARCHIVES } from '../../tools/builds.js';
import { hasTable64 } from '../../tools/memory64.js';
import { BuildError, codeSection, pinnedToolchain } from '../../tools/toolchain.js';
import { CLANG, GCC, run } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { amount } from '../support/tier.js';

const PROGRAM = 'test/parameters/program.c';
const BINDINGS = 'test/parameters/bindings.c';
const INCLUDES = ['-Isrc/include'];

/** Flags for a program that disagree with a library of the default ones, and the name missed. */
const WRONG = {
  '-DTLSF_ALIGN=8': 'TLSF_ALIGN_8_TLSF_SLLEN_32_TLSF_FLLEN_28',
  '-DTLSF_ALIGN=65536': 'TLSF_ALIGN_65536_TLSF_SLLEN_32_TLSF_FLLEN_28',
  '-DTLSF_SLLEN=16 -DTLSF_FLLEN=25': 'TLSF_ALIGN_16_TLSF_SLLEN_16_TLSF_FLLEN_25',
  '-DTLSF_SLLEN=8 -DTLSF_FLLEN=21': 'TLSF_ALIGN_16_TLSF_SLLEN_8_TLSF_FLLEN_21',
  '-DTLSF_FLLEN=9': 'TLSF_ALIGN_16_TLSF_SLLEN_32_TLSF_FLLEN_9',
  '-DTLSF_FLLEN=(1+9)': 'TLSF_ALIGN_16_TLSF_SLLEN_32_TLSF_FLLEN_10',
  '-DTLSF_FLLEN=27': 'TLSF_ALIGN_16_TLSF_SLLEN_32_TLSF_FLLEN_27',
};

/** How program.c begins its heap: by which function, or by 3, both. */
const BY = ['-DBY=1', '-DBY=2', '-DBY=3'];

/** Each function that takes a heap, and a call of it: file by file a program may have but one. */
const header = readFileSync(join(root, 'src', 'include', 'tlsf.h'), 'utf8');
const CALLS = Object.fromEntries(
  [...header.matchAll(/\b(tlsf_\w+)\((?:const )?struct tlsf \*heap\b([^)]*)\);/g)]
    .filter(([, name]) => name !== 'tlsf_more')
    .map(([, name, rest]) => [name, `${name}(&heap${rest.replace(/[^,]+/g, '0')})`]),
);

/** Flags of a program, and the name that a linker misses. */
const [some] = Object.entries(WRONG);
const disagreements = [
  ...Object.entries(WRONG).map(([flags, of]) => ({
    flags: flags.split(' '),
    name: `tlsf_init_with_${of}`,
  })),
  { flags: [BY[0], some[0]], name: `tlsf_init_with_${some[1]}` },
  { flags: [BY[1], some[0]], name: `tlsf_add_pool_with_${some[1]}` },
  ...Object.entries(CALLS).map(([name, call]) => ({
    flags: ['-DBY=4', `-DCALL=${call}`, some[0]],
    name: `${name}_with_${some[1]}`,
  })),
];

/** Flags that say the same as the default ones. */
const SAME = [
  [],
  ['-DTLSF_ALIGN=16', '-DTLSF_SLLEN=32', '-DTLSF_FLLEN=28'],
  ['-DTLSF_ALIGN=8+8', '-DTLSF_SLLEN=0x20', '-DTLSF_FLLEN=TLSF_SLLEN-4'],
  ['-DTLSF_ALIGN=(1<<4)', '-DTLSF_SLLEN=32u', '-DTLSF_FLLEN=28ul'],
  ['-DTLSF_FLOAT=0'],
];

/** Flags that a number can not be made of, and what is said. */
const REFUSED = {
  '-DTLSF_ALIGN=2*sizeof(void*)': /no sizeof, no cast|tlsf_names.h:\d+: error/,
  '-DTLSF_ALIGN=(char)16': /no sizeof, no cast|tlsf_names.h:\d+: error/,
  '-DTLSF_ALIGN=a_constant': /TLSF_ALIGN must be a power of two, 4 to 65536, as #if computes it/,
  '-DTLSF_ALIGN=131072': /TLSF_ALIGN must be a power of two, 4 to 65536, as #if computes it/,
  '-DTLSF_SLLEN=a_constant': /TLSF_SLLEN must be 8, 16 or 32, as #if computes it/,
  '-DTLSF_FLLEN=a_constant': /TLSF_FLLEN must be 1 to 29, as #if computes it/,
  '-DTLSF_FLLEN=30': /TLSF_FLLEN must be 1 to 29, as #if computes it/,
  '-DTLSF_FLLEN=-1': /TLSF_FLLEN must be 1 to 29, as #if computes it/,
};

test('the functions that take a heap are found', () => {
  for (const name of ['tlsf_init', 'tlsf_malloc', 'tlsf_check']) assert(name in CALLS);
  assert.equal(CALLS.tlsf_add_pool, 'tlsf_add_pool(&heap,0,0)');
});

test('a module that has its memory for itself refuses an alignment for which its state has no room', async () => {
  const inputs = await sources('src', 'wasm');
  for (const build of Object.values(BUILDS).filter(({ alone, shared }) => alone || shared)) {
    const flags = compileFlags(moduleOf(build));
    const aligned = (n) => objectOf(build.source, inputs, [...flags, `-DTLSF_ALIGN=${n}`]);
    await aligned(8);
    await assert.rejects(aligned(32), /the nil block lies before the heap's state/);
  }
});

const directory = mkdtempSync(join(tmpdir(), 'tlsf-'));
after(() => rmSync(directory, { recursive: true, force: true }));
const at = (name) => join(directory, name);
const library = at('core.o');

/** Runs each command until one fails; returns what that one said, or ''. */
function said(...commands) {
  for (const [command, ...args] of commands) {
    const env = { ...process.env, LC_ALL: 'C' };
    const { status, stdout, stderr, error } = run(command, args, { env });
    if (status !== 0) return error?.message ?? `${stdout}${stderr}`;
  }
  return '';
}

/** What compiling a program says, and what linking and running it then do. */
const compiled = (compiler, source, flags) =>
  said([...compiler, ...INCLUDES, ...flags, '-c', source, '-o', at('program.o')]);
const linked = ([linker]) =>
  said([linker, at('program.o'), library, '-o', at('program')], [at('program')]);

const C = ['-std=c17', ...WARNINGS];
const CXX = ['-xc++', '-std=c++14', ...WARNINGS];
const COMPILERS = {
  gcc: { library: GCC, program: [GCC, ...C] },
  'g++': { library: GCC, program: ['g++', ...CXX] },
  clang: { library: CLANG, program: [CLANG, ...C] },
  'clang++': { library: CLANG, program: [CLANG.replace('clang', 'clang++'), ...CXX] },
  tcc: { library: 'tcc', program: ['tcc', '-Wall', '-Werror'] },
};

for (const [name, row] of Object.entries(COMPILERS).slice(0, amount(1, Infinity))) {
  const absent = [row.library, row.program[0]].find((command) => run(command, ['-v']).error);
  const missing = absent && `${absent} is missing: install it (Debian: apt-get install ${absent})`;

  testWith(missing || false, `${name}: who disagrees does not link, and is told of what`, () => {
    assert.equal(compiled([row.library], BUILDS.core.source, []), '');
    renameSync(at('program.o'), library);
    for (const { flags, name: missed } of disagreements) {
      assert.equal(compiled(row.program, PROGRAM, flags), '');
      assert.match(linked(row.program), new RegExp(`\\b${missed}\\b`));
    }
  });

  testWith(missing || false, `${name}: who agrees links and runs, in whatever words`, () => {
    for (const flags of [...SAME, ...BY.map((by) => [by])]) {
      assert.equal(compiled(row.program, PROGRAM, flags), '');
      assert.equal(linked(row.program), '', flags.join(' '));
    }
    const own = ['-DTLSF_ALIGN=32', '-DTLSF_SLLEN=8', '-DTLSF_FLLEN=5'];
    assert.equal(compiled(row.program, PROGRAM, own), '');
    const wrong = linked(row.program);
    assert.match(wrong, /TLSF_ALIGN_32_TLSF_SLLEN_8_TLSF_FLLEN_5\b/);
    assert.equal(compiled([row.library], BUILDS.core.source, own), '');
    renameSync(at('program.o'), library);
    assert.equal(compiled(row.program, PROGRAM, own), '');
    assert.equal(linked(row.program), '');
  });

  testWith(missing || false, `${name}: a clear error for what is no number`, () => {
    for (const [flag, message] of Object.entries(REFUSED))
      assert.match(compiled(row.program, PROGRAM, [flag]), message, flag);
  });
}

/** A program of C linked with an archive of dist/, for its target. */
async function module(archive, source, flags = []) {
  const { tool } = await pinnedToolchain();
  const inputs = await sources('test/parameters', 'src/include');
  const { target = 'wasm32' } = LIBRARIES[archive];
  const all = [`--target=${target}`, '-std=c17', '-Oz', '-ffreestanding', ...INCLUDES, ...flags];
  const compile = ['clang', ...all, '-c', source, '-o', 'out.o'];
  const [object] = (await tool(compile, inputs, ['out.o'])).files;
  const entry = ['--no-entry', '--export=main', ...targetFlags({ target })];
  const link = ['wasm-ld', ...entry, 'out.o', 'in.a', '-o', 'out.wasm'];
  const bytes = await readArchive(archive);
  return (await tool(link, { 'out.o': object, 'in.a': bytes }, ['out.wasm'])).files[0];
}

const functions = async (bytes) =>
  [...(await codeSection(bytes)).matchAll(/<(tlsf_.*)>/g)].map(([, name]) => name);

/** What main returns; 0 if this V8 has not the table that programs of wasm64 have. */
async function statusOf(bytes, archive) {
  if (LIBRARIES[archive].target && !hasTable64) return 0; // test/wide finds another
  const { instance } = await WebAssembly.instantiate(bytes);
  return instance.exports.main(0, LIBRARIES[archive].target ? 0n : 0);
}

const tried = [ARCHIVES, WIDE_ARCHIVES].flatMap((of) =>
  Object.keys(of).slice(0, amount(1, Infinity)),
);

for (const archive of tried) {
  test(`${archive}.a for wasm: who disagrees does not link, and is told of what`, async () => {
    for (const { flags, name } of disagreements) {
      const isTold = (error) =>
        error instanceof BuildError && error.message.includes(`undefined symbol: ${name}\n`);
      await assert.rejects(module(archive, PROGRAM, flags), isTold);
    }
  });

  test(`${archive}.a for wasm: who agrees links, and has no function for it`, async () => {
    for (const flags of SAME) {
      const bytes = await module(archive, PROGRAM, flags);
      const names = await functions(bytes);
      assert.deepEqual(
        names.filter((name) => name in CALLS),
        [],
      );
      assert.equal(await statusOf(bytes, archive), 0);
    }
  });

  test(`${archive}.a for wasm: the plain names are there for bindings`, async () => {
    assert.equal(await statusOf(await module(archive, BINDINGS), archive), 0);
  });
}
