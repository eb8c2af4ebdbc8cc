// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm/raw: the exports of an instance of tlsf.wasm, with nothing around.
import { own } from '../dist/bytes/tlsf.js';

/** @type {typeof import('./raw.js').instantiate} */
export const instantiate = () => {
  /** @type {any} */
  const wasm = own(); // in Cloudflare Workers a module
  return /** @type {any} */ (
    new WebAssembly.Instance(wasm.length ? new WebAssembly.Module(wasm) : wasm).exports
  );
};
