// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs that an archive can't serve are refused when they are linked, and
// linkers' options that others found to break an allocator work.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compile, membersOf, root, sources } from '../../tools/build.js';
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
  interpretation(module, ['--enable-custom-page-sizes', '--run-all-exports']);

/** Memory at first: as much as the program's data takes, pages of 64 KiB, a part of one. */
const MEMORIES = [[], ['--initial-memory=131072'], ['--initial-memory=131077']];

for (const [name, build] of Object.entries(ARCHIVES)) {
  const archive = await readFile(join(root, 'dist', 'lib', 'wasm32', `${name}.a`));

  describe(name, () => {
    test('a program with shared memory is refused, and the linker says which object', async () => {
      const object = await objectOf('bytes.c', '-DBEFORE=0', '-matomics', '-mbulk-memory');
      await assert.rejects(
        linked(object, archive, '--shared-memory', '--import-memory', '--max-memory=1048576'),
        /--shared-memory is disallowed by .*malloc\.o/,
      );
    });

    test('with a lock of its own it may have heaps of the core API', async () => {
      const object = await objectOf('locked.c', '-matomics', '-mbulk-memory');
      const flags = ['--shared-memory', '--import-memory', '--max-memory=1048576', '--export=run'];
      const module = new WebAssembly.Module(await linked(object, archive, ...flags));
      const memory = new WebAssembly.Memory({ initial: 4, maximum: 16, shared: true });
      const { exports } = new WebAssembly.Instance(module, { env: { memory } });
      assert.equal(exports.run(), 1);
    });

    // test/fixed has memories of bytes that do not grow.
    for (const before of build.fixed ? [] : [0, 1]) {
      test(`memory that is counted in bytes, ${before ? 'grown' : 'as it is'} at first`, async () => {
        const object = await objectOf('bytes.c', `-DBEFORE=${before}`);
        for (const more of amount(MEMORIES.slice(-1), MEMORIES)) {
          const module = await linked(
            object,
            archive,
            '--page-size=1',
            '-z',
            'stack-size=1024',
            ...more,
          );
          const stdout = await interpreted(module);
          assert.match(stdout, /^run\(\) => i32:0$/m, more.join(' '));
        }
      });
    }

    // A position-independent archive leaves errno to who loads the module.
    const others = 'errno.o' in membersOf(build) ? { extern: 48, static: 0 } : {};
    for (const [kind, right] of Object.entries({ '': 48, ...others })) {
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
  });
}
