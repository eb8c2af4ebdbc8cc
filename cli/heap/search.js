// SPDX-License-Identifier: MIT OR Apache-2.0
// Where malloc looks for a block, step by step, as the sources of each core do
// it (src/flat/look.h, src/fast/heap.h). It foretells from the state before a
// call; tests compare that with what the call then returns.
import { binOf } from './bins.js';

/** @import { Layout } from './blocks.js' */
/** @typedef {{ layout: Layout, bins: import('./bins.js').Bin[], apart: { top?: number, remainder?: number }, blocks: import('./blocks.js').Blocks }} Picture */
/**
 * What a search does: the bins that it looks at, the blocks that it sees there, and where the
 * block is had: in the bin of the size, in one above, at the last remainder, at the top; or
 * memory grows.
 *
 * @typedef {{ bin: number, seen: number[], from: 'floor' | 'above' | 'remainder' | 'top' | 'growth', found?: number, in?: number }} Search
 */

/** @type {(picture: Picture, at: number) => number} */
export const sizeAt = ({ blocks }, at) => blocks.size[blocks.find(at)] ?? 0;

/** The next bin above that holds a block, or -1. @type {(picture: Picture, bin: number) => number} */
const nextLit = ({ bins }, bin) => bins.findIndex(({ lit }, i) => i > bin && lit);

/** @type {(picture: Picture, search: Search) => Search | undefined} */
function above(picture, search) {
  const bin = nextLit(picture, search.bin);
  if (bin < 0) return undefined;
  return { ...search, from: 'above', found: picture.bins[bin].blocks[0], in: bin };
}

/** The first blocks of the size's own bin; one of them may be large enough. @type {(picture: Picture, size: number) => Search} */
function floor(picture, size) {
  const bin = binOf(picture.layout, size);
  const seen = picture.bins[bin].blocks.slice(0, picture.layout.looks);
  const i = seen.findIndex((at) => sizeAt(picture, at) >= size);
  if (i < 0) return { bin, seen, from: 'growth' };
  return { bin, seen: seen.slice(0, i + 1), from: 'floor', found: seen[i], in: bin };
}

/** @type {(picture: Picture, size: number, search: Search, name: 'top' | 'remainder') => Search | undefined} */
function apart(picture, size, search, name) {
  const at = picture.apart[name];
  const fits = at !== undefined && sizeAt(picture, at) >= size;
  return fits ? { ...search, from: name, found: at } : undefined;
}

/** @type {(picture: Picture, size: number) => Search} */
function findFlat(picture, size) {
  const search = floor(picture, size);
  return search.found === undefined ? (above(picture, search) ?? search) : search;
}

/** @type {(picture: Picture, size: number) => Search} */
function findExact(picture, size) {
  const search = floor(picture, size);
  if (search.found !== undefined) return search;
  const { small = 0 } = picture.layout;
  const isSmall = size < small;
  const remainder = () => apart(picture, size, search, 'remainder');
  const first = isSmall ? remainder() : above(picture, search);
  const second = isSmall ? above(picture, search) : remainder();
  return first ?? second ?? apart(picture, size, search, 'top') ?? search;
}

/** How malloc finds a block of this size. @type {(picture: Picture, size: number) => Search} */
export const searchOf = (picture, size) =>
  picture.layout.core === 'flat' ? findFlat(picture, size) : findExact(picture, size);
