// SPDX-License-Identifier: MIT OR Apache-2.0
// In an engine: runs each job of plan.json once with each allocator and tells
// what it took, and in a module that counts (count.js) what it executed; where
// `verified` is not set, after all were verified.
import { collect, kept, perform, read, shuffled } from './host.js';

const moduleOf = kept((name) => new WebAssembly.Module(read(name)));
const traceOf = kept(read);

/** A fresh instance, set up for a job. */
function instantiate(job, allocator) {
  const { exports } = new WebAssembly.Instance(moduleOf(allocator.files[job.module]), {});
  const at = (name) => exports[name].value;
  const get = (name) => new DataView(exports.memory.buffer).getUint32(at(name), true);
  const set = (name, value) => new DataView(exports.memory.buffer).setUint32(at(name), value, true);
  for (const [name, value] of Object.entries(job.set)) set(name, value);
  if (job.trace) {
    const trace = traceOf(job.trace);
    new Uint8Array(exports.memory.buffer, exports.trace_at(), trace.length).set(trace);
  }
  const below = Math.ceil(at('__heap_base') / 65536);
  return {
    get,
    set,
    instructions: exports.instructions,
    call: exports[job.run],
    fill: exports[job.fill],
    pages: () => exports.memory.buffer.byteLength / 65536 - below,
  };
}

const fail = (job, allocator, what) => {
  throw new Error(`${allocator.name}, ${job.name}: ${what}`);
};

/** What the driver saw must be as it should, or nothing counts. */
function verify(job, allocator, { get }) {
  const wrong = get('wrong');
  const failed = get('failed');
  if (wrong && !allocator.disbelieved)
    fail(job, allocator, `${wrong} bytes did not hold what was written`);
  if (failed && allocator.exhausts) return allocator.exhausts;
  if (failed && !job.mayFail) fail(job, allocator, `${failed} requests failed`);
  return null;
}

const SEED_WARM = 1;
const SEED = 2;

function check(job, allocator) {
  const it = instantiate(job, allocator);
  it.set('thorough', 1);
  it.fill?.(0, SEED_WARM);
  it.call(job.check, SEED);
  return verify(job, allocator, it);
}

function time(job, allocator, result) {
  const it = instantiate(job, allocator);
  it.fill?.(0, SEED_WARM);
  if (job.warm) it.call(job.warm, SEED_WARM);
  const failed = it.get('failed');
  if (it.instructions) it.instructions.value = 0;
  const start = performance.now();
  try {
    result.count = it.call(job.steps, SEED);
  } finally {
    result.took = performance.now() - start;
    Object.assign(result, {
      pages: it.pages(),
      failed: it.get('failed') - failed,
      grown: it.get('grown'),
      largest: it.get('largest'),
    });
  }
  if (it.instructions) result.instructions = (it.instructions.value >>> 0) / result.count;
  result.stopped = verify(job, allocator, it);
  result.ns.push((result.took / result.count) * 1e6);
}

/** An allocator may trap where there is no memory; it is then left out. */
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
