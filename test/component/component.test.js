// SPDX-License-Identifier: MIT OR Apache-2.0
// cabi_realloc of each archive: the rules of the canonical ABI, and a component
// whose host passes strings and lists both ways, made and run by jco.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, test } from 'node:test';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { linkWithLibc } from '../../compare/peers.js';
import {
  compile,
  compileFlags,
  link,
  LINK,
  optimisation,
  root,
  sources,
  readArchive,
} from '../../tools/build.js';
import { ARCHIVES, FAMILY, room } from '../../tools/builds.js';
import { readLedger } from '../../tools/sizes.js';
import { toolchain, wasmOpt } from '../../tools/toolchain.js';
import { linked } from '../members/programs.js';
import { cached } from '../support/cache.js';
import { createModel, PAGE } from '../support/model.js';
import { random } from '../support/random.js';
import { inTemporary } from '../support/temporary.js';
import { amount } from '../support/tier.js';

const MOST = 120; // bytes of cabi_realloc
const inputs = await sources('src/include', 'test/component');
const wit = await readFile(join(import.meta.dirname, 'world.wit'), 'utf8');
const { pinned } = await toolchain();

const object = (name, build) => {
  const flags = [...compileFlags({ ...build, flags: [] }), '-fno-builtin'];
  return cached([name, inputs, flags], () => compile(`test/component/${name}`, inputs, flags));
};

/** The core module, with our archive or, without one, with wasi-libc's malloc. */
async function coreModule(build) {
  const stack = ['-z', 'stack-size=8192', '--strip-debug'];
  if (build) {
    const objects = [await object('component.c', build), await readArchive(build.archive)];
    return link(
      objects,
      ['cabi_realloc'],
      ['--no-entry', '--gc-sections', ...stack, ...room(build, 64)],
    );
  }
  const [first] = Object.values(ARCHIVES);
  const objects = [await object('component.c', first), await object('realloc.c', first)];
  const flags = ['--no-entry', '--gc-sections', ...stack].join();
  return (await linkWithLibc(objects, ['-nostartfiles', `-Wl,${flags}`])).bytes;
}

/** A component's bytes, of a core module. */
async function componentOf(core) {
  return componentNew(await componentEmbed({ binary: core, witSource: wit, world: 'shown' }));
}

const HOST = {
  reversed: (text) => [...text].reverse().join(''),
  squares: (numbers) => numbers.map((n) => n * n),
};

/** Runs `work` on a component's functions. */
const withComponent = (core, work) =>
  inTemporary(async (directory) => {
    const { files } = await transpileBytes(await componentOf(core), {
      name: 'shown',
      instantiation: 'async',
    });
    for (const [name, bytes] of Object.entries(files))
      if (/\.(js|wasm)$/.test(name)) await writeFile(join(directory, name), bytes);
    await writeFile(join(directory, 'package.json'), '{"type":"module"}');
    const { instantiate } = await import(pathToFileURL(join(directory, 'shown.js')).href);
    const compiled = async (name) => WebAssembly.compile(await readFile(join(directory, name)));
    await work(
      await instantiate(compiled, {
        reversed: { default: HOST.reversed },
        squares: { default: HOST.squares },
      }),
    );
  });

/** What the component promises, with texts and lists of so many items. */
function plays(shown, count, below) {
  const letters = ['a', 'ß', '€', '𝄞', 'z'];
  const word = () => Array.from({ length: below(count + 1) }, () => letters[below(5)]).join('');
  const numbers = Array.from({ length: below(count + 1) }, () => BigInt(below(2 ** 30)));
  const name = word();
  assert.equal(shown.greet(name), `Hello, ${HOST.reversed(name)}`);
  assert.equal(
    shown.sumOfSquares(numbers),
    BigInt.asUintN(
      64,
      numbers.reduce((sum, n) => sum + n * n, 0n),
    ),
  );
  assert.deepEqual(
    [...shown.doubled(numbers)],
    numbers.map((n) => n * 2n),
  );
  const words = Array.from({ length: 1 + below(9) }, word);
  assert.equal(shown.joined(words), words.join(''));
  assert.deepEqual(shown.split(words.join(' ')), words);
  const points = words.map((each, x) => ({ x, y: x / 8, name: each }));
  assert.deepEqual(
    shown.moved(points),
    points.map(({ x, y, name: of }) => ({ x: x + 1, y: y / 2, name: of })),
  );
}

for (const [name, build] of Object.entries(ARCHIVES)) {
  describe(`${name}.a`, () => {
    test('a component takes and gives strings and lists', async () => {
      await withComponent(await coreModule(build), (shown) => {
        const below = random(1);
        plays(shown, 0, below);
        for (let i = 0; i < amount(60, 400); i++) plays(shown, 40, below);
        plays(shown, 5000, below);
        const pages = shown.pages();
        for (let i = 0; i < amount(60, 400); i++) plays(shown, 3000, below);
        assert(shown.pages() <= pages + 8, `${pages} pages, then ${shown.pages()}`);
      });
    });

    test('the rules: any alignment, sizes of 0, shrinking, the first call of all', async () => {
      const fresh = await linked(name, ['cabi_realloc', ...FAMILY]);
      assert(fresh.cabi_realloc(0, 0, 1, 5), 'before anything else');
      const { cabi_realloc: realloc, memory, malloc_usable_size: usable } = fresh;
      for (let log = 0; log <= 12; log++) {
        const align = 2 ** log;
        assert.equal(realloc(0, 0, align, 0), align);
        const p = realloc(align, 0, align, 100) >>> 0; // what 0 bytes gave is no block
        assert.equal(p % align, 0);
        new Uint8Array(memory.buffer, p, 100).fill(log + 1);
        const q = realloc(p, 100, align, 9000) >>> 0;
        assert.equal(q % align, 0);
        assert(
          new Uint8Array(memory.buffer, q, 100).every((byte) => byte === log + 1),
          `${align}`,
        );
        assert(usable(q) >= 9000);
        assert.equal(realloc(q, 9000, align, 10) >>> 0, q, 'it shrinks in place');
        assert.equal(realloc(q, 10, align, 0), align);
      }
      const p = realloc(0, 0, 8, 3000);
      assert.equal(realloc(p, 3000, 8, 0), 8);
      assert.equal(realloc(0, 0, 8, 3000), p, 'a size of 0 frees the block');
    });

    test('out of memory traps, and leaves what there is', async () => {
      const { cabi_realloc: realloc, memory } = await linked(
        name,
        ['cabi_realloc'],
        [`--max-memory=${40 * PAGE}`],
      );
      const p = realloc(0, 0, 1, 100) >>> 0;
      new Uint8Array(memory.buffer, p, 100).fill(7);
      for (const align of [1, 16, 4096])
        for (const size of [41 * PAGE, 2 ** 31, 2 ** 32 - 1]) {
          assert.throws(() => realloc(0, 0, align, size), WebAssembly.RuntimeError);
          assert.throws(() => realloc(p, 100, align, size), WebAssembly.RuntimeError);
        }
      assert(new Uint8Array(memory.buffer, p, 100).every((byte) => byte === 7));
      assert(realloc(p, 100, 4096, 200) % 4096 === 0);
    });

    test('it keeps to the shadow of the C family', async () => {
      const exports = await linked(name, ['cabi_realloc', ...FAMILY]);
      const sizes = new Map();
      const below = random(4);
      const realloc = (p, size) => {
        const q = exports.cabi_realloc(p, p ? sizes.get(p) : 0, 2 ** below(5), size) >>> 0;
        sizes.delete(p);
        sizes.set(q, size);
        return q;
      };
      const free = (p) => {
        if (sizes.has(p) && below(2)) exports.cabi_realloc(p, sizes.get(p), 8, 0);
        else exports.free(p);
        sizes.delete(p);
      };
      const shadowed = createModel({
        ...exports,
        realloc,
        free,
        malloc: (size) => realloc(0, size),
      });
      for (let i = 0; i < 3000; i++) {
        const live = [...shadowed.blocks.keys()];
        if (live.length > 100 || (live.length && below(3) === 0))
          shadowed.free(live[below(live.length)]);
        else
          shadowed.realloc(below(2) && live.length ? live[below(live.length)] : 0, 1 + below(3000));
      }
      shadowed.finish(below);
    });

    test(
      `cabi_realloc takes at most ${MOST} bytes, and nothing where nobody exports it`,
      { skip: !pinned },
      async () => {
        const { members } = await readLedger();
        assert(members[`${name}.a`].cabi_realloc <= MOST);
        const without = await link([await readArchive(name)], ['malloc', 'free'], LINK);
        assert(!Buffer.from(without).includes('cabi_realloc'));
      },
    );
  });
}

test("a component's bytes, beside those with wasi-libc's malloc", { skip: !pinned }, async (t) => {
  const weigh = async (core) =>
    (
      await cached(['weighed', core], () =>
        wasmOpt(core, optimisation({ features: ['bulk-memory', 'floats'], passes: '-Oz' })),
      )
    ).length;
  const [build] = Object.values(ARCHIVES);
  const bytes = {
    ours: await weigh(await coreModule(build)),
    libc: await weigh(await coreModule()),
  };
  t.diagnostic(
    `the core module: ${bytes.ours} bytes with ${build.archive}.a, ${bytes.libc} with wasi-libc's malloc`,
  );
  const text = await readFile(join(root, 'docs', 'members.md'), 'utf8');
  assert(
    text.includes(
      `${bytes.ours} bytes with ${build.archive}.a, ${bytes.libc} with\nwasi-libc's malloc`,
    ),
    'docs/members.md says another size',
  );
  await withComponent(await coreModule(), (shown) => plays(shown, 100, random(2)));
});
