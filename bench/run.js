// SPDX-License-Identifier: MIT OR Apache-2.0
// Runs inside an engine. Runs each job of plan.json once with each allocator
// and returns the time that it took and, if the module counts (count.js), the
// instructions that it executed. Unless `verified` is set, all jobs are first
// run with every byte of every block compared.
import { collect, memoised, perform, read, shuffled } from './host.js';
import { SEED_WARM, setUp } from './instance.js';

const moduleOf = memoised((name) => new WebAssembly.Module(read(name)));
const traceOf = memoised(read);

/** A fresh instance, set up for a job. */
function instantiate(job, allocator) {
  const { exports } = new WebAssembly.Instance(moduleOf(allocator.files[job.module]), {});
  const { memory } = exports;
  const it = setUp({ exports, memory, job, trace: job.trace && traceOf(job.trace) });
  const staticPages = Math.ceil(it.heapBase / 65536);
  return {
    ...it,
    pages: () => memory.buffer.byteLength / 65536 - staticPages,
    footprint: () => memory.buffer.byteLength - it.heapBase,
  };
}

const fail = (job, allocator, what) => {
  throw new Error(`${allocator.name}, ${job.name}: ${what}`);
};

/** Fails unless the driver found every byte as it was written. */
function verify(job, allocator, { get }) {
  const wrong = get('wrong');
  const failed = get('failed');
  if (wrong && !allocator.disbelieved)
    fail(job, allocator, `${wrong} bytes did not hold what was written`);
  if (failed && allocator.exhausts) return allocator.exhausts;
  if (failed && !job.mayFail) fail(job, allocator, `${failed} requests failed`);
  return null;
}

function check(job, allocator) {
  const it = instantiate(job, allocator);
  it.set('thorough', 1);
  it.fill?.(0, SEED_WARM);
  it.run(job.check, it.seed);
  return verify(job, allocator, it);
}

function time(job, allocator, result) {
  const it = instantiate(job, allocator);
  it.fill?.(0, SEED_WARM);
  if (job.warm) it.run(job.warm, SEED_WARM);
  const failed = it.get('failed');
  if (it.instructions) it.instructions.value = 0;
  const start = performance.now();
  try {
    result.count = it.run(job.steps, it.seed);
  } finally {
    result.took = performance.now() - start;
    Object.assign(result, {
      pages: it.pages(),
      footprint: it.footprint(),
      failed: it.get('failed') - failed,
      grown: it.get('grown'),
      largest: it.get('largest'),
    });
  }
  if (it.instructions) result.instructions = (it.instructions.value >>> 0) / result.count;
  result.stopped = verify(job, allocator, it);
  result.ns.push((result.took / result.count) * 1e6);
}

/** An allocator that traps when memory is full gets no figures for this job. */
function attempt(job, allocator, result, work) {
  collect();
  try {
    return work();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    if (!job.mayFail) fail(job, allocator, error.message);
    result.stopped = 'traps when memory is full';
  }
}

perform(({ jobs, allocators, verified }) => {
  const results = {};
  const each = (work) => {
    for (const job of jobs) {
      for (const allocator of shuffled(allocators)) {
        const result = ((results[job.name] ??= {})[allocator.name] ??= { ns: [], stopped: null });
        if (!result.stopped) attempt(job, allocator, result, () => work(job, allocator, result));
      }
    }
  };
  if (!verified) {
    each((job, allocator, result) => {
      if (job.check) result.stopped = check(job, allocator);
    });
  }
  each(time);
  return results;
});
