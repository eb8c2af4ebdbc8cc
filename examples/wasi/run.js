// SPDX-License-Identifier: MIT OR Apache-2.0
// node --no-warnings run.js reverse.wasm
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [, , file] = process.argv;
if (!file) {
  console.error('usage: node run.js reverse.wasm');
  process.exit(1);
}

const wasi = new WASI({ version: 'preview1' });
const { instance } = await WebAssembly.instantiate(await readFile(file), wasi.getImportObject());
process.exitCode = wasi.start(instance);
