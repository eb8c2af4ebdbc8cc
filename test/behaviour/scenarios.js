// SPDX-License-Identifier: MIT OR Apache-2.0
// Scenarios, each as data: what a heap goes through, from which seed, and the
// `options` of its checked twin (test/support/modules.js). Without options the
// module is as shipped. heap.test.js plays them in Node.js, engines.test.js in
// every engine: nothing here is of one.
import { assert } from '../support/assert.js';
import { createModel, PAGE, randomStep } from '../support/model.js';
import { random } from '../support/random.js';
import { costsOf } from '../support/costs.js';

const MAX = 2 ** 32 - 1;

/** How much a run does: the pages that memory ends at, and the part of the steps. */
export const WHOLE = { sizes: Array.from({ length: 12 }, (_, i) => i + 1), part: 1 };
export const SMALL = { sizes: [1, 2, 4, 11], part: 1 / 3 };

/** By name, the scenarios that a seed makes in a run. */
export const SEEDED = {
  'shipped: random operations keep to the shadow': (seed, { part }) => [
    { way: 'random', seed, steps: 6000 * part, bits: 15 },
  ],
  'checked: invariants hold after each step': (seed, { part }) => [
    { way: 'random', seed, steps: 3000 * part, options: { shift: 1 + (seed % 1000) * 7 } },
  ],
  'checked: somebody else grows memory between operations': (seed, { part }) => [
    {
      way: 'random',
      seed: seed + 100,
      steps: 1500 * part,
      bits: 17,
      foreign: 12,
      options: { maximum: 2000 },
    },
  ],
  'checked: memory ends at every size': (seed, { sizes, part }) =>
    sizes.map((maximum) => ({
      way: 'random',
      seed: seed + 200,
      steps: 300 * part,
      bits: 17,
      foreign: 40,
      options: { maximum },
    })),
};

/** By name, the scenarios at the limits. */
export const EXTREME = {
  'requests that can not be met return NULL, grow nothing and lose nothing': [1, 3, PAGE].map(
    (maximum) => ({ way: 'impossible', options: { maximum } }),
  ),
  '65536 pages: blocks beyond 2 GiB, and one that ends at 2^32': [{ way: 'full', options: {} }],
  'somebody else grows memory to 2^32: no block is made at 0': [{ way: 'surrounded', options: {} }],
};

function playRandomly(exports, model, { seed, steps, bits, foreign }) {
  const below = random(seed);
  for (let i = 0; i < steps; i++) randomStep(model, exports, below, { bits, foreign });
  model.finish(below);
}

/** Sizes that a memory of so many bytes does not have. */
function* impossibleSizes(most) {
  for (const size of [0x7fffffff, 0x80000000, 0xc0000000]) if (size > most) yield size;
  for (let size = 0xaaaaaa00; size < 0xaaaaab40; size += 5) if (size > most) yield size; // half as much again wraps
  for (let size = MAX; size > MAX - 1200; size--) yield size;
  for (let size = MAX; size > Math.max(most, 2 ** 32 - PAGE * 2); size -= 997) yield size;
}

function playImpossible(exports, model, { options: { maximum } }) {
  const first = model.malloc(10);
  const most = maximum * PAGE - exports.__heap_base.value;
  for (const size of [maximum * PAGE - costsOf(exports).header, ...impossibleSizes(most)]) {
    assert.equal(model.malloc(size), 0, `malloc(${size})`);
    if (!exports.realloc) continue;
    assert.equal(model.realloc(first, size), 0, `realloc(${size})`);
    assert.equal(model.calloc(1, size), 0, `calloc(${size})`);
    for (let log = 0; log < 32; log += 1 + (size % 3))
      assert.equal(model.aligned(2 ** log, size), 0, `aligned_alloc(2^${log}, ${size})`);
  }
  model.finish();
}

function playFull(exports, model) {
  const big = exports.malloc(3e9) >>> 0;
  assert(big, 'malloc(3 GB)');
  exports.check_add_pool(exports.__heap_base.value);
  const high = exports.malloc(1e9) >>> 0;
  assert(high > 2 ** 31, 'a pointer above 2 GiB');
  const costs = costsOf(exports);
  const top = 2 ** 32 - costs.end;
  const left = top - (high + costs.block(1e9));
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
  const first = costs.first(exports.__heap_base.value);
  assert.equal(exports.malloc(top - first + 1) >>> 0, 0);
  assert.equal(exports.malloc(top - first) >>> 0, first, 'all of it in one block');
}

function playSurrounded(exports, model) {
  const p = exports.malloc(100);
  assert(model.foreignGrow(PAGE - model.pages()), 'memory of 4 GiB');
  assert.equal(exports.malloc(200000), 0);
  assert(exports.malloc(100) > p, 'what is left serves');
}

const WAYS = {
  random: playRandomly,
  impossible: playImpossible,
  full: playFull,
  surrounded: playSurrounded,
};

/** Does a scenario need a memory of 4 GiB? */
export const isVast = ({ way }) => way === 'full' || way === 'surrounded';

/** Does it take a memory of 4 GiB in a few blocks? */
export const isFilled = ({ way }) => way === 'full';

/** Plays it over the exports of a fresh instance. */
export const play = (exports, scenario) =>
  WAYS[scenario.way](exports, createModel(exports), scenario);
