// SPDX-License-Identifier: MIT OR Apache-2.0
// Memory of threads grows while others grow it too: their pages stay theirs,
// whenever they come. Once before each of the heap's memory.grow, by a changed
// module; and by a thread that does nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createHeap } from '../../js/any.js';
import { binaryen } from '../../tools/binaryen.js';
import { MODULES } from '../../tools/builds.js';
import { PAGE, shippedBytes } from '../support/modules.js';
import { amount } from '../support/tier.js';

const [name] = Object.keys(MODULES).filter((each) => MODULES[each].shared);
const bytes = await shippedBytes(name);
const THEIRS = 0x11;

/** The module, whose memory.grow number `turn` comes after one of others by a page, at `theirs`. */
function raced() {
  const module = binaryen.readBinary(bytes);
  const parts = module.emitText().split('(memory.grow');
  module.dispose();
  assert(parts.length > 1, 'the module grows memory');
  const ours = `
    (global $turn (export "turn") (mut i32) (i32.const 0))
    (global $theirs (export "theirs") (mut i32) (i32.const 0))
    (func $after_others (param $pages i32) (result i32)
      (global.set $turn (i32.sub (global.get $turn) (i32.const 1)))
      (if (i32.eqz (global.get $turn))
        (then (global.set $theirs (memory.grow (i32.const 1)))))
      (memory.grow (local.get $pages))))`;
  const changed = binaryen.parseText(parts.join('(call $after_others').replace(/\)\s*$/, ours));
  const { Atomics, BulkMemory, MutableGlobals } = binaryen.Features;
  changed.setFeatures(Atomics | BulkMemory | MutableGlobals);
  try {
    return new WebAssembly.Module(changed.emitBinary());
  } finally {
    changed.dispose();
  }
}

const OPERATIONS = {
  'malloc of less than a page': (heap) => heap.malloc(30000),
  'malloc of pages': (heap) => heap.malloc(3 * PAGE),
  aligned_alloc: (heap) => heap.aligned_alloc(4096, PAGE),
  'realloc of the last block': (heap, last) => heap.realloc(last, 5 * PAGE),
};

test('others grow memory in the moment before the heap does', () => {
  const wasm = raced();
  let met = 0;
  for (const first of [0, 100, 40000, 40 * PAGE]) {
    for (const [title, operate] of Object.entries(OPERATIONS)) {
      for (let turn = 1; turn < 4; turn++) {
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 80, shared: true });
        const heap = createHeap({ wasm, memory });
        const blocks = first ? [[heap.malloc(first), first]] : [];
        heap.exports.turn.value = turn;
        const moved = title.startsWith('realloc') && blocks.pop();
        const p = operate(heap, moved ? moved[0] : 0);
        if (p) blocks.push([p, heap.usableSize(p)]);
        else if (moved) blocks.push(moved);
        const { theirs } = heap.exports;
        if (theirs.value) heap.u8.fill(THEIRS, theirs.value * PAGE, (theirs.value + 1) * PAGE);
        met += Boolean(theirs.value);
        heap.exports.turn.value = 0;
        // Whatever was free, or can be had, is filled.
        for (const size of [8 * PAGE, PAGE, 20000, 1000, 100]) {
          for (let q = heap.malloc(size); q; q = heap.malloc(size)) {
            blocks.push([q, heap.usableSize(q)]);
            if (blocks.length > 400) break;
          }
        }
        blocks.forEach(([at, size], i) => heap.u8.fill(0x80 | i, at, at + size));
        const what = `${first}, ${title}, turn ${turn}`;
        blocks.forEach(([at, size], i) => {
          const found = Buffer.from(memory.buffer, at, size);
          assert(found.equals(Buffer.alloc(size, (0x80 | i) & 0xff)), what);
        });
        if (theirs.value) {
          const page = heap.u8.subarray(theirs.value * PAGE, (theirs.value + 1) * PAGE);
          assert(
            page.every((byte) => byte === THEIRS),
            `${what}: a page of others was written`,
          );
        }
      }
    }
  }
  assert(met > 20, `others came ${met} times`);
});

const others = async () => {
  const { parentPort, workerData } = await import('node:worker_threads');
  const { memory, flags, times } = workerData;
  const pages = [];
  Atomics.store(flags, 0, 1);
  for (let i = 0; i < times; i++) {
    const at = memory.grow(1) * 65536;
    new Uint8Array(memory.buffer, at, 65536).fill(0x11);
    pages.push(at);
  }
  Atomics.store(flags, 0, 2);
  Atomics.wait(flags, 1, 0);
  const isWritten = (at) => new Uint8Array(memory.buffer, at, 65536).some((b) => b !== 0x11);
  parentPort.postMessage(pages.filter(isWritten).length);
};

test('a thread grows memory all the time', async (t) => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 20000, shared: true });
  const heap = createHeap({ wasm: new WebAssembly.Module(bytes), memory });
  const flags = new Int32Array(new SharedArrayBuffer(8));
  const workerData = { memory, flags, times: amount(400, 2000) };
  const worker = new Worker(`(${others})()`, { eval: true, workerData });
  const written = new Promise((resolve, reject) =>
    worker.on('message', resolve).on('error', reject),
  );
  while (!Atomics.load(flags, 0)) await new Promise((next) => setTimeout(next, 1));
  let count = 0;
  for (; Atomics.load(flags, 0) === 1 && count < 5000; count++) {
    const p = heap.malloc(100000);
    if (p) heap.u8.fill(0xaa, p, p + 100000);
  }
  Atomics.store(flags, 1, 1);
  Atomics.notify(flags, 1);
  assert.equal(await written, 0, 'pages of others were written');
  t.diagnostic(`${count} requests`);
});
