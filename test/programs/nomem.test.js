// SPDX-License-Identifier: MIT OR Apache-2.0
// Real programs whose memory ends: their N-th allocation fails, alone or with
// all after it; or memory.grow fails at each size. Each must say so in its own
// way, and our heap must be whole: every invariant holds, and its blocks in
// use are just those that the program has not given back. Here for a sample
// of all N, SEED=n takes another; ./build.sh torture takes every N up to 10,000.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { compile, compileFlags, sources, testDefines } from '../../tools/build.js';
import { cached } from '../support/cache.js';
import { PAGE } from '../support/modules.js';
import { amount } from '../support/tier.js';
import { random } from '../support/random.js';
import { here, inPrograms, link, run } from './programs.js';
import { CHOSEN, chosenObjects, PROGRAMS } from './units.js';

const SEED = Number(process.env.SEED ?? 1);
const MOST = amount(8, 100, 10000);
const NEVER = 2 ** 32 - 1;

/** The builds, or the one whose module TLSF_OVER names (test/torture). */
const OVER = inPrograms.filter(
  ({ module }) => !process.env.TLSF_OVER || process.env.TLSF_OVER === module,
);

const WRAPPED = ['malloc', 'free', 'calloc', 'realloc'];
const EXPORTS = [
  'failing',
  '__heap_base',
  'check',
  'check_add_pool',
  'check_walk',
  'check_used',
  'real_malloc',
  'real_free',
];

/** Our malloc with its invariants, all of its functions under other names. */
async function checkedObject(build) {
  const inputs = await sources('src', 'wasm', 'test/support');
  const renamed = WRAPPED.map((name) => `-D${name}=real_${name}`);
  const flags = [...compileFlags(build), ...testDefines(build), ...renamed];
  return cached([flags, inputs], () => compile('test/support/checked.c', inputs, flags));
}

/** A program over the checked twin of our malloc, in a memory of the caller's. */
async function failingProgram(built, { units, args = [] }, build) {
  const inputs = Object.fromEntries(units.map((name) => [`${name}.o`, built[name]]));
  inputs['checked.o'] = await checkedObject(build);
  inputs['failing.c'] = (await sources('test/programs'))['test/programs/failing.c'];
  const flags = ['-O1', '-fno-builtin', ...args, ...EXPORTS.map((name) => `-Wl,--export=${name}`)];
  const { wasm, map, text } = await link(inputs, {
    args: [...flags, '-Wl,--import-memory,--export-memory,--max-memory=4294967296'],
  });
  assert.equal(text, '');
  assert.doesNotMatch(map, /dlmalloc/);
  return new WebAssembly.Module(wasm);
}

/** The struct of failing.c. */
function failingIn(exports) {
  const at = exports.failing.value / 4;
  const words = () => new Uint32Array(exports.memory.buffer, at * 4, 5);
  return {
    set: (first, last) => words().set([first, last]),
    get: () => ({ calls: words()[2], live: words()[3], sum: words()[4] }),
  };
}

/** The blocks in use that a walk over the heap finds: {live, sum}. */
function walk(exports) {
  exports.check_walk(exports.__heap_base.value);
  const [live, sum] = new Uint32Array(exports.memory.buffer, exports.check_used.value, 2);
  return { live, sum };
}

/** All that must hold of the heap, whatever happened to the program. */
function assertWhole(exports, { live, sum }) {
  const { real_malloc, real_free } = exports;
  const p = real_malloc(1); // so that there is a heap
  if (!p && !live) return;
  real_free(p);
  assert.equal(real_malloc(2 ** 32 - 4096), 0); // the fast build empties its stacks
  assert.equal(exports.check(), 0, 'invariant of heap.h');
  assert.deepEqual(walk(exports), { live, sum }, 'the blocks in use are those that are live');
}

/** What runs, and how it says that memory ends. QuickJS is not here: of 2021, it
 *  loops for ever where some allocations fail. */
const RUNS = {
  'SQLite in memory': {
    program: 'sqlite',
    args: [':memory:'],
    input: 'nomem.sql',
    error: ({ status, output }) => status === 7 && /^error: /m.test(output),
    always: ({ output }) => /^bytes left: 0$/m.test(output),
  },
  Lua: {
    program: 'lua',
    input: 'script.lua',
    error: ({ status, output }) =>
      [2, 4].includes(status) &&
      /error: (not enough memory|no memory for (a state|the input))$/m.test(output),
  },
  // "By design": ts_malloc_default prints this and aborts.
  'tree-sitter': {
    program: 'tree_sitter',
    input: 'sqlite.c',
    error: ({ trap, status, output, errors }) =>
      trap
        ? /^tree-sitter failed to (re)?allocate \d+ bytes$/m.test(errors)
        : status === 1 && /^error: no memory for the input$/m.test(output),
  },
};

/** What wasi-libc does before main if it can't keep the arguments or directories. */
const beforeMain = ({ status, output }) => [70, 71].includes(status) && !output;

async function once(
  module,
  pages,
  { args, input, preopens },
  [first, last] = [NEVER, NEVER],
  maximum = PAGE,
) {
  const memory = new WebAssembly.Memory({ initial: pages, maximum });
  let exports;
  const prepare = (instance) => {
    exports = instance;
    failingIn(exports).set(first, last);
    exports.check_add_pool(exports.__heap_base.value);
  };
  const ended = await run(module, {
    args,
    preopens,
    prepare,
    input: input && join(here, input),
    imports: { env: { memory } },
  });
  const { calls, ...live } = failingIn(exports).get();
  assertWhole(exports, live);
  return { ...ended, exports, calls, ...live };
}

/** The pages that a module must have from the start. */
async function leastPages(module, of) {
  for (let pages = 1; ; pages++) {
    try {
      await once(module, pages, of);
      return pages;
    } catch (error) {
      if (!(error instanceof WebAssembly.LinkError)) throw error;
    }
  }
}

/** Some of 1 to n, the first and the last among them; or all, if MOST are. */
function sample(n, below) {
  if (n <= MOST) return Array.from({ length: n }, (_, i) => i + 1);
  const some = new Set([1, 2, 3, 4, 5, n - 1, n]);
  while (some.size < MOST) some.add(1 + below(n));
  return [...some].sort((a, b) => a - b);
}

/** Without memory a program says so, or does without; nothing of it is left. */
function assertEnded(of, whole, ended, what) {
  const same = ended.status === 0 && ended.output === whole.output;
  assert(
    same || of.error(ended) || beforeMain(ended),
    `${what}: ${ended.trap ?? ended.status} ${ended.output.slice(-300)} ${ended.errors}`,
  );
  if (ended.trap || beforeMain(ended)) return;
  assert(
    ended.live <= whole.live,
    `${what}: ${ended.live - whole.live} blocks that were not given back`,
  );
  assert(!of.always || of.always(ended), `${what}: ${ended.output.slice(-300)}`);
}

let built;
before(async () => {
  built = await chosenObjects();
});

const chosen = Object.entries(RUNS).filter(([, { program }]) => CHOSEN.includes(program));

for (const [name, of] of chosen) {
  for (const build of OVER) {
    describe(`${name} over ${build.module}`, () => {
      let module;
      let pages;
      let whole;
      before(async () => {
        module = await failingProgram(built, PROGRAMS[of.program], build);
        pages = await leastPages(module, of);
        whole = await once(module, pages, of);
        assert.equal(whole.status, 0, whole.output + whole.errors);
      });

      for (const [mode, last] of [
        ['alone', (n) => n],
        ['and all after it', () => NEVER],
      ]) {
        test(`its N-th allocation fails, ${mode}, seed ${SEED}`, async (t) => {
          const all = sample(whole.calls, random(SEED));
          let failed = 0;
          for (const n of all) {
            const ended = await once(module, pages, of, [n, last(n)]);
            assertEnded(of, whole, ended, `N = ${n}`);
            failed += ended.status !== 0;
          }
          t.diagnostic(
            `${all.length} of ${whole.calls} N; ${failed} said that memory ended, the rest did without`,
          );
          assert(failed > 0);
        });
      }

      test('a block that is not accounted for is noticed', async () => {
        const { exports, live, sum } = await once(module, pages, of);
        assert(exports.real_malloc(100));
        assert.throws(() => assertWhole(exports, { live, sum }), /the blocks in use/);
      });

      test('memory ends at each size', async (t) => {
        let failed = 0;
        for (let maximum = pages; maximum <= whole.pages; maximum++) {
          const ended = await once(module, pages, of, undefined, maximum);
          assertEnded(of, whole, ended, `${maximum} pages`);
          failed += ended.status !== 0;
        }
        t.diagnostic(`${pages} to ${whole.pages} pages; ${failed} too few`);
        assert(failed > 0);
      });
    });
  }
}
