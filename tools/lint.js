// SPDX-License-Identifier: MIT OR Apache-2.0
// Style: the rules of src/ (rules.js) and clang-format over C, rustfmt over Rust;
// prettier, eslint and the types of js/, tools/ and cli/ (tsc) over JavaScript. The
// compilers' warnings are errors wherever C is built.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, sources } from './build.js';
import { checkTables } from './readme.js';
import { violations } from './rules.js';

const files = await sources('src', 'wasm', 'test', 'bench', 'compare', 'examples', 'web');
const C = Object.keys(files);
const CRATES = ['rust', 'test/rust/program', 'bench/rust', 'examples/rust']
  .flatMap((crate) => [`${crate}/build.rs`, `${crate}/src/lib.rs`])
  .concat('test/rust/program/src/bin/command.rs')
  .concat('test/rust/parser/build.rs', 'test/rust/parser/src/main.rs')
  .filter((path) => existsSync(join(root, path)));

const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' });
const script = (path, ...args) =>
  run(process.execPath, [join('node_modules', ...path.split('/')), ...args]).status === 0;

function rules() {
  const own = C.filter((path) => path.startsWith('src/'));
  const broken = violations(Object.fromEntries(own.map((path) => [path, String(files[path])])));
  for (const line of broken) console.error(`lint: ${line}`);
  return !broken.length;
}

/** Checks the format of files by a program of the system; only CI must have it. */
function formatted(command, args, paths, language) {
  const { status, error } = run(command, [...args, ...paths]);
  if (!error) return status === 0;
  console.error(
    `lint: ${command} is missing: install it (Debian: apt-get install ${command}); ${language} was not checked`,
  );
  return !process.env.CI;
}

const clangFormat = () => formatted('clang-format', ['--dry-run', '--Werror'], C, 'C');

/** It follows from a crate's root to its other files. */
const rustfmt = () => formatted('rustfmt', ['--edition', '2021', '--check'], CRATES, 'Rust');

const prettier = () => script('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.');
const tsc = () =>
  ['.', 'tools'].every((project) => script('typescript/bin/tsc', '--project', project));
const eslint = () => script('eslint/bin/eslint.js', '.');

async function tables() {
  const wrong = await checkTables();
  for (const line of wrong) console.error(`lint: ${line}`);
  return !wrong.length;
}

/** Runs checks one after the other, all of them: did each pass? */
async function pass(checks) {
  const results = [];
  for (const check of checks) results.push(await check());
  return results.every(Boolean);
}

// The slow ones only if the quick ones pass.
const isClean =
  (await pass([rules, clangFormat, rustfmt, tables])) && (await pass([prettier, tsc, eslint]));
if (!isClean) process.exitCode = 1;
else console.log(`lint: ${C.length} C files, all Rust and all JavaScript are clean`);
