// SPDX-License-Identifier: MIT OR Apache-2.0
// Boundary cases: the programs that coverage and mutation run, here under
// AddressSanitizer and UBSan. The cases register themselves; each that is
// written down must have run in some shape.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programTest, SANITIZED } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { isWhole } from '../support/tier.js';
import { RUNS } from './runs.js';

/** The names of all cases, as the C files have them. */
const written = readdirSync(import.meta.dirname, { recursive: true })
  .filter((name) => /\.[ch]$/.test(name))
  .flatMap((name) => [
    ...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(
      /^CASE(?:_IF\(.*,|\() *(\w+)\) \{/gm,
    ),
  ])
  .map(([, name]) => name);

const ran = new Set();

// The checker has a test of its own.
const chosen = RUNS.filter(({ program, isPlain }) => program !== 'checker' && (isPlain || isWhole));
for (const run of chosen) {
  programTest(run.source, run, { mode: SANITIZED }, (printed) => {
    const [count, ...names] = printed.trim().split('\n').reverse();
    assert.equal(count, `${names.length} cases`);
    assert(names.length >= 20, count);
    for (const name of names) ran.add(name);
  });
}

testWith(false, 'each case that is written down has run', (t) => {
  if (!ran.size) return t.skip('no compiler');
  t.diagnostic(`${written.length} cases`);
  assert.deepEqual([...ran].sort(), [...new Set(written)].sort());
});
