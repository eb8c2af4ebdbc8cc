// SPDX-License-Identifier: MIT OR Apache-2.0
// In an engine: plays the scenarios of plan.json, each to a digest.
import { collect, memoised, perform, read } from '../../bench/host.js';
import { isVast } from '../behaviour/scenarios.js';
import { createDigest, observe } from './observe.js';

const moduleOf = memoised((name) => new WebAssembly.Module(read(name)));

function hasVastMemory() {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 65536 }).grow(65535);
    return true;
  } catch {
    return false;
  }
}

function digestOf({ title, file, scenario }) {
  const digest = createDigest();
  try {
    observe({ heap: moduleOf(file), driver: moduleOf('driver.wasm') }, scenario, digest.add);
  } catch (error) {
    throw new Error(`${title}: ${error.message ?? error} (after ${digest})`);
  }
  collect(); // memories of 4 GiB are soon too many
  return `${digest}`;
}

perform(({ scenarios }) => {
  const vast = hasVastMemory();
  return scenarios.map((each) =>
    isVast(each.scenario) && !vast ? 'no memory of 4 GiB' : digestOf(each),
  );
});
