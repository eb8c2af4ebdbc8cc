// SPDX-License-Identifier: MIT OR Apache-2.0
// Blocks of a heap as objects: typed arrays, copies and text in it, and scopes
// that free what was made in them.
import { exhausted, refuse, tag } from './values.js';
import { getterOf } from './views.js';

/** @import { Block, Heap, Scope } from './index.js' */

/** The method that `using` calls; an engine that lacks `using` may lack the symbol. */
const DISPOSE = Symbol.dispose ?? 'dispose';

/**
 * The functions of a heap that speak of typed arrays and text.
 *
 * @param {Heap} heap which has malloc, free, memory and its views
 * @param {(what: string, value: unknown) => number} check
 * @param {() => number} era changes when all blocks are freed at once
 */
export function blocksOf(heap, check, era) {
  /**
   * A block as an object. Once it is freed, or the era ended, each use of it throws.
   *
   * @type {(call: string, Type: any, length: number, bytes: number) => any}
   */
  const make = (call, Type, length, bytes) => {
    let pointer = 0;
    try {
      pointer = heap.malloc(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    if (!pointer) exhausted(heap.memory, call, bytes);
    const born = era();
    const current = getterOf(heap.memory, (buffer) => new Type(buffer, pointer, length));
    const isLive = () => pointer && born === era();
    const live = () => {
      if (!isLive()) throw new Error('this block was freed already');
      return pointer;
    };
    const dispose = () => {
      if (!isLive()) return;
      heap.free(pointer);
      pointer = 0;
    };
    const free = () => {
      live();
      dispose();
    };
    // Getters of an object literal are not inlined by V8.
    return Object.defineProperties(
      { length, free, [DISPOSE]: dispose },
      {
        pointer: { get: live, enumerable: true },
        view: { get: () => live() && current(), enumerable: true },
      },
    );
  };

  /** @type {(call: string, Type: any, length: number) => number} */
  const bytesOf = (call, Type, length) => {
    const size = Type?.prototype?.BYTES_PER_ELEMENT;
    return size
      ? size * check(call, length)
      : refuse(`${call}: type`, 'that of a typed array', Type);
  };
  /** @type {(call: string, Type: any, pointer: number, length: number) => any} */
  const viewAt = (call, Type, pointer, length) => {
    const end = check(call, pointer) + bytesOf(call, Type, length);
    const { buffer } = heap.memory;
    if (end > buffer.byteLength)
      throw new RangeError(
        `${call}: from ${pointer} to ${end} there is no memory: it ends at ${buffer.byteLength}`,
      );
    return new Type(buffer, pointer, length);
  };

  /** @type {Record<string, (...args: any[]) => any>} */
  const makers = {
    /** @type {(Type: any, length: number) => any} */
    alloc(Type, length) {
      const bytes = bytesOf('alloc', Type, length);
      const block = make('alloc', Type, length, bytes);
      heap.u8.fill(0, block.pointer, block.pointer + bytes);
      return block;
    },
    /** @type {(data: any) => any} */
    copyIn(data) {
      const kind = tag(data); // a Buffer is a Uint8Array
      if (!/.Array$|DataView|ArrayBuffer$/.test(kind))
        refuse('copyIn: data', 'a typed array, a DataView or an ArrayBuffer', data);
      const { buffer = data, byteOffset, byteLength, length } = /** @type {any} */ (data);
      const Type = length === undefined ? Uint8Array : /** @type {any} */ (globalThis)[kind];
      const elements = length ?? byteLength;
      let source = new Type(buffer, byteOffset, elements); // throws if its buffer is detached
      if (buffer === heap.memory.buffer) source = source.slice(); // growth detaches it
      const block = make('copyIn', Type, elements, byteLength);
      block.view.set(source);
      return block;
    },
    /** @type {(text: string) => any} */
    string(text) {
      if (typeof text !== 'string') refuse('string: text', 'a string', text);
      const bytes = new TextEncoder().encode(`${text}\0`);
      const block = make('string', Uint8Array, bytes.length - 1, bytes.length);
      heap.u8.set(bytes, block.pointer);
      return block;
    },
  };

  /** What frees the blocks that were made by it, the last one first. */
  const scopeOf = () => {
    /** @type {any[]} */
    const blocks = [];
    const free = () => {
      try {
        for (let block = blocks.pop(); block; block = blocks.pop()) block[DISPOSE]();
      } finally {
        if (blocks.length) free(); // a fault of one block keeps none of the others
      }
    };
    /** @type {any} */
    const scope = { free, [DISPOSE]: free };
    for (const [name, maker] of Object.entries(makers))
      scope[name] = (/** @type {any[]} */ ...args) => {
        const block = maker(...args);
        blocks.push(block);
        return block;
      };
    return scope;
  };

  return {
    ...makers,
    /** @type {(Type: any, pointer: number, length: number) => any} */
    view: (Type, pointer, length) => viewAt('view', Type, pointer, length),
    /** @type {(pointer: number, length?: number) => string} */
    text(pointer, length = heap.u8.indexOf(0, check('text', pointer)) - pointer) {
      if (length === -1 - pointer) throw new RangeError(`text: no byte 0 follows ${pointer}`);
      // A copy: TextDecoder takes no shared or resizable memory.
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        viewAt('text', Uint8Array, pointer, length).slice(),
      );
    },
    /** @type {(work?: (scope: Scope) => any) => any} */
    scope(work) {
      const scope = scopeOf();
      if (!work) return scope;
      let isPending = false;
      try {
        const result = work(scope);
        isPending = typeof result?.then === 'function';
        return isPending ? Promise.resolve(result).finally(scope.free) : result;
      } finally {
        if (!isPending) scope.free();
      }
    },
  };
}
