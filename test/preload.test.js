// SPDX-License-Identifier: MIT OR Apache-2.0
// Real programs on our malloc, natively: a library for LD_PRELOAD serves them,
// and they must print what they print without it. And programs of our own on
// what C, POSIX and glibc promise. Needs Linux with glibc.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { JUDGES } from './native/judges.js';
import { buildLibrary, buildProgram, compiler, preload, run, SHAPES } from './native/preload.js';

// The invariants are checked now and then, and somebody else grows memory.
const SETTINGS = {
  min: { check: 200000 },
  full: { check: 200000, gaps: 3 },
  fast: {},
  core: { check: 200000, gaps: 1 },
};

const libraries = Object.fromEntries(Object.keys(SHAPES).map((shape) => [shape, buildLibrary(shape)]));

const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...ENV } = { ...process.env, LC_ALL: 'C.UTF-8' };

async function judge({ work }, more = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'tlsf-'));
  const env = { ...ENV, ...more };
  const here = (command, args, options = {}) => run(command, args, { cwd: directory, ...options, env: { ...env, ...options.env } });
  try {
    return (await work({ run: here, env, directory })).map((line) => JSON.stringify(line).replaceAll(directory, ''));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('programs', { concurrency: 2 }, () => {
  for (const [name, program] of Object.entries(JUDGES)) {
    const { missing } = program;
    test(name, { skip: missing && !process.env.CI && missing }, async (t) => {
      assert(!missing, missing);
      const expected = await judge(program);
      assert(expected.length >= program.atLeast, expected.join('\n'));
      for (const [shape, library] of Object.entries(libraries)) {
        const start = performance.now();
        const { env, counts } = preload(library, SETTINGS[shape]);
        assert.deepEqual(await judge(program, env), expected, shape);
        const records = counts();
        const sum = (key) => records.filter((r) => r.program === program.process).reduce((total, r) => total + r[key], 0);
        t.diagnostic(`${name} ${shape}: ${sum('operations')} operations, ${sum('checks')} checks, ${sum('pools')} pools, ${records.length} processes, ${Math.round(performance.now()-start)}ms`);
        assert(sum('operations') >= program.floor, `${shape}: ${JSON.stringify(records)}`);
      }
    });
  }
});
