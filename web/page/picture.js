// SPDX-License-Identifier: MIT OR Apache-2.0
// What a heap is like at one moment: blocks, bins, who holds which block. An
// allocator of others has no layout, and is seen from outside.
import { binOf, readApart, readBins } from '../../cli/heap/bins.js';
import { Blocks, readBlocks } from '../../cli/heap/blocks.js';
import { PAGE } from '../../cli/heap/machine.js';
import { seenBlocks } from '../../cli/heap/outside.js';
import { statsOf } from '../../cli/heap/stats.js';

/** The row of blocks alone, which is what numbers need. `into` may be written over. */
export function rowOf(machine, into = new Blocks()) {
  const { layout } = machine.allocator;
  const { buffer } = machine.memory;
  const blocks = layout ? readBlocks(buffer, layout, into) : seenBlocks(machine, into);
  return { layout, blocks, slots: machine.slots, bytes: buffer.byteLength };
}

/** The picture of a machine now. */
export function pictureOf(machine, into) {
  const row = rowOf(machine, into);
  const { buffer } = machine.memory;
  return {
    ...row,
    pages: row.bytes / PAGE,
    bins: row.layout ? readBins(buffer, row.layout) : [],
    apart: row.layout ? readApart(buffer, row.layout) : {},
  };
}

/** The numbers of a picture, and the bytes that were asked for. */
export function numbersOf({ blocks, slots, bytes }) {
  let requested = 0;
  for (let i = 0; i < slots.pointer.length; i++) if (slots.pointer[i]) requested += slots.size[i];
  return { ...statsOf(blocks), requested, bytes };
}

/** The slot that holds a block, or -1. */
const slotOf = ({ slots, layout }, payload) =>
  slots.pointer.indexOf(payload + (layout?.before ?? 0));

/** A free block's place in the index, in words. */
function placeOf({ layout, bins, apart }, { at, size }) {
  if (!layout) return { text: 'not handed out: free, or headers' };
  if (at === apart.top) return { text: 'the top: free up to the end of memory, used last' };
  if (at === apart.remainder) return { text: 'the last remainder: small blocks are cut from it' };
  const bin = binOf(layout, size);
  const place = bins[bin].blocks.indexOf(at) + 1;
  return { bin, text: `in bin ${bin}, number ${place} of ${bins[bin].blocks.length} in its list` };
}

/** All that is known of a block. `now` is how many requests were made; its age, how many since it. */
export function blockInfo(picture, i, now) {
  const block = picture.blocks.get(i);
  const slot = block.used ? slotOf(picture, block.payload) : -1;
  const neighbour = (k) => (k >= 0 && k < picture.blocks.count ? picture.blocks.get(k) : undefined);
  return {
    ...block,
    number: i,
    slot,
    pointer: block.payload + (block.used ? (picture.layout?.before ?? 0) : 0),
    requested: slot < 0 ? undefined : picture.slots.size[slot],
    age: slot < 0 ? undefined : now - 1 - picture.slots.born[slot],
    before: neighbour(i - 1),
    behind: neighbour(i + 1),
    place: block.used ? undefined : placeOf(picture, block),
  };
}
