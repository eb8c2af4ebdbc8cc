// SPDX-License-Identifier: MIT OR Apache-2.0
// A heap for JavaScript: the exports of an instance with checked arguments,
// unsigned pointers and current views of its memory.
import { blocksOf } from './blocks.js';
import { checkTo, exhausted, PAGE, PAGES_MAX, refuseNumber, WORD_MAX } from './values.js';
import { addViews } from './views.js';

/** @import { Heap, HeapOptions } from './index.js' */
/** @typedef {Readonly<Record<string, any>>} Exports */

/** @type {(call: string, name: string) => never} */
const lacks = (call, name) => {
  throw new Error(
    `${call}: the module does not export ${name}; tlsf.wasm does; wasm-ld: --export${name === 'memory' ? '-' : '='}${name}`,
  );
};

/**
 * An exported function, or one that says that it is missing.
 *
 * @param {Exports} exports
 * @param {string} name
 */
const exported = (exports, name) => exports[name] ?? (() => lacks(name, name));

/**
 * The heap of an instance; see heapOf. The functions of the C family are called
 * most, and an argument list would take longer, so each is written out. An entry
 * may put others in place of the exported functions, take larger numbers, and
 * have an era, which changes when all blocks are freed at once.
 *
 * @param {string} call
 * @param {Exports} exports
 * @param {HeapOptions} options
 * @param {{ functions?: Exports, most?: number, era?: () => number }} [differences]
 * @returns {Heap}
 */
export function heapFrom(
  call,
  exports,
  { throws },
  { functions = exports, most = WORD_MAX, era = () => 0 } = {},
) {
  const { memory, malloc, free } = functions;
  for (const name of ['memory', 'malloc', 'free']) if (!functions[name]) lacks(call, name);
  try {
    free(0);
  } catch (cause) {
    throw new Error(`${call}: a module of wasm64 needs tlsf-wasm/any`, { cause });
  }
  const calloc = exported(functions, 'calloc');
  const realloc = exported(functions, 'realloc');
  const aligned = exported(functions, 'aligned_alloc');
  const usable = exported(functions, 'malloc_usable_size');
  const check = checkTo(most);
  /** @type {(p: number) => number} */
  const unsigned = (p) => (p < 0 ? p + 2 ** 32 : p);
  /** @type {(p: number, name: string, bytes: number | string) => number} */
  const result = (p, name, bytes) => (p || !throws ? unsigned(p) : exhausted(memory, name, bytes));
  /** @type {Heap['alignedAlloc']} */
  const alignedAlloc = (align, n) => {
    check('alignedAlloc', align);
    if (!align || 2 ** Math.round(Math.log2(align)) !== align)
      refuseNumber('alignedAlloc: align', 'a power of two', align);
    return result(aligned(align, check('alignedAlloc', n)), 'alignedAlloc', n);
  };
  const heap = /** @type {Heap} */ ({
    memory,
    exports,
    malloc: (n) => result(malloc(check('malloc', n)), 'malloc', n),
    free: (p) => void free(check('free', p)),
    calloc: (count, n) =>
      result(calloc(check('calloc', count), check('calloc', n)), 'calloc', `${count} x ${n}`),
    realloc: (p, n) => result(realloc(check('realloc', p), check('realloc', n)), 'realloc', n),
    alignedAlloc,
    aligned_alloc: alignedAlloc,
    usableSize: (p) => unsigned(usable(check('usableSize', p))),
    reserve(bytes) {
      const p = malloc(check('reserve', bytes));
      free(p);
      return p !== 0;
    },
  });
  addViews(heap, memory);
  return Object.assign(heap, blocksOf(heap, check, era));
}

/**
 * The allocator itself grows memory to `initial` pages: pages that it did not
 * grow are not its own. One request for as much as is missing does so, because a
 * heap begins with less than a page; what a module of more pages had left is
 * asked for by the next one.
 *
 * @template {Heap} T
 * @param {string} call
 * @param {T} heap
 * @param {number} [initial]
 */
export function growTo(call, heap, initial = 0) {
  const missing = () => initial - heap.memory.buffer.byteLength / PAGE;
  for (let pages = missing(); missing() > 0; pages += missing())
    if (pages >= PAGES_MAX || !heap.reserve(pages * PAGE))
      throw new RangeError(
        `${call}: initial: memory can't have ${initial} pages; is maximum less?`,
      );
  return heap;
}
