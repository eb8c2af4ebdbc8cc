// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js vast.wasm
import { readFile } from 'node:fs/promises';

const [, , file] = process.argv;
if (!file) {
  console.error('usage: node run.js vast.wasm');
  process.exit(1);
}

const bytes = await readFile(file);
const { instance } = await WebAssembly.instantiate(bytes);
const { sum_of, memory } = instance.exports;

// A size_t has 64 bits, so JavaScript passes it as a BigInt.
console.log(`${sum_of(5n * 2n ** 27n)} is the sum`);
console.log(`memory has ${memory.buffer.byteLength > 5 * 2 ** 30 ? 'more' : 'less'} than 5 GiB`);
