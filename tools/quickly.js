// SPDX-License-Identifier: MIT OR Apache-2.0
// The tools are large modules that run for a short time: V8's optimising
// compiler takes longer over them than it saves.
import { setFlagsFromString } from 'node:v8';

/**
 * What `load` gives. Of the modules that it compiles V8 validates only the
 * functions that run, and keeps each as its quick compiler makes it. Modules
 * that are compiled later are not concerned.
 *
 * @template T
 * @param {() => Promise<T>} load
 */
export async function quickly(load) {
  setFlagsFromString('--no-wasm-tier-up'); // means only what has no dynamic tiering
  setFlagsFromString('--no-wasm-dynamic-tiering');
  setFlagsFromString('--wasm-lazy-validation');
  const loaded = await load();
  setFlagsFromString('--no-wasm-lazy-validation');
  setFlagsFromString('--wasm-dynamic-tiering');
  return loaded;
}
