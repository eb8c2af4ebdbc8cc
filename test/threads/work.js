// SPDX-License-Identifier: MIT OR Apache-2.0
// What each thread does, in any engine: random operations on its own blocks,
// whose contents it knows, and blocks handed to other threads through places in
// a shared array. Whoever takes a block verifies it.
import { createHeap } from '../../js/any.js';
import { assert } from '../support/assert.js';
import { logSize, random } from '../support/random.js';

const LIVE = 48;
const HEAD = 8; // a block that is handed over begins with its size and its tag

/**
 * @param {{module: WebAssembly.Module, memory: any, places: Int32Array, flags: Int32Array, seed: number, steps: number, bits: number, mayWait?: boolean}} of
 */
export function work({ module, memory, places, flags, seed, steps, bits, mayWait }) {
  const heap = createHeap({ wasm: module, memory, ...(mayWait === undefined ? {} : { mayWait }) });
  const below = random(seed);
  const live = Array.from({ length: LIVE }, () => ({ p: 0, size: 0, tag: 0 }));
  const maySleep = heap.exports.tlsf_may_wait.value;
  const counts = { done: 0, failed: 0, busy: 0, handed: 0, maySleep };

  const fill = ({ p, size, tag }) => void heap.u8.fill(tag, p, p + size);
  const verify = ({ p, size, tag }, upto = size, from = 0) => {
    const bytes = heap.u8.subarray(p, p + size);
    assert.equal(bytes.length, size, 'the view has all of memory');
    for (let i = from; i < upto; i++)
      if (bytes[i] !== tag) assert.equal(bytes[i], tag, `byte ${i} of ${size} at ${p}`);
  };

  const allocate = (block) => {
    const size = HEAD + logSize(below, bits);
    const how = below(5);
    const align = 16 << below(5);
    const p =
      how === 0
        ? heap.calloc(1, size)
        : how === 1
          ? heap.aligned_alloc(align, size)
          : how === 2
            ? heap.tryMalloc(size)
            : heap.malloc(size);
    if (!p) return void counts[how === 2 ? 'busy' : 'failed']++;
    assert.equal(p % (how === 1 ? align : 16), 0, 'alignment');
    assert(heap.usableSize(p) >= size, 'usable size');
    if (how === 0) verify({ p, size, tag: 0 });
    Object.assign(block, { p, size, tag: 1 + below(255) });
    fill(block);
  };

  const resize = (block) => {
    const size = HEAD + logSize(below, bits);
    const p = heap.realloc(block.p, size);
    if (!p) return (counts.failed++, verify(block));
    const least = Math.min(size, block.size);
    Object.assign(block, { p, size });
    verify(block, least);
    fill(block);
  };

  const release = (block) => {
    verify(block);
    if (below(2)) heap.free(block.p);
    else if (!heap.tryFree(block.p)) return (counts.busy++, verify(block));
    block.p = 0;
  };

  const handOver = (block) => {
    heap.u32[block.p / 4] = block.size;
    heap.u32[block.p / 4 + 1] = block.tag;
    const p = Atomics.exchange(places, below(places.length), block.p) >>> 0;
    block.p = 0;
    if (!p) return;
    counts.handed++;
    const other = { p, size: heap.u32[p / 4], tag: heap.u32[p / 4 + 1] };
    verify(other, other.size, HEAD);
    fill(other);
    Object.assign(block, other);
  };

  Atomics.add(flags, 1, 1); // ready
  while (!Atomics.load(flags, 0));
  for (; counts.done < steps && Atomics.load(flags, 0) === 1; counts.done++) {
    const block = live[below(LIVE)];
    if (!block.p) allocate(block);
    else if (!below(4)) resize(block);
    else if (!below(3)) handOver(block);
    else release(block);
  }
  Atomics.store(flags, 0, 2); // so the others are counted now
  for (const block of live) {
    if (block.p) verify(block);
    heap.free(block.p);
  }
  return counts;
}
