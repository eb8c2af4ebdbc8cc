// SPDX-License-Identifier: MIT OR Apache-2.0
// What a row of blocks amounts to: the numbers of tlsf_heap_stats.

/** @import { Blocks } from './blocks.js' */

/**
 * Bytes of a block are those of its payload, as tlsf_heap_stats counts them.
 *
 * @param {Blocks} blocks
 */
export function statsOf({ count, size, used, cost }) {
  let usedBlocks = 0;
  let usedBytes = 0;
  let freeBytes = 0;
  let largestFree = 0;
  for (let i = 0; i < count; i++) {
    const bytes = size[i] - cost;
    if (used[i]) {
      usedBlocks++;
      usedBytes += bytes;
    } else {
      freeBytes += bytes;
      if (bytes > largestFree) largestFree = bytes;
    }
  }
  const rest = freeBytes - largestFree;
  const fragmentation = freeBytes ? Math.floor((rest * 1000) / freeBytes) : 0;
  const freeBlocks = count - usedBlocks;
  return { usedBlocks, usedBytes, freeBlocks, freeBytes, largestFree, fragmentation };
}
