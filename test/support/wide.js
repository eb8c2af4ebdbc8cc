// SPDX-License-Identifier: MIT OR Apache-2.0
// Modules of wasm64 as the suites see them: with Numbers, as those of wasm32.
// Nothing here is of one engine: Node.js 20 also needs tools/memory64.js.
import { isWide, withNumbers } from '../../js/wide.js';

const globalOf = (global) => ({
  get value() {
    return Number(global.value);
  },
  set value(n) {
    global.value = typeof global.value === 'bigint' ? BigInt(n) : n;
  },
});

/** Engines take a BigInt; those with the flag take a Number. */
const memoryOf = (memory) => ({
  get buffer() {
    return memory.buffer;
  },
  grow(pages) {
    try {
      return Number(memory.grow(BigInt(pages)));
    } catch (error) {
      if (error instanceof TypeError) return memory.grow(pages);
      throw error;
    }
  },
});

/**
 * The exports of an instance, with Numbers in place of the BigInts of wasm64. Only one that exports
 * free tells by itself which it is.
 */
export function asNumbers(exports, wide = Boolean(exports.free) && isWide(exports)) {
  if (!wide) return exports;
  const globals = Object.entries(exports)
    .filter(([, value]) => value instanceof WebAssembly.Global)
    .map(([name, value]) => [name, globalOf(value)]);
  return {
    ...withNumbers(exports),
    ...Object.fromEntries(globals),
    memory: memoryOf(exports.memory),
  };
}
