// SPDX-License-Identifier: MIT OR Apache-2.0
// Self-tests of the checker (checker.c), in every build.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODULES } from '../../tools/builds.js';
import { checkedModule, instantiate } from '../support/modules.js';
import { programTest } from '../support/native.js';
import { families, shape } from '../support/shapes.js';
import { amount } from '../support/tier.js';

const SMALL = { HOST_PAGE_LOG: 8, TLSF_SLLEN: 8, TLSF_FLLEN: 10 };

for (const name of families) {
  for (const machine of ['-m32', '-m64']) {
    const run = { args: [amount(3, 13)] };
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

/** The nil block at address 0 in words of 32 bits (src/flat/block.h); some break invariant 9. */
const NIL_WORDS = {
  wasm32: ['not its own', 'nor this', 'prev', 'header', 'next', 'link'],
  wasm64: ['prev', 'header', 'next', 'link'].flatMap((word) => [word, word]),
};
const NIL_INVARIANT = { prev: 9, header: 9, next: 9 };

for (const [name, { target = 'wasm32' }] of Object.entries(MODULES).filter(
  ([, row]) => row.alone,
)) {
  test(`${name}.wasm: each bit of the nil block`, async () => {
    const twin = instantiate(await checkedModule(name));
    twin.check_add_pool(twin.__heap_base.value);
    twin.free(twin.malloc(100));
    assert.equal(twin.check(), 0);
    const words = new Uint32Array(twin.memory.buffer);
    for (const [i, word] of NIL_WORDS[target].entries()) {
      for (let bit = 0; bit < 32; bit++) {
        words[i] ^= 1 << bit;
        assert.equal(twin.check(), NIL_INVARIANT[word] ?? 0, `${word}, bit ${bit}`);
        words[i] ^= 1 << bit;
      }
    }
    assert.equal(twin.check(), 0);
  });
}
