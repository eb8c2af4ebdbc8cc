// SPDX-License-Identifier: MIT OR Apache-2.0
// Style: clang-format over C, eslint over JavaScript. The compilers' warnings
// are errors wherever C is built.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './variants.js';

const C = ['src', 'wasm', 'test', 'test/native', 'test/native/core', 'test/fuzz', 'test/bench', 'test/programs', 'test/compare', 'examples/freestanding', 'examples/wasi'].flatMap((directory) =>
  readdirSync(join(root, directory))
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => `${directory}/${name}`),
);

const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' });

function formatted() {
  const { status, error } = run('clang-format', ['--dry-run', '--Werror', ...C]);
  if (!error) return status === 0;
  console.error('lint: clang-format is missing: install it (Debian: apt-get install clang-format); C was not checked');
  return !process.env.CI;
}

const linted = () => run(process.execPath, [join('node_modules', 'eslint', 'bin', 'eslint.js'), '.']).status === 0;

const results = [formatted(), linted()];
if (!results.every(Boolean)) process.exitCode = 1;
else console.log(`lint: ${C.length} C files and all JavaScript are clean`);
