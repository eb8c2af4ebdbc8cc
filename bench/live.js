// SPDX-License-Identifier: MIT OR Apache-2.0
// How many bytes a job holds at most: the sum of the sizes that it requested
// and has not yet freed. The driver runs on a heap written here, which counts
// them. It reuses blocks by size class and does not care how much it takes.
import { CORE, HOSTED } from './allocators.js';
import { moduleOf } from './measure.js';
import { SEED_WARM, setUp } from './instance.js';

const INITIAL = 16384; // pages: room for the driver's tables and its blocks
const PAGE = 65536;

const classOf = (size) => 2 ** Math.max(4, 32 - Math.clz32(Math.max(size, 1) - 1));

/** Memory as blocks of powers of two: take(size) is a block, put(p, size) frees it. */
function classes(memory, start) {
  const vacant = new Map(); // class => pointers
  let top = Math.ceil(start / 16) * 16;
  const extend = (bytes) => {
    const p = top;
    top += bytes;
    const missing = top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return p;
  };
  const of = (size) => {
    if (!vacant.has(classOf(size))) vacant.set(classOf(size), []);
    return vacant.get(classOf(size));
  };
  return {
    take: (size) => of(size).pop() ?? extend(classOf(size)),
    put: (p, size) => of(size).push(p),
  };
}

/** malloc and free over `memory`; `sizes` has every live block, peak() their largest sum. */
function countingBlocks(memory, start) {
  const blocks = classes(memory, start);
  const sizes = new Map(); // pointer => bytes requested
  let [live, peak] = [0, 0];
  return {
    sizes,
    malloc(size) {
      const p = blocks.take(size);
      sizes.set(p, size);
      live += size;
      peak = Math.max(peak, live);
      return p;
    },
    free(p) {
      if (!p) return;
      blocks.put(p, sizes.get(p));
      live -= sizes.get(p);
      sizes.delete(p);
    },
    peak: () => peak,
  };
}

/** The functions of CORE, as wasm calls them: its numbers are signed. */
export function countingHeap(memory, start) {
  const { sizes, malloc, free, peak } = countingBlocks(memory, start);
  const realloc = (p, size) => {
    const old = sizes.get(p) ?? 0;
    free(p);
    const q = malloc(size);
    new Uint8Array(memory.buffer).copyWithin(q, p, p + Math.min(old, size));
    return q;
  };
  const calloc = (n, size) => {
    const p = malloc(n * size);
    new Uint8Array(memory.buffer, p, n * size).fill(0);
    return p;
  };
  const unsigned = (f) => (a, b) => f(a >>> 0, b >>> 0);
  return {
    malloc: unsigned(malloc),
    free: unsigned(free),
    realloc: unsigned(realloc),
    calloc: unsigned(calloc),
    peak,
  };
}

/** The peak of one job; the driver checks that the blocks keep their contents. */
async function peakOf(job) {
  const module = await WebAssembly.compile(await moduleOf(HOSTED, job.module));
  const memory = new WebAssembly.Memory({ initial: INITIAL, maximum: PAGE });
  const heap = {};
  const env = { memory };
  for (const name of CORE) env[name] = (...args) => heap[name](...args);
  const { exports } = await WebAssembly.instantiate(module, { env });
  const trace = job.trace && new Uint8Array(job.trace.buffer);
  const it = setUp({ exports, memory, job, trace });
  Object.assign(heap, countingHeap(memory, it.heapBase));
  if (job.warm) it.run(job.warm, SEED_WARM);
  it.run(job.steps, it.seed);
  if (it.get('wrong')) throw new Error(`${job.name}: ${it.get('wrong')} bytes changed`);
  return heap.peak();
}

/** {name of a job: the bytes that it holds at most}. */
export async function livePeaks(jobs) {
  const peaks = {};
  for (const job of jobs) peaks[job.name] = await peakOf(job);
  return peaks;
}
