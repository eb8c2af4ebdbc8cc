// SPDX-License-Identifier: MIT OR Apache-2.0
// Strict aliasing: at -O3 with link-time optimisation, what the compiler may
// conclude from types changes nothing: every pointer returned is the same as
// with -fno-strict-aliasing, as without optimisation, and for both compilers.
import assert from 'node:assert/strict';
import { build, CORPUS, execute, missing, plainTargets } from '../fuzz/build.js';
import { CLANG, GCC, missing as lacks } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { amount } from '../support/tier.js';

const WHOLE = ['-O3', '-flto'];
const LEVELS = [
  [...WHOLE, '-fstrict-aliasing'],
  [...WHOLE, '-fno-strict-aliasing'],
  ...amount([], [['-O0', '-fno-strict-aliasing']]),
];

/** Steps and digest of all that a target returns, compiled so. */
function results(target, compiler, shape, level) {
  const path = build(target, compiler, shape, level);
  return amount(
    [['corpus', CORPUS[target]]],
    [
      ['corpus', CORPUS[target]],
      ['random', '1', amount('1', '10', '20')],
    ],
  ).map((args) => execute(path, args));
}

for (const machine of amount(['-m32'], ['-m64', '-m32'])) {
  const compilers = amount([GCC], [GCC, CLANG]);
  const missed = compilers
    .map((compiler) => missing(compiler, machine) || lacks(compiler, [machine, '-flto']))
    .find(Boolean);
  for (const [target, shape] of plainTargets(machine)) {
    testWith(missed, shape.name, (t) => {
      const all = compilers.flatMap((compiler) =>
        LEVELS.map((level) => results(target, compiler, shape, level)),
      );
      for (const other of all) assert.deepEqual(other, all[0]);
      t.diagnostic(`digests ${all[0].map(({ digest }) => digest).join(' ')}`);
    });
  }
}
