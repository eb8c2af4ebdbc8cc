// SPDX-License-Identifier: MIT OR Apache-2.0
// Strict aliasing: at -O3 with link-time optimisation, what the compiler may
// conclude from types changes nothing: every pointer returned is the same as
// with -fno-strict-aliasing, as without optimisation, and for both compilers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, CLANG, CORPUS, execute, missing, missingLto, shapes } from './fuzz/build.js';

const WHOLE = ['-O3', '-flto'];
const LEVELS = [
  [...WHOLE, '-fstrict-aliasing'],
  [...WHOLE, '-fno-strict-aliasing'],
  ['-O0', '-fno-strict-aliasing'],
];

/** Steps and digest of all that a target returns, compiled so. */
function results(target, compiler, machine, shape, level) {
  const path = build(target, compiler, machine, shape, level);
  const runs = [
    ['corpus', CORPUS[target]],
    ['random', '1', '20'],
  ];
  return runs.map((args) => execute(path, args));
}

for (const machine of ['-m64', '-m32']) {
  const compilers = ['gcc', CLANG];
  const lacks = compilers
    .map((compiler) => missing(compiler, machine) || missingLto(compiler, machine))
    .find(Boolean);
  // The defaults, and the fast build.
  const few = shapes(machine).filter(
    ([, shape]) => shape.length === 0 || shape[0] === '-DTLSF_FAST=1',
  );
  for (const [target, shape] of few) {
    test(`${target} ${machine} ${shape.join(' ')}`, { skip: !process.env.CI && lacks }, (t) => {
      assert(!lacks, lacks);
      const all = compilers.flatMap((compiler) =>
        LEVELS.map((level) => results(target, compiler, machine, shape, level)),
      );
      for (const other of all) assert.deepEqual(other, all[0]);
      t.diagnostic(`digests ${all[0].map(({ digest }) => digest).join(' ')}`);
    });
  }
}
