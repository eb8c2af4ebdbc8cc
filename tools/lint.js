// SPDX-License-Identifier: MIT OR Apache-2.0
// Style: the rules of src/ (rules.js) and clang-format over C; prettier, eslint
// and the types of js/ and tools/ (tsc) over JavaScript. The compilers' warnings
// are errors wherever C is built.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, sources } from './build.js';
import { checkTables } from './readme.js';
import { violations } from './rules.js';

const files = await sources('src', 'wasm', 'test', 'bench', 'compare', 'examples', 'web');
const C = Object.keys(files);

const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' });
const script = (path, ...args) =>
  run(process.execPath, [join('node_modules', ...path.split('/')), ...args]).status === 0;

function rules() {
  const own = C.filter((path) => path.startsWith('src/'));
  const broken = violations(Object.fromEntries(own.map((path) => [path, String(files[path])])));
  for (const line of broken) console.error(`lint: ${line}`);
  return !broken.length;
}

function clangFormat() {
  const { status, error } = run('clang-format', ['--dry-run', '--Werror', ...C]);
  if (!error) return status === 0;
  console.error(
    'lint: clang-format is missing: install it (Debian: apt-get install clang-format); C was not checked',
  );
  return !process.env.CI;
}

const prettier = () => script('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.');
const tsc = () =>
  ['.', 'tools'].every((project) => script('typescript/bin/tsc', '--project', project));
const eslint = () => script('eslint/bin/eslint.js', '.');

async function tables() {
  const wrong = await checkTables();
  for (const line of wrong) console.error(`lint: ${line}`);
  return !wrong.length;
}

const results = [];
for (const check of [rules, clangFormat, prettier, tsc, eslint, tables])
  results.push(await check());
if (!results.every(Boolean)) process.exitCode = 1;
else console.log(`lint: ${C.length} C files and all JavaScript are clean`);
