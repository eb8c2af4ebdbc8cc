// SPDX-License-Identifier: MIT OR Apache-2.0
// A command of Rust that calls tree-sitter, which is C: the trees of the
// project's own sources are the same as with the allocators of Rust and libc.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../tools/build.js';
import { packageRoot } from '../../tools/toolchain.js';
import { testWith } from '../support/needs.js';
import { isWhole } from '../support/tier.js';
import { cargo, made, missingWasi, WASI } from './cargo.js';

const FOLDERS = {
  TREE_SITTER: join(packageRoot('tree-sitter'), 'vendor', 'tree-sitter', 'lib'),
  TREE_SITTER_C: join(packageRoot('tree-sitter-c'), 'src'),
};

const HEADERS = '/usr/include/wasm32-wasi';
const missing =
  missingWasi || (!existsSync(HEADERS) && `${HEADERS} is missing: apt-get install wasi-libc`);

/** Builds the command with a feature, or with the standard allocators; its path. */
function build(feature) {
  const folder = join(made, `parser-${feature}`);
  const args = ['build', '--quiet', '--target', WASI, '--features', feature];
  const env = { ...FOLDERS, CARGO_TARGET_DIR: folder };
  assert.equal(cargo(args, join(root, 'test', 'rust', 'parser'), env), '', 'no warning');
  return join(folder, WASI, 'debug', 'parser.wasm');
}

function trees(wasm, files) {
  const args = ['--no-warnings', 'examples/wasi/run.js', wasm, ...files];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  return stdout;
}

if (isWhole)
  testWith(missing, "tree-sitter in Rust: the trees of the project's sources", async () => {
    const names = (await readdir(join(root, 'src', 'core'))).sort();
    const files = names.map((name) => `src/core/${name}`);
    const standard = trees(build(''), files);
    assert.equal(standard.split('\n').length, files.length + 1);
    assert.match(standard, /^\(translation_unit .*function_definition/);
    assert(trees(build('tlsf'), files) === standard, 'the same trees');
  });
