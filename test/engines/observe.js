// SPDX-License-Identifier: MIT OR Apache-2.0
// A scenario of ../behaviour/scenarios.js with each call and what it returned told to `note`:
// the heap's own and those of the driver, through which all else is done to
// its memory. The same in every engine.
import { isWide } from '../../js/wide.js';
import { isVast, play } from '../behaviour/scenarios.js';
import { asNumbers } from '../support/wide.js';

/** The driver's functions for the memory of a heap, with Numbers. */
function driverOf(driver, heap) {
  const { size, grow, fill, digest } = new WebAssembly.Instance(driver, { heap }).exports;
  const address = isWide(heap) ? BigInt : Number;
  return {
    size: () => Number(size()),
    grow: (pages) => Number(grow(address(pages))),
    fill: (p, value, bytes) => fill(address(p), value, address(bytes)),
    digest,
  };
}

/** The exports of a fresh heap, with the driver's. */
function observed(heap, driver, note) {
  const instance = new WebAssembly.Instance(heap).exports;
  const own = asNumbers(instance);
  const others = driverOf(driver, instance);
  const noted =
    (module, name, call) =>
    (...args) => {
      const result = call(...args);
      note({ module, name, args, result });
      return result;
    };
  const calls = (module, exports) =>
    Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' ? noted(module, name, value) : value,
    ]);
  const all = Object.fromEntries([...calls('heap', own), ...calls('driver', others)]);
  return {
    ...all,
    memory: {
      get buffer() {
        return own.memory.buffer;
      },
      grow(pages) {
        if (all.grow(pages) === -1) throw new RangeError('memory can not grow');
      },
    },
  };
}

/** Plays a scenario; the size of memory follows each call, its contents the end. */
export function observe({ heap, driver }, scenario, note) {
  const exports = observed(heap, driver, (call) => {
    note(call);
    if (call.module === 'heap') exports.size();
  });
  play(exports, scenario);
  if (!isVast(scenario)) exports.digest(); // 4 GiB would take seconds
}

const mix = (sum, n, factor) => {
  const product = Math.imul(sum ^ n, factor);
  return product ^ (product >>> 15);
};
const hex = (n) => (n >>> 0).toString(16).padStart(8, '0');

/** Calls and results, in order, as their number and 64 bits. */
export function createDigest() {
  let calls = 0;
  let [high, low] = [1, 2];
  return {
    add({ args, result = 0 }) {
      calls++;
      for (const n of [...args, result])
        [high, low] = [mix(high, n, 0x9e3779b1), mix(low, n, 0x85ebca6b)];
    },
    toString: () => `${calls} calls, ${hex(high)}${hex(low)}`,
  };
}
