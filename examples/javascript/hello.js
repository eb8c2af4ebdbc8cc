// SPDX-License-Identifier: MIT OR Apache-2.0
// The smallest use: node examples/javascript/hello.js
import { createHeap } from 'tlsf-wasm';

const heap = createHeap();

const p = heap.malloc(4 * 8);
for (let i = 0; i < 4; i++) heap.f64[p / 8 + i] = i * i;
console.log(heap.f64.subarray(p / 8, p / 8 + 4).join(' '));
heap.free(p);
