// SPDX-License-Identifier: MIT OR Apache-2.0
// How much a run tests. TLSF_TESTS says it: tools/main.js sets `small` for
// ./build.sh test and `torture` for ./build.sh torture; a file that is run by
// its name, and test all, do the whole. test/README.md says what is in which.
const tier = process.env.TLSF_TESTS ?? 'all';
if (!['small', 'all', 'torture'].includes(tier))
  throw new Error(`TLSF_TESTS=${tier}: must be small, all or torture`);

/** Is this the whole, or more? */
export const isWhole = tier !== 'small';

/** What this run does of something: a little, all, or what takes hours. */
export const amount = (small, all, torture = all) => ({ small, all, torture })[tier];

/** The first seeds, and the one that SEED names. */
export const seeds = (small, all, torture = all) => [
  ...Array.from({ length: amount(small, all, torture) }, (_, i) => i + 1),
  ...(process.env.SEED ? [Number(process.env.SEED)] : []),
];
