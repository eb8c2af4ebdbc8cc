// SPDX-License-Identifier: MIT OR Apache-2.0
// node bench/views.js: what it costs to read memory through a heap's views, in
// nanoseconds of processor time for each read of a loop: by heap.u8 each time, by a
// block's view, by a view in a variable, by one of resizable memory there, where the
// engine has it, and without a view, the loop alone. Every view was read before, as in a
// program that uses all.
import { createHeap } from 'tlsf-wasm';

const READS = 1e7;
const ROUNDS = 8;
const MASK = 0xffff;

const heap = createHeap({ initial: 2 });
const block = heap.alloc(Uint8Array, MASK + 1);
const resizable = createHeap({ initial: 2, maximum: 9 });
resizable.memory.toResizableBuffer?.();
const touched = ['i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64', 'dataView'];

// Each loop is written out: a function that is passed in would be a call each time.
const LOOPS = {
  'heap.u8[i]': () => {
    let sum = 0;
    for (let i = 0; i < READS; i++) sum += heap.u8[i & MASK];
    return sum;
  },
  'block.view[i]': () => {
    let sum = 0;
    for (let i = 0; i < READS; i++) sum += block.view[i & MASK];
    return sum;
  },
  'a view in a variable': () => {
    const { u8 } = heap;
    let sum = 0;
    for (let i = 0; i < READS; i++) sum += u8[i & MASK];
    return sum;
  },
  ...(resizable.memory.toResizableBuffer && {
    'a resizable view': () => {
      const { u8 } = resizable;
      let sum = 0;
      for (let i = 0; i < READS; i++) sum += u8[i & MASK];
      return sum;
    },
  }),
  'the loop alone': () => {
    let sum = 0;
    for (let i = 0; i < READS; i++) sum += i & MASK;
    return sum;
  },
};

/** The least of several rounds: what others do on the machine only adds. */
function measure(loop) {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    loop();
    return process.cpuUsage(start).user;
  });
  return (Math.min(...times) * 1000) / READS;
}

let read = 0;
for (const name of touched) read += heap[name].byteLength;
console.log(`V8 ${process.versions.v8}, ${read / touched.length} bytes`);
for (const [name, loop] of Object.entries(LOOPS))
  console.log(`${name.padEnd(26)}${measure(loop).toFixed(2).padStart(6)} ns`);
