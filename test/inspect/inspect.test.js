// SPDX-License-Identifier: MIT OR Apache-2.0
// The heap asked and told (tlsf_heap.h), in each archive: against the shadow,
// with pools between other people's memory; corrupted word by word; limited,
// reserved, reset. SEED=n adds a seed.
import assert from 'node:assert/strict';
import { before as first, describe, test } from 'node:test';
import { createHeap, heapOf as wrap } from '../../js/any.js';
import { link, linkFlags, readArchive } from '../../tools/build.js';
import { FAMILY, FLAT, LIBRARIES } from '../../tools/builds.js';
import { toolchain } from '../../tools/toolchain.js';
import { createModel, PAGE, randomStep } from '../support/model.js';
import { random } from '../support/random.js';
import { amount, seeds } from '../support/tier.js';
import { FUNCTIONS, heapOf as instanceOf, linked, ROOM, ROWS } from './heap.js';

/** Bytes of a lock: its door, the tickets, eight turns. */
const LOCK_SIZE = 40;

const sum = (list, of) => list.reduce((all, each) => all + of(each), 0);

/** The exports that the model plays on; they count how often memory is taken. */
function counted(heap) {
  let growths = 0;
  const count =
    (f) =>
    (...args) => {
      const before = heap.memory.buffer.byteLength;
      const result = f(...args);
      if (heap.memory.buffer.byteLength !== before || (result && !growths)) growths++;
      return result;
    };
  const played = Object.fromEntries(FAMILY.map((name) => [name, count(heap[name])]));
  return {
    ...played,
    memory: heap.memory,
    __heap_base: heap.__heap_base,
    growths: () => growths,
  };
}

/** Where a pool ends behind these blocks, which touch. */
const endOf = (blocks) => blocks.at(-1).at + blocks.at(-1).size;

/** The walk's blocks by pool: each a row of blocks that touch. */
function poolsOf(blocks) {
  const pools = [];
  for (const block of blocks) {
    const pool = pools.at(-1);
    if (pool && endOf(pool) === block.at) pool.push(block);
    else pools.push([block]);
  }
  return pools;
}

/** All that must hold of what the heap says, beside the model's blocks. */
function assertTold(heap, model, growths, { pages, cost }) {
  assert.equal(heap.tlsf_heap_check(), 0);
  const blocks = heap.walk();
  const used = blocks.filter((block) => block.used);
  const free = blocks.filter((block) => !block.used);
  assert.deepEqual(
    used.map(({ payload }) => payload),
    [...model.blocks.keys()].sort((a, b) => a - b),
  );
  for (const { payload, bytes, size } of used) {
    assert.equal(bytes, heap.malloc_usable_size(payload));
    assert(size > bytes && size - bytes <= cost && size % 16 === 0);
  }
  const pools = poolsOf(blocks);
  const stats = heap.stats();
  const largest = Math.max(0, ...free.map(({ bytes }) => bytes));
  const freeBytes = sum(free, ({ bytes }) => bytes);
  const ends = stats.heapBytes - sum(blocks, ({ size }) => size);
  assert.deepEqual(stats, {
    usedBlocks: used.length,
    usedBytes: sum(used, ({ bytes }) => bytes),
    freeBlocks: free.length,
    freeBytes,
    largestFree: largest,
    heapBytes: stats.heapBytes,
    pools: pools.length,
    growths,
    pages: pages ?? heap.memory.buffer.byteLength / PAGE,
    fragmentation: freeBytes ? Math.floor(((freeBytes - largest) * 1000) / freeBytes) : 0,
  });
  const inEach = pools.length && ends / pools.length; // a header
  assert([0, 4, 8, 16].includes(inEach), `${ends} bytes of end markers`);
  for (const pool of pools)
    assert((PAGE - (endOf(pool) % PAGE)) % PAGE <= 32, 'a pool ends with a page');
}

for (const [name, row] of Object.entries(ROWS)) {
  const { fixed, target, guards, index, named, check, shared: waits } = row;
  const grows = !fixed;
  const wide = target === 'wasm64';
  const WORD = wide ? 8 : 4;
  const NO_LIMIT = wide ? Number.MAX_SAFE_INTEGER : 2 ** 32 - 1;
  const heapOf = (module) => instanceOf(module, row);
  const told = {
    pages: fixed && ROOM, // as the program began
    cost: guards ? 80 : 16, // the most that a block takes beyond its bytes
  };
  const EACH = guards ? 10 : 1; // steps between two checks, which read all free bytes

  describe(`${name}.a`, () => {
    let module;
    first(async () => {
      module = await linked(name);
    });

    const testGrowth = grows ? test : test.skip;

    test('a program in C', () => {
      assert.equal(heapOf(module).program(Number(grows)), 0, 'the line of test/inspect/program.c');
    });

    test('of a heap that was never used', () => {
      const heap = heapOf(module);
      const { pages: all, ...stats } = heap.stats();
      assert.equal(all, heap.memory.buffer.byteLength / PAGE);
      assert(Object.values(stats).every((n) => n === 0));
      assert.deepEqual(heap.walk(), []);
      assert.equal(heap.tlsf_heap_check(), 0);
      const before = new Uint8Array(heap.memory.buffer).slice();
      heap.tlsf_heap_reset();
      assert.deepEqual(new Uint8Array(heap.memory.buffer), before);
      assert.equal(heap.tlsf_heap_check(), 0);
      assert.equal(heap.stats().pools, 0);
    });

    for (const seed of seeds(1, 6)) {
      test(`what it says is what the shadow knows, seed ${seed}`, () => {
        const heap = heapOf(module);
        const played = counted(heap);
        const model = createModel(played);
        const below = random(seed);
        for (let i = 0; i < amount(1500, 6000); i++) {
          randomStep(model, played, below, { bits: 17, foreign: 60 });
          if (i % EACH === 0) assert.equal(heap.tlsf_heap_check(), 0, `step ${i}`);
          if (i % 10 === 0) assertTold(heap, model, played.growths(), told);
        }
        assert(
          fixed || heap.stats().pools > 2,
          `others grew memory between ${heap.stats().pools} pools`,
        );
        const { largestFree } = heap.stats();
        const before = model.pages();
        if (largestFree > 4096) assert(model.malloc(Math.floor(largestFree / 1.5)));
        assert.equal(model.pages(), before, 'a free block serves');
        model.finish(below);
        assertTold(heap, model, played.growths(), told);
      });

      test(`reset frees all and keeps all memory, seed ${seed}`, () => {
        const heap = heapOf(module);
        const below = random(seed);
        const models = [];
        for (let round = 0; round < 4; round++) {
          const played = counted(heap);
          const model = createModel(played);
          models.push(model);
          for (let i = 0; i < 400; i++) randomStep(model, played, below, { bits: 15, foreign: 40 });
          for (const p of model.blocks.keys()) model.verify(p);
          const { heapBytes, pools, growths } = heap.stats();
          heap.tlsf_heap_reset();
          assert.equal(heap.tlsf_heap_check(), 0);
          const now = heap.stats();
          assert.deepEqual([now.heapBytes, now.pools, now.growths], [heapBytes, pools, growths]);
          assert.deepEqual([now.usedBlocks, now.usedBytes, now.freeBlocks], [0, 0, pools]);
          for (const each of models) each.verifyForeign();
        }
        for (const { payload, bytes } of heap.walk().reverse()) {
          const pages = heap.memory.buffer.byteLength;
          const p = heap.malloc(bytes) >>> 0;
          assert(p, `a block of ${bytes} bytes at ${payload}`);
          assert.equal(heap.memory.buffer.byteLength, pages, 'no growth');
          heap.free(p);
        }
      });
    }

    testGrowth('a limit ends growth at its page, and only growth', () => {
      const heap = heapOf(module);
      const bytes = () => heap.memory.buffer.byteLength;
      const fill = (size) => {
        const got = [];
        for (let p; (p = heap.malloc(size) >>> 0);) got.push(p);
        return got;
      };
      const start = bytes();
      heap.tlsf_heap_limit(0);
      const few = fill(1000);
      assert(few.length > 10, 'memory that is there serves');
      assert.equal(bytes(), start);
      for (const [limit, most] of [
        [start + PAGE - 1, start],
        [start + PAGE, start + PAGE],
        [start + 5 * PAGE + 7, start + 5 * PAGE],
        [start, start + 5 * PAGE],
      ]) {
        heap.tlsf_heap_limit(limit);
        const more = fill(1000);
        assert.equal(bytes(), most, `a limit of ${limit}`);
        assert.equal(heap.realloc(few[0], 10 * PAGE), 0);
        assert.equal(heap.tlsf_heap_reserve(20 * PAGE), 0);
        assert.equal(heap.tlsf_heap_check(), 0);
        if (limit === start) more.forEach(heap.free);
      }
      heap.tlsf_heap_limit(NO_LIMIT);
      const p = heap.malloc(100 * PAGE) >>> 0;
      assert(p);
      heap.free(p);
      const now = bytes();
      heap.tlsf_heap_limit(now - PAGE);
      assert(heap.malloc(99 * PAGE), 'what is there remains');
      assert.equal(heap.malloc(99 * PAGE), 0);
      assert.equal(bytes(), now);
    });

    testGrowth('a limit counts what others grow', () => {
      const heap = heapOf(module);
      assert(heap.malloc(100));
      heap.tlsf_heap_limit(heap.memory.buffer.byteLength + 3 * PAGE);
      heap.memory.grow(2);
      assert.equal(heap.malloc(2 * PAGE), 0);
      assert(heap.malloc(PAGE - 100));
      assert.equal(heap.malloc(PAGE - 100), 0);
      assert.equal(heap.tlsf_heap_check(), 0);
    });

    // (Guards fill all bytes of a block, and a machine may not have so many.)
    const testFull = guards ? test.skip : testGrowth;

    testFull('memory of 4 GiB less a page, and no limit', async () => {
      const heap = heapOf(module);
      heap.tlsf_heap_limit(NO_LIMIT);
      const p = heap.malloc(2 ** 31) >>> 0;
      if (!p) return; // this machine has no such memory
      assert(heap.malloc(2 ** 31 - 4 * PAGE));
      assert.equal(heap.tlsf_heap_check(), 0);
      assert(heap.tlsf_heap_reserve(2 * PAGE) || heap.memory.buffer.byteLength === 2 ** 32);
      assert.equal(heap.tlsf_heap_check(), 0);
      assert.equal(heap.stats().usedBlocks, 2);
      while (heap.malloc(1000)) /* until it is full */ ;
      assert.equal(heap.memory.buffer.byteLength, 2 ** 32, 'the last page, too');
    });

    test('reserve: later blocks that take no more need no growth', () => {
      const heap = heapOf(module);
      for (const size of [1, 24, 100, 1000, 40000]) {
        heap.tlsf_heap_reset();
        const p = heap.malloc(size) >>> 0;
        const cost = heap.walk().find(({ payload }) => payload === p).size;
        const total = 40 * cost;
        assert(heap.tlsf_heap_reserve(total));
        const before = heap.memory.buffer.byteLength;
        for (let i = 0; i < 40; i++) assert(heap.malloc(size));
        assert.equal(heap.memory.buffer.byteLength, before, `blocks of ${size} bytes`);
      }
      const before = heap.memory.buffer.byteLength;
      assert.equal(heap.tlsf_heap_reserve(NO_LIMIT), 0);
      assert.equal(heap.memory.buffer.byteLength, before);
      assert.equal(heap.tlsf_heap_check(), 0);
    });

    test('mallinfo', () => {
      const heap = heapOf(module);
      const at = heap.scratch.value;
      heap.free(heap.malloc(3000));
      for (let i = 0; i < 3; i++) heap.malloc(100); // more blocks than are free
      const { heapBytes, freeBlocks, freeBytes } = heap.stats();
      const expected = [
        heapBytes,
        freeBlocks,
        ...[0, 0, 0],
        heapBytes,
        0,
        heapBytes - freeBytes,
        freeBytes,
        0,
      ];
      for (const each of ['mallinfo', 'mallinfo2']) {
        heap[each](at);
        const ints = [...new Int32Array(heap.memory.buffer, at, 10)];
        assert.deepEqual(each === 'mallinfo' ? ints : heap.words(10), expected, each);
      }
      assert.equal(heap.malloc_trim(0), 0);
    });

    test('the check sees each header, tag and link that is wrong', () => {
      const heap = heapOf(module);
      const live = [];
      // (too large to leave a last remainder)
      for (let i = 0; i < 40; i++) live.push(heap.malloc(2000 + 32 * (i % 7)) >>> 0);
      heap.memory.grow(1);
      for (let i = 0; i < 70; i++) live.push(heap.malloc(2000 + 32 * (i % 5)) >>> 0);
      for (let i = 0; i < live.length; i += 3) heap.free(live[i]);
      const blocks = heap.walk();
      const isFlat = index === FLAT; // two words before the payload
      assert.equal(poolsOf(blocks).length, grows ? 2 : 1);
      assert.equal(heap.tlsf_heap_check(), 0);
      const word = (at) => new Uint32Array(heap.memory.buffer, at, 1);
      const seen = new Set();
      let count = 0;
      const corrupt = (at, bits, what) => {
        for (const bit of bits) {
          const [old] = word(at);
          word(at)[0] ^= bit;
          const broken = heap.tlsf_heap_check();
          word(at)[0] = old;
          assert(broken > 0, `${what} at ${at}, bit ${bit}`);
          seen.add(broken);
          count++;
        }
        assert.equal(heap.tlsf_heap_check(), 0);
      };
      const SIZES = [16, 32, 1 << 12, 1 << 20, 0x80000000];
      const ANY = [1, 4, 16, 4096, 0x80000000];
      const top = blocks.at(-1); // which is in no list, and has no tag
      for (const block of blocks) {
        const { at: payload, size, used } = block;
        const isLinked = !used && (isFlat || block !== top);
        corrupt(payload - WORD, SIZES, 'a size');
        corrupt(payload - WORD, [1], 'whether it is free');
        if (isLinked) corrupt(payload, ANY, 'next');
        if (isLinked) corrupt(payload + WORD, ANY, 'link');
        if (isFlat || isLinked)
          corrupt(payload + size - 2 * WORD, ANY, 'what is before the next block');
      }
      for (const pool of poolsOf(blocks))
        corrupt(endOf(pool) - WORD, [1, 16, 4096], 'an end marker');
      assert(count > 1000);
      for (const number of [1, 2, 3, 5]) assert(seen.has(number), `${number} of ${[...seen]}`);
    });

    test('the check sees each bin and bit that is wrong, and never traps', async () => {
      const parts = ['heap', ...(waits ? ['lock'] : [])];
      const extra = parts.map((part) => `--export=tlsf.${part}`);
      const heap = heapOf(await linked(name, extra));
      const live = [];
      for (let i = 0; i < 60; i++) live.push(heap.malloc(24 + 160 * (i % 9)) >>> 0);
      for (let i = 0; i < live.length; i += 2) heap.free(live[i]);
      assert.equal(heap.tlsf_heap_check(), 0);
      const from = heap['tlsf.heap'].value;
      const to = heap.__heap_base.value;
      const bytes = () => new Uint8Array(heap.memory.buffer);
      let noticed = 0;
      let all = 0;
      // (A lock that nobody will open again is no matter of the heap's.)
      const lock = heap['tlsf.lock']?.value ?? to;
      for (let at = from; at < to; at++) {
        if (at >= lock && at < lock + LOCK_SIZE) continue;
        const old = bytes()[at];
        for (const bit of [1, 16, 128]) {
          bytes()[at] = old ^ bit;
          noticed += heap.tlsf_heap_check() > 0;
          all++;
        }
        bytes()[at] = old;
      }
      assert.equal(heap.tlsf_heap_check(), 0);
      assert(noticed > 200 && noticed > all / 4, `${noticed} of ${all}`);

      // No word of the state that is not zero may be another one, but for two that
      // heap.o itself notes: how often memory grew, and where the last pool begins.
      const words = () => new Uint32Array(heap.memory.buffer);
      const isUnseen = (at, bit) => {
        words()[at / 4] ^= bit;
        const broken = heap.tlsf_heap_check();
        words()[at / 4] ^= bit;
        return broken === 0;
      };
      const places = (start, end, step) =>
        Array.from({ length: (end - start) / step }, (_, i) => start + i * step);
      const filled = (start) => places(start, to, WORD).filter((at) => words()[at / 4]);
      assert(filled(from).length > 3);
      assert(filled(from).filter((at) => isUnseen(at, 0x80000000)).length <= 2);
    });

    const testGuards = guards ? test : test.skip;

    testGuards('the check sees guards and freed bytes that were written', () => {
      const heap = heapOf(module);
      const live = [];
      for (let i = 0; i < 30; i++) live.push(heap.malloc(1 + 50 * i) >>> 0);
      for (let i = 0; i < live.length; i += 3) heap.free(live[i]);
      const bytes = () => new Uint8Array(heap.memory.buffer);
      const broken = (at, bit) => {
        bytes()[at] ^= bit;
        const number = heap.tlsf_heap_check();
        bytes()[at] ^= bit;
        return number;
      };
      const ORDER = 8; // of the allocation: any number
      for (const { at, payload, bytes: asked, size, used } of heap.walk()) {
        const end = at + size - 2 * WORD;
        for (let i = used ? at : at + 2 * WORD; i < end; i++) {
          const isBytes = used && i >= payload && i < payload + asked;
          if (isBytes || (used && i >= at + ORDER && i < at + ORDER + WORD)) continue;
          assert.equal(broken(i, 1 << (i % 8)), used ? 10 : 11, `${i} of the block at ${at}`);
          if (!used && i > at + 4096) break;
        }
      }
      assert.equal(heap.tlsf_heap_check(), 0);
    });

    testGuards('what reset freed is dead, and no leak', async () => {
      const exports = ['tlsf_faulted', 'tlsf_live_next', 'tlsf_live_check'];
      const heap = heapOf(
        await linked(
          name,
          exports.map((each) => `--export=${each}`),
        ),
      );
      const FREED = 3;
      const live = Array.from({ length: 20 }, (_, i) => heap.malloc(10 + 30 * i) >>> 0);
      heap.tlsf_heap_reset();
      assert.equal(heap.tlsf_live_next(0), 0);
      assert.equal(heap.tlsf_live_check(), 0);
      for (const p of live) {
        assert.throws(() => heap.free(p), WebAssembly.RuntimeError);
        const at = heap.tlsf_faulted() >>> 0;
        assert.deepEqual([...new Uint32Array(heap.memory.buffer, at, 2)], [FREED, p]);
      }
      new Uint8Array(heap.memory.buffer)[live[5] + 100] = 1;
      assert.equal(heap.tlsf_heap_check(), 11);
      assert.throws(() => heap.malloc(5000), WebAssembly.RuntimeError);
      assert.deepEqual(
        heap.walk().map(({ used, bytes }) => used && bytes),
        [0, false],
        'the block that is lost, and the rest',
      );
    });

    const testDistrust = /^(hard|checked)\//.test(check) ? test : test.skip;

    testDistrust('a walk and a count end at a header that is wrong', () => {
      const heap = heapOf(module);
      for (let i = 0; i < 5; i++) heap.malloc(100);
      const { at } = heap.walk()[2];
      new Uint32Array(heap.memory.buffer, at - WORD, 1)[0] += 16;
      assert.throws(() => heap.walk(), WebAssembly.RuntimeError);
      assert.throws(() => heap.stats(), WebAssembly.RuntimeError);
      assert(heap.tlsf_heap_check() > 0);
    });

    test('from JavaScript', () => {
      const { exports } = new WebAssembly.Instance(module);
      const heap = wrap(exports);
      const live = Array.from({ length: 30 }, (_, i) => heap.malloc(10 + 90 * i));
      for (const p of live.splice(0, 10)) heap.free(p);
      const used = () => heap.walk().filter((block) => block.used);
      assert.deepEqual(
        used()
          .map(({ pointer }) => pointer)
          .sort(),
        [...live].sort(),
      );
      for (const { pointer, usable } of used()) assert.equal(usable, heap.usableSize(pointer));
      const { usedBlocks, usedBytes, pages: all } = heap.stats();
      assert.deepEqual([usedBlocks, usedBytes], [20, sum(used(), ({ usable }) => usable)]);
      assert.equal(heap.check(), 0);
      heap.limit(all * PAGE);
      assert.equal(heap.reserve(3 * PAGE), fixed === true);
      heap.limit(Infinity);
      assert.equal(heap.reserve(3 * PAGE), true);
      const grown = heap.memory.buffer.byteLength;
      assert(heap.malloc(3 * PAGE));
      assert.equal(heap.memory.buffer.byteLength, grown);
      heap.reset();
      assert.deepEqual([heap.stats().usedBlocks, heap.walk().length, heap.check()], [0, 1, 0]);
      for (const wrong of [-1, 1.5, '1', NO_LIMIT + 1, undefined]) {
        assert.throws(() => heap.limit(/** @type {number} */ (wrong)), /^\w+Error: limit: sizes/);
        assert.throws(
          () => heap.reserve(/** @type {number} */ (wrong)),
          /^\w+Error: reserve: sizes/,
        );
      }
      heap.limit(0);
      while (heap.malloc(16)) /* until it is full */ ;
      assert.throws(() => heap.stats(), /stats: out of memory/);
      assert.throws(() => heap.walk(), /walk: out of memory/);
    });

    test('a program that calls none of these has the same bytes without them', async () => {
      const { tool } = await toolchain();
      const bytes = await readArchive(name);
      const list = [...(named ? ['fault.o'] : []), 'malloc.o', 'tlsf.o'];
      const { files } = await tool(['ar', 'x', 'in.a', ...list], { 'in.a': bytes }, list);
      for (const exports of [['malloc', 'free'], FAMILY, ['tlsf_init', 'tlsf_add_pool']])
        assert.deepEqual(
          await link([bytes], exports, linkFlags({ target })),
          await link(files, exports, linkFlags({ target })),
        );
    });
  });
}

test('a module of the package says that it lacks them, and can reserve', () => {
  const heap = createHeap();
  for (const name of ['stats', 'walk', 'check', 'reset'])
    assert.throws(() => heap[name](), new RegExp(`does not export tlsf_heap_${name}`));
  assert.throws(() => heap.limit(1), /does not export tlsf_heap_limit/);
  assert.equal(heap.reserve(5 * PAGE), true);
  assert.equal(heap.memory.buffer.byteLength, 6 * PAGE);
  assert.equal(heap.reserve(2 ** 32 - 1), false);
});

test('every archive has them', () => {
  assert(Object.keys(ROWS).length > 6);
  for (const { heap } of Object.values(LIBRARIES)) assert.match(heap, /_heap\.c$/);
  assert.equal(FUNCTIONS.length, 9);
});
