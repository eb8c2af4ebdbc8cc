// SPDX-License-Identifier: MIT OR Apache-2.0
// Archives whose heap never grows: within a page, or within any bytes; as a
// cartridge of WASM-4 has it; beside others who do grow memory.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boundsOf, linkedFamily } from '../../tools/bound.js';
import {
  compile,
  compileFlags,
  link,
  LINK,
  optimisation,
  sources,
  readArchive,
} from '../../tools/build.js';
import { ARCHIVES, FAMILY } from '../../tools/builds.js';
import { disassemblies, interpretation, toolchain, wasmOpt } from '../../tools/toolchain.js';
import { cached } from '../support/cache.js';
import { costsOf } from '../support/costs.js';
import { createModel, PAGE, randomStep } from '../support/model.js';
import { instantiate, testModule, TWIN } from '../support/modules.js';
import { random } from '../support/random.js';
import { amount, isWhole, seeds } from '../support/tier.js';

const PAIR = ['malloc', 'free'];
const inputs = await sources('src/include', 'test/fixed');
const program = (name, build) =>
  compile(`test/fixed/${name}`, inputs, [...compileFlags(build), '-O1', '-fno-builtin']);

/** Data of so many bytes, which move where the heap begins. */
const dataOf = (bytes) => {
  const text = `char data[${bytes}] __attribute__((aligned(1))) = {1};`;
  return compile('data.c', { 'data.c': Buffer.from(text) }, ['--target=wasm32', '-mcpu=mvp']);
};

const limits = (pages) => [
  `--initial-memory=${pages * PAGE}`,
  `--max-memory=${Math.max(pages, 4) * PAGE}`,
];

for (const [name, build] of Object.entries(ARCHIVES).filter(([, { fixed }]) => fixed)) {
  const archive = await readArchive(name);

  /** A program of the archive alone, behind so many bytes of data. */
  const alone = async (exports, flags = [], data = 0) =>
    link(
      [...(data ? [await dataOf(data)] : []), archive],
      [...exports, '__heap_base', ...(data ? ['data'] : [])],
      [...LINK, ...flags],
    );

  /** The same C with the invariants exported. */
  const twin = async (pages = 1) =>
    instantiate(
      await testModule({
        build,
        source: 'test/support/checked.c',
        exports: [...build.exports, ...TWIN, '__heap_base'],
        linkFlags: limits(pages),
      }),
    );

  describe(name, () => {
    test('no instruction grows memory, in the archive nor in a program', async () => {
      const { tool } = await toolchain();
      const listed = (await tool(['ar', 't', 'in.a'], { 'in.a': archive }, [])).text;
      const objects = listed.trim().split('\n');
      assert(objects.length > 3, listed);
      const { files } = await tool(['ar', 'x', 'in.a', ...objects], { 'in.a': archive }, objects);
      for (const [i, text] of (await disassemblies([...files, await alone(FAMILY)])).entries())
        assert.doesNotMatch(text, /memory\.(grow|size)/, objects[i] ?? 'the program');
    });

    test('malloc and free are a module of at most 480 bytes, with a state of at most 320', async (t) => {
      const linked = await link([archive], PAIR, LINK);
      const passes = optimisation(build);
      const { length } = await cached([linked, passes], () => wasmOpt(linked, passes));
      const { __heap_base } = instantiate(await alone(PAIR));
      const [base] = LINK.filter((flag) => flag.startsWith('--global-base=')).map((flag) =>
        Number(flag.split('=')[1]),
      );
      const state = __heap_base.value - base;
      t.diagnostic(`${length} bytes; state of ${state} bytes`);
      assert(length <= 480, `${length} bytes`);
      assert(state > 200 && state <= 320, `${state} bytes`);
    });

    // In small, test/build/bound.test.js has it.
    test('the time of every function is bounded', { skip: !isWhole }, async () => {
      const bounds = boundsOf(await linkedFamily(build), build);
      assert.deepEqual(Object.keys(bounds).sort(), [...FAMILY].sort());
      assert(bounds.malloc.instructions < 1000 && bounds.free.instructions < 1000);
    });

    for (const seed of seeds(2, 12)) {
      test(`invariants hold after each step, in full memory too, seed ${seed}`, async (t) => {
        const exports = await twin();
        const model = createModel(exports);
        const below = random(seed);
        let failed = 0;
        const tried = { ...model, malloc: (size) => (failed += !model.malloc(size)) };
        for (let i = 0; i < 4000; i++)
          randomStep(tried, exports, below, { bits: 13 + (seed % 3), foreign: i < 50 ? 0 : 400 });
        t.diagnostic(`${failed} requests failed`);
        assert(failed, 'memory was never full');
        assert(Math.max(...model.blocks.keys()) < PAGE, 'the pages of others');
        model.verifyForeign();
        for (const p of [...model.blocks.keys()]) model.free(p);
        const { first, end } = costsOf(exports);
        const span = PAGE - end - first(exports.__heap_base.value);
        assert.equal(exports.malloc(span) >>> 0, first(exports.__heap_base.value), 'all in one');
        assert.equal(exports.malloc(0), 0);
      });
    }

    test('what others grew before the first call is theirs, and the page before is ours', async () => {
      const exports = instantiate(await alone(FAMILY, limits(1)));
      exports.memory.grow(3);
      new Uint8Array(exports.memory.buffer).fill(0xa5, PAGE);
      for (let size = 3000; size; size = size >> 1)
        for (let p; (p = exports.malloc(size));) {
          assert(p >= exports.__heap_base.value && p + size <= PAGE);
          new Uint8Array(exports.memory.buffer).fill(1, p, p + size);
        }
      assert(new Uint8Array(exports.memory.buffer, PAGE).every((byte) => byte === 0xa5));
    });

    test('data that leaves a few bytes or none: NULL, and nothing is written', async () => {
      const at0 = instantiate(await alone(FAMILY, limits(1), 1)).__heap_base.value;
      const served = {};
      for (let more = 96; more >= 0; more -= amount(16, 1)) {
        const data = PAGE - at0 + 1 - more;
        const exports = instantiate(await alone(FAMILY, limits(1), data));
        const left = PAGE - exports.__heap_base.value;
        const before = Buffer.from(exports.memory.buffer.slice(0));
        const p = exports.malloc(1);
        served[left] = p !== 0;
        if (p) assert(p % 16 === 0 && p + 8 <= PAGE - 8, `${left} bytes`);
        else assert(before.equals(Buffer.from(exports.memory.buffer)), `${left} bytes`);
        assert.equal(exports.malloc(1 << 14), 0);
        assert.equal(exports.realloc(0, 1 << 14), 0);
        if (p) exports.free(p);
        if (p) assert.equal(exports.malloc(1), p, `${left} bytes`);
      }
      assert.deepEqual(
        [0, 16, 32, 48].map((left) => served[left]),
        [false, false, true, true],
      );
    });

    test('requests that can not be met', async () => {
      const exports = await twin();
      const model = createModel(exports);
      const p = model.malloc(100);
      for (let size = 2 ** 32 - 1; size > 2 ** 32 - 200; size--) {
        assert.equal(model.malloc(size), 0);
        assert.equal(model.realloc(p, size), 0);
        assert.equal(model.aligned(64, size), 0);
      }
      for (const size of [PAGE - 1000, PAGE, 2 ** 31, 3e9, 0xaaaaaab0]) {
        assert.equal(model.malloc(size), 0);
        assert.equal(model.calloc(size, 7), 0);
        for (let log = 0; log < 32; log++) assert.equal(model.aligned(2 ** log, size), 0);
      }
      for (const align of [0, 3, 48]) assert.equal(exports.aligned_alloc(align, 16), 0);
      model.finish();
    });

    test('a memory of 4 GiB, too, is used to its end', { skip: !isWhole }, async () => {
      const exports = instantiate(await alone(FAMILY, limits(PAGE)));
      const all = 2 ** 32 - 16 - Math.ceil((exports.__heap_base.value + 8) / 16) * 16 + 8;
      assert.equal(exports.malloc(all + 1), 0);
      const p = exports.malloc(all) >>> 0;
      assert(p && p + all === 2 ** 32 - 8, `${p}`);
      assert.equal(exports.malloc(0), 0);
      exports.free(p);
      assert.equal(exports.malloc(all) >>> 0, p);
    });

    for (const left of amount([1000, 60007], [1000, 1001, 2024, 5003, 60007, 70009]))
      test(`memory counted in bytes, about ${left} of them`, async () => {
        const { tool } = await toolchain();
        const files = { 'program.o': await program('bytes.c', build), 'libtlsf.a': archive };
        const flags = ['--no-entry', '--page-size=1', '-z', 'stack-size=1024'];
        const memory = [`--initial-memory=${34000 + left}`];
        const command = ['wasm-ld', ...flags, ...memory, ...Object.keys(files), '-o', 'out.wasm'];
        const [bytes] = (await tool(command, files, ['out.wasm'])).files;
        const said = await interpretation(bytes, [
          '--enable-custom-page-sizes',
          '--run-all-exports',
        ]);
        assert.match(said, /^run\(\) => i32:0$/m);
      });

    /** What the console's own templates give to the linker. */
    const WASM4 = [
      '--no-entry',
      '-z',
      'stack-size=14752',
      '--stack-first',
      '--import-memory',
      '--initial-memory=65536',
      '--max-memory=65536',
    ];
    const FRAMEBUFFER = [0xa0, 0x19a0];

    test('a cartridge of WASM-4 plays in its page, which is full now and then', async (t) => {
      const { tool } = await toolchain();
      const files = { 'cart.o': await program('cartridge.c', build), 'libtlsf.a': archive };
      const exported = ['full', 'wrong', '__heap_base'].map((symbol) => `--export=${symbol}`);
      const command = ['wasm-ld', ...WASM4, ...exported, ...Object.keys(files), '-o', 'cart.wasm'];
      const [bytes] = (await tool(command, files, ['cart.wasm'])).files;
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
      const registers = new Uint8Array(memory.buffer, 0, FRAMEBUFFER[0]);
      registers.fill(0xa5);
      registers[0x16] = 0; // no button
      const module = new WebAssembly.Module(bytes);
      assert.deepEqual(
        WebAssembly.Module.imports(module).map((each) => each.name),
        ['memory'],
      );
      const { exports: cart } = new WebAssembly.Instance(module, { env: { memory } });
      assert(cart.__heap_base.value > FRAMEBUFFER[1]);
      const number = (at) => new Uint32Array(memory.buffer)[at.value / 4];
      cart.start();
      const before = registers.slice();
      const below = random(1);
      for (let frame = 0; frame < amount(6000, 36000); frame++) {
        registers[0x16] = before[0x16] = below(2);
        cart.update();
        if (frame % 60 === 0) assert.deepEqual(registers, before, "the console's registers");
      }
      assert.equal(cart.finish(), 0, 'pixels');
      assert.equal(number(cart.wrong), 0);
      t.diagnostic(`memory was full ${number(cart.full)} times`);
      assert(number(cart.full) > 0, 'memory was never full');
    });
  });
}
