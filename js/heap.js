// SPDX-License-Identifier: MIT OR Apache-2.0
// A heap for JavaScript: the exports of an instance with checked arguments,
// unsigned pointers and current views of its memory.
import { blocksOf } from './blocks.js';
import { tellingOf } from './tell.js';
import { isWord, refuse } from './values.js';
import { addViews } from './views.js';
import { isWide, withNumbers } from './wide.js';

/** @import { Heap, HeapOptions, Memory } from './index.js' */
/** @typedef {Readonly<Record<string, any>>} Exports */
/** @typedef {(exports: Exports) => Exports} Adapt what a build adds around its functions */

export const PAGE = 65536;
const WORD_MAX = 2 ** 32 - 1;

/** @type {(value: unknown) => value is number} */
const isWideWord = (value) => Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0;

/**
 * What the functions of a heap take: words of 32 bits; or, if it is of wasm64,
 * of those that a Number holds.
 *
 * @param {boolean} wide
 */
export function checksOf(wide) {
  const isOne = wide ? isWideWord : isWord;
  const range = `an integer from 0 to ${wide ? Number.MAX_SAFE_INTEGER : WORD_MAX}`;
  const hint = wide ? '' : ' (p >>> 0 makes a pointer unsigned)';
  return {
    /** @type {(what: string, value: unknown) => number} */
    size(what, value) {
      if (!isOne(value)) refuse(value, `${what} must be ${range}`);
      return value;
    },
    /** @type {(what: string, value: unknown) => number} */
    pointer(what, value) {
      if (!isOne(value)) refuse(value, `${what} must be ${range}${hint}`);
      return value;
    },
    /** @type {(what: string, value: unknown) => number} */
    alignment(what, value) {
      if (!isOne(value) || value === 0 || BigInt(value) & BigInt(value - 1))
        refuse(value, `${what} must be a power of two`);
      return value;
    },
  };
}

/**
 * Refuses an instance that lacks memory, malloc or free.
 *
 * @param {string} call
 * @param {Exports} exports
 */
function checkExports(call, exports) {
  const functions = ['malloc', 'free'].filter((name) => typeof exports[name] !== 'function');
  const [lacking] = exports.memory?.buffer ? functions : ['memory'];
  if (!lacking) return;
  const flag = lacking === 'memory' ? '--export-memory' : `--export=${lacking}`;
  throw new Error(
    `${call}: the module does not export ${lacking}; a heap needs memory, malloc and free (wasm-ld ${flag})`,
  );
}

/** Which modules have a function, by how its name begins. */
const WHERE = [
  ['tlsf_try', 'tlsf-threads.wasm has it'],
  ['tlsf_live', 'tlsf-checked.wasm has it'],
  ['tlsf_heap', 'programs linked with an archive can have it (docs/heap.md)'],
  ['', 'tlsf.wasm has the whole family'],
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
    const where = WHERE.find(([start]) => name.startsWith(start))?.[1];
    throw new Error(
      `${name}: this module does not export ${name}; ${where}; wasm-ld --export=${name} adds it to a program`,
    );
  });

/**
 * Makes what an allocation returns unsigned, and an error of 0 if that is asked for.
 *
 * @param {Memory} memory
 * @param {boolean | undefined} throws
 * @param {(n: number) => number} unsigned
 */
const resultOf =
  (memory, throws, unsigned) =>
  (/** @type {number} */ p, /** @type {string} */ name, /** @type {number | string} */ bytes) => {
    if (p || !throws) return unsigned(p);
    const pages = memory.buffer.byteLength / PAGE;
    throw new RangeError(
      `${name}: out of memory: ${bytes} bytes asked, memory has ${pages} pages of 64 KiB and can't grow enough`,
    );
  };

/**
 * The heap of an instance; see heapOf. The functions of the C family are called
 * most, and an argument list would take longer, so each is written out.
 *
 * @param {string} call
 * @param {Exports} exports
 * @param {HeapOptions} options
 * @param {Adapt} [adapt]
 * @returns {Heap}
 */
export function heapFrom(call, exports, { throws }, adapt = (functions) => functions) {
  checkExports(call, exports);
  const wide = isWide(exports);
  const functions = adapt(wide ? withNumbers(exports) : exports);
  const f = (/** @type {string} */ name) => exported(functions, name);
  const { memory, malloc, free } = functions;
  const calloc = f('calloc');
  const realloc = f('realloc');
  const aligned = f('aligned_alloc');
  const usable = f('malloc_usable_size');
  const tryMalloc = f('tlsf_try_malloc');
  const tryFree = f('tlsf_try_free');
  const { size, pointer, alignment } = checksOf(wide);
  /** @type {(n: number) => number} */
  const unsigned = (n) => (wide ? n : n >>> 0);
  const result = resultOf(memory, throws, unsigned);
  /** @type {Heap['alignedAlloc']} */
  const alignedAlloc = (align, n) =>
    result(
      aligned(alignment('alignedAlloc: align', align), size('alignedAlloc: size', n)),
      'alignedAlloc',
      n,
    );
  const heap = /** @type {Heap} */ ({
    memory,
    exports,
    malloc: (n) => result(malloc(size('malloc: size', n)), 'malloc', n),
    free: (p) => void free(pointer('free: pointer', p)),
    calloc: (count, n) =>
      result(
        calloc(size('calloc: count', count), size('calloc: size', n)),
        'calloc',
        `${count} x ${n}`,
      ),
    realloc: (p, n) =>
      result(realloc(pointer('realloc: pointer', p), size('realloc: size', n)), 'realloc', n),
    alignedAlloc,
    aligned_alloc: alignedAlloc,
    usableSize: (p) => unsigned(usable(pointer('usableSize: pointer', p))),
    tryMalloc: (n) => unsigned(tryMalloc(size('tryMalloc: size', n))),
    tryFree: (p) => Boolean(tryFree(pointer('tryFree: pointer', p))),
  });
  addViews(heap, memory);
  const telling = tellingOf(heap, wide, f, size);
  return Object.assign(heap, telling, blocksOf(heap, telling.reset, { size, pointer }));
}
