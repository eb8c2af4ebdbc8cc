// SPDX-License-Identifier: MIT OR Apache-2.0
// What the page says and paints, without a browser: each request in words, the
// guided example on every build, pixels, rows, links.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { blockSize } from '../../cli/heap/bins.js';
import { classOf, hex } from '../../cli/heap/classes.js';
import { LAYOUTS } from '../../cli/heap/layouts.js';
import { randomLoad } from '../../cli/heap/loads.js';
import { PAGE } from '../../cli/heap/machine.js';
import { piecesOf } from '../../cli/heap/rows.js';
import { searchOf } from '../../cli/heap/search.js';
import { FREE, MALLOC, REALLOC } from '../../js/recording.js';
import { callText, explain } from '../../web/page/explain.js';
import { runScript } from '../../web/page/inputs/script.js';
import { hashOf, opsOf, opsText, stateOf } from '../../web/page/link.js';
import { blockInfo, pictureOf } from '../../web/page/picture.js';
import { FREE_PLAIN, HEADS, NOTHING, OUTSIDE, paintRows, USED } from '../../web/page/raster.js';
import { Run } from '../../web/page/run.js';
import { STOPS, TOUR_OPS } from '../../web/page/tour.js';
import { amount } from '../support/tier.js';
import { allocatorOf } from './allocator.js';

const texts = (steps) => steps.map(({ text }) => text).join('\n');

/** What the words of a malloc must say, from what is foretold and what came out. */
function assertMalloc({ before, after, op }, said) {
  const size = blockSize(before.layout, op.size);
  const search = searchOf(before, size);
  const block = after.blocks.get(after.blocks.find(op.result));
  assert(said.includes(`returns ${hex(op.result)}`), said);
  assert(said.includes(`${size.toLocaleString('en')} bytes`), said);
  assert(said.includes(`bin ${search.bin} `), said);
  if (search.in !== undefined) assert(said.includes(`bin ${search.in} `), said);
  if (search.from === 'growth') assert.match(said, /memory grows|takes the memory/);
  const hasRest = block.size < (before.blocks.size[before.blocks.find(search.found ?? -1)] ?? 0);
  assert.equal(/stays free/.test(said), hasRest || search.from === 'growth', said);
}

function assertFree({ before, after, op }, said) {
  const i = before.blocks.find(op.pointer);
  const joins = [i - 1, i + 1].filter((k) => before.blocks.used[k] === 0).length;
  const now = after.blocks.get(after.blocks.find(before.blocks.at[i]));
  assert.equal(said.split('become one').length - 1, joins, said);
  assert(
    said.includes(`free block of ${now.size.toLocaleString('en')} bytes at ${hex(now.at)}`),
    said,
  );
}

/** A block that moves gets the one that a malloc would have found. */
function assertRealloc({ before, op }, said) {
  assert(said.includes(`realloc returns ${hex(op.result)}`), said);
  if (!/are copied/.test(said)) return;
  const { layout } = before;
  const { from, found } = searchOf(before, blockSize(layout, op.size));
  assert.equal(/no realloc/.test(said), layout.pair === true, said);
  if (from !== 'growth') assert.equal(found + layout.cost + layout.before, op.result, said);
}

describe('a request in words', () => {
  for (const name of Object.keys(LAYOUTS)) {
    test(name, async () => {
      const run = new Run(
        await allocatorOf(name),
        randomLoad({ count: 900, live: 70, most: 3000 }),
      );
      const seen = new Set();
      for (let at = 1; at <= run.timeline.length; at += amount(9, 1)) {
        run.timeline.go(at);
        const told = run.lastRequest();
        const steps = explain(told.before, told.after, told.op);
        const said = texts(steps);
        assert(steps.length > 2 && !/undefined|NaN/.test(said), said);
        for (const { at: where } of steps)
          assert(
            where === undefined ||
              told.before.blocks.find(where) >= 0 ||
              told.after.blocks.find(where) >= 0,
          );
        seen.add(told.op.kind);
        if (told.op.kind === MALLOC) assertMalloc(told, said);
        if (told.op.kind === FREE) assertFree(told, said);
        if (told.op.kind === REALLOC) assertRealloc(told, said);
      }
      assert(seen.size >= 3);
    });
  }

  test('each way of realloc', async () => {
    const ways = [
      [/shrinks in place/, [MALLOC, 500, REALLOC, 100]],
      [/nothing changes/, [MALLOC, 500, REALLOC, 501]],
      [/block behind it is free/, [MALLOC, 500, REALLOC, 900]],
      [/Memory grows behind it/, [MALLOC, 500, REALLOC, 200_000]],
      [
        /it moves\.\n.*would be in bin 17[^]*are copied to/,
        [MALLOC, 500, 4 + MALLOC, 10, REALLOC, 900],
      ],
      [/fails and returns 0/, [MALLOC, 500, REALLOC, 2 ** 32 - 1]],
    ];
    for (const [words, ops] of ways) {
      const run = new Run(await allocatorOf('tlsf'), Uint32Array.from(ops));
      run.timeline.go(ops.length / 2);
      const { before, after, op } = run.lastRequest();
      assert.match(texts(explain(before, after, op)), words);
      assert.match(callText(op), /^realloc\(0x[0-9a-f]+, \d+\)$/);
    }
  });

  test('of an allocator of others nothing is said', async () => {
    const run = new Run({ ...(await allocatorOf('tlsf')), layout: undefined }, TOUR_OPS);
    run.timeline.go(7);
    const { before, after, op } = run.lastRequest();
    assert.deepEqual(explain(before, after, op), []);
    const info = blockInfo(after, 1, 7);
    assert.equal(info.requested, 40);
  });
});

test('the guided example is true on every build', async () => {
  for (const name of Object.keys(LAYOUTS)) {
    const { timeline } = new Run(await allocatorOf(name), TOUR_OPS);
    timeline.go(7);
    const p = (n) => hex(timeline.results.pointer[n]);
    const last = STOPS.at(-1).text(p);
    assert.equal(timeline.results.pointer[6], timeline.results.pointer[2], name);
    assert(last.includes(`malloc(100) returns ${p(2)}`), last);
    for (const { at, text } of STOPS) {
      assert(at <= timeline.length);
      assert.doesNotMatch(text(p), /undefined|NaN/);
    }
    timeline.go(6);
    const { bins, blocks, layout } = pictureOf(timeline.machine);
    const cost = layout.cost + layout.before;
    const list = bins.find(({ blocks: inBin }) => inBin.length === 2)?.blocks;
    assert.deepEqual(
      list?.map((at) => hex(at + cost)),
      [p(2), p(0)],
      `${name}: ${blocks.count}`,
    );
  }
});

/** Each pixel shows what its own address is part of. */
function assertPixels(picture, view, width) {
  const { blocks, bytes } = picture;
  const kinds = new Set();
  paintRows(picture, view, width, (row, line) => {
    for (let x = 0; x < width; x++) {
      const at = view.from + row * view.perRow + ((x + 0.5) * view.perRow) / width;
      const what = line[x];
      kinds.add(what >= HEADS ? HEADS : what >= USED ? USED : what);
      const i = blocks.find(at);
      const wide = i < 0 || (blocks.size[i] * width) / view.perRow >= 2;
      if (i < 0 && at >= bytes) assert.equal(what, OUTSIDE);
      if (i < 0 || !wide) continue;
      const isEdge = [x - 1, x + 1].some((k) => {
        const other = view.from + row * view.perRow + ((k + 0.5) * view.perRow) / width;
        return blocks.find(other) !== i;
      });
      if (isEdge) continue;
      const class_ = classOf(blocks.size[i]);
      const right = blocks.used[i] ? [USED + class_, HEADS + class_] : [FREE_PLAIN];
      assert(right.includes(what), `${what} at ${at}, not ${right}`);
    }
  });
  return kinds;
}

test('pixels are the blocks, at every zoom', async () => {
  const run = new Run(
    await allocatorOf('tlsf'),
    randomLoad({ count: 1500, live: 200, most: 4000 }),
  );
  run.timeline.go(1500);
  const picture = run.picture();
  const all = new Set();
  for (let perRow = 16; perRow <= 2 ** 26; perRow *= 4)
    for (const from of [0, 1280, Math.floor(picture.bytes / 2 / perRow) * perRow]) {
      const kinds = assertPixels(picture, { from, perRow, rows: 30 }, 700);
      kinds.forEach((kind) => all.add(kind));
    }
  for (const kind of [OUTSIDE, NOTHING, FREE_PLAIN, USED, HEADS]) assert(all.has(kind), `${kind}`);
});

test('a range in rows', () => {
  const view = { from: 128, perRow: 64, rows: 3 };
  assert.deepEqual(piecesOf(view, 160, 208), [
    { row: 0, x: 0.5, width: 0.5 },
    { row: 1, x: 0, width: 0.25 },
  ]);
  assert.deepEqual(piecesOf(view, 0, 100), []);
  assert.deepEqual(piecesOf(view, 300, 9000), [{ row: 2, x: 44 / 64, width: 20 / 64 }]);
});

test('links hold the state', async () => {
  const ops = randomLoad({ count: 300 });
  assert.deepEqual(await opsOf(await opsText(ops)), ops);
  assert.equal(await opsText(randomLoad({ count: 9000 })), undefined, 'too long');
  const state = { build: 'tlsf', at: 5, ops: 'a-b_c', from: undefined };
  assert.deepEqual(stateOf(`#${hashOf(state)}`), { build: 'tlsf', at: '5', ops: 'a-b_c' });
});

test('a script makes requests', async () => {
  const { module } = await allocatorOf('tlsf');
  const text = `const p = heap.malloc(10); const q = heap.calloc(2, random(1) + 8);
    heap.free(p); heap.realloc(q, 100); new Uint8Array(heap.memory.buffer)[q] = 1;`;
  assert.deepEqual(
    [...runScript(module, text)],
    [MALLOC, 10, 4 + 3, 16, FREE, 0, 4 + REALLOC, 100],
  );
  assert.throws(
    () => runScript(module, 'for (;;) heap.free(heap.malloc(1));'),
    /more than 500,000/,
  );
  const min = (await allocatorOf('tlsf-min')).module;
  assert.throws(() => runScript(min, 'heap.calloc(1, 1)'), /this build has no calloc/);
});

test('what a run sees ahead: samples, growth, that both modules agree', async () => {
  const run = new Run(
    await allocatorOf('tlsf'),
    randomLoad({ count: 3000, live: 400, most: 5000 }),
  );
  while (!run.look()) /* until all is seen */ ;
  run.timeline.go(3000);
  assert(run.agrees());
  assert(run.samples.length > 200 && run.samples.length < 600);
  const last = run.samples.at(-1);
  assert.equal(last.bytes, run.scout.machine.pages * PAGE);
  run.scout.results.pointer[100] ^= 16;
  assert(!run.agrees());
});
