// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js primes.wasm
import { readFile } from 'node:fs/promises';

const [, , file] = process.argv;
if (!file) {
  console.error('usage: node run.js primes.wasm');
  process.exit(1);
}

// In a browser: WebAssembly.instantiateStreaming(fetch('primes.wasm')).
const { instance } = await WebAssembly.instantiate(await readFile(file));
const { memory, primes_below, free } = instance.exports;

const pointer = primes_below(100000) >>> 0; // addresses are unsigned
if (pointer === 0) throw new Error('out of memory');

// Made after the call: memory that grows detaches its views.
const words = new Uint32Array(memory.buffer, pointer);
const primes = words.slice(0, words.indexOf(0));
free(pointer);

console.log(`${primes.length} primes, the last is ${primes.at(-1)}`);
