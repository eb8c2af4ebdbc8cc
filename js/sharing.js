// SPDX-License-Identifier: MIT OR Apache-2.0
// Memories that threads share: what a module in one imports, and whether a
// thread may sleep.
import { refuse, tag } from './values.js';

/** @import { LoadOptions } from './index.js' */
/** @import { Exports } from './heap.js' */

/**
 * May this thread sleep? An audio worklet never does, even where the engine lets it. Elsewhere
 * waiting throws where it may not, whatever the value is.
 */
function maySleep() {
  if ('AudioWorkletGlobalScope' in globalThis) return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a module imports that lives in a given memory. Others must import nothing.
 *
 * @param {string} call
 * @param {WebAssembly.Module} module
 * @param {LoadOptions} options
 */
export function importsOf(call, module, { memory, mayWait, initial, maximum }) {
  if (mayWait !== undefined && (typeof mayWait !== 'boolean' || !memory))
    refuse(`${call}: mayWait`, 'true or false, beside a memory', mayWait);
  if (WebAssembly.Module.exports(module).some(({ name }) => name === 'tlsf_create'))
    throw new Error(
      `${call}: this module has heaps over ranges: createHeap of tlsf-wasm/given makes them (docs/given.md)`,
    );
  if (memory === undefined) return void checkImports(call, module);
  if (tag(memory) !== 'WebAssembly.Memory')
    refuse(`${call}: memory`, 'a WebAssembly.Memory', memory);
  if (initial !== undefined || maximum !== undefined)
    throw new TypeError(`${call}: a memory that is given has its initial and maximum already`);
  const wanted = WebAssembly.Module.imports(module).map(({ name }) => name);
  if (!wanted.includes('memory') || wanted.includes('__heap_base'))
    throw new TypeError(
      `${call}: this module does not live in a memory that is given; tlsf-threads.wasm does`,
    );
  if (tag(memory.buffer) !== 'SharedArrayBuffer')
    throw new TypeError(
      `${call}: memory must be shared: new WebAssembly.Memory({ shared: true, ... })`,
    );
  return { env: { memory, __heap_end: memory.buffer.byteLength } };
}

/**
 * @param {string} call
 * @param {WebAssembly.Module} module
 */
function checkImports(call, module) {
  const imports = WebAssembly.Module.imports(module);
  const [first] = imports;
  if (!first) return;
  if (imports.some(({ name }) => name === '__heap_base'))
    throw new Error(
      `${call}: the module lives in a memory of yours; instantiate it with ` +
        '{ env: { memory, __heap_base, __heap_end } } and pass { ...instance.exports, memory } to heapOf ' +
        '(docs/runtimes.md)',
    );
  if (imports.some(({ name }) => name === '__heap_end'))
    throw new Error(`${call}: this module lives in a shared memory: pass { memory }`);
  throw new Error(
    `${call}: the module imports ${first.module}.${first.name}; instantiate it yourself and pass its exports to heapOf`,
  );
}

/**
 * The exports of an instance over a memory that is given, as a thread of its heap needs them.
 *
 * @param {string} call
 * @param {Exports} exports
 * @param {LoadOptions} options
 * @returns {Exports}
 */
export function joined(call, exports, { memory, mayWait }) {
  if (!memory) return exports;
  if (!exports.tlsf_may_wait)
    throw new Error(
      `${call}: the module does not export tlsf_may_wait; link it with --export=tlsf_may_wait (docs/threads.md)`,
    );
  exports.tlsf_may_wait.value = Number(mayWait ?? maySleep());
  exports.free(exports.malloc(0)); // from now on nobody else's pages are taken for the heap's
  return { ...exports, memory };
}
