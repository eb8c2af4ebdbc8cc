// SPDX-License-Identifier: MIT OR Apache-2.0
// Measures every peer, for malloc and free alone and for the whole family.
import { availableParallelism } from 'node:os';
import { packageVersion, toolchain, wasmOpt } from '../tools/toolchain.js';
import { optimisation } from '../tools/build.js';
import { BUILDS } from '../tools/builds.js';
import { progress } from '../tools/progress.js';
import { bytesOf } from '../tools/sizes.js';
import { PAIR, PEERS, WHOLE } from './peers.js';
import { verify } from './verify.js';

/** For all the same: the passes of builds for bytes, and the features of any build. */
const OPTIMISE = optimisation({
  passes: '-Oz',
  features: [...new Set(Object.values(BUILDS).flatMap(({ features }) => features))].sort(),
});

/** Returns a function that runs tasks, at most `most` at the same time. */
export function limiter(most = availableParallelism()) {
  const waiting = [];
  let running = 0;
  return async (task) => {
    if (running >= most) await new Promise((go) => waiting.push(go));
    running++;
    try {
      return await task();
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

const limit = limiter();

/** A linked module after the passes of ours. */
export const optimise = (linked) => limit(() => wasmOpt(linked, OPTIMISE));

async function measureWay(peer, exports, { flags, linked, done }) {
  const bytes = done ?? (await optimise(linked));
  try {
    await verify(bytes, exports);
  } catch (error) {
    throw new Error(`${peer.name} (${flags}) does not work: ${error.message}`, { cause: error });
  }
  return { flags, ...bytesOf(bytes) };
}

/**
 * The smallest build of a peer that exports those of `names` it has. A peer that
 * is exact has none for other names than its own.
 */
async function smallest(peer, names, thorough) {
  if (peer.exact && String(names) !== String(peer.has)) return undefined;
  const exports = names.filter((name) => peer.has.includes(name));
  const ways = [];
  for await (const way of peer.ways(exports, thorough)) ways.push(measureWay(peer, exports, way));
  const sizes = await Promise.all(ways);
  return sizes.sort((a, b) => a.raw - b.raw)[0];
}

async function measurePeer(peer, thorough) {
  const pair = await smallest(peer, PAIR, thorough);
  const family = await smallest(peer, WHOLE, thorough);
  const missing =
    peer.kind === 'zero' || peer.exact ? [] : WHOLE.filter((name) => !peer.has.includes(name));
  return { name: peer.name, kind: peer.kind, missing, pair, family };
}

export const versions = async () => ({
  compiler: (await toolchain()).name,
  'wasm-opt': packageVersion('binaryen'),
  assemblyscript: packageVersion('assemblyscript'),
  emnapi: packageVersion('emnapi'),
});

/** {versions, rows}: what each peer weighs, and net of an empty module. */
export async function measureAll(thorough = false) {
  const shown = progress(PEERS.length);
  const measure = async (peer) => {
    const row = await measurePeer(peer, thorough);
    shown.step(peer.name);
    return row;
  };
  const measured = await Promise.all(PEERS.map(measure));
  shown.done();
  const zero = measured.find(({ kind }) => kind === 'zero');
  const isMeasured = ({ pair, family }) => pair || family;
  const rows = measured.filter(isMeasured);
  for (const { pair, family } of rows) {
    for (const size of [pair, family]) if (size) size.net = size.raw - zero.pair.raw;
  }
  return {
    versions: await versions(),
    absent: measured.filter((row) => !isMeasured(row)).map(({ name }) => name),
    rows,
  };
}
