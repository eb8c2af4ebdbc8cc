// SPDX-License-Identifier: MIT OR Apache-2.0
// What modules import, and what a thread may do: how an instance over a memory
// comes about.
import { show, tag } from './values.js';

/** @import { CreateOptions } from './index.js' */

/**
 * May this thread sleep? An audio worklet never does, even where the engine lets it. Elsewhere
 * waiting throws where it may not, whatever the value is.
 */
export function maySleep() {
  if ('AudioWorkletGlobalScope' in globalThis) return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}

/**
 * What a module imports that lives in a given memory; see start().
 *
 * @param {string} call
 * @param {WebAssembly.Module} module
 * @param {CreateOptions} options
 * @returns {any}
 */
export function importsOf(call, module, { memory }) {
  if (WebAssembly.Module.exports(module).some(({ name }) => name === 'tlsf_create')) {
    throw new Error(
      `${call}: this module has heaps over ranges: createHeap of tlsf-wasm/given makes them (docs/given.md)`,
    );
  }
  if (memory === undefined) return void checkImports(call, module);
  if (tag(memory) !== 'WebAssembly.Memory')
    throw new TypeError(`${call}: memory must be a WebAssembly.Memory, not ${show(memory)}`);
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
  if (!first) return module;
  if (imports.some(({ name }) => name === '__heap_base')) {
    throw new Error(
      `${call}: the module lives in a memory of yours; instantiate it with ` +
        '{ env: { memory, __heap_base, __heap_end } } and pass { ...instance.exports, memory } to heapOf ' +
        '(docs/runtimes.md)',
    );
  }
  if (imports.some(({ name }) => name === '__heap_end'))
    throw new Error(`${call}: this module lives in a shared memory: pass { memory }`);
  throw new Error(
    `${call}: the module imports ${first.module}.${first.name}; instantiate it yourself and pass its exports to heapOf`,
  );
}
