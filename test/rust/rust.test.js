// SPDX-License-Identifier: MIT OR Apache-2.0
// The crate in rust/: programs of Rust and C over one heap, with std and
// without it, by each feature, and commands of wasi. SEED=n adds a seed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../tools/build.js';
import { validate } from '../../tools/toolchain.js';
import { createModel, randomStep } from '../support/model.js';
import { testWith } from '../support/needs.js';
import { random } from '../support/random.js';
import { inTemporary } from '../support/temporary.js';
import { amount, isWhole, seeds } from '../support/tier.js';
import { missing, missingWasi, WASI } from './cargo.js';
import { build, played } from './program.js';

const FEATURES = [[], ['fast'], ['hard'], ['checked'], ['mvp'], ['threads']];

/** The programs: each feature with std, some without it, and some as they would be shipped. */
const all = [
  { features: [] },
  { features: ['threads'] },
  ...FEATURES.map((own) => ({ features: ['std', ...own] })),
  { features: ['std'], release: true },
  { features: ['std', 'fast'], release: true },
];
const programs = isWhole ? all : all.slice(0, 1);

const instantiate = async (wasm) => (await WebAssembly.instantiate(wasm)).instance.exports;

const nameOf = ({ features, release }) =>
  [features.join(' ') || 'no feature', release ? 'released' : ''].join(' ').trim();

function playOn(exports, seed) {
  const below = random(seed);
  const family = played(exports, below);
  const model = createModel(family);
  for (let i = 0; i < amount(2000, 10000); i++) {
    randomStep(model, family, below, { bits: 14, foreign: 200 });
    if (i % 100 === 0) assert.equal(exports.heap_check(), 0);
  }
  assert.equal(exports.used_blocks(), model.blocks.size);
  model.finish(below);
  assert.deepEqual([exports.used_blocks(), exports.heap_check()], [0, 0]);
}

const IMPOSSIBLE = [1 << 30, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

/** What no memory has room for is null, by each function and with each alignment. */
function refuseImpossible(exports) {
  const p = exports.rust_alloc(100, 64);
  for (let log = 0; log < 32; log++)
    for (const size of IMPOSSIBLE)
      for (const allocate of [exports.rust_alloc, exports.rust_alloc_zeroed])
        assert.equal(allocate(size, 2 ** log), 0, `${size} bytes, alignment 2^${log}`);
  for (const size of IMPOSSIBLE) {
    assert.equal(exports.rust_realloc(p, 100, 64, size), 0);
    assert.equal(exports.rust_realloc(p, 100, 16, size), 0);
  }
  for (const size of [1 << 30, 0x7fffffff, 0xffffffff])
    assert.equal(exports.reserve_fails(size), 1);
  exports.rust_dealloc(p, 100, 64);
}

/** Memory has 64 MiB: blocks of each alignment until it is full, then they are freed. */
function fill(exports, align) {
  const blocks = [];
  for (let p = exports.rust_alloc(100_000, align); p; p = exports.rust_alloc(100_000, align))
    blocks.push(p);
  assert.equal(exports.heap_check(), 0);
  assert.equal(exports.reserve_fails(10_000_000), 1);
  for (const p of blocks) exports.rust_dealloc(p, 100_000, align);
  assert.deepEqual([exports.used_blocks(), exports.heap_check()], [0, 0]);
  return blocks.length;
}

for (const program of programs)
  describe(nameOf(program), () => {
    const wasm = missing ? undefined : build(program);
    const withProgram = (name, work) =>
      testWith(missing, name, async () => work(await instantiate(await wasm)));

    for (const seed of seeds(1, 4))
      withProgram(`Rust and C keep to the shadow, seed ${seed}`, (exports) =>
        playOn(exports, seed),
      );

    withProgram('hand each other blocks', (exports) => {
      for (const n of [1, 10, 5000]) {
        assert.equal(exports.from_c(n), (n * (n - 1)) / 2 + 499500);
        assert.equal(exports.to_c(n), (n * (n - 1)) / 2);
      }
      assert.deepEqual([exports.used_blocks(), exports.heap_check()], [0, 0]);
    });

    withProgram('what is impossible is null, and an error of try_reserve', (exports) => {
      refuseImpossible(exports);
      assert.deepEqual([exports.used_blocks(), exports.heap_check()], [0, 0]);
    });

    withProgram('memory that is full comes back', (exports) => {
      for (const align of [1, 16, 4096]) {
        const first = fill(exports, align);
        assert(first > 500, `${first} blocks of 100,000 bytes in 64 MiB`);
        assert.equal(fill(exports, align), first);
      }
    });

    withProgram('the heap is limited, reserved and reset', (exports) => {
      assert.equal(exports.reserve(3_000_000), 1);
      const pages = exports.pages();
      exports.limit(pages * 65536);
      assert.equal(exports.reserve_fails(3_000_000), 0);
      assert.equal(exports.reserve_fails(6_000_000), 1);
      assert.equal(exports.reserve(6_000_000), 0);
      assert.notEqual(exports.rust_alloc(1000, 8), 0);
      exports.reset();
      assert.deepEqual([exports.used_blocks(), exports.pages()], [0, pages]);
      exports.limit(-1);
      assert.equal(exports.reserve_fails(6_000_000), 0);
    });
  });

describe('collections', { skip: !isWhole }, () => {
  const own = missing ? undefined : build({ features: ['std', 'default-allocator'] });
  for (const program of programs)
    testWith(
      missing,
      `${nameOf(program)}: as with Rust's own heap, and nothing is left`,
      async () => {
        const exports = await instantiate(await build(program));
        const standard = await instantiate(await own);
        for (let seed = 1; seed <= 50; seed++)
          assert.equal(exports.work(seed), standard.work(seed));
        assert.deepEqual([exports.used_blocks(), exports.heap_check()], [0, 0]);
      },
    );
});

const WITHOUT_BULK = ['--disable-reference-types', '--disable-bulk-memory'];

if (isWhole)
  testWith(
    missing,
    'with mvp a program needs no bulk memory; with no feature it does',
    async () => {
      await validate(await build({ features: ['mvp'] }), WITHOUT_BULK);
      await assert.rejects(validate(await build({ features: [] }), WITHOUT_BULK), /memory/);
    },
  );

const TEXT = 'one two three two\nthree two\n';
const COUNTED = '3 two\n2 three\n1 one\nheap: Ok(())\n';

// The heap for threads has an errno that only programs with shared memory can link.
const commands = FEATURES.filter(([feature]) => feature !== 'threads');

for (const own of isWhole ? commands : commands.slice(0, 1))
  testWith(missingWasi, `a command of wasi: ${nameOf({ features: own })}`, async () => {
    const wasm = await build({ features: own, target: WASI, output: 'command' });
    await inTemporary(async (directory) => {
      await writeFile(join(directory, 'command.wasm'), wasm);
      const args = ['--no-warnings', 'examples/wasi/run.js', join(directory, 'command.wasm'), 'a'];
      const options = /** @type {const} */ ({ cwd: root, input: TEXT, encoding: 'utf8' });
      const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
      assert.deepEqual({ status, stdout, stderr }, { status: 2, stdout: COUNTED, stderr: '' });
    });
  });
