// SPDX-License-Identifier: MIT OR Apache-2.0
// The native targets (core.c, family.c under fuzz.c), for each compiler, in
// each shape: what there is, how it is compiled, and what it printed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, WARNINGS } from '../../tools/build.js';

export const CLANG = process.env.NATIVE_CLANG ?? 'clang';
export const CORPUS = { core: 'test/fuzz/corpus/core.hex', family: 'test/fuzz/corpus/family.hex' };

/** What one compiler builds for: 32 bits is what the wasm tests run, so fewer shapes. */
const SHAPES = [
  [],
  ['-DTLSF_FLOAT=0', '-DHOST_PAGE_LOG=16'],
  ['-DTLSF_TAIL=0'],
  ['-DTLSF_SLLEN=8'],
  ['-DTLSF_SLLEN=16', '-DTLSF_FLOAT=0'],
  ['-DTLSF_ALIGN=8'],
  ['-DTLSF_ALIGN=32'],
  ['-DTLSF_FAST=1', '-DTLSF_ALIGN=32'],
  ['-DTLSF_ALIGN=64', '-DTLSF_SLLEN=8', '-DTLSF_FLLEN=13'],
];
const SHAPES_32 = [
  [],
  ['-DTLSF_TAIL=0'],
  ['-DTLSF_FAST=1'],
  ['-DTLSF_ALIGN=4'],
  ['-DTLSF_ALIGN=8', '-DTLSF_SLLEN=16'],
];
/** The core only: its bins may end before memory does. */
const SHAPES_SMALL = [
  ['-DTLSF_FLLEN=1', '-DTLSF_SLLEN=8'],
  ['-DTLSF_FLLEN=3', '-DTLSF_SLLEN=32', '-DTLSF_FLOAT=0'],
];

const has = (shape, flag) => shape.some((other) => other.startsWith(flag));

/** All [target, shape] of a machine, '-m64' or one of 32 bits. */
export function shapes(machine) {
  const all = machine === '-m64' ? SHAPES : SHAPES_32;
  return [
    ...[...all, ...SHAPES_SMALL]
      .filter((shape) => !has(shape, '-DTLSF_FAST'))
      .map((shape) => ['core', shape]),
    ...all.filter((shape) => !has(shape, '-DTLSF_FLLEN')).map((shape) => ['family', shape]),
  ];
}

export const out = join(root, 'build', 'fuzz');
mkdirSync(out, { recursive: true });

export const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, ...options });

const C = [
  '-std=gnu17',
  '-g',
  '-D_GNU_SOURCE',
  '-Isrc',
  '-Itest/fuzz',
  '-Itest/native',
  ...WARNINGS,
];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const HOST = 'test/fuzz/fuzz.c';

/** Ways to compile: flags for all of it. */
export const SANITIZED = ['-O1', ...SANITIZERS];
export const OPTIMISED = ['-O2'];
export const FUZZER = ['-O1', '-fsanitize=fuzzer', '-Dmain=replay', ...SANITIZERS];
/** Pointers of 32 bits in a process of 64, which has memory up to 2^32; traps. */
export const WRAP = '-mx32';

const isGcc = (compiler) => /gcc/.test(compiler);
const trap = (compiler) =>
  isGcc(compiler)
    ? ['-fsanitize-undefined-trap-on-error']
    : ['-fsanitize-trap=all', '-fno-integrated-as'];

// gcc, optimising, warns of calloc(1, SIZE_MAX) as if malloc could serve it.
const quiet = (compiler) =>
  isGcc(compiler) ? ['-Wno-stringop-overflow', '-Wno-array-bounds'] : [];

function compile(compiler, flags) {
  const { status, stderr, error } = run(compiler, [...flags, ...quiet(compiler)]);
  if (status !== 0) throw new Error(error?.message ?? stderr);
}

function buildWrapped(target, compiler, shape, path) {
  const flags = [
    ...C,
    '-O1',
    WRAP,
    '-fno-pic',
    '-Wa,--64',
    '-fsanitize=undefined',
    ...trap(compiler),
    ...shape,
  ];
  compile(compiler, [...flags, '-c', `test/fuzz/${target}.c`, '-o', `${path}.o`]);
  compile(compiler, [...C, '-O1', '-no-pie', HOST, `${path}.o`, '-o', path]);
}

/** Builds a target; returns the program's path. Throws what the compiler said. */
export function build(target, compiler, machine, shape, flags = SANITIZED) {
  const path = join(
    out,
    [target, compiler, machine, ...shape, ...flags]
      .join('')
      .replace(/[^\w]/g, '_')
      .replace(/sanitize/g, 's'),
  );
  if (machine === WRAP) buildWrapped(target, compiler, shape, path);
  else
    compile(compiler, [
      ...C,
      ...flags,
      machine,
      ...shape,
      `test/fuzz/${target}.c`,
      HOST,
      '-o',
      path,
    ]);
  return path;
}

/** Runs a target; returns {steps, digest}, or throws with all that it printed. */
export function execute(path, args, options = {}) {
  const { status, signal, stdout, stderr } = run(path, args, options);
  assert(
    status === 0,
    `${path} ${args.join(' ')}: ${signal ?? `status ${status}`}\n${stdout}${stderr}`,
  );
  const [, steps, digest] = stdout.match(/^(\d+) steps, digest (\w+)$/m);
  return { steps: Number(steps), digest };
}

const probe = (compiler, flags) =>
  run(compiler, [...flags, '-x', 'c', '-', '-o', join(out, `probe${process.pid}`)], {
    input: 'int LLVMFuzzerTestOneInput(void);\nint LLVMFuzzerTestOneInput(void) { return 0; }\n',
  }).status === 0;

const PACKAGES = {
  '-m64': 'gcc, or clang and libclang-rt-14-dev',
  '-m32': 'gcc-multilib, and libclang-rt-14-dev for clang',
  [WRAP]: 'gcc-multilib',
};

const installs = (what, names) => `no ${what}: install it (Debian: apt-get install ${names})`;

/** False, or what a compiler lacks for a machine, and where it is to be had. */
export function missing(compiler, machine) {
  const flags =
    machine === WRAP
      ? [WRAP, '-c', '-fsanitize=undefined', '-Wa,--64', ...trap(compiler), '-include', 'string.h']
      : [machine, '-shared', '-fPIC', ...SANITIZERS];
  return (
    !probe(compiler, flags) &&
    installs(`${compiler} ${machine} with its sanitizers`, PACKAGES[machine])
  );
}

export function missingLto(compiler, machine) {
  return (
    !probe(compiler, [machine, '-flto', '-shared', '-fPIC']) &&
    installs(`${compiler} ${machine} that links with -flto`, 'gcc, or clang and llvm-14-dev')
  );
}

export function missingFuzzer(machine) {
  return (
    !probe(CLANG, [machine, ...FUZZER]) &&
    installs(`${CLANG} ${machine} with libFuzzer`, 'clang libclang-rt-14-dev lib32stdc++-12-dev')
  );
}
