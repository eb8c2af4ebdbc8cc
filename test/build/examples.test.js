// SPDX-License-Identifier: MIT OR Apache-2.0
// The examples, built by the commands and run to the results of their READMEs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pinnedToolchain } from '../../tools/toolchain.js';
import { root } from '../../tools/build.js';
import { inTemporary } from '../support/temporary.js';

const { tool } = await pinnedToolchain();
const GIVEN = ['dist/include/malloc.h', 'dist/lib/wasm32/libtlsf.a'];

/** A README's fenced blocks, in order: build, run, result. */
async function readme(example) {
  const text = await readFile(join(root, 'examples', example, 'README.md'), 'utf8');
  const [commands, run, result] = [...text.matchAll(/```(?:sh)?\n(.*?\n)```/gs)].map(
    ([, block]) => block,
  );
  return {
    commands: commands
      .trim()
      .split('\n')
      .map((line) => line.split(' ')),
    run: run.trim(),
    result,
  };
}

/** Runs the commands over a tree of the project's files; all that they made. */
async function build(example, source, commands) {
  const files = {};
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
const shell = (line, name, wasm) =>
  inTemporary(async (directory) => {
    await writeFile(join(directory, name), wasm);
    const command = line.replace(name, `"${join(directory, name)}"`);
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
      cwd: root,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  });

/** The bytes of a module's name section: every function's name is in them. */
async function nameSection(wasm) {
  const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(wasm), 'name');
  return Buffer.from(section).toString('latin1');
}

test('freestanding: only malloc and free are linked', async (t) => {
  const { commands, run, result } = await readme('freestanding');
  const { 'primes.wasm': wasm } = await build('freestanding', 'primes.c', commands);
  t.diagnostic(`${wasm.length} bytes of wasm with names`);
  const names = await nameSection(wasm);
  for (const name of ['primes_below', 'malloc', 'free']) assert.ok(names.includes(name), name);
  assert.doesNotMatch(names, /calloc|realloc|aligned|memalign|usable|tlsf_/);
  assert.deepEqual(await shell(run, 'primes.wasm', wasm), {
    status: 0,
    stdout: result,
    stderr: '',
  });
});

test('wasi: the whole C library uses -ltlsf', async (t) => {
  const { commands, run, result } = await readme('wasi');
  const { 'reverse.wasm': wasm } = await build('wasi', 'reverse.c', commands);
  t.diagnostic(`${wasm.length} bytes of wasm`);
  const names = await nameSection(wasm);
  assert.ok(names.includes('malloc'));
  assert.doesNotMatch(names, /dlmalloc|sbrk/);
  assert.deepEqual(await shell(run, 'reverse.wasm', wasm), {
    status: 0,
    stdout: result,
    stderr: '',
  });
});
