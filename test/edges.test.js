// SPDX-License-Identifier: MIT OR Apache-2.0
// The programs that coverage and mutation run, here under AddressSanitizer
// and UBSan, by the compiler that there is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, WARNINGS } from '../tools/build.js';
import { PROGRAMS, RUNS } from './native/runs.js';

const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const FLAGS = ['-std=gnu17', '-O1', '-g', '-Isrc', '-Itest/native', ...WARNINGS, ...SANITIZERS];

const out = join(root, 'build', 'edges');
mkdirSync(out, { recursive: true });

const run = (command, args) => spawnSync(command, args, { cwd: root, encoding: 'utf8' });
const works = (compiler, machine) =>
  run(compiler, [
    ...machine,
    ...SANITIZERS,
    '-x',
    'c',
    '/dev/null',
    '-shared',
    '-fPIC',
    '-o',
    join(out, 'probe.so'),
  ]).status === 0;
const compilerFor = (machine) =>
  [process.env.NATIVE_CLANG ?? 'clang', 'gcc'].find((compiler) => works(compiler, machine));
const compilers = { 64: compilerFor([]), 32: compilerFor(['-m32']) };

// corrupt has a test of its own.
for (const [program, ...shape] of RUNS.filter(([name]) => name !== 'corrupt')) {
  const bits = shape.includes('-m32') ? 32 : 64;
  const missing =
    !compilers[bits] &&
    `no native clang or gcc with AddressSanitizer for ${bits} bits (Debian: apt-get install clang libclang-rt-14-dev gcc-multilib)`;
  test(`edges, ${program} ${shape.join(' ')}`, { skip: !process.env.CI && missing }, () => {
    assert(!missing, missing);
    const binary = join(out, [program, ...shape].join('').replace(/[^\w]/g, '_'));
    const built = run(compilers[bits], [...FLAGS, ...shape, PROGRAMS[program][0], '-o', binary]);
    assert.equal(built.status, 0, built.stderr);
    const { status, stdout, stderr } = run(binary, []);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, 'all is so\n');
  });
}
