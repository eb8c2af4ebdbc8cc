// SPDX-License-Identifier: MIT OR Apache-2.0
// The jobs that run.js gets. A job stores the variables in `set`, and then
// calls the driver's function `run` with a number of steps. Each timed run
// follows a run of `warm` steps in the same instance. Before all timed runs, a
// run of `check` steps compares every byte.
import { readTrace, traceNames } from './traces.js';

/** The fixed memory of churn in pages, and the share of it that is requested. */
export const CHURN_PAGES = 256;
const CHURN_FILL = 0.9;
const REPLAY = 600_000;

const job = (name, steps, rest = {}) => ({
  name,
  run: name,
  module: 'main',
  set: {},
  warm: steps,
  steps,
  check: steps / 40,
  ...rest,
});

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

/** A recorded program, repeated until it has enough operations; `trace` has them. */
function replay(name) {
  const { ops, length, slots } = readTrace(name);
  const steps = Math.max(REPLAY, length);
  const set = { trace_length: length, trace_slots: slots };
  return job(name, steps, { run: 'replay', module: 'replay', warm: 1, check: 1, set, trace: ops });
}

/** All jobs whose names match `pattern`. */
export function jobs(pattern = /^/) {
  const traces = traceNames().filter((name) => pattern.test(name));
  return [...synthetic().filter(({ name }) => pattern.test(name)), ...traces.map(replay)];
}
