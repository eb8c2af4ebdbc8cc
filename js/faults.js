// SPDX-License-Identifier: MIT OR Apache-2.0
// Names the misuse that a build found: its trap becomes an Error that says what is
// wrong, and where.

/** @import { Exports } from './heap.js' */

/** By enum tlsf_fault_kind of tlsf_checked.h. */
export const KINDS = [
  'a trap outside of the checks: an address of the heap itself was overwritten',
  'a misaligned pointer, which is never a block',
  "a pointer outside of the heap's memory",
  'a pointer that was freed, or whose block realloc moved',
  'a pointer at which no block begins',
  'bytes before the block were written',
  'bytes behind the block were written',
  'freed memory was written',
  'what the heap itself has there is wrong',
];

const UNNAMED = 'a block that is freed already or foreign, or an overwritten header';

/**
 * What the build noted of its last fault: tlsf-checked.wasm alone does. It is then
 * forgotten, as the next trap may be another one.
 *
 * @param {Exports} exports
 */
function noted({ memory, tlsf_faulted }) {
  if (!tlsf_faulted) return { kind: undefined, pointer: undefined, what: UNNAMED };
  const words = new Uint32Array(memory.buffer, tlsf_faulted() >>> 0, 2);
  const [kind = 0, pointer = 0] = words;
  words.fill(0);
  return { kind, pointer, what: KINDS[kind] };
}

/**
 * A function whose traps are named. The error has kind and pointer too.
 *
 * @param {Exports} exports
 * @param {string} name
 */
const named =
  (exports, name) =>
  (/** @type {number[]} */ ...args) => {
    try {
      return exports[name](...args);
    } catch (cause) {
      if (!(cause instanceof WebAssembly.RuntimeError)) throw cause;
      const { kind, pointer, what } = noted(exports);
      const where = pointer === undefined ? '' : `, at ${pointer}`;
      const error = new Error(`${name}(${args.join(', ')}): ${what}${where}`, { cause });
      throw Object.assign(error, { name: 'HeapFault', kind, pointer });
    }
  };

/**
 * The exports with named traps.
 *
 * @type {(exports: Exports) => Exports}
 */
export const naming = (exports) =>
  Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? named(exports, name) : value,
    ]),
  );
