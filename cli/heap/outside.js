// SPDX-License-Identifier: MIT OR Apache-2.0
// An allocator seen from outside, whatever it is: what it handed out, and all
// the rest of its memory, which is its headers, what it rounded up, or free.
import { Blocks } from './blocks.js';

/** Where the first block of an allocator may begin at the earliest. */
const LEAST = 16;

/**
 * The bytes that a program asked for as used blocks, and what is between them as free ones.
 *
 * @param {import('./machine.js').Machine} machine
 * @param {Blocks} [blocks]
 */
export function seenBlocks(machine, blocks = new Blocks()) {
  const { pointer, size } = machine.slots;
  const live = machine.live().sort((a, b) => pointer[a] - pointer[b]);
  blocks.clear();
  let end = LEAST;
  for (const slot of live) {
    const p = pointer[slot];
    if (p > end) blocks.add(end, p - end, false);
    const bytes = Math.max(size[slot], 1);
    blocks.add(p, bytes, true);
    end = p + bytes;
  }
  const limit = machine.memory.buffer.byteLength;
  if (end < limit) blocks.add(end, limit - end, false);
  return blocks;
}
