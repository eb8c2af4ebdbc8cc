// SPDX-License-Identifier: MIT OR Apache-2.0
// The checker is itself tested: test/native/corrupt.c, in every build.
import assert from 'node:assert/strict';
import { programTest } from './native/compile.js';

const SMALL = ['-DHOST_PAGE_LOG=8', '-DTLSF_SLLEN=8', '-DTLSF_FLLEN=10'];

for (const [machine, ...shape] of [
  ['-m32'],
  ['-m32', '-DTLSF_TAIL=0'],
  ['-m32', '-DTLSF_FAST=1'],
  ['-m64'],
  ['-m64', '-DTLSF_FAST=1', '-DTLSF_ALIGN=32'],
]) {
  programTest('corrupt', { machine, shape: [...SMALL, ...shape], args: [12] }, (printed) => {
    const [, all, reported, outside, missed] = printed
      .match(/^(\d+) corruptions: (\d+) reported, (\d+) led outside, (\d+) by design not found\n$/)
      .map(Number);
    assert.equal(reported + outside + missed, all);
    assert(reported >= 100000, `${reported} reported`);
    assert(missed < all / 100, `${missed} not found`);
  });
}
