// SPDX-License-Identifier: MIT OR Apache-2.0
// Tests of the bench: its arithmetic on known numbers, its counter on a module
// whose counts are known, its traces, the heap that counts live bytes, the
// proved bounds on fragmentation, the errors of its options, and a small part
// of each report.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../tools/build.js';
import { assertLocked } from '../test/support/locked.js';
import { boundsOf } from '../tools/bound.js';
import { ARCHIVES, FAMILIES } from '../tools/builds.js';
import { part, withPart } from '../tools/readme.js';
import { ALLOCATORS } from './allocators.js';
import { counting } from './count.js';
import { engine, ENGINES } from './engines.js';
import { leaveHoles, withinBounds } from './footprint.js';
import { churn, fill, largest } from './page.js';
import { countingHeap } from './live.js';
import { quantile, summarise } from './measure.js';
import { MIMALLOC } from './mimalloc.js';
import { node26, node26Here } from './node26.js';
import { scalePlot } from './plot_scale.js';
import { worstPlot } from './plot_worst.js';
import { sizePlot, speedPlot } from './plot.js';
import { markdown, report } from './report.js';
import { FREE, MALLOC, readTrace, REALLOC, traceNames } from './traces.js';
import { jobs, setsOf } from './workloads.js';
import { randomOperations, withBounds } from './worst.js';
import { assemble } from '../test/support/wat.js';
import { testWith } from '../test/support/needs.js';
import { amount, isWhole } from '../test/support/tier.js';

const bench = (...args) =>
  spawnSync(process.execPath, ['--no-warnings', join(root, 'bench', 'bench.js'), ...args], {
    encoding: 'utf8',
  });

/** What the bench prints as JSON. */
function json(...args) {
  const { status, stdout, stderr } = bench('--json', ...args);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

test('quantiles', () => {
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
  assert.equal(quantile([5, 1, 9], 0.5), 5);
  assert.equal(quantile([0, 10], 0.25), 2.5);
  assert.equal(quantile([7], 0.75), 7);
});

test('ratios, spread, geometric mean and worst', () => {
  const of = (...ns) => ({ ns, stopped: null });
  const results = {
    a: { dlmalloc: of(10, 10, 10), x: of(5, 4, 6), y: { ns: [], stopped: 'exhausts' } },
    b: { dlmalloc: of(20), x: of(40), y: of(60) },
  };
  const sets = { all: ['a', 'b'], some: ['a'] };
  const measured = summarise(results, ['dlmalloc', 'x', 'y'], sets);
  const { workloads } = measured;
  const { x, y } = measured.sets.all.of;
  assert.equal(workloads.a.x.ratio, 0.5);
  assert.equal(workloads.a.x.spread, 0.2);
  assert.equal(workloads.b.x.ratio, 2);
  assert.equal(workloads.a.y.ratio, undefined);
  assert(Math.abs(x.mean - 1) < 1e-12);
  assert.deepEqual(x.worst, { workload: 'b', ratio: 2 });
  assert.deepEqual([y.of, x.of], [1, 2]);
  assert.equal(Math.round(y.mean * 1e9), 3e9);
  const { some } = measured.sets;
  assert.deepEqual(
    [some.of.x.mean, some.of.x.worst.workload, some.of.y.mean],
    [0.5, 'a', undefined],
  );
});

const COUNTED = `(module
  (memory 1)
  (func $memset (param i32 i32 i32) (result i32)
    (loop (br_if 0 (i32.const 0))) (local.get 0))
  (func $three (result i32) (i32.add (i32.const 1) (i32.const 2)))
  (func $branch (export "branch") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (call $three)) (else (i32.const 7))))
  (func (export "turns") (param i32)
    (loop $again
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $again (local.get 0))))
  (func (export "out") (param i32) (result i32)
    (block $b (br_if $b (local.get 0)) (return (i32.const 1)))
    (i32.const 2))
  (func (export "moves") (param i32)
    (memory.copy (i32.const 100) (i32.const 0) (local.get 0))
    (memory.fill (i32.const 0) (i32.const 0) (i32.const 5))
    (drop (call $memset (i32.const 0) (i32.const 0) (i32.const 30))))
  (func (export "nothing"))
  (data (i32.const 0) ";; (; \\28func \\29 ;;"))`;

test('counts executed instructions and bytes moved', async () => {
  const bytes = await counting(assemble(COUNTED));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const count = (name, argument) => {
    exports.instructions.value = exports.bytes.value = 0;
    exports[name](argument);
    return [exports.instructions.value, exports.bytes.value];
  };
  assert.deepEqual(count('branch', 1), [2 + 1 + 3, 0]);
  assert.deepEqual(count('branch', 0), [2 + 1, 0]);
  assert.deepEqual(count('turns', 1), [6, 0]);
  assert.deepEqual(count('turns', 10), [60, 0]);
  assert.deepEqual(count('out', 1), [2 + 1, 0]);
  assert.deepEqual(count('out', 0), [2 + 2, 0]);
  assert.deepEqual(count('moves', 40), [4 + 4 + 5, 40 + 5 + 30]);
  assert.deepEqual(count('nothing'), [0, 0]);
});

test('counts just what the bound counts', async () => {
  const text =
    '(module (memory 1) (func $f (result i32) (i32.const 1)) (func (export "free") (param i32) (if (local.get 0) (then (drop (call $f))))))';
  const { free } = boundsOf(assemble(text));
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(await counting(assemble(text))),
  );
  exports.free(1);
  assert.equal(exports.instructions.value, free.instructions);
});

test('a measured count above the bound fails', () => {
  const measured = (max) => ({ full: { malloc: { instructions: { max } } } });
  const bounds = { full: { malloc: { instructions: 9 } } };
  assert.equal(withBounds(measured(9), bounds).full.malloc.bound, '9');
  assert.throws(
    () => withBounds(measured(10), bounds),
    /full: malloc executed 10 instructions, more than the 9 proved/,
  );
  const copying = { full: { malloc: { instructions: 9, turn: 7 }, copyStep: 4 } };
  assert.match(withBounds(measured(10), copying).full.malloc.bound, /^9 \+ 7 per 4 bytes$/);
  assert.throws(() => withBounds(measured(9 + 7 * 32768 + 1), copying), /more than the 9/);
});

/** Checks that every slot has a block before it is used; returns how many blocks remain. */
function balance(ops) {
  const held = new Set();
  for (let i = 0; i < ops.length; i += 2) {
    const [slot, kind] = [ops[i] >>> 2, ops[i] & 3];
    if (kind === FREE) assert(held.delete(slot), `operation ${i / 2} frees an empty slot`);
    else if (kind !== REALLOC) assert(!held.has(slot), `operation ${i / 2} loses a block`);
    if (kind !== FREE) held.add(slot);
  }
  return held.size;
}

test('traces decode and use their slots correctly', () => {
  assert(traceNames().length >= 12);
  for (const name of traceNames()) {
    const { ops, length, slots } = readTrace(name);
    assert.equal(ops.length, 2 * length, name);
    assert(
      length > 10_000 && length <= 1 << 19 && slots <= 1 << 17,
      `${name}: ${length} operations, ${slots} slots`,
    );
    assert(balance(ops) <= slots, name);
  }
});

test('half of the workloads is for tuning, half for reporting', () => {
  const all = jobs();
  const names = all.map(({ name }) => name);
  const of = (use) => all.filter((job) => job.use === use);
  assert.equal(new Set(names).size, names.length);
  assert.equal(of('tuning').length + of('report').length, all.length);
  assert(Math.abs(of('tuning').length - of('report').length) <= 2);
  for (const { name, run, seed, set } of of('report').filter((job) => job.seed)) {
    const twin = of('tuning').find((job) => name.startsWith(`${job.name}:`));
    assert(twin && twin.run === run && twin.seed !== seed && twin.set === set, name);
  }
  const traces = all.filter(({ trace }) => trace);
  assert.equal(traces.filter(({ use }) => use === 'report').length, traces.length / 2);
});

test('sets of workloads', () => {
  const sets = setsOf(jobs());
  assert.equal(sets['first 17'].length, 17);
  assert.equal(sets['pairs, batches'].length, 4 + 9);
  assert.equal(sets.all.length, sets.tuning.length + sets.report.length);
  assert.deepEqual(Object.keys(setsOf(jobs(/^window/))), ['all', 'tuning', 'report']);
});

test('what is tuned and how far it holds stand in a table of their own rows', () => {
  const of = (ns) => ({ ns: [ns, ns, 2 * ns], stopped: null, pages: 1 });
  const results = {
    window: { dlmalloc: of(10), x: of(5) },
    'window:3': { dlmalloc: of(10), x: of(20) },
  };
  const measured = summarise(results, ['dlmalloc', 'x'], setsOf(jobs(/^window/)));
  const text = report(
    { engine: 'E', rounds: 3, sizes: {}, ...measured },
    ['dlmalloc', 'x'],
    markdown,
  );
  assert.match(text, /^\| window \| tuning \| 10\.0 \| 1\.00 \| 0\.50 \|$/m);
  assert.match(text, /^\| window:3 \| report \| 10\.0 \| 1\.00 \| 2\.00 \|$/m);
  assert.match(text, /^\| mean, all \| 2 \| {2}\| 1\.00 \| 1\.00 \|$/m);
  assert.match(text, /^\| worst, report \| {2}\| {2}\| 1\.00 \| 2\.00 \|$/m);
  assert.match(text, /^\| spread, median \| {2}\| {2}\| ±25% \| ±25% \|$/m);
});

/** How much lighter one colour is than another: 1 is the same, 21 is black and white. */
function contrast(...colours) {
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [r, g, b] = colour.match(/\w\w/g).map((hex) => linear(parseInt(hex, 16) / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, bright] = colours.map(light).sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

/** Fails if a colour of a picture, except the grid's, is near that of its paper, light or dark. */
function assertReadable(svg) {
  const replaced = Object.fromEntries(
    [...svg.matchAll(/\[fill="(#\w+)"\] \{ fill: (#\w+)/g)].map(([, from, to]) => [from, to]),
  );
  const [[, paper]] = svg.matchAll(/rx="8" fill="(#\w+)"/g);
  const drawn = [...svg.matchAll(/ fill="(#\w+)"/g)].map(([, colour]) => colour);
  for (const colour of new Set(drawn.filter((each) => each !== paper))) {
    assert(contrast(colour, paper) > 1.5, `${colour} on light paper`);
    const dark = replaced[colour] ?? colour;
    assert(contrast(dark, replaced[paper]) > 3, `${dark} on dark paper`);
  }
}

/** As many elements begin as end, and no number is missing. */
function assertWhole(svg) {
  assert.equal(svg.match(/<\w/g)?.length, svg.match(/<\//g)?.length);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
}

test('pictures can be read on light and dark pages', () => {
  const drawn = ALLOCATORS.filter(({ kind }) => kind !== 'floor');
  const each = (value) => Object.fromEntries(drawn.map(({ name }, i) => [name, value(i)]));
  const cost = (i) => ({ median: 5 + i, p9999: 50, max: 400 });
  const workloads = { a: each((i) => ({ ns: 10 + i, ratio: 1 + i / 5 })) };
  const sets = { all: { of: each(() => ({ mean: 1 })) } };
  const growth = each((i) => ({ took: 100 * (i + 1), grown: 5 }));
  const measured = each((i) => ({
    malloc: { instructions: cost(i), proved: 500, ns: cost(i) },
  }));
  const scale = { '10^3': each((i) => ({ ns: 5 + i })), '10^4': each((i) => ({ ns: 50 + i })) };
  for (const svg of [
    speedPlot({ engine: 'E', workloads, sets }, drawn),
    sizePlot({ sizes: each((i) => 100 + i) }, drawn),
    scalePlot({ engine: 'E', scale, growth }, drawn),
    worstPlot({ engine: 'E', measured }, drawn),
  ]) {
    assertReadable(svg);
    assertWhole(svg);
    for (const { name, label } of drawn)
      assert(svg.includes(`>${name}<`) || svg.includes(`>${label}<`), name);
  }
  assert.match(worstPlot({ engine: 'E', measured }, drawn), /<title>full, malloc, proved: 500</);
});

test('Node.js 26 is named exactly, with its digest', async () => {
  const folder = join(root, 'bench', 'node26');
  assertLocked(folder);
  const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const version of Object.values(dependencies)) assert.match(version, /^26\.\d+\.\d+$/);
  assert.match(
    node26('nonsense-x64').missing,
    /no package .* for nonsense-x64, only for linux-x64/,
  );
});

test('random operations are the same each time and free everything', () => {
  assert.deepEqual(randomOperations(5000), randomOperations(5000));
  assert.equal(balance(randomOperations(5000)), 0);
  assert.equal(randomOperations(5000)[0] & 3, MALLOC);
});

/** What is wrong with a command line: [arguments, what is said]. */
const ERRORS = [
  [['--nonsense'], /Unknown option '--nonsense'/],
  [['--engine', 'nonsense'], /there is no engine nonsense; there are: v8, node, jsc, spidermonkey/],
  [['--allocators', 'nonsense'], /there is no allocator nonsense; there are: dlmalloc/],
  [['--rounds', '0'], /--rounds 0: must be a number/],
  [['--only', '('], /--only: Invalid regular expression/],
  [['--only', 'nonsense'], /no workload's name matches/],
  [['--scale', '--rounds', '3'], /--scale takes no --rounds/],
  [['--worst', '--scale'], /--scale takes no --worst/],
  [['--worst', '--footprint'], /--worst takes no --footprint/],
  [['--footprint', '--only', 'x'], /--footprint takes no --only/],
  [['--instructions', '--page'], /takes no --/],
  [['--docs', '--quick'], /--docs takes no --quick/],
  [['--docs', '--only', 'nonsense'], /no part's name matches; there are: sizes, /],
];

test('errors: options, engines, allocators, workloads', () => {
  for (const [args, message] of ERRORS.slice(0, amount(4, Infinity))) {
    const { status, stderr } = bench(...args);
    assert.equal(status, 1, args.join(' '));
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /at .*\.js:\d+/, 'a stack trace');
  }
});

test('the heap that counts live bytes', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 16 });
  const heap = countingHeap(memory, 1000);
  const bytes = () => new Uint8Array(memory.buffer);
  const a = heap.malloc(10);
  const b = heap.calloc(3, 7);
  assert(a >= 1000 && a % 16 === 0 && b >= a + 10);
  bytes().fill(5, a, a + 10);
  const c = heap.realloc(a, 65536); // memory grows
  assert.deepEqual([...bytes().subarray(c, c + 11)], [...Array(10).fill(5), 0]);
  assert.equal(heap.peak(), 65536 + 21);
  heap.free(b);
  heap.free(0);
  heap.malloc(20);
  assert.equal(heap.peak(), 65536 + 21);
});

test('a result outside the proved bounds on fragmentation fails', () => {
  const each = { large: 64, small: 16, count: 3 };
  const index = { header: 4, parts: 32 };
  const heap = () => {
    let top = 16;
    return { malloc: (size) => (top += size + 4) - size - 4, realloc: (p) => p };
  };
  const { extent, live } = leaveHoles(heap(), each, index);
  assert.deepEqual([extent, live], [4 * 64, 2 * 16 + 2 * 64]);
  assert.deepEqual(withinBounds('x', each, { extent, live }, index).lower, extent);
  assert.throws(() => withinBounds('x', each, { extent: extent - 1, live }, index), /x: 255 bytes/);
  assert.throws(() => withinBounds('x', each, { extent: 1000, live }, index), /x: 1000 bytes/);
  const moves = { ...heap(), realloc: (p) => p + 16 };
  assert.throws(() => leaveHoles(moves, each, index), /a block moved/);
});

test(
  'footprint: live bytes, ratios, and the sequence within its bounds',
  { skip: !isWhole },
  () => {
    const [{ live, workloads, sequences }] = json('--footprint', '--quick');
    assert.deepEqual(Object.keys(live), ['strings', 'lua']);
    assert(live.lua > 1e6 && workloads.lua.full.footprint > live.lua);
    const ours = Object.keys(FAMILIES).filter((name) => FAMILIES[name].exports.includes('realloc'));
    assert.deepEqual(Object.keys(sequences), ours);
    for (const results of Object.values(sequences)) assert(results.length > 3);
  },
);

test('instructions of each workload', { skip: !isWhole }, () => {
  const results = json('--instructions', '--quick', '--allocators', 'full');
  assert.deepEqual(Object.keys(results), ['strings', 'window']);
  for (const { dlmalloc, full } of Object.values(results)) {
    assert(dlmalloc.instructions > 100 && dlmalloc.instructions < 1000);
    assert(full.instructions > 100 && full.instructions !== dlmalloc.instructions);
  }
});

test('page: what a program gets of a memory', { skip: !isWhole }, () => {
  const shares = json('--page');
  for (const [name, { 'one block': one, 'blocks of 100': many }] of Object.entries(shares)) {
    assert(one > 50_000 && one < 65_536, `${name} ${one}`);
    assert(many > 50_000 && many < one, `${name} ${many}`);
  }
  for (const { name } of Object.values(ARCHIVES).filter(({ fixed }) => fixed))
    assert(shares[name]['the same, freed and had again'] > 45_000, name);
});

test('page: filled, searched and churned, an allocator of 1000 bytes has what it had', () => {
  const heap = (most) => {
    const sizes = new Map();
    let [p, used] = [0, 0];
    return {
      malloc(size) {
        if (used + size > most) return 0;
        used += size;
        sizes.set(++p, size);
        return p;
      },
      free: (at) => (used -= sizes.get(at)),
    };
  };
  assert.equal(
    fill(heap(1000), () => 30),
    990,
  );
  assert.equal(
    largest(() => heap(1000)),
    1000,
  );
  assert.equal(
    churn(
      heap(1000),
      () => 30,
      () => 0,
      100,
    ),
    990,
  );
  assert.equal(
    churn(
      { ...heap(1000), free() {} },
      () => 30,
      () => 0,
      100,
    ),
    0,
  );
});

test('a part of a document is replaced, and nothing else', () => {
  const text = 'of `<!-- b -->`\n<!-- b -->\nold\n<!-- /b -->\nc\n';
  assert.equal(withPart(text, 'b', 'new'), 'of `<!-- b -->`\n<!-- b -->\nnew\n<!-- /b -->\nc\n');
  assert.equal(part(text, 'b'), 'old');
  assert.throws(() => part(text, 'c'), /no line <!-- c -->/);
});

if (isWhole) {
  const here = node26Here();
  testWith(here.missing ?? false, 'the engine of record is Node.js 26', () => {
    assert.equal(ENGINES.v8.find(), here.path);
    assert.match(engine('v8').version, /^V8 14\.\S+ \(Node\.js 26\./);
  });

  testWith(!MIMALLOC.path && MIMALLOC.get, 'mimalloc: a workload, contents verified', () => {
    const [{ workloads }] = json('--quick', '--only', '^builder$', '--allocators', 'mimalloc');
    assert(workloads.builder.mimalloc.ns > 0);
  });
}

/** Skips a test whose engine is missing; in CI it fails, except for SpiderMonkey. */
function engineIsMissing(t, key, { name, find, get }) {
  if (find()) return false;
  if (process.env.CI && key !== 'spidermonkey') assert.fail(`${name} is missing: ${get}`);
  t.skip(`${name} is missing: ${get}`);
  return true;
}

for (const [key, each] of isWhole ? Object.entries(ENGINES) : []) {
  test(`${each.name}: a workload and single operations, contents verified`, (t) => {
    if (engineIsMissing(t, key, each)) return;
    const options = ['--quick', '--engine', key, '--allocators', 'full'];
    const [result] = json(...options, '--only', '^strings$', '--rounds', '1');
    const { workloads, sets, sizes } = result;
    assert(result.engine.startsWith(each.name));
    const { ns, ratio } = workloads.strings.full;
    assert(ns > 0 && Math.abs(sets.tuning.of.full.mean - ratio) < 1e-9);
    assert(sizes.full > 0 && sizes.full < sizes.dlmalloc);
    const { malloc, realloc } = json(...options, '--worst')[0].measured.full;
    assert(malloc.instructions.median > 10 && malloc.instructions.max <= Number(malloc.bound));
    assert(realloc.bytes.max > 1000 && malloc.bytes.max === 0);
  });
}
