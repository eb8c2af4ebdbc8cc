// SPDX-License-Identifier: MIT OR Apache-2.0
// Instances of wasm64: an address is a BigInt where JavaScript passes or gets
// it. A Number holds each address that a memory can have, and is quicker.

/** @typedef {Readonly<Record<string, any>>} Exports */

/**
 * Does free take a BigInt? If not, the call throws before the function begins;
 * and to free address 0 does nothing.
 *
 * @param {Exports} exports
 */
export function isWide({ free }) {
  try {
    free(0n);
    return true;
  } catch {
    return false;
  }
}

/** @type {(value: unknown) => unknown} */
const toNumber = (value) => (typeof value === 'bigint' ? Number(value) : value);

/**
 * A function of such an instance for Numbers. (A list of arguments takes longer.)
 *
 * @param {(...args: bigint[]) => unknown} f
 * @returns {(...args: number[]) => unknown}
 */
function withNumber(f) {
  if (f.length === 1) return (a) => toNumber(f(BigInt(a)));
  if (f.length === 2) return (a, b) => toNumber(f(BigInt(a), BigInt(b)));
  return (...args) => toNumber(f(...args.map(BigInt)));
}

/**
 * The exports of such an instance; its functions take and return Numbers, which
 * are 64 bits wide in the module.
 *
 * @param {Exports} exports
 * @returns {Exports}
 */
export const withNumbers = (exports) =>
  Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? withNumber(value) : value,
    ]),
  );
