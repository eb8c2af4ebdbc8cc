// SPDX-License-Identifier: MIT OR Apache-2.0
// The same sources on the host, under AddressSanitizer and UBSan: the core
// API and the C family, in several shapes, each in a program that runs its
// fixed tests, replays the fuzzers' corpus, and makes random sequences.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, CLANG, CORPUS, execute, missing, run, shapes, WRAP } from './fuzz/build.js';

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
    assert(execute(path, [...place, 'random', '1', '10']).steps > 20000);
  }
}

for (const compiler of ['gcc', CLANG]) {
  for (const [machine, places] of Object.entries(PLACES)) {
    const lacks = missing(compiler, machine);
    test(`${compiler} ${machine} with its sanitizers`, { skip: !process.env.CI && lacks }, () =>
      assert(!lacks, lacks),
    );
    for (const [target, shape] of lacks ? [] : shapes(machine)) {
      test(`${target}, ${compiler} ${machine} ${shape.join(' ')}`, () =>
        exercise(target, build(target, compiler, machine, shape), places));
    }
  }
}

for (const [flag, message] of REFUSED) {
  test(`a clear error for ${flag}`, { skip: !process.env.CI && missing('gcc', '-m64') }, () => {
    const built = run('gcc', ['-std=c17', '-Isrc', flag, '-fsyntax-only', 'src/tlsf.c']);
    assert.notEqual(built.status, 0);
    assert.match(built.stderr, message);
  });
}
