// SPDX-License-Identifier: MIT OR Apache-2.0
// Each archive as shipped, linked: the C family against the shadow, and the core API over a pool
// inside linear memory.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { link, LINK, root } from '../../tools/build.js';
import { ARCHIVES, FAMILY, room } from '../../tools/builds.js';
import { createModel, randomStep } from '../support/model.js';
import { random } from '../support/random.js';
import { instantiate, PAGE } from '../support/modules.js';

const CORE = [
  'init',
  'add_pool',
  'extend_pool',
  'malloc',
  'aligned_alloc',
  'realloc',
  'free',
  'usable_size',
  'check',
].map((name) => `tlsf_${name}`);

for (const [name, build] of Object.entries(ARCHIVES)) {
  const archive = await readFile(join(root, 'dist', 'lib', 'wasm32', `${name}.a`));

  for (const seed of [1, 2, 3]) {
    test(`the C family of ${name}.a keeps to the shadow, seed ${seed}`, async () => {
      const exports = instantiate(
        await link([archive], [...FAMILY, '__heap_base'], [...LINK, ...room(build, 40)]),
      );
      const model = createModel(exports);
      const below = random(seed);
      for (let i = 0; i < 5000; i++) randomStep(model, exports, below, { bits: 15, foreign: 100 });
      model.finish(below);
    });
  }

  test(`the core API of ${name}.a: a pool, its extension, random operations, one whole block at last`, async () => {
    const exports = instantiate(
      await link([archive], [...CORE, '__heap_base'], [...LINK, `--initial-memory=${4 * PAGE}`]),
    );
    const heap = Math.ceil(exports.__heap_base.value / 16) * 16;
    const pool = heap + 8192;
    const pools = heap + 6000; // struct tlsf is shorter: an array of one pool
    exports.tlsf_init(heap);
    const used = exports.tlsf_add_pool(heap, pool, 100001);
    assert(used > 99900 && used <= 100001);
    const more = exports.tlsf_extend_pool(heap, pool + used, 50000);
    assert.equal(more, 50000);
    new Uint32Array(exports.memory.buffer)[pools / 4] = pool;
    const check = () => assert.equal(exports.tlsf_check(heap, pools, 1), 0);
    const below = random(7);
    const live = [];
    for (let i = 0; i < 3000; i++) {
      const at = below(60);
      if (live[at] && below(2))
        live[at] = exports.tlsf_realloc(heap, live[at], below(4000)) || live[at];
      else if (live[at]) live[at] = exports.tlsf_free(heap, live[at]) ?? 0;
      else
        live[at] = below(2)
          ? exports.tlsf_malloc(heap, below(4000))
          : exports.tlsf_aligned_alloc(heap, 2 ** below(10), below(4000));
      check();
    }
    for (const p of live) exports.tlsf_free(heap, p ?? 0);
    check();
    const span = used + more - 16 - (((pool + 4 + 15) & ~15) - pool - 16) - 4;
    assert(exports.tlsf_malloc(heap, span), 'the whole span');
    assert.equal(exports.tlsf_malloc(heap, 0), 0);
  });
}
