// SPDX-License-Identifier: MIT OR Apache-2.0
// The functions of tlsf_heap.h for JavaScript: what a heap holds, and how far it
// may grow. They write their answers to memory, so a block is had for as long as
// they take, and left out of the answers.

/** @import { Heap, HeapBlock, HeapStats } from './index.js' */

/** The words of struct tlsf_heap_stats, in order. */
export const FIELDS = /** @type {const} */ ([
  'usedBlocks',
  'usedBytes',
  'freeBlocks',
  'freeBytes',
  'largestFree',
  'heapBytes',
  'pools',
  'growths',
  'pages',
  'fragmentation',
]);

/**
 * @param {Heap} heap
 * @param {boolean} wide is it of wasm64?
 * @param {(name: string) => (...args: number[]) => number} f gives an exported function
 * @param {(what: string, value: unknown) => number} checkSize checks an argument
 */
export function tellingOf({ memory }, wide, f, checkSize) {
  const Words = wide ? BigUint64Array : Uint32Array;
  /** The bytes of the larger answer. */
  const bytesNeeded = FIELDS.length * Words.BYTES_PER_ELEMENT;
  /** @type {(p: number) => number} */
  const unsigned = (p) => (wide ? p : p >>> 0);
  const malloc = f('malloc');
  const free = f('free');
  const usableSize = f('malloc_usable_size');
  const stats = f('tlsf_heap_stats');
  const walk = f('tlsf_heap_walk');
  const next = f('tlsf_live_next');
  const order = f('tlsf_live_order');

  /**
   * Calls `ask` with a place for an answer.
   *
   * @template T
   * @param {string} call
   * @param {(place: number) => T} ask
   */
  const answered = (call, ask) => {
    const place = unsigned(malloc(bytesNeeded));
    if (!place)
      throw new RangeError(`${call}: out of memory: no ${bytesNeeded} bytes for the answer`);
    try {
      return ask(place);
    } finally {
      free(place);
    }
  };

  /** @param {number} place */
  const read = (place) => Array.from(new Words(memory.buffer, place, FIELDS.length), Number);

  return {
    /** @returns {HeapStats} */
    stats: () =>
      answered('stats', (place) => {
        stats(place);
        const words = read(place);
        /** @type {any} */
        const fields = Object.fromEntries(FIELDS.map((name, i) => [name, words[i]]));
        const all = /** @type {HeapStats} */ (fields);
        const own = usableSize(place);
        return { ...all, usedBlocks: all.usedBlocks - 1, usedBytes: all.usedBytes - own };
      }),
    /** @returns {HeapBlock[]} */
    walk: () =>
      answered('walk', (place) => {
        const blocks = [];
        new Uint8Array(memory.buffer, place, bytesNeeded).fill(0);
        while (walk(place)) {
          const [pointer = 0, size = 0, usable = 0] = read(place);
          const used =
            new Uint8Array(memory.buffer, place + 3 * Words.BYTES_PER_ELEMENT, 1)[0] === 1;
          if (pointer !== place) blocks.push({ pointer, size, usable, used });
        }
        return blocks;
      }),
    check: () => f('tlsf_heap_check')(),
    reset: () => void f('tlsf_heap_reset')(),
    /** @param {number} bytes */
    limit: (bytes) => {
      const most = wide ? Number.MAX_SAFE_INTEGER : 2 ** 32 - 1;
      f('tlsf_heap_limit')(checkSize('limit: bytes', bytes === Infinity ? most : bytes));
    },
    /** @param {number} bytes */
    reserve: (bytes) => {
      const p = malloc(checkSize('reserve: bytes', bytes));
      free(p);
      return p !== 0;
    },
    leaks: () => {
      const found = [];
      for (let p = unsigned(next(0)); p; p = unsigned(next(p)))
        found.push({ pointer: p, size: unsigned(usableSize(p)), order: unsigned(order(p)) });
      return found;
    },
  };
}
