// SPDX-License-Identifier: MIT OR Apache-2.0
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

export interface LoadOptions extends HeapOptions {
  /** The least number of pages of 64 KiB that memory starts with: 1 to 65536. */
  initial?: number | undefined;
  /** The greatest number of pages that memory may have: 1 to 65536. A compiled module takes none. */
  maximum?: number | undefined;
  /** A shared memory that tlsf-threads.wasm lives in: each thread makes a heap over the same one. */
  memory?: Memory | undefined;
  /**
   * May this thread sleep while another is in the heap, or must it spin? Default: it
   * sleeps where the engine lets it, so not on a browser's main thread nor in an
   * audio worklet.
   */
  mayWait?: boolean | undefined;
}

export interface CreateOptions extends LoadOptions {
  /** The module. Default: the package's own tlsf.wasm. */
  wasm?: Bytes | Module | undefined;
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

  /** Returns a block of at least `size` bytes, aligned to 16, or 0 if memory is exhausted. */
  malloc(size: number): number;
  /** Frees a block; free(0) does nothing. */
  free(pointer: number): void;
  /** Returns a block of `count * size` bytes, all zero, or 0 if memory is exhausted. */
  calloc(count: number, size: number): number;
  /**
   * Changes the size of a block and returns its address, which is another one
   * if the block had to move. Returns 0 if memory is exhausted; the block is
   * then unchanged.
   */
  realloc(pointer: number, size: number): number;
  /**
   * Returns a block whose address is a multiple of `align`, a power of two, or
   * 0 if memory is exhausted.
   */
  aligned_alloc(align: number, size: number): number;
  /**
   * Returns how many bytes of the block may be used: its size, or a little
   * more. usableSize(0) is 0.
   */
  usableSize(pointer: number): number;
  /**
   * The live blocks, in the order of their allocation: a leak report. Only
   * tlsf-checked.wasm, and programs linked with libtlsf-checked.a, know them
   * (docs/debugging.md). It looks at each block as free does, so it throws a
   * WebAssembly.RuntimeError if one was written around, or the list was.
   */
  leaks(): Leak[];
  /**
   * The same as malloc, but it never waits for another thread, and memory does not
   * grow: it returns 0 if that would be needed. tlsf-threads.wasm alone has it.
   */
  tryMalloc(size: number): number;
  /**
   * The same as free, but it never waits for another thread: it returns false if it
   * would have to, and the block then lives on. tlsf-threads.wasm alone has it.
   */
  tryFree(pointer: number): boolean;

  /*
   * stats, walk, check, reset and limit need a program that exports the function
   * tlsf_heap_stats and the like of tlsf_heap.h: docs/heap.md. The modules of
   * the package do not have them. To answer, stats and walk hold a block of 40
   * bytes (80 in wasm64), which they leave out; without memory for it they throw a RangeError.
   */

  /** Counts what the heap holds. It visits every block. */
  stats(): HeapStats;
  /** Returns all blocks, upwards in memory. */
  walk(): HeapBlock[];
  /** Returns 0 if the heap is whole, or the number of an invariant that does not hold. */
  check(): number;
  /** Frees all blocks at once. Every pointer is then invalid; the heap keeps its memory. */
  reset(): void;
  /** Memory grows no further than to `bytes` bytes in all. Infinity is no limit. */
  limit(bytes: number): void;
  /** Grows memory now so that `bytes` bytes need no growth later; false if it can't. */
  reserve(bytes: number): boolean;

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
 * Makes a heap synchronously, of the package's own module or of `wasm`. A
 * runtime that compiles no bytes (Cloudflare Workers) imports
 * 'tlsf-wasm/tlsf.wasm' and passes that.
 */
export function createHeap(options?: CreateOptions): Heap;

/** Makes a heap of a module from elsewhere; a Response may have any MIME type. */
export function loadHeap(
  source: Source | PromiseLike<Source>,
  options?: LoadOptions,
): Promise<Heap>;

/**
 * Makes a heap over an instance that exists already, given its exports: your
 * own program linked with libtlsf.a, or a .wasm that a bundler instantiated.
 */
export function heapOf(exports: Readonly<Record<string, any>>, options?: HeapOptions): Heap;
