// SPDX-License-Identifier: MIT OR Apache-2.0
// A module that imports its memory, made one with a module that has it: then
// it imports nothing, and whatever runs a module of ours runs this one.
import { wasmMerge } from '../../tools/toolchain.js';
import { cached } from './cache.js';
import { PAGE } from './model.js';
import { assemble } from './wat.js';

const FLAGS = ['--enable-bulk-memory', '--enable-bulk-memory-opt', '--enable-threads'];

/** One module of these, {name: bytes}. Of two exports of the same name the first keeps it. */
export const merge = (modules) => wasmMerge(modules, [...FLAGS, '--rename-export-conflicts']);

/** Where such a module may begin, behind data of its own, and where its first pool then lies. */
function placesOf(bytes, shared) {
  const module = new WebAssembly.Module(bytes);
  const pages = 64;
  const start = (__heap_base) => {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: PAGE, shared });
    const env = { memory, __heap_base, __heap_end: pages * PAGE };
    return new WebAssembly.Instance(module, { env }).exports;
  };
  const base = start(PAGE).__heap_base?.value ?? 1040;
  return { base, first: start(base).malloc(0) - 8 };
}

/**
 * The module with `initial` pages of memory, in which it begins at once. As a
 * program does, it exports where its first pool begins as __heap_base.
 */
export const withMemory = (bytes, initial = 1, shared = false) =>
  cached(['in memory', bytes, initial, shared], async () => {
    const { base, first } = placesOf(bytes, shared);
    const program = `(module
      (memory (export "memory") ${initial} ${PAGE}${shared ? ' shared' : ''})
      (global (export "__heap_base") i32 (i32.const ${base}))
      (global (export "__heap_end") i32 (i32.const ${initial * PAGE})))`;
    const tests = `(module (global (export "__heap_base") i32 (i32.const ${first})))`;
    return merge({ tests: assemble(tests), env: assemble(program), ours: bytes });
  });
