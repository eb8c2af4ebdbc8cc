// SPDX-License-Identifier: MIT OR Apache-2.0
// Programs with libc++, whose libc++abi has an operator new of its own: they
// link in each order of the archives, and the first archive's new serves.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { root } from '../../tools/build.js';
import { ARCHIVES } from '../../tools/builds.js';
import { link, run, tool } from '../programs/programs.js';
import { testWith } from '../support/needs.js';
import { amount } from '../support/tier.js';
import { inTemporary } from '../support/temporary.js';
import { NAMES } from './programs.js';

/** Debian's libc++ has no threads, and an archive for them refuses programs without. */
const OURS = NAMES.filter((name) => !ARCHIVES[name].shared);

const SOURCE = 'test/members/libcxx.cpp';
const FLAGS = ['-std=c++20', '-fno-exceptions', '-O1', '-fno-builtin'];

/** The libraries before those of the driver, and whether the new handler is called. */
const ORDERS = (name) => {
  const ours = `-l${name.replace('lib', '')}`;
  const plain = [
    [[ours], false],
    [['-lc++abi', ours], true],
  ];
  const all = [...plain, [[ours, '-lc++', '-lc++abi'], false], [['-lc++', '-lc++abi', ours], true]];
  return amount(plain, all);
};

async function fails(wasm, callsHandler) {
  const { output, status, trap } = await run(wasm);
  assert.equal(output, `0 35 1\n${callsHandler ? 'handler\n' : ''}`);
  if (callsHandler) assert.equal(status, 7);
  else assert.match(String(trap), /unreachable/);
}

/** The program's object by the pinned compiler: the libraries do not change it. */
let object;
before(async () => {
  const inputs = { 'libcxx.cpp': await readFile(join(root, SOURCE)) };
  const command = ['clang++', ...FLAGS, '-c', 'libcxx.cpp', '-o', 'libcxx.o'];
  const { text, files } = await tool(command, inputs, ['libcxx.o']);
  assert.equal(text, '');
  [object] = files;
});

for (const name of amount(OURS.slice(0, 1), OURS))
  for (const [libraries, callsHandler] of ORDERS(name)) {
    test(`${libraries.join(' ')}, by the pinned compiler`, async () => {
      const args = ['-Llib', ...libraries];
      const { wasm, text } = await link({ 'libcxx.o': object }, { args, driver: 'clang++' });
      assert.equal(text, '');
      await fails(wasm, callsHandler);
    });
  }

const LIBRARIES = '/usr/lib/wasm32-wasi';
const isThere =
  existsSync('/usr/bin/clang++-19') &&
  existsSync('/usr/bin/wasm-ld-19') &&
  existsSync('/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a') &&
  ['libc.a', 'libc++.a', 'libc++abi.a'].every((file) => existsSync(join(LIBRARIES, file)));
const missing =
  !isThere &&
  'Debian: apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32';

const TARGET = '--target=wasm32-wasi';

/** Runs Debian's compiler in the project; it may say nothing. */
function debian(args) {
  const { status, stderr } = spawnSync('clang++-19', [TARGET, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
}

testWith(missing, "each of these, by Debian's clang++-19", (t) =>
  inTemporary(async (directory) => {
    const [compiled, out] = ['libcxx.o', 'out.wasm'].map((file) => join(directory, file));
    debian([...FLAGS, '-c', SOURCE, '-o', compiled]);
    for (const name of amount(OURS.slice(0, 1), OURS))
      for (const [libraries, callsHandler] of ORDERS(name))
        await t.test(libraries.join(' '), async () => {
          debian(['-Ldist/lib/wasm32', compiled, ...libraries, '-o', out]);
          await fails(await readFile(out), callsHandler);
        });
  }),
);
