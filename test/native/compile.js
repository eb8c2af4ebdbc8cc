// SPDX-License-Identifier: MIT OR Apache-2.0
// Compiles C programs of test/native on the host, at -O2 or under sanitizers,
// and runs them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, WARNINGS } from '../../tools/build.js';

const out = join(root, 'build', 'native');
mkdirSync(out, { recursive: true });

const FLAGS = ['-std=gnu17', '-g', '-Isrc', '-Itest/native', ...WARNINGS];
export const SANITIZE = ['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
export const FAST = ['-O2'];
const MACHINES = { '-m32': ['-m32', '-msse2'], '-m64': [] };

const run = (command, args) => spawnSync(command, args, { cwd: root, encoding: 'utf8' });
const works = (compiler, flags) =>
  run(compiler, [
    ...flags,
    '-x',
    'c',
    '/dev/null',
    '-shared',
    '-fPIC',
    '-o',
    join(out, `probe.${process.pid}.so`),
  ]).status === 0;

/** The first native compiler that can build for a machine (-m32, -m64). */
const compilerFor = (machine, flags) =>
  ['gcc', process.env.NATIVE_CLANG ?? 'clang'].find((compiler) =>
    works(compiler, [...MACHINES[machine], ...flags]),
  );

/** One test: a program compiled with `shape` and run with `args`; `expect` sees what it printed. */
export function programTest(program, { machine, shape = [], mode = FAST, args = [] }, expect) {
  const compiler = compilerFor(machine, mode);
  const missing =
    !compiler &&
    `no native gcc or clang for ${machine} ${mode.join(' ')}: install one (Debian: apt-get install gcc gcc-multilib)`;
  const name = [program, machine, ...shape, ...args].join(' ');
  test(name, { skip: !process.env.CI && missing }, (t) => {
    assert(!missing, missing);
    const binary = join(
      out,
      [compiler, program, machine, ...shape, ...mode].join('').replace(/[^\w]/g, '_'),
    );
    const built = run(compiler, [
      ...FLAGS,
      ...mode,
      ...MACHINES[machine],
      ...shape,
      `test/native/${program}.c`,
      '-o',
      binary,
    ]);
    assert.equal(built.status, 0, built.stderr);
    const ran = run(binary, args.map(String));
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    t.diagnostic(ran.stdout.trim());
    expect(ran.stdout);
  });
}
