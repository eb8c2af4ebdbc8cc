// SPDX-License-Identifier: MIT OR Apache-2.0
// Compiled by test/loader/loader.test.js without lib dom, never run.
import { createHeap } from 'tlsf-wasm';
import { loadHeap } from 'tlsf-wasm/any';
import { record } from 'tlsf-wasm/record';

const heap = createHeap({ wasm: new Uint8Array(8), throws: true });
heap.u8[heap.malloc(8)] = heap.memory.grow(1);
const loaded = loadHeap('https://example.org/tlsf.wasm');

const part: Uint8Array = record(heap, { clock: () => 0 }).end();

// @ts-expect-error: the types are not any
heap.malloc('8');
// @ts-expect-error: the types are not any
heap.u8[0] = 'a';
// @ts-expect-error: the types are not any
loaded.malloc(8);
