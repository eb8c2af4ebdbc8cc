// SPDX-License-Identifier: MIT OR Apache-2.0
// Records a native program on Linux with glibc: the shim record.c is loaded into
// it and writes events, which become operations on slots.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FREE, MALLOC, REALLOC, slotted } from '../js/recording.js';

/** A failure that the user reads without a stack trace. */
export class RecordError extends Error {}

// The system's programs, before those of a version manager.
export const PATH = `/usr/bin:/bin:${process.env.PATH}`;

/** Bytes of an event: five numbers of 64 bits. */
const EVENT = 40;
const CHUNK = EVENT << 14;

export function need(program, install) {
  if (spawnSync('sh', ['-c', 'command -v "$0"', program], { env: { PATH } }).status === 0) return;
  throw new RecordError(`${program} is missing: install it (Debian: apt-get install ${install})`);
}

export function run({ command, input }, directory, environment = {}) {
  const { error, status, stderr } = spawnSync(command[0], command.slice(1), {
    cwd: directory,
    input: input?.() ?? '',
    maxBuffer: 1 << 30,
    env: { PATH, HOME: directory, LC_ALL: 'C', ...environment },
  });
  if (error) throw error;
  if (status !== 0) throw new RecordError(`${command.join(' ')}: status ${status}\n${stderr}`);
}

/** The shim, compiled into a directory. */
export function compileShim(directory) {
  need('cc', 'gcc libc6-dev');
  const shim = join(directory, 'record.so');
  const source = join(import.meta.dirname, 'record.c');
  const flags = ['-std=c17', '-O2', '-fPIC', '-shared', '-fno-builtin'];
  run({ command: ['cc', ...flags, source, '-o', shim] }, directory);
  return shim;
}

/** What a program needs so that its processes of this name write events into a directory. */
export const environment = (shim, directory, name) => ({
  LD_PRELOAD: shim,
  TRACE_FILE: join(directory, 'events'),
  TRACE_PROGRAM: name,
});

/** The file of events of the largest process that wrote one. */
export function largestIn(directory, name) {
  const files = readdirSync(directory)
    .filter((path) => path.startsWith('events.'))
    .map((path) => join(directory, path));
  if (!files.length)
    throw new RecordError(`no process named ${name} wrote events: is this Linux with glibc?`);
  return files.sort((a, b) => statSync(b).size - statSync(a).size)[0];
}

/** Calls `use` with the events of a file, some at a time, as views of 64-bit numbers. */
function inChunks(file, use) {
  const handle = openSync(file);
  const bytes = Buffer.alloc(CHUNK);
  try {
    for (let n; (n = readSync(handle, bytes, 0, CHUNK)) > 0;)
      use(new BigUint64Array(bytes.buffer, bytes.byteOffset, Math.floor(n / EVENT) * 5));
  } finally {
    closeSync(handle);
  }
}

/**
 * Calls `emit(what, size, nanoseconds)` for each operation of a file of events. Failed requests are
 * left out, and so is the freeing of blocks that were allocated before the recording began.
 */
export function operations(file, emit) {
  let now = 0;
  const { get, give, resize } = slotted((what, size) => emit(what, size, now));
  const add = (kind, from, to, size) => {
    if (kind === FREE || (kind === REALLOC && from && !size)) return give(from);
    if (!to) return undefined;
    return kind === REALLOC ? resize(from, to, size) : get(kind, to, size);
  };
  inChunks(file, (events) => {
    for (let i = 0; i < events.length; i += 5) {
      const [kind = MALLOC, from, to, size, time] = Array.from(events.subarray(i, i + 5), Number);
      now = time;
      add(kind, from, to, size);
    }
  });
}
