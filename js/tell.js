// SPDX-License-Identifier: MIT OR Apache-2.0
// The functions that only some modules export: those of tlsf_heap.h say what a heap
// holds and how far it may grow; the live blocks; what never waits. They write their answers to memory, so a block is had for as long as
// they take, and left out of the answers.
import { checkTo, exhausted, WORD_MAX } from './values.js';

/** @import { HeapBlock, HeapStats } from './index.js' */
/** @import { Exports } from './heap.js' */

/** Which modules have a function, by how its name begins. */
const WHERE = [
  ['tlsf_try', 'tlsf-threads.wasm has it'],
  ['tlsf_live', 'tlsf-checked.wasm has it'],
  ['', 'programs linked with an archive can have it (docs/heap.md)'],
];

/**
 * An exported function, or one that says that it is missing.
 *
 * @param {Exports} exports
 * @param {string} name
 */
const exported = (exports, name) =>
  exports[name] ??
  (() => {
    const where = WHERE.find(([start]) => name.startsWith(/** @type {string} */ (start)))?.[1];
    throw new Error(
      `${name}: this module does not export ${name}; ${where}; wasm-ld --export=${name} adds it to a program`,
    );
  });

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
 * @param {Exports} functions which take and return Numbers
 * @param {number} most the greatest size
 * @param {() => void} forget is called behind a reset
 */
export function tellingOf(functions, most, forget) {
  const { memory, malloc, free, malloc_usable_size: usableSize } = functions;
  const Words = most > WORD_MAX ? BigUint64Array : Uint32Array;
  /** The bytes of the larger answer. */
  const bytesNeeded = FIELDS.length * Words.BYTES_PER_ELEMENT;
  const check = checkTo(most);
  const f = (/** @type {string} */ name) => exported(functions, name);
  /** @type {(p: number) => number} */
  const unsigned = (p) => (p < 0 ? p + 2 ** 32 : p);
  const stats = f('tlsf_heap_stats');
  const walk = f('tlsf_heap_walk');
  const next = f('tlsf_live_next');
  const order = f('tlsf_live_order');
  const tryMalloc = f('tlsf_try_malloc');
  const tryFree = f('tlsf_try_free');

  /**
   * Calls `ask` with a place for an answer.
   *
   * @template T
   * @param {string} call
   * @param {(place: number) => T} ask
   */
  const answered = (call, ask) => {
    const place = unsigned(malloc(bytesNeeded));
    if (!place) exhausted(memory, call, bytesNeeded);
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
    reset() {
      f('tlsf_heap_reset')();
      forget();
    },
    /** @param {number} bytes */
    limit: (bytes) => void f('tlsf_heap_limit')(check('limit', bytes === Infinity ? most : bytes)),
    leaks() {
      const found = [];
      for (let p = unsigned(next(0)); p; p = unsigned(next(p)))
        found.push({ pointer: p, size: unsigned(usableSize(p)), order: unsigned(order(p)) });
      return found;
    },
    /** @param {number} n */
    tryMalloc: (n) => unsigned(tryMalloc(check('tryMalloc', n))),
    /** @param {number} p */
    tryFree: (p) => Boolean(tryFree(check('tryFree', p))),
  };
}
