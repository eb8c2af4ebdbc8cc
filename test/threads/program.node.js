// SPDX-License-Identifier: MIT OR Apache-2.0
// A thread of program.c: an instance of its own, with its thread's variables.
import { parentPort, workerData } from 'node:worker_threads';

const { module, memory, area, seed, steps, watches } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
exports.__wasm_init_tls(area);
parentPort.postMessage(watches ? exports.watch(watches) : exports.run(seed, seed % 3, steps));
