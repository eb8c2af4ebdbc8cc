// SPDX-License-Identifier: MIT OR Apache-2.0
// The loader over a shared memory, in one thread: who may wait, whose pages are
// whose, what never waits, and what is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeap, loadHeap } from '../../js/any.js';
import { MODULES } from '../../tools/builds.js';
import { PAGE, shippedBytes } from '../support/modules.js';

const [name] = Object.keys(MODULES).filter((each) => MODULES[each].shared);
const wasm = new WebAssembly.Module(await shippedBytes(name));
const memoryOf = (initial, maximum) => new WebAssembly.Memory({ initial, maximum, shared: true });

/** Where the lock's door is, and what is there while a thread is in the heap. */
const DOOR = 64;
const HELD = 1;

test('two instances over one memory are one heap', async () => {
  const memory = memoryOf(1, 4);
  const one = createHeap({ wasm, memory });
  const other = await loadHeap(wasm, { memory });
  const p = one.malloc(1000);
  const q = other.malloc(1000);
  assert(p && q && Math.abs(p - q) >= 1000);
  other.free(p);
  one.free(q);
  assert(other.malloc(PAGE - 1312 - 16), 'one block again, in the first page');
  assert.equal(memory.buffer.byteLength, PAGE);
});

test('pages that others grow after the heap was made are theirs', () => {
  const memory = memoryOf(1, 8);
  const one = createHeap({ wasm, memory });
  const theirs = memory.grow(1) * PAGE;
  const other = createHeap({ wasm, memory });
  for (const heap of [one, other]) {
    const p = heap.malloc(PAGE + 1);
    assert(p + PAGE + 1 <= theirs || p >= theirs + PAGE, `${p}`);
  }
});

test('a thread of Node.js may wait, and it may be told not to', () => {
  const memory = memoryOf(1, 1);
  const may = (options) => createHeap({ wasm, memory, ...options }).exports.tlsf_may_wait.value;
  assert.equal(may({}), 1);
  assert.equal(may({ mayWait: true }), 1);
  assert.equal(may({ mayWait: false }), 0);
});

test('what never waits gives up while another thread is in the heap', () => {
  const memory = memoryOf(1, 2);
  const heap = createHeap({ wasm, memory });
  const p = heap.tryMalloc(100);
  assert(p);
  const door = new Int32Array(memory.buffer);
  door[DOOR / 4] = HELD;
  assert.equal(heap.tryMalloc(100), 0);
  assert.equal(heap.tryFree(p), false);
  assert.equal(heap.tryFree(0), true);
  assert.equal(heap.usableSize(p), 104);
  door[DOOR / 4] = 0;
  assert.equal(heap.tryMalloc(PAGE), 0, 'memory does not grow');
  assert.equal(memory.buffer.byteLength, PAGE);
  assert.equal(heap.tryFree(p), true);
  assert.equal(heap.tryMalloc(100), p);
  assert.equal(heap.tryMalloc(0xffffffff), 0);
  assert(heap.malloc(PAGE));
});

test('what can not work is refused', () => {
  const memory = memoryOf(1, 2);
  const plain = new WebAssembly.Memory({ initial: 1 });
  const error = (options, message) => assert.throws(() => createHeap(options), message);
  error({ wasm, memory: plain }, /memory must be shared/);
  error({ wasm, memory: {} }, /must be a WebAssembly\.Memory, not \[object Object\]/);
  error({ memory }, /does not live in a memory that is given; tlsf-threads\.wasm does/);
  error({ wasm, memory, initial: 2 }, /has its initial and maximum already/);
  error({ wasm, memory, mayWait: 1 }, /mayWait must be true or false/);
  error({ mayWait: true }, /beside a memory/);
  error({ wasm }, /lives in a shared memory: pass \{ memory \}/);
  assert.throws(() => createHeap().tryMalloc(1), /does not export tlsf_try_malloc/);
  const importing = Uint8Array.from(
    // (module (import "env" "memory" (memory 1 2 shared)))
    [0, 97, 115, 109, 1, 0, 0, 0, 2, 16, 1, 3, 101, 110, 118, 6].concat([
      109, 101, 109, 111, 114, 121, 2, 3, 1, 2,
    ]),
  );
  error({ wasm: importing, memory }, /does not export tlsf_may_wait; link it with --export=/);
});

/** An instance over a memory that is said to end at `end`. */
const instanceOf = (memory, end) =>
  new WebAssembly.Instance(wasm, { env: { memory, __heap_end: end } }).exports;

test('where memory ends the module is told: 0 is the end of 65536 pages, 1 none', () => {
  const full = memoryOf(65536, 65536);
  assert.equal(instanceOf(full, 1).malloc(100), 0, 'no page is taken');
  assert.equal(instanceOf(full, 0).malloc(100), 1312);
  assert.equal(createHeap({ wasm, memory: memoryOf(65536, 65536) }).malloc(100), 1312);
  for (const end of [0, 1]) assert(instanceOf(memoryOf(3, 4), end).malloc(100) >= 3 * PAGE);
});
