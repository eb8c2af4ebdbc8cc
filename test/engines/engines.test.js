// SPDX-License-Identifier: MIT OR Apache-2.0
// One behaviour in every engine: the scenarios of behaviour/scenarios.js, over
// every module as shipped and its checked twin, give the same pointers, sizes
// of memory and contents of memory everywhere. SEED=n adds a seed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ENGINES, engine } from '../../bench/engines.js';
import { runWith } from '../../bench/measure.js';
import { FLAGS64 } from '../../tools/memory64.js';
import { amount, isWhole, seeds } from '../support/tier.js';
import { CHROMIUM } from './chromium.js';
import { FIREFOX } from './firefox.js';
import { INTERPRETER } from './interpreter.js';
import { NODE24 } from './node24.js';
import { assemble } from '../support/wat.js';
import { createDigest } from './observe.js';
import { EXTREME, isVast, SEEDED, SMALL, WHOLE } from '../behaviour/scenarios.js';
import { moduleOfScenario, UNSHARED, WIDE } from '../support/modules.js';

const SEEDS = seeds(1, 2);
const SUITE = 'test/engines/suite.js';

/** An engine that runs a script; with `args`, as these make it. */
const shell = (key, label, args) => ({
  ...ENGINES[key],
  label,
  run: (files) =>
    runWith({ ...engine(key), ...(args && { args }) }, '../test/engines/suite.js', files),
});
const asItComes = (each) => ({
  ...each,
  label: 'as it comes',
  run: (files) => each.run(each.find(), SUITE, files),
});
const REFERENCE = shell('node', 'as it comes');
const SPIDERMONKEY = (compiler) =>
  shell('spidermonkey', compiler, [`--wasm-compiler=${compiler}`, '-m']);
/** Each compiler of V8 and SpiderMonkey alone. */
const COMPILERS = [
  shell('v8', 'as it comes'),
  shell('node', 'Liftoff alone', ['--liftoff-only', '--expose-gc']),
  shell('node', 'TurboFan alone', ['--no-liftoff', '--expose-gc']),
  SPIDERMONKEY('baseline'),
];
const OTHERS = [
  ...amount([], COMPILERS),
  shell('jsc', 'as it comes'),
  SPIDERMONKEY('ion'),
  asItComes(FIREFOX),
];

/** Those that have memory64, some by a flag; SpiderMonkey's shell and JavaScriptCore have none. */
const REFERENCE64 = shell('node', 'as it comes', [...FLAGS64, '--expose-gc']);
const ENGINES64 = [NODE24, CHROMIUM, FIREFOX];
const OTHERS64 = amount(ENGINES64.filter(({ find }) => find()).slice(0, 1), ENGINES64).map(
  asItComes,
);

/** Where nobody reads the output, a skipped test is a test that passes. */
const skip = ({ name, find, get }) => !process.env.CI && !find() && `${name} is missing: ${get}`;
const demand = ({ name, find, get }) => assert(find(), `${name} is missing: ${get}`);

const all = (named, scenarios) =>
  Object.entries(named).flatMap(([what, of]) =>
    scenarios(of).map((scenario) => ({ what, scenario })),
  );
const RUN = amount(SMALL, WHOLE);
const chosen = [
  ...all(SEEDED, (of) => SEEDS.flatMap((seed) => of(seed, RUN))),
  ...all(EXTREME, (of) => of),
];

/** The driver, for a memory whose addresses are i32 or i64. */
async function driver(address) {
  const text = await readFile(join(import.meta.dirname, 'driver.wat'), 'utf8');
  return assemble(text.replaceAll('ADDRESS', address));
}

/** Scenarios and the files that they need, for suite.js and for the interpreter. */
async function prepare(names, address) {
  const files = { 'driver.wasm': await driver(address) };
  const scenarios = [];
  for (const name of names) {
    for (const { what, scenario } of chosen) {
      const file = `${name}${JSON.stringify(scenario.options ?? 'shipped').replace(/\W/g, '')}.wasm`;
      files[file] ??= await moduleOfScenario(name, scenario);
      scenarios.push({ title: `${name}, ${what}: ${JSON.stringify(scenario)}`, file, scenario });
    }
  }
  return { files, scenarios };
}

const withPlan = ({ files, scenarios }) => ({
  ...files,
  'plan.json': JSON.stringify({ scenarios }),
});

/** Title by title, so that what differs has its name. */
const byTitle = (scenarios, digests) =>
  Object.fromEntries(scenarios.map(({ title }, i) => [title, digests[i]]));

/** The tests that the others do what the reference does; returns a function that gives the suite. */
function compare(names, address, reference, others) {
  let suite;
  let expected;
  before(async () => {
    suite = await prepare(names, address);
    expected = byTitle(suite.scenarios, await reference.run(withPlan(suite)));
  });

  test(`${reference.version(reference.find())} is what the others are compared with`, (t) => {
    const calls = Object.values(expected).map((digest) => Number.parseInt(digest, 10));
    assert(
      calls.every((n) => n > 1),
      'a scenario without calls, or no memory of 4 GiB',
    );
    t.diagnostic(`${suite.scenarios.length} scenarios, ${calls.reduce((a, b) => a + b)} calls`);
  });

  for (const each of others) {
    test(`${each.name}, ${each.label}`, { skip: skip(each) }, async (t) => {
      demand(each);
      t.diagnostic(each.version(each.find()));
      assert.deepEqual(byTitle(suite.scenarios, await each.run(withPlan(suite))), expected);
    });
  }
  return () => suite;
}

describe('every engine does the same', () => {
  const suite = compare(UNSHARED, 'i32', REFERENCE, OTHERS);

  test(INTERPRETER.name, { skip: skip(INTERPRETER) }, async (t) => {
    demand(INTERPRETER);
    // It has 4 GiB only by clearing them, and takes its time for each check.
    const scenarios = suite().scenarios.filter(
      ({ scenario }) =>
        !isVast(scenario) &&
        amount([1], [1, 101, 201]).includes(scenario.seed) &&
        (isWhole || !scenario.options),
    );
    const calls = await INTERPRETER.replay(INTERPRETER.find(), scenarios, suite().files);
    t.diagnostic(
      `${INTERPRETER.version(INTERPRETER.find())}: ${scenarios.length} scenarios, ${calls} calls`,
    );
  });
});

describe('every engine with memory64 does the same on wasm64', () => {
  compare(WIDE, 'i64', REFERENCE64, OTHERS64);
});

describe('what is wrong is seen', { skip: !isWhole }, () => {
  // A scenario for one page at most: with 3 pages its requests can be met.
  const wrong = {
    title: 'wrong',
    file: 'wrong.wasm',
    scenario: { way: 'impossible', options: { maximum: 1 } },
  };
  const files = async () => ({
    'driver.wasm': await driver('i32'),
    'wrong.wasm': await moduleOfScenario(UNSHARED[0], { options: { maximum: 3 } }),
  });

  for (const each of [REFERENCE, ...OTHERS.filter((other) => !COMPILERS.includes(other))]) {
    test(`${each.name}: an assertion that fails`, { skip: skip(each) }, async () => {
      demand(each);
      await assert.rejects(
        each.run(withPlan({ files: await files(), scenarios: [wrong] })),
        /wrong: malloc\(655\d\d\): \d+, not 0/,
      );
    });
  }

  test(
    `${INTERPRETER.name}: a pointer that is another, memory that holds something else`,
    { skip: skip(INTERPRETER) },
    async () => {
      demand(INTERPRETER);
      const each = {
        title: 'altered',
        file: 'wrong.wasm',
        scenario: { way: 'random', seed: 1, steps: 50, options: { maximum: 3 } },
      };
      const inputs = [INTERPRETER.find(), [each], await files()];
      assert((await INTERPRETER.replay(...inputs)) > 100);
      for (const field of ['malloc', 'size', 'check', 'digest']) {
        const alter = (commands) => {
          const [expected] = commands.findLast(({ action }) => action?.field === field).expected;
          expected.value = `${(Number(expected.value) ^ 1) >>> 0}`;
          return commands;
        };
        await assert.rejects(INTERPRETER.replay(...inputs, alter), /mismatch/);
      }
    },
  );

  test('a digest: of each argument, each result, and their order', () => {
    const digestOf = (...calls) => {
      const digest = createDigest();
      for (const [args, result] of calls) digest.add({ args, result });
      return digest.toString();
    };
    const one = digestOf([[16], 32], [[16], 64]);
    assert.equal(digestOf([[16], 32], [[16], 64]), one);
    for (const other of [
      digestOf([[16], 64], [[16], 32]),
      digestOf([[16], 32], [[17], 64]),
      digestOf([[16], 32], [[16], -64]),
      digestOf([[16], 32]),
    ]) {
      assert.notEqual(other, one);
    }
  });
});
