// SPDX-License-Identifier: MIT OR Apache-2.0
// Makes this process take modules of wasm64: V8 before 13.3 (Node.js before 24)
// has memory64 by a flag only, as an older proposal, and up to 4 GiB.
import { setFlagsFromString } from 'node:v8';

/** (module (memory i64 1)) */
const SMALLEST = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 4, 1]);

/** (module (table i64 1 funcref)) */
const TABLE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 4, 4, 1, 112, 4, 1]);

/** The flags that this Node.js needs. */
export const FLAGS64 = ['--experimental-wasm-memory64'].filter(
  () => !WebAssembly.validate(SMALLEST),
);

for (const flag of FLAGS64) setFlagsFromString(flag);

/** Has this engine tables of wasm64 too? What calls by pointers has one. */
export const hasTable64 = WebAssembly.validate(TABLE);
