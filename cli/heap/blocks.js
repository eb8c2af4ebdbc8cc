// SPDX-License-Identifier: MIT OR Apache-2.0
// A heap's memory as a row of blocks, read from its bytes. It knows headers, and
// nothing of bins. A layout (layouts.js, which is made) says how a build writes
// them. There is one pool: nobody but the heap grows its memory.
//
//   at            payload                  at of the next block
//   |             |                        |
//   [ .. | header | payload ............. ][ .. | header | ...
//   |<- cost ---->|

/**
 * How a build writes its memory; web/layout/layout.h says what each number is. `least` has the least
 * size of each bin.
 *
 * @typedef {{ core: string, least: number[], ranged?: boolean, pair?: boolean } & Record<'word' | 'granule' | 'cost' | 'head' |
 *   'least_block' | 'most' | 'before' | 'own' | 'first' | 'looks' | 'state' | 'map' | 'end' |
 *   'bins' | 'flags' | 'used' | 'slots' | 'stride', number> & Partial<Record<'small' | 'top' |
 *   'remainder', number>>} Layout
 */

/**
 * Reads words of 4 or 8 bytes.
 *
 * @param {ArrayBufferLike} buffer
 * @param {number} bytes
 * @returns {(at: number) => number}
 */
export function wordsOf(buffer, bytes) {
  const words = new Uint32Array(buffer, 0, buffer.byteLength >>> 2);
  const low = (/** @type {number} */ at) => words[at / 4] ?? 0;
  return bytes === 4 ? low : (at) => low(at) + low(at + 4) * 2 ** 32;
}

/** Where blocks are noted, upwards in memory. One that is used again takes no new memory. */
export class Blocks {
  constructor() {
    this.count = 0;
    this.at = new Float64Array(1024);
    this.size = new Float64Array(1024);
    this.used = new Uint8Array(1024);
    /** Bytes of each block before its payload. */
    this.cost = 0;
    /** Where the last block ends. */
    this.end = 0;
  }

  clear(cost = 0) {
    this.count = 0;
    this.cost = cost;
    this.end = 0;
  }

  /** @type {(at: number, size: number, used: number | boolean) => void} */
  add(at, size, used) {
    if (this.count === this.at.length) this.#enlarge();
    this.at[this.count] = at;
    this.size[this.count] = size;
    this.used[this.count++] = used ? 1 : 0;
    this.end = at + size;
  }

  #enlarge() {
    const longer = (/** @type {Float64Array} */ old) => {
      const copy = new Float64Array(2 * old.length);
      copy.set(old);
      return copy;
    };
    this.at = longer(this.at);
    this.size = longer(this.size);
    const { used } = this;
    this.used = new Uint8Array(2 * used.length);
    this.used.set(used);
  }

  /** The number of the last block that begins at an address or below it, or -1. @type {(address: number) => number} */
  below(address) {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at[middle] <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The number of the block that an address is in, or -1. @type {(address: number) => number} */
  find(address) {
    const i = this.below(address);
    return i >= 0 && address < this.at[i] + this.size[i] ? i : -1;
  }

  /** @type {(i: number) => { at: number, payload: number, size: number, used: boolean }} */
  get(i) {
    const at = this.at[i];
    return { at, payload: at + this.cost, size: this.size[i], used: this.used[i] === 1 };
  }
}

/** Has the heap taken memory yet? @type {(buffer: ArrayBufferLike, layout: Layout) => boolean} */
const hasBegun = (buffer, { word, state, end }) => wordsOf(buffer, word)(state + end) !== 0;

/**
 * All blocks of a heap, in the order of their addresses, up to the end marker.
 *
 * @param {ArrayBufferLike} buffer
 * @param {Layout} layout
 * @param {Blocks} [blocks] where to note them
 */
export function readBlocks(buffer, layout, blocks = new Blocks()) {
  blocks.clear(layout.cost);
  if (!hasBegun(buffer, layout)) return blocks;
  const word = wordsOf(buffer, layout.word);
  const { flags, used, cost } = layout;
  const limit = buffer.byteLength - cost;
  const back = cost - layout.word; // the header is the last word of what a block costs
  for (let at = layout.first - cost; at <= limit;) {
    const header = word(at + back);
    const flag = header & flags; // the lowest bits, also of 64
    const size = header - flag;
    if (!size) break;
    blocks.add(at, size, used ? flag & used : flag ^ flags);
    at += size;
  }
  return blocks;
}
