// SPDX-License-Identifier: MIT OR Apache-2.0
// The requests of real programs, which record.js stored in traces/. A file is
// a list of operations, compressed by brotli:
//
//   [ slot << 2 | kind ][ size, unless FREE ] ...   LEB128
//
// A slot holds one block at a time. The slot that was freed last is used next,
// so the numbers of slots stay small.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { numbersOf } from '../test/support/leb.js';

export const TRACES = join(import.meta.dirname, 'traces');
const SUFFIX = '.trace';

/** The traces that nothing is tuned on: four that came last, and two of the others. */
export const HELD_OUT = ['bc', 'cmake', 'git', 'python', 'tcc', 'troff'];

/** The kinds of an operation; driver.c has the same. */
export const [MALLOC, FREE, REALLOC, CALLOC] = [0, 1, 2, 3];

const BROTLI = {
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
};

function varint(bytes, value) {
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
}

/** Encodes pairs of [slot * 4 + kind, size] as the bytes of a file. */
export function encode(ops) {
  const bytes = [];
  for (let i = 0; i < ops.length; i += 2) {
    varint(bytes, ops[i]);
    if ((ops[i] & 3) !== FREE) varint(bytes, ops[i + 1]);
  }
  return brotliCompressSync(Uint8Array.from(bytes), { params: BROTLI });
}

/** The pairs that encode() was given. */
function decode(file) {
  const bytes = brotliDecompressSync(file);
  const ops = [];
  const numbers = numbersOf(bytes);
  while (numbers.at < bytes.length) {
    const what = numbers.next();
    ops.push(what, (what & 3) === FREE ? 0 : numbers.next());
  }
  return Uint32Array.from(ops);
}

/** The names of all traces, sorted. */
export const traceNames = () =>
  readdirSync(TRACES)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .sort();

export const traceFile = (name) => join(TRACES, `${name}${SUFFIX}`);

/**
 * A trace: {ops, length, slots}. `ops` has pairs of [slot * 4 + kind, size],
 * `length` of them, and slots are below `slots`.
 */
export function readTrace(name) {
  const ops = decode(readFileSync(traceFile(name)));
  let slots = 0;
  for (let i = 0; i < ops.length; i += 2) slots = Math.max(slots, (ops[i] >>> 2) + 1);
  return { ops, length: ops.length / 2, slots };
}
