// SPDX-License-Identifier: MIT OR Apache-2.0
// Measures jobs with allocators: writes the files that run.js needs to a
// directory, runs it in an engine, and turns its samples into medians.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../tools/build.js';
import { benchModule, REFERENCE } from './allocators.js';
import { counting } from './count.js';
import { runScript } from './engines.js';
import { CHURN_PAGES, setsOf } from './workloads.js';

const LITTLE = 1024; // pages for an allocator that frees nothing

/** The modules that a job may name, and how each is built. */
const MODULES = {
  main: {},
  replay: { slots: 1 << 17, trace: 1 << 19 },
  churn: { heapPages: CHURN_PAGES },
  scale: { slots: 10_000_000 },
};

/** The driver and an allocator, linked into a module of this kind. */
export const moduleOf = (allocator, kind) =>
  allocator.modules?.[kind] ??
  benchModule(allocator, {
    ...(allocator.kind === 'floor' ? { heapPages: LITTLE } : {}),
    ...MODULES[kind],
  });

/** An allocator whose modules of these kinds count what they execute. */
export async function counted(allocator, kinds) {
  const modules = {};
  for (const kind of kinds) modules[kind] = await counting(await moduleOf(allocator, kind));
  return { ...allocator, modules };
}

/** Adds an allocator's modules to `files`. */
async function prepareAllocator(files, allocator, kinds) {
  const names = {};
  for (const kind of kinds) {
    names[kind] = `${allocator.name}.${kind}.wasm`;
    files[names[kind]] = await moduleOf(allocator, kind);
  }
  return {
    name: allocator.name,
    files: names,
    disbelieved: allocator.kind === 'loop',
    exhausts: allocator.exhausts ?? (allocator.kind === 'floor' && `exhausts ${LITTLE / 16} MiB`),
  };
}

/**
 * Calls `work` with a function that writes files to a new directory and then
 * runs `script`, a file of this folder, there.
 */
async function inDirectory(engine, script, work) {
  const directory = join(root, 'build', 'bench', `${engine.key}-${process.pid}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  try {
    const run = async (more) => {
      for (const [name, content] of Object.entries(more))
        await writeFile(join(directory, name), content);
      return runScript(engine, join(import.meta.dirname, script), directory);
    };
    return await work(run);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Runs a script of this folder in an engine, in a directory with these files. */
export const runWith = (engine, script, files) => inDirectory(engine, script, (run) => run(files));

/** The modules, the traces and the plan that run.js reads. */
async function prepare({ jobs, allocators }) {
  const files = {};
  const kinds = [...new Set(jobs.map(({ module }) => module))];
  const plan = { allocators: [], jobs: [] };
  for (const allocator of allocators)
    plan.allocators.push(await prepareAllocator(files, allocator, kinds));
  for (const job of jobs) {
    const trace = job.trace && `${job.name}.bin`;
    if (trace) files[trace] = new Uint8Array(job.trace.buffer);
    plan.jobs.push({ ...job, trace });
  }
  return { files, plan };
}

/** The value below which this share of the values lies. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at % 1);
}

/** The median of the samples, and the spread of their middle half. */
function summary({ ns, ...rest }) {
  if (rest.stopped) return rest;
  const median = quantile(ns, 0.5);
  return {
    ...rest,
    ns: median,
    spread: (quantile(ns, 0.75) - quantile(ns, 0.25)) / median,
    samples: ns,
  };
}

const mapped = (object, work) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, work(value)]));

/** The geometric mean of some numbers. */
export const geometricMean = (values) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The mean and the worst ratio of an allocator in some workloads, and the number of its ratios. */
function overall(workloads, wanted, name) {
  const ratios = wanted
    .map((workload) => ({ workload, ratio: workloads[workload][name].ratio }))
    .filter(({ ratio }) => ratio !== undefined);
  const worst = ratios.reduce((a, b) => (b.ratio > a.ratio ? b : a), { ratio: 0 });
  return {
    mean: ratios.length ? geometricMean(ratios.map(({ ratio }) => ratio)) : undefined,
    worst,
    of: ratios.length,
  };
}

/**
 * Medians; if the reference was measured too, ratios to it. `sets` has lists of
 * workloads by their names: {workloads, sets: {set: {workloads, of}}}.
 */
export function summarise(results, names, sets) {
  const workloads = {};
  for (const [job, samples] of Object.entries(results)) {
    const of = (workloads[job] = Object.fromEntries(
      names.map((name) => [name, summary(samples[name])]),
    ));
    for (const each of Object.values(of)) {
      if (each.ns && of[REFERENCE]?.ns) each.ratio = each.ns / of[REFERENCE].ns;
    }
  }
  return {
    workloads,
    sets: mapped(sets, (wanted) => ({
      workloads: wanted,
      of: Object.fromEntries(names.map((name) => [name, overall(workloads, wanted, name)])),
    })),
  };
}

/** Adds the samples of a round to `results`; all else is taken from the last round. */
function addRound(results, round) {
  for (const [job, of] of Object.entries(round)) {
    for (const [name, result] of Object.entries(of)) {
      const known = ((results[job] ??= {})[name] ??= { ns: [] });
      Object.assign(known, result, {
        ns: [...known.ns, ...result.ns],
        stopped: known.stopped ?? result.stopped,
      });
    }
  }
}

/**
 * Runs jobs in an engine: {workloads, sets}. Each round is a process of its
 * own, because the place where an engine puts a module's code changes its
 * speed. `step` is called as each round begins.
 */
export async function measure(engine, wanted, step = () => {}) {
  const results = {};
  const { files, plan } = await prepare(wanted);
  await inDirectory(engine, 'run.js', async (run) => {
    for (let round = 0; round < wanted.rounds; round++) {
      step(`${engine.name}, round ${round + 1} of ${wanted.rounds}`);
      const verified = round > 0;
      const planned = { 'plan.json': JSON.stringify({ ...plan, verified }) };
      addRound(results, await run(verified ? planned : { ...files, ...planned }));
    }
  });
  return summarise(
    results,
    wanted.allocators.map(({ name }) => name),
    setsOf(wanted.jobs),
  );
}
