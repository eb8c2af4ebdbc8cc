// SPDX-License-Identifier: MIT OR Apache-2.0
// Random requests from a seed, as a recording has them.
import { FREE, MALLOC, REALLOC } from '../../js/recording.js';

/** Random numbers from a seed (xorshift): integers below n. @type {(seed: number) => (n: number) => number} */
function randomOf(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

/** Sizes whose powers of two are equally likely, up to a greatest one. @type {(below: (n: number) => number, most: number) => number} */
function someSize(below, most) {
  const power = 2 ** below(Math.floor(Math.log2(most)) + 1);
  return Math.min(power + below(power), most);
}

/**
 * So many operations. About `live` blocks are held; until there are so many, two of three operations
 * get one. One in eight of the others resizes a block.
 *
 * @param {{ seed?: number, count?: number, live?: number, most?: number }} [options]
 */
export function randomLoad({ seed = 1, count = 1000, live = 100, most = 2000 } = {}) {
  const below = randomOf(seed);
  /** @type {number[]} */
  const held = [];
  /** @type {number[]} */
  const vacant = [];
  const ops = new Uint32Array(2 * count);
  let slots = 0;
  const get = () => {
    const slot = vacant.pop() ?? slots++;
    held.push(slot);
    return [slot * 4 + MALLOC, someSize(below, most)];
  };
  const change = () => {
    const i = below(held.length);
    const slot = held[i];
    if (below(8) === 0) return [slot * 4 + REALLOC, someSize(below, most)];
    held[i] = held[held.length - 1];
    held.pop();
    vacant.push(slot);
    return [slot * 4 + FREE, 0];
  };
  const wants = () => !held.length || below(3) < (held.length < live ? 2 : 1);
  for (let i = 0; i < count; i++) ops.set(wants() ? get() : change(), 2 * i);
  return ops;
}
