// SPDX-License-Identifier: MIT OR Apache-2.0
// Mutation testing of src/: each small change must be seen by a quick test.
// One that gives the same machine code in every shape is no change. Those
// that no test sees must be explained in survivors.txt, and nothing else may
// stand there; of a sample only the first is asked.
//
//   mutate [--sample N] [--seed S] [--jobs J] [--again] [FILE...]
//
// --again tries only what survived the last time, or is new. The other fates
// are taken as they were: what a test saw then is not asked of the tests of now.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import { compileFlags, root, sources, testDefines } from '../../tools/build.js';
import { FAMILIES, moduleOf, MODULES } from '../../tools/builds.js';
import { progress } from '../../tools/progress.js';
import { RUNS } from '../boundary/runs.js';
import { besideState, GUARDED, TWIN } from '../support/modules.js';
import { MACHINES, runnable, SANITIZERS } from '../support/native.js';
import { families, indexSource, shape } from '../support/shapes.js';
import { mutantsOf } from './mutants.js';

/** What is changed: all that decides. What others include, and a build's list of parts, do not. */
export const FILES = Object.keys(
  await sources(
    'src/core',
    'src/flat',
    'src/hard',
    'src/checked',
    'src/given',
    'src/small',
    'src/fast',
    'wasm/own',
  ),
)
  .filter((file) => !/compiler_(msvc|c17)/.test(file)) // what other compilers read: test/compilers
  .filter(
    (file) =>
      !/\/(limit|row|row_steps|elsewhere|inside|inspect|noted_growth|one_pool|rest|view)\.h$/.test(
        file,
      ),
  ) // heap.o: test/inspect
  .sort();
const LEAST = 95; // per cent

const CLANG = process.env.NATIVE_CLANG ?? 'clang-19';
const LINKER = CLANG.replace('clang', 'wasm-ld');
const linkersHelp = () => spawnSync(LINKER, ['--help'], { encoding: 'utf8' }).stdout;
const HINT = `it takes ${CLANG}, wasm-ld and 32-bit headers (Debian: apt-get install clang-19 lld-19 libclang-rt-19-dev gcc-multilib); NATIVE_CLANG names another`;
const NATIVE = ['-std=gnu17', '-w', '-O1', '-Itest/support'];
const BUILD_SECONDS = 120;
const RUN_SECONDS = 10; // at least; else 20 times what it takes without a mutant
const out = join(root, 'build', 'mutation');

/** Runs a program; its status, or the signal that ended it, as one that takes too long is. */
function run(command, args, seconds = BUILD_SECONDS) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: Math.ceil(seconds * 1000),
      killSignal: 'SIGKILL',
    });
    let text = '';
    child.stderr.on('data', (part) => (text = (text + part).slice(0, 2000)));
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status: signal ?? status, text }));
  });
}

const digest = async (path) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/** Flags that find src/ in a directory of its own, and tell which files were read. */
const inside = (directory, flags) => [
  ...flags.map((flag) => flag.replace(/^-I(src|wasm)/, `-I${directory}/$1`)),
  '-MMD',
  '-MF',
  join(directory, 'read.d'),
];

/**
 * A way to see a change: build(directory) gives {status}, then see(directory).
 * Of the sources the one that includes a build comes last.
 */
function nativeCheck({ name, machine, source, args, flags }, more = []) {
  const binary = (directory) => join(directory, 'program');
  return {
    name,
    file: binary,
    build: (directory) =>
      run(CLANG, [
        ...MACHINES[machine],
        ...NATIVE,
        ...more,
        ...inside(directory, flags),
        ...[source].flat(),
        '-o',
        binary(directory),
      ]),
    see: (directory, seconds) =>
      run(runnable(binary(directory), CLANG, MACHINES[machine]), args, seconds),
  };
}

/** A build's checked twin, under the model of the wasm tests. */
function wasmCheck(build) {
  const object = (directory) => join(directory, 'object.o');
  const module = (directory) => join(directory, 'module.wasm');
  const flags = [...compileFlags(build), ...testDefines(build)].filter(
    (flag) => flag !== '-flto' && !flag.startsWith('-W'),
  );
  const linking = build.link ?? ['--global-base=8'];
  const exported = [...build.exports, ...TWIN, '__heap_base'].map((each) => `--export=${each}`);
  return {
    name: `${build.module}.wasm`,
    file: object,
    build: (directory) =>
      run(CLANG, [
        ...inside(directory, flags),
        '-w',
        '-c',
        'test/support/checked.c',
        '-o',
        object(directory),
      ]),
    see: async (directory, seconds) => {
      const linked = await run(LINKER, [
        '--no-entry',
        '--gc-sections',
        ...(build.alone ? besideState(linkersHelp()) : ['-z', 'stack-size=0']),
        ...linking,
        '--max-memory=4294967296',
        ...exported,
        object(directory),
        '-o',
        module(directory),
      ]);
      if (linked.status !== 0) throw new Error(linked.text);
      return run(
        process.execPath,
        ['test/mutation/exercise.js', module(directory), String(build.alone), build.module],
        seconds,
      );
    },
  };
}

/** The modules that one thread runs; test/threads runs the others. */
const single = [
  ...Object.values(FAMILIES).filter(({ shared }) => !shared),
  ...GUARDED.map((name) => MODULES[name]),
];

const CHECKS = [...RUNS.map((each) => nativeCheck(each)), ...single.map(moduleOf).map(wasmCheck)];

const PROGRAMS = {
  corpus: (target) => ({
    source: ['test/fuzz/fuzz.c', `test/fuzz/${target}.c`],
    args: ['corpus', `test/fuzz/corpus/${target}.hex`],
    more: ['-Itest/fuzz', '-D_GNU_SOURCE'],
  }),
  states: (...args) => ({ source: 'test/statespace/statespace.c', args, more: [] }),
  index: (of) => ({ source: indexSource(of.build), args: ['8', '26'], more: [] }),
};
const slow = (of, { source, args, more }, flags = []) =>
  nativeCheck({
    ...of,
    name: `${[source].flat().at(-1)} ${args.join(' ')}, ${of.name}`,
    source,
    args,
    flags: [...of.flags, ...flags, ...more],
  });

const SMALL = { TLSF_SLLEN: 8, TLSF_FLLEN: 3 };
const PAGES = { ...SMALL, HOST_PAGE_LOG: 5 };

/** Slower, for what those do not see: the fuzzers' corpus, the state space, the index. */
const SECOND = [
  ...['-m64', '-m32'].flatMap((machine) => [
    ...families.map((name) => slow(shape(name, machine), PROGRAMS.corpus('family'))),
    slow(shape('core', machine), PROGRAMS.corpus('core')),
  ]),
  ...families.flatMap((name) => [
    slow(shape(name, '-m32', PAGES), PROGRAMS.states('1', '3', '2000'), ['-DFAMILY=1']),
    slow(shape(name, '-m32', PAGES), PROGRAMS.states('1', '50', '2000', '1', '66'), ['-DFAMILY=1']),
  ]),
  slow(shape('core', '-m32', SMALL), PROGRAMS.states('8'), ['-DFAMILY=0']),
  ...families.map((name) => shape(name, '-m32')).map((of) => slow(of, PROGRAMS.index(of))),
];

/** For what no other saw. What they build names source files, so it always differs. */
const SANITIZED = RUNS.filter(({ program }) => program !== 'checker')
  .slice(0, 6)
  .map((each) => nativeCheck(each, SANITIZERS));

/** Can a check see a change of this file? Only if its build read it. */
const canSee = (file, check) => check.read.has(file);

/** The files of src/ that the last build in a directory read. */
const filesRead = async (directory) =>
  new Set(
    [...(await readFile(join(directory, 'read.d'), 'utf8')).matchAll(/\/((?:src|wasm)\/\S+)/g)].map(
      ([, path]) => normalize(path),
    ),
  );

async function directoryOf(job) {
  const directory = join(out, `job${job}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const folder of ['src', 'wasm'])
    await cp(join(root, folder), join(directory, folder), { recursive: true });
  return directory;
}

/** What each check builds of the sources as they are; all pass. */
async function originals(directory) {
  const checks = [...CHECKS, ...SECOND, ...SANITIZED];
  const shown = progress(checks.length);
  for (const check of checks) {
    shown.step(`without a mutant: ${check.name}`);
    const built = await check.build(directory);
    if (built.status !== 0) throw new Error(`${check.name} does not build: ${built.text}\n${HINT}`);
    check.read = await filesRead(directory);
    check.original = await digest(check.file(directory));
    const start = performance.now();
    const { status, text } = await check.see(directory);
    check.seconds = Math.max(RUN_SECONDS, (performance.now() - start) / 50);
    if (status !== 0) throw new Error(`${check.name} fails without a mutant: ${text}`);
  }
  shown.done();
}

/** 'refused', 'same', 'survived', or the name of the check that saw it. */
async function fateOf(mutant, directory) {
  await writeFile(join(directory, mutant.file), mutant.source);
  let differs = false;
  for (const check of CHECKS.filter((each) => canSee(mutant.file, each))) {
    if ((await check.build(directory)).status !== 0) return 'refused';
    if ((await digest(check.file(directory))) === check.original) continue;
    differs = true;
    if ((await check.see(directory, check.seconds)).status !== 0) return check.name;
  }
  for (const check of differs
    ? [...SECOND, ...SANITIZED].filter((each) => canSee(mutant.file, each))
    : []) {
    if ((await check.build(directory)).status !== 0) return 'refused';
    if ((await digest(check.file(directory))) === check.original) continue;
    if ((await check.see(directory, check.seconds)).status !== 0) return check.name;
  }
  return differs ? 'survived' : 'same';
}

/** {key: reason} of survivors.txt: a reason after #, then those it explains. */
export function explanations(text) {
  const found = new Map();
  let reason = '';
  let isOpen = false;
  for (const line of text.split('\n').filter(Boolean)) {
    if (line.startsWith('#')) {
      reason = isOpen ? `${reason} ${line.slice(2)}` : line.slice(2);
      isOpen = true;
    } else {
      found.set(line, reason);
      isOpen = false;
    }
  }
  return found;
}

/** N of the mutants, the same for the same seed. */
export function sampled(mutants, n, seed) {
  const rank = (mutant) => createHash('sha256').update(`${seed} ${mutant.key}`).digest('hex');
  const ranked = mutants
    .map((mutant) => [rank(mutant), mutant])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return ranked.slice(0, n).map(([, mutant]) => mutant);
}

const last = join(out, 'fates.json');

/** {key: fate} of the last runs. */
const fatesKept = async () => (existsSync(last) ? JSON.parse(await readFile(last, 'utf8')) : {});
const keep = (mutants, known) =>
  writeFile(last, JSON.stringify({ ...known, ...fatesOf(mutants) }, null, 1));
export const fatesOf = (mutants) => Object.fromEntries(mutants.map(({ key, fate }) => [key, fate]));

/** What --again need not try: those that did not survive, where they are now. */
export function remember(mutants, known) {
  for (const mutant of mutants) {
    if (known[mutant.key] !== 'survived') mutant.fate = known[mutant.key];
  }
}

async function tryAll(mutants, jobs, known) {
  const queue = [...mutants];
  const shown = progress(mutants.length);
  let done = 0;
  const survived = () => mutants.filter(({ fate }) => fate === 'survived').length;
  await Promise.all(
    Array.from({ length: jobs }, async (_, job) => {
      const directory = await directoryOf(job);
      for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
        shown.step(`${survived()} survived; ${mutant.file}:${mutant.line}`);
        mutant.fate ??= await fateOf(mutant, directory);
        await cp(join(root, mutant.file), join(directory, mutant.file));
        if (mutant.fate === 'survived')
          shown.say(`survived ${mutant.file}:${mutant.line}: ${mutant.before} => ${mutant.after}`);
        if (++done % 100 === 0) await keep(mutants, known);
      }
    }),
  );
  shown.done();
}

const COUNTED = ['mutants', 'refused', 'same', 'killed', 'survived'];

function table(mutants) {
  const rows = [...new Set(mutants.map(({ file }) => file)), 'all'].map((file) => {
    const own = mutants.filter((mutant) => file === 'all' || mutant.file === file);
    const of = (what) => own.filter((mutant) => mutant.fate === what).length;
    const killed = own.length - of('refused') - of('same') - of('survived');
    const score = (100 * killed) / (killed + of('survived'));
    return {
      file,
      numbers: [own.length, of('refused'), of('same'), killed, of('survived')],
      score,
    };
  });
  console.log(
    `\n${'file'.padEnd(24)}${COUNTED.map((name) => name.padStart(10)).join('')}     score`,
  );
  for (const { file, numbers, score } of rows) {
    console.log(
      `${file.padEnd(24)}${numbers.map((n) => String(n).padStart(10)).join('')}  ${score.toFixed(1).padStart(6)} %`,
    );
  }
  return rows.at(-1).score;
}

/** What is wrong with survivors.txt. `all`: every mutant was tried. */
export function complaints(mutants, explained, all) {
  const survivors = new Set(
    mutants.filter(({ fate }) => fate === 'survived').map(({ key }) => key),
  );
  const tried = new Set(mutants.map(({ key }) => key));
  const missing = [...survivors]
    .filter((key) => !explained.has(key))
    .map((key) => `not explained: ${key}`);
  const stale = [...explained.keys()]
    .filter((key) => (all || tried.has(key)) && !survivors.has(key))
    .map((key) => `explained, but it does not survive: ${key}`);
  return [...missing, ...stale];
}

/** Explanations of no mutant: the line that they are of has changed. */
export function unknown(mutants, explained) {
  const keys = new Set(mutants.map(({ key }) => key));
  return [...explained.keys()].filter((key) => !keys.has(key));
}

const quit = (why) => {
  console.error(`mutate: ${why}`);
  process.exit(1);
};

function parse(options) {
  let parsed;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch (error) {
    quit(`${error.message.split('. ')[0]}; its options: --sample N, --seed S, --jobs N, --again`);
  }
  for (const name of ['sample', 'jobs']) {
    const value = parsed.values[name];
    if (value !== undefined && !/^[1-9]\d*$/.test(value))
      quit(`--${name} ${value}: must be a number from 1 on`);
  }
  const strange = parsed.positionals.find((file) => !FILES.includes(file));
  if (strange) quit(`there is no ${strange}; there are: ${FILES.join(', ')}`);
  return parsed;
}

async function main() {
  const options = {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    again: { type: 'boolean' },
    jobs: { type: 'string', default: '2' },
  };
  const { values, positionals } = parse(options);
  const files = positionals.length ? positionals : FILES;
  const every = (
    await Promise.all(
      files.map(async (file) => mutantsOf(file, await readFile(join(root, file), 'utf8'))),
    )
  ).flat();
  // In any order but that of the files: what is said on the way is of all.
  const mutants = sampled(every, Number(values.sample ?? every.length), values.seed);
  const known = await fatesKept();
  if (values.again) remember(mutants, known);
  await originals(await directoryOf(0));
  await tryAll(mutants, Number(values.jobs), known);
  await keep(mutants, known);
  const score = table(mutants.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file)));
  const list = join(import.meta.dirname, 'survivors.txt');
  const explained = explanations(existsSync(list) ? await readFile(list, 'utf8') : '');
  const wrong = complaints(mutants, explained, !values.sample && !positionals.length);
  for (const line of wrong) console.error(`mutate: ${line}`);
  if (!wrong.length) console.log('each that survived is explained in test/mutation/survivors.txt');
  if (!values.sample && score < LEAST)
    console.error(`mutate: ${score.toFixed(1)} % is less than ${LEAST} %`);
  if (wrong.length || (!values.sample && score < LEAST)) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) await main();
