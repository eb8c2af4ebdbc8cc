// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js cells.wasm
import { readFile } from 'node:fs/promises';

const [, , file] = process.argv;
if (!file) {
  console.error('usage: node run.js cells.wasm');
  process.exit(1);
}

const load = async (path, imports) =>
  (await WebAssembly.instantiate(await readFile(path), imports)).instance.exports;

const env = { memory: new WebAssembly.Memory({ initial: 1 }) };
const heap = await load(new URL('../../dist/tlsf-given.wasm', import.meta.url), { env });
const { sum_of_squares } = await load(file, { env, heap });

// Two tasks, each with a range of the memory. A cell takes 16 bytes.
const small = heap.tlsf_create(1024, 4096);
const large = heap.tlsf_create(5120, 40000);

console.log(`small: ${sum_of_squares(small, 100)}`);
console.log(`small: ${sum_of_squares(small, 1000) || 'no room for 1000'}`);
console.log(`large: ${sum_of_squares(large, 1000)}`);

// The failure left nothing behind, and so did all these tasks.
for (let i = 0; i < 10000; i++) sum_of_squares(small, 100);
console.log(`small: ${sum_of_squares(small, 100)}`);
