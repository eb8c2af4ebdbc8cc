// SPDX-License-Identifier: MIT OR Apache-2.0
// The parts of a torture and their jobs: fuzzers, random runs, sweeps.
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/build.js';
import {
  build,
  execute,
  FUZZER,
  missing,
  missingFuzzer,
  sharedTargets,
  targets,
  WRAP,
} from '../fuzz/build.js';
import { inPrograms } from '../programs/programs.js';
import { CLANG, GCC, OPTIMISED, run, SANITIZED } from '../support/native.js';

/** Where it keeps what it finds. */
export const out = join(root, 'build', 'torture');
const WHERE = { '-m64': [], '-m32': [], [WRAP]: ['wrap'] };

const newSeed = () => randomInt(2 ** 32 - 2 ** 24);
export const found = (target) => join(out, target);

/** A job that can't be is named; in CI that is a failure. */
function require(lacks) {
  if (lacks && process.env.CI) throw new Error(lacks);
  if (lacks) console.log(`not run: ${lacks}`);
  return !lacks;
}

function fuzz(target, shape, seconds) {
  const path = build(target, CLANG, shape, FUZZER);
  const seed = newSeed();
  const args = [
    `-max_total_time=${Math.ceil(seconds)}`,
    `-seed=${seed}`,
    '-max_len=300',
    `-artifact_prefix=${out}/`,
    '-verbosity=0',
    '-close_fd_mask=0',
    found(target),
  ];
  return { seed, steps: execute(path, args).steps };
}

const fuzzers = () =>
  ['-m64', '-m32']
    .filter((machine) => require(missingFuzzer(machine)))
    .flatMap((machine) =>
      targets(machine).map(([target, shape]) => ({
        name: shape.name,
        run: (seconds) => fuzz(target, shape, seconds),
      })),
    );

/** Random sequences with seeds from a new one on, until the time is over. */
function randomRuns(path, options, seconds, count) {
  const seed = newSeed();
  const end = Date.now() + seconds * 1000;
  let steps = 0;
  for (let at = seed; Date.now() < end; at += count) {
    steps += execute(path, [...options, 'random', String(at), String(count)]).steps;
  }
  return { seed, steps };
}

const randoms = (machines, flags, options, count) =>
  [GCC, CLANG].flatMap((compiler) =>
    machines
      .filter((machine) => require(missing(compiler, machine)))
      .flatMap((machine) =>
        sharedTargets(compiler, machine).map(([target, shape]) => ({
          name: `${shape.name}, ${compiler}`,
          run: (seconds) =>
            randomRuns(
              build(target, compiler, shape, flags),
              [...WHERE[machine], ...options],
              seconds,
              count,
            ),
        })),
      ),
  );

/** The behaviour suite with a seed of its own; its steps are not counted. */
function behave(seconds) {
  const end = Date.now() + seconds * 1000;
  const first = newSeed();
  for (let seed = first; Date.now() < end; seed++) {
    const args = [
      '--test',
      '--test-reporter=dot',
      `--test-name-pattern=seed ${seed}$`,
      'test/behaviour/heap.test.js',
    ];
    const { status, stdout } = run(process.execPath, args, {
      env: { ...process.env, SEED: String(seed) },
    });
    if (status !== 0) throw new Error(`SEED=${seed} ./build.sh test heap\n${stdout}`);
  }
  return { seed: first, steps: 0 };
}

/** Real programs over a build, whose every allocation fails in turn. */
const sweep = ({ module }) => ({
  name: `nomem over ${module}`,
  run() {
    const args = ['--test', '--test-reporter=spec', 'test/programs/nomem.test.js'];
    const { status, stdout } = run(process.execPath, args, {
      env: { ...process.env, TLSF_TESTS: 'torture', TLSF_OVER: module },
    });
    if (status !== 0) throw new Error(stdout);
    return { steps: 0 };
  },
});

/** Each part: its share of the time, and its jobs, which divide that. */
export const PARTS = {
  fuzz: { share: 4, help: 'coverage-guided, sanitizers, checks after each step', jobs: fuzzers },
  random: {
    share: 2,
    help: 'random sequences, sanitizers, checks after each step',
    jobs: () => randoms(['-m64', '-m32'], SANITIZED, [], 20),
  },
  wrap: {
    share: 1,
    help: 'the same in 32-bit memory that ends at 2^32, without AddressSanitizer',
    jobs: () => randoms([WRAP], [], [], 50),
  },
  fast: {
    share: 2,
    help: 'optimised, no sanitizers, checks each 1000th step',
    jobs: () => randoms(['-m64', '-m32'], OPTIMISED, ['every', '1000', 'length', '100000'], 5),
  },
  behaviour: {
    share: 1,
    help: 'the wasm modules against the shadow, new seeds',
    jobs: () => Array(availableParallelism()).fill({ name: 'heap.test.js', run: behave }),
  },
  sweeps: {
    share: 0,
    help: 'each allocation of real programs fails in turn: as long as it takes',
    jobs: () => inPrograms.map(sweep),
  },
};
