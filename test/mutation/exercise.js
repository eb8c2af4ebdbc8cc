// SPDX-License-Identifier: MIT OR Apache-2.0
// A short run of the wasm tests' model over one checked module; it fails as
// they do.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { BUILDS } from '../../tools/builds.js';
import { addressesSeen, found, IN_HARD, MISUSE, useWell } from '../misuse/misuse.js';
import { createModel, randomStep } from '../support/model.js';
import { random } from '../support/random.js';
import { costsOf } from '../support/costs.js';
import { instantiate, PAGE } from '../support/modules.js';
import { nilIsChecked } from '../support/nil.js';

const bytes = await readFile(process.argv[2]);

function randomRun(seed, options) {
  const exports = instantiate(bytes);
  const model = createModel(exports);
  const below = random(seed);
  for (let i = 0; i < 500; i++) randomStep(model, exports, below, options);
  model.finish(below);
}

/** Memory that ends at 2^32: the last block there, and none beyond. */
function toTheEnd() {
  const exports = instantiate(bytes);
  const { memory, malloc, free, check, check_add_pool: addPool, __heap_base: heapBase } = exports;
  const low = malloc(3e9) >>> 0;
  addPool(heapBase.value);
  const high = malloc(1e9) >>> 0;
  assert(low && high > 2 ** 31);
  const costs = costsOf(exports);
  const left = 2 ** 32 - costs.end - (high + costs.block(1e9));
  assert.equal(malloc(left + 17), 0);
  assert(malloc(left));
  assert.equal(memory.buffer.byteLength, PAGE * PAGE);
  assert.equal(malloc(0), 0);
  free(high);
  free(low);
  assert.equal(check(), 0);
}

/** Somebody else takes the rest of memory: nothing begins at 0. */
function othersToTheEnd() {
  const { memory, malloc } = instantiate(bytes);
  const p = malloc(100);
  memory.grow(PAGE - memory.buffer.byteLength / PAGE);
  assert.equal(malloc(200000), 0);
  assert(malloc(100) > p);
}

/** A module alone in its memory has no byte before its first block. */
function alone() {
  const exports = instantiate(bytes);
  nilIsChecked(exports);
  assert.equal(exports.malloc(1), exports.__heap_base.value);
}

/** Nothing, and what can not be met. */
function nothing() {
  const exports = instantiate(bytes);
  const most = 2 ** 32 - 1;
  exports.free(0);
  for (let size = most; size > most - 200; size--) assert.equal(exports.malloc(size), 0);
  if (!exports.realloc) return;
  assert.equal(exports.malloc_usable_size(0), 0);
  const p = exports.realloc(0, 10);
  for (const size of [most, most - 100]) {
    assert.equal(exports.realloc(p, size), 0);
    assert.equal(exports.calloc(1, size), 0);
    assert.equal(exports.aligned_alloc(64, size), 0);
  }
  assert.equal(exports.aligned_alloc(3, 10), 0);
  exports.free(p);
}

/** What each build that finds misuse must find. */
const MISUSES = { [BUILDS.checked.module]: MISUSE, [BUILDS.hard.module]: IN_HARD };

function misused(misuses) {
  for (const misuse of misuses) {
    const result = found(instantiate(bytes), misuse);
    assert(result, misuse.name);
    if (process.argv[4] === BUILDS.checked.module)
      assert.equal(result.kind, misuse.kind, misuse.name);
  }
}

for (const seed of [1, 2, 3]) randomRun(seed, { bits: 13 });
randomRun(4, { bits: 17, foreign: 12 });
nothing();
toTheEnd();
othersToTheEnd();
if (process.argv[3] === 'true') alone();
if (MISUSES[process.argv[4]]) misused(MISUSES[process.argv[4]]);
if (process.argv[4] === BUILDS.checked.module) useWell(instantiate(bytes), 1);
if (process.argv[4] === BUILDS.hard.module) assert.equal(addressesSeen(instantiate(bytes), 1), 0);
