// SPDX-License-Identifier: MIT OR Apache-2.0
// Native compilers: which there are, what to install for one that is missing,
// and programs of C, built once for the same sources, flags and compiler.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, WARNINGS } from '../../tools/build.js';
import { digest } from '../../tools/kept.js';
import { testWith } from './needs.js';

export const GCC = 'gcc';
export const CLANG = process.env.NATIVE_CLANG ?? 'clang';

/** The dialect of all native test programs, and where they find headers. */
export const C = ['-std=gnu17', '-g', ...WARNINGS, '-Itest/support'];
export const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** Ways to compile. */
export const SANITIZED = ['-O1', ...SANITIZERS];
export const OPTIMISED = ['-O2'];

/** 32 bits compute floats as wasm does: not in registers of 80 bits. */
export const MACHINES = { '-m64': ['-m64'], '-m32': ['-m32', '-msse2'] };

const out = join(root, 'build', 'native');
mkdirSync(out, { recursive: true });

/** Runs a program in the project's root. */
export const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28, ...options });

/** Of several calls with the same arguments only the first one does the work. */
function memoised(work) {
  const known = new Map();
  return (...args) => {
    const key = JSON.stringify(args);
    if (!known.has(key)) known.set(key, work(...args));
    return known.get(key);
  };
}

const PROBE = 'int LLVMFuzzerTestOneInput(void);\nint LLVMFuzzerTestOneInput(void) { return 0; }\n';

/** Builds give their functions public names by aliases, which macOS has not. */
const ALIAS = 'int other(void) __attribute__((alias("LLVMFuzzerTestOneInput")));\n';

/** Does a compiler make a library of this, or what `flags` ask for, with these flags? */
const makes = memoised((compiler, flags, link, input) => {
  const probe = join(out, `probe${process.pid}`);
  const { status } = run(compiler, [...flags, ...link, '-x', 'c', '-', '-o', probe], { input });
  rmSync(probe, { force: true });
  return status === 0;
});

/**
 * Some kernels run no programs of 32 bits; then EMULATOR does, with as much
 * memory as sanitizers take. TLSF_EMULATE=1: it does on any kernel.
 */
const EMULATOR = 'qemu-i386';
const EMULATED = `${EMULATOR} -R 0xb0000000`;
const needsEmulator = memoised((compiler) => {
  if (process.env.TLSF_EMULATE === '1') return true;
  const probe = join(out, `bits${process.pid}`);
  const args = ['-m32', '-x', 'c', '-', '-o', probe];
  if (run(compiler, args, { input: 'int main(void) { return 0; }' }).status !== 0) return false;
  const { status } = run(probe, []);
  rmSync(probe);
  return status !== 0;
});
const isEmulated = (compiler, flags) => flags.includes('-m32') && needsEmulator(compiler);

/** What stands in a shell before a program of these flags. */
export const starter = (compiler, flags) => (isEmulated(compiler, flags) ? `${EMULATED} ` : '');

/** The environment in which a program of these flags starts with a library loaded. */
export const preloaded = (compiler, flags, library) =>
  isEmulated(compiler, flags) ? { QEMU_SET_ENV: `LD_PRELOAD=${library}` } : { LD_PRELOAD: library };

/**
 * What to run for a program: itself, or a script that starts it in EMULATOR,
 * where AddressSanitizer's search for leaks never ends: -m64 looks for these.
 */
export function runnable(path, compiler, flags) {
  if (!isEmulated(compiler, flags)) return path;
  const script = `${path}.sh`;
  const leaks = 'export ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0"';
  replace(script, `#!/bin/sh\n${leaks}\nexec ${EMULATED} ${path} "$@"\n`, 0o755);
  return script;
}

/** The program itself of what `runnable` returned. */
export const binaryOf = (path) => path.replace(/\.sh$/, '');

const isGcc = (compiler) => /gcc/.test(compiler);

function packages(compiler, flags) {
  const has = (pattern) => flags.some((flag) => pattern.test(flag));
  const own = isGcc(compiler) ? ['gcc', 'libc6-dev'] : [compiler, 'libclang-rt-14-dev'];
  return [
    ...own,
    ...(has(/^-m(32|x32)$/) ? ['gcc-multilib'] : []),
    ...(has(/^-flto/) && !isGcc(compiler) ? ['llvm-14-dev'] : []),
    ...(has(/fuzzer/) ? ['lib32stdc++-12-dev'] : []),
  ];
}

/**
 * False, or what can not be compiled here and what to install for it.
 *
 * @param {string[]} [link] what the flags are tried with
 */
export function missing(compiler, flags, link = ['-shared', '-fPIC']) {
  if (isEmulated(compiler, flags) && run(EMULATOR, ['--version']).error)
    return `${EMULATOR} is missing and this kernel runs no programs of 32 bits: install it (Debian: apt-get install qemu-user)`;
  if (makes(compiler, flags, link, PROBE + ALIAS)) return false;
  const wanted = [compiler, ...flags.filter((flag) => /^-[fm]/.test(flag))].join(' ');
  if (makes(compiler, flags, link, PROBE))
    return `${wanted} makes no aliases here, by which builds name their functions: run this on Linux`;
  return `${wanted} does not work: install it (Debian: apt-get install ${packages(compiler, flags).join(' ')})`;
}

/** The first compiler that works with these flags: {compiler, missing}. */
export function compilerFor(flags, compilers = [GCC, CLANG]) {
  const compiler = compilers.find((each) => !missing(each, flags));
  return { compiler, missing: compiler ? false : missing(compilers[0], flags) };
}

const version = memoised((compiler) => run(compiler, ['--version']).stdout);

/** The files that a compiler wrote down as what it read, without the system's. */
const dependencies = (text) =>
  text
    .replace(/\\\n/g, ' ')
    .replace(/^.*?: /, '')
    .split(/\s+/)
    .filter(Boolean);

const stateOf = (files) =>
  digest(files.map((file) => (existsSync(join(root, file)) ? readFileSync(join(root, file)) : '')));

function replace(path, text, mode = 0o666) {
  writeFileSync(`${path}.${process.pid}`, text, { mode });
  renameSync(`${path}.${process.pid}`, path);
}

/**
 * The path of what `make(path)` made; it returns the files that it read, and
 * is called again only when one of them or the key is another.
 */
function kept(key, make) {
  const name = join(out, digest(key));
  const note = `${name}.json`;
  const known = existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')) : {};
  const old = known.name && join(out, known.name);
  if (old && existsSync(old) && known.state === stateOf(known.files)) return old;
  const draft = `${name}.${process.pid}`;
  const files = make(draft);
  const state = stateOf(files);
  const path = `${name}-${state.slice(0, 8)}`;
  renameSync(draft, path);
  replace(note, JSON.stringify({ name: basename(path), state, files }));
  if (old && old !== path) rmSync(old, { force: true });
  return path;
}

function compile(compiler, args) {
  const { status, stderr, error } = run(compiler, args);
  if (status !== 0) throw new Error(error?.message ?? stderr);
}

function object(compiler, flags, source) {
  return kept([version(compiler), compiler, flags, source], (draft) => {
    const list = `${draft}.d`;
    compile(compiler, [...flags, '-MMD', '-MF', list, '-c', source, '-o', draft]);
    const files = dependencies(readFileSync(list, 'utf8'));
    rmSync(list);
    return files;
  });
}

/**
 * Builds a program of C sources, each a path or [path, flags in place of
 * `flags`]; returns its path, or throws what the compiler said. `link`: flags
 * that only the link takes.
 *
 * @param {{compiler: string, flags: string[], sources: (string | [string, string[]])[], link?: string[]}} of
 */
export function program({ compiler, flags, sources, link = [] }) {
  const objects = sources
    .map((each) => (typeof each === 'string' ? [each, flags] : each))
    .map(([source, own]) => object(compiler, own, source).slice(root.length + 1));
  const path = kept([version(compiler), compiler, flags, link, objects], (draft) => {
    compile(compiler, [...flags, ...link, ...objects, '-o', draft]);
    return objects;
  });
  return link.includes('-shared') ? path : runnable(path, compiler, flags);
}

/** Runs a program to its end and returns what it printed; throws if it failed. */
export function output(path, args = [], options = {}) {
  const { status, signal, stdout, stderr } = run(path, args.map(String), options);
  assert(status === 0, `${args.join(' ')}: ${signal ?? `status ${status}`}\n${stdout}${stderr}`);
  return stdout;
}

/**
 * One test: a program of one C source, built natively in a shape of shapes.js
 * with `flags` more, run with `args`; `expect` sees what it printed.
 */
export function programTest(source, shape, { flags = [], mode = OPTIMISED, args = [] }, expect) {
  const machine = MACHINES[shape.machine];
  const found = compilerFor([...mode, ...machine]);
  const name = [source, shape.name, ...flags, ...args].join(' ');
  testWith(found.missing, name, (t) => {
    const path = program({
      ...found,
      flags: [...C, ...mode, ...machine, ...shape.flags, ...flags],
      sources: [source],
    });
    const printed = output(path, args);
    t.diagnostic(printed.trim().split('\n').at(-1));
    expect(printed);
  });
}
