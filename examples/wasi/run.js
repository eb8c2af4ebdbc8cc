// SPDX-License-Identifier: MIT OR Apache-2.0
// node --no-warnings run.js PROGRAM.wasm [ARGUMENT...]
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [, , file, ...args] = process.argv;
if (!file) {
  console.error('usage: node --no-warnings run.js PROGRAM.wasm [ARGUMENT...]');
  process.exit(1);
}

const wasi = new WASI({
  version: 'preview1',
  // Without arguments Node.js refuses to hand them over, and wasi-libc exits with 71.
  args: [file, ...args],
  env: process.env,
  preopens: { '.': '.' }, // the files that the program may use: those of this directory
});
const { instance } = await WebAssembly.instantiate(await readFile(file), wasi.getImportObject());
process.exitCode = wasi.start(instance);
