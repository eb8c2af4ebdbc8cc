// SPDX-License-Identifier: MIT OR Apache-2.0
// Runs vast.wasm: node run.js vast.wasm
import { readFile } from 'node:fs/promises';

const bytes = await readFile(process.argv[2]);
const { instance } = await WebAssembly.instantiate(bytes);
const { sum_of, memory } = instance.exports;

// A size_t has 64 bits, so JavaScript passes it as a BigInt.
console.log(`${sum_of(5n * 2n ** 27n)} is the sum`);
console.log(`memory has ${memory.buffer.byteLength > 5 * 2 ** 30 ? 'more' : 'less'} than 5 GiB`);
