// SPDX-License-Identifier: MIT OR Apache-2.0
// A worker that compiles one object with the pinned clang. The object comes
// through standard output: the virtual files copy themselves whole for every
// few bytes written, which for an object of 1 MB takes longer than compiling.
import { parentPort, workerData } from 'node:worker_threads';
import { loadPinned } from '../../tools/toolchain.js';

const { args, inputs } = workerData;
const chunks = [];
let text = '';
const options = {
  stdout: (bytes) => bytes && chunks.push(bytes.slice()),
  stderr: (bytes) => bytes && (text += Buffer.from(bytes).toString()),
  decodeASCII: false,
};

const { runClang } = await loadPinned();
try {
  await runClang(['clang', ...args, '-c', '-o', '-'], inputs, options);
} catch (error) {
  throw new Error(`clang ${args.join(' ')}\n${text || error}`);
}
parentPort.postMessage({ text, object: Buffer.concat(chunks) });
