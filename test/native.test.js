// SPDX-License-Identifier: MIT OR Apache-2.0
// The same sources on the host, under AddressSanitizer and UBSan: the core
// API and the C family, in several shapes. Needs a native gcc or clang with
// its sanitizers; CI has both.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, WARNINGS } from '../wasm/variants.js';

const SHAPES = [
  [],
  ['-DTLSF_FLOAT=0'],
  ['-DTLSF_LOOK=0'],
  ['-DTLSF_SLLEN=8'],
  ['-DTLSF_SLLEN=16', '-DTLSF_FLOAT=0'],
  ['-DTLSF_ALIGN=8'],
  ['-DTLSF_ALIGN=32'],
  ['-DTLSF_ALIGN=64', '-DTLSF_SLLEN=8', '-DTLSF_FLLEN=13'],
];
/** The core only: its bins may end before memory does. */
const SMALL_SHAPES = [
  ['-DTLSF_FLLEN=1', '-DTLSF_SLLEN=8'],
  ['-DTLSF_FLLEN=3', '-DTLSF_SLLEN=32', '-DTLSF_FLOAT=0'],
];
const REFUSED = [
  ['-DTLSF_ALIGN=24', /TLSF_ALIGN must be a power of two/],
  ['-DTLSF_ALIGN=2', /TLSF_ALIGN must be a power of two, at least a word/],
  ['-DTLSF_SLLEN=64', /TLSF_SLLEN must be 8, 16 or 32/],
  ['-DTLSF_FLLEN=0', /TLSF_FLLEN must be/],
  ['-DTLSF_FLLEN=31', /TLSF_FLLEN must be/],
];

const FLAGS = ['-std=gnu17', '-g', '-O1', '-Isrc', '-Itest/native', ...WARNINGS];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const PROGRAMS = { core: ['test/native/core.c', 'src/tlsf.c'], family: ['test/native/family.c'] };

const out = join(root, 'build', 'native');
mkdirSync(out, { recursive: true });

const run = (command, args) => spawnSync(command, args, { cwd: root, encoding: 'utf8' });
const works = (compiler, flags) =>
  run(compiler, [...flags, ...SANITIZERS, '-x', 'c', '/dev/null', '-shared', '-fPIC', '-o', join(out, 'probe.so')]).status === 0;

const COMPILERS = [];
for (const compiler of ['gcc', process.env.NATIVE_CLANG ?? 'clang']) {
  if (works(compiler, [])) COMPILERS.push([compiler, []]);
  if (works(compiler, ['-m32'])) COMPILERS.push([compiler, ['-m32']]);
}

const missing = COMPILERS.length === 0 && 'no native gcc or clang with AddressSanitizer: install one (Debian: apt-get install gcc, or clang libclang-rt-dev)';

test('a native compiler with sanitizers', { skip: !process.env.CI && missing }, (t) => {
  assert(!missing, missing);
  t.diagnostic(COMPILERS.map(([name, flags]) => [name, ...flags].join(' ')).join(', '));
});

function runProgram(program, compiler, machine, shape) {
  const name = join(out, [program, compiler, ...machine, ...shape].join('').replace(/[^\w]/g, '_'));
  const built = run(compiler, [...FLAGS, ...SANITIZERS, ...machine, ...shape, ...PROGRAMS[program], '-o', name]);
  assert.equal(built.status, 0, built.stderr);
  const ran = run(name, []);
  assert.equal(ran.status, 0, ran.stderr);
  assert.match(ran.stdout, /^[1-9]\d{4,} steps\n$/);
}

for (const [compiler, machine] of COMPILERS) {
  const label = [compiler, ...machine].join(' ');
  // 32 bits is what the wasm tests run; here just the shapes they do not.
  const shapes = machine.length ? [SHAPES[0], ['-DTLSF_ALIGN=4'], ['-DTLSF_ALIGN=8', '-DTLSF_SLLEN=16']] : SHAPES;
  for (const shape of shapes) {
    // Alignment 64 makes blocks of 64 bytes; the family's bins must reach all.
    const programs = shape.includes('-DTLSF_FLLEN=13') ? ['core'] : ['core', 'family'];
    for (const program of programs) {
      test(`${program}, ${label} ${shape.join(' ')}`, () => runProgram(program, compiler, machine, shape));
    }
  }
  for (const shape of SMALL_SHAPES) {
    test(`core, ${label} ${shape.join(' ')}`, () => runProgram('core', compiler, machine, shape));
  }
}

for (const [flag, message] of REFUSED) {
  test(`a clear error for ${flag}`, { skip: missing }, () => {
    const built = run(COMPILERS[0][0], ['-std=c17', '-Isrc', flag, '-fsyntax-only', 'src/tlsf.c']);
    assert.notEqual(built.status, 0);
    assert.match(built.stderr, message);
  });
}
