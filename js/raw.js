// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm/raw: the exports of an instance of tlsf.wasm, with nothing around.
import { own } from '../dist/bytes/tlsf.js';

/** @type {typeof import('./raw.js').instantiate} */
export const instantiate = () =>
  /** @type {any} */ (
    new WebAssembly.Instance(new WebAssembly.Module(/** @type {any} */ (own()))).exports
  );
