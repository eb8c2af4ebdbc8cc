// SPDX-License-Identifier: MIT OR Apache-2.0
// What takes long. ./build.sh torture SECONDS [PART...] divides the seconds
// among the parts below, except sweeps, which take what they take; the first failure ends it, with how to repeat it.
// ./build.sh torture corpus makes the committed corpora of what was found.
import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tools/build.js';
import { progress } from '../tools/progress.js';
import {
  build,
  CORPUS,
  execute,
  FUZZER,
  missing,
  missingFuzzer,
  targets,
  WRAP,
} from './fuzz/build.js';
import { CLANG, GCC, OPTIMISED, run, SANITIZED } from './support/native.js';

const out = join(root, 'build', 'torture');
const WHERE = { '-m64': [], '-m32': [], [WRAP]: ['wrap'] };

const newSeed = () => randomInt(2 ** 32 - 2 ** 24);
const found = (target) => join(out, target);

/** A job that can't be is named; in CI that is a failure. */
function require(lacks) {
  if (lacks && process.env.CI) throw new Error(lacks);
  if (lacks) console.log(`not run: ${lacks}`);
  return !lacks;
}

/** Hexadecimal lines as files, which is what libFuzzer reads and adds to. */
function unpack(target) {
  mkdirSync(found(target), { recursive: true });
  const lines = readFileSync(join(root, CORPUS[target]), 'utf8').trim().split('\n');
  lines.forEach((line, i) => writeFileSync(join(found(target), `${i}`), Buffer.from(line, 'hex')));
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
        targets(machine).map(([target, shape]) => ({
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

/** A test file of ours, in its long form. */
const long = (file) => ({
  name: file,
  run() {
    const { status, stdout } = run(process.execPath, ['--test', '--test-reporter=spec', file], {
      env: { ...process.env, TLSF_TESTS: 'torture' },
    });
    if (status !== 0) throw new Error(stdout);
    return { steps: 0 };
  },
});

/** Each part: its share of the time, and its jobs, which divide that. */
const PARTS = {
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
    jobs: () => [{ name: 'heap.test.js', run: behave }],
  },
  sweeps: {
    share: 0,
    help: 'each allocation of real programs fails in turn: as long as it takes',
    jobs: () => [long('test/programs/nomem.test.js')],
  },
};

function runPart(name, seconds) {
  const jobs = PARTS[name].jobs();
  const start = Date.now();
  const shown = progress(jobs.length);
  let steps = 0;
  for (const job of jobs) {
    shown.step(`${name}: ${job.name}`);
    const result = job.run(seconds / jobs.length);
    steps += result.steps;
    shown.say(
      `${name}: ${job.name}: ${result.steps ? `${result.steps} steps, ` : ''}${result.seed === undefined ? 'all' : `from seed ${result.seed}`}`,
    );
  }
  shown.done();
  console.log(
    `${name}: ${steps} steps in ${Math.round((Date.now() - start) / 1000)} s, no failure\n`,
  );
  return steps;
}

function torture(seconds, names) {
  const shares = names.reduce((sum, name) => sum + PARTS[name].share, 0);
  const steps = names.reduce(
    (sum, name) => sum + runPart(name, (seconds * PARTS[name].share) / shares),
    0,
  );
  console.log(`torture: ${steps} steps, no failure`);
}

function merge(path, kept, from) {
  const { status, stderr } = run(path, ['-set_cover_merge=1', kept, from]);
  if (status !== 0) throw new Error(stderr);
}

/** The fewest inputs that cover what all cover in every shape, a line each. */
function minimise(target) {
  const kept = join(out, `${target}.kept`);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  for (const [of, shape] of ['-m64', '-m32'].flatMap(targets)) {
    if (of === target) merge(build(target, CLANG, shape, FUZZER), kept, found(target));
  }
  const lines = readdirSync(kept).map((name) => readFileSync(join(kept, name), 'hex'));
  lines.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  writeFileSync(join(root, CORPUS[target]), `${lines.join('\n')}\n`);
  console.log(`${CORPUS[target]}: ${lines.length} sequences, ${lines.join('').length / 2} bytes`);
}

function usage(what) {
  console.error(`torture: ${what}`);
  console.log('usage: ./build.sh torture SECONDS [PART...] | corpus\n');
  for (const [name, { help }] of Object.entries(PARTS)) console.log(`  ${name.padEnd(10)} ${help}`);
  process.exitCode = 2;
}

const [what, ...chosen] = process.argv.slice(2);
const names = chosen.length ? chosen : Object.keys(PARTS);
mkdirSync(out, { recursive: true });
try {
  const strange = what === 'corpus' ? chosen[0] : names.find((name) => !Object.hasOwn(PARTS, name));
  if (!/^[1-9]\d{0,6}$|^corpus$/.test(what ?? ''))
    usage(
      what === undefined
        ? 'say for how many seconds'
        : `${what}: must be a number of seconds, 1 to 9999999`,
    );
  else if (strange !== undefined)
    usage(
      what === 'corpus' ? `${strange}: corpus takes no argument` : `there is no part ${strange}`,
    );
  else if (what === 'corpus') Object.keys(CORPUS).forEach(minimise);
  else {
    Object.keys(CORPUS).forEach(unpack);
    torture(Number(what), names);
  }
} catch (error) {
  const path = join(out, 'failure.txt');
  writeFileSync(path, error.message);
  console.error(`torture: FAILED\n${error.message}\nkept in ${path}`);
  process.exitCode = 1;
}
