// SPDX-License-Identifier: MIT OR Apache-2.0
import type { Memory } from './index.js';

/**
 * What tlsf.wasm exports. Sizes and pointers are of 32 bits; JavaScript gets those
 * above 2 GiB negative, so write `>>> 0` behind a call. tlsf_malloc.h documents
 * the functions.
 */
export interface RawExports {
  readonly memory: Memory;
  malloc(size: number): number;
  free(pointer: number): void;
  calloc(count: number, size: number): number;
  realloc(pointer: number, size: number): number;
  aligned_alloc(align: number, size: number): number;
  posix_memalign(out: number, align: number, size: number): number;
  memalign(align: number, size: number): number;
  malloc_usable_size(pointer: number): number;
}

/**
 * A fresh instance's exports, with nothing around: no checks, no views.
 *
 * @example
 * import { instantiate } from 'tlsf-wasm/raw';
 * const { malloc, free, memory } = instantiate();
 * const p = malloc(100) >>> 0;
 * new Uint8Array(memory.buffer, p, 100).fill(7);
 * free(p);
 */
export function instantiate(): RawExports;
