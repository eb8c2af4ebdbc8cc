// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh bench --instructions: how many instructions an operation of each
// workload executes, the loop included. No engine changes it, nor other work of
// the machine.
import { counted, measure } from './measure.js';
import { jobs } from './workloads.js';

const QUICK = /^(strings|window)$/;

const cell = ({ instructions, stopped }) => (stopped ? '-' : instructions.toFixed(1));

const rows = (workloads, names) => [
  ['workload', ...names],
  ...Object.entries(workloads).map(([workload, of]) => [
    workload,
    ...names.map((name) => cell(of[name])),
  ]),
];

/** What --instructions measures: {name, results, text}. Contents are verified elsewhere. */
export async function instructionsReport({ engines: [engine], allocators, quick, step }) {
  const planned = jobs(quick ? QUICK : undefined).map((job) => ({ ...job, check: 0 }));
  const kinds = [...new Set(planned.map(({ module }) => module))];
  const counting = [];
  for (const allocator of allocators.filter(({ kind }) => kind !== 'floor')) {
    step(`a counting ${allocator.name}`);
    counting.push(await counted(allocator, kinds));
  }
  const plan = { jobs: planned, allocators: counting, rounds: 1 };
  const { workloads } = await measure(engine, plan, step);
  return {
    name: 'instructions.json',
    results: workloads,
    text: (table) =>
      `Instructions executed per operation, the loop included\n\n${table(
        rows(
          workloads,
          counting.map(({ name }) => name),
        ),
      )}`,
  };
}
