// SPDX-License-Identifier: MIT OR Apache-2.0
// The nil block of a checked module that is alone in its memory, at address 0
// (wasm/own/layout.h).
import assert from 'node:assert/strict';

/** Where `prev`, the header and `next` are; the link is never read. */
const FIRST_WORD = { false: 2, true: 0 };
const COUNT = 3;

/** Each wrong word of it is noticed; the heap is then as it was. */
export function nilIsChecked({ memory, check }, wide = false) {
  const Words = wide ? BigUint64Array : Uint32Array;
  const words = new Words(memory.buffer, FIRST_WORD[wide] * Words.BYTES_PER_ELEMENT, COUNT);
  for (let i = 0; i < COUNT; i++) {
    for (let bit = 0; bit < 8 * Words.BYTES_PER_ELEMENT; bit++) {
      words[i] = wide ? 1n << BigInt(bit) : 1 << bit;
      assert.equal(check(), 9, `bit ${bit} of word ${i}`);
      words[i] = wide ? 0n : 0;
    }
  }
  assert.equal(check(), 0);
}
