// SPDX-License-Identifier: MIT OR Apache-2.0
// A thread with an instance of its own, and a heap of its own in a shared memory.
import { parentPort, workerData } from 'node:worker_threads';
import { random } from '../support/random.js';
import { createRanges, randomStep } from './ranges.js';

const { module, memory, base, size, seed, steps } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const model = createRanges(exports, memory, 16 + 16 * seed);
const range = model.create(base, size);
const below = random(seed);
let failed = 0;
for (let i = 0; i < steps; i++) failed += randomStep(model, below, 11) === 0;
model.finish(range, below);
parentPort.postMessage(failed);
