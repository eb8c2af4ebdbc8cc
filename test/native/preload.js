// SPDX-License-Identifier: MIT OR Apache-2.0
// Builds preload.c, and runs programs on it or on the machine's own malloc.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, WARNINGS } from '../../tools/build.js';

/** Shapes of the C family, and the core API, for a 64-bit host. */
export const SHAPES = {
  plain: ['-DTLSF_TAIL=0'],
  full: [],
  fast: ['-DTLSF_FAST=1', '-DTLSF_ALIGN=32'],
  core: ['-Itest/native/core'],
};

const FLAGS = ['-std=gnu17', '-g', '-fno-builtin', '-pthread', ...WARNINGS];

const out = join(root, 'build', 'preload');
mkdirSync(out, { recursive: true });

const compiler = ['gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Is there a compiler and a C library for this machine, ['-m32'] or []? */
export const canCompile = (machine) =>
  process.platform === 'linux' &&
  Boolean(compiler) &&
  spawnSync(compiler, [...machine, '-shared', '-x', 'c', '/dev/null', '-o', join(out, 'probe.so')])
    .status === 0;

/** Compiles files of test/native; throws the compiler's words. */
function compile(name, args) {
  const path = join(out, name);
  const { status, stderr } = spawnSync(compiler, [...FLAGS, ...args, '-o', path], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return path;
}

/** A granule of four words: the default's on 32 bits. */
const flagsOf = (shape, machine) =>
  SHAPES[shape].map((flag) =>
    machine.includes('-m32') ? flag.replace('ALIGN=32', 'ALIGN=16') : flag,
  );

export const buildLibrary = (shape, machine = []) =>
  compile(`${shape}${machine.join('')}.so`, [
    '-O2',
    ...machine,
    ...flagsOf(shape, machine),
    '-Isrc',
    '-Itest/native',
    '-shared',
    '-fPIC',
    'test/native/preload.c',
  ]);

export const buildProgram = (name, machine = []) =>
  compile(`${name}${machine.join('')}`, [
    '-O1',
    ...machine,
    '-Itest/native',
    `test/native/${name}.c`,
  ]);

const RECORD = 64; // struct counts

/** What each process did on our malloc. */
function readCounts(path) {
  const bytes = readFileSync(path);
  const field = (i, n) => Number(bytes.readBigUInt64LE(i * RECORD + 16 + 8 * n));
  const most = bytes.length / RECORD - 1;
  return Array.from({ length: Math.min(field(0, 0), most) }, (_, n) => {
    const i = n + 1;
    const program = bytes.toString('latin1', i * RECORD, i * RECORD + 16).replace(/\0.*/s, '');
    const [process, operations, failures, checks, pages, pools] = [0, 1, 2, 3, 4, 5].map((k) =>
      field(i, k),
    );
    return { program, process, operations, failures, checks, pages, pools };
  });
}

let runs = 0;

/** The environment of programs on `library`, and counts() of what they did. */
export function preload(library, settings = {}) {
  const file = join(out, `counts-${process.pid}-${runs++}`);
  const env = { LD_PRELOAD: library, TLSF_COUNTS: file };
  for (const [name, value] of Object.entries(settings))
    env[`TLSF_${name.toUpperCase()}`] = String(value);
  const counts = () => {
    const records = readCounts(file);
    rmSync(file);
    return records;
  };
  return { env, counts };
}

/** Runs a command to its end: {status, stdout, stderr}. */
export function run(command, args, { input = '', ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { timeout: 900000, ...options });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'])
      child[name].setEncoding('utf8').on('data', (data) => (text[name] += data));
    child
      .on('error', reject)
      .on('close', (code, signal) => resolve({ status: code ?? signal, ...text }));
    child.stdin.on('error', () => {}).end(input); // it may not read
  });
}
