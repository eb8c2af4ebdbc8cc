// SPDX-License-Identifier: MIT OR Apache-2.0
// In a thread of its own: fills a module's memory with blocks of 64 KiB and says
// which lengths it had. For each growth V8 collects garbage, which takes a third
// of the time where there is little else.
import { parentPort, workerData } from 'node:worker_threads';
import { PAGE } from '../support/model.js';
import { asNumbers } from '../support/wide.js';

const { instance } = await WebAssembly.instantiate(workerData);
const exports = asNumbers(instance.exports);
const sizes = new Set();
while (exports.malloc(PAGE)) sizes.add(exports.memory.buffer.byteLength);
parentPort.postMessage(sizes);
