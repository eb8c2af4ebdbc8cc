// SPDX-License-Identifier: MIT OR Apache-2.0
// In a thread of its own: fills a module's memory, by 256 KiB and at its end by
// 64, and says which lengths it had. For each growth V8 collects garbage, which
// takes a third of the time where there is little else.
import { parentPort, workerData } from 'node:worker_threads';
import { PAGE } from '../support/model.js';
import { asNumbers } from '../support/wide.js';

const { instance } = await WebAssembly.instantiate(workerData);
const exports = asNumbers(instance.exports);
const sizes = new Set();
for (const size of [4 * PAGE, PAGE])
  while (exports.malloc(size)) sizes.add(exports.memory.buffer.byteLength);
parentPort.postMessage(sizes);
