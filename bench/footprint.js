// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh bench --footprint: how much memory a heap takes for the bytes that
// a program holds. First for the workloads; then for the sequence of requests
// that docs/design.md proves to be nearly the worst, where the footprint must
// lie between the two proved bounds.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHeap } from '../js/any.js';
import { root } from '../tools/build.js';
import { FAMILIES } from '../tools/builds.js';
import { BuildError } from '../tools/toolchain.js';
import { livePeaks } from './live.js';
import { measure } from './measure.js';
import { jobs } from './workloads.js';

/** The sizes of the blocks of a sequence, and how many holes it leaves. */
const SEQUENCES = [
  { large: 64, small: 16, count: 4000 },
  { large: 1024, small: 16, count: 1000 },
  { large: 16384, small: 16, count: 4000 },
  { large: 1024, small: 64, count: 1000 },
  { large: 1024, small: 512, count: 1000 },
];

/**
 * Leaves `count` holes of large - small bytes, each of them too small for the
 * next request: allocates a large block, then shrinks the one before it.
 * Returns what the row of blocks extends over and what lived at most.
 */
export function leaveHoles({ malloc, realloc }, { large, small, count }, { header }) {
  let last = malloc(large - header) >>> 0;
  const first = last;
  for (let i = 0; i < count; i++) {
    const next = malloc(large - header) >>> 0;
    if (realloc(last, small - header) >>> 0 !== last) throw new BuildError('a block moved');
    last = next;
  }
  return { extent: last - first + large, live: small * (count - 1) + 2 * large };
}

/** The two bounds of docs/design.md on the row of blocks, in bytes. */
const bounds = ({ large, small }, live, { parts }) => ({
  lower: ((live - 2 * large) / small + 2) * large,
  upper: (live - large) * (1 + ((1 + 1 / parts) * large) / small),
});

/** The result of a sequence with its bounds; fails if it lies outside them. */
export function withinBounds(name, each, { extent, live }, index) {
  const { lower, upper } = bounds(each, live, index);
  if (extent < lower || extent > upper)
    throw new BuildError(
      `${name}: ${extent} bytes, outside the proved bounds ${lower} and ${upper}`,
    );
  return { ...each, live, extent, lower, upper };
}

const moduleOf = async ({ module }) =>
  new WebAssembly.Module(await readFile(join(root, 'dist', `${module}.wasm`)));

/** The exports of a fresh instance, alone in the memory that threads would share. */
function instanceOf(module, { shared }) {
  if (!shared) return new WebAssembly.Instance(module).exports;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 << 14, shared });
  return createHeap({ wasm: module, memory }).exports;
}

/** Runs `work` on the exports of a fresh instance of each build that `suits`. */
async function onBuilds(suits, work) {
  const results = {};
  for (const [name, build] of Object.entries(FAMILIES).filter(([, each]) => suits(each))) {
    const module = await moduleOf(build);
    results[name] = work(() => instanceOf(module, build), build);
  }
  return results;
}

/** Every build that has realloc runs every sequence: {build: results}. */
const sequences = () =>
  onBuilds(
    ({ exports }) => exports.includes('realloc'),
    (fresh, { module, index }) =>
      SEQUENCES.map((each) => withinBounds(module, each, leaveHoles(fresh(), each, index), index)),
  );

const ratio = (bytes, live) => (bytes / live).toFixed(2);

function workloadRows({ live, workloads }) {
  const names = Object.keys(Object.values(workloads)[0]);
  const cell = (workload, { footprint, stopped, failed }) =>
    stopped || failed ? '-' : ratio(footprint, live[workload]);
  return [
    ['workload', 'live KiB', ...names],
    ...Object.entries(workloads).map(([workload, of]) => [
      workload,
      (live[workload] / 1024).toFixed(0),
      ...names.map((name) => cell(workload, of[name])),
    ]),
  ];
}

const sequenceRows = (of) => [
  ['build', 'large', 'small', 'live bytes', 'proved lower', 'measured', 'proved upper'],
  ...Object.entries(of).flatMap(([name, results]) =>
    results.map(({ large, small, live, lower, extent, upper }) => [
      name,
      `${large}`,
      `${small}`,
      `${live}`,
      ...[lower, extent, upper].map((bytes) => ratio(bytes, live)),
    ]),
  ),
];

const text = ({ engine, live, workloads, sequences: of }, table) =>
  [
    `${engine}: the footprint (memory behind __heap_base) divided by the largest number of live bytes. "-": the allocator could not serve all requests`,
    table(workloadRows({ live, workloads })),
    'The sequence of docs/design.md: the length of the row of blocks divided by the largest number of live bytes of blocks, between the two proved bounds',
    table(sequenceRows(of)),
  ].join('\n\n');

const QUICK = /^(strings|lua)$/;

/** What --footprint measures: {name, results, text}. */
export async function footprintReport({ engines, allocators, quick, step }) {
  const planned = jobs(quick ? QUICK : undefined);
  const honest = allocators.filter(({ kind }) => kind !== 'loop' && kind !== 'floor');
  step('live bytes');
  const live = await livePeaks(planned);
  const proved = { sequences: await sequences() };
  const results = [];
  const plan = { jobs: planned, allocators: honest, rounds: 1 };
  for (const engine of engines) {
    const { workloads } = await measure(engine, plan, step);
    results.push({ engine: engine.version, live, workloads, ...proved });
  }
  return {
    name: 'footprint.json',
    results,
    text: (table) => results.map((each) => text(each, table)).join('\n\n'),
  };
}
