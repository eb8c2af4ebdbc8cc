// SPDX-License-Identifier: MIT OR Apache-2.0
// What only the whole family has: realloc in its four places, calloc,
// alignments, posix_memalign, usable sizes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FLAT, MODULES } from '../../tools/builds.js';
import { costsOf } from '../support/costs.js';
import { createModel } from '../support/model.js';
import { random } from '../support/random.js';
import { isWhole } from '../support/tier.js';
import { checkedModule, instantiate, PAGE, shippedModule } from '../support/modules.js';

const FAMILIES = Object.values(MODULES)
  .filter(({ exports }) => exports.includes('realloc'))
  .map(({ module }) => module);
/** Those of the flat core, whose blocks slide down; and those for speed, which spare zeros. */
const SLIDING = FAMILIES.filter((name) => MODULES[name].index === FLAT);
const SPARING = FAMILIES.filter((name) => MODULES[name].index !== FLAT);
/** Those with guards move what grows, fill what is free, and have other usable sizes. */
const PLAIN = FAMILIES.filter((name) => !MODULES[name].guards);
const EXACT = SLIDING.filter((name) => PLAIN.includes(name));

async function freshOf(name, options) {
  const exports = instantiate(await checkedModule(name, options));
  return { exports, model: createModel(exports), costs: costsOf(exports) };
}

for (const name of FAMILIES) {
  describe(name, () => {
    if (EXACT.includes(name)) testExact(name);
    testCalls(name);
  });
}

/** Where a build puts its blocks, to the byte. */
function testExact(name) {
  const fresh = (options) => freshOf(name, options);

  describe('realloc', () => {
    test('shrinks in place, and the tail can be had again', async () => {
      const { model, costs } = await fresh({ maximum: 1 });
      const p = model.malloc(30000);
      const wall = model.malloc(16);
      for (const size of [29999, 20000, 5000, 13, 12, 1, 0])
        assert.equal(model.realloc(p, size), p);
      const q = model.malloc(29900);
      assert.equal(q, p + costs.block(0), 'the tail right behind it');
      model.free(wall);
      model.finish();
    });

    test('grows into the free block behind it, whole or in part', async () => {
      for (const less of [4023, 3124, 124, 16, 15, 0]) {
        const { model, costs } = await fresh({ maximum: 1 });
        const size = costs.block(100) + costs.block(4000) - costs.header - less;
        const p = model.malloc(100);
        const next = model.malloc(4000);
        model.malloc(16);
        model.free(next);
        assert.equal(model.realloc(p, size), p);
        model.finish();
      }
    });

    test('moves when the free block behind it is one granule too small', async () => {
      const { model, costs } = await fresh();
      const p = model.malloc(100);
      const next = model.malloc(4000);
      model.malloc(16);
      model.free(next);
      const size = costs.block(100) + costs.block(4000) - costs.header;
      assert.notEqual(model.realloc(p, size + 1), p);
      model.finish();
    });

    test('grows into the end of memory by growing it, without a move', async () => {
      for (const tail of [0, 5000]) {
        const { exports, model } = await fresh();
        const p = model.malloc(PAGE - (exports.__heap_base.value % PAGE) - 100 - tail);
        for (let pages = 2; pages < 40; pages += 5) assert.equal(model.realloc(p, pages * PAGE), p);
        assert(model.pages() <= 39);
        model.finish();
      }
    });

    test('into memory that is there calls no memory.grow, which would detach views', async () => {
      const { exports, model } = await fresh();
      let p = model.malloc(16);
      const { buffer } = exports.memory;
      for (let size = 17; size < 20000; size += 501) p = model.realloc(p, size);
      assert.equal(exports.memory.buffer, buffer);
      model.finish();
    });

    test('does not grow into pages of somebody else', async () => {
      const { model } = await fresh();
      const p = model.malloc(60000 - 16384);
      model.foreignGrow(1);
      const q = model.realloc(p, 3 * PAGE);
      assert(q && q !== p);
      model.finish();
    });

    test('slides down into the free block before it, with the one behind it', async () => {
      for (const free of [1, 3]) {
        const { model } = await fresh({ maximum: 1 });
        const before = model.malloc(20000);
        const p = model.malloc(1000);
        const behind = model.malloc(8000);
        const wall = model.malloc(16);
        let rest = 0;
        while ((rest = model.malloc(12))) assert(rest); // nothing else is free
        model.free(before);
        if (free === 3) model.free(behind);
        const most = 20000 + 16 - 12 + 1004 + (free === 3 ? 8004 : 0) - 16;
        assert.equal(model.realloc(p, most + 100), 0, 'more than there is');
        assert.equal(model.realloc(p, most), before);
        model.free(wall);
        model.finish();
      }
    });

    test('fails without harm when memory is full', async () => {
      const { model } = await fresh({ maximum: 2 });
      let p = model.malloc(1000);
      model.malloc(100);
      for (let size = 1001; size < 10 * PAGE; size = Math.floor(size * 1.3)) {
        const q = model.realloc(p, size);
        if (!q) break;
        p = q;
      }
      model.finish();
    });

    test('of NULL is malloc, to 0 bytes is a block', async () => {
      const { model } = await fresh();
      const p = model.realloc(0, 100);
      assert(p);
      assert.equal(model.realloc(p, 0), p);
      model.finish();
    });
  });

  test('usable size: what blocks of 16 bytes less a header hold', async () => {
    const { exports, costs } = await fresh();
    assert.equal(exports.malloc_usable_size(0), 0);
    const least = costs.block(0) / 16;
    for (const granules of [least, least + 1, least + 2, 63]) {
      const usable = 16 * granules - costs.header;
      for (const request of [granules > least ? usable - 15 : 0, usable])
        assert.equal(exports.malloc_usable_size(exports.malloc(request)), usable, String(request));
    }
  });
}

/** What each function gives and refuses. */
function testCalls(name) {
  const fresh = (options) => freshOf(name, options);

  test('calloc clears memory that was used before, and refuses an overflow', async () => {
    const { exports, model } = await fresh();
    for (let i = 0; i < 20; i++) model.malloc(1000);
    for (const p of [...model.blocks.keys()]) model.free(p);
    model.calloc(7, 1000);
    const pages = model.pages();
    for (const [count, size] of [
      [65536, 65536],
      [2 ** 31, 2],
      [2 ** 32 - 1, 2 ** 32 - 1],
      [3, 0x55555556],
      [0x10001, 0xffff0],
    ]) {
      assert.equal(exports.calloc(count, size), 0, `calloc(${count}, ${size})`);
      assert.equal(exports.calloc(size, count), 0, `calloc(${size}, ${count})`);
    }
    assert.equal(model.pages(), pages);
    assert(model.calloc(0, 0) && model.calloc(0, 2 ** 32 - 1) && model.calloc(2 ** 32 - 1, 0));
    model.finish();
  });

  test('every alignment to 2^31, at every offset, in all three functions', async () => {
    for (const call of ['aligned_alloc', 'memalign']) {
      const { model } = await fresh({ maximum: 64 });
      for (let log = 0; log < 32; log++) {
        for (const size of [0, 1, 100, 5000]) {
          const p = model.aligned(2 ** log, size, call);
          assert.equal(p !== 0, log < 22 && p !== 0, `alignment 2^${log}`);
          if (log < 20) assert(p, `alignment 2^${log}, ${size} bytes`);
        }
        if (log % 3 === 0) for (const p of [...model.blocks.keys()]) model.free(p);
      }
      model.finish();
    }
    const { exports, model } = await fresh();
    for (let log = 12; log < 31; log++) {
      const p = exports.aligned_alloc(2 ** log, 100) >>> 0;
      assert(p && p % 2 ** log === 0, `alignment 2^${log}`);
      if (log === 12) exports.check_add_pool(exports.__heap_base.value);
      exports.free(p);
      assert.equal(exports.check(), 0);
    }
    model.check();
  });

  test('an alignment that is no power of two gives NULL', async () => {
    const { exports, model } = await fresh();
    for (const align of [0, 3, 5, 6, 12, 24, 48, 100, 4095, 4097, 2 ** 31 + 1, 2 ** 32 - 1]) {
      assert.equal(exports.aligned_alloc(align, 10), 0, String(align));
      assert.equal(exports.memalign(align, 10), 0, String(align));
    }
    assert.equal(model.pages(), 1);
  });

  test('posix_memalign: 0 and the block, or EINVAL or ENOMEM and *out unchanged', async () => {
    const { exports, model } = await fresh({ maximum: 16 });
    const out = model.malloc(4);
    const view = () => new DataView(exports.memory.buffer);
    for (const [align, size, result] of [
      [4, 100, MODULES[name].target ? 28 : 0], // a pointer has 8 bytes in wasm64
      [8, 100, 0],
      [16, 1, 0],
      [4096, 5000, 0],
      [65536, 1, 0],
      [0, 1, 28],
      [1, 1, 28],
      [2, 1, 28],
      [3, 1, 28],
      [12, 1, 28],
      [4097, 1, 28],
      [16, 2 ** 32 - 1, 48],
      [16, 2 ** 21, 48],
      [2 ** 31, 1, 48],
    ]) {
      view().setUint32(out, 0xdeadbeef, true);
      assert.equal(
        exports.posix_memalign(out, align, size),
        result,
        `posix_memalign(${align}, ${size})`,
      );
      const p = view().getUint32(out, true);
      if (result) assert.equal(p, 0xdeadbeef);
      else assert.equal(p % Math.max(align, 16), 0);
      assert.equal(exports.check(), 0);
    }
  });
}

for (const name of SPARING) {
  test(`${name}: calloc does not write memory that is fresh, and clears what is not`, async () => {
    const { memory, malloc, calloc, free } = instantiate(await shippedModule(name));
    const p = malloc(70000) >>> 0;
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(7, p + 70100, bytes.length - 64); // nobody else has been there
    const q = calloc(1, 20000) >>> 0;
    assert(q > p);
    const written = bytes.subarray(q, q + 20000).filter((byte) => byte !== 7).length;
    assert(written > 0 && written < 200, `${written} bytes of fresh memory were written`);
    bytes.fill(7, q, q + 20000);
    free(q);
    assert.equal(calloc(1, 20000) >>> 0, q);
    assert(
      bytes.subarray(q, q + 20000).every((byte) => byte === 0),
      'a block in use before was not cleared',
    );
  });
}

for (const name of FAMILIES) {
  test(`${name}: calloc as the first call clears memory that was used before`, async () => {
    const { memory, calloc } = instantiate(await shippedModule(name));
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(7, PAGE / 2);
    const p = calloc(1, PAGE / 2) >>> 0;
    assert(p && bytes.subarray(p, p + PAGE / 2).every((byte) => byte === 0));
  });
}

/** The most bytes before a payload that are not the block's before it. */
const HEADER = 16;

/** How many bytes differ: a loop is many times faster than reduce. */
function countOther(bytes, others) {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += Number(bytes[i] !== others[i]);
  return count;
}

for (const name of PLAIN) {
  test(`${name}: aligned_alloc copies nothing, where it takes from used memory and in the tail`, async () => {
    const { memory, malloc, free, aligned_alloc: aligned } = instantiate(await shippedModule(name));
    const hole = malloc(20 * PAGE) >>> 0;
    const wall = malloc(0) >>> 0;
    const tail = malloc(40 * PAGE) >>> 0;
    const noise = random(1);
    const bytes = new Uint8Array(memory.buffer);
    for (let i = hole; i < tail + 40 * PAGE; i++) {
      const isFree = i < wall - HEADER || i >= tail;
      if (isFree) bytes[i] = noise(256); // where bytes differ, a copy shows
    }
    free(hole);
    free(tail);
    for (const align of [32, 4096, PAGE, 16 * PAGE]) {
      for (const size of [0, 100, PAGE, 3 * PAGE]) {
        const before = bytes.slice();
        const p = aligned(align, size) >>> 0;
        assert(p % align === 0 && memory.buffer.byteLength === bytes.length);
        const changed = countOther(bytes, before);
        assert(changed < 200, `${size} bytes at ${align}: ${changed} bytes were written`);
        free(p);
      }
    }
  });
}

for (const name of FAMILIES) {
  test(`${name}: buffers that grow in turn take no more memory than the first few`, async () => {
    for (const size of [300, 5000, 70000, 100000, 300000]) {
      const { memory, malloc, free, realloc } = instantiate(await shippedModule(name));
      let last = realloc(malloc(16), size);
      let settled = 0;
      for (let i = 0; i < 500; i++) {
        const next = realloc(malloc(16), size);
        free(last);
        last = next;
        if (i === 20) settled = memory.buffer.byteLength;
      }
      assert.equal(memory.buffer.byteLength, settled, `${size} bytes`);
    }
  });

  // A build that fills its blocks touches gigabytes.
  const vast = { skip: !isWhole && MODULES[name].guards };
  test(
    `${name}: realloc to more than two thirds of 2^32 gives what was asked for, or NULL`,
    vast,
    async () => {
      const {
        malloc,
        free,
        realloc,
        malloc_usable_size: usable,
      } = instantiate(await shippedModule(name));
      const big = malloc(0xb0000000) >>> 0;
      const keep = malloc(1000) >>> 0;
      for (let size = 2 ** 28; size >= 8; size /= 2) while (malloc(size)) continue;
      free(big);
      const p = malloc(3000);
      malloc(3000);
      assert(big && keep > big);
      assert.equal(realloc(p, 0xb0000000), 0);
      const q = realloc(p, 0xaaaaaaac) >>> 0;
      assert(q && q + (usable(q) >>> 0) < keep);
    },
  );
}

for (const name of FAMILIES) {
  test(`${name}: realloc where memory is full leaves the block as it is`, async () => {
    for (const size of [1, 100, 500, 1000, 5000]) {
      const {
        malloc,
        realloc,
        check,
        check_add_pool: addPool,
        malloc_usable_size: usable,
        memory,
        __heap_base: heapBase,
      } = instantiate(await checkedModule(name, { maximum: 1 }));
      const p = malloc(size);
      addPool(heapBase.value);
      while (malloc(1));
      const bytes = new Uint8Array(memory.buffer, p, usable(p)).fill(size);
      for (const more of [1, 30, 1000, 20000])
        assert.equal(realloc(p, bytes.length + more), 0, `${size} and ${more} bytes`);
      assert(bytes.every((byte) => byte === size % 256));
      assert.equal(check(), 0);
    }
  });
}

for (const name of PLAIN) {
  test(`${name}: large blocks before one just freed grow in place`, async () => {
    for (let size = 70000; size < 200000; size += 977) {
      const {
        malloc,
        free,
        realloc,
        check,
        check_add_pool: addPool,
        __heap_base: heapBase,
      } = instantiate(await checkedModule(name));
      const p = malloc(size);
      addPool(heapBase.value);
      free(malloc(149));
      for (const more of [1000, 20000, 60000])
        assert.equal(realloc(p, size + more), p, `${size} and ${more} bytes`);
      assert.equal(check(), 0);
    }
  });
}
