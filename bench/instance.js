// SPDX-License-Identifier: MIT OR Apache-2.0
// An instance of the driver, set up for a job. Runs in every engine.

/** The seeds of the run that warms an instance, and of the one that is timed unless its job says otherwise. */
export const [SEED_WARM, SEED] = [1, 2];

/**
 * Stores the job's variables and its trace, if it has one, in an instance's
 * memory. `exports` are the driver's, `trace` is the trace's bytes.
 */
export function setUp({ exports, memory, job, trace }) {
  const at = (name) => exports[name].value;
  const view = () => new DataView(memory.buffer);
  const set = (name, value) => view().setUint32(at(name), value, true);
  for (const [name, value] of Object.entries(job.set)) set(name, value);
  if (trace) new Uint8Array(memory.buffer, exports.trace_at(), trace.length).set(trace);
  return {
    get: (name) => view().getUint32(at(name), true),
    set,
    run: exports[job.run],
    seed: job.seed ?? SEED,
    fill: exports[job.fill],
    instructions: exports.instructions,
    heapBase: at('__heap_base'),
  };
}
