// SPDX-License-Identifier: MIT OR Apache-2.0
// An allocator at work: an instance of its module, and the blocks that a
// recording's slots hold. It does one operation after another, and can be put
// back to a state that it was in. What is asked of it is what a program would
// ask; a build that has only malloc and free gets the rest as a program would
// write it.
import { FREE, MALLOC, REALLOC } from '../../js/recording.js';
import { isWide, withNumbers } from '../../js/wide.js';

export const PAGE = 65536;
const MOST_PAGES = 65536;
/** Where the state of a build begins that lives in the memory of others. */
export const BASE = 16;

/** @typedef {{ name: string, module: WebAssembly.Module, layout?: import('./blocks.js').Layout, exports?: Exports }} Allocator */
/** @typedef {Record<string, any>} Exports */
/** @typedef {{ buffer: ArrayBuffer, slots: Slots, done: number }} State */

/** What a module imports that lives in a memory of others. @type {(module: WebAssembly.Module, shared: boolean) => Record<string, any> | undefined} */
function environment(module, shared) {
  if (!WebAssembly.Module.imports(module).length) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared });
  return { memory, __heap_base: BASE, __heap_end: PAGE };
}

/** An instance, and the memory that it imports. @type {(module: WebAssembly.Module, shared?: boolean) => Exports} */
function instanceOf(module, shared = false) {
  const env = environment(module, shared);
  try {
    const { exports } = new WebAssembly.Instance(module, env && { env });
    return { ...exports, memory: env?.memory ?? exports.memory };
  } catch (error) {
    // Only a module itself knows that its memory is one that threads share.
    if (shared || !env || !(error instanceof WebAssembly.LinkError)) throw error;
    return instanceOf(module, true);
  }
}

/** @type {(exports: Exports) => Exports} */
const numbered = (exports) => (isWide(exports) ? withNumbers(exports) : exports);

/** Grows a memory, which wants a BigInt if its addresses have 64 bits. @type {(memory: any, pages: number) => void} */
function growBy(memory, pages) {
  try {
    memory.grow(pages);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    memory.grow(BigInt(pages));
  }
}

/**
 * A heap over a range that is all of a memory, as a C family. A range does not grow: where it is
 * too short, its owner adds pages to memory and to the range. That is no part of the call's cost.
 *
 * @param {Exports} e
 * @returns {Exports}
 */
function rangedFamily(e) {
  const { memory, instructions } = e;
  const heap = e.tlsf_create(BASE, PAGE - BASE);
  const lengthen = (/** @type {number} */ size) => {
    const end = memory.buffer.byteLength;
    const pages = Math.ceil((size + 2 * BASE) / PAGE);
    if (end / PAGE + pages > MOST_PAGES) return;
    growBy(memory, pages);
    e.tlsf_extend(heap, end, pages * PAGE);
    if (instructions) instructions.value = 0;
  };
  const met = (/** @type {number} */ size, /** @type {() => number} */ ask) => {
    const p = ask();
    if (p) return p;
    lengthen(size);
    return ask();
  };
  return {
    ...e,
    malloc: (/** @type {number} */ n) => met(n, () => e.tlsf_malloc(heap, n)),
    free: (/** @type {number} */ p) => e.tlsf_free(heap, p),
    realloc: (/** @type {number} */ p, /** @type {number} */ n) =>
      met(n, () => e.tlsf_realloc(heap, p, n)),
  };
}

/** An instance's memory and functions. @type {(module: WebAssembly.Module) => Exports} */
export function instantiate(module) {
  const exports = numbered(instanceOf(module));
  return exports.tlsf_create ? rangedFamily(exports) : exports;
}

/** The functions of an allocator, of an instance of its own if it has none yet. @type {(allocator: Allocator) => Exports} */
const exportsOf = ({ exports, module }) => exports ?? instantiate(module);

/** What each slot holds: an address, the bytes that were asked for, and the operation that got them. */
class Slots {
  constructor(length = 256) {
    this.pointer = new Float64Array(length);
    this.size = new Float64Array(length);
    this.born = new Float64Array(length);
  }

  /** The same slots and room for more. @type {(length?: number) => Slots} */
  copy(length = this.pointer.length) {
    const copy = new Slots(length);
    copy.pointer.set(this.pointer);
    copy.size.set(this.size);
    copy.born.set(this.born);
    return copy;
  }
}

export class Machine {
  /** @param {Allocator} allocator */
  constructor(allocator) {
    this.allocator = allocator;
    this.exports = exportsOf(allocator);
    this.slots = new Slots();
    this.done = 0;
  }

  reset() {
    this.exports = exportsOf(this.allocator);
    this.slots = new Slots();
    this.done = 0;
  }

  get memory() {
    return this.exports.memory;
  }

  /** Instructions that the last operation executed, if the module counts them. */
  get instructions() {
    return this.exports.instructions?.value ?? 0;
  }

  get pages() {
    return this.memory.buffer.byteLength / PAGE;
  }

  /** Does an operation; returns the address that it returns, or 0. @type {(what: number, size: number) => number} */
  step(what, size) {
    const slot = what >>> 2;
    if (slot >= this.slots.pointer.length) this.slots = this.slots.copy(2 * (slot + 1));
    const { instructions } = this.exports;
    if (instructions) instructions.value = 0;
    const p = this.#ask(what & 3, this.slots.pointer[slot], size) >>> 0;
    this.#note(slot, what & 3, p, size);
    this.done++;
    return p;
  }

  /** @type {(kind: number, p: number, size: number) => number} */
  #ask(kind, p, size) {
    if (kind === FREE) return this.exports.free(p) ?? 0;
    if (kind === MALLOC) return this.exports.malloc(size);
    if (kind === REALLOC) return this.#realloc(p, size);
    return this.exports.calloc ? this.exports.calloc(1, size) : this.#cleared(size);
  }

  /** @type {(size: number) => number} */
  #cleared(size) {
    const p = this.exports.malloc(size) >>> 0;
    if (p) new Uint8Array(this.memory.buffer, p, size).fill(0);
    return p;
  }

  /** @type {(p: number, size: number) => number} */
  #realloc(p, size) {
    const { realloc, malloc, free } = this.exports;
    if (realloc) return realloc(p, size);
    const q = malloc(size) >>> 0;
    if (!q || !p) return q;
    const old = this.slots.size[this.slots.pointer.indexOf(p)];
    new Uint8Array(this.memory.buffer).copyWithin(q, p, p + Math.min(old, size));
    free(p);
    return q;
  }

  /** @type {(slot: number, kind: number, p: number, size: number) => void} */
  #note(slot, kind, p, size) {
    const { slots } = this;
    if (!p && kind === REALLOC) return; // the block is as it was
    slots.pointer[slot] = p;
    slots.size[slot] = size;
    if (kind !== REALLOC) slots.born[slot] = this.done;
  }

  /** All that is needed to come back to this state. @returns {State} */
  save() {
    return { buffer: this.memory.buffer.slice(0), slots: this.slots.copy(), done: this.done };
  }

  /** Memory never becomes smaller, so an earlier state needs another instance. @type {(state: State) => void} */
  restore({ buffer, slots, done }) {
    this.reset();
    const missing = buffer.byteLength / PAGE - this.pages;
    if (missing > 0) growBy(this.memory, missing);
    new Uint8Array(this.memory.buffer).set(new Uint8Array(buffer));
    this.slots = slots.copy();
    this.done = done;
  }

  /** The slots that hold a block now. */
  live() {
    const { pointer } = this.slots;
    const live = [];
    for (let slot = 0; slot < pointer.length; slot++) if (pointer[slot]) live.push(slot);
    return live;
  }
}
