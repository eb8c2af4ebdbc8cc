// SPDX-License-Identifier: MIT OR Apache-2.0
// Makes heaps: of the package's own module, of any other, over an instance that
// exists. It runs wherever there is WebAssembly: browsers, workers, Node.js, Deno,
// Bun, Cloudflare.
import { asBytes, limitMemory, obtain } from './bytes.js';
import { heapFrom, PAGE } from './heap.js';
import { importsOf, maySleep } from './imports.js';
import { checked } from './options.js';
import { isBytes, isModule, show } from './values.js';

/** @import { Bytes, CreateOptions, Heap, HeapOptions, LoadOptions, Module, Source } from './index.js' */
/** @import { Adapt, Exports } from './heap.js' */

/**
 * A module or bytes, with the maximum in them if one is asked for.
 *
 * @param {string} call
 * @param {Bytes | Module} wasm
 * @param {number | undefined} maximum
 */
function limited(call, wasm, maximum) {
  if (isBytes(wasm))
    return maximum === undefined ? asBytes(wasm) : limitMemory(call, asBytes(wasm), maximum);
  if (maximum === undefined) return /** @type {WebAssembly.Module} */ (wasm);
  throw new TypeError(
    `${call}: maximum can't be set in a compiled WebAssembly.Module; pass the module's bytes, or link it with --max-memory`,
  );
}

/**
 * The exports of an instance over a memory that is given, as a thread of its heap needs them.
 *
 * @param {string} call
 * @param {Exports} exports
 * @param {CreateOptions} options
 * @returns {Exports}
 */
function joined(call, exports, { memory, mayWait }) {
  if (!memory) return exports;
  if (!exports.tlsf_may_wait)
    throw new Error(
      `${call}: the module does not export tlsf_may_wait; link it with --export=tlsf_may_wait (docs/threads.md)`,
    );
  exports.tlsf_may_wait.value = Number(mayWait ?? maySleep());
  exports.free(exports.malloc(0)); // from now on nobody else's pages are taken for the heap's
  return { ...exports, memory };
}

/**
 * The allocator itself grows memory to `initial` pages: pages that it did not
 * grow are not its own. One request for as much as is missing does so, because a
 * heap begins with less than a page; what a module of more pages had left is
 * asked for by the next one.
 *
 * @param {string} call
 * @param {Heap} heap
 * @param {number} [initial]
 */
function growTo(call, heap, initial = 0) {
  const missing = () => initial - heap.memory.buffer.byteLength / PAGE;
  for (let pages = missing(); missing() > 0; pages += missing())
    if (pages >= PAGE || !heap.reserve(pages * PAGE))
      throw new RangeError(`${call}: memory can't have ${initial} pages at the start`);
}

/**
 * The heap of a fresh instance.
 *
 * @param {string} call
 * @param {WebAssembly.Instance} instance
 * @param {CreateOptions} options
 * @param {Adapt} [adapt]
 */
function start(call, { exports }, options, adapt) {
  const heap = heapFrom(call, joined(call, exports, options), options, adapt);
  growTo(call, heap, options.initial);
  return heap;
}

/**
 * An error that says why no module came about. A page's policy and some runtimes
 * refuse all bytes.
 *
 * @param {string} call
 * @param {unknown} cause
 */
function uncompiled(call, cause) {
  const { message } = /** @type {Error} */ (cause);
  const refused = /disallowed by embedder|Content.Security.Policy|unsafe-eval/i.test(message);
  const help = refused
    ? "; a page needs 'wasm-unsafe-eval' in the script-src of its Content-Security-Policy; " +
      "elsewhere import 'tlsf-wasm/tlsf.wasm' and pass it: createHeap({ wasm }) (docs/javascript.md)"
    : '';
  return new Error(`${call}: the module can't be compiled: ${message}${help}`, { cause });
}

/** @param {any} bytes */
export function compile(bytes) {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw uncompiled('createHeap', cause);
  }
}

const OPTIONS = ['initial', 'maximum', 'throws', 'memory', 'mayWait'];

/**
 * Makes a heap synchronously. Every browser compiles modules under 4 KB
 * synchronously, as the package's are.
 *
 * @param {() => Bytes | Module} own the module, if the options name none
 * @param {CreateOptions} [options]
 * @param {Adapt} [adapt]
 */
export function create(own, options = {}, adapt) {
  const { wasm = own(), maximum } = checked('createHeap', options, ['wasm', ...OPTIONS]);
  if (!isModule(wasm) && !isBytes(wasm)) {
    throw new TypeError(
      `createHeap: wasm must be bytes or a WebAssembly.Module, not ${show(wasm)}; loadHeap takes URLs, Responses and promises`,
    );
  }
  const source = limited('createHeap', wasm, maximum);
  const module = isModule(source) ? source : compile(source);
  const imports = importsOf('createHeap', module, options);
  return start('createHeap', new WebAssembly.Instance(module, imports), options, adapt);
}

/**
 * @param {Source | PromiseLike<Source>} source
 * @param {LoadOptions} [options]
 * @param {Adapt} [adapt]
 */
export async function load(source, options = {}, adapt) {
  const { maximum } = checked('loadHeap', options, OPTIONS);
  const wasm = limited('loadHeap', await obtain(source), maximum);
  const module = isModule(wasm)
    ? wasm
    : await WebAssembly.compile(wasm).catch((cause) => {
        throw uncompiled('loadHeap', cause);
      });
  const imports = importsOf('loadHeap', module, options);
  return start('loadHeap', await WebAssembly.instantiate(module, imports), options, adapt);
}

/**
 * @param {Exports} exports
 * @param {HeapOptions} [options]
 * @param {Adapt} [adapt]
 */
export function over(exports, options = {}, adapt) {
  checked('heapOf', options, ['throws']);
  if (Object(exports) !== exports || exports instanceof WebAssembly.Instance) {
    throw new TypeError(
      `heapOf: exports must be what an instance exports (instance.exports), not ${show(exports)}`,
    );
  }
  return heapFrom('heapOf', exports, options, adapt);
}
