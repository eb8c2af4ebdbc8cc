// SPDX-License-Identifier: MIT OR Apache-2.0
import type { RangeHeap, RangeOptions } from './index.js';
export * from './index.js';

/**
 * Makes a heap over a range of a memory of yours, and nowhere else: any number of
 * them in one memory. docs/given.md says what a range is.
 *
 * @example
 * import { createHeap } from 'tlsf-wasm/given';
 * const memory = new WebAssembly.Memory({ initial: 2 });
 * const a = createHeap({ memory, base: 0, size: 65536 });
 * const b = createHeap({ memory, base: 65536, size: 65536 });
 * console.log(a.malloc(100) < 65536, b.malloc(100) > 65536); // true true
 */
export function createHeap(options: RangeOptions): RangeHeap;
