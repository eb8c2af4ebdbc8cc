// SPDX-License-Identifier: MIT OR Apache-2.0
// Bytes are the currency: the ledger is what was built, and within the limits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, measure, readLedger } from '../../tools/sizes.js';
import { ALL_MODULES } from '../../tools/builds.js';
import { toolchain } from '../../tools/toolchain.js';

const { pinned } = await toolchain();

test(
  'the ledger is exact',
  { skip: !pinned && 'sizes are those of the pinned toolchain: unset CC and WASI_SDK_PATH' },
  async () => {
    const moved = differences(await readLedger(), await measure());
    assert.deepEqual(
      moved,
      [],
      'sizes moved: ./build.sh sizes rewrites the ledger; say why in the commit',
    );
  },
);

for (const [module, { most: limit }] of Object.entries(ALL_MODULES)) {
  const name = `${module}.wasm`;
  test(`${name} has at most ${limit} bytes`, async () => {
    const { raw } = (await readLedger()).modules[name];
    assert(raw <= limit, `${raw} bytes`);
  });
}

test('a difference of a byte is seen', () => {
  const ledger = { modules: { a: { raw: 1, functions: { f: 2 } } } };
  assert.deepEqual(differences(ledger, structuredClone(ledger)), []);
  assert.deepEqual(differences(ledger, { modules: { a: { raw: 1, functions: { g: 2 } } } }), [
    'modules a functions f: 2 -> undefined',
    'modules a functions g: undefined -> 2',
  ]);
});
