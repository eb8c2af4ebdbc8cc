// SPDX-License-Identifier: MIT OR Apache-2.0
// Style: clang-format over C, prettier and eslint over JavaScript. The compilers' warnings
// are errors wherever C is built.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.js';

const C = [
  'src',
  'wasm',
  'test',
  'test/native',
  'test/native/core',
  'test/fuzz',
  'bench',
  'test/programs',
  'compare',
  'examples/freestanding',
  'examples/wasi',
].flatMap((directory) =>
  readdirSync(join(root, directory))
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => `${directory}/${name}`),
);

const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' });

function formatted() {
  const { status, error } = run('clang-format', ['--dry-run', '--Werror', ...C]);
  if (!error) return status === 0;
  console.error(
    'lint: clang-format is missing: install it (Debian: apt-get install clang-format); C was not checked',
  );
  return !process.env.CI;
}

const node = (...args) => run(process.execPath, args).status === 0;
const linted = () => node(join('node_modules', 'eslint', 'bin', 'eslint.js'), '.');
const prettier = () =>
  node(join('node_modules', 'prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.');

const results = [formatted(), prettier(), linted()];
if (!results.every(Boolean)) process.exitCode = 1;
else console.log(`lint: ${C.length} C files and all JavaScript are clean`);
