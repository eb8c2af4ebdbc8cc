// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js sorted.wasm TEXT
import { readFile } from 'node:fs/promises';

const [, , file, text = ''] = process.argv;
if (!file) {
  console.error('usage: node run.js sorted.wasm TEXT');
  process.exit(1);
}

const { instance } = await WebAssembly.instantiate(await readFile(file));
const { memory, text_new, sorted, free, used_blocks } = instance.exports;

const bytes = new TextEncoder().encode(text);
const given = text_new(bytes.length) >>> 0; // a block of Rust's
new Uint8Array(memory.buffer).set(bytes, given);

const line = sorted(given, bytes.length) >>> 0; // one that C lengthened
if (line === 0) throw new Error('out of memory');
const all = new Uint8Array(memory.buffer, line);
console.log(new TextDecoder().decode(all.slice(0, all.indexOf(0))));

free(line); // JavaScript frees it
console.log(`${used_blocks()} blocks are left`);
