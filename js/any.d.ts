// SPDX-License-Identifier: MIT OR Apache-2.0
import type { AnyHeap, AnyOptions, HeapOptions, LoadOptions, Source } from './index.js';
export * from './index.js';

/**
 * The same as createHeap of tlsf-wasm, for a module of wasm64 or in a shared memory too.
 *
 * @example
 * import { createHeap } from 'tlsf-wasm/any';
 * console.log(createHeap().malloc(100) > 0); // true
 */
export function createHeap(options?: AnyOptions): AnyHeap;

/**
 * Makes a heap of a module from elsewhere: a URL (file: in Node.js too), a Response
 * of any MIME type, bytes, a compiled module, or a promise of these.
 *
 * @example
 * import { loadHeap } from 'tlsf-wasm/any';
 * const fast = await loadHeap(import.meta.resolve('tlsf-wasm/tlsf-fast.wasm'));
 * console.log(fast.malloc(100) > 0); // true
 */
export function loadHeap(
  source: Source | PromiseLike<Source>,
  options?: LoadOptions,
): Promise<AnyHeap>;

/**
 * Makes a heap over an instance that exists already, given its exports: your
 * own program linked with libtlsf.a, or a .wasm that a bundler instantiated.
 *
 * @example
 * import { heapOf } from 'tlsf-wasm/any';
 * import { instantiate } from 'tlsf-wasm/raw';
 * console.log(heapOf(instantiate()).malloc(100) > 0); // true
 */
export function heapOf(exports: Readonly<Record<string, any>>, options?: HeapOptions): AnyHeap;
