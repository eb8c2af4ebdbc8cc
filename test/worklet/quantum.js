// SPDX-License-Identifier: MIT OR Apache-2.0
// examples/worklet on the render thread of a browser: it allocates while it plays, what
// malloc and free execute in a quantum is at most what is proved of them, and docs/audio.md
// has the figures.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import esbuild from 'esbuild';
import { counting } from '../../bench/count.js';
import { boundsOf } from '../../tools/bound.js';
import { root } from '../../tools/build.js';
import { CHROMIUM } from '../engines/chromium.js';
import { testWith } from '../support/needs.js';
import { shippedBytes } from '../support/modules.js';

/** The same module, which counts its instructions, in place of the shipped one. */
const counted = (bytes) => ({
  name: 'counted',
  setup(build) {
    const contents = `export const own = () => Uint8Array.of(${[...bytes]})`;
    build.onLoad({ filter: /dist\/bytes\/tlsf-fast\.js$/ }, () => ({ contents }));
  },
});

async function bundle(...plugins) {
  const { outputFiles, warnings } = await esbuild.build({
    entryPoints: [join(import.meta.dirname, 'processor.js')],
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    ignoreAnnotations: true, // package.json's sideEffects is of the package, not of examples
    logLevel: 'silent',
    write: false,
    plugins,
  });
  assert.deepEqual(warnings, []);
  return outputFiles[0].contents;
}

const chromium = CHROMIUM.find();

testWith(
  !chromium && `${CHROMIUM.name} is missing: ${CHROMIUM.get}`,
  'a quantum of an audio worklet in Chromium takes at most what is proved',
  async (t) => {
    const bytes = await shippedBytes('tlsf-fast');
    const { malloc, free } = boundsOf(bytes);
    const bounds = { malloc: malloc.instructions, free: free.instructions };
    const plan = { bundles: ['shipped.js', 'counted.js'], bounds };
    const results = await CHROMIUM.run(chromium, 'test/worklet/page.js', {
      'plan.json': Buffer.from(JSON.stringify(plan)),
      'shipped.js': await bundle(),
      'counted.js': await bundle(counted(await counting(bytes))),
    });
    for (const { seconds, slowest, over, ...played } of results) {
      t.diagnostic(
        `${played.quanta} quanta in ${seconds.toFixed(1)} s, the slowest took ${slowest} ms`,
      );
      assert.ok(played.unheard > 0 && played.unheard < played.notes, 'memory is full at times');
      assert.ok(played.loudest > 0.5, 'heard');
      assert.deepEqual([played.isEmpty, played.isSame, played.pages, over], [true, true, 4, []]);
    }
    const [, { worst, most }] = results;
    t.diagnostic(
      `most instructions: ${JSON.stringify(worst)}, most calls: ${JSON.stringify(most)}`,
    );
    const docs = await readFile(join(root, 'docs', 'audio.md'), 'utf8');
    const told = `${worst.mallocs} calls of malloc and ${worst.frees} of free executed ${worst.instructions} instructions; at most ${worst.bound} are proved`;
    assert.ok(docs.replace(/\s+/g, ' ').includes(told), `docs/audio.md: ${told}`);
  },
);
