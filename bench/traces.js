// SPDX-License-Identifier: MIT OR Apache-2.0
// The requests of real programs, which record.js stored in traces/. A file is
// a recording (js/recording.js), compressed by brotli.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { pack, unpack } from '../js/recording.js';

export { CALLOC, FREE, MALLOC, REALLOC } from '../js/recording.js';

export const TRACES = join(import.meta.dirname, 'traces');
const SUFFIX = '.trace';

/** The traces that nothing is tuned on: four that came last, and two of the others. */
export const HELD_OUT = ['bc', 'cmake', 'git', 'python', 'tcc', 'troff'];

const BROTLI = {
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
};

/** Encodes pairs of [slot * 4 + kind, size] as the bytes of a file. */
export const encode = (ops) => brotliCompressSync(pack(ops), { params: BROTLI });

/** The pairs that encode() was given. */
const decode = (file) => unpack(brotliDecompressSync(file)).ops;

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
