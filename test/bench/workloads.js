// SPDX-License-Identifier: MIT OR Apache-2.0
// What is run: the jobs that run.js gets. A job calls the driver's `run` with
// a number of steps, after `set` stored its variables. Each run is timed; it
// is warmed by one of `warm` steps in the same instance, and before all it is
// verified by `check` steps in which every byte is compared.
import { readTrace, traceNames } from './traces.js';

/** The fixed memory of churn, and how much of it is asked for. */
export const CHURN_PAGES = 256;
const CHURN_FILL = 0.9;
const REPLAY = 600_000;

const job = (name, steps, rest = {}) => ({ name, run: name, module: 'main', set: {}, warm: steps, steps, check: steps / 40, ...rest });

const synthetic = () => [
  job('random_sizes', 400_000),
  job('bursts', 800_000),
  job('large', 400_000, { check: 2000 }),
  job('vectors', 400_000, { check: 8000 }),
  job('strings', 400_000),
  job('fifo', 800_000),
  job('ratchet', 1_200_000, { warm: 4000, check: 60 }),
  job('churn', 400_000, {
    check: 100_000,
    module: 'churn',
    set: { churn_bytes: Math.floor(CHURN_PAGES * 65536 * CHURN_FILL) },
    mayFail: true,
  }),
  job('clears', 200, { warm: 0, check: 100 }),
];

/** A recorded program, as often as it takes; `trace` has its operations. */
function replay(name) {
  const { ops, length, slots } = readTrace(name);
  const steps = Math.max(REPLAY, length);
  const set = { trace_length: length, trace_slots: slots };
  return job(name, steps, { run: 'replay', module: 'replay', warm: 1, check: 1, set, trace: ops });
}

/** All jobs whose names match. */
export function jobs(pattern = /^/) {
  const traces = traceNames().filter((name) => pattern.test(name));
  return [...synthetic().filter(({ name }) => pattern.test(name)), ...traces.map(replay)];
}

/** What people read of a workload. */
export const DESCRIPTIONS = {
  random_sizes: '8 B to 8 KiB, log-uniform, at random in 10,000 slots',
  bursts: '1000 small blocks at once, then all given back',
  large: '4 to 512 KiB in 100 slots',
  vectors: '100 arrays that grow by half, by realloc',
  strings: '100 strings that grow by 1 to 64 bytes, by realloc',
  fifo: 'a queue of 5000 messages',
  ratchet: 'two buffers, each a page longer than the last but one',
  churn: `16 B to 8 KiB at random in ${CHURN_PAGES / 16} MiB that are 90 % full`,
  clears: 'calloc of 1 MiB in 100 slots of a fresh instance',
};
