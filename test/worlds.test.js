// SPDX-License-Identifier: MIT OR Apache-2.0
// Small worlds, exhaustively (test/native/worlds.c), in every build. `least`:
// states that an enumerator which does its work can't but find.
import assert from 'node:assert/strict';
import { programTest } from './native/compile.js';

const SMALL = ['-DTLSF_SLLEN=8', '-DTLSF_FLLEN=6'];
const PLAIN = '-DTLSF_TAIL=0';
const FAST = '-DTLSF_FAST=1';

const CORE = [
  { machine: '-m32', shape: SMALL, args: [9], least: 4181 },
  { machine: '-m32', shape: [...SMALL, PLAIN], args: [8], least: 1597 },
  { machine: '-m32', shape: ['-DTLSF_SLLEN=8', '-DTLSF_FLLEN=1'], args: [8], least: 1597 },
  { machine: '-m32', shape: ['-DTLSF_SLLEN=32', '-DTLSF_FLOAT=0'], args: [7], least: 610 },
  { machine: '-m32', shape: ['-DTLSF_ALIGN=4', ...SMALL], args: [22], least: 300 },
  {
    machine: '-m32',
    shape: ['-DTLSF_ALIGN=8', '-DTLSF_SLLEN=16', '-DTLSF_FLLEN=3'],
    args: [12],
    least: 600,
  },
  { machine: '-m64', shape: SMALL, args: [12], least: 600 },
  { machine: '-m64', shape: ['-DTLSF_ALIGN=32', ...SMALL, PLAIN], args: [8], least: 1597 },
  { machine: '-m32', shape: SMALL, args: [2, 4], least: 500 },
  { machine: '-m64', shape: [...SMALL, PLAIN], args: [4, 6], least: 500 },
];

/** Pages of two granules, or of four. */
const pages = (granules) => ({
  '-m32': `-DHOST_PAGE_LOG=${granules === 2 ? 5 : 6}`,
  '-m64': `-DHOST_PAGE_LOG=${granules === 2 ? 6 : 7}`,
});
const family = (machine, granules, build, args, least) => ({
  machine,
  shape: [
    '-DFAMILY=1',
    ...SMALL,
    pages(granules)[machine],
    ...(machine === '-m64' ? ['-DTLSF_ALIGN=32'] : []),
    ...build,
  ],
  args,
  least,
});
const FAMILY = [
  family('-m32', 2, [], [1, 4], 2500),
  family('-m32', 2, [PLAIN], [1, 3], 610),
  family('-m32', 2, [FAST], [3, 1], 20000),
  family('-m32', 2, [FAST], [1, 3, 3000], 3000),
  family('-m32', 4, [], [0, 3, 3000], 3000),
  family('-m64', 2, [], [1, 4], 2500),
  family('-m64', 2, [PLAIN], [1, 3], 610),
  family('-m64', 2, [FAST], [1, 3, 2000], 2000),
];
/** Memory that is large enough to grow by 1/32 more than is missing. */
const LARGE = [[], [PLAIN], [FAST]].map((build) =>
  family('-m32', 2, build, [1, 50, 2000, 1, 66], 2000),
);

for (const { least, ...world } of [
  ...CORE.map((w) => ({ ...w, shape: ['-DFAMILY=0', ...w.shape] })),
  ...FAMILY,
  ...LARGE,
]) {
  programTest('worlds', world, (printed) => {
    const [, states, transitions] = printed.match(
      /^(\d+) states, (\d+) transitions, (no other|all to depth)/,
    );
    assert(Number(states) >= least, `${states} states`);
    assert(Number(transitions) > 10 * least, `${transitions} transitions`);
    if (world.args.length <= 2) assert.match(printed, /no other state can be reached/);
  });
}
