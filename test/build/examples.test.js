// SPDX-License-Identifier: MIT OR Apache-2.0
// The examples, built by the commands and run to the results of their READMEs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { pinnedToolchain, validate } from '../../tools/toolchain.js';
import { root } from '../../tools/build.js';
import { environment, missing as missingEmscripten } from '../emscripten/emcc.js';
import { NODE24 } from '../engines/node24.js';
import { featuresOf, only } from '../support/features.js';
import { testWith } from '../support/needs.js';
import { assertLocked } from '../support/locked.js';
import { inTemporary } from '../support/temporary.js';
import { isWhole } from '../support/tier.js';
import { LOCKED, zig } from './zig.js';

const { tool } = await pinnedToolchain();
const GIVEN = [
  'dist/include/tlsf_malloc.h',
  'dist/lib/wasm32/libtlsf.a',
  'dist/lib/wasm32/libtlsf-mvp.a',
  'dist/lib/wasm32/libtlsf-tiny.a',
  'dist/lib/wasm64/libtlsf.a',
];

/** A README's fenced blocks, in order: builds, a run, its result. */
async function readme(example) {
  const text = await readFile(join(root, 'examples', example, 'README.md'), 'utf8');
  return [...text.matchAll(/```(?:sh)?\n(.*?\n)```/gs)].map(([, block]) => block.trim());
}

const words = (block) => block.split('\n').map((line) => line.split(' '));

/** Runs the commands over a tree of the project's files; all that they made. */
async function build(example, source, commands, more = {}) {
  const files = { ...more };
  for (const path of [...GIVEN, `examples/${example}/${source}`])
    files[path] = await readFile(join(root, path));
  for (const command of commands) {
    const output = command.at(-1);
    const made = await tool(command, files, [output]);
    assert.equal(made.text, '', 'no warning');
    files[output] = made.files[0];
  }
  return files;
}

/** Runs a README's line on the module, which lies elsewhere. */
const shell = (line, name, wasm, env = {}) =>
  inTemporary(async (directory) => {
    await writeFile(join(directory, name), wasm);
    const command = line.replace(name, `"${join(directory, name)}"`);
    const options = { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], options);
    return { status, stdout, stderr };
  });

const succeeds = async (line, name, wasm, result) =>
  assert.deepEqual(await shell(line, name, wasm), { status: 0, stdout: `${result}\n`, stderr: '' });

/** The bytes of a module's name section: every function's name is in them. */
async function nameSection(wasm) {
  const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(wasm), 'name');
  return Buffer.from(section).toString('latin1');
}

test('freestanding: only malloc and free are linked', async (t) => {
  const [commands, run, result] = await readme('freestanding');
  const { 'primes.wasm': wasm } = await build('freestanding', 'primes.c', words(commands));
  t.diagnostic(`${wasm.length} bytes of wasm with names`);
  const names = await nameSection(wasm);
  for (const name of ['primes_below', 'malloc', 'free']) assert.ok(names.includes(name), name);
  assert.doesNotMatch(names, /calloc|realloc|aligned|memalign|usable|tlsf_/);
  await succeeds(run, 'primes.wasm', wasm, result);
});

test('contract: wasm 1.0 without floats', async (t) => {
  const [commands, run, result] = await readme('contract');
  const { 'ledger.wasm': wasm } = await build('contract', 'ledger.c', words(commands));
  t.diagnostic(`${wasm.length} bytes of wasm`);
  assert.deepEqual(await featuresOf(wasm), [[]]);
  await validate(wasm, only([]));
  await succeeds(run, 'ledger.wasm', wasm, result);
});

test('cartridge: a game in one page', async (t) => {
  const [commands, run, result] = await readme('cartridge');
  const { 'snake.wasm': wasm } = await build('cartridge', 'snake.c', words(commands));
  t.diagnostic(`${wasm.length} bytes of wasm`);
  const [{ name, kind }, ...others] = WebAssembly.Module.imports(new WebAssembly.Module(wasm));
  assert.deepEqual([name, kind, others], ['memory', 'memory', []]);
  await succeeds(run, 'snake.wasm', wasm, result);
});

test('cpp: only the forms of new and delete that it uses are linked', async (t) => {
  const [commands, run, result] = await readme('cpp');
  const { 'piles.wasm': wasm } = await build('cpp', 'piles.cpp', words(commands));
  t.diagnostic(`${wasm.length} bytes of wasm with names`);
  const names = await nameSection(wasm);
  for (const name of ['operator new[](', 'operator delete[]('])
    assert.ok(names.includes(name), name);
  assert.doesNotMatch(names, /nothrow|align_val/);
  await succeeds(run, 'piles.wasm', wasm, result);
});

const node = NODE24.find();

testWith(
  !node && `${NODE24.name} is missing: ${NODE24.get}`,
  'wasm64: an array of 5 GiB',
  async (t) => {
    const [commands, run, result] = await readme('wasm64');
    const { 'vast.wasm': wasm } = await build('wasm64', 'vast.c', words(commands));
    t.diagnostic(`${wasm.length} bytes of wasm with names, ${NODE24.version(node)}`);
    await succeeds(run.replace('node', `"${node}"`), 'vast.wasm', wasm, result);
  },
);

async function usesTlsf(wasm) {
  const names = await nameSection(wasm);
  assert.ok(names.includes('malloc'));
  assert.doesNotMatch(names, /dlmalloc|sbrk/);
}

test('wasi: the whole C library uses -ltlsf', async (t) => {
  const [sdk, , run, result] = await readme('wasi');
  const { 'reverse.wasm': wasm } = await build('wasi', 'reverse.c', words(sdk));
  t.diagnostic(`${wasm.length} bytes of wasm`);
  await usesTlsf(wasm);
  await succeeds(run, 'reverse.wasm', wasm, result);
});

/** The packages that the line for Debian needs, and files of each. */
const DEBIAN = ['clang-19', 'lld-19', 'wasi-libc', 'libclang-rt-19-dev-wasm32'];
const NEEDED = ['/usr/bin/clang-19', '/usr/bin/wasm-ld-19', '/usr/lib/wasm32-wasi/libc.a'];
const BUILTINS = '/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a';
const isComplete = [...NEEDED, BUILTINS].every((path) => existsSync(path));
const missing = !isComplete && `Debian: apt-get install ${DEBIAN.join(' ')}`;

testWith(missing, "wasi: the line for Debian's clang", async () => {
  const [, debian, run, result] = await readme('wasi');
  const wasm = await inTemporary(async (directory) => {
    const out = join(directory, 'reverse.wasm');
    const [command, ...args] = words(debian)[0].map((word) =>
      word === 'reverse.wasm' ? out : word,
    );
    // clang would run any wasm-opt that is installed; an old one drops the names.
    for (const name of [command, 'wasm-ld-19'])
      await symlink(`/usr/bin/${name}`, join(directory, name));
    const options = { cwd: root, env: { PATH: directory }, encoding: 'utf8' };
    const { status, stderr } = spawnSync(command, args, options);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    return readFile(out);
  });
  await usesTlsf(wasm);
  await succeeds(run, 'reverse.wasm', wasm, result);
});

const ARGUMENTS = `
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) puts(argv[i]);
    puts(getenv("TLSF_TEST"));
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    char line[80];
    if (!file || !fgets(line, sizeof line, file)) exit(3);
    fputs(line, stdout);
    return 4;
}
`;

test('wasi: run.js gives arguments, environment and files, and the exit code', async () => {
  const library = { 'libtlsf.a': await readFile(join(root, GIVEN[1])) };
  const [sdk] = words((await readme('wasi'))[0]);
  const command = [...sdk.slice(0, 3), 'args.c', '-L.', '-ltlsf', '-o', 'args.wasm'];
  const inputs = { ...library, 'args.c': Buffer.from(ARGUMENTS) };
  const [wasm] = (await tool(command, inputs, ['args.wasm'])).files;
  const run = (args) =>
    shell(`node --no-warnings examples/wasi/run.js args.wasm ${args}`, 'args.wasm', wasm, {
      TLSF_TEST: 'a value',
    });
  assert.deepEqual(await run(''), { status: 3, stdout: 'a value\n', stderr: '' });
  assert.deepEqual(await run('build.sh "b c"'), {
    status: 4,
    stdout: 'build.sh\nb c\na value\n#!/bin/sh\n',
    stderr: '',
  });
});

test('javascript: the package from Node.js, and its build for speed', async () => {
  const [hello, helloResult, fast, fastResult] = await readme('javascript');
  for (const [command, result] of [
    [hello, helloResult],
    [fast, fastResult],
  ]) {
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: `${result}\n`, stderr: '' });
  }
});

/** Does what a README says, in an empty directory that has the project's files. */
const follow = (example, env = {}) =>
  inTemporary(async (directory) => {
    for (const name of ['dist', 'examples', 'node_modules'])
      await symlink(join(root, name), join(directory, name));
    const [commands, run, result] = await readme(example);
    const options = /** @type {const} */ ({ cwd: directory, encoding: 'utf8' });
    const script = ['-ec', `${commands}\n${run}`];
    const told = spawnSync('sh', script, { ...options, env: { ...process.env, ...env } });
    assert.equal(told.status, 0, told.stderr);
    assert.equal(told.stdout, `${result}\n`);
  });

test('wat: a heap for each task', () => follow('wat'));

test('worklet: strings that are allocated while they sound', () => follow('worklet'));

/** QuickJS's objects, whose flags are those of the README's line: test/programs makes them too. */
async function engine([driver, target, ...line]) {
  const [{ ENGINE, quickjs }, { objects }] = await Promise.all([
    import('../programs/units.js'),
    import('../programs/programs.js'),
  ]);
  const flags = ENGINE[0].args.slice(0, -1);
  const paths = ENGINE.map(({ args }) => args.at(-1));
  assert.deepEqual([driver, target], ['clang', '--target=wasm32-wasip1']);
  assert.deepEqual(line, [...flags, '-c', ...paths.map((path) => `quickjs/${path}`)]);
  const made = await objects(ENGINE);
  const files = ENGINE.map(({ name }, i) => [paths[i].replace(/c$/, 'o'), made[name]]);
  const header = await readFile(join(quickjs, 'quickjs.h'));
  return { ...Object.fromEntries(files), 'quickjs/quickjs.h': header };
}

if (isWhole) {
  const compiler = zig();
  const lacks = compiler.missing ?? false;
  const withZig = (work) =>
    inTemporary((cache) =>
      work({
        PATH: `${dirname(compiler.path)}${delimiter}${process.env.PATH}`,
        ZIG_LIB_DIR: compiler.library,
        ZIG_GLOBAL_CACHE_DIR: cache,
      }),
    );

  test('Zig is named exactly, with its digest', () => assertLocked(LOCKED));

  testWith(lacks, 'zig: a hash map of its library', (t) => {
    t.diagnostic(compiler.version);
    return withZig((env) => follow('zig', env));
  });

  testWith(lacks, 'zig: what its library asks of an allocator, and nothing is left', () =>
    withZig((env) =>
      inTemporary(async (directory) => {
        await copyFile(join(LOCKED, 'check.zig'), join(directory, 'check.zig'));
        await copyFile(join(root, 'examples/zig/tlsf.zig'), join(directory, 'tlsf.zig'));
        const [line] = await readme('zig');
        const [command, , archive, ...flags] = line.split(' ').slice(1);
        const own = flags.filter((flag) => !flag.startsWith('--export'));
        const exported = ['check', 'malloc', 'tlsf_heap_stats'].map((name) => `--export=${name}`);
        const args = ['build-exe', 'check.zig', join(root, archive), ...own, ...exported];
        assert.equal(command, 'build-exe');
        const options = { cwd: directory, encoding: 'utf8', env: { ...process.env, ...env } };
        const { status, stderr } = spawnSync(compiler.path, args, options);
        assert.equal(status, 0, stderr);
        const bytes = await readFile(join(directory, 'check.wasm'));
        const { instance } = await WebAssembly.instantiate(bytes);
        const { check, malloc, tlsf_heap_stats, memory } = instance.exports;
        assert.equal(check(), 1);
        const stats = malloc(40);
        tlsf_heap_stats(stats);
        assert.equal(new Uint32Array(memory.buffer, stats, 1)[0], 1, 'blocks in use');
      }),
    ),
  );

  test('plugins: scripts under a limit of memory, one after the other', async (t) => {
    const [commands, run, result] = await readme('plugins');
    const [copy, first, ...others] = words(commands.replaceAll("'", ''));
    assert.ok(existsSync(join(root, copy[2])));
    const made = await build('plugins', 'plugin.c', others, await engine(first));
    t.diagnostic(`${made['plugins.wasm'].length} bytes of wasm with names`);
    await succeeds(run, 'plugins.wasm', made['plugins.wasm'], result);
  });

  test('assemblyscript: malloc below its garbage collector', () => follow('assemblyscript'));
  testWith(missingEmscripten, 'emscripten: C++ with its library', () =>
    follow('emscripten', environment),
  );
}
