// SPDX-License-Identifier: MIT OR Apache-2.0
// What takes long. ./build.sh torture SECONDS [PART...] divides the seconds
// among the parts, except sweeps, which take what they take; the first failure
// ends it, with how to repeat it.
// ./build.sh torture corpus makes the committed corpora of what was found.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/build.js';
import { clock, progress } from '../../tools/progress.js';
import { build, CORPUS, FUZZER, targets } from '../fuzz/build.js';
import { CLANG, run } from '../support/native.js';
import { found, out, PARTS } from './parts.js';

const JOB = join(import.meta.dirname, 'job.js');

/** The result of a job, which runs in a process of its own. */
async function runJob(part, number, seconds) {
  const child = fork(JOB, [part, String(number), String(seconds)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (said?.result) return said.result;
  throw new Error(said?.error ?? `${part}: its process ended without a result`);
}

/** Runs the jobs of a part side by side, one for each processor. */
async function runPart(name, seconds) {
  const jobs = PARTS[name].jobs();
  const side = Math.min(availableParallelism(), jobs.length);
  const start = performance.now();
  const shown = progress(jobs.length);
  const left = jobs.entries();
  let steps = 0;
  const runOthers = async () => {
    for (const [number, job] of left) {
      shown.step(`${name}: ${job.name}`);
      const result = await runJob(name, number, (seconds * side) / jobs.length);
      steps += result.steps;
      const counted = result.steps ? `${result.steps} steps, ` : '';
      const from = result.seed === undefined ? 'all' : `from seed ${result.seed}`;
      shown.say(`${name}: ${job.name}: ${counted}${from}`);
    }
  };
  await Promise.all(Array.from({ length: side }, runOthers));
  shown.done();
  console.log(`${name}: ${steps} steps in ${clock(performance.now() - start)}, no failure\n`);
  return steps;
}

async function torture(seconds, names) {
  const shares = names.reduce((sum, name) => sum + PARTS[name].share, 0);
  let steps = 0;
  for (const name of names) steps += await runPart(name, (seconds * PARTS[name].share) / shares);
  console.log(`torture: ${steps} steps, no failure`);
}

/** Hexadecimal lines as files, which is what libFuzzer reads and adds to. */
function unpack(target) {
  mkdirSync(found(target), { recursive: true });
  const lines = readFileSync(join(root, CORPUS[target]), 'utf8').trim().split('\n');
  lines.forEach((line, i) => writeFileSync(join(found(target), `${i}`), Buffer.from(line, 'hex')));
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
    await torture(Number(what), names);
  }
} catch (error) {
  const path = join(out, 'failure.txt');
  writeFileSync(path, error.message);
  console.error(`torture: FAILED\n${error.message}\nkept in ${path}`);
  process.exit(1); // other jobs may run still
}
