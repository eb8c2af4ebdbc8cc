// SPDX-License-Identifier: MIT OR Apache-2.0
// Blocks of a heap as objects: typed arrays, copies and text in it, and scopes
// that free what was made in them.
import { refuse, tag } from './values.js';
import { getterOf } from './views.js';

/** @import { Block, Heap, Scope, TypedArrayConstructor } from './index.js' */

/** The method that `using` calls; an engine that lacks `using` may lack the symbol. */
const DISPOSE = Symbol.dispose ?? 'dispose';

/**
 * A block as an object. Once it is freed, or the heap was reset, each use of it throws.
 *
 * @param {Heap} heap
 * @param {TypedArrayConstructor} Type
 * @param {number} pointer
 * @param {number} length
 * @param {() => boolean} isForgotten was the heap reset?
 * @returns {Block}
 */
function blockOf(heap, Type, pointer, length, isForgotten) {
  const current = getterOf(heap.memory, (buffer) => new Type(buffer, pointer, length));
  const live = () => {
    if (!pointer || isForgotten()) throw new Error('this block was freed already');
    return pointer;
  };
  const free = () => {
    heap.free(live());
    pointer = 0;
  };
  const dispose = () => {
    if (pointer && !isForgotten()) free();
  };
  // Getters of an object literal are not inlined by V8.
  return Object.defineProperties(/** @type {any} */ ({ length, free, [DISPOSE]: dispose }), {
    pointer: { get: live, enumerable: true },
    view: { get: () => live() && current(), enumerable: true },
  });
}

/**
 * A scope: its functions make blocks that it frees, the last one first.
 *
 * @param {{ [name: string]: (...args: any[]) => Block }} makers
 * @returns {Scope}
 */
function scopeOf(makers) {
  /** @type {any[]} */
  const blocks = [];
  /** @type {(make: (...args: any[]) => Block) => (...args: any[]) => Block} */
  const kept =
    (make) =>
    (...args) => {
      const block = make(...args);
      blocks.push(block);
      return block;
    };
  const free = () => {
    try {
      for (let block = blocks.pop(); block; block = blocks.pop()) block[DISPOSE]();
    } finally {
      if (blocks.length) free(); // a fault of one block keeps none of the others
    }
  };
  const keepers = Object.entries(makers).map(([name, make]) => [name, kept(make)]);
  return /** @type {any} */ ({ ...Object.fromEntries(keepers), free, [DISPOSE]: free });
}

/**
 * Calls `work` with a scope that ends with it; if it returns a promise, with that.
 *
 * @template T
 * @param {Scope} scope
 * @param {(scope: Scope) => T} work
 * @returns {T}
 */
function during(scope, work) {
  let isPending = false;
  try {
    const result = /** @type {any} */ (work(scope));
    isPending = typeof result?.then === 'function';
    return isPending ? /** @type {any} */ (Promise.resolve(result)).finally(scope.free) : result;
  } finally {
    if (!isPending) scope.free();
  }
}

/**
 * The kind of typed array that data is; bytes if it is a DataView or a buffer.
 *
 * @param {any} data
 * @returns {any}
 */
function asArray(data) {
  if (ArrayBuffer.isView(data))
    return 'length' in data ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (!/ArrayBuffer$/.test(tag(data)))
    refuse(data, 'copyIn: data must be a typed array, a DataView or an ArrayBuffer');
  return new Uint8Array(data);
}

/**
 * The functions of a heap that speak of typed arrays and text.
 *
 * @param {Heap} heap which has malloc, free, memory and its views
 * @param {() => void} reset
 * @param {{ [kind in 'size' | 'pointer']: (what: string, value: unknown) => number }} check
 */
export function blocksOf(heap, reset, check) {
  let resets = 0;
  /** @type {(call: string, Type: any, length: number, bytes: number) => any} */
  const make = (call, Type, length, bytes) => {
    const pointer = heap.malloc(bytes);
    const before = resets;
    if (pointer) return blockOf(heap, Type, pointer, length, () => before !== resets);
    throw new RangeError(`${call}: out of memory: ${bytes} bytes asked`);
  };
  /** @type {(Type: any, pointer: number, length: number) => any} */
  const view = (Type, pointer, length) => new Type(heap.memory.buffer, pointer, length);
  const makers = {
    /** @type {(Type: any, length: number) => any} */
    alloc(Type, length) {
      if (!Type?.prototype?.BYTES_PER_ELEMENT)
        refuse(Type, 'alloc: type must be that of a typed array');
      if (!(Number.isSafeInteger(length) && length >= 0))
        refuse(length, 'alloc: length must be an integer from 0 on');
      const bytes = length * Type.BYTES_PER_ELEMENT;
      const block = make('alloc', Type, length, bytes);
      heap.u8.fill(0, block.pointer, block.pointer + bytes);
      return block;
    },
    /** @type {(data: any) => any} */
    copyIn(data) {
      const { buffer, byteOffset, byteLength, length } = asArray(data);
      const Type = /** @type {any} */ (globalThis)[tag(asArray(data))]; // a Buffer is a Uint8Array
      const isOwn = buffer === heap.memory.buffer; // growth detaches it
      const source = new Type(buffer, byteOffset, length); // throws if that was so before
      const block = make('copyIn', Type, length, byteLength);
      block.view.set(isOwn ? view(Type, byteOffset, length) : source);
      return block;
    },
    /** @type {(text: string) => any} */
    string(text) {
      if (typeof text !== 'string') refuse(text, 'string: text must be a string');
      const bytes = new TextEncoder().encode(text);
      const block = make('string', Uint8Array, bytes.length, bytes.length + 1);
      block.view.set(bytes);
      heap.u8[block.pointer + bytes.length] = 0;
      return block;
    },
  };
  return {
    ...makers,
    view,
    reset() {
      reset();
      resets++;
    },
    /** @type {(pointer: number, length?: number) => string} */
    text(pointer, length) {
      const start = check.pointer('text: pointer', pointer);
      const bytes =
        length === undefined
          ? heap.u8.indexOf(0, start) - start
          : check.size('text: length', length);
      if (bytes < 0) throw new RangeError(`text: no byte 0 follows ${start}`);
      // A copy: TextDecoder takes no shared or resizable memory.
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        view(Uint8Array, start, bytes).slice(),
      );
    },
    /** @type {(work?: (scope: Scope) => any) => any} */
    scope: (work) => (work ? during(scopeOf(makers), work) : scopeOf(makers)),
  };
}
