// SPDX-License-Identifier: MIT OR Apache-2.0
// Index arithmetic, exhaustively (flat.c, exact.c, two_levels.c). For wasm32's shape of every build
// every request and every size; of the others what lies around the bounds of
// bins.
import assert from 'node:assert/strict';
import { programTest } from '../support/native.js';
import { families, indexSource, shape } from '../support/shapes.js';
import { amount } from '../support/tier.js';

const ALL_REQUESTS = 2 ** 32 - 2 ** 16;
const ALL_SIZES = 2 ** 28 - 32;
const SOME = [8, 26];

const core = (machine, parameters) => shape('core', machine, parameters);

/** [shape, arguments, the least of requests, of sizes, of searches] */
const RUNS = [
  ...families.map((name) =>
    amount(
      [shape(name, '-m32'), [4, 24], 2 ** 24, 2 ** 20, 1e5],
      [shape(name, '-m32'), [8], ALL_REQUESTS, ALL_SIZES, 1e6],
    ),
  ),
  // Few rows, and above them bins of a power of two each.
  [core('-m32', { TLSF_SLLEN: 8, TLSF_FLLEN: 2 }), [9, 26], 2 ** 26, 2 ** 22, 2 ** 16 * 4],
  [
    core('-m32', { TLSF_SLLEN: 16, TLSF_FLLEN: 1, TLSF_FLOAT: 0 }),
    [9, 26],
    2 ** 26,
    2 ** 22,
    2 ** 16 * 4,
  ],
  [core('-m32', { TLSF_SLLEN: 16, TLSF_FLLEN: 9, TLSF_ALIGN: 4 }), SOME, 2 ** 26, 2 ** 24, 5e5],
  ...amount([], [[core('-m64'), SOME, 2 ** 26, 2 ** 22, 5e6]]),
  [core('-m64', { TLSF_SLLEN: 8, TLSF_ALIGN: 8, TLSF_FLOAT: 0 }), SOME, 2 ** 26, 2 ** 23, 5e5],
];

for (const [of, args, ...least] of RUNS) {
  programTest(indexSource(of.build), of, { args }, (printed) => {
    const found = printed.match(/^(\d+) requests, (\d+) sizes, (\d+) searches\n$/).slice(1);
    for (const [i, what] of ['requests', 'sizes', 'searches'].entries())
      assert(Number(found[i]) >= least[i], what);
  });
}
