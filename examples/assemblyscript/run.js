// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js program.wasm
import { readFile } from 'node:fs/promises';

const [, , file] = process.argv;
if (!file) {
  console.error('usage: node run.js program.wasm');
  process.exit(1);
}

const { instance } = await WebAssembly.instantiate(await readFile(file));
const { memory, times } = instance.exports;

// Each round makes some megabytes of strings, which the collector frees.
for (let round = 0; round < 10; round++) times(7, 10000);

console.log(`"seven" is said ${times(7, 10000)} times`);
console.log(`memory has ${memory.buffer.byteLength / 65536} page`);
