// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh bench --scale answers three questions. Do time and instructions
// stay the same when there are many live blocks? How often does memory grow on
// the way to 4 GiB? How large is the largest block that malloc returns in a
// full memory after a part of it was freed?
import { counted, measure } from './measure.js';
import { scalePlot } from './plot_scale.js';
import { nanoseconds } from './report.js';
import { CHURN_PAGES } from './workloads.js';

const BLOCKS = 72_000; // of 60,000 bytes: more than 4 GiB holds
const MANY = { powers: [3, 4, 5, 6, 7], rounds: 3, blocks: BLOCKS };
const FEW = { powers: [3, 4, 5], rounds: 1, blocks: BLOCKS / 20 };
const STEPS = 400_000;
const FILLS = 20;
const live = (power) => ({
  name: `10^${power}`,
  run: 'scale',
  fill: 'scale_fill',
  module: 'scale',
  set: { scale_live: 10 ** power },
  warm: STEPS / 4,
  steps: STEPS,
});

const growth = (steps) => ({
  name: 'growth',
  run: 'growth',
  module: 'main',
  set: {},
  steps,
  mayFail: true,
});

/** Random blocks fill the fixed memory; then so many sixteenths are freed. */
const holes = (sixteenths) => ({
  name: `${(sixteenths * 100) / 16} %`,
  run: 'holes',
  module: 'churn',
  set: { holes_sixteenths: sixteenths },
  steps: FILLS,
  mayFail: true,
});
const FREED = [4, 8, 12, 14, 16];

async function measureEngine(engine, allocators, { powers, rounds, blocks }, step) {
  const honest = allocators.filter(({ kind }) => kind !== 'floor');
  const plan = { jobs: powers.map(live), allocators: honest, rounds };
  const scale = await measure(engine, plan, (round) => step(`live blocks, ${round}`));
  step('live blocks, instructions');
  const executed = await measure(engine, {
    jobs: powers.map(live),
    allocators: await Promise.all(honest.map((each) => counted(each, ['scale']))),
    rounds: 1,
  });
  const growing = honest.filter(({ kind }) => kind !== 'loop');
  step('growth');
  const grown = await measure(engine, { jobs: [growth(blocks)], allocators: growing, rounds: 1 });
  step('full memory');
  const left = await measure(engine, { jobs: FREED.map(holes), allocators: growing, rounds: 1 });
  return {
    engine: engine.version,
    blocks,
    scale: scale.workloads,
    executed: executed.workloads,
    growth: grown.workloads.growth,
    holes: left.workloads,
  };
}

/** A row for each number of blocks, a column for each allocator. */
function byBlocks(results, cell) {
  const names = Object.keys(Object.values(results)[0]);
  return [
    ['live blocks', ...names],
    ...Object.entries(results).map(([blocks, of]) => [
      blocks,
      ...names.map((name) => cell(of[name])),
    ]),
  ];
}

function text({ engine, blocks, scale, executed, growth: of, holes: left }, table) {
  const grown = Object.entries(of).map(([name, { grown: times, pages, took, count, stopped }]) => [
    name,
    `${times}`,
    `${pages}`,
    took.toFixed(0),
    stopped ? 'traps' : count < blocks ? 'NULL' : '-',
  ]);
  const largest = Object.entries(left).map(([share, results]) => [
    share,
    ...Object.values(results).map(({ largest: bytes, stopped }) =>
      stopped ? '-' : (bytes / 1024).toFixed(1),
    ),
  ]);
  return [
    `${engine}: ns per operation with so many live blocks of 16 to 128 bytes. null is the loop alone; its blocks lie side by side`,
    table(byBlocks(scale, ({ ns }) => nanoseconds(ns))),
    'Instructions executed per operation, the loop included',
    table(byBlocks(executed, ({ instructions }) => instructions.toFixed(1))),
    `Growth: ${blocks} blocks of 60,000 bytes, or as many as 4 GiB hold`,
    table([['', 'growths', 'pages', 'ms', 'then'], ...grown]),
    `The largest block, in KiB, that malloc returns in ${CHURN_PAGES / 16} MiB that were full of blocks of 16 bytes to 4 KiB, after a random part of these was freed. The mean of ${FILLS} times`,
    table([['freed', ...Object.keys(of)], ...largest]),
  ].join('\n\n');
}

/** What --scale measures: {name, results, text}. */
export async function scaleReport({ engines, allocators, quick, step }) {
  const results = [];
  for (const engine of engines)
    results.push(await measureEngine(engine, allocators, quick ? FEW : MANY, step));
  return {
    name: 'scale.json',
    results,
    text: (table) => results.map((each) => text(each, table)).join('\n\n'),
    pictures: () => ({
      'bench-scale.svg': scalePlot(
        results[0],
        allocators.filter(({ name }) => results[0].scale[`10^${MANY.powers[0]}`][name]),
      ),
    }),
  };
}
