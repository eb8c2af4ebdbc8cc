// SPDX-License-Identifier: MIT OR Apache-2.0
// Random numbers for every test and every engine: nothing here is of one.

/** Random numbers from a seed (mulberry32): integers below n. */
export function random(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** A size from 0 to 2^bits whose logarithm is evenly spread. */
export const logSize = (below, bits) => below(2 ** below(bits + 1)) + below(2);
