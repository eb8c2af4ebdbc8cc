// SPDX-License-Identifier: MIT OR Apache-2.0
// How memory grows, exhaustively: test/growth/growth.c, in every build.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAMILIES, MODULES } from '../../tools/builds.js';
import { amount } from '../support/tier.js';
import { instantiate, PAGE, testModule, WIDE, withoutTable } from '../support/modules.js';

const SWEEPS = ['sweep_tails', 'sweep_starts', 'sweep_foreign'];

const wides = Object.fromEntries(WIDE.map((name) => [name, MODULES[name]]));

for (const [name, build] of Object.entries({ ...FAMILIES, ...wides })) {
  test(`${name}: one growth suffices, and takes no page more, up to 2^32`, async (t) => {
    const source = 'test/growth/growth.c';
    const linked = await testModule({
      build,
      source,
      flags: ['-iquotetest/support'], // its port comes before wasm's
      exports: [...SWEEPS, 'failed_tail', 'failed_size', 'granule', 'least_size'],
      linkFlags: ['-z', 'stack-size=4096', '--global-base=4096', `--max-memory=${PAGE * PAGE}`],
    });
    const isWide = Boolean(build.target);
    const exports = instantiate(isWide ? withoutTable(linked) : linked, isWide);
    exports.memory.grow(PAGE - exports.memory.buffer.byteLength / PAGE);
    const granules = PAGE / exports.granule();
    const sizes = 3 * granules - exports.least_size() / exports.granule() + 1;
    const cases = (sweep, ...args) => {
      try {
        return exports[sweep](...args);
      } catch (error) {
        assert.fail(
          `${sweep}(${args}): tail at ${exports.failed_tail() >>> 0}, ${exports.failed_size() >>> 0} bytes: ${error}`,
        );
      }
    };
    let all = 0;
    for (const pages of amount([PAGE], [4, 5, 200, PAGE - 2, PAGE - 1, PAGE])) {
      const swept = cases('sweep_tails', pages, amount(0, 0, 1));
      assert(swept >= 18 * granules, `${swept} tails`);
      all += swept;
    }
    const apart = amount(32, 1);
    const started = cases('sweep_starts', apart);
    assert.equal(started, 7 * (PAGE / apart + 1));
    for (const pages of amount([PAGE], [5, 6, PAGE - 3, PAGE - 1, PAGE])) {
      const swept = cases('sweep_foreign', pages);
      assert.equal(swept, 2 * sizes);
      all += swept;
    }
    t.diagnostic(`${all + started} growths`);
  });
}
