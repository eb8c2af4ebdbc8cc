// SPDX-License-Identifier: MIT OR Apache-2.0
// memory.grow fails at the N-th call for every N, alone or with all that come
// after it, in scenarios that grow memory in every way, on the compiled code
// of each variant with its invariants checked after every operation. Then
// growth works again. SEED=n adds a seed to the random ones.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { amount, seeds } from '../support/tier.js';
import { failingGrow, growthOf } from './grow.js';
import { createModel, randomStep } from '../support/model.js';
import { random } from '../support/random.js';
import { checkedModule, GUARDED, instantiate, PAGE, VARIANTS, WIDE } from '../support/modules.js';

const SEEDS = seeds(1, 2, 4);
const FOREVER = 2 ** 30;

const times = (n, operation) => Array.from({ length: n }, (_, i) => operation(i));
const malloc = (name, size) => ({ call: 'malloc', name, size });
const calloc = (name, size) => ({ call: 'calloc', name, size });
const realloc = (name, size) => ({ call: 'realloc', name, size });
const aligned = (name, align, size) => ({ call: 'aligned', name, align, size });
const free = (name) => ({ call: 'free', name });
const foreign = { call: 'foreign' };

/** Ways to make memory grow; each name is a block. */
const SCENARIOS = {
  'the first request': [malloc('a', 3 * PAGE), malloc('b', 10), free('a'), malloc('c', 5 * PAGE)],
  'the first request is small': times(5, (i) => malloc(i, 40000)),
  'behind a free tail': [
    malloc('a', 50000),
    free('a'),
    malloc('b', 2 * PAGE),
    free('b'),
    malloc('c', 4 * PAGE),
  ],
  'behind a used tail': times(6, (i) => malloc(i, PAGE - 4)),
  'one page at a time, and back': [
    ...times(8, (i) => malloc(i, PAGE)),
    ...times(4, (i) => free(2 * i)),
    malloc('x', 3 * PAGE),
    malloc('y', PAGE),
  ],
  'slack of many pages': [
    malloc('a', 40 * PAGE),
    malloc('b', 5 * PAGE),
    malloc('c', PAGE),
    free('a'),
    malloc('d', 44 * PAGE),
  ],
  'somebody else grew before the first request': [
    foreign,
    malloc('a', 2 * PAGE),
    malloc('b', 2 * PAGE),
  ],
  'somebody else grew between two': [
    malloc('a', 60000),
    foreign,
    malloc('b', 60000),
    malloc('c', PAGE),
    foreign,
    malloc('d', 70000),
    free('b'),
    malloc('e', 3 * PAGE),
  ],
  'somebody else grew behind a free tail': [
    malloc('a', 60000),
    malloc('b', 30000),
    free('b'),
    foreign,
    malloc('c', 2 * PAGE),
    free('c'),
    foreign,
    malloc('d', 3 * PAGE),
  ],
  'many small blocks in holes': [
    ...times(300, (i) => malloc(i, (i * 37) % 900)),
    ...times(150, (i) => free(2 * i)),
    malloc('x', PAGE),
    ...times(100, (i) => malloc(`n${i}`, 800)),
  ],
  'the stacks are full': [
    ...times(480, (i) => malloc(i, 16 * (i % 60))),
    ...times(480, free),
    malloc('x', 2 * PAGE),
    malloc('y', 2 * PAGE),
    malloc('z', 100),
  ],
  'realloc lengthens the end': [
    realloc('a', 1000),
    ...times(8, (i) => realloc('a', (i + 1) * 50000)),
  ],
  'realloc lengthens a block before a free tail': [
    malloc('a', 30000),
    malloc('b', 20000),
    free('b'),
    realloc('a', 2 * PAGE),
    realloc('a', 3 * PAGE),
  ],
  'realloc moves': [
    malloc('a', 30000),
    malloc('b', 20),
    realloc('a', PAGE),
    malloc('c', 20),
    realloc('a', 3 * PAGE),
    realloc('b', PAGE),
  ],
  'realloc slides down or moves': [
    malloc('x', 40000),
    malloc('a', 30000),
    malloc('b', 20),
    free('x'),
    realloc('a', 60000),
    realloc('a', 2 * PAGE),
    realloc('a', 4 * PAGE),
  ],
  'realloc shrinks, then the rest is wanted': [
    malloc('a', 2 * PAGE),
    malloc('w', 10),
    realloc('a', 1000),
    malloc('b', PAGE),
    malloc('c', 2 * PAGE),
    realloc('w', 70000),
  ],
  aligned_alloc: [
    aligned('a', 4096, 10000),
    aligned('b', PAGE, 100),
    aligned('c', 4 * PAGE, PAGE),
    free('b'),
    aligned('d', 32, 2 * PAGE),
    aligned('e', 2 * PAGE, 10),
  ],
  'calloc of much, over memory used before': [
    malloc('a', 2 * PAGE),
    free('a'),
    calloc('b', 3 * PAGE),
    calloc('c', 10),
    free('b'),
    calloc('d', 6 * PAGE),
  ],
  'all of the family in turn': [
    malloc('a', 60000),
    calloc('b', 60000),
    aligned('c', 1024, 60000),
    realloc('a', 90000),
    free('b'),
    realloc('c', PAGE),
    realloc('c', 2 * PAGE),
    calloc('d', PAGE),
  ],
};

/** What the heap begins in; `left`: bytes of the first page behind the data. */
const MEMORIES = {
  'one page': {},
  'an unaligned start': { shift: 13 },
  'no memory of its own at first': { left: 0 },
  'a few bytes at first': { left: 24 },
  'three pages at most': { maximum: 3 },
  'six pages, two at first': { initial: 2, maximum: 6 },
};

/** In small fewer, as each is another module. */
const memories = Object.entries(MEMORIES).filter((_, i) => i % amount(3, 1) === 0);

async function failingModule(variant, { left, ...options }) {
  if (left !== undefined) {
    const at0 = instantiate(await checkedModule(variant, { shift: 1 })).__heap_base.value;
    options.shift = PAGE - at0 + 1 - left;
  }
  return failingGrow(await checkedModule(variant, options));
}

/** An operation of a scenario; false if it wants memory and gets none. */
function perform(model, blocks, { call, name, size, align }) {
  const p = blocks.get(name) ?? 0;
  if (call === 'foreign') return model.foreignGrow(1) || true;
  if (call === 'free') {
    model.free(p);
    blocks.delete(name);
    return true;
  }
  const q = {
    malloc: () => model.malloc(size),
    calloc: () => model.calloc(1, size),
    aligned: () => model.aligned(align, size),
    realloc: () => model.realloc(p, size),
  }[call]();
  if (q) blocks.set(name, q);
  return q !== 0;
}

/** It took no more than the request, what is free beside it, and 1/64 of all. */
function assertThrifty({ size = 0, align = 0 }, from, to) {
  assert(
    to - from <= Math.ceil((size + align + 64) / PAGE) + to / 64 + 1,
    `${to - from} pages for ${size} bytes`,
  );
}

/**
 * A scenario in which calls of memory.grow fail, from n to n + more: {calls,
 * refused}, how many there were and which operations got no memory.
 */
function play(bytes, scenario, n, more) {
  const exports = instantiate(bytes);
  const model = createModel(exports);
  const growth = growthOf(exports);
  const blocks = new Map();
  growth.failAt(n, more);
  const refused = [];
  for (const operation of scenario) {
    const { calls } = growth;
    const from = model.pages();
    if (!perform(model, blocks, operation)) {
      assert(
        growth.calls > calls,
        `refused, and memory.grow was not even tried: ${JSON.stringify(operation)}`,
      );
      refused.push(operation);
    }
    if (operation !== foreign) assertThrifty(operation, from, model.pages());
  }
  for (const p of model.blocks.keys()) model.verify(p);
  const { calls } = growth;
  growth.work();
  return { calls, refused, model, blocks, exports };
}

/** In how many of 40 random operations growth failed. */
function playAtRandom(bytes, below) {
  const exports = instantiate(bytes);
  const model = createModel(exports);
  const growth = growthOf(exports);
  let failed = 0;
  for (let i = 0; i < 40; i++) {
    const n = below(2) ? 1 + below(2) : FOREVER;
    growth.failAt(n, below(2) && FOREVER);
    randomStep(model, exports, below, { bits: 17, foreign: 30 });
    failed += growth.calls >= n;
  }
  growth.work();
  assert(model.malloc(20 * PAGE), 'growth works again');
  model.finish(below);
  return failed;
}

/** Growth works again: what was refused is had now, and all comes back whole. */
function recover({ refused, model, blocks }, possible) {
  for (const operation of refused) {
    if (blocks.has(operation.name) && operation.call !== 'realloc') continue; // had later on
    assert(
      perform(model, blocks, operation) || !possible,
      `refused when growth works again: ${JSON.stringify(operation)}`,
    );
  }
  model.finish(); // verifies each block as it goes
}

const NAMES = { calloc: 'calloc', realloc: 'realloc', aligned: 'aligned_alloc' };
const offered = (exports, scenario) =>
  scenario.every(({ call }) => !NAMES[call] || exports[NAMES[call]]);

for (const variant of [...VARIANTS, ...GUARDED, ...WIDE]) {
  describe(`${variant}.wasm, checked: memory.grow fails at each N`, () => {
    for (const [at, [memory, options]] of memories.entries()) {
      test(`in ${memory}`, async (t) => {
        const bytes = await failingModule(variant, options);
        // In small each memory has other scenarios.
        const scenarios = Object.entries(SCENARIOS)
          .filter((_, i) => i % amount(2, 1) === at % amount(2, 1))
          .filter(([, scenario]) => offered(instantiate(bytes), scenario));
        let runs = 0;
        let refusals = 0;
        for (const [name, scenario] of scenarios) {
          const whole = play(bytes, scenario, FOREVER, 0);
          assert(whole.calls > 0, `${name} does not grow memory`);
          const possible = whole.refused.length === 0;
          recover(whole, false);
          for (const more of [0, FOREVER]) {
            for (let n = 1, last = n; n <= last; n++, runs++) {
              try {
                const played = play(bytes, scenario, n, more);
                last = played.calls;
                refusals += played.refused.length;
                recover(played, possible && options.maximum === undefined);
              } catch (error) {
                error.message = `${name}, N = ${n}${more ? ' and all after it' : ''}: ${error.message}`;
                throw error;
              }
            }
          }
        }
        t.diagnostic(`${scenarios.length} scenarios, ${runs} runs, ${refusals} requests refused`);
        assert(refusals > 0);
      });
    }

    for (const seed of SEEDS) {
      test(`random operations, growth fails at random, seed ${seed}`, async (t) => {
        const bytes = await failingModule(variant, { shift: 1 + seed });
        const below = random(seed + 300);
        let failed = 0;
        for (let round = 0; round < amount(10, 50); round++) failed += playAtRandom(bytes, below);
        t.diagnostic(`growth failed in ${failed} of ${amount(10, 50) * 40} operations`);
        assert(failed > 0);
      });
    }
  });
}

describe('the injection itself', () => {
  let bytes;
  before(async () => {
    bytes = await failingModule(VARIANTS[0], {});
  });

  test('a module with no failure asked for grows as the one it was made of', async () => {
    const plain = instantiate(await checkedModule(VARIANTS[0]));
    const injected = instantiate(bytes);
    for (let i = 0; i < 30; i++) {
      assert.equal(injected.malloc(i * 9999), plain.malloc(i * 9999));
      assert.equal(injected.memory.buffer.byteLength, plain.memory.buffer.byteLength);
    }
    assert(injected.grow_calls.value > 0);
  });

  test('a lost block and a block written over are noticed', () => {
    const played = () => play(bytes, SCENARIOS['behind a used tail'], 3, FOREVER);
    const lost = played();
    lost.model.blocks.delete(lost.blocks.get(0)); // so nobody frees it
    assert.throws(() => recover(lost, true), /the whole span/);
    const spoilt = played();
    new Uint8Array(spoilt.exports.memory.buffer)[spoilt.blocks.get(0) + 5] ^= 1;
    assert.throws(() => recover(spoilt, true), /contents/);
  });
});
