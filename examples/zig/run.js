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
const pointer = malloc(bytes.length) >>> 0;
if (!pointer) throw new RangeError(`no memory for ${bytes.length} bytes`);
new Uint8Array(memory.buffer, pointer, bytes.length).set(bytes);
const words = different(pointer, bytes.length);
free(pointer);
if (words < 0) throw new RangeError('no memory for the words');
console.log(`${words} different words`);
