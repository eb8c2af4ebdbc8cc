// SPDX-License-Identifier: MIT OR Apache-2.0
// The same sources on the host, under AddressSanitizer and UBSan: the core
// API and the C family, in several shapes, each in a program that runs its
// fixed tests, replays the fuzzers' corpus, and makes random sequences.
import assert from 'node:assert/strict';
import { BUILDS } from '../../tools/builds.js';
import { CLANG, GCC, run } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { amount } from '../support/tier.js';
import { build, CORPUS, execute, missing, plainTargets, sharedTargets, WRAP } from './build.js';

const REFUSED = [
  ['-DTLSF_ALIGN=24', /TLSF_ALIGN must be a power of two/],
  ['-DTLSF_ALIGN=2', /TLSF_ALIGN must be a power of two, at least a word/],
  ['-DTLSF_SLLEN=64', /TLSF_SLLEN must be 8, 16 or 32/],
  ['-DTLSF_FLLEN=0', /TLSF_FLLEN must be/],
  ['-DTLSF_FLLEN=31', /TLSF_FLLEN must be/],
];

/** Where memory lies: anywhere; as high as can be; up to 2^32. */
const PLACES = { '-m64': [[], ['high']], '-m32': [[], ['high']], [WRAP]: [['wrap']] };

function exercise(target, path, places) {
  for (const place of places) {
    assert(execute(path, [...place, 'fixed']).steps > 2000);
    assert(execute(path, [...place, 'corpus', CORPUS[target]]).steps > 5000);
    const { steps } = execute(path, [...place, 'random', '1', amount(1, 10)]);
    assert(steps > amount(2000, 20000));
  }
}

const chosen = amount((_, machine) => plainTargets(machine), sharedTargets);

for (const compiler of amount([GCC], [GCC, CLANG])) {
  for (const [machine, places] of Object.entries(PLACES)) {
    const lacks = missing(compiler, machine);
    testWith(lacks, `${compiler} ${machine} with its sanitizers`, () => {});
    for (const [target, shape] of lacks ? [] : chosen(compiler, machine)) {
      testWith(false, `${compiler}, ${shape.name}`, () =>
        exercise(target, build(target, compiler, shape), places),
      );
    }
  }
}

for (const [flag, message] of REFUSED) {
  testWith(missing(GCC, '-m64'), `a clear error for ${flag}`, () => {
    const built = run(GCC, ['-std=c17', flag, '-fsyntax-only', BUILDS.core.source]);
    assert.notEqual(built.status, 0);
    assert.match(built.stderr, message);
  });
}
