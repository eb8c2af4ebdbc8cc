// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs that an archive can't serve are refused when they are linked, and
// linkers' options that others found to break an allocator work.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compile, membersOf, sources, readArchive, targetFlags } from '../../tools/build.js';
import { ARCHIVES, WIDE_ARCHIVES } from '../../tools/builds.js';
import { hasTable64 } from '../../tools/memory64.js';
import { interpretation, toolchain } from '../../tools/toolchain.js';
import { withoutTable } from '../support/modules.js';
import { amount } from '../support/tier.js';

const FLAGS = ['-O1', '-fno-builtin', '-ffreestanding', '-Isrc/include'];

const inputs = await sources('src/include', 'test/linking');

/** What no engine here has yet, but wabt's interpreter. */
const INTERPRETED = ['--enable-custom-page-sizes', '--enable-threads', '--run-all-exports'];

const BYTES = ['--page-size=1'];

const SHARED = ['--shared-memory', '--max-memory=1048576'];

/** Memory at first: as much as the program's data takes, pages of 64 KiB, a part of one. */
const MEMORIES = [[], ['--initial-memory=131072'], ['--initial-memory=131077']];

/** Memories in bytes, at first and at most, shorter than a page of 64 KiB or not a multiple. */
const SHORT = [
  [15001, 20063],
  [16000, 16001],
  [10000, 65535],
  [10007, 65600],
  [70001, 70001],
  [20000, 131070],
];

/** Others grow memory by so many bytes at first, and by a few after so many requests. */
const GROWTHS = [
  [0, 0],
  [0, 9],
  [5, 0],
  [64, 11],
];

/** Parts of two pages of 64 bytes; alignment, end marker and header; too few for a block. */
const LOST = { whole: 2 * 63 + 15 + 20 + 8, pieces: 2 * 63 + 15 + 20 + 47 };

const ALL = Object.entries({ ...ARCHIVES, ...WIDE_ARCHIVES });
for (const [number, [name, build]] of ALL.entries()) {
  const archive = await readArchive(name);

  const objectOf = (source, ...flags) =>
    compile(`test/linking/${source}`, inputs, [
      `--target=${build.target ?? 'wasm32'}`,
      ...FLAGS,
      ...flags,
    ]);

  const linked = async (object, ...flags) => {
    const { tool } = await toolchain();
    const files = { 'program.o': object, 'libtlsf.a': archive };
    const all = ['--no-entry', ...targetFlags(build), ...flags];
    const command = ['wasm-ld', ...all, 'program.o', 'libtlsf.a', '-o', 'out.wasm'];
    return (await tool(command, files, ['out.wasm'])).files[0];
  };

  const compiled = (wasm) =>
    new WebAssembly.Module(WebAssembly.validate(wasm) ? wasm : withoutTable(wasm));
  const exportsOf = (wasm, env = {}) => new WebAssembly.Instance(compiled(wasm), { env }).exports;

  /** What the program does whose memory is counted in bytes. */
  const interpreted = (wasm) =>
    interpretation(wasm, [...INTERPRETED, ...(build.target ? ['--enable-memory64'] : [])]);

  describe(name, () => {
    const what = build.shared ? 'links' : 'is refused, and the linker says which object';
    test(`a program with shared memory ${what}`, async () => {
      const object = await objectOf('bytes.c', '-DBEFORE=0', '-matomics', '-mbulk-memory');
      const linking = linked(object, ...SHARED);
      if (build.shared) assert(await linking);
      else await assert.rejects(linking, /--shared-memory is disallowed by .*malloc\.o/);
    });

    const skip =
      build.target && !hasTable64 && 'this V8 has no table of wasm64: test/wide finds another';
    test('with a lock of its own it may have heaps of the core API', { skip }, async () => {
      const object = await objectOf('locked.c', '-matomics', '-mbulk-memory');
      const { run } = exportsOf(await linked(object, ...SHARED, '--export=run'));
      assert.equal(run(), 1);
    });

    // Where threads have an errno each, the archive has it.
    const [errno, features, last] = build.shared
      ? ['extern _Thread_local', ['-matomics', '-mbulk-memory'], SHARED]
      : ['', [], []];
    test('a program with an errno is merged with the archive by -r', async () => {
      const object = await objectOf('errno.c', `-DERRNO=${errno}`, ...features);
      const merged = await linked(object, '-r');
      const ways = [[merged], [object, '--emit-relocs']]; // the latter keeps its table
      for (const [first, ...flags] of skip ? ways.slice(0, 1) : ways) {
        const wasm = await linked(first, '--allow-undefined', ...last, ...flags);
        assert.equal(exportsOf(wasm, { imported() {} }).run(), 48);
      }
    });

    // test/fixed has memories of bytes that do not grow.
    for (const before of build.fixed ? [] : amount([1], [0, 1])) {
      test(`memory that is counted in bytes, ${before ? 'grown' : 'as it is'} at first`, async () => {
        const object = await objectOf('bytes.c', `-DBEFORE=${before}`);
        for (const more of amount(MEMORIES.slice(-1), MEMORIES)) {
          const flags = [...BYTES, '-z', 'stack-size=1024', ...more];
          const stdout = await interpreted(await linked(object, ...flags));
          assert.match(stdout, /^run\(\) => i32:0$/m, more.join(' '));
        }
      });
    }

    /** Every third way; the next archive takes the next third. */
    const shortWays = SHORT.flatMap((sizes) => GROWTHS.map((growth) => [...sizes, ...growth]))
      .filter((_, i) => (i + number) % 3 === 0)
      .slice(0, amount(1, Infinity));
    const lostOfShort = async () => {
      for (const [first, most, before, between] of shortWays) {
        const least = Math.max(first, build.target ? 12007 : 0); // a heap's state is larger there
        const values = { BEFORE: before, BETWEEN: between, MOST: most };
        const defines = Object.entries(values).map(([key, value]) => `-D${key}=${value}`);
        const object = await objectOf('short.c', ...defines);
        const way = before || between ? 'pieces' : 'whole';
        const sizes = [`--initial-memory=${least}`, `--max-memory=${most}`];
        const flags = [...BYTES, '-z', 'stack-size=256', `--export=${way}`, ...sizes];
        const stdout = await interpreted(await linked(object, ...flags));
        const [, lost] = /=> i32:(\d+)$/m.exec(stdout);
        assert(lost <= LOST[way], `${lost} bytes: ${way}, ${JSON.stringify(values)}, ${least}`);
      }
    };
    // Guards take more of each block than may be lost here.
    if (!build.fixed && !build.guards)
      test('of a short memory that is counted in bytes only a few are lost', lostOfShort);

    // A position-independent archive leaves errno to who loads the module.
    const others = 'errno.o' in membersOf(build) ? { extern: 48, static: 0 } : {};
    // Where threads have an errno each, one that all share is not set.
    const kinds = build.shared ? { '': 0, static: 0 } : { '': 48, ...others };
    for (const [kind, right] of Object.entries(kinds)) {
      test(`undefined symbols become imports, beside ${kind} int errno`, async () => {
        const object = await objectOf('errno.c', `-DERRNO=${kind}`);
        const wasm = await linked(object, '--unresolved-symbols=import-dynamic');
        assert.deepEqual(
          WebAssembly.Module.imports(compiled(wasm)).map((i) => i.name),
          ['imported'],
        );
        assert.equal(exportsOf(wasm, { imported() {} }).run(), right);
      });
    }

    if (build.shared) {
      test("a program without shared memory that uses the archive's errno is refused", async () => {
        const object = await objectOf('errno.c', '-DERRNO=extern');
        await assert.rejects(
          linked(object, '--unresolved-symbols=report-all'),
          /errno\.o\): undefined symbol: __tls_size/,
        );
      });
    }
  });
}
