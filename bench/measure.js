// SPDX-License-Identifier: MIT OR Apache-2.0
// From jobs and allocators to numbers: what run.js needs is written to a
// directory, an engine runs it, and its samples become medians.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../tools/build.js';
import { benchModule, REFERENCE } from './allocators.js';
import { runScript } from './engines.js';
import { CHURN_PAGES } from './workloads.js';

const LITTLE = 1024; // pages: of memory that is never given back, no more

/** How the modules are made that a job may name. */
const MODULES = {
  main: {},
  replay: { slots: 1 << 17, trace: 1 << 19 },
  churn: { heapPages: CHURN_PAGES },
  scale: { slots: 10_000_000 },
};

/** The module of that kind of an allocator and the driver. */
export const moduleOf = (allocator, kind) =>
  allocator.module ??
  benchModule(allocator, {
    ...(allocator.kind === 'floor' ? { heapPages: LITTLE } : {}),
    ...MODULES[kind],
  });

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
    exhausts: allocator.kind === 'floor' && `exhausts ${LITTLE / 16} MiB`,
  };
}

/** `work` gets what adds files to a directory and runs a script beside this one there. */
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

/** What a script beside this one gives, run in an engine in a directory with these files. */
export const runWith = (engine, script, files) => inDirectory(engine, script, (run) => run(files));

/** Modules, traces and the plan of run.js. */
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

/** The value below which that share of them lies. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at % 1);
}

/** Samples become their median, and the spread of the middle half of them. */
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

const geometricMean = (values) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Mean and worst of the ratios of an allocator, and how many there are. */
function overall(workloads, name) {
  const ratios = Object.entries(workloads)
    .map(([workload, of]) => ({ workload, ratio: of[name].ratio }))
    .filter(({ ratio }) => ratio !== undefined);
  const worst = ratios.reduce((a, b) => (b.ratio > a.ratio ? b : a), { ratio: 0 });
  return {
    mean: ratios.length ? geometricMean(ratios.map(({ ratio }) => ratio)) : undefined,
    worst,
    of: ratios.length,
  };
}

/** Medians, and with the reference among them, ratios to its. */
export function summarise(results, names) {
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
    overall: Object.fromEntries(names.map((name) => [name, overall(workloads, name)])),
  };
}

/** Adds the samples of a round to those that `results` has; what else it says is the last round's. */
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
 * Runs jobs in an engine: {workloads, overall}. Each round has a process of
 * its own, as where an engine lays the code of a module changes its speed.
 */
export async function measure(engine, wanted) {
  const results = {};
  const { files, plan } = await prepare(wanted);
  await inDirectory(engine, 'run.js', async (run) => {
    addRound(results, await run({ ...files, 'plan.json': JSON.stringify(plan) }));
    const again = { 'plan.json': JSON.stringify({ ...plan, verified: true }) };
    for (let round = 1; round < wanted.rounds; round++) addRound(results, await run(again));
  });
  return summarise(
    results,
    wanted.allocators.map(({ name }) => name),
  );
}
