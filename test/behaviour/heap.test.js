// SPDX-License-Identifier: MIT OR Apache-2.0
// Behaviour of every module: as shipped, and as its checked twin, in which
// the invariants are verified after every operation. SEED=n adds a seed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { EXTREME, isFilled, play, SEEDED, SMALL, WHOLE } from './scenarios.js';
import { FLAT, importsMemory, isEmbedded, MODULES } from '../../tools/builds.js';
import { exportsOf } from '../../tools/build.js';
import { amount, isWhole, seeds } from '../support/tier.js';
import { costsOf } from '../support/costs.js';
import { createModel } from '../support/model.js';
import { nilIsChecked } from '../support/nil.js';
import { logSize, random } from '../support/random.js';
import {
  checkedModule,
  instantiate,
  MODULE_NAMES,
  moduleOfScenario,
  PAGE,
  shippedBytes,
  shippedModule,
} from '../support/modules.js';

const SEEDS = seeds(1, 4, 8);
const RUN = amount(SMALL, WHOLE);
const FILL = new URL('./fill.js', import.meta.url);

/** What a module in the memory of others takes from them: module, name, kind. */
const IMPORTS = [
  ['env', 'memory', 'memory'],
  ['env', '__heap_base', 'global'],
  ['env', '__heap_end', 'global'],
];

for (const name of MODULE_NAMES) {
  const { guards = false, index } = MODULES[name];
  const fresh = async (options) => {
    const exports = instantiate(await checkedModule(name, options));
    return { exports, model: createModel(exports) };
  };

  describe(`${name}.wasm`, () => {
    test('exports its functions, and exports memory or imports it and where to begin', async () => {
      const module = new WebAssembly.Module(await shippedBytes(name));
      const isOther = isEmbedded(MODULES[name]);
      const imported = WebAssembly.Module.imports(module).map((entry) => Object.values(entry));
      const wanted = IMPORTS.filter(([, what]) => isOther || what !== '__heap_base');
      assert.deepEqual(imported, importsMemory(MODULES[name]) ? wanted : []);
      const exported = WebAssembly.Module.exports(module).map((entry) => entry.name);
      const memory = importsMemory(MODULES[name]) ? [] : ['memory'];
      assert.deepEqual(exported.sort(), [...memory, ...exportsOf(MODULES[name])].sort());
    });

    const playAll = async (scenarios) => {
      for (const scenario of scenarios)
        play(instantiate(await moduleOfScenario(name, scenario)), scenario);
    };
    for (const [what, scenarios] of Object.entries(SEEDED)) {
      for (const seed of SEEDS) test(`${what}, seed ${seed}`, () => playAll(scenarios(seed, RUN)));
    }
    for (const [what, scenarios] of Object.entries(EXTREME)) {
      // A build that fills its blocks would touch gigabytes.
      const suits = scenarios.filter((scenario) => !guards || !isFilled(scenario));
      if (suits.length) test(what, () => playAll(suits));
    }

    if (MODULES[name].alone) {
      test('the nil block is checked, and the first block begins where data would', async () => {
        const { exports } = await fresh();
        nilIsChecked(exports, MODULES[name].target === 'wasm64');
        assert.equal(exports.malloc(1), exports.__heap_base.value);
      });
    }

    test('a foreign growth between any two requests', async () => {
      const requests = [70000, 100, 65536 * 2, 16, 40000, 131072, 12];
      for (let at = 0; at <= requests.length; at++) {
        const { model } = await fresh();
        requests.forEach((size, i) => {
          if (i === at) model.foreignGrow(1);
          assert(model.malloc(size));
        });
        model.finish();
      }
    });

    test('the first request around k x 64 KiB takes just the pages it needs', async () => {
      const bytes = await checkedModule(name);
      for (const k of amount([3], [0, 1, 2, 16], [0, 1, 2, 3, 4, 16, 100])) {
        for (
          let request = Math.max(0, k * PAGE - 6000);
          request <= k * PAGE + 40;
          request += request < k * PAGE - 64 ? 127 : 1
        ) {
          const exports = instantiate(bytes);
          const model = createModel(exports);
          assert(model.malloc(request), `malloc(${request})`);
          const costs = costsOf(exports);
          const first = costs.first(exports.__heap_base.value);
          const last = first + costs.block(request) - costs.header;
          assert.equal(
            model.pages(),
            Math.ceil((last + costs.end) / PAGE),
            `pages after malloc(${request})`,
          );
          model.finish();
        }
      }
    });

    test('a second request around k x 64 KiB counts the free tail', async () => {
      const bytes = await checkedModule(name);
      for (let request = PAGE - 5000; request <= PAGE + 48; request += amount(17, 4)) {
        const exports = instantiate(bytes);
        const model = createModel(exports);
        model.malloc(1000);
        const p = model.malloc(request);
        const costs = costsOf(exports);
        const last = p + costs.block(request) - costs.header;
        assert.equal(
          model.pages(),
          Math.ceil((last + costs.end) / PAGE),
          `pages after malloc(${request})`,
        );
      }
    });

    // test/embedded tries every place of a heap in the memory of others.
    if (!isEmbedded(MODULES[name])) {
      test('the heap begins where data ends, for every alignment of that', async () => {
        for (let shift = 1; shift <= 17; shift += amount(12, 1)) {
          const { exports, model } = await fresh({ shift });
          const p = model.malloc(1);
          assert.equal(p, costsOf(exports).first(exports.__heap_base.value));
          assert.equal(model.pages(), 1, 'the initial memory was not used');
          model.finish();
        }
      });

      test('data that ends where memory does leaves a heap that can still grow', async () => {
        for (const left of amount([0], [0, 1, 4, 12, 15, 16, 17, 31, 32, 48])) {
          const at0 = instantiate(await checkedModule(name, { shift: 1 })).__heap_base.value;
          const { exports, model } = await fresh({ shift: PAGE - at0 - left, initial: 1 });
          assert.equal(Math.ceil(exports.__heap_base.value / 16) * 16 <= PAGE, true);
          assert(model.malloc(100));
          model.finish();
        }
      });
    }

    test('memory that can not grow serves what it has, and then NULL', async () => {
      const { exports, model } = await fresh({ maximum: 1 });
      const below = random(9);
      let failed = 0;
      for (let i = 0; i < 2000; i++) {
        if (model.blocks.size && below(3) === 0)
          model.free([...model.blocks.keys()][below(model.blocks.size)]);
        else if (!model.malloc(logSize(below, 12))) failed++;
      }
      assert(failed > 0, 'memory was never exhausted');
      assert.equal(exports.memory.buffer.byteLength, PAGE);
      model.finish(below);
    });

    const holes = amount([5001], [0, 12, 13, 100, 1000, 5000, 5001, 33000, 70001]);
    for (const size of holes) {
      test(`exhausted with blocks of ${size} bytes; every second one freed is had again`, async () => {
        const { model } = await fresh({ maximum: size < 100 ? 2 : 8 });
        const all = [];
        for (let p = model.malloc(size); p; p = model.malloc(size)) all.push(p);
        const holesMade = all.filter((_, i) => i % 2);
        for (const p of holesMade) model.free(p);
        for (const _ of holesMade)
          assert(model.malloc(size), `a hole of ${size} bytes was not refilled`);
        assert.equal(model.malloc(size), 0);
        model.finish(random(size));
      });
    }

    test('plateau: 85196 and 80000 bytes in turn', async () => {
      const { model } = await fresh();
      let held = model.malloc(85196);
      let pages = 0;
      for (let i = 0; i < amount(50, 500); i++) {
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
      let used = 0;
      const sizes = new Array(500).fill(0);
      let peak = 0;
      // Coarse bins leave more holes; guards are more than the smallest blocks.
      const most = guards ? 1.6 : index === FLAT ? 1.4 : 1.3;
      const churn = (steps) => {
        for (let i = 0; i < steps; i++) {
          const at = below(slots.length);
          exports.free(slots[at]);
          used -= sizes[at];
          sizes[at] = logSize(below, 14);
          slots[at] = exports.malloc(sizes[at]);
          used += sizes[at];
          peak = Math.max(peak, used);
        }
      };
      churn(50000);
      const settled = exports.memory.buffer.byteLength;
      churn(amount(100000, 500000));
      assert(exports.memory.buffer.byteLength <= settled * 1.2, 'memory grows without end');
      assert(
        exports.memory.buffer.byteLength <= peak * most + PAGE,
        `${exports.memory.buffer.byteLength} bytes for a peak of ${peak}`,
      );
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

    const growths = async () => {
      const [sizes] = await once(
        new Worker(FILL, { workerData: await checkedModule(name) }),
        'message',
      );
      assert.equal(Math.max(...sizes), 2 ** 32, 'memory was used up');
      const { slack } = index;
      const early = [...sizes].filter((size) => size <= (2 ** 32 / (slack + 1)) * slack);
      assert(early.length <= 10 * slack, `${early.length} growths`);
      assert(sizes.size <= 10 * slack + 65536 / slack, `${sizes.size} growths to the very end`);
    };
    test(
      '256 KiB at a time: few growths until 1/64 more does not fit 2^32',
      { skip: !isWhole || guards },
      growths,
    );

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
