// SPDX-License-Identifier: MIT OR Apache-2.0
// The jobs that run.js gets. A job stores the variables in `set`, and then
// calls the driver's function `run` with a number of steps and a seed. Each
// timed run follows a run of `warm` steps in the same instance. Before all timed
// runs, a run of `check` steps compares every byte.
//
// Half of the jobs are for tuning. The other half is only for reporting: it
// shows whether what was tuned also holds where nobody looked. A job of random
// requests is there twice, with a seed of each half.
import { HELD_OUT, readTrace, traceNames } from './traces.js';

/** The fixed memory of churn in pages, and the share of it that is requested. */
export const CHURN_PAGES = 256;
const CHURN_FILL = 0.9;
const REPLAY = 600_000;
const SEEDS = { tuning: 2, report: 3 };

const job = (name, steps, rest = {}) => ({
  name,
  run: name,
  module: 'main',
  use: 'tuning',
  set: {},
  warm: steps,
  steps,
  check: steps / 40,
  ...rest,
});

/** A job of random requests for each half: NAME for tuning, NAME:SEED for reporting. */
const seeded = (each) =>
  Object.entries(SEEDS).map(([use, seed]) => ({
    ...each,
    name: use === 'tuning' ? each.name : `${each.name}:${seed}`,
    use,
    seed,
  }));

/** Jobs without random requests: every second one is for reporting. */
const alternating = (list) =>
  list.map((each, i) => ({ ...each, use: i % 2 ? 'report' : 'tuning' }));

/** What 0.2 was measured with, besides traces. */
const OLD = [
  job('random_sizes', 400_000),
  job('bursts', 800_000),
  job('large', 400_000, { check: 2000 }),
  job('vectors', 400_000, { check: 8000 }),
  job('strings', 400_000),
  job('fifo', 800_000),
  job('churn', 400_000, {
    check: 100_000,
    module: 'churn',
    set: { churn_bytes: Math.floor(CHURN_PAGES * 65536 * CHURN_FILL) },
    mayFail: true,
  }),
  job('clears', 200, { warm: 0, check: 100 }),
];
const RATCHET = job('ratchet', 1_200_000, { warm: 4000, check: 60 });

/** Sizes as they stand in names. */
const short = (size) => (size < 10_000 ? `${size}` : `${size / 1000}k`);

const pair = (size) =>
  job(`pair_${short(size)}`, 800_000, { run: 'pair', set: { pair_size: size } });

const ORDERS = ['order', 'reverse', 'shuffle'];
const batch = (order, size) =>
  job(`${ORDERS[order]}_${size}`, 819_200, {
    run: 'batch',
    set: { batch_size: size, batch_order: order },
  });

const mix = (most) => job(`mix_${most}`, 400_000, { run: 'mix', set: { mix_most: most } });

const NEW = [mix(256), mix(4096), job('window', 400_000), job('builder', 400_000)];
const PAIRS = [32, 200, 1500, 20_000].map(pair);
const BATCHES = [0, 1, 2].flatMap((order) => [32, 200, 2000].map((size) => batch(order, size)));

const SYNTHETIC = [
  ...OLD.flatMap(seeded),
  RATCHET,
  ...alternating(PAIRS),
  ...alternating(BATCHES),
  ...NEW.flatMap(seeded),
];

/** A recorded program, repeated until it has enough operations; `trace` has them. */
function replay(name) {
  const { ops, length, slots } = readTrace(name);
  const steps = Math.max(REPLAY, length);
  const set = { trace_length: length, trace_slots: slots };
  const use = HELD_OUT.includes(name) ? 'report' : 'tuning';
  return job(name, steps, {
    run: 'replay',
    module: 'replay',
    use,
    warm: 1,
    check: 1,
    set,
    trace: ops,
  });
}

/** All jobs whose names match `pattern`. */
export function jobs(pattern = /^/) {
  const traces = traceNames().filter((name) => pattern.test(name));
  return [...SYNTHETIC.filter(({ name }) => pattern.test(name)), ...traces.map(replay)];
}

/** The workloads of 0.2, by which one version is compared with another. */
const FIRST = [
  ...[...OLD, RATCHET].map(({ name }) => name),
  ...['cc1', 'git', 'jq', 'lua', 'perl', 'python', 'sqlite', 'xmllint'],
];
const BRIEF = [...PAIRS, ...BATCHES].map(({ name }) => name);

/** The sets of workloads that have a mean of their own: a name, and who belongs to it. */
const SETS = {
  all: () => true,
  'first 17': ({ name }) => FIRST.includes(name),
  'pairs, batches': ({ name }) => BRIEF.includes(name),
  tuning: ({ use }) => use === 'tuning',
  report: ({ use }) => use === 'report',
};

/** The sets that some of these jobs belong to: {name: names of jobs}. */
export function setsOf(planned) {
  const all = Object.entries(SETS).map(([set, has]) => [
    set,
    planned.filter(has).map(({ name }) => name),
  ]);
  return Object.fromEntries(all.filter(([, names]) => names.length));
}
