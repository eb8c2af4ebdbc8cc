// SPDX-License-Identifier: MIT OR Apache-2.0
// The archive in a freestanding program with shared memory, by the pinned
// toolchain and by a native one: passive data, variables of each thread, errno.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { compile, link as linkAll, optimisation, root, sources } from '../../tools/build.js';
import { ARCHIVES, FAMILY } from '../../tools/builds.js';
import { toolchain, wasmOpt } from '../../tools/toolchain.js';
import { testWith } from '../support/needs.js';
import { amount } from '../support/tier.js';

const COMPILE =
  '--target=wasm32 -std=c17 -ffreestanding -fno-builtin -matomics -mbulk-memory -mmutable-globals -O1'.split(
    ' ',
  );
/** Bytes of a thread's stack. */
const STACK = 1 << 14;

const LINK = [
  '--no-entry',
  '--shared-memory',
  '--import-memory',
  '--max-memory=16777216',
  ...['run', 'own_area', '__wasm_init_tls', '__tls_size', '__tls_align', '__stack_pointer'].map(
    (name) => `--export=${name}`,
  ),
];

const inputs = await sources('src/include', 'test/threads');

const compiled = (name) => compile(`test/threads/${name}.c`, inputs, [...COMPILE, '-Isrc/include']);

/** The program, with the objects of `more` C files, whose functions it exports. */
async function byOwn(archive, ...more) {
  const { tool } = await toolchain();
  const files = { 'program.o': await compiled('program') };
  for (const name of more) files[`${name}.o`] = await compiled(name);
  files['libtlsf.a'] = archive;
  const exports = more.map((name) => `--export=${name}`);
  const command = ['wasm-ld', ...LINK, ...exports, ...Object.keys(files), '-o', 'out.wasm'];
  return (await tool(command, files, ['out.wasm'])).files[0];
}

async function byNative(archive, t) {
  const at = await mkdtemp(join(tmpdir(), 'tlsf-program-'));
  t.after(() => rm(at, { recursive: true }));
  await writeFile(join(at, 'libtlsf.a'), archive);
  const run = (command, args) => {
    const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  };
  const object = join(at, 'program.o');
  const source = 'test/threads/program.c';
  run('clang-19', [...COMPILE, '-Isrc/include', '-c', source, '-o', object]);
  run('wasm-ld-19', [...LINK, object, join(at, 'libtlsf.a'), '-o', join(at, 'out.wasm')]);
  return readFile(join(at, 'out.wasm'));
}

/** Runs threads, and one more that watches the heap so many times. */
async function runs(bytes, threads, watches = 0) {
  const module = new WebAssembly.Module(bytes);
  const memory = new WebAssembly.Memory({ initial: 3, maximum: 256, shared: true });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  assert(exports.__tls_size.value > 0, 'threads have variables');
  const one = (seed, more = {}) => {
    const area = exports.own_area(exports.__tls_size.value);
    const stack = exports.own_area(STACK) + STACK;
    const workerData = { module, memory, area, stack, seed, steps: amount(20000, 1e6), ...more };
    return new Promise((resolve, reject) => {
      const url = new URL('program.node.js', import.meta.url);
      new Worker(url, { workerData }).on('message', resolve).on('error', reject);
    });
  };
  const all = Array.from({ length: threads }, (_, i) => one(i + 1));
  if (watches) all.push(one(threads + 1, { watches }));
  assert.deepEqual(await Promise.all(all), new Array(all.length).fill(0));
  assert.equal(exports.run(7, 1, 1000), 0, 'the first thread, whose variables are where they were');
}

const archiveOf = (name) => readFile(join(root, 'dist', 'lib', 'wasm32', `${name}.a`));

const native = spawnSync('wasm-ld-19', ['--version']).status === 0;
const TOOLCHAINS = {
  'the toolchain of the build': [false, (archive) => byOwn(archive)],
  'clang-19': [!native && 'install clang-19 and lld-19', byNative],
};

for (const [name] of Object.entries(ARCHIVES).filter(([, { shared }]) => shared)) {
  const archive = await archiveOf(name);
  for (const [by, [missing, link]] of Object.entries(TOOLCHAINS)) {
    testWith(missing, `${name}.a in a program of 4 threads, by ${by}`, async (t) =>
      runs(await link(archive, t), 4),
    );
  }

  test(`${name}.a: a thread asks the heap while two others use it`, async () =>
    runs(await byOwn(archive, 'watch'), 2, amount(300, 5000)));

  test(`${name}.a: what the C family takes is within the limit`, async () => {
    const [ours, theirs] = await Promise.all(
      [name, 'libtlsf'].map(async (each) => {
        const bytes = await linkAll([await archiveOf(each)], FAMILY);
        return (await wasmOpt(bytes, optimisation(ARCHIVES[each]))).length;
      }),
    );
    assert(ours <= theirs + 450, `${ours} bytes, and ${theirs} without threads`);
  });
}
