// SPDX-License-Identifier: MIT OR Apache-2.0
// Builds preload.c, and runs programs on it or on the machine's own malloc.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hostFlags, root } from '../../tools/build.js';
import { BUILDS } from '../../tools/builds.js';
import { C, compilerFor, preloaded, program } from '../support/native.js';
import { families, shape } from '../support/shapes.js';

/** Each build of the C family; and the core API, made into a build of its own. */
const { check, index } = BUILDS.core;
const CORE = { source: 'src/preload/core.c', check, index, host: {} };
export const NAMES = [...families, 'core'];

const flagsOf = (name, machine) =>
  name === 'core' ? ['-Itest', ...hostFlags(CORE, machine)] : shape(name, machine).flags;

const out = join(root, 'build', 'preload');
mkdirSync(out, { recursive: true });

const FLAGS = ['-fno-builtin', '-pthread'];

/** False, or what is missing for a machine, '-m64' or '-m32'. */
export const missing = (machine) =>
  process.platform === 'linux'
    ? compilerFor([machine]).missing
    : 'LD_PRELOAD is tested on Linux with glibc only';

export const buildLibrary = (name, machine = '-m64') =>
  program({
    ...compilerFor([machine]),
    flags: [...C, ...FLAGS, '-O2', machine, '-fPIC', ...flagsOf(name, machine)],
    sources: ['test/preload/preload.c'],
    link: ['-shared'],
  });

/**
 * A program on whatever malloc there is: <malloc.h> is the C library's. File offsets have 64 bits,
 * since those of a kernel of 64 bits do not fit in 32.
 */
export const buildProgram = (name, machine = '-m64') =>
  program({
    ...compilerFor([machine]),
    flags: [...C, ...FLAGS, '-D_FILE_OFFSET_BITS=64', '-O1', machine],
    sources: [`test/preload/${name}.c`],
  });
const RECORD = 64; // struct counts

/** What each process did on our malloc. */
function readCounts(path) {
  const bytes = readFileSync(path);
  const field = (i, n) => Number(bytes.readBigUInt64LE(i * RECORD + 16 + 8 * n));
  const most = bytes.length / RECORD - 1;
  return Array.from({ length: Math.min(field(0, 0), most) }, (_, n) => {
    const i = n + 1;
    const name = bytes.toString('latin1', i * RECORD, i * RECORD + 16).replace(/\0.*/s, '');
    const [process, operations, failures, checks, pages, pools] = [0, 1, 2, 3, 4, 5].map((k) =>
      field(i, k),
    );
    return { program: name, process, operations, failures, checks, pages, pools };
  });
}

let runs = 0;

/** The environment of programs on `library`, and counts() of what they did. */
export function preload(library, settings = {}, machine = '-m64') {
  const file = join(out, `counts-${process.pid}-${runs++}`);
  const { compiler } = compilerFor([machine]);
  const env = { ...preloaded(compiler, [machine], library), TLSF_COUNTS: file };
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
