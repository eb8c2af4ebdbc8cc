// SPDX-License-Identifier: MIT OR Apache-2.0
// Heaps over ranges of one memory, as shipped and as twins whose invariants are
// checked after each step: against a shadow, in ranges of every small size and
// place, up to the end of 4 GiB, extended by every remainder, and in threads.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { RANGED, RANGES } from '../../tools/builds.js';
import { binaryen } from '../../tools/binaryen.js';
import { PAGE, shippedBytes, testModule } from '../support/modules.js';
import { random } from '../support/random.js';
import { amount, isWhole, seeds } from '../support/tier.js';
import { createRanges, heapAt, LEAST, NOBODYS, randomStep } from './ranges.js';

const LIMIT = 2 ** 32;

const twinOf = (build) =>
  testModule({
    build,
    source: 'test/given/checked.c',
    exports: [...RANGES, 'check'],
    linkFlags: build.link,
  });

/** Each module as shipped, and its twin: {title, isShared, module}. */
const variants = [];
for (const [name, build] of Object.entries(RANGED)) {
  const isShared = build.features.includes('atomics');
  const made = { shipped: await shippedBytes(name), checked: await twinOf(build) };
  for (const [how, bytes] of Object.entries(made))
    variants.push({ title: `${name}, ${how}`, isShared, module: new WebAssembly.Module(bytes) });
}
const CHECKED = variants.filter(({ title }) => title.endsWith('checked'));

const memoryOf = (pages, shared) =>
  new WebAssembly.Memory({ initial: pages, maximum: shared ? pages : undefined, shared });

/** A memory of which nothing is in a range, and its shadow. */
function start({ module, isShared }, pages, fill = true) {
  const memory = memoryOf(pages, isShared);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const model = createRanges(exports, memory);
  if (fill) model.u8.fill(NOBODYS);
  return { exports, memory, model };
}

/** Ranges of every kind, apart by a few bytes that are nobody's, and room to extend them. */
function scatter(model, below, count) {
  for (let base = 16 + below(200), i = 0; i < count; i++) {
    const most = base + LEAST + 16 + below(i % 3 ? 9000 : 400);
    const range = model.create(base, LEAST + 16 + below(most - base - LEAST - 15));
    range.most = most;
    base = most + 70 + below(100);
  }
}

for (const variant of variants) {
  describe(variant.title, () => {
    for (const seed of seeds(2, 8)) {
      test(`random operations on 12 heaps in one memory, seed ${seed}`, () => {
        const below = random(seed);
        const { model, memory } = start(variant, 3);
        scatter(model, below, 12);
        for (let i = 0; i < amount(5000, 40000, 1000000); i++) {
          randomStep(model, below);
          if (i % 500 === 499) {
            model.checkOutside();
            const [old] = model.ranges.splice(below(12), 1);
            model.ranges.push(old);
            const { base, limit, most } = old;
            model.destroy(old);
            model.create(base, limit - base).most = most;
          }
        }
        for (const range of model.ranges) model.finish(range, below);
        model.checkOutside();
        assert.equal(memory.buffer.byteLength, 3 * PAGE, 'memory grew');
      });
    }
  });
}

for (const variant of CHECKED) {
  const { title } = variant;

  test(`${title}: ranges of every size to 600 at every place in a granule`, () => {
    const { model } = start(variant, 1);
    const places = isWhole ? 17 : 5;
    let made = 0;
    for (const from of [0, 1000])
      for (let i = 0; i < places; i++)
        for (let size = 0; size <= 600; size++) {
          const range = model.create(from + (isWhole ? i : 4 * i), size);
          if (!range) continue;
          made++;
          model.finish(range);
          assert.equal(model.malloc(range, 600), 0);
          model.destroy(range);
          model.u8.fill(NOBODYS, range.heap, range.limit);
        }
    assert(made > places * 500, `${made} ranges`);
    model.checkOutside();
  });

  test(`${title}: two heaps that touch do not see each other`, () => {
    const { model } = start(variant, 1);
    const below = random(7);
    for (const cut of isWhole
      ? Array.from({ length: 33 }, (_, i) => 3000 + i)
      : [3000, 3008, 3015]) {
      const pair = [model.create(1000, cut - 1000, true), model.create(cut, 2000, true)];
      for (const range of pair) range.most = range.limit;
      for (let i = 0; i < 300; i++) randomStep(model, below, 9);
      for (const range of pair) model.finish(range, below);
      model.checkOutside();
      for (const range of pair) model.destroy(range);
    }
  });

  test(`${title}: extended at each remainder, with a free block at its end and without`, () => {
    const { exports, model } = start(variant, 1);
    const step = isWhole ? 1 : 3;
    for (let size = LEAST; size < LEAST + 34; size += step)
      for (let more = 0; more < 50; more += step)
        for (const isFull of [false, true]) {
          const range = model.create(2000, size);
          const whole = isFull ? model.stats(range).largest : 0;
          if (isFull) assert(model.malloc(range, whole), 'it is full');
          for (const wrong of [range.limit - 16, range.limit - 1, range.limit + 1, 0, range.heap])
            assert(!model.extend(range, more, wrong));
          assert(model.extend(range, more));
          assert(!model.extend(range, 3, size + 2000 + more + 1), 'a gap');
          assert(model.extend(range, 3 * more));
          if (isFull) {
            const [p] = range.blocks.keys();
            const grown = model.realloc(range, p, whole + model.stats(range).free);
            assert.equal(grown, p, 'the block at the end grows into what was added');
          }
          model.finish(range);
          model.reset(range);
          model.destroy(range);
        }
    model.checkOutside();
    const range = model.create(PAGE - 400, 400);
    assert(!model.extend(range, 1), 'memory ends there');
    assert.equal(exports.tlsf_extend(range.heap, PAGE, LIMIT - PAGE), 0);
    assert.equal(exports.tlsf_extend(range.heap, PAGE, LIMIT - 1), 0);
  });

  test(`${title}: what can't be met returns 0 and loses nothing`, () => {
    const { exports, memory, model } = start(variant, 1);
    const range = model.create(1001, 5000);
    const p = model.malloc(range, 100);
    const hole = model.malloc(range, 200);
    model.malloc(range, 100);
    model.free(range, hole);
    const before = Buffer.from(memory.buffer.slice(0));
    const { largest } = model.stats(range);
    const sizes = [largest + HALF(largest), 5000, PAGE, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 64];
    for (let less = 1; less < 40; less++) sizes.push(LIMIT - less);
    for (const size of sizes) {
      assert.equal(exports.tlsf_malloc(range.heap, size), 0, `malloc(${size})`);
      assert.equal(exports.tlsf_realloc(range.heap, 0, size), 0, `realloc(0, ${size})`);
      for (const align of [1, 16, 32, 4096, 2 ** 31])
        assert.equal(exports.tlsf_aligned_alloc(range.heap, align, size), 0, `${align} ${size}`);
    }
    for (const align of [0, 3, 24, LIMIT - 1, 2 ** 31 + 1])
      assert.equal(exports.tlsf_aligned_alloc(range.heap, align, 8), 0, `alignment ${align}`);
    for (const align of [8192, 2 ** 16, 2 ** 30, 2 ** 31])
      assert.equal(exports.tlsf_aligned_alloc(range.heap, align, 8), 0, `alignment ${align}`);
    for (const [base, size] of IMPOSSIBLE)
      assert.equal(exports.tlsf_create(base, size), 0, `create(${base}, ${size})`);
    exports.tlsf_free(range.heap, 0);
    assert.equal(exports.tlsf_usable_size(range.heap, 0), 0);
    assert(before.equals(Buffer.from(memory.buffer.slice(0))), 'memory was written');
    for (const size of sizes) assert.equal(model.realloc(range, p, size), 0, `realloc(p, ${size})`);
    model.finish(range);
    assert.equal(memory.buffer.byteLength, PAGE);
  });

  test(`${title}: aligned_alloc copies nothing`, () => {
    const { exports, model } = start(variant, 1, false);
    const range = model.create(64, PAGE - 64, true);
    const pattern = (at) => (at * 7 + (at >> 8)) & 255;
    for (let align = 16; align <= 8192; align *= 2)
      for (const size of [0, 8, 24, 100, 5000]) {
        model.reset(range);
        for (let at = range.heap + 400; at < PAGE - 16; at++) model.u8[at] = pattern(at);
        const p = exports.tlsf_aligned_alloc(range.heap, align, size) >>> 0;
        assert(p && p % align === 0);
        for (let at = Math.max(p, range.heap + 400) + 8; at < p + size; at++)
          assert.equal(model.u8[at], pattern(at), `${align} ${size} at ${at - p}`);
      }
  });
}

/** What no request of a bin can exceed, as its largest blocks do its least. */
const HALF = (n) => Math.ceil(n / 2) + 16;

/** Ranges of a memory of a page that there can't be. */
const IMPOSSIBLE = [
  [PAGE, 400],
  [PAGE - 400, 401],
  [LIMIT - 400, 400],
  [LIMIT - 400, 800],
  [LIMIT - 1, 1],
  [LIMIT - 1, 400],
  [LIMIT - 1, LIMIT - 1],
  [LIMIT - 16, 1000],
  [LIMIT - 15, LIMIT - 1],
  [0, LIMIT - 1],
  [1, LIMIT - 1],
  [16, LIMIT - 1],
  [16, LIMIT - 16],
  [2000, 0],
  [0, 0],
];

for (const variant of CHECKED) {
  test(`${variant.title}: ranges that end at 4 GiB`, () => {
    const { exports, model } = start(variant, PAGE, false);
    const below = random(3);
    for (const size of [319, 320, 321, 335, 5000, PAGE, 2 ** 31, LIMIT - 1, LIMIT - 16]) {
      const range = model.create(LIMIT - size, size, true);
      assert.equal(Boolean(range), size >= 320 && heapAt(LIMIT - size) + LEAST <= LIMIT);
      if (!range) continue;
      range.most = range.limit;
      assert.equal(exports.tlsf_extend(range.heap, 0, 0), 0, 'behind the end there is nothing');
      assert.equal(exports.tlsf_extend(range.heap, 0, 4096), 0);
      assert.equal(exports.tlsf_extend(range.heap, 0, LIMIT - 1), 0);
      const { largest } = model.stats(range);
      const p = exports.tlsf_malloc(range.heap, largest) >>> 0;
      assert.equal(p + largest, LIMIT - 8, 'to the last byte');
      assert.equal(exports.tlsf_malloc(range.heap, 0), 0);
      exports.tlsf_free(range.heap, p);
      for (let i = 0; i < 300; i++) randomStep(model, below, 9);
      model.finish(range);
      model.ranges.splice(0);
    }
    const low = model.create(LIMIT - 5000, 4000, true);
    assert(model.extend(low, 1000), 'up to the end');
    model.finish(low);
    assert.equal(model.stats(low).largest, model.stats(low).free - 8);
    model.reset(low);
  });
}

test('the modules have no state: no data, no table, no global, one memory, and nothing grows it', async () => {
  const textOf = async (name) => {
    const module = binaryen.readBinary(await shippedBytes(name));
    const text = module.emitText();
    module.dispose();
    return text;
  };
  assert.match(await textOf('tlsf'), /memory\.grow/);
  for (const [name, { features }] of Object.entries(RANGED)) {
    const bytes = await shippedBytes(name);
    const module = new WebAssembly.Module(bytes);
    assert.deepEqual(WebAssembly.Module.imports(module), [
      { module: 'env', name: 'memory', kind: 'memory' },
    ]);
    const exported = WebAssembly.Module.exports(module);
    assert(exported.every(({ kind }) => kind === 'function'));
    assert.deepEqual(exported.map((each) => each.name).sort(), [...RANGES].sort());
    const state = /\(memory\.grow|\((data|table|global|start|elem) /;
    assert.doesNotMatch(await textOf(name), state);
    const isShared = features.includes('atomics');
    const instance = (shared) =>
      new WebAssembly.Instance(module, { env: { memory: memoryOf(1, shared) } });
    instance(isShared);
    assert.throws(() => instance(!isShared), WebAssembly.LinkError);
  }
});

test('threads with a heap each in one memory', async () => {
  const { module } = variants.find(({ isShared }) => isShared);
  const count = amount(2, 4);
  const size = 9001;
  const memory = memoryOf(4, true);
  new Uint8Array(memory.buffer).fill(NOBODYS);
  const failed = await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const base = 1000 + i * (size + 207);
      const data = { module, memory, base, size, seed: i + 1, steps: amount(5000, 50000) };
      const worker = new Worker(join(import.meta.dirname, 'worker.js'), { workerData: data });
      return new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
    }),
  );
  assert(
    failed.every((n) => n > 0),
    'no heap was ever full',
  );
});
