// SPDX-License-Identifier: MIT OR Apache-2.0
// In a browser's page: its main thread and an audio worklet are in the heap too,
// and may not sleep.
import { createHeap } from '../../js/any.js';
import { run } from './run.js';

const { AudioWorkletNode, OfflineAudioContext } = globalThis;

const RATE = 8000;
const QUANTUM = 128;

/** Promises what a thread says, which is posted a job by `begin`. */
const answerOf = (begin) =>
  new Promise((resolve, reject) =>
    begin(({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data)), reject),
  );

const inWorker = (job) =>
  answerOf((onmessage, reject) => {
    const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = onmessage;
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(job);
  });

/** It renders as fast as it can, and needs no device. */
async function inWorklet(job) {
  const context = new OfflineAudioContext(1, QUANTUM, RATE);
  await context.audioWorklet.addModule(new URL('worklet.js', import.meta.url));
  return answerOf((onmessage, reject) => {
    const node = new AudioWorkletNode(context, 'work', { processorOptions: job });
    node.port.onmessage = onmessage;
    node.onprocessorerror = () => reject(new Error('the audio worklet failed'));
    node.connect(context.destination);
    context.startRendering().catch(reject);
  });
}

/** The first thread is an audio worklet; and the main thread allocates, a little at a time. */
function besides(module) {
  let memory;
  const starts = (job) => {
    if (memory) return inWorker(job);
    memory = job.memory;
    return inWorklet(job);
  };
  let heap;
  let calls = 0;
  const timer = setInterval(() => {
    if (!memory) return;
    heap ??= createHeap({ wasm: module, memory });
    for (let i = 0; i < 100; i++, calls++) heap.free(heap.malloc(100));
  }, 1);
  return { starts, end: () => (clearInterval(timer), calls) };
}

export async function main(bytes, jobs) {
  const module = new WebAssembly.Module(bytes);
  const results = [];
  for (const job of jobs) {
    const { starts, end } = besides(module);
    const result = await run(module, job, starts);
    results.push({ ...result, main: end() });
  }
  return results;
}
