// SPDX-License-Identifier: MIT OR Apache-2.0
// The members of each archive: new and delete in every form, and C's functions
// outside the family. docs/cpp.md and docs/members.md say what they promise.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { boundsOf } from '../../tools/bound.js';
import {
  link,
  linkFlags,
  optimisation,
  readArchive,
  root,
  targetFlags,
} from '../../tools/build.js';
import { FAMILY, LIBRARIES, room } from '../../tools/builds.js';
import { toolchain, wasmOpt } from '../../tools/toolchain.js';
import { createModel, PAGE, randomStep } from '../support/model.js';
import { testWith } from '../support/needs.js';
import { random } from '../support/random.js';
import { inTemporary } from '../support/temporary.js';
import { amount } from '../support/tier.js';
import { ALL_NAMES, instanceOf, linked, object, symbols, TARGETS } from './programs.js';

const OPERATORS = symbols('.cpp');

/** The operators whose name matches: [symbol...]. */
const forms = (pattern) => OPERATORS.filter((symbol) => pattern.test(symbol));
const NEWS = forms(/^_Zn.m(RK.*)?$/);
const ALIGNED_NEWS = forms(/^_Zn.mSt/);
const DELETES = forms(/^_Zd/);

/** The C family played by members: each call by one of the forms, in turn. */
function played(exports) {
  const turn = {};
  const next = (list) => list[(turn[list[0]] = (turn[list[0]] ?? -1) + 1) % list.length];
  const aligned = (align, size) => exports[next(ALIGNED_NEWS)](size, align, 0);
  return {
    ...exports,
    malloc: (size) => exports[next(NEWS)](size, 0),
    free: (p) => exports[next([...DELETES, 'free_sized', 'free_aligned_sized'])](p, 0, 0),
    realloc: (p, size) =>
      size % 2 ? exports.reallocarray(p, size, 1) : exports.aligned_realloc(p, 16, size),
    aligned_alloc: aligned,
    memalign: aligned,
  };
}

for (const name of ALL_NAMES) {
  test(`${name}.a: every form of new and delete keeps to the shadow`, async () => {
    assert.deepEqual([NEWS.length, ALIGNED_NEWS.length, DELETES.length], [4, 4, 12]);
    const exports = await linked(name, [...FAMILY, ...symbols()]);
    const model = createModel(played(exports));
    const below = random(5);
    for (let i = 0; i < 4000; i++)
      randomStep(model, played(exports), below, { bits: 14, foreign: 100 });
    model.finish(below);
  });
}

describe('a freestanding C++ program', () => {
  const TRAPS = ['trap_new', 'trap_array'];
  const CASES = ['expressions', 'calls', 'nothrow_is_null'];
  const ALIGNED_TRAPS = ['trap_aligned', 'trap_aligned_array'];
  const ALIGNED_CASES = ['aligned_expressions', 'aligned_calls', 'aligned_nothrow_is_null'];

  /** Runs all cases of new.cpp, compiled, with an archive. */
  async function runs(program, name, isAligned) {
    const traps = [...TRAPS, ...(isAligned ? ALIGNED_TRAPS : [])];
    const cases = [...CASES, ...(isAligned ? ALIGNED_CASES : [])];
    const memory = [`--max-memory=${40 * PAGE}`, ...room(LIBRARIES[name], 40)];
    const flags = ['--no-entry', ...targetFlags(LIBRARIES[name]), ...memory];
    const wasm = await link(
      [program, await readArchive(name)],
      [...cases, 'exhaust', ...traps],
      flags,
    );
    const exports = instanceOf(wasm, LIBRARIES[name]);
    for (const each of [...cases, ...cases])
      assert.equal(exports[each](), 0, `${each}, at the line of test/members/new.cpp`);
    for (const each of traps) assert.throws(exports[each], WebAssembly.RuntimeError, each);
    assert(exports.exhaust() > 50);
    assert.equal(exports.memory.buffer.byteLength, 40 * PAGE);
    for (const each of traps) assert.throws(exports[each], WebAssembly.RuntimeError, each);
  }

  for (const standard of amount(['c++20'], ['c++14', 'c++17', 'c++20', 'c++23'])) {
    const isAligned = standard !== 'c++14';
    for (const level of amount(['-Oz'], ['-O0', '-Oz'])) {
      test(`${standard} ${level}, by the pinned compiler`, async () => {
        for (const archives of TARGETS) {
          const [build] = Object.values(archives);
          const program = await object('new.cpp', build, [`-std=${standard}`, level]);
          if (isAligned)
            for (const symbol of [...OPERATORS, '_ZSt7nothrow'])
              assert(program.includes(symbol), `${symbol} is not tried`);
          for (const name of Object.keys(archives)) await runs(program, name, isAligned);
        }
      });
    }
  }

  const debian = spawnSync('clang++-19', ['--version']);
  const missing = Boolean(debian.error) && 'clang++-19: apt-get install clang-19';
  testWith(missing, "by Debian's clang++-19, with its default standard", () =>
    inTemporary(async (directory) => {
      const out = join(directory, 'new.o');
      for (const archives of TARGETS) {
        const { target = 'wasm32' } = Object.values(archives)[0];
        const flags = ['-ffreestanding', '-nostdinc++', '-fno-exceptions', '-O1'];
        const command = [`--target=${target}`, ...flags, '-c', 'test/members/new.cpp', '-o', out];
        const { status, stderr } = spawnSync('clang++-19', command, {
          cwd: root,
          encoding: 'utf8',
        });
        assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
        for (const name of Object.keys(archives)) await runs(await readFile(out), name, true);
      }
    }),
  );
});

const SIZED = amount(
  ['-fno-sized-deallocation'],
  ['-fsized-deallocation', '-fno-sized-deallocation'],
);

describe('a program that replaces operators', () => {
  for (const archives of TARGETS)
    for (const [name, build] of Object.entries(archives)) {
      const program = async (...flags) => {
        const [first] = Object.values(archives);
        const replacing = await object('replace.cpp', first, ['-std=c++17', ...flags]);
        return link(
          [replacing, await readArchive(name)],
          ['run'],
          linkFlags({ target: build.target }),
        );
      };
      const run = async (...flags) => instanceOf(await program(...flags), build).run();

      test(`${name}.a: the other forms call its own`, async () => {
        for (const sized of SIZED) assert.equal(await run(sized), 4);
        assert.equal(await run('-DARRAY'), 2);
      });

      test(`${name}.a: it does not link with a nothrow form that would not call its own`, async () => {
        const duplicate = 'duplicate symbol: operator new';
        await assert.rejects(program('-DNOTHROW'), new RegExp(`${duplicate}\\(`));
        await assert.rejects(program('-DNOTHROW', '-DARRAY'), new RegExp(`${duplicate}\\[\\]\\(`));
      });
    }
});

/** What each member calls, as the digits of wrap.c count it: malloc, free, realloc, aligned_alloc. */
const CALLS = [
  [forms(/^_Zn.m(RK.*)?$/), (f) => f(10, 0), 1],
  [forms(/^_Zn.mSt/), (f) => f(10, 64, 0), 1000],
  [forms(/^_Zd/), (f) => f(0, 0, 0), 10],
  [['free_sized', 'free_aligned_sized'], (f) => f(0, 0, 0), 10],
  [['reallocarray'], (f) => f(0, 3, 4), 100],
  [['cabi_realloc'], (f) => f(f(0, 0, 8, 10), 10, 64, 100), 1110],
  [['aligned_realloc'], (f) => f(f(0, 64, 10), 64, 1000), 2010],
];

for (const name of ALL_NAMES) {
  const build = LIBRARIES[name];
  test(`${name}.a: members call malloc and its kin by their names, once`, async () => {
    const wrapped = ['malloc', 'free', 'realloc', 'aligned_alloc'].map((each) => `--wrap=${each}`);
    const objects = [await object('wrap.c', build), await readArchive(name)];
    const flags = ['--no-entry', ...targetFlags(build), ...wrapped];
    const exports = instanceOf(await link(objects, ['count', ...symbols()], flags), build);
    assert.deepEqual(CALLS.flatMap(([list]) => list).sort(), symbols().sort());
    for (const [list, call, expected] of CALLS)
      for (const symbol of list) {
        call(exports[symbol]);
        assert.equal(exports.count(), expected, symbol);
      }
  });
}

/** Products that overflow, by the target. */
const OVERFLOWS = {
  wasm32: [
    [0x10000, 0x10000],
    [0x40000001, 4],
    [4, 0x40000001],
    [0xffffffff, 0xffffffff],
    [0xffffffff, 1],
    [2, 0x80000000],
  ],
  wasm64: [
    [2 ** 32, 2 ** 32],
    [2 ** 62 + 2 ** 20, 4],
    [4, 2 ** 62 + 2 ** 20],
    [2 ** 63, 2 ** 63],
    [2 ** 64 - 2 ** 11, 1],
    [2, 2 ** 63],
  ],
};

for (const name of ALL_NAMES) {
  test(`${name}.a: reallocarray refuses a product that overflows and leaves the block`, async () => {
    const { reallocarray, memory, malloc_usable_size } = await linked(name, [
      ...FAMILY,
      'reallocarray',
    ]);
    const p = reallocarray(0, 7, 4);
    const usable = malloc_usable_size(p);
    new Uint32Array(memory.buffer)[p / 4] = 42;
    for (const [count, size] of OVERFLOWS[LIBRARIES[name].target ?? 'wasm32'])
      assert.equal(reallocarray(p, count, size), 0, `${count} * ${size}`);
    assert.equal(malloc_usable_size(p), usable);
    const q = reallocarray(p, 1000, 1000) >>> 0;
    assert.equal(q === p, !LIBRARIES[name].guards, 'it grows in place');
    assert.equal(new Uint32Array(memory.buffer)[q / 4], 42);
    assert.notEqual(reallocarray(q, 0, 8), 0);
  });

  test(`${name}.a: aligned_realloc keeps the alignment and the contents, and shrinks in place`, async () => {
    const exports = await linked(
      name,
      [...FAMILY, 'aligned_realloc'],
      [`--max-memory=${20 * PAGE}`],
    );
    const align = new Map();
    let wanted = 16;
    const realloc = (p, size) => {
      const to = align.get(p) ?? wanted;
      const q = exports.aligned_realloc(p, to, size) >>> 0;
      assert.equal(q % to, 0);
      if (q) align.delete(p);
      if (q) align.set(q, to);
      return q;
    };
    const free = (p) => {
      align.delete(p);
      exports.free(p);
    };
    const shadowed = { ...exports, realloc, free };
    const model = createModel(shadowed);
    const below = random(11);
    let failed = 0;
    for (let i = 0; i < 6000; i++) {
      wanted = 2 ** below(13);
      const live = [...model.blocks.keys()];
      const pick = live[below(live.length + 1)] ?? 0;
      if (pick && below(4) === 0) model.free(pick);
      else failed += model.realloc(pick, below(9) ? below(3000) : below(500000)) === 0;
    }
    assert(failed, 'no failure was tried');
    model.finish(below);
  });

  test(`${name}.a: aligned_realloc of a block that is not so aligned, of NULL, of no power of two`, async () => {
    const { aligned_realloc, malloc, memory } = await linked(name, [...FAMILY, 'aligned_realloc']);
    malloc(20);
    const p = malloc(100) >>> 0;
    assert.notEqual(p % 4096, 0);
    new Uint8Array(memory.buffer).fill(9, p, p + 100);
    for (const align of [0, 3, 24, 48, 0x80000001, 0xffffffff])
      for (const size of [10, 1000]) {
        assert.equal(aligned_realloc(p, align, size), 0, `${align}`);
        assert.equal(aligned_realloc(0, align, size), 0, `${align}`);
      }
    const q = aligned_realloc(p, 4096, 50) >>> 0; // a move that shrinks
    assert.equal(q % 4096, 0);
    assert(new Uint8Array(memory.buffer, q, 50).every((byte) => byte === 9));
    for (const size of [0, 1, 5000]) assert.equal(aligned_realloc(0, 4096, size) % 4096, 0);
    assert.notEqual(aligned_realloc(0, 1, 0), 0);
  });

  test(`${name}.a: aligned_realloc of what malloc aligns grows as realloc does`, async () => {
    const { aligned_realloc } = await linked(name, [...FAMILY, 'aligned_realloc']);
    const p = aligned_realloc(0, 16, 1000);
    assert.equal(aligned_realloc(p, 16, 300000) === p, !LIBRARIES[name].guards);
  });
}

/** An archive without its members, except one that its family calls. */
async function bare(name) {
  const { tool } = await toolchain();
  const objects = [...(LIBRARIES[name].named ? ['fault.o'] : []), 'malloc.o', 'tlsf.o'];
  const { files } = await tool(
    ['ar', 'x', 'in.a', ...objects],
    { 'in.a': await readArchive(name) },
    objects,
  );
  return files;
}

for (const name of ALL_NAMES) {
  test(`${name}.a: a program that calls no member has the same bytes without them`, async () => {
    for (const exports of [['malloc', 'free'], FAMILY]) {
      const flags = linkFlags({ target: LIBRARIES[name].target }).filter(
        (flag) => flag !== '--strip-debug',
      );
      const without = await link(await bare(name), exports, flags);
      assert.deepEqual(await link([await readArchive(name)], exports, flags), without);
    }
  });
}

for (const name of amount(ALL_NAMES.slice(0, 4), ALL_NAMES)) {
  const build = LIBRARIES[name];
  test(`${name}.a: the time of each member is bounded`, async () => {
    const flags = linkFlags({ target: build.target });
    const all = await link([await readArchive(name)], symbols(), flags);
    const bounds = boundsOf(await wasmOpt(all, optimisation(build)), build);
    assert.deepEqual(Object.keys(bounds).sort(), symbols().sort());
    const moving = Object.keys(bounds).filter((symbol) => bounds[symbol].moves);
    const some = [...ALIGNED_NEWS, 'reallocarray', 'aligned_realloc', 'cabi_realloc'];
    const expected = build.scanStep ? symbols() : some; // then malloc and free fill blocks
    assert.deepEqual(moving.sort(), expected.sort());
    for (const symbol of DELETES) assert(bounds[symbol].instructions < 1000, symbol);
  });
}
