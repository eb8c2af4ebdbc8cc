// SPDX-License-Identifier: MIT OR Apache-2.0
// node run.js ledger.wasm: a chain of one contract. Each call gets a fresh instance; the
// state is what the last call wrote that did not trap. As a chain meters, so are the
// executed instructions counted.
import { readFile } from 'node:fs/promises';
import { counting } from '../../bench/count.js';

const [, , file] = process.argv;
if (!file) {
  console.error('usage: node run.js ledger.wasm');
  process.exit(1);
}

const module = new WebAssembly.Module(await counting(await readFile(file)));
let state = new Uint8Array();

/** Calls a function of the contract; a trap leaves the state as it was. Says what it cost. */
function call(name, ...args) {
  const text = `${name}(${args.join(', ')})`;
  let written = state;
  const bytes = () => new Uint8Array(instance.exports.memory.buffer);
  const env = {
    state_size: () => state.length,
    state_read: (to) => bytes().set(state, to >>> 0),
    state_write: (from, size) => (written = bytes().slice(from >>> 0, (from >>> 0) + size)),
  };
  const instance = new WebAssembly.Instance(module, { env });
  try {
    instance.exports[name](...args);
    state = written;
    return `${text}: ${instance.exports.instructions.value} instructions`;
  } catch (error) {
    return `${text}: ${error.message}`;
  }
}

console.log(call('mint', 1n, 1000n));
console.log(call('transfer', 1n, 2n, 300n));
console.log(call('transfer', 2n, 1n, 301n));
for (let id = 3n; id < 99n; id++) call('transfer', 1n, id, 2n);
console.log(call('transfer', 1n, 99n, 2n));

const words = new BigUint64Array(state.buffer);
console.log(`${words.length / 2} accounts; 1 has ${words[1]} tokens, 2 has ${words[3]}`);
