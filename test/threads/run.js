// SPDX-License-Identifier: MIT OR Apache-2.0
// One run of threads over one heap, in any engine: `start` makes a thread and
// returns what it promises to say.
import { createHeap } from '../../js/any.js';
import { assert } from '../support/assert.js';

const PLACES = 16;

export async function run(module, { threads, steps, seed, bits, mayWait }, start) {
  const maximum = 1 + threads; // so few pages that memory is at its end at times
  const memory = new WebAssembly.Memory({ initial: 1, maximum, shared: true });
  const places = new Int32Array(new SharedArrayBuffer(4 * PLACES));
  const flags = new Int32Array(new SharedArrayBuffer(8));
  const job = { module, memory, places, flags, steps, bits, mayWait };
  const all = Array.from({ length: threads }, (_, i) => start({ ...job, seed: seed * 16 + i }));
  const failing = Promise.race(all.map((each) => each.then(() => new Promise(() => {}))));
  const ready = async () => {
    while (Atomics.load(flags, 1) < threads) await new Promise((next) => setTimeout(next, 5));
  };
  await Promise.race([ready(), failing]);
  Atomics.store(flags, 0, 1);
  const counts = await Promise.all(all);
  const heap = createHeap({ wasm: module, memory });
  // A twin ends its state elsewhere, and can say whether the heap is as it must be.
  const { __heap_base, check_add_pool, check } = heap.exports;
  const state = __heap_base?.value ?? 1312;
  check_add_pool?.(state);
  if (check) assert.equal(check(), 0, 'invariant');
  for (const p of places) heap.free(p >>> 0);
  if (check) assert.equal(check(), 0, 'invariant');
  const whole = memory.buffer.byteLength - state - 16;
  assert(heap.malloc(whole), 'at last all of memory is one block');
  const done = counts.map((each) => each.done);
  const sum = (name) => counts.reduce((before, each) => before + each[name], 0);
  return {
    threads,
    least: Math.min(...done) / Math.max(...done),
    ...Object.fromEntries(
      ['done', 'failed', 'busy', 'handed', 'maySleep'].map((name) => [name, sum(name)]),
    ),
  };
}
