// SPDX-License-Identifier: MIT OR Apache-2.0
// The functions of tlsf_heap.h for JavaScript: what a heap holds, and how far it
// may grow. They write their answers to memory, so a block is had for as long as
// they take, and left out of the answers.

/** @import { HeapBlock, HeapStats, Memory } from './index.js' */

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
 * @param {Memory} memory
 * @param {boolean} wide is it of wasm64?
 * @param {(name: string) => (...args: number[]) => number} exported gives an exported function
 */
export function tellingOf(memory, wide, exported) {
  const Words = wide ? BigUint64Array : Uint32Array;
  /** The bytes of the larger answer. */
  const bytesNeeded = FIELDS.length * Words.BYTES_PER_ELEMENT;
  /** @type {(p: number) => number} */
  const unsigned = (p) => (wide ? p : p >>> 0);
  const malloc = exported('malloc');
  const free = exported('free');
  const usableSize = exported('malloc_usable_size');
  const stats = exported('tlsf_heap_stats');
  const walk = exported('tlsf_heap_walk');

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
    check: () => exported('tlsf_heap_check')(),
    reset: () => void exported('tlsf_heap_reset')(),
    /** @param {number} bytes */
    limit: (bytes) => void exported('tlsf_heap_limit')(bytes),
    /** @param {number} bytes */
    reserve: (bytes) => {
      const p = malloc(bytes);
      free(p);
      return p !== 0;
    },
  };
}
