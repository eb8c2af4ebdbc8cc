// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js words.wasm TEXT
import { readFile } from 'node:fs/promises';

const [, , file, text = ''] = process.argv;
if (!file) {
  console.error('usage: node run.js words.wasm TEXT');
  process.exit(1);
}

const { instance } = await WebAssembly.instantiate(await readFile(file));
const { malloc, free, different, memory } = /** @type {any} */ (instance.exports);

const bytes = new TextEncoder().encode(text);
const pointer = malloc(bytes.length);
new Uint8Array(memory.buffer, pointer, bytes.length).set(bytes);
console.log(`${different(pointer, bytes.length)} different words`);
free(pointer);
