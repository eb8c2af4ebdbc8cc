// SPDX-License-Identifier: MIT OR Apache-2.0
// Each archive as shipped, linked: the C family against the shadow, and the core API over a pool
// inside linear memory.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile, link, linkFlags, readArchive } from '../../tools/build.js';
import { ARCHIVES, FAMILY, room, WIDE_ARCHIVES } from '../../tools/builds.js';
import { hasTable64 } from '../../tools/memory64.js';
import { pinnedToolchain } from '../../tools/toolchain.js';
import { createModel, randomStep } from '../support/model.js';
import { random } from '../support/random.js';
import { instantiate, PAGE, withoutTable } from '../support/modules.js';

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

/** What wasm-ld gives each program, and errno, which a program need not have. */
const GIVEN = [
  '__heap_base',
  '__heap_end',
  '__memory_base',
  '__stack_pointer',
  '__wasm_first_page_end',
  'errno',
];

/** The same, and what it gives to a program of threads: variables of each. */
const givenOf = ({ shared }) => [...GIVEN, ...(shared ? ['__tls_base', '__tls_size'] : [])];

/** The symbols that the objects of an archive, or one object, define and want from elsewhere. */
async function symbolsOf(bytes) {
  const { tool } = await pinnedToolchain();
  const { text } = await tool(['nm', 'in.a'], { 'in.a': bytes }, []);
  const all = Array.from(text.matchAll(/^[\da-f]* +([A-Za-z]) (\S+)$/gm), ([, kind, name]) => ({
    isWanted: 'Uw'.includes(kind),
    name,
  }));
  const names = (isWanted) =>
    new Set(all.filter((each) => each.isWanted === isWanted).map(({ name }) => name));
  return { defined: names(false), wanted: names(true) };
}

for (const [name, build] of Object.entries({ ...ARCHIVES, ...WIDE_ARCHIVES })) {
  const { target } = build;
  const archive = await readArchive(name);
  const word = target ? 8 : 4;
  const program = async (exports, flags = []) => {
    const linked = await link(
      [archive],
      [...exports, '__heap_base'],
      [...linkFlags({ target }), ...flags],
    );
    return instantiate(target ? withoutTable(linked) : linked, Boolean(target));
  };

  for (const seed of [1, 2, 3]) {
    test(`the C family of ${name}.a keeps to the shadow, seed ${seed}`, async () => {
      const exports = await program(FAMILY, room(build, 40));
      const model = createModel(exports);
      const below = random(seed);
      for (let i = 0; i < 5000; i++) randomStep(model, exports, below, { bits: 15, foreign: 100 });
      model.finish(below);
    });
  }

  const skip = target && !hasTable64 && 'this V8 has no table of wasm64: test/wide finds another';
  const what = 'a pool, its extension, random operations, one whole block at last';
  test(`the core API of ${name}.a: ${what}`, { skip }, async () => {
    const exports = await program(CORE, [`--initial-memory=${4 * PAGE}`]);
    const heap = Math.ceil(exports.__heap_base.value / 16) * 16;
    const pool = heap + 2048 * word;
    const pools = heap + 1500 * word; // struct tlsf is shorter: an array of one pool
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
    const first = (pool + word + 15) & ~15;
    const span = used + more - (first - pool) - word;
    assert(exports.tlsf_malloc(heap, span), 'the whole span');
    assert.equal(exports.tlsf_malloc(heap, 0), 0);
  });

  test(`${name}.a needs nothing but itself, the linker and errno`, async () => {
    const { defined, wanted } = await symbolsOf(archive);
    for (const symbol of [...FAMILY, ...CORE]) assert(defined.has(symbol), symbol);
    assert.deepEqual(
      [...wanted].filter((symbol) => !defined.has(symbol) && !givenOf(build).includes(symbol)),
      [],
    );
  });
}

test('a function of the compiler that an object needs is seen', async () => {
  const source = Buffer.from(
    'int over(long a, long b) { long c; return __builtin_mul_overflow(a, b, &c); }',
  );
  const flags = ['--target=wasm64', '-mcpu=mvp', '-O1'];
  const { wanted } = await symbolsOf(await compile('over.c', { 'over.c': source }, flags));
  assert(wanted.has('__multi3'));
});
