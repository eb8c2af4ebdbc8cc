// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh test: runs the test files side by side, one for each processor.
//
//   test           every suite on every build, in small
//   test all       the whole
//   test NAME...   the files of these names, whole, with all that they print
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { inspect } from 'node:util';
import { root } from '../../tools/build.js';
import { clock, progress } from '../../tools/progress.js';

/**
 * These take longest: they begin first, so that no processor idles at the end.
 * nomem uses what programs compiles, so it does not begin beside it.
 */
const LONGEST = [
  'programs',
  'preload',
  'heap',
  'nomem',
  'emscripten',
  'fuzz',
  'compare',
  'engines',
  'page',
  'reproducible',
  'failure',
  'build',
  'aliasing',
  'bench',
  'members',
  'libcxx',
  'boundary',
  'linking',
  'headers',
  'growth',
  'loader',
  'statespace',
];

const nameOf = (file) => basename(file, '.test.js');

/** All test files, which stand beside what they test, the longest first. */
async function find() {
  const found = [];
  for (const directory of ['test', 'bench', 'compare', 'tools']) {
    const names = await readdir(join(root, directory), { recursive: true });
    found.push(...names.map((name) => join(root, directory, name)));
  }
  const rank = (file) => (LONGEST.indexOf(nameOf(file)) + 1 || LONGEST.length + 1) - 1;
  return found
    .filter((name) => name.endsWith('.test.js'))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The files that the arguments ask for. */
function choose(all, names) {
  const chosen = names.map((name) => all.filter((file) => nameOf(file) === nameOf(name)));
  const strange = names[chosen.findIndex((files) => !files.length)];
  if (strange === undefined) return [...new Set(chosen.flat())];
  const there = [...new Set(all.map(nameOf))].sort();
  console.error(`build.sh: there is no test ${strange}; there are: ${there.join(', ')}`);
  process.exit(1);
}

/** Where a test stands; what support/ makes has its place in its name. */
const placeOf = (file) =>
  file && !file.includes(import.meta.dirname) ? relative(root, file) : undefined;

/** A failed test, in full; that a test in it failed is told by that one. */
function failureText(path, error) {
  if (error.failureType === 'subtestsFailed') return undefined;
  const cause = inspect(error.cause ?? error, { colors: process.stdout.isTTY, breakLength: 100 });
  return `✖ ${path}\n  ${cause.replaceAll('\n', '\n  ')}`;
}

/** One line for each file; failures in full; node's closing summary. */
async function report(events, total) {
  const shown = progress(total, process.stdout);
  const running = new Map();
  const path = [];
  const failed = [];
  const tellRunning = () => shown.now([...running.keys()].map(nameOf).join(', '));
  const begin = (file) => {
    running.set(file, performance.now());
    tellRunning();
  };
  const end = (file, passed) => {
    const seconds = (performance.now() - running.get(file)) / 1000;
    running.delete(file);
    shown.step('');
    const mark = passed === false ? '✖' : '✔';
    shown.say(`${mark} ${relative(root, file)} (${seconds.toFixed(1)} s)`);
    tellRunning();
  };
  for await (const { type, data } of events) {
    const isFile = data.nesting === 0 && data.name === data.file;
    if (type === 'test:dequeue' && isFile) begin(data.file);
    if (type === 'test:complete' && isFile) end(data.file, data.details?.passed);
    if (type === 'test:start') path.splice(data.nesting, path.length, data.name);
    if (type === 'test:stdout' || type === 'test:stderr') shown.say(data.message.trimEnd());
    if (type === 'test:fail' && data.todo === undefined) {
      const where = [placeOf(data.file), ...path.slice(0, data.nesting), data.name].filter(Boolean);
      const text = failureText(where.join(' > '), data.details.error);
      if (text) shown.say(text);
      if (text) failed.push(where.join(' > '));
    }
    if (type === 'test:diagnostic' && data.nesting === 0 && !data.file)
      shown.say(`ℹ ${data.message}`);
  }
  shown.done();
  if (failed.length) console.log(`\nfailed:\n${failed.map((each) => `  ✖ ${each}`).join('\n')}`);
}

const names = process.argv.slice(2);
const all = await find();
const isNamed = names.length > 0 && names[0] !== 'all';
const files = isNamed ? choose(all, names) : all;
if (!isNamed) process.env.TLSF_TESTS = names.length ? 'all' : 'small';
const start = performance.now();
const events = run({ files, concurrency: availableParallelism() });
events.on('test:fail', ({ todo }) => {
  if (todo === undefined) process.exitCode = 1;
});
if (isNamed) events.compose(new spec()).pipe(process.stdout);
else {
  await report(events, files.length);
  console.log(`in ${clock(performance.now() - start)}`);
}
