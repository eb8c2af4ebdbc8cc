// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs that an archive can't serve are refused when they are linked, and
// linkers' options that others found to break an allocator work.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compile, membersOf, sources, readArchive } from '../../tools/build.js';
import { ARCHIVES } from '../../tools/builds.js';
import { interpretation, toolchain } from '../../tools/toolchain.js';
import { amount } from '../support/tier.js';

const FLAGS = ['--target=wasm32', '-O1', '-fno-builtin', '-ffreestanding', '-Isrc/include'];

const inputs = await sources('src/include', 'test/linking');
const objectOf = (name, ...flags) => compile(`test/linking/${name}`, inputs, [...FLAGS, ...flags]);

async function linked(object, archive, ...flags) {
  const { tool } = await toolchain();
  const files = { 'program.o': object, 'libtlsf.a': archive };
  const command = ['wasm-ld', '--no-entry', ...flags, 'program.o', 'libtlsf.a', '-o', 'out.wasm'];
  return (await tool(command, files, ['out.wasm'])).files[0];
}

/** What the module does: no engine here has such memories yet, but wabt's interpreter. */
const interpreted = (module) =>
  interpretation(module, ['--enable-custom-page-sizes', '--enable-threads', '--run-all-exports']);

const BYTES = ['--page-size=1'];

const SHARED = ['--shared-memory', '--import-memory', '--max-memory=1048576'];
const memoryOf = () => new WebAssembly.Memory({ initial: 4, maximum: 16, shared: true });

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

for (const [name, build] of Object.entries(ARCHIVES)) {
  const archive = await readArchive(name);

  describe(name, () => {
    const what = build.shared ? 'links' : 'is refused, and the linker says which object';
    test(`a program with shared memory ${what}`, async () => {
      const object = await objectOf('bytes.c', '-DBEFORE=0', '-matomics', '-mbulk-memory');
      const linking = linked(object, archive, ...SHARED);
      if (build.shared) assert(await linking);
      else await assert.rejects(linking, /--shared-memory is disallowed by .*malloc\.o/);
    });

    test('with a lock of its own it may have heaps of the core API', async () => {
      const object = await objectOf('locked.c', '-matomics', '-mbulk-memory');
      const module = new WebAssembly.Module(
        await linked(object, archive, ...SHARED, '--export=run'),
      );
      const { exports } = new WebAssembly.Instance(module, { env: { memory: memoryOf() } });
      assert.equal(exports.run(), 1);
    });

    // Where threads have an errno each, the archive has it.
    const [errno, features, last] = build.shared
      ? ['extern _Thread_local', ['-matomics', '-mbulk-memory'], SHARED]
      : ['', [], []];
    test('a program with an errno is merged with the archive by -r', async () => {
      const object = await objectOf('errno.c', `-DERRNO=${errno}`, ...features);
      const merged = await linked(object, archive, '-r');
      for (const [first, ...flags] of [[merged], [object, '--emit-relocs']]) {
        const module = new WebAssembly.Module(
          await linked(first, archive, '--allow-undefined', ...last, ...flags),
        );
        const env = { imported() {}, memory: memoryOf() };
        const { exports } = new WebAssembly.Instance(module, { env });
        assert.equal(exports.run(), 48);
      }
    });

    // test/fixed has memories of bytes that do not grow.
    for (const before of build.fixed ? [] : amount([1], [0, 1])) {
      test(`memory that is counted in bytes, ${before ? 'grown' : 'as it is'} at first`, async () => {
        const object = await objectOf('bytes.c', `-DBEFORE=${before}`);
        for (const more of amount(MEMORIES.slice(-1), MEMORIES)) {
          const flags = [...BYTES, '-z', 'stack-size=1024', ...more];
          const module = await linked(object, archive, ...flags);
          const stdout = await interpreted(module);
          assert.match(stdout, /^run\(\) => i32:0$/m, more.join(' '));
        }
      });
    }

    const lostOfShort = async () => {
      for (const [least, most] of amount(SHORT.slice(0, 1), SHORT)) {
        for (const [before, between] of amount(GROWTHS.slice(0, 1), GROWTHS)) {
          const values = { BEFORE: before, BETWEEN: between, MOST: most };
          const defines = Object.entries(values).map(([key, value]) => `-D${key}=${value}`);
          const object = await objectOf('short.c', ...defines);
          const way = before || between ? 'pieces' : 'whole';
          const sizes = [`--initial-memory=${least}`, `--max-memory=${most}`];
          const flags = [...BYTES, '-z', 'stack-size=256', `--export=${way}`, ...sizes];
          const stdout = await interpreted(await linked(object, archive, ...flags));
          const [, lost] = /=> i32:(\d+)$/m.exec(stdout);
          assert(lost <= LOST[way], `${lost} bytes: ${way}, ${JSON.stringify(values)}, ${least}`);
        }
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
        const module = new WebAssembly.Module(
          await linked(object, archive, '--unresolved-symbols=import-dynamic'),
        );
        assert.deepEqual(
          WebAssembly.Module.imports(module).map((i) => i.name),
          ['imported'],
        );
        const imported = () => {};
        const { exports } = new WebAssembly.Instance(module, { env: { imported } });
        assert.equal(exports.run(), right);
      });
    }

    if (build.shared) {
      test("a program without shared memory that uses the archive's errno is refused", async () => {
        const object = await objectOf('errno.c', '-DERRNO=extern');
        await assert.rejects(
          linked(object, archive, '--unresolved-symbols=report-all'),
          /errno\.o\): undefined symbol: __tls_size/,
        );
      });
    }
  });
}
