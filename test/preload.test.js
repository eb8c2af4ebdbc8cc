// SPDX-License-Identifier: MIT OR Apache-2.0
// Real programs on our malloc, natively: a library for LD_PRELOAD serves them,
// and they must print what they print without it. And programs of our own on
// what C, POSIX and glibc promise. Needs Linux with glibc.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { JUDGES, torture } from './native/judges.js';
import { buildLibrary, buildProgram, canCompile, preload, run, SHAPES } from './native/preload.js';
import { link as linkWasm, run as runWasm } from './programs/programs.js';

// The invariants are checked now and then, and somebody else grows memory.
const SETTINGS = {
  plain: { check: 200000 },
  full: { check: 200000, gaps: 3 },
  fast: { check: 200000, gaps: 2 },
  core: { check: 200000, gaps: 1 },
};

const NATIVE = canCompile([])
  ? false
  : 'no native compiler on Linux: install one (Debian: apt-get install gcc libc6-dev)';
test('a native compiler on Linux', { skip: !process.env.CI && NATIVE }, () =>
  assert(!NATIVE, NATIVE),
);

const libraries = NATIVE
  ? {}
  : Object.fromEntries(Object.keys(SHAPES).map((shape) => [shape, buildLibrary(shape)]));

const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...ENV } = { ...process.env, LC_ALL: 'C.UTF-8' };

async function judge({ work }, more = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'tlsf-'));
  const env = { ...ENV, ...more };
  const here = (command, args, options = {}) =>
    run(command, args, { cwd: directory, ...options, env: { ...env, ...options.env } });
  try {
    return (await work({ run: here, env, directory })).map((line) =>
      JSON.stringify(line).replaceAll(directory, ''),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const verdict = ({ program, operations, checks, pools }) =>
  `${program}: ${operations} operations, ${checks} checks, ${pools} pools`;

describe('real programs print the same', { concurrency: 2 }, () => {
  for (const [name, program] of Object.entries(JUDGES)) {
    const { heavy } = program;
    const missing = NATIVE || program.missing;
    test(name, { skip: missing && !process.env.CI && missing }, async (t) => {
      assert(!missing, missing);
      const expected = await judge(program);
      assert(expected.length >= program.atLeast, expected.join('\n'));
      for (const shape of heavy && !torture ? ['full', 'fast'] : Object.keys(SHAPES)) {
        const { env, counts } = preload(libraries[shape], SETTINGS[shape]);
        assert.deepEqual(await judge(program, env), expected, shape);
        const served = counts().filter((record) => record.program === program.process);
        const operations = served.reduce((sum, record) => sum + record.operations, 0);
        t.diagnostic(`${shape}, ${served.length} processes: ${operations} operations`);
        assert(
          operations >= program.floor,
          `${shape}: ${operations} operations of ${program.process}`,
        );
      }
    });
  }
});

const MACHINES = { '64 bits': [], '32 bits': ['-m32'] };
const PROGRAMS = {
  threads: {
    says: /^\d{5,} blocks handed over\n$/,
    settings: { check: 997, gaps: 2 },
    args: torture ? ['300'] : [],
  },
  contract: { says: /\n\d{6,} steps\n$/, settings: { check: 997, limit: 64 } },
  glibc: { says: /^all kept\n$/, settings: { check: 97 } },
};

for (const [bits, machine] of Object.entries(MACHINES)) {
  const missing =
    !canCompile(machine) && `no compiler for ${bits} (Debian: apt-get install gcc gcc-multilib)`;
  for (const [name, { says, settings, args = [] }] of Object.entries(PROGRAMS)) {
    test(`${name}, ${bits}`, { skip: missing && !process.env.CI && missing }, async (t) => {
      assert(!missing, missing);
      const program = buildProgram(name, machine);
      for (const shape of Object.keys(SHAPES)) {
        const library = machine.length ? buildLibrary(shape, machine) : libraries[shape];
        const { env, counts } = preload(library, settings);
        const ran = await run(program, args, { env: { ...ENV, ...env } });
        assert.deepEqual([ran.status, ran.stderr], [0, ''], `${shape}: ${ran.stderr}`);
        assert.match(ran.stdout, says);
        const [own] = counts();
        t.diagnostic(`${shape}: ${ran.stdout.trim().replaceAll('\n', ', ')}; ${verdict(own)}`);
        assert(own.checks >= 50, verdict(own));
      }
    });
  }
}

test(
  'a program that writes past its block is found out',
  { skip: !process.env.CI && NATIVE },
  async () => {
    const program = buildProgram('overrun');
    for (const library of Object.values(libraries)) {
      const { env, counts } = preload(library, { check: 10 });
      const { status, stderr, stdout } = await run(program, [], { env: { ...ENV, ...env } });
      assert.deepEqual([status, stdout, counts()[0].checks > 0], ['SIGABRT', '', true]);
      assert.match(stderr, /^preload: invariant \d of heap\.h does not hold\n$/);
    }
  },
);

for (const library of ['tlsf', 'tlsf-fast']) {
  test(`contract, as wasm with -l${library}`, async (t) => {
    const inputs = {};
    for (const name of ['contract.c', 'native.h', 'require.h'])
      inputs[name] = await readFile(join(import.meta.dirname, 'native', name));
    const args = ['-O1', '-fno-builtin', '-Wl,--max-memory=67108864'];
    const { wasm } = await linkWasm(inputs, { library, args });
    const { status, output } = await runWasm(wasm);
    t.diagnostic(output.trim().replaceAll('\n', ', '));
    assert.equal(status, 0);
    assert.match(output, PROGRAMS.contract.says);
  });
}
