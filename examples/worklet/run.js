// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js plucks.js: renders a minute of the bundle as a browser would, 128 samples at
// a time, in what an audio worklet has of a global scope.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , file] = process.argv;
if (!file) {
  console.error('usage: node run.js plucks.js');
  process.exit(1);
}
const url = pathToFileURL(resolve(file)).href;

const RATE = 48000;
const QUANTUM = 128;

let Processor;
Object.assign(globalThis, {
  AudioWorkletProcessor: class {
    port = {};
  },
  registerProcessor: (_name, made) => (Processor = made),
});
for (const name of ['TextEncoder', 'TextDecoder', 'fetch', 'performance', 'atob'])
  delete globalThis[name]; // a worklet has none of them
await import(url);

const processor = new Processor();
const empty = processor.heap.malloc(1000);
processor.heap.free(empty);

let loudest = 0;
let notes = 0;
for (let frame = 0; frame < 60 * RATE; frame += QUANTUM) {
  // A note every eighth of a second, each with a string of another length.
  if (frame % (RATE / 8) < QUANTUM) processor.port.onmessage({ data: 60 + ((notes++ * 37) % 300) });
  const out = new Float32Array(QUANTUM);
  processor.process([], [[out]]);
  for (const sample of out) loudest = Math.max(loudest, Math.abs(sample));
}
while (processor.notes.length) processor.process([], [[new Float32Array(QUANTUM)]]);

const { heap } = processor;
console.log(`${notes} notes, ${loudest > 0.5 ? 'heard' : 'silent'}`);
console.log(
  `${heap.memory.buffer.byteLength / 65536} pages, all free: ${heap.malloc(1000) === empty}`,
);
