// SPDX-License-Identifier: MIT OR Apache-2.0
// Heaps of more than 4 GiB, in any engine. Only a few bytes of a large block
// are touched, so the memory that the machine gives stays small.
import { withNumbers } from '../../js/wide.js';
import { assert } from '../support/assert.js';
import { costsOf } from '../support/costs.js';
import { logSize, random } from '../support/random.js';

const PAGE = 65536;
const GIB = 2 ** 30;
const EDGE = 2 ** 32;

/** Memory may have so many pages, all in all: 12 GiB. */
export const MAXIMUM = 12 * 16384;

/** An instance with its shadow: which blocks are live, and what their ends hold. */
function createHeap(exports) {
  const { memory } = exports;
  const heap = withNumbers(exports);
  const start = Number(exports.__heap_base.value);
  const blocks = new Map(); // pointer => {size, marks}
  let tag = 0;

  const bytes = (at, length) => new Uint8Array(memory.buffer, at, length);
  const length = () => memory.buffer.byteLength;

  /** Where a block is marked: at both ends, and where addresses get their 33rd bit. */
  const placesOf = (p, size) => {
    const some = Math.min(size, 16);
    const places = [p, p + size - some];
    if (p < EDGE - 8 && p + size >= EDGE + 8) places.push(EDGE - 8);
    return places.map((at) => ({ at, some }));
  };

  const place = (p, size, align = 16) => {
    assert(p, `${size} bytes were refused`);
    assert(p % align === 0, `${p} is not a multiple of ${align}`);
    const usable = heap.malloc_usable_size(p);
    assert(usable >= size && p + usable <= length(), `block at ${p}: ${usable} bytes`);
    for (const [q, other] of blocks)
      assert(q + other.size <= p || q >= p + usable, `blocks at ${p} and ${q} overlap`);
    tag = (tag % 255) + 1;
    for (const { at, some } of placesOf(p, size)) bytes(at, some).fill(tag);
    blocks.set(p, { size, tag });
    return p;
  };

  const verify = (p, size = blocks.get(p).size) => {
    const held = blocks.get(p).tag;
    for (const { at, some } of placesOf(p, blocks.get(p).size)) {
      const kept = Math.max(0, Math.min(some, p + size - at));
      assert(
        bytes(at, kept).every((byte) => byte === held),
        `contents at ${at} of block ${p}`,
      );
    }
  };

  const check = () => assert.equal(heap.check(), 0, 'invariant of heap.h');

  /** Tells the checker of the pool that memory begins now, or of the first one. */
  const pool = (at = start) => heap.check_add_pool(at);

  return {
    exports,
    heap,
    start,
    blocks,
    length,
    check,
    pool,
    malloc: (size) => place(heap.malloc(size), size),
    aligned: (align, size) => place(heap.aligned_alloc(align, size), size, align),
    calloc(count, size) {
      const p = heap.calloc(count, size);
      assert(
        bytes(p, count * size).every((byte) => byte === 0),
        'calloc',
      );
      return place(p, count * size);
    },
    realloc(p, size) {
      verify(p);
      const { size: old, tag: held } = blocks.get(p);
      const q = heap.realloc(p, size);
      const kept = Math.min(16, old, size);
      assert(
        bytes(q, kept).every((byte) => byte === held),
        `realloc of ${p} to ${q}`,
      );
      blocks.delete(p);
      return place(q, size);
    },
    free(p) {
      verify(p);
      blocks.delete(p);
      heap.free(p);
      check();
    },
    grow(pages) {
      const at = length();
      memory.grow(BigInt(pages));
      return at;
    },
  };
}

/** What no heap has is refused, and nothing changes. */
function refuses({ exports, blocks, length, check }) {
  const before = length();
  const [p] = blocks.keys();
  const sizes = [
    ...[2n ** 64n - 1n, 2n ** 64n - 17n, 2n ** 64n - 65536n, 2n ** 63n + 5n, 2n ** 63n - 1n],
    ...[2n ** 48n, 2n ** 37n, 2n ** 36n + 1n, 2n ** 36n, 2n ** 36n - 33n, 2n ** 36n - 65n],
    ...[2n ** 35n, 2n ** 34n],
  ];
  for (const size of sizes) {
    assert.equal(exports.malloc(size), 0n, `malloc(${size})`);
    assert.equal(exports.realloc(BigInt(p), size), 0n, `realloc(${size})`);
    assert.equal(exports.calloc(1n, size), 0n, `calloc(1, ${size})`);
    assert.equal(exports.calloc(size, 1n), 0n, `calloc(${size}, 1)`);
    for (const log of [0n, 4n, 12n, 31n, 32n, 36n, 63n])
      assert.equal(exports.aligned_alloc(1n << log, size), 0n, `aligned_alloc(2^${log}, ${size})`);
  }
  for (const [count, size] of [
    [2n ** 32n, 2n ** 32n],
    [2n ** 33n, 2n ** 31n],
    [2n ** 63n, 2n],
    [2n ** 62n + 1n, 4n],
    [(2n ** 64n + 2n) / 3n, 3n],
    [2n ** 40n, 2n ** 30n],
  ]) {
    assert.equal(exports.calloc(count, size), 0n, `calloc(${count}, ${size})`);
    assert.equal(exports.calloc(size, count), 0n, `calloc(${size}, ${count})`);
  }
  for (const log of [34n, 36n, 37n, 62n, 63n])
    assert.equal(exports.aligned_alloc(1n << log, 1n), 0n, `alignment 2^${log}`);
  for (const align of [0n, 3n, 2n ** 32n + 1n, 2n ** 33n + 2n ** 32n, 2n ** 64n - 1n])
    assert.equal(exports.aligned_alloc(align, 1n), 0n, `alignment ${align}`);
  assert.equal(length(), before, 'a refused request grew memory');
  check();
}

/** Allocates and frees small blocks. Each lies above 4 GiB. */
function churn(one, seed) {
  const below = random(seed);
  const live = [];
  for (let i = 0; i < 400; i++) {
    const at = below(40);
    const size = logSize(below, 16);
    if (live[at] && below(2)) live[at] = one.realloc(live[at], size);
    else if (live[at]) live[at] = one.free(live[at]);
    else if (below(3)) live[at] = one.malloc(size);
    else live[at] = below(2) ? one.calloc(1 + below(4), size) : one.aligned(2 ** below(17), size);
    if (live[at]) assert(live[at] > EDGE, `${live[at]} lies below 4 GiB`);
    one.check();
  }
  return live.filter(Boolean);
}

/** All memory, which has ended, in one block; no other is live. */
function whole({ heap, exports, start, length, check }) {
  const costs = costsOf(heap);
  const first = Number(exports.check_first_payload(BigInt(start)));
  const span = length() - costs.end - first;
  const before = length();
  assert.equal(heap.malloc(span), first, `${span} bytes in one block`);
  assert.equal(length(), before);
  heap.free(first);
  check();
}

/** Blocks of more than 4 GiB, blocks that lie above, growth over 4 GiB. */
export function playVast(exports) {
  const one = createHeap(exports);
  const small = one.malloc(100);
  one.pool();
  const large = one.malloc(5 * GIB);
  assert(one.length() > 5 * GIB, `memory has ${one.length()} bytes`);
  const steps = [small, large, one.length()];
  assert.equal(one.realloc(large, 6 * GIB), large, 'lengthened at the end of memory');
  assert.equal(one.realloc(large, 4.5 * GIB), large, 'shrunk in place');
  one.check();
  refuses(one);
  const live = churn(one, 1);
  steps.push(...live, one.length());
  const aligned = one.aligned(EDGE, 1000);
  const other = one.malloc(3 * GIB);
  steps.push(aligned, other, one.length());
  one.check();
  for (const p of [large, ...live, aligned, small, other]) one.free(p);
  whole(one);
  return steps;
}

/** Somebody else has grown memory over 4 GiB, and grows it between two calls. */
export function playSurrounded(exports) {
  const one = createHeap(exports);
  const small = one.malloc(100);
  one.pool();
  const before = one.grow(5 * 16384);
  const high = one.malloc(100000);
  assert(high >= before + 5 * GIB, `${high} is somebody's`);
  one.pool(before + 5 * GIB);
  const at = one.grow(3);
  const next = one.malloc(2 * GIB);
  one.pool(at + 3 * PAGE);
  assert(next >= at + 3 * PAGE, `${next} is somebody's`);
  const steps = [high, next, one.length()];
  one.check();
  for (const p of [high, small, next]) one.free(p);
  return steps;
}
