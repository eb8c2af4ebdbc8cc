// SPDX-License-Identifier: MIT OR Apache-2.0
// A thread of program.c: an instance of its own, with its thread's variables
// and stack.
import { parentPort, workerData } from 'node:worker_threads';

const { module, memory, area, stack, seed, steps, watches } = workerData;
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
exports.__wasm_init_tls(area);
exports.__stack_pointer.value = stack; // else all threads have the first one's
parentPort.postMessage(watches ? exports.watch(watches) : exports.run(seed, seed % 3, steps));
