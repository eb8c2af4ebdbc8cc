// SPDX-License-Identifier: MIT OR Apache-2.0
// State-space exploration (statespace.c), of every build. `least`: states that
// an exploration which does its work can not miss.
import assert from 'node:assert/strict';
import { programTest } from '../support/native.js';
import { families, shape } from '../support/shapes.js';
import { amount } from '../support/tier.js';

const SMALL = { TLSF_SLLEN: 8, TLSF_FLLEN: 6 };

const core = (machine, parameters, args, least) => ({
  shape: shape('core', machine, parameters),
  flags: ['-DFAMILY=0'],
  args,
  least,
});

const CORE = [
  core('-m32', SMALL, [9], 4181),
  core('-m32', { TLSF_SLLEN: 8, TLSF_FLLEN: 1 }, [8], 1597),
  core('-m32', { TLSF_SLLEN: 32, TLSF_FLOAT: 0 }, [7], 610),
  core('-m32', { TLSF_ALIGN: 4, ...SMALL }, [22], 300),
  core('-m32', { TLSF_ALIGN: 8, TLSF_SLLEN: 16, TLSF_FLLEN: 3 }, [12], 600),
  core('-m64', SMALL, [12], 600),
  core('-m64', { TLSF_ALIGN: 32, ...SMALL }, [8], 1597),
  core('-m32', SMALL, [2, 4], 500),
  core('-m64', SMALL, [4, 6], 500),
];

/** Pages of so many granules: 2 or 4. A granule has four words. */
const pages = (granules, machine) => (machine === '-m32' ? 4 : 5) + Math.log2(granules);

function family(name, machine, granules, args, least) {
  const parameters = { ...SMALL, HOST_PAGE_LOG: pages(granules, machine) };
  if (machine === '-m64') parameters.TLSF_ALIGN = 32;
  return { shape: shape(name, machine, parameters), flags: ['-DFAMILY=1'], args, least };
}

/** The fast build tells more states apart: of four pages it has 128,000. */
const most = (name) => (name === 'fast' ? amount(3, 3, 4) : amount(3, 4));

const familyRuns = (name) => [
  family(name, '-m32', 2, [1, most(name)], amount(300, 2500)),
  ...amount([], [family(name, '-m32', 4, [0, 3, 3000], 3000)]),
  family(name, '-m64', 2, [1, most(name)], amount(300, 2500)),
];

/** Memory that is large enough to grow by 1/64 more than is missing. */
const large = (name) =>
  family(name, '-m32', 2, [1, 50, amount(200, 2000), 1, 66], amount(200, 2000));

const RUNS = [
  ...amount(CORE.slice(-3), CORE),
  ...families.flatMap((name) => [...familyRuns(name), large(name)]),
];

for (const { shape: of, flags, args, least } of RUNS) {
  programTest('test/statespace/statespace.c', of, { flags, args }, (printed) => {
    const [, states, transitions] = printed.match(
      /^(\d+) states, (\d+) transitions, (no other|all to depth)/,
    );
    assert(Number(states) >= least, `${states} states`);
    assert(Number(transitions) > (args.length > 3 ? 2 : 10) * least, `${transitions} transitions`);
    if (args.length <= 2) assert.match(printed, /no other state can be reached/);
  });
}
