// SPDX-License-Identifier: MIT OR Apache-2.0
// The index of free blocks, read from a heap's bytes: for each bin whether its
// bit is set, and the blocks of its list. What the core for speed keeps out of
// its bins, the top and the last remainder, is told apart.
import { wordsOf } from './blocks.js';

/** @import { Layout } from './blocks.js' */
/** @typedef {{ lit: boolean, blocks: number[] }} Bin */

/** @type {(buffer: ArrayBufferLike, layout: Layout, bin: number) => boolean} */
function isLit(buffer, { state, map }, bin) {
  const [byte = 0] = new Uint8Array(buffer, state + map + (bin >> 3), 1);
  return Boolean((byte >> (bin & 7)) & 1);
}

/**
 * Where a list ends: at no block, which one build writes as 1; or at the bin, whose links stand
 * where those of a block would.
 *
 * @param {Layout} layout
 * @param {number} slot
 * @returns {(next: number) => boolean}
 */
const endOf = ({ core, head }, slot) =>
  core === 'flat' ? (next) => next <= 1 : (next) => next === slot - head;

/**
 * The list of a bin: where each block begins. A link is an address that the payload of the block
 * lies some bytes behind.
 *
 * @param {ArrayBufferLike} buffer
 * @param {Layout} layout
 * @param {number} bin
 */
function listOf(buffer, layout, bin) {
  const word = wordsOf(buffer, layout.word);
  const bytes = new DataView(buffer);
  const slot = layout.state + layout.slots + bin * layout.stride;
  const isEnd = endOf(layout, slot);
  // A slot of the flat core is not aligned.
  let next =
    layout.word === 4 ? bytes.getUint32(slot, true) : Number(bytes.getBigUint64(slot, true));
  const blocks = [];
  for (; !isEnd(next) && next + layout.head < buffer.byteLength; next = word(next + layout.head)) {
    blocks.push(next + layout.head - layout.cost);
    if (blocks.length > buffer.byteLength / 16) break; // no list: memory was overwritten
  }
  return blocks;
}

/**
 * All bins, from the one of the smallest blocks on.
 *
 * @param {ArrayBufferLike} buffer
 * @param {Layout} layout
 * @returns {Bin[]}
 */
export const readBins = (buffer, layout) =>
  Array.from({ length: layout.bins }, (_, bin) => {
    const lit = isLit(buffer, layout, bin);
    return { lit, blocks: lit ? listOf(buffer, layout, bin) : [] };
  });

/**
 * The blocks that the core for speed keeps apart, by where they begin; undefined if there is none.
 *
 * @param {ArrayBufferLike} buffer
 * @param {Layout} layout
 */
export function readApart(buffer, { core, state, top = 0, remainder = 0, end, word, head, cost }) {
  if (core === 'flat') return {};
  const read = wordsOf(buffer, word);
  const at = (/** @type {number} */ field) => {
    const block = read(state + field);
    return block ? block + head - cost : undefined;
  };
  const first = at(top);
  return { top: first === at(end) ? undefined : first, remainder: at(remainder) };
}

/** The bin that a free block of a size is in. @type {(layout: Layout, size: number) => number} */
export function binOf({ least }, size) {
  let bin = 0;
  while (bin + 1 < least.length && least[bin + 1] <= size) bin++;
  return bin;
}

/** The sizes of a bin: from the least one up to, without it, the next bin's. @type {(layout: Layout, bin: number) => [number, number]} */
export const sizesOf = ({ least, word }, bin) => [least[bin], least[bin + 1] ?? 2 ** (8 * word)];

/** The bytes of the block that a request takes. @type {(layout: Layout, request: number) => number} */
export function blockSize({ granule, cost, own, least_block: smallest }, request) {
  const bytes = Math.ceil((request + own + cost) / granule) * granule;
  return Math.max(bytes, smallest);
}
