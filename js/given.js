// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm/given: heaps over ranges of a memory of yours, by tlsf-given.wasm and,
// in a shared memory, tlsf-given-shared.wasm. docs/given.md says what a range is.
import { own } from '../dist/bytes/tlsf-given.js';
import { own as ownShared } from '../dist/bytes/tlsf-given-shared.js';
import { compile } from './create.js';
import { heapFrom } from './heap.js';
import { known } from './options.js';
import { exhausted, refuse, refuseNumber, tag, WORD_MAX } from './values.js';
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
  const module = compile('createHeap', (isShared(memory) ? ownShared : own)());
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  instances.set(memory, exports);
  return exports;
}

/** @type {(what: string, value: unknown) => void} */
function checkWord(what, value) {
  if (typeof value !== 'number' || value >>> 0 !== value)
    refuseNumber(what, `an integer from 0 to ${WORD_MAX}, in bytes`, value);
}

/** @param {RangeOptions} options */
function checked(options) {
  const { memory, base, size } = known('createHeap', options, ['memory', 'base', 'size', 'throws']);
  if (tag(memory) !== 'WebAssembly.Memory')
    refuse('createHeap: memory', 'a WebAssembly.Memory', memory);
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
    const at = heap();
    const bytes = count * n;
    if (bytes > WORD_MAX) return 0;
    const p = e.tlsf_malloc(at, bytes) >>> 0;
    if (p) new Uint8Array(memory.buffer, p, bytes).fill(0);
    return p;
  },
  realloc: (/** @type {number} */ p, /** @type {number} */ n) => e.tlsf_realloc(heap(), p, n),
  aligned_alloc: (/** @type {number} */ align, /** @type {number} */ n) =>
    e.tlsf_aligned_alloc(heap(), align, n),
  malloc_usable_size: (/** @type {number} */ p) => e.tlsf_usable_size(heap(), p),
});

/**
 * What only these heaps have.
 *
 * @param {Exports} e
 * @param {ReturnType<typeof familyOf>} family
 * @param {{ heap: () => number, end: number, era: number, forget: () => void }} range
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
    if (!out) exhausted(memory, 'stats', 16);
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
  reset() {
    e.tlsf_reset(range.heap());
    range.era++;
  },
  destroy() {
    e.tlsf_destroy(range.heap());
    range.era++;
    range.forget();
  },
});

/** @type {typeof import('./given.js').createHeap} */
export function createHeap(options = /** @type {any} */ ({})) {
  const { memory, base, size, throws } = checked(options);
  const e = instanceOf(memory);
  let address = e.tlsf_create(base, size) >>> 0;
  if (!address) {
    const { byteLength } = memory.buffer;
    throw new RangeError(
      `createHeap: no heap fits the ${size} bytes at ${base}: it needs 320 at a multiple of 16, and memory ends at ${byteLength}`,
    );
  }
  const range = {
    end: base + size,
    era: 0,
    heap() {
      if (!address) throw new Error('this heap was destroyed');
      return address;
    },
    forget() {
      address = 0;
    },
  };
  const family = familyOf(e, memory, range.heap);
  const heap = heapFrom('createHeap', family, { throws }, { era: () => range.era });
  return Object.assign(heap, rangeOf(e, family, range));
}
