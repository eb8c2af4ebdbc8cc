// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js piles.wasm NUMBER...
import { readFile } from 'node:fs/promises';

const [, , file, ...numbers] = process.argv;
if (!file) {
  console.error('usage: node run.js piles.wasm NUMBER...');
  process.exit(1);
}

const { instance } = await WebAssembly.instantiate(await readFile(file));
const { memory, cards_new, cards_delete, longest_rise } = instance.exports;

const cards = cards_new(numbers.length) >>> 0; // addresses are unsigned
new Int32Array(memory.buffer).set(numbers, cards / 4);
console.log(`the longest rise has ${longest_rise(cards, numbers.length)} numbers`);
cards_delete(cards);
