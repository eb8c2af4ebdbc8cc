// SPDX-License-Identifier: MIT OR Apache-2.0
// Structural where the DOM's names would do: a project without lib "dom" knows
// no WebAssembly.Memory and no Response.

/** The bytes of a module. */
export type Bytes = ArrayBuffer | ArrayBufferView;

/** A WebAssembly.Module, which TypeScript's libraries declare as empty. */
export type Module = object & { then?: never; href?: never; arrayBuffer?: never };

/** What is used of a Response. */
export interface ResponseLike {
  readonly ok?: boolean;
  readonly status?: number;
  readonly statusText?: string;
  readonly url?: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What loadHeap takes: a URL as text or object, a Response, bytes or a module. */
export type Source = string | { readonly href: string } | ResponseLike | Bytes | Module;

export interface HeapOptions {
  /** An exhausted heap throws a RangeError instead of returning 0. Default: false. */
  throws?: boolean | undefined;
}

export interface LoadOptions extends HeapOptions {
  /** Pages of 64 KiB that memory has at the start, at least: 1 to 65536. */
  initial?: number | undefined;
  /** Pages that memory never exceeds: 1 to 65536. Not for a compiled module. */
  maximum?: number | undefined;
}

export interface CreateOptions extends LoadOptions {
  /** The module, if not the package's own tlsf.wasm. */
  wasm?: Bytes | Module | undefined;
}

/** A WebAssembly.Memory. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/**
 * A heap. Pointers and sizes are integers from 0 to 4294967295; the functions
 * need no `this`. A function that the module lacks (tlsf-min.wasm has malloc
 * and free only) throws an Error that says so when it is called.
 *
 * The views span all of memory and are made anew when it has grown: write
 * `heap.u8[p]` each time and keep none across an allocation. A view of wider
 * elements counts in these: `heap.f64[p / 8]`, `heap.u32[p >>> 2]`.
 */
export interface Heap {
  readonly memory: Memory;
  /** The instance's exports as they are: pass them to another module as imports. */
  readonly exports: Readonly<Record<string, any>>;

  /** A block of at least `size` bytes, aligned to 16; 0 if there is none. */
  malloc(size: number): number;
  /** Gives a block back; 0 is let pass. */
  free(pointer: number): void;
  /** `count * size` bytes, all zero; 0 if there are none. */
  calloc(count: number, size: number): number;
  /** The block at another size, moved if need be; 0 if there is none, and the block stays as it was. */
  realloc(pointer: number, size: number): number;
  /** A block whose address is a multiple of `align`, a power of two; 0 if there is none. */
  aligned_alloc(align: number, size: number): number;
  /** Bytes that may be used at `pointer`: what was asked for, or a little more; 0 at 0. */
  usableSize(pointer: number): number;

  // ReturnType: of ArrayBuffer where TypeScript (5.7 and newer) tells buffers apart.
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
 * A heap, at once: of the package's own module, or of `wasm`. Where no bytes
 * may be compiled (Cloudflare Workers) import 'tlsf-wasm/tlsf.wasm' and pass it.
 */
export function createHeap(options?: CreateOptions): Heap;

/** A heap of a module from elsewhere; a Response may have any MIME type. */
export function loadHeap(
  source: Source | PromiseLike<Source>,
  options?: LoadOptions,
): Promise<Heap>;

/**
 * A heap over an instance that exists already, given its exports: your own
 * program linked with libtlsf.a, or a .wasm that a bundler instantiated.
 */
export function heapOf(exports: Readonly<Record<string, any>>, options?: HeapOptions): Heap;
