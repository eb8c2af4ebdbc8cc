// SPDX-License-Identifier: MIT OR Apache-2.0
// The position-independent archive: in a -pie program, in a side module that
// has an allocator of its own, and in a program whose malloc a side module
// imports; linked by each wasm-ld, loaded by loader.js into one memory, and
// under the shadow model while somebody else grows that memory.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  compile,
  compileFlags,
  optimisation,
  root,
  sources,
  readArchive,
} from '../../tools/build.js';
import { ARCHIVES, FAMILY } from '../../tools/builds.js';
import { toolchain, wasmOpt } from '../../tools/toolchain.js';
import { createModel, PAGE, randomStep } from '../support/model.js';
import { testWith } from '../support/needs.js';
import { random } from '../support/random.js';
import { seeds } from '../support/tier.js';
import { inTemporary } from '../support/temporary.js';
import { createProcess } from './loader.js';

const LLD = 'wasm-ld-19';

/** wasm-ld in each version: {name: {missing, link(args, inputs)}}. */
const LINKERS = {
  'the wasm-ld of the toolchain': {
    missing: false,
    link: async (args, inputs) => {
      const { tool } = await toolchain();
      const command = ['wasm-ld', ...args, ...Object.keys(inputs), '-o', 'out.wasm'];
      return (await tool(command, inputs, ['out.wasm'])).files[0];
    },
  },
  [LLD]: {
    missing:
      spawnSync(LLD, ['--version']).status !== 0 && `${LLD} is missing: apt-get install lld-19`,
    link: (args, inputs) =>
      inTemporary(async (cwd) => {
        for (const [name, bytes] of Object.entries(inputs)) await writeFile(join(cwd, name), bytes);
        const command = [...args, ...Object.keys(inputs), '-o', 'out.wasm'];
        const { status, stderr } = spawnSync(LLD, command, { cwd, encoding: 'utf8' });
        assert.equal(status, 0, stderr);
        return readFile(join(cwd, 'out.wasm'));
      }),
  },
};

const PIE = ['-pie', '--experimental-pic', '--import-memory', '--no-entry'];
const SHARED = ['-shared', '--experimental-pic', '--no-entry'];
const exported = FAMILY.map((name) => `--export=${name}`);

/** Archives of position-independent objects. */
const pic = Object.entries(ARCHIVES).filter(([, { flags }]) => flags.includes('-fPIC'));

const program = async (build) => {
  const inputs = await sources('src/include', 'test/pic');
  return compile('test/pic/main.c', inputs, [...compileFlags(build), '-O1', '-fno-builtin']);
};

/** Only the C family of a module: what the model asks. */
const familyOf = ({ exports }) =>
  Object.fromEntries(['memory', ...FAMILY].map((name) => [name, exports[name]]));

/** What a side module itself calls. */
const ownOf = ({ exports }) => ({
  memory: exports.memory,
  malloc: exports.own_malloc,
  free: exports.own_free,
  realloc: exports.own_realloc,
});

/** Random operations on several heaps of one memory, while others grow it too. */
function playTogether(all, seed, steps = 2500) {
  const below = random(seed);
  const heaps = all.map((exports) => ({ exports, model: createModel(exports) }));
  for (let i = 0; i < steps; i++) {
    const { model, exports } = heaps[below(heaps.length)];
    randomStep(model, exports, below, { bits: 15, foreign: 60 });
  }
  for (const { model } of heaps) model.finish(below);
}

/** What a loader gives that has no memory for a heap. */
const UNKNOWN = {
  nothing: () => ({}),
  'no end': (end) => ({ __heap_base: end }),
  'an end at the start': (end) => ({ __heap_base: end, __heap_end: end }),
};

/** The pages of a memory of 4 GiB. */
const ALL = 65536;

const DATA = [...'positionindependent'].reduce((sum, c) => sum + c.charCodeAt(0), 0);
const dataIsIntact = ({ exports }) =>
  assert.equal(exports.own_data() >> 16, DATA, "a module's own data");

for (const [name, build] of pic) {
  for (const [linker, { missing, link }] of Object.entries(LINKERS)) {
    describe(`${name}.a, by ${linker}`, () => {
      const archive = async () => readArchive(name);
      const withMalloc = async (flags) =>
        link([...flags, ...exported], { 'main.o': await program(build), 'lib.a': await archive() });
      const memoryOf = (end) => ({ __heap_base: end, __heap_end: 4 * PAGE });

      testWith(missing, 'what the loader must give is documented, and errno is set', async () => {
        const process = createProcess(4);
        const errno = 4 * PAGE - 4;
        const symbols = (end) => ({ ...memoryOf(end), __heap_end: 0, errno });
        const { exports, imports } = process.load(await withMalloc(PIE), { symbols });
        const document = await readFile(join(root, 'docs', 'runtimes.md'), 'utf8');
        const named = [...document.matchAll(/`GOT\.mem\.(\w+)`/g)].map(([, symbol]) => symbol);
        assert.deepEqual(imports.sort(), [...new Set(named)].sort());
        assert.equal(exports.malloc(-1), 0);
        assert.equal(new Int32Array(process.memory.buffer)[errno / 4], 48);
      });

      for (const [loader, symbols] of Object.entries(UNKNOWN)) {
        testWith(missing, `full memory, where the loader gives ${loader}`, async () => {
          const wasm = await withMalloc(PIE);
          for (const pages of [4, ALL]) {
            const process = createProcess(pages, pages);
            const main = process.load(wasm, { symbols });
            const ours = new Uint8Array(process.memory.buffer, 0, process.end + PAGE);
            const before = ours.slice(0, PAGE);
            for (const size of [0, 10, PAGE, 0x7fffffff]) {
              assert.equal(main.exports.malloc(size), 0, `${size} of ${pages} pages`);
              assert.equal(main.exports.realloc(0, size), 0);
              assert.equal(main.exports.calloc(1, size), 0);
              assert.equal(main.exports.aligned_alloc(64, size), 0);
            }
            assert.deepEqual(ours.slice(0, PAGE), before);
            assert(ours.subarray(process.end).every((byte) => !byte));
            dataIsIntact(main);
          }
        });
      }

      for (const seed of seeds(1, 4)) {
        testWith(missing, `a -pie program, seed ${seed}`, async () => {
          const wasm = await withMalloc(PIE);
          const process = createProcess(4);
          const main = process.load(wasm, { symbols: memoryOf });
          assert.deepEqual(main.imports.filter((each) => /heap/.test(each)).sort(), [
            '__heap_base',
            '__heap_end',
          ]);
          const first = main.exports.malloc(10);
          assert(first > process.end && first < 4 * PAGE, 'the memory of the process is used');
          main.exports.free(first);
          playTogether([familyOf(main)], seed);
          dataIsIntact(main);
        });

        testWith(
          missing,
          `a program and a side module, each with a heap, seed ${seed}`,
          async () => {
            const process = createProcess(4);
            const side = process.load(await withMalloc(SHARED)); // no loader tells it of a heap
            const main = process.load(await withMalloc(PIE), { symbols: memoryOf });
            playTogether([familyOf(main), familyOf(side)], seed);
            dataIsIntact(main);
            dataIsIntact(side);
          },
        );

        testWith(missing, `a side module that imports malloc, seed ${seed}`, async () => {
          const process = createProcess(4);
          const flags = [...SHARED, '--unresolved-symbols=import-dynamic'];
          const bytes = await link(flags, { 'main.o': await program(build) });
          const wasm = await withMalloc(PIE);
          const calls = {};
          const functions = Object.fromEntries(
            FAMILY.map((each) => [each, (...args) => calls[each](...args)]),
          );
          const side = process.load(bytes, { functions });
          const main = process.load(wasm, { symbols: memoryOf });
          Object.assign(calls, main.exports);
          playTogether([ownOf(side)], seed);
          dataIsIntact(side);
          assert((side.exports.own_data() & 0xffff) > 100, 'the side module allocated');
        });
      }
    });
  }
}

test('an archive without -fPIC is refused there, and -fPIC costs bytes elsewhere', async (t) => {
  const [[, build]] = pic;
  const plain = Object.values(ARCHIVES).find(({ flags }) => !flags.includes('-fPIC'));
  const archive = await readArchive(plain.archive);
  const { link } = Object.values(LINKERS)[0];
  const inputs = { 'main.o': await program(build), 'lib.a': archive };
  const sizes = [];
  for (const { archive: each } of [plain, build]) {
    const bytes = await readArchive(each);
    const flags = ['--no-entry', '--strip-debug', '--export=malloc', '--export=free'];
    const linked = await link(flags, { 'lib.a': bytes });
    sizes.push((await wasmOpt(linked, optimisation({ ...build, passes: '-Oz' }))).length);
  }
  t.diagnostic(`malloc and free in a program: ${sizes.join(' and ')} bytes`);
  assert(sizes[0] < sizes[1]);
  await assert.rejects(link([...PIE, ...exported], inputs), /recompile with -fPIC/);
});
