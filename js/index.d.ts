// SPDX-License-Identifier: MIT OR Apache-2.0
/// <reference lib="esnext.disposable" />
// These types describe what is used of a WebAssembly.Memory or a Response and do
// not name them: a project without lib "dom" does not have them.

/** The bytes of a module. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/** A WebAssembly.Module, which TypeScript's libraries declare as empty. */
export type Module = object & { then?: never; href?: never; arrayBuffer?: never };

/** The members of a Response that loadHeap uses. */
export interface ResponseLike {
  readonly ok?: boolean;
  readonly status?: number;
  readonly statusText?: string;
  readonly url?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The sources of loadHeap: a URL as text or as an object, a Response, bytes or a module. */
export type Source = string | { readonly href: string } | ResponseLike | Bytes | Module;

export interface HeapOptions {
  /** An exhausted heap throws a RangeError instead of returning 0. Default: false. */
  throws?: boolean | undefined;
}

export interface PageOptions extends HeapOptions {
  /** The least number of pages of 64 KiB that memory starts with: 1 to 65536. */
  initial?: number | undefined;
  /** The greatest number of pages that memory may have: 1 to 65536. A compiled module takes none. */
  maximum?: number | undefined;
}

export interface CreateOptions extends PageOptions {
  /** The module. Default: the package's own tlsf.wasm. */
  wasm?: Bytes | Module | undefined;
}

/** The options of loadHeap. */
export interface LoadOptions extends PageOptions {
  /** A shared memory that tlsf-threads.wasm lives in: each thread makes a heap over the same one. */
  memory?: Memory | undefined;
  /**
   * May this thread sleep while another is in the heap, or must it spin? Default: it
   * sleeps where the engine lets it, so not on a browser's main thread nor in an
   * audio worklet.
   */
  mayWait?: boolean | undefined;
}

/** The options of createHeap of tlsf-wasm/any, /hard, /checked and /threads. */
export interface AnyOptions extends CreateOptions, LoadOptions {}

/** A typed array, over memory of any kind. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** The constructor of a typed array, such as Float32Array. */
export interface TypedArrayConstructor<T extends TypedArray = TypedArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): T;
}

/**
 * A block of memory as an object. When it is freed each use of it throws, so
 * that a block is not freed twice, nor used after that.
 */
export interface Block<T extends TypedArray = TypedArray> extends Disposable {
  /** The address of the block, for functions of the module. */
  readonly pointer: number;
  /** The elements of the view. */
  readonly length: number;
  /**
   * The block as a typed array, which is always current: it is made anew once
   * memory has grown. Keep it in a variable only while nothing allocates.
   */
  readonly view: T;
  /** Frees the block. `using block = heap.alloc(...)` does so at the end of the scope. */
  free(): void;
}

/** What frees the blocks that were made by it, the last one first. */
export interface Scope extends Disposable {
  alloc: Heap['alloc'];
  copyIn: Heap['copyIn'];
  string: Heap['string'];
  /** Frees them. */
  free(): void;
}

/** A WebAssembly.Memory. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A live block: its size as it was asked for, and the number of its allocation from 1 on. */
export interface Leak {
  readonly pointer: number;
  readonly size: number;
  readonly order: number;
}

/**
 * What a heap of tlsf-wasm/checked or /hard throws where memory was misused. Its `cause` is
 * the engine's trap.
 */
export interface HeapFault extends Error {
  readonly name: 'HeapFault';
  /** An enum tlsf_fault_kind of tlsf_checked.h; undefined with tlsf-hard.wasm. */
  readonly kind: number | undefined;
  /** The block, or where memory is wrong; undefined with tlsf-hard.wasm. */
  readonly pointer: number | undefined;
}

/** What a heap holds: tlsf_heap.h explains each number. Bytes are those that blocks may hold. */
export interface HeapStats {
  readonly usedBlocks: number;
  readonly usedBytes: number;
  readonly freeBlocks: number;
  readonly freeBytes: number;
  /** Bytes of the largest free block. */
  readonly largestFree: number;
  /** Bytes of memory that the heap has, with all headers. They never become fewer. */
  readonly heapBytes: number;
  /** Parts of it, which memory of others divides. */
  readonly pools: number;
  /** How often it took memory. */
  readonly growths: number;
  /** The pages of 64 KiB of all memory. */
  readonly pages: number;
  /** The part of freeBytes that is not in the largest free block, in thousandths. */
  readonly fragmentation: number;
}

/** A block of memory: `size` bytes with its header, `usable` without. */
export interface HeapBlock {
  readonly pointer: number;
  readonly size: number;
  readonly usable: number;
  readonly used: boolean;
}

/**
 * A heap. Pointers and sizes are integers from 0 to 4294967295; with a module
 * of wasm64 to 2^53 - 1, and Numbers there too. The functions need no `this`. A
 * function that the module does not have throws an Error that says so when it is
 * called; tlsf.wasm has the whole family.
 *
 * The views span all of memory and are replaced when memory grows: write
 * `heap.u8[p]` each time and keep no view across an allocation. A view of
 * wider elements is indexed by elements: `heap.f64[p / 8]`, `heap.u32[p >>> 2]`.
 */
export interface Heap {
  readonly memory: Memory;
  /**
   * The exports of the instance, unchecked; those of wasm64 take BigInts. Another module may import the
   * functions, and the memory only if it has no data or stack of its own there:
   * the heap's state lies at the low addresses where a linker puts those. A
   * program with data shares its memory with tlsf-import.wasm: docs/runtimes.md.
   */
  readonly exports: Readonly<Record<string, any>>;

  /**
   * Returns a block of at least `size` bytes, aligned to 16, or 0 if memory is exhausted.
   *
   * @example
   * const p = heap.malloc(100);
   * heap.u8.set([1, 2, 3], p);
   */
  malloc(size: number): number;
  /**
   * Frees a block; free(0) does nothing.
   *
   * @example
   * heap.free(heap.malloc(100));
   */
  free(pointer: number): void;
  /**
   * Returns a block of `count * size` bytes, all zero, or 0 if memory is exhausted.
   *
   * @example
   * const p = heap.calloc(10, 4);
   * console.log(heap.u32[p / 4]); // 0
   */
  calloc(count: number, size: number): number;
  /**
   * Changes the size of a block and returns its address, which is another one
   * if the block had to move. Returns 0 if memory is exhausted; the block is
   * then unchanged.
   *
   * @example
   * const p = heap.realloc(heap.malloc(10), 1000);
   * console.log(heap.usableSize(p) >= 1000); // true
   */
  realloc(pointer: number, size: number): number;
  /**
   * Returns a block whose address is a multiple of `align`, a power of two, or
   * 0 if memory is exhausted.
   *
   * @example
   * console.log(heap.alignedAlloc(4096, 100) % 4096); // 0
   */
  alignedAlloc(align: number, size: number): number;
  /**
   * The name of C for alignedAlloc.
   *
   * @example
   * console.log(heap.aligned_alloc === heap.alignedAlloc); // true
   */
  aligned_alloc(align: number, size: number): number;
  /**
   * Returns how many bytes of the block may be used: its size, or a little
   * more. usableSize(0) is 0.
   *
   * @example
   * console.log(heap.usableSize(heap.malloc(100)) >= 100); // true
   */
  usableSize(pointer: number): number;
  /**
   * Grows memory now so that `bytes` bytes need no growth later; false if it can't.
   * Every module has it.
   *
   * @example
   * heap.reserve(1 << 20);
   * const { buffer } = heap.memory;
   * heap.malloc(1000000);
   * console.log(buffer === heap.memory.buffer); // true
   */
  reserve(bytes: number): boolean;

  /*
   * Blocks as typed arrays. They throw a RangeError if memory is exhausted, with
   * and without the option `throws`.
   */

  /**
   * Makes a block of `length` elements, all zero.
   *
   * @example
   * const samples = heap.alloc(Float32Array, 128);
   * samples.view.set([0.5, 0.25]);
   * console.log(heap.f32[samples.pointer / 4]); // 0.5
   * samples.free();
   */
  alloc<T extends TypedArray>(type: TypedArrayConstructor<T>, length: number): Block<T>;
  /**
   * Makes a block with a copy of a typed array, of the same type; of a DataView
   * or a buffer as a Uint8Array.
   *
   * @example
   * const block = heap.copyIn(Int16Array.of(1, -2, 3));
   * console.log(block.view.join()); // 1,-2,3
   */
  copyIn<T extends TypedArray>(data: T): Block<T>;
  copyIn(data: ArrayBufferLike | DataView): Block<ReturnType<typeof Uint8Array.from>>;
  /**
   * Makes a block with text in UTF-8, which a byte 0 ends: a string of C. The view
   * and length leave that byte out.
   *
   * @example
   * const name = heap.string('tür');
   * console.log(name.length, heap.u8[name.pointer + name.length]); // 4 0
   */
  string(text: string): Block<ReturnType<typeof Uint8Array.from>>;
  /**
   * The text in UTF-8 at a pointer: so many bytes of it, or those before a byte 0.
   *
   * @example
   * const { pointer } = heap.string('read me out');
   * console.log(heap.text(pointer), heap.text(pointer, 4)); // read me out read
   */
  text(pointer: number, length?: number): string;
  /**
   * A typed array over memory at a pointer, whoever allocated it. It is not
   * current any more once memory has grown; `.slice()` makes a copy that stays.
   *
   * @example
   * const p = heap.malloc(8);
   * heap.u8.fill(3, p, p + 8);
   * const copy = heap.view(Uint16Array, p, 4).slice();
   * heap.free(p);
   * console.log(copy[0]); // 771
   */
  view<T extends TypedArray>(type: TypedArrayConstructor<T>, pointer: number, length: number): T;
  /**
   * Calls `work` with a scope, whose blocks are freed when it returns or throws,
   * or when the promise that it returns is settled. Returns what it returns.
   *
   * @example
   * const sum = heap.scope((scope) => {
   *   const data = scope.copyIn(Uint8Array.of(1, 2, 3));
   *   return data.view.reduce((a, b) => a + b);
   * });
   * console.log(sum); // 6
   */
  scope<T>(work: (scope: Scope) => T): T;
  /** A scope that ends by `free`, or by `using scope = heap.scope()`. */
  scope(): Scope;

  // ReturnType, since from TypeScript 5.7 on the type of a view names that of its buffer.
  readonly u8: ReturnType<typeof Uint8Array.from>;
  readonly i8: ReturnType<typeof Int8Array.from>;
  readonly u16: ReturnType<typeof Uint16Array.from>;
  readonly i16: ReturnType<typeof Int16Array.from>;
  readonly u32: ReturnType<typeof Uint32Array.from>;
  readonly i32: ReturnType<typeof Int32Array.from>;
  readonly u64: ReturnType<typeof BigUint64Array.from>;
  readonly i64: ReturnType<typeof BigInt64Array.from>;
  readonly f32: ReturnType<typeof Float32Array.from>;
  readonly f64: ReturnType<typeof Float64Array.from>;
  readonly dataView: DataView;
}

/**
 * A heap of tlsf-wasm/any, /hard, /checked and /threads. A function that the module does
 * not have throws an Error that says so when it is called.
 */
export interface AnyHeap extends Heap {
  /**
   * The live blocks, in the order of their allocation: a leak report. Only
   * tlsf-checked.wasm, and programs linked with libtlsf-checked.a, know them
   * (docs/debugging.md). It looks at each block as free does, so it throws a
   * WebAssembly.RuntimeError if one was written around, or the list was.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm/checked';
   * const checked = createHeap();
   * const pointer = checked.malloc(100);
   * console.log(checked.leaks()[0].size, checked.leaks()[0].pointer === pointer); // 100 true
   */
  leaks(): Leak[];
  /**
   * The same as malloc, but it never waits for another thread, and memory does not
   * grow: it returns 0 if that would be needed. tlsf-threads.wasm alone has it.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm/threads';
   * const memory = new WebAssembly.Memory({ initial: 2, maximum: 9, shared: true });
   * console.log(createHeap({ memory }).tryMalloc(100) > 0); // true
   */
  tryMalloc(size: number): number;
  /**
   * The same as free, but it never waits for another thread: it returns false if it
   * would have to, and the block then lives on. tlsf-threads.wasm alone has it.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm/threads';
   * const memory = new WebAssembly.Memory({ initial: 2, maximum: 9, shared: true });
   * const shared = createHeap({ memory });
   * console.log(shared.tryFree(shared.malloc(100))); // true
   */
  tryFree(pointer: number): boolean;

  /*
   * stats, walk, check, reset and limit need a program that exports the function
   * tlsf_heap_stats and the like of tlsf_heap.h: docs/heap.md. The modules of
   * the package do not have them. To answer, stats and walk hold a block of 40
   * bytes (80 in wasm64), which they leave out; without memory for it they throw a RangeError.
   */

  /**
   * Counts what the heap holds. It visits every block.
   *
   * @example
   * const asked = heapOf(program.exports); // linked with --export=tlsf_heap_stats and the like
   * asked.malloc(100);
   * console.log(asked.stats().usedBlocks); // 1
   */
  stats(): HeapStats;
  /**
   * Returns all blocks, upwards in memory.
   *
   * @example
   * const asked = heapOf(program.exports); // linked with --export=tlsf_heap_stats and the like
   * const p = asked.malloc(100);
   * console.log(asked.walk().some(({ pointer, used }) => pointer === p && used)); // true
   */
  walk(): HeapBlock[];
  /**
   * Returns 0 if the heap is whole, or the number of an invariant that does not hold.
   *
   * @example
   * const asked = heapOf(program.exports); // linked with --export=tlsf_heap_stats and the like
   * console.log(asked.check()); // 0
   */
  check(): number;
  /**
   * Frees all blocks at once. Every pointer is then invalid, and each use of a block that
   * is an object throws; the heap keeps its memory.
   *
   * @example
   * const asked = heapOf(program.exports); // linked with --export=tlsf_heap_stats and the like
   * asked.malloc(100);
   * asked.reset();
   * console.log(asked.stats().usedBlocks); // 0
   */
  reset(): void;
  /**
   * Memory grows no further than to `bytes` bytes in all. Infinity is no limit.
   *
   * @example
   * const asked = heapOf(program.exports); // linked with --export=tlsf_heap_stats and the like
   * asked.limit(4 << 20);
   * console.log(asked.malloc(5 << 20)); // 0
   */
  limit(bytes: number): void;
}

/** The options of createHeap of tlsf-wasm/given. */
export interface RangeOptions extends HeapOptions {
  /** A WebAssembly.Memory of yours, shared or not. */
  memory: Memory;
  /** Where the range begins, in bytes. */
  base: number;
  /** Its bytes; at least 320 at a multiple of 16. */
  size: number;
}

/** What such a heap holds. */
export type RangeStats = Pick<HeapStats, 'usedBlocks' | 'usedBytes' | 'freeBytes' | 'largestFree'>;

/**
 * A heap over a range. It never grows memory. Each function throws once the heap is
 * destroyed.
 */
export interface RangeHeap extends Heap {
  /**
   * Frees all blocks at once, in O(1).
   *
   * @example
   * import { createHeap } from 'tlsf-wasm/given';
   * const memory = new WebAssembly.Memory({ initial: 1 });
   * const range = createHeap({ memory, base: 0, size: 4096 });
   * range.malloc(100);
   * range.reset();
   * console.log(range.stats().usedBlocks); // 0
   */
  reset(): void;
  /**
   * Bytes count the 8 of each block that are not payload. To answer, it holds a
   * block of 16 bytes, which it leaves out; without room for it it throws a RangeError.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm/given';
   * const memory = new WebAssembly.Memory({ initial: 1 });
   * const range = createHeap({ memory, base: 1024, size: 4096 });
   * range.malloc(40);
   * console.log(range.stats().usedBlocks, range.stats().usedBytes); // 1 48
   */
  stats(): RangeStats;
  /**
   * Lengthens the range by the `bytes` bytes behind it; false if memory does not
   * have these. They must be yours.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm/given';
   * const memory = new WebAssembly.Memory({ initial: 1 });
   * const range = createHeap({ memory, base: 0, size: 65536 });
   * memory.grow(1);
   * console.log(range.extend(65536), range.malloc(100000) > 0); // true true
   */
  extend(bytes: number): boolean;
  /**
   * Forgets the heap: its range is yours again.
   *
   * @example
   * import { createHeap } from 'tlsf-wasm/given';
   * const memory = new WebAssembly.Memory({ initial: 1 });
   * createHeap({ memory, base: 0, size: 65536 }).destroy();
   */
  destroy(): void;
}

/**
 * Makes a heap synchronously, of the package's own module or of `wasm`. A page
 * whose Content-Security-Policy lacks 'wasm-unsafe-eval' can't.
 *
 * @example
 * import { createHeap } from 'tlsf-wasm';
 * const own = createHeap({ initial: 4, maximum: 100, throws: true });
 * console.log(own.malloc(100) > 0); // true
 */
export function createHeap(options?: CreateOptions): Heap;
