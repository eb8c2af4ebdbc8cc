// SPDX-License-Identifier: MIT OR Apache-2.0
// The build for speed: node examples/javascript/fast.js
import { readFileSync } from 'node:fs';
import { createHeap } from 'tlsf-wasm';

const url = new URL(import.meta.resolve('tlsf-wasm/tlsf-fast.wasm'));
const heap = createHeap({ wasm: readFileSync(url), throws: true });

/** A list of numbers in the heap, lengthened as it fills. */
function squares(count) {
  let capacity = 4;
  let list = heap.malloc(capacity * 4);
  for (let i = 0; i < count; i++) {
    if (i === capacity) {
      capacity *= 2;
      list = heap.realloc(list, capacity * 4);
    }
    heap.u32[list / 4 + i] = i * i;
  }
  return list;
}

const list = squares(1000);
console.log(heap.u32.subarray(list / 4, list / 4 + 1000).at(-1));
heap.free(list);
