// SPDX-License-Identifier: MIT OR Apache-2.0
// A shadow of the heap, kept outside linear memory: which bytes are whose, and
// what they hold. Every operation of the model performs the real one and
// asserts all that must hold afterwards. Nothing here is of one engine.
import { assert } from './assert.js';
import { logSize } from './random.js';
import { costsOf } from './costs.js';

export const PAGE = 65536;

/** The first and the last kilobyte of a range. */
const endsOf = (from, to) => [
  { from, to: from + 1024 },
  { from: to - 1024, to },
];

const viewsOf = (buffer) => ({ bytes: new Uint8Array(buffer), words: new Uint32Array(buffer) });

/** The first address of a range where not `value` is, or its end; words are read where they can be. */
function firstOther({ bytes, words }, from, to, value) {
  const word = (value * 0x01010101) >>> 0;
  let at = from;
  if (at % 4 === 0) while (at + 4 <= to && words[at / 4] === word) at += 4;
  while (at < to && bytes[at] === value) at++;
  return at;
}

/**
 * A heap and its shadow. `exports` is an instance's, whose memory nobody has
 * grown; what it does not have is not asked for.
 */
export function createModel(exports) {
  const { memory } = exports;
  const costs = costsOf(exports);
  const blocks = new Map(); // pointer => {size, tag}
  const foreign = []; // {from, to, value} of the pages that others grew
  let owned = new Uint8Array(0); // 1 for each granule of 16 bytes that is part of a block
  let latest = viewsOf(memory.buffer);
  let pools = 0;
  let pool = exports.__heap_base?.value ?? 0; // where the last pool starts
  let end = memory.buffer.byteLength; // where it ends
  let tag = 0;

  const views = () => {
    if (latest.bytes.buffer !== memory.buffer) latest = viewsOf(memory.buffer);
    return latest;
  };
  const pages = () => memory.buffer.byteLength / PAGE;

  const write = exports.fill ?? ((p, value, size) => views().bytes.fill(value, p, p + size));

  /** What a block holds: no two neighbours the same. */
  const fill = (p, size) => {
    tag = (tag % 255) + 1;
    write(p, tag, size);
    blocks.set(p, { size, tag });
  };

  const expectBytes = (p, size, value, what) => {
    const wrong = firstOther(views(), p, p + size, value);
    if (wrong === p + size) return;
    assert(
      false,
      `${what}: byte ${wrong - p} of ${size} at ${p} is ${views().bytes[wrong]}, not ${value}`,
    );
  };

  const granules = (p, size) => {
    const usable = exports.malloc_usable_size
      ? exports.malloc_usable_size(p) >>> 0
      : costs.block(size) - costs.header;
    assert(usable >= size, `usable size ${usable} of a block of ${size} bytes`);
    assert(p + usable <= end, `block at ${p} ends beyond our memory`);
    return [(p - costs.before) / 16, (p + usable + costs.header - costs.before) / 16];
  };

  const own = (p, size) => {
    if (owned.length < end / 16) {
      const longer = new Uint8Array(end / 16);
      longer.set(owned);
      for (const { from, to } of foreign) longer.fill(1, from / 16, to / 16);
      owned = longer;
    }
    const [from, to] = granules(p, size);
    const taken = owned.subarray(from, to).indexOf(1);
    assert.equal(taken, -1, `block at ${p} overlaps another at ${(from + taken) * 16}`);
    owned.fill(1, from, to);
  };

  /** Before the block is given back: its usable size must be readable. */
  const disown = (p, [from, to]) => {
    owned.fill(0, from, to);
    blocks.delete(p);
  };

  /** Notes where memory came from, as the allocator must have seen it. */
  const track = (before, p) => {
    const grew = pages() !== before;
    if (pools ? !grew : !p) return;
    const touches = before * PAGE === end;
    if (!touches) pool = before * PAGE;
    if (!touches || !pools) {
      pools++;
      exports.check_add_pool?.(pool);
    }
    end = memory.buffer.byteLength;
  };

  const check = () => {
    if (exports.check && pools) assert.equal(exports.check(), 0, 'invariant of heap.h');
  };

  const allocated = (p, size, before, align) => {
    track(before, p);
    if (p) {
      assert.equal(p % align, 0, `alignment ${align} of ${p}`);
      own(p, size);
      fill(p, size);
    } else {
      assert.equal(pages(), before, 'a failed request grew memory');
    }
    check();
    return p;
  };

  const model = {
    blocks,
    pages,
    check,
    get ownsTop() {
      return end === memory.buffer.byteLength;
    },

    malloc(size) {
      const before = pages();
      return allocated(exports.malloc(size) >>> 0, size, before, 16);
    },
    calloc(count, size) {
      const before = pages();
      const p = exports.calloc(count, size) >>> 0;
      if (p) expectBytes(p, count * size, 0, 'calloc');
      return allocated(p, count * size, before, 16);
    },
    aligned(align, size, name = 'aligned_alloc') {
      const before = pages();
      return allocated(exports[name](align, size) >>> 0, size, before, Math.max(align, 16));
    },
    verify(p) {
      const { size, tag: held } = blocks.get(p);
      expectBytes(p, size, held, 'contents');
    },
    free(p) {
      if (p) {
        model.verify(p);
        disown(p, granules(p, blocks.get(p).size));
      }
      const before = pages();
      exports.free(p);
      assert.equal(pages(), before);
      check();
    },
    realloc(p, size) {
      if (!p) {
        const before = pages();
        return allocated(exports.realloc(0, size) >>> 0, size, before, 16);
      }
      const old = blocks.get(p);
      const held = granules(p, old.size);
      const before = pages();
      const q = exports.realloc(p, size) >>> 0;
      track(before, q);
      if (!q) {
        assert.equal(pages(), before, 'a failed realloc grew memory');
        assert(size > old.size, 'realloc failed to shrink');
        model.verify(p);
        check();
        return 0;
      }
      assert.equal(q % 16, 0);
      if (size <= old.size) assert.equal(q, p, 'shrinking moved');
      disown(p, held);
      expectBytes(q, Math.min(size, old.size), old.tag, 'realloc');
      own(q, size);
      fill(q, size);
      check();
      return q;
    },
    /** Somebody else grows memory, and keeps something at its ends. */
    foreignGrow(n) {
      const from = memory.buffer.byteLength;
      try {
        memory.grow(n);
      } catch {
        return false;
      }
      const to = memory.buffer.byteLength;
      const value = 1 + (foreign.length % 255);
      for (const part of endsOf(from, to)) write(part.from, value, part.to - part.from);
      foreign.push({ from, to, value });
      return true;
    },
    verifyForeign() {
      for (const { from, to, value } of foreign) {
        for (const part of endsOf(from, to))
          expectBytes(part.from, part.to - part.from, value, "others' memory");
      }
    },
    /** Frees everything; then all of the last pool must be had in one block. */
    finish(below = (n) => n - 1) {
      const left = [...blocks.keys()];
      while (left.length) model.free(left.splice(below(left.length), 1)[0]);
      model.verifyForeign();
      model.wholeSpan();
    },
    wholeSpan() {
      if (!pools || !exports.check || !model.ownsTop) return;
      const first = costs.first(pool);
      const span = end - costs.end - first;
      const before = pages();
      const p = exports.malloc(span) >>> 0;
      assert(pools > 1 ? p : p === first, `the whole span of ${span} bytes is not one free block`);
      assert.equal(pages(), before, 'the whole span needed more memory');
      exports.free(p);
      check();
    },
  };
  return model;
}

/** One random operation of what the exports offer. */
export function randomStep(model, exports, below, { bits = 13, foreign = 0 } = {}) {
  const live = [...model.blocks.keys()];
  const pick = () => live[below(live.length)];
  const dice = below(100);
  if (foreign && below(foreign) === 0) return model.foreignGrow(1 + below(2));
  if (live.length && (dice < 40 || live.length > 200)) return model.free(pick());
  if (exports.realloc && dice < 60)
    return model.realloc(live.length ? pick() : 0, logSize(below, bits));
  if (exports.calloc && dice < 65) return model.calloc(1 + below(9), logSize(below, bits - 3));
  if (exports.aligned_alloc && dice < 75) {
    const name = below(2) ? 'aligned_alloc' : 'memalign';
    return model.aligned(2 ** below(13), logSize(below, bits), name);
  }
  return model.malloc(logSize(below, bits));
}
