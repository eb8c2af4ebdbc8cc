// SPDX-License-Identifier: MIT OR Apache-2.0
// Heaps over ranges from JavaScript: js/given.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeap } from 'tlsf-wasm/given';
import { heapOf } from 'tlsf-wasm/any';

const PAGE = 65536;
const memories = {
  'of its own': () => new WebAssembly.Memory({ initial: 4, maximum: 9 }),
  shared: () => new WebAssembly.Memory({ initial: 4, maximum: 9, shared: true }),
};
const end = ({ buffer }) => buffer.byteLength;

for (const [name, make] of Object.entries(memories)) {
  test(`several heaps, each in its range, in a memory ${name}`, () => {
    const memory = make();
    const ranges = [16, PAGE, 2 * PAGE + 5].map((base) => ({ base, size: 60000 }));
    const heaps = ranges.map((range) => createHeap({ memory, ...range }));
    const blocks = heaps.map((heap, i) => {
      const found = [];
      for (let p = heap.malloc(1000); p; p = heap.malloc(1000)) {
        heap.u8.fill(i + 1, p, p + 1000);
        found.push(p);
      }
      return found;
    });
    for (const [i, { base, size }] of ranges.entries()) {
      assert.ok(blocks[i].length >= 58, `${blocks[i].length} blocks`);
      for (const p of blocks[i]) {
        assert.ok(p >= base && p + 1000 <= base + size);
        assert.ok(heaps[i].u8.subarray(p, p + 1000).every((byte) => byte === i + 1));
      }
    }
    assert.equal(heaps[0].exports, heaps[2].exports, 'one instance serves a memory');
  });

  test(`the whole interface of a heap, in a memory ${name}`, () => {
    const memory = make();
    const heap = createHeap({ memory, base: 100, size: 3 * PAGE });
    assert.equal(heap.memory, memory);
    const p = heap.realloc(heap.malloc(10), 5000);
    assert.ok(heap.usableSize(p) >= 5000);
    assert.equal(heap.alignedAlloc(4096, 10) % 4096, 0);
    heap.u8.fill(255, p, p + 5000);
    heap.free(p);
    const q = heap.calloc(50, 100);
    assert.ok(heap.u8.subarray(q, q + 5000).every((byte) => byte === 0));
    assert.equal(heap.calloc(2 ** 31, 2), 0);
    assert.equal(heap.text(heap.string('in a range').pointer), 'in a range');
    heap.scope((scope) => scope.alloc(Float64Array, 9));
    assert.equal(heap.reserve(100000), true);
    assert.equal(heap.reserve(4 * PAGE), false);
    assert.throws(() => heap.malloc(-1), RangeError);
  });
}

test('stats leave their own block out; reset frees all', () => {
  const heap = createHeap({ memory: memories['of its own'](), base: 0, size: PAGE });
  const empty = heap.stats();
  assert.equal(empty.usedBlocks, 0);
  assert.equal(empty.usedBytes, 0);
  const blocks = [1, 100, 1000].map((n) => heap.malloc(n));
  const stats = heap.stats();
  const bytes = blocks.reduce((sum, p) => sum + heap.usableSize(p) + 8, 0);
  assert.deepEqual([stats.usedBlocks, stats.usedBytes], [3, bytes]);
  assert.equal(stats.freeBytes + bytes, empty.freeBytes);
  assert.ok(heap.malloc(stats.largestFree) > 0);
  heap.reset();
  assert.deepEqual(heap.stats(), empty);
  while (heap.malloc(1));
  assert.throws(() => heap.stats(), {
    name: 'RangeError',
    message: /^stats: out of memory: 16 bytes asked/,
  });
});

test('reset frees blocks that are objects: a scope does not free what came after', () => {
  const heap = createHeap({ memory: memories['of its own'](), base: 0, size: PAGE });
  const freed = { name: 'Error', message: 'this block was freed already' };
  heap.scope((scope) => {
    const block = scope.alloc(Uint8Array, 100);
    heap.reset();
    heap.alloc(Uint8Array, 100);
    heap.malloc(100);
    for (const use of [() => block.pointer, () => block.view, () => block.free()])
      assert.throws(use, freed);
  });
  assert.equal(heap.stats().usedBlocks, 2);
});

test('extend takes the bytes behind the range, if memory has them', () => {
  const memory = memories['of its own']();
  const heap = createHeap({ memory, base: 3 * PAGE, size: PAGE });
  assert.equal(heap.extend(PAGE), false);
  memory.grow(2);
  assert.equal(heap.malloc(2 * PAGE), 0);
  assert.equal(heap.extend(PAGE), true);
  assert.equal(heap.extend(PAGE), true);
  assert.equal(heap.extend(16), false);
  assert.ok(heap.malloc(2 * PAGE) > 0);
});

test('extend refuses what is no number of bytes, and the range stays as it is', () => {
  const heap = createHeap({ memory: memories['of its own'](), base: 0, size: PAGE });
  const word = 'extend: bytes must be an integer from 0 to 4294967295, in bytes';
  for (const value of [NaN, -16, 1.5, 2 ** 32 + 16])
    assert.throws(() => heap.extend(value), {
      name: 'RangeError',
      message: `${word}, not ${value}`,
    });
  for (const value of ['16', undefined, 16n]) assert.throws(() => heap.extend(value), TypeError);
  assert.equal(heap.extend(PAGE), true);
  assert.ok(heap.malloc(PAGE + 1000) > 0);
});

test('after destroy each call throws, and the range is free for another heap', () => {
  const memory = memories['of its own']();
  const heap = createHeap({ memory, base: 0, size: PAGE });
  const { free, malloc, calloc, destroy, stats, extend, reset } = heap;
  const block = heap.alloc(Uint8Array, 9);
  destroy();
  const gone = { name: 'Error', message: 'this heap was destroyed' };
  const calls = [
    ...[() => malloc(1), () => calloc(1, 1), () => calloc(2 ** 31, 2), () => free(32)],
    ...[destroy, stats, () => extend(16), reset, () => heap.string('a')],
  ];
  for (const call of calls) assert.throws(call, gone);
  assert.throws(() => block.view, { name: 'Error', message: 'this block was freed already' });
  assert.ok(createHeap({ memory, base: 0, size: PAGE }).malloc(100) > 0);
});

test('throws: true throws when the range is full', () => {
  const heap = createHeap({ memory: memories['of its own'](), base: 0, size: 4096, throws: true });
  assert.throws(() => heap.malloc(4096), { name: 'RangeError', message: /^malloc: out of memory/ });
});

test('errors', () => {
  const memory = memories['of its own']();
  const says = (name, message) => ({ name, message: `createHeap: ${message}` });
  assert.throws(
    () => createHeap({ memory, base: 0, size: 300 }),
    says(
      'RangeError',
      `no heap fits the 300 bytes at 0: it needs 320 at a multiple of 16, and memory ends at ${end(memory)}`,
    ),
  );
  assert.throws(
    () => createHeap({ memory, base: 3 * PAGE, size: 2 * PAGE }),
    /memory ends at 262144/,
  );
  const word = 'must be an integer from 0 to 4294967295, in bytes';
  for (const value of [-1, 1.5, 2 ** 32])
    assert.throws(
      () => createHeap({ memory, base: value, size: PAGE }),
      says('RangeError', `base ${word}, not ${value}`),
    );
  assert.throws(
    () => createHeap({ memory, base: 0 }),
    says('TypeError', `size ${word}, not undefined`),
  );
  for (const [wrong, shown] of [
    [undefined, 'undefined'],
    [{ buffer: 1 }, '[object Object]'],
  ])
    assert.throws(
      () => createHeap({ memory: wrong, base: 0, size: PAGE }),
      says('TypeError', `memory must be a WebAssembly.Memory, not ${shown}`),
    );
  assert.throws(
    () => createHeap({ memory, base: 0, size: PAGE, wasm: 1 }),
    says('TypeError', 'options must be an object of memory, base, size, throws, not "wasm"'),
  );
  assert.throws(
    () => createHeap(null),
    /options must be an object of memory, base, size, throws, not null/,
  );
  assert.throws(() => createHeap(), /memory must be a WebAssembly.Memory, not undefined/);
});

test('heapOf takes no such module as it is', () => {
  const { exports } = createHeap({ memory: memories['of its own'](), base: 0, size: PAGE });
  assert.throws(() => heapOf(exports), /does not export memory/);
});
