// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm/given: heaps over ranges of a memory of yours, by tlsf-given.wasm and,
// in a shared memory, tlsf-given-shared.wasm. docs/given.md says what a range is.
import { own } from '../dist/bytes/tlsf-given.js';
import { own as ownShared } from '../dist/bytes/tlsf-given-shared.js';
import { compile } from './create.js';
import { heapFrom } from './heap.js';
import { known } from './options.js';
import { isModule, isWord, refuse, tag } from './values.js';
import { isShared } from './views.js';

/** @import { Memory, RangeOptions } from './index.js' */
/** @import { Exports } from './heap.js' */

/** Bytes that a block takes beside its payload. */
const BLOCK_COST = 8;

/** One instance serves all heaps of a memory. @type {WeakMap<object, Exports>} */
const instances = new WeakMap();

/**
 * @param {Memory} memory
 * @returns {Exports}
 */
function instanceOf(memory) {
  const made = instances.get(memory);
  if (made) return made;
  const wasm = (isShared(memory) ? ownShared : own)();
  const module = isModule(wasm) ? wasm : compile(wasm);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  instances.set(memory, exports);
  return exports;
}

/** @type {(what: string, value: unknown) => void} */
function checkWord(what, value) {
  if (!isWord(value)) refuse(value, `${what} must be an integer from 0 to 4294967295, in bytes`);
}

/** @param {RangeOptions} options */
function checked(options) {
  const { memory, base, size } = known('createHeap', options, ['memory', 'base', 'size', 'throws']);
  if (tag(memory) !== 'WebAssembly.Memory')
    refuse(memory, 'createHeap: memory must be a WebAssembly.Memory');
  checkWord('createHeap: base', base);
  checkWord('createHeap: size', size);
  return options;
}

/**
 * The functions for one range under the names of the C family. Once the heap is
 * destroyed they throw.
 *
 * @param {Exports} e
 * @param {Memory} memory
 * @param {() => number} heap its address
 */
const familyOf = (e, memory, heap) => ({
  memory,
  malloc: (/** @type {number} */ n) => e.tlsf_malloc(heap(), n),
  free: (/** @type {number} */ p) => e.tlsf_free(heap(), p),
  calloc(/** @type {number} */ count, /** @type {number} */ n) {
    const bytes = count * n;
    const p = bytes < 2 ** 32 && e.tlsf_malloc(heap(), bytes) >>> 0;
    if (p) new Uint8Array(memory.buffer, p, bytes).fill(0);
    return Number(p);
  },
  realloc: (/** @type {number} */ p, /** @type {number} */ n) => e.tlsf_realloc(heap(), p, n),
  aligned_alloc: (/** @type {number} */ align, /** @type {number} */ n) =>
    e.tlsf_aligned_alloc(heap(), align, n),
  malloc_usable_size: (/** @type {number} */ p) => e.tlsf_usable_size(heap(), p),
  tlsf_heap_reset: () => e.tlsf_reset(heap()),
});

/**
 * What only these heaps have.
 *
 * @param {Exports} e
 * @param {ReturnType<typeof familyOf>} family
 * @param {{ heap: () => number, end: number, forget: () => void }} range
 */
const rangeOf = (e, { memory, malloc, free }, range) => ({
  exports: e,
  extend(/** @type {number} */ bytes) {
    checkWord('extend: bytes', bytes);
    const extended = Boolean(e.tlsf_extend(range.heap(), range.end, bytes));
    if (extended) range.end += bytes;
    return extended;
  },
  stats() {
    const out = malloc(16) >>> 0;
    if (!out) throw new RangeError('stats: out of memory: no 16 bytes for the answer');
    e.tlsf_stats(range.heap(), out);
    const [blocks = 0, freeBytes = 0, bytes = 0, largestFree = 0] = new Uint32Array(
      memory.buffer,
      out,
      4,
    );
    const answer = (e.tlsf_usable_size(range.heap(), out) >>> 0) + BLOCK_COST;
    free(out);
    return {
      usedBlocks: blocks - 1,
      usedBytes: bytes - answer,
      freeBytes: freeBytes + answer,
      largestFree,
    };
  },
  destroy() {
    e.tlsf_destroy(range.heap());
    range.forget();
  },
});

/** @type {typeof import('./given.js').createHeap} */
export function createHeap(options) {
  const { memory, base, size, throws } = checked(options);
  const e = instanceOf(memory);
  let heap = e.tlsf_create(base, size) >>> 0;
  if (!heap) {
    const { byteLength } = memory.buffer;
    throw new RangeError(
      `createHeap: no heap fits the ${size} bytes at ${base}: it needs 320 at a multiple of 16, and memory ends at ${byteLength}`,
    );
  }
  const range = {
    end: base + size,
    heap() {
      if (!heap) throw new Error('this heap was destroyed');
      return heap;
    },
    forget() {
      heap = 0;
    },
  };
  const family = familyOf(e, memory, range.heap);
  return Object.assign(heapFrom('createHeap', family, { throws }), rangeOf(e, family, range));
}
