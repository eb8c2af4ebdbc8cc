// SPDX-License-Identifier: MIT OR Apache-2.0
// What the lock of tlsf-threads.wasm costs: pairs of malloc and free of 32 bytes
// by one thread beside tlsf.wasm, in processor time; and how many pairs several
// threads reach in a second together. `node bench/threads.js` prints both;
// test/threads asserts of both what holds on a busy machine too.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createHeap } from '../js/any.js';

const SIZE = 32;
const ROUNDS = 41;
const PAIRS = 100_000;
const MILLISECONDS = 1000;

function pairs({ malloc, free }, count) {
  for (let i = 0; i < count; i++) free(malloc(SIZE));
}

/** Nanoseconds of processor time that a pair takes. */
function timeOf(exports) {
  const before = process.cpuUsage();
  pairs(exports, PAIRS);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / PAIRS;
}

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
/** tlsf-threads.wasm. */
export const lockedModule = async () =>
  new WebAssembly.Module(
    await readFile(join(import.meta.dirname, '..', 'dist', 'tlsf-threads.wasm')),
  );
const shared = () => new WebAssembly.Memory({ initial: 1, maximum: 100, shared: true });

/** What the lock adds to a call, by rounds in turn: nanoseconds of a pair without, with, of a call. */
export function price(wasm) {
  const all = [createHeap(), createHeap({ wasm, memory: shared() })].map(({ exports }) => exports);
  for (const exports of all) pairs(exports, 10 * PAIRS);
  const times = all.map(() => []);
  for (let i = 0; i < ROUNDS; i++) all.forEach((exports, at) => times[at].push(timeOf(exports)));
  const [plain, locked] = times.map(median);
  return { plain, locked, call: (locked - plain) / 2 };
}

/** What so many threads do in a second: pairs, and what the slowest has of the fastest's. */
export async function together(wasm, threads) {
  const job = { wasm, memory: shared(), start: new Int32Array(new SharedArrayBuffer(4)) };
  const counts = Array.from({ length: threads }, () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: job });
    return new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
  });
  while (Atomics.load(job.start, 0) < threads) await new Promise((next) => setTimeout(next, 5));
  const pairsOf = await Promise.all(counts);
  return {
    sum: pairsOf.reduce((before, each) => before + each, 0),
    share: Math.min(...pairsOf) / Math.max(...pairsOf),
  };
}

function work({ wasm, memory, start }) {
  let done = 0;
  const { exports } = createHeap({ wasm, memory });
  pairs(exports, PAIRS);
  Atomics.add(start, 0, 1);
  const until = performance.now() + MILLISECONDS;
  while (performance.now() < until) {
    pairs(exports, 100);
    done += 100;
  }
  parentPort?.postMessage(done);
}

async function print() {
  const wasm = await lockedModule();
  const { plain, locked, call } = price(wasm);
  console.log(`V8 ${process.versions.v8} (Node.js ${process.versions.node})`);
  console.log(
    `a pair of ${SIZE} bytes: ${plain.toFixed(1)} ns without threads, ${locked.toFixed(1)} with; ${call.toFixed(1)} ns a call`,
  );
  for (const threads of [1, 2, 4, 8]) {
    const { sum, share } = await together(wasm, threads);
    console.log(
      `${threads} threads: ${(sum / MILLISECONDS / 1000).toFixed(2)} million pairs a second; the slowest has ${share.toFixed(2)} of the fastest`,
    );
  }
}

if (!isMainThread) work(workerData);
else if (process.argv[1] === import.meta.filename) await print();
