// SPDX-License-Identifier: MIT OR Apache-2.0
// The model that pictures are drawn from (cli/heap): after random operations on
// each module it reads from the bytes of memory what the shadow knows, what
// tlsf_heap_walk says, and foretells where malloc finds a block. SEED=n adds a
// seed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { blockSize, binOf, readApart, readBins, sizesOf } from '../../cli/heap/bins.js';
import { readBlocks } from '../../cli/heap/blocks.js';
import { LAYOUTS } from '../../cli/heap/layouts.js';
import { randomLoad } from '../../cli/heap/loads.js';
import { Machine, PAGE } from '../../cli/heap/machine.js';
import { seenBlocks } from '../../cli/heap/outside.js';
import { searchOf } from '../../cli/heap/search.js';
import { statsOf } from '../../cli/heap/stats.js';
import { Timeline } from '../../cli/heap/timeline.js';
import { FREE, MALLOC } from '../../js/recording.js';
import { heapOf, linked, ROWS } from '../inspect/heap.js';
import { amount, seeds } from '../support/tier.js';
import { SHOWN } from '../../web/layouts.js';
import { allocatorOf } from './allocator.js';

const STEPS = amount(250, 3000);

/** What a heap is like now. */
function pictureOf({ memory, allocator: { layout } }) {
  const { buffer } = memory;
  const blocks = readBlocks(buffer, layout);
  return { layout, blocks, bins: readBins(buffer, layout), apart: readApart(buffer, layout) };
}

const list = (blocks) => Array.from({ length: blocks.count }, (_, i) => blocks.get(i));

/** The row of blocks is that of the shadow, without a hole, to the end of memory. */
function assertRow(machine, { blocks, layout }) {
  const { pointer, size } = machine.slots;
  const live = machine.live();
  const used = list(blocks).filter((block) => block.used);
  const own = layout.before + layout.cost;
  assert.deepEqual(
    used.map(({ at }) => at + own),
    live.map((slot) => pointer[slot]).sort((a, b) => a - b),
  );
  for (const slot of live) {
    const block = blocks.get(blocks.find(pointer[slot]));
    const needed = blockSize(layout, size[slot]);
    assert(block.size >= needed, `${block.size} bytes for ${size[slot]}`);
  }
  for (let i = 1; i < blocks.count; i++) {
    assert.equal(blocks.at[i], blocks.at[i - 1] + blocks.size[i - 1]);
    assert(blocks.used[i] || blocks.used[i - 1], 'no two neighbours are free');
  }
  if (blocks.count) assert(machine.memory.buffer.byteLength - blocks.end < 64);
}

/** Every free block is in the bin of its size, or apart; the map's bits say so. */
function assertIndex({ layout, blocks, bins, apart }) {
  const found = Object.values(apart).filter((at) => at !== undefined);
  bins.forEach(({ lit, blocks: inBin }, bin) => {
    assert.equal(lit, inBin.length > 0, `bin ${bin}`);
    for (const at of inBin) {
      const size = blocks.size[blocks.find(at)];
      const [least, behind] = sizesOf(layout, bin);
      assert(size >= least && size < behind, `${size} bytes in bin ${bin}`);
      assert.equal(binOf(layout, size), bin);
      found.push(at);
    }
  });
  const free = list(blocks).filter((block) => !block.used);
  assert.deepEqual(
    found.sort((a, b) => a - b),
    free.map(({ at }) => at),
  );
}

/** What the search foretold is what malloc returned. */
function assertFound({ layout, blocks }, search, p, grown) {
  assert.equal(search.from === 'growth', grown, search.from);
  if (grown) return assert(p > 0);
  assert.equal(p, search.found + layout.cost + layout.before, search.from);
  return assert(blocks.find(search.found) >= 0);
}

function play(machine, ops) {
  for (let i = 0; i < ops.length; i += 2) {
    const [what, size] = [ops[i], ops[i + 1]];
    const looks = i % 14 === 0;
    const before = looks && pictureOf(machine);
    const { pages } = machine;
    const p = machine.step(what, size);
    if (!looks) continue;
    const picture = pictureOf(machine);
    assertRow(machine, picture);
    assertIndex(picture);
    const isFirst = !before.blocks.count;
    if ((what & 3) !== MALLOC || isFirst) continue;
    const search = searchOf(before, blockSize(before.layout, size));
    assertFound(before, search, p, machine.pages > pages);
  }
}

for (const name of Object.keys(SHOWN)) {
  describe(name, () => {
    for (const seed of seeds(1, 5)) {
      test(`its bytes say what the shadow knows, seed ${seed}`, async () => {
        const allocator = await allocatorOf(name);
        for (const most of [300, 40_000])
          play(new Machine(allocator), randomLoad({ seed, count: STEPS, live: 60, most }));
      });
    }
  });
}

/** The layout of an archive's heap: that of a module with the same blocks, elsewhere. */
function layoutOf(archive, heap, first) {
  const { index, guards, target } = ROWS[archive];
  const isAlike = (row) => row.index === index && row.guards === guards && row.target === target;
  const alike = Object.keys(SHOWN).find((name) => isAlike(SHOWN[name]));
  return { ...LAYOUTS[alike], first, state: heap['tlsf.heap'].value };
}

describe('tlsf_heap_walk says the same', () => {
  for (const archive of Object.keys(ROWS)) {
    test(archive, async () => {
      const heap = heapOf(await linked(archive, ['--export=tlsf.heap']), ROWS[archive]);
      const machine = new Machine({ name: archive, module: undefined, exports: heap });
      for (const seed of seeds(1, 4)) {
        const ops = randomLoad({ seed, count: STEPS, live: 50, most: 3000 });
        for (let i = 0; i < ops.length; i += 2) {
          machine.step(ops[i], ops[i + 1]);
          if (i % 22) continue;
          const walked = heap.walk();
          const layout = layoutOf(archive, heap, walked[0].at);
          assert.deepEqual(
            list(readBlocks(heap.memory.buffer, layout)).map(({ payload, size, used }) => [
              payload,
              size,
              used,
            ]),
            walked.map(({ at, size, used }) => [at, size, used]),
          );
        }
        assert.equal(heap.tlsf_heap_check(), 0);
      }
      const { usedBlocks, freeBlocks, freeBytes, largestFree, fragmentation } = heap.stats();
      const layout = layoutOf(archive, heap, heap.walk()[0].at);
      const stats = statsOf(readBlocks(heap.memory.buffer, layout));
      assert.deepEqual([stats.usedBlocks, stats.freeBlocks], [usedBlocks, freeBlocks]);
      if (layout.own) return; // the walk then tells of the user's bytes
      assert.deepEqual(
        [stats.freeBytes, stats.largestFree, stats.fragmentation],
        [freeBytes, largestFree, fragmentation],
      );
    });
  }
});

describe('a timeline', () => {
  const ops = randomLoad({ seed: 3, count: amount(3000, 20_000), live: 300, most: 5000 });
  const stateOf = ({ machine }) => ({
    bytes: createHash('sha256').update(new Uint8Array(machine.memory.buffer)).digest('hex'),
    blocks: list(readBlocks(machine.memory.buffer, machine.allocator.layout)),
    live: machine.live().map((slot) => [machine.slots.pointer[slot], machine.slots.born[slot]]),
  });

  for (const name of ['tlsf', 'tlsf-fast', 'tlsf-import']) {
    test(`${name}: any way to a state leads to the same one`, async () => {
      const allocator = await allocatorOf(name);
      const timeline = new Timeline(allocator, ops);
      const straight = (at) => {
        const other = new Timeline(allocator, ops);
        other.go(at);
        return stateOf(other);
      };
      const end = timeline.length;
      for (const at of [end, end - 1, 1, 0, 1500, 1025, 1024, 1023, end, 2]) {
        timeline.go(at);
        assert.equal(timeline.at, at);
        assert.deepEqual(stateOf(timeline), straight(at), `${at} operations`);
      }
    });
  }

  test('many states are thinned out, and the results stay', async () => {
    const timeline = new Timeline(await allocatorOf('tlsf'), ops);
    timeline.every = 8;
    const large = Uint32Array.from([4 * 70_000 + MALLOC, 2 ** 22, ...ops]);
    timeline.extend(large);
    timeline.go(timeline.length);
    assert(timeline.every > 8);
    assert(timeline.states.length < 40);
    assert.equal(timeline.known, large.length / 2);
    timeline.go(5);
    assert.equal(timeline.results.pages[0], timeline.machine.pages);
  });
});

test('an allocator seen from outside: what it handed out, and the rest', async () => {
  const machine = new Machine(await allocatorOf('tlsf-min'));
  machine.step(0 * 4 + MALLOC, 100);
  machine.step(1 * 4 + MALLOC, 50);
  machine.step(2 * 4 + MALLOC, 10);
  machine.step(1 * 4 + FREE, 0);
  const blocks = list(seenBlocks(machine));
  const [a, , c] = machine.slots.pointer;
  assert.deepEqual(
    blocks.map(({ at, size, used }) => [at, size, used]),
    [
      [16, a - 16, false],
      [a, 100, true],
      [a + 100, c - a - 100, false],
      [c, 10, true],
      [c + 10, PAGE - c - 10, false],
    ],
  );
});
