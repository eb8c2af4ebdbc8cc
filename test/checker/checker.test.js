// SPDX-License-Identifier: MIT OR Apache-2.0
// Self-tests of the checker (checker.c), in every build.
import assert from 'node:assert/strict';
import { programTest } from '../support/native.js';
import { families, shape } from '../support/shapes.js';
import { amount } from '../support/tier.js';

const SMALL = { HOST_PAGE_LOG: 8, TLSF_SLLEN: 8, TLSF_FLLEN: 10 };

for (const name of families) {
  for (const machine of ['-m32', '-m64']) {
    const run = { args: [amount(3, 12)] };
    programTest('test/checker/checker.c', shape(name, machine, SMALL), run, (printed) => {
      const [, all, reported, outside, missed] = printed
        .match(
          /^(\d+) corruptions: (\d+) reported, (\d+) led outside, (\d+) by design not found\n$/,
        )
        .map(Number);
      assert.equal(reported + outside + missed, all);
      assert(reported >= amount(20000, 100000), `${reported} reported`);
      assert(missed < all / 100, `${missed} not found`);
    });
  }
}
