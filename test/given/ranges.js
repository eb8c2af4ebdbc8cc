// SPDX-License-Identifier: MIT OR Apache-2.0
// The shadow of heaps over ranges of one memory, kept outside of it: which
// ranges there are, which of their bytes are whose, and what these hold. Every
// operation performs the real one and asserts all that must hold afterwards.
import assert from 'node:assert/strict';
import { logSize } from '../support/random.js';

const GRANULE = 16;
/** The least range at an aligned address, its first payload, and what a used block takes beside. */
export const LEAST = 320;
const FIRST = 304;
const HEADER = 8;
const LIMIT = 2 ** 32;

/** What nobody's memory holds. */
export const NOBODYS = 0xa5;

const upwards = (n) => Math.ceil(n / GRANULE) * GRANULE;
const downwards = (n) => Math.floor(n / GRANULE) * GRANULE;

/** Where the heap of a range begins: never at 0, which is no heap. */
export const heapAt = (base) => Math.max(GRANULE, upwards(base));

/** The parts of a block that tests write: all, or of a vast one its ends. */
const PART = 4096;
const writtenOf = (p, bytes) =>
  bytes < 2 ** 20
    ? [[p, p + bytes]]
    : [
        [p, p + PART],
        [p + bytes - PART, p + bytes],
      ];

/**
 * The ranges of a memory; `exports` may be those of a twin, whose invariants are
 * then checked. What a heap says of itself is written at `statsAt`, where nobody
 * has anything.
 */
export function createRanges(exports, memory, statsAt = 0) {
  const u8 = new Uint8Array(memory.buffer); // nobody grows it
  const words = new DataView(memory.buffer);
  const ranges = [];
  let tag = 0;

  const expectBytes = (from, to, value, what) => {
    for (let at = from; at < to; at++)
      if (u8[at] !== value) assert.fail(`${what}: ${u8[at]} and not ${value} at ${at}`);
  };

  const holds = (p, bytes, value) => {
    for (const [from, to] of writtenOf(p, bytes)) expectBytes(from, to, value, `contents of ${p}`);
  };

  const expectSame = (from, before, what) => {
    for (let i = 0; i < before.length; i++)
      if (u8[from + i] !== before[i]) assert.fail(`${what}: byte ${from + i} was written`);
  };

  /** What the heap says of itself; afterwards memory is as before. */
  const stats = (range) => {
    const before = u8.slice(statsAt, statsAt + 16);
    exports.tlsf_stats(range.heap, statsAt);
    const [blocks, free, used, largest] = [0, 4, 8, 12].map((i) =>
      words.getUint32(statsAt + i, true),
    );
    u8.set(before, statsAt);
    return { blocks, free, used, largest };
  };

  const bytesOf = ({ heap, limit }) => downwards(limit) - FIRST - heap;

  /** The bytes on both sides of a range, and those of it that are left over. */
  const beside = ({ base, heap, limit }, reach) => {
    const end = downwards(limit);
    return [
      [Math.max(16, base - reach), heap],
      [end, Math.min(limit + reach, u8.length)],
    ];
  };

  const check = (range) => {
    if (exports.check) assert.equal(exports.check(range.heap), 0, 'invariant');
    const { blocks, free, used, largest } = stats(range);
    const live = [...range.blocks.values()].reduce((sum, { usable }) => sum + usable + HEADER, 0);
    assert.deepEqual(
      [blocks, used, free],
      [range.blocks.size, live, bytesOf(range) - live],
      'stats',
    );
    assert(largest <= Math.max(0, free - HEADER), 'the largest free block is more than all');
    assert.equal(largest > 0, free > 0, 'the largest free block');
    if (!range.neighbours)
      for (const [from, to] of beside(range, 64)) expectBytes(from, to, NOBODYS, 'outside');
    return largest;
  };

  /** A payload of the heap: noted, filled, and in nobody's way. */
  const had = (range, p, size, align) => {
    const usable = exports.tlsf_usable_size(range.heap, p) >>> 0;
    assert.equal(p % Math.max(align, GRANULE), 0, `alignment ${align} of ${p}`);
    assert(usable >= size, `usable size ${usable} for ${size}`);
    assert(p >= range.heap + FIRST, `block at ${p} lies before all blocks`);
    assert(p + usable + HEADER <= downwards(range.limit), `block at ${p} ends beyond its range`);
    for (const [q, other] of range.blocks)
      assert(p + usable < q || q + other.usable < p, `blocks at ${p} and ${q} overlap`);
    tag = (tag % 160) + 1;
    for (const [from, to] of writtenOf(p, usable)) u8.fill(tag, from, to);
    range.blocks.set(p, { size, usable, tag });
  };

  const forget = (range, p) => {
    const block = range.blocks.get(p);
    holds(p, block.usable, block.tag);
    range.blocks.delete(p);
  };

  /** The result of a request for `size` bytes; 0 is right only if it exceeds the largest block. */
  const answered = (range, p, size, align = GRANULE) => {
    if (p) had(range, p, size, align);
    const largest = check(range);
    const spare = align > GRANULE ? align : 0;
    assert(
      p || !largest || size + spare > largest,
      `${size} bytes refused, the largest block has ${largest}`,
    );
    return p;
  };

  const model = {
    ranges,
    u8,
    stats,
    check,

    /** Makes a heap where there is room for one. If others' bytes are beside it, nobody looks there. */
    create(base, size, neighbours = false) {
      const heap = heapAt(base);
      const fits = base + size <= u8.length && base + size >= heap + LEAST;
      const limit = base + size;
      const from = Math.max(base - 64, 0);
      const before = fits ? [] : u8.slice(from, Math.min(limit + 64, from + 4096));
      assert.equal(exports.tlsf_create(base, size) >>> 0, fits ? heap : 0, `${size} at ${base}`);
      if (!fits) {
        expectSame(from, before, 'a refused range');
        return null;
      }
      const range = { base, limit, heap, blocks: new Map(), neighbours };
      ranges.push(range);
      check(range);
      return range;
    },
    malloc: (range, size) => answered(range, exports.tlsf_malloc(range.heap, size) >>> 0, size),
    aligned: (range, align, size) =>
      answered(range, exports.tlsf_aligned_alloc(range.heap, align, size) >>> 0, size, align),
    free(range, p) {
      if (p) forget(range, p);
      exports.tlsf_free(range.heap, p);
      check(range);
    },
    realloc(range, p, size) {
      if (!p) return answered(range, exports.tlsf_realloc(range.heap, 0, size) >>> 0, size);
      const old = range.blocks.get(p);
      holds(p, old.usable, old.tag);
      const q = exports.tlsf_realloc(range.heap, p, size) >>> 0;
      if (!q) {
        assert(size > old.usable, 'realloc failed to shrink');
        holds(p, old.usable, old.tag);
        return answered(range, 0, size);
      }
      if (size <= old.usable) assert.equal(q, p, 'shrinking moved');
      range.blocks.delete(p);
      holds(q, Math.min(size, old.usable), old.tag);
      return answered(range, q, size);
    },
    /** The range gets the bytes behind it, unless others' begin there or memory ends. */
    extend(range, bytes, base = range.limit) {
      const limit = base + bytes;
      const touches = base === range.limit && base < LIMIT && limit <= u8.length;
      assert.equal(exports.tlsf_extend(range.heap, base, bytes), Number(touches), 'extend');
      if (touches) range.limit = limit;
      check(range);
      return touches;
    },
    reset(range) {
      exports.tlsf_reset(range.heap);
      range.blocks.clear();
      check(range);
      assert.equal(stats(range).largest, bytesOf(range) - HEADER, 'after reset all is one block');
    },
    /** The heap is forgotten; what its range holds is nobody's. */
    destroy(range) {
      exports.tlsf_destroy(range.heap);
      assert.equal(exports.tlsf_malloc(range.heap, 0), 0);
      assert.equal(exports.tlsf_aligned_alloc(range.heap, 64, 1), 0);
      ranges.splice(ranges.indexOf(range), 1);
      u8.fill(NOBODYS, range.base, range.limit);
    },
    /** Frees everything; then all of the range must be had in one block. */
    finish(range, below = (n) => n - 1) {
      const left = [...range.blocks.keys()];
      while (left.length) model.free(range, left.splice(below(left.length), 1)[0]);
      const whole = bytesOf(range) - HEADER;
      assert.equal(model.malloc(range, whole), range.heap + FIRST, 'all in one block');
      model.free(range, range.heap + FIRST);
    },
    /** What lies in no range is as it was. */
    checkOutside() {
      let from = 0;
      const inside = ranges.map(({ heap, limit }) => [heap, downwards(limit)]);
      for (const [start, end] of [...inside.sort(([a], [b]) => a - b), [u8.length, u8.length]]) {
        expectBytes(from, start, NOBODYS, 'outside of all ranges');
        from = end;
      }
    },
  };
  return model;
}

/** One random operation on one of the ranges. */
export function randomStep(model, below, bits = 11) {
  const range = model.ranges[below(model.ranges.length)];
  const live = [...range.blocks.keys()];
  const pick = () => live[below(live.length)];
  const dice = below(1000);
  if (dice < 1) return model.reset(range);
  if (dice < 10 && range.limit < range.most)
    return model.extend(range, Math.min(below(200), range.most - range.limit));
  if (dice < 15) return model.extend(range, below(100), range.limit + 1 + below(20));
  if (dice < 330 && live.length) return model.free(range, pick());
  if (dice < 600) return model.realloc(range, live.length ? pick() : 0, logSize(below, bits));
  if (dice < 700) return model.aligned(range, 2 ** below(9), logSize(below, bits));
  return model.malloc(range, logSize(below, bits));
}
