// SPDX-License-Identifier: MIT OR Apache-2.0
// A thread of the program: an instance over the shared memory with a stack and
// variables of its own, which works, and frees blocks of another thread.
import { parentPort, workerData } from 'node:worker_threads';

const { wasm, memory, stack, variables, given, seeds } = workerData;
const { exports } = new WebAssembly.Instance(wasm, { env: { memory } });
exports.__stack_pointer.value = stack;
exports.__wasm_init_tls(variables);
exports.set_may_wait(1);

const results = seeds.map((seed) => exports.work(seed));
for (const { p, size, align } of given) exports.rust_dealloc(p, size, align);
const kept = exports.rust_alloc(1000, 64);
parentPort?.postMessage({ results, kept });
