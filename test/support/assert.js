// SPDX-License-Identifier: MIT OR Apache-2.0
// Assertions of what runs in every engine: node:assert is of one.

/** Throws unless it holds. */
export function assert(holds, what = 'an assertion does not hold') {
  if (!holds) throw new Error(what);
}

assert.equal = (actual, expected, what = 'a value') =>
  assert(Object.is(actual, expected), `${what}: ${actual}, not ${expected}`);
