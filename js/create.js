// SPDX-License-Identifier: MIT OR Apache-2.0
// Makes heaps: of the package's own module, of any other, over an instance that
// exists. It runs wherever there is WebAssembly: browsers, workers, Node.js, Deno,
// Bun, Cloudflare.
import { limitMemory, obtain } from './bytes.js';
import { growTo, heapFrom } from './heap.js';
import { checked, known } from './options.js';
import { isBytes, isModule, refuse, tag } from './values.js';

/** @import { Bytes, CreateOptions, Heap, HeapOptions, LoadOptions, Module, Source } from './index.js' */
/** @import { Exports } from './heap.js' */

/**
 * What an entry does in its own way: its options beside `wasm`, what it gives a
 * module to import, and the heap that it makes of exports.
 *
 * @typedef {{
 *   names: string[],
 *   imports: (call: string, module: WebAssembly.Module, options: any) => any,
 *   heap: (call: string, exports: Exports, options: any) => any,
 * }} Kind
 */

/** @type {Kind} */
export const plain = {
  names: ['initial', 'maximum', 'throws'],
  imports(call, module) {
    const [first] = WebAssembly.Module.imports(module);
    if (first)
      throw new Error(
        `${call}: the module imports ${first.module}.${first.name}; it is for tlsf-wasm/any, /given or /threads`,
      );
  },
  heap: heapFrom,
};

/**
 * The module, or bytes to compile.
 *
 * @param {string} call
 * @param {Bytes | Module} wasm
 * @param {number | undefined} maximum
 */
function limited(call, wasm, maximum) {
  if (isBytes(wasm)) return limitMemory(wasm, maximum);
  if (!isModule(wasm)) refuse(`${call}: wasm`, 'bytes or a WebAssembly.Module', wasm);
  if (maximum)
    throw new TypeError(`${call}: a compiled WebAssembly.Module has its maximum; pass its bytes`);
  return wasm;
}

/**
 * An error that says why no module came about. A page's policy and some runtimes
 * refuse all bytes.
 *
 * @param {string} call
 * @param {any} cause
 * @returns {never}
 */
function uncompiled(call, cause) {
  const mend = /embedder|CSP|eval/.test(cause.message)
    ? "; a page's script-src needs 'wasm-unsafe-eval', a runtime createHeap({ wasm: module }): docs/javascript.md"
    : '';
  throw new Error(`${call}: the module can't be compiled: ${cause.message}${mend}`, { cause });
}

/**
 * @param {string} call
 * @param {any} wasm
 */
export function compile(call, wasm) {
  if (isModule(wasm)) return wasm;
  try {
    return new WebAssembly.Module(wasm);
  } catch (cause) {
    return uncompiled(call, cause);
  }
}

/**
 * Makes a heap synchronously. Every browser compiles modules under 4 KB
 * synchronously, as the package's are.
 *
 * @param {() => Bytes | Module} own the module, if the options name none
 * @param {CreateOptions} [options]
 * @param {Kind} [kind]
 */
export function create(own, options = {}, { names, imports, heap } = plain) {
  const call = 'createHeap';
  const { wasm = own(), maximum, initial } = checked(call, options, ['wasm', ...names]);
  const module = compile(call, limited(call, wasm, maximum));
  const { exports } = new WebAssembly.Instance(module, imports(call, module, options));
  return growTo(call, heap(call, exports, options), initial);
}

/**
 * @param {Source | PromiseLike<Source>} source
 * @param {LoadOptions} [options]
 * @param {Kind} [kind]
 */
export async function load(source, options = {}, { names, imports, heap } = plain) {
  const call = 'loadHeap';
  const { maximum, initial } = checked(call, options, names);
  const wasm = limited(call, await obtain(source), maximum);
  const module = isModule(wasm)
    ? wasm
    : await WebAssembly.compile(wasm).catch((cause) => uncompiled(call, cause));
  const { exports } = await WebAssembly.instantiate(module, imports(call, module, options));
  return growTo(call, heap(call, exports, options), initial);
}

/**
 * @param {Exports} exports
 * @param {HeapOptions} [options]
 * @param {Kind} [kind]
 */
export function over(exports, options = {}, { heap } = plain) {
  const call = 'heapOf';
  known(call, options, ['throws']);
  if (Object(exports) !== exports || tag(exports) === 'WebAssembly.Instance')
    refuse(`${call}: exports`, 'what an instance exports (instance.exports)', exports);
  return heap(call, exports, options);
}
