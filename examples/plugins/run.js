// SPDX-License-Identifier: MIT OR Apache-2.0
// node --no-warnings run.js plugins.wasm SCRIPT...
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { WASI } from 'node:wasi';
import { heapOf } from 'tlsf-wasm/any';

const [, , file, ...scripts] = process.argv;
if (!file) {
  console.error('usage: node --no-warnings run.js plugins.wasm SCRIPT...');
  process.exit(1);
}

const LIMIT = 4 << 20; // bytes of an instance's memory: its stack, data and heap

const module = await WebAssembly.compile(await readFile(file));
let name = ''; // of the plugin that runs
const say = (text) => console.log(`${name}: ${text}`);

/** A new instance, whose heap has the limit: {heap, run}. */
async function begin() {
  const wasi = new WASI({ version: 'preview1' }); // QuickJS asks for the time; it gets no files
  const host = { print: (pointer, length) => say(heap.text(pointer, length)) };
  const instance = await WebAssembly.instantiate(module, { ...wasi.getImportObject(), host });
  const heap = heapOf(instance.exports);
  wasi.initialize(instance);
  heap.limit(LIMIT);
  const run = (text) => {
    const { pointer, length } = heap.string(text); // it lies in the plugin's own heap
    return instance.exports.plugin_run(pointer, length) !== 0;
  };
  return { heap, run };
}

function tell(heap, passed) {
  const { usedBlocks, usedBytes, pages } = heap.stats();
  say(
    `${passed ? 'passed' : 'failed'}, ${usedBlocks} blocks of ${usedBytes} bytes, ${pages} pages`,
  );
}

let plugin = await begin();
for (const path of scripts) {
  name = basename(path);
  const text = await readFile(path, 'utf8');
  try {
    tell(plugin.heap, plugin.run(text));
    plugin.heap.reset();
  } catch (error) {
    // It trapped, its stack ended, or there was no room for its text.
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    say('dropped');
    plugin = await begin();
  }
}
