// SPDX-License-Identifier: MIT OR Apache-2.0
// Behaviour of every module: as shipped, and as its checked twin, in which
// the invariants are verified after every operation. SEED=n adds a seed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createModel, logSize, random, randomStep } from './model.js';
import { checkedModule, instantiate, PAGE, shippedModule, VARIANTS } from './modules.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, ...(process.env.SEED ? [Number(process.env.SEED)] : [])];
const MAX = 2 ** 32 - 1;

for (const name of VARIANTS) {
  const fresh = async (options) => {
    const exports = instantiate(await checkedModule(name, options));
    return { exports, model: createModel(exports) };
  };

  describe(`${name}.wasm`, () => {
    test('exports its functions and memory, and imports nothing', async () => {
      const module = new WebAssembly.Module(await shippedModule(name));
      const { MODULES } = await import('../wasm/variants.js');
      assert.deepEqual(WebAssembly.Module.imports(module), []);
      const exported = WebAssembly.Module.exports(module).map((entry) => entry.name);
      assert.deepEqual(exported.sort(), ['memory', ...MODULES[name].exports].sort());
    });

    for (const seed of SEEDS) {
      test(`shipped: random operations keep to the shadow, seed ${seed}`, async () => {
        const exports = instantiate(await shippedModule(name));
        const model = createModel(exports);
        const below = random(seed);
        for (let i = 0; i < 6000; i++) randomStep(model, exports, below, { bits: 15 });
        model.finish(below);
      });

      test(`checked: invariants hold after each step, seed ${seed}`, async () => {
        const { exports, model } = await fresh({ shift: 1 + seed * 7 });
        const below = random(seed);
        for (let i = 0; i < 3000; i++) randomStep(model, exports, below);
        model.finish(below);
      });

      test(`checked: somebody else grows memory between operations, seed ${seed}`, async () => {
        const { exports, model } = await fresh({ maximum: 2000 });
        const below = random(seed + 100);
        for (let i = 0; i < 1500; i++) randomStep(model, exports, below, { bits: 17, foreign: 12 });
        model.finish(below);
      });

      test(`checked: memory ends at every size, seed ${seed}`, async () => {
        for (let maximum = 1; maximum <= 12; maximum++) {
          const { exports, model } = await fresh({ maximum });
          const below = random(seed + 200);
          for (let i = 0; i < 300; i++) randomStep(model, exports, below, { bits: 17, foreign: 40 });
          model.finish(below);
        }
      });
    }

    test('a foreign growth between any two operations of a scenario', async () => {
      const scenario = [70000, 100, 65536 * 2, 16, 40000, 131072, 12];
      for (let at = 0; at <= scenario.length; at++) {
        const { model } = await fresh();
        scenario.forEach((size, i) => {
          if (i === at) model.foreignGrow(1);
          assert(model.malloc(size));
        });
        model.finish();
      }
    });

    test('the first request around k x 64 KiB takes just the pages it needs', async () => {
      const bytes = await checkedModule(name);
      for (const k of [0, 1, 2, 3, 4, 16, 100]) {
        for (let request = Math.max(0, k * PAGE - 6000); request <= k * PAGE + 40; request += request < k * PAGE - 64 ? 61 : 1) {
          const exports = instantiate(bytes);
          const model = createModel(exports);
          assert(model.malloc(request), `malloc(${request})`);
          const first = Math.ceil((exports.__heap_base.value + 4) / 16) * 16;
          const block = Math.floor((request + 19) / 16) * 16;
          assert.equal(model.pages(), Math.ceil((first + block) / PAGE), `pages after malloc(${request})`);
          model.finish();
        }
      }
    });

    test('a second request around k x 64 KiB counts the free tail', async () => {
      const bytes = await checkedModule(name);
      for (let request = PAGE - 5000; request <= PAGE + 48; request += 4) {
        const exports = instantiate(bytes);
        const model = createModel(exports);
        model.malloc(1000);
        const p = model.malloc(request);
        const end = p + Math.floor((request + 19) / 16) * 16;
        assert.equal(model.pages(), Math.ceil((end - 4) / PAGE), `pages after malloc(${request})`);
      }
    });

    test('the heap begins where data ends, for every alignment of that', async () => {
      for (let shift = 1; shift <= 17; shift++) {
        const { exports, model } = await fresh({ shift });
        const p = model.malloc(1);
        assert(p >= exports.__heap_base.value + 4 && p < exports.__heap_base.value + 20);
        assert.equal(model.pages(), 1, 'the initial memory was not used');
        model.finish();
      }
    });

    test('data that ends where memory does leaves a heap that can still grow', async () => {
      for (const left of [0, 1, 4, 12, 15, 16, 17, 31, 32, 48]) {
        const at0 = instantiate(await checkedModule(name, { shift: 1 })).__heap_base.value;
        const { exports, model } = await fresh({ shift: PAGE - at0 - left, initial: 1 });
        assert.equal(Math.ceil(exports.__heap_base.value / 16) * 16 <= PAGE, true);
        assert(model.malloc(100));
        model.finish();
      }
    });

    test('requests that can not be met return NULL, grow nothing and lose nothing', async () => {
      for (const maximum of [1, 3, PAGE]) {
        const { exports, model } = await fresh({ maximum });
        const first = model.malloc(10);
        const sizes = [maximum * PAGE - 4, 0x7fffffff, 0x80000000, 0xc0000000];
        for (let size = MAX; size > MAX - 1200; size--) sizes.push(size);
        for (let size = MAX; size > 2 ** 32 - PAGE * 2; size -= 997) sizes.push(size);
        const most = maximum * PAGE - exports.__heap_base.value;
        for (const size of sizes.filter((n) => n > most)) {
          assert.equal(model.malloc(size), 0, `malloc(${size})`);
          if (!exports.realloc) continue;
          assert.equal(model.realloc(first, size), 0, `realloc(${size})`);
          assert.equal(model.calloc(1, size), 0, `calloc(${size})`);
          for (let log = 0; log < 32; log += 1 + (size % 3)) assert.equal(model.aligned(2 ** log, size), 0, `aligned_alloc(2^${log}, ${size})`);
        }
        model.finish();
      }
    });

    test('memory that can not grow serves what it has, and then NULL', async () => {
      const { exports, model } = await fresh({ maximum: 1 });
      const below = random(9);
      let failed = 0;
      for (let i = 0; i < 2000; i++) {
        if (model.blocks.size && below(3) === 0) model.free([...model.blocks.keys()][below(model.blocks.size)]);
        else if (!model.malloc(logSize(below, 12))) failed++;
      }
      assert(failed > 0, 'memory was never exhausted');
      assert.equal(exports.memory.buffer.byteLength, PAGE);
      model.finish(below);
    });

    const holes = [0, 12, 13, 100, 1000, 5000, 5001, 33000, 70001];
    for (const size of holes) {
      test(`exhausted with blocks of ${size} bytes; every second one freed is had again`, async () => {
        const { model } = await fresh({ maximum: size < 100 ? 2 : 8 });
        const all = [];
        for (let p = model.malloc(size); p; p = model.malloc(size)) all.push(p);
        const holesMade = all.filter((_, i) => i % 2);
        for (const p of holesMade) model.free(p);
        for (const _ of holesMade) assert(model.malloc(size), `a hole of ${size} bytes was not refilled`);
        assert.equal(model.malloc(size), 0);
        model.finish(random(size));
      });
    }

    test('plateau: 85196 and 80000 bytes in turn', async () => {
      const { model } = await fresh();
      let held = model.malloc(85196);
      let pages = 0;
      for (let i = 0; i < 500; i++) {
        const next = model.malloc(i % 2 ? 85196 : 80000);
        model.free(held);
        held = next;
        if (i === 10) pages = model.pages();
      }
      assert.equal(model.pages(), pages, 'memory grows without end');
      assert(pages <= 4, `${pages} pages`);
      model.finish();
    });

    test('plateau: a steady churn settles', async () => {
      const exports = instantiate(await shippedModule(name));
      const below = random(5);
      const slots = new Array(500).fill(0);
      let live = 0;
      const sizes = new Array(500).fill(0);
      let peak = 0;
      const stacks = name === 'tlsf-fast' ? 4 * PAGE : 0; // what they may hold: src/quick.h
      const churn = (steps) => {
        for (let i = 0; i < steps; i++) {
          const at = below(slots.length);
          exports.free(slots[at]);
          live -= sizes[at];
          sizes[at] = logSize(below, 14);
          slots[at] = exports.malloc(sizes[at]);
          live += sizes[at];
          peak = Math.max(peak, live);
        }
      };
      churn(50000);
      const settled = exports.memory.buffer.byteLength;
      churn(500000);
      assert(exports.memory.buffer.byteLength <= settled * 1.2, 'memory grows without end');
      assert(exports.memory.buffer.byteLength <= peak * 1.3 + PAGE + stacks, `${exports.memory.buffer.byteLength} bytes for a peak of ${peak}`);
    });

    test('ratchet: two buffers, each a page longer than the last but one', async (t) => {
      const exports = instantiate(await shippedModule(name));
      const held = [];
      for (let pages = 1; pages <= 200; pages++) {
        if (held.length === 2) exports.free(held.shift());
        held.push(exports.malloc(pages * PAGE));
      }
      const pages = exports.memory.buffer.byteLength / PAGE;
      t.diagnostic(`${pages} pages`);
      assert(pages <= 1000, `${pages} pages`);
    });

    test('65536 pages: blocks beyond 2 GiB, and one that ends at 2^32', async () => {
      const { exports, model } = await fresh();
      const big = exports.malloc(3e9) >>> 0;
      assert(big, 'malloc(3 GB)');
      exports.check_add_pool(exports.__heap_base.value);
      const high = exports.malloc(1e9) >>> 0;
      assert(high > 2 ** 31, 'a pointer above 2 GiB');
      const left = 2 ** 32 - (high + Math.floor((1e9 + 19) / 16) * 16) - 4;
      assert.equal(exports.malloc(left + 17) >>> 0, 0);
      const last = exports.malloc(left) >>> 0;
      assert(last, 'the rest up to 2^32');
      assert.equal(model.pages(), PAGE);
      assert.equal(exports.check(), 0);
      assert.equal(exports.malloc(0) >>> 0, 0, 'memory is full');
      new Uint8Array(exports.memory.buffer, last, left).fill(7, left - 100);
      for (const p of [high, last, big]) {
        exports.free(p);
        assert.equal(exports.check(), 0);
      }
      const first = Math.ceil((exports.__heap_base.value + 4) / 16) * 16;
      assert.equal(exports.malloc(2 ** 32 - first - 4 + 1) >>> 0, 0);
      assert.equal(exports.malloc(2 ** 32 - first - 4) >>> 0, first, 'all of it in one block');
    });

    test('64 KiB at a time: at most 300 growths until 1/32 more does not fit 2^32', async () => {
      const { exports } = await fresh();
      const sizes = new Set();
      while (exports.malloc(PAGE)) sizes.add(exports.memory.buffer.byteLength);
      assert.equal(Math.max(...sizes), 2 ** 32, 'memory was used up');
      const early = [...sizes].filter((size) => size <= (2 ** 32 / 33) * 32);
      assert(early.length <= 300, `${early.length} growths`);
      assert(sizes.size <= 300 + 65536 / 33, `${sizes.size} growths to the very end`);
    });

    test('somebody else grows memory to 2^32: no block is made at 0', async () => {
      const exports = instantiate(await checkedModule(name));
      const p = exports.malloc(100);
      exports.memory.grow(PAGE - exports.memory.buffer.byteLength / PAGE);
      assert.equal(exports.malloc(200000), 0);
      assert(exports.malloc(100) > p, 'what is left serves');
    });

    test('malloc(0) gives pointers of its own, free(NULL) does nothing', async () => {
      const { model } = await fresh();
      const a = model.malloc(0);
      const b = model.malloc(0);
      assert(a && b && a !== b);
      model.free(0);
      model.finish();
    });
  });
}
