// SPDX-License-Identifier: MIT OR Apache-2.0
// Modules of wasm64 beyond 4 GiB, in engines that have memory64: Node.js from
// 24 on, Chromium, Firefox. (The other suites run on these modules up to 4 GiB,
// in any Node.js.) In small the first engine that is found does it alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { root } from '../../tools/build.js';
import { CHROMIUM } from '../engines/chromium.js';
import { FIREFOX } from '../engines/firefox.js';
import { NODE24 } from '../engines/node24.js';
import { checkedModule, WIDE } from '../support/modules.js';
import { amount, isWhole } from '../support/tier.js';
import { MAXIMUM } from './vast.js';

const SUITE = 'test/wide/suite.js';

const ENGINES = [NODE24, CHROMIUM, FIREFOX];
const found = ENGINES.filter(({ find }) => find());
const chosen = amount(found.slice(0, 1), ENGINES);

describe('beyond 4 GiB', () => {
  let files;
  let expected;
  before(async () => {
    const modules = WIDE.map((name) => `${name}.wasm`);
    files = { 'plan.json': JSON.stringify({ modules }) };
    for (const name of WIDE)
      files[`${name}.wasm`] = await checkedModule(name, { maximum: MAXIMUM });
  });

  test('an engine with memory64 is there', { skip: !process.env.CI && !found.length }, () =>
    assert(found.length, ENGINES.map(({ name, get }) => `${name}: ${get}`).join('; ')),
  );

  for (const { name, find, version, get, run } of chosen) {
    const missing = !find() && `${name} is missing: ${get}`;
    test(`${name}: the same pointers`, { skip: !process.env.CI && missing }, async (t) => {
      assert(!missing, String(missing));
      t.diagnostic(version(find()));
      const steps = await run(find(), SUITE, files);
      assert.equal(steps.length, 2 * WIDE.length);
      assert.deepEqual(steps, (expected ??= steps));
    });
  }
});

/** Suites whose tests of wasm64 run in an engine that needs no flag; and those that want its tables. */
const OTHERS = {
  all: [
    'test/build/archive.test.js',
    'test/loader/loader.test.js',
    'test/behaviour/heap.test.js',
    'test/behaviour/family.test.js',
  ],
  small: ['test/linking/linking.test.js', 'test/parameters/parameters.test.js'],
};

for (const [tier, paths] of Object.entries(OTHERS))
  test(
    `the suites of Node.js in one that has memory64, ${tier}`,
    { skip: !isWhole || !NODE24.find() },
    () => {
      const args = [
        '--test',
        '--test-name-pattern=wasm64|tlsf-?\\w*64',
        ...paths.map((path) => join(root, path)),
      ];
      const env = { ...process.env, NODE_TEST_CONTEXT: undefined, TLSF_TESTS: tier };
      const { status, stdout } = spawnSync(NODE24.find(), args, {
        cwd: root,
        env,
        encoding: 'utf8',
      });
      assert.equal(status, 0, stdout);
      assert.match(stdout, /pass [1-9]/);
    },
  );
