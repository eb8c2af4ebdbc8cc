// SPDX-License-Identifier: MIT OR Apache-2.0
// Tests that need something of the machine: a compiler, an engine, a program.
import assert from 'node:assert/strict';
import { test } from 'node:test';

/**
 * Without what it needs a test is skipped, and `missing` says why and how to
 * get it; in CI, where nobody reads that, it fails.
 *
 * @param {string | false} missing
 */
export function testWith(missing, name, work) {
  test(name, { skip: !process.env.CI && missing }, (t) => {
    assert(!missing, String(missing));
    return work(t);
  });
}
