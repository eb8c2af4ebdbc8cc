// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh bench --worst: single operations. How many instructions do they
// execute and how long do they take at most? For our builds, the instructions
// must not be more than tools/bound.js proves.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boundsOf } from '../tools/bound.js';
import { BuildError } from '../tools/toolchain.js';
import { root } from '../tools/build.js';
import { optimise } from '../compare/table.js';
import { random } from '../test/support/random.js';
import { aloneModule } from './allocators.js';
import { counting } from './count.js';
import { runWith } from './measure.js';
import { worstPlot } from './plot_worst.js';
import { nanoseconds } from './report.js';
import { FREE, MALLOC, REALLOC } from './traces.js';

const MANY = { steps: 1_000_000, rounds: 5 };
const FEW = { steps: 50_000, rounds: 2 };
const SLOTS = 10_000;
const LOG_MOST = 16;
const MOST_BYTES = 2 ** (LOG_MOST + 1); // of a block
const SEED = 1;
const OPERATIONS = ['malloc', 'free', 'realloc'];

/**
 * Random operations in the form of a trace: [slot * 4 + kind, size] each. Each
 * step picks a slot at random. An empty slot gets a block; otherwise one step
 * in three resizes the block, the others free it. Sizes are 1 byte to 128 KiB;
 * each power of two is equally likely. At the end everything is freed.
 */
export function randomOperations(steps, seed = SEED) {
  const below = random(seed);
  const held = new Uint8Array(SLOTS);
  const ops = [];
  const add = (slot, kind, size) => {
    held[slot] = Number(kind !== FREE);
    ops.push(slot * 4 + kind, size);
  };
  for (let i = 0; i < steps; i++) {
    const slot = below(SLOTS);
    const size = 2 ** below(LOG_MOST + 1);
    const kind = !held[slot] ? MALLOC : below(3) ? FREE : REALLOC;
    add(slot, kind, kind === FREE ? 0 : size + below(size));
  }
  held.forEach((used, slot) => used && add(slot, FREE, 0));
  return Uint32Array.from(ops);
}

/** Our modules as shipped; those of others after the same wasm-opt passes. */
const moduleAlone = async (allocator) =>
  allocator.build
    ? readFile(join(root, 'dist', `${allocator.build.module}.wasm`))
    : optimise(await aloneModule(allocator));

async function prepare(allocators, { steps, rounds }) {
  const files = { 'operations.bin': new Uint8Array(randomOperations(steps).buffer) };
  const plan = { rounds, operations: 'operations.bin', allocators: [] };
  const bounds = {};
  for (const allocator of allocators) {
    const { name, kind, build, exhausts } = allocator;
    const [plain, counted] = [`${name}.wasm`, `${name}.counted.wasm`];
    files[plain] = await moduleAlone(allocator);
    files[counted] = await counting(files[plain]);
    plan.allocators.push({ name, plain, counted, exhausts, believed: kind !== 'loop' });
    if (build) bounds[name] = { ...boundsOf(files[plain], build), copyStep: build.copyStep };
  }
  return { bounds, files: { ...files, 'plan.json': JSON.stringify(plan) } };
}

/** What an operation may execute: where bytes are copied by a loop, its turns count too. */
const allowed = ({ instructions, turn }, copyStep) =>
  instructions + (copyStep ? turn * Math.ceil(MOST_BYTES / copyStep) : 0);

const asText = ({ instructions, turn }, copyStep) =>
  turn ? `${instructions} + ${turn} per ${copyStep} bytes` : `${instructions}`;

/** Adds the proved bounds to the results; fails if a result is above its bound. */
export function withBounds(measured, bounds) {
  for (const [name, { copyStep, ...of }] of Object.entries(bounds)) {
    for (const operation of OPERATIONS) {
      const result = measured[name][operation];
      if (!result) continue;
      result.bound = asText(of[operation], copyStep);
      result.proved = allowed(of[operation], copyStep);
      if (result.instructions.max <= result.proved) continue;
      throw new BuildError(
        `${name}: ${operation} executed ${result.instructions.max} instructions, more than the ${result.bound} proved`,
      );
    }
  }
  return measured;
}

const HEAD = [
  ...['median', 'p99.99', 'max', 'proved'].map((of) => `instructions, ${of}`),
  ...['median', 'p99.99', 'max', 'max in new memory'].map((of) => `ns, ${of}`),
];

function rows(operation, { measured, clock }) {
  const count = (value) => (value === undefined ? '-' : `${value}`);
  const time = (ns) => (ns === 0 ? `< ${nanoseconds(clock)}` : nanoseconds(ns));
  const row = (name, { instructions, bound, ns, first }) => [
    name,
    ...[instructions.median, instructions.p9999, instructions.max, bound].map(count),
    ...[ns.median, ns.p9999, ns.max, first.max].map(time),
  ];
  const having = Object.entries(measured).filter(([, of]) => of[operation]);
  return [[operation, ...HEAD], ...having.map(([name, of]) => row(name, of[operation]))];
}

const text = ({ engine, steps, rounds, ...result }, table) =>
  [
    `${engine}: ${steps} random operations, 1 byte to 128 KiB in ${SLOTS} slots, each measured alone. The time of an operation is the shortest of ${rounds} runs. It includes the time that reading the clock takes, which null shows`,
    ...OPERATIONS.map((operation) => table(rows(operation, result))),
    ...result.stopped.map(({ name, why }) => `- ${name} ${why}`),
  ].join('\n\n');

/** What --worst measures: {name, results, text}. */
export async function worstReport({ engines, allocators, quick, step }) {
  const amount = quick ? FEW : MANY;
  step('bounds and modules that count');
  const { bounds, files } = await prepare(
    allocators.filter(({ kind }) => kind !== 'floor'),
    amount,
  );
  const results = [];
  for (const engine of engines) {
    step(`single operations, ${engine.name}`);
    const { clock, measured, stopped } = await runWith(engine, 'single.js', files);
    results.push({
      engine: engine.version,
      ...amount,
      clock,
      stopped,
      measured: withBounds(measured, bounds),
    });
  }
  return {
    name: 'worst.json',
    results,
    text: (table) => results.map((each) => text(each, table)).join('\n\n'),
    pictures: () => ({ 'bench-worst.svg': worstPlot(results[0], allocators) }),
  };
}
