// SPDX-License-Identifier: MIT OR Apache-2.0
// Real programs on our malloc, natively: a library for LD_PRELOAD serves them,
// and they must print what they print without it. And programs of our own on
// what C, POSIX and glibc promise. Needs Linux with glibc.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../tools/build.js';
import { ARCHIVES, FAMILIES, room } from '../../tools/builds.js';
import { buildLibrary, buildProgram, missing, NAMES, preload, run } from './preload.js';
import { link as linkWasm, run as runWasm } from '../programs/programs.js';
import { testWith } from '../support/needs.js';
import { inTemporary } from '../support/temporary.js';
import { amount } from '../support/tier.js';
import { WORKLOADS } from './workloads.js';

/** The invariants are checked now and then, and somebody else grows memory. */
const settingsOf = (name) => ({ check: 200000, gaps: NAMES.indexOf(name) });

const NATIVE = missing('-m64');
testWith(NATIVE, 'a native compiler on Linux', () => {});

const libraries = NATIVE
  ? {}
  : Object.fromEntries(NAMES.map((build) => [build, buildLibrary(build)]));

const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...ENV } = { ...process.env, LC_ALL: 'C.UTF-8' };

/** All that a workload's results may be compared by. */
const perform = ({ work }, more = {}) =>
  inTemporary(async (directory) => {
    const env = { ...ENV, ...more };
    const here = (command, args, options = {}) =>
      run(command, args, { cwd: directory, ...options, env: { ...env, ...options.env } });
    const lines = await work({ run: here, env, directory });
    return lines.map((line) => JSON.stringify(line).replaceAll(directory, ''));
  });

const summary = ({ program, operations, checks, pools }) =>
  `${program}: ${operations} operations, ${checks} checks, ${pools} pools`;

/** A heavy program is served by some builds only; a small run has none, and each build serves `contract`. */
const archived = Object.values(FAMILIES).flatMap(({ name, archive }) => (archive ? name : []));
const buildsFor = ({ heavy }) =>
  heavy ? amount([], archived, NAMES) : NAMES.slice(0, amount(3, Infinity));
const chosen = Object.entries(WORKLOADS).filter(([, each]) => buildsFor(each).length);

describe('real programs print the same', { concurrency: 2 }, () => {
  for (const [name, program] of chosen) {
    testWith(NATIVE || program.missing, name, async (t) => {
      const expected = await perform(program);
      assert(expected.length >= program.atLeast, expected.join('\n'));
      for (const build of buildsFor(program)) {
        const { env, counts } = preload(libraries[build], settingsOf(build));
        assert.deepEqual(await perform(program, env), expected, build);
        const served = counts().filter((record) => record.program === program.process);
        const operations = served.reduce((sum, record) => sum + record.operations, 0);
        t.diagnostic(`${build}, ${served.length} processes: ${operations} operations`);
        assert(
          operations >= program.floor,
          `${build}: ${operations} operations of ${program.process}`,
        );
      }
    });
  }
});

const PROGRAMS = {
  threads: {
    says: /^\d{5,} blocks handed over\n$/,
    settings: { check: 997, gaps: 2 },
    args: [amount('1', '3', '300')],
  },
  contract: { says: /\n\d{6,} steps\n$/, settings: { check: 997, limit: 64 } },
  glibc: { says: /^all kept\n$/, settings: { check: 97 } },
};

for (const machine of amount(['-m64'], ['-m64', '-m32'])) {
  for (const [name, { says, settings, args = [] }] of Object.entries(PROGRAMS)) {
    testWith(missing(machine), `${name}, ${machine}`, async (t) => {
      const program = buildProgram(name, machine);
      for (const build of NAMES) {
        const library = machine === '-m64' ? libraries[build] : buildLibrary(build, machine);
        const { env, counts } = preload(library, settings, machine);
        const ran = await run(program, args, { env: { ...ENV, ...env } });
        assert.deepEqual([ran.status, ran.stderr], [0, ''], `${build}: ${ran.stderr}`);
        assert.match(ran.stdout, says);
        const [own] = counts();
        t.diagnostic(`${build}: ${ran.stdout.trim().replaceAll('\n', ', ')}; ${summary(own)}`);
        assert(own.checks >= 50, summary(own));
      }
    });
  }
}

testWith(NATIVE, 'a program that writes past its block is found out', async () => {
  const program = buildProgram('overrun');
  for (const library of Object.values(libraries)) {
    const { env, counts } = preload(library, { check: 10 });
    const { status, stderr, stdout } = await run(program, [], { env: { ...ENV, ...env } });
    assert.deepEqual([status, stdout, counts()[0].checks > 0], ['SIGABRT', '', true]);
    assert.match(stderr, /^preload: invariant \d of heap\.h does not hold\n$/);
  }
});

// There is no wasi-libc of threads here, and without one such an archive refuses errno.
for (const [name, build] of Object.entries(ARCHIVES).filter(([, { shared }]) => !shared)) {
  const library = name.replace(/^lib/, '');
  test(`contract, as wasm with -l${library}`, async (t) => {
    const inputs = {};
    for (const file of ['preload/contract.c', 'support/random.h', 'support/require.h'])
      inputs[basename(file)] = await readFile(join(root, 'test', file));
    const args = [
      '-O1',
      '-fno-builtin',
      '-Wl,--max-memory=67108864',
      ...room(build, 1024).map((flag) => `-Wl,${flag}`),
    ];
    const { wasm } = await linkWasm(inputs, { library, args });
    const { status, output } = await runWasm(wasm);
    t.diagnostic(output.trim().replaceAll('\n', ', '));
    assert.equal(status, 0);
    assert.match(output, PROGRAMS.contract.says);
  });
}
