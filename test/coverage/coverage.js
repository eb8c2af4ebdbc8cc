// SPDX-License-Identifier: MIT OR Apache-2.0
// Coverage: of src/ on the host (regions, branches, MC/DC), of the
// compiled modules (functions and both ways of each decision), of the wasm
// port and of the build driver. Less than all fails, except what exceptions.js lists.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError } from '../../tools/toolchain.js';
import { compile, compileFlags, LINK, link, root, sources } from '../../tools/build.js';
import { ARCHIVES, FAMILIES } from '../../tools/builds.js';
import { progress } from '../../tools/progress.js';
import { RUNS } from '../boundary/runs.js';
import { EXCEPTIONS } from './exceptions.js';
import { nativeCoverage } from './native.js';
import { nodeCoverage } from './node.js';
import { exercise, missed } from './wasm.js';

const lineOf = (file, key) =>
  readFileSync(join(root, file), 'utf8').split('\n')[parseInt(key, 10) - 1].trim();

/** A row of the report: {what, kind, total, missed: [place...]}. */
function nativeRows(step) {
  const union = nativeCoverage(step);
  return Object.entries(union).flatMap(([kind, files]) =>
    [...files].sort().map(([file, places]) => {
      const outcomes = [...places].flatMap(([key, counts]) =>
        counts.map((count, i) => ({
          key,
          count,
          side: counts.length > 1 ? [' never true', ' never false'][i] : '',
        })),
      );
      const none = outcomes
        .filter(({ count }) => !(count > 0))
        .map(({ key, side }) => `${lineOf(file, key)}${side}`);
      return { what: file, kind, total: outcomes.length, missed: none };
    }),
  );
}

/** The modules that one thread runs; test/threads runs the others. */
const modules = Object.values(FAMILIES).filter(({ shared }) => !shared);

async function moduleRows(step) {
  const rows = [];
  for (const { module: name } of modules) {
    step(`dist/${name}.wasm`);
    const { places, seen } = exercise(await readFile(join(root, 'dist', `${name}.wasm`)));
    rows.push({ what: `dist/${name}.wasm`, kind: 'outcomes', ...missed(places, seen) });
  }
  return rows;
}

/** The functions that only wasm has, each one statement: they ran. */
const PORT = [
  'pages_limit',
  'pages_grow_past',
  'pages_grow_by',
  'pages_size',
  'pages_start',
  'pages_end',
  'pages_below',
  'pages_set_errno',
  'pages_are_bytes',
  'pages_of_one_thread',
  'bytes_missing',
  'bytes_count',
  'bytes_past',
  'bytes_copy',
  'bytes_clear',
];

async function portRow() {
  const defined = readFileSync(join(root, 'wasm', 'pages.h'), 'utf8').matchAll(
    /^static .*?\*?\b(?!__)(\w+)\(/gm,
  );
  for (const [, name] of defined)
    if (!PORT.includes(name))
      throw new BuildError(`coverage: ${name} of wasm/pages.h is not known to test/coverage`);
  const [build] = Object.values(ARCHIVES);
  const flags = [...compileFlags(build), '-O0'];
  const object = await compile(build.source, await sources('src', 'wasm'), flags);
  // Unoptimised code takes a stack, and names are kept.
  const linking = LINK.filter(
    (flag) => !['--strip-debug', '-z', 'stack-size=0', '--global-base=8'].includes(flag),
  );
  const { places, seen } = exercise(await link([object], build.exports, linking));
  const own = places
    .map((place, i) => [place, seen[i]])
    .filter(([{ where }]) => PORT.includes(where));
  const decisions = own
    .filter(([{ what }]) => what !== 'entry')
    .map(([{ where }]) => `${where} decides`);
  const entered = own
    .filter(([{ what }, [, times]]) => what === 'entry' && times)
    .map(([{ where }]) => where);
  return {
    what: 'wasm/pages.h, core/bytes.h',
    kind: 'functions',
    total: PORT.length,
    missed: [...PORT.filter((name) => !entered.includes(name)), ...decisions],
  };
}

const nodeRows = async () =>
  [...(await nodeCoverage())].map(([file, lines]) => ({
    what: file,
    kind: 'lines',
    total: lines.length,
    missed: lines.filter(({ ran }) => !ran).map(({ text }) => text),
  }));

/** What is missed but no exception, and exceptions that nothing misses. */
export function complaints(rows, exceptions) {
  const used = new Set();
  const isExcepted = ({ what }, text) => {
    const key = Object.keys(exceptions).find((each) => `${what}: ${text}`.startsWith(each));
    if (key) used.add(key);
    return key !== undefined;
  };
  const wrong = rows.flatMap((row) =>
    row.missed
      .filter((text) => !isExcepted(row, text))
      .map((text) => `not covered: ${row.what} ${row.kind}: ${text}`),
  );
  const stale = Object.keys(exceptions)
    .filter((key) => !used.has(key))
    .map((key) => `an exception that is not needed: ${key}`);
  return [...wrong, ...stale];
}

function print(rows) {
  console.log(
    `${'of'.padEnd(24)}${'kind'.padEnd(12)}${'covered'.padStart(8)}${'of'.padStart(6)}  excepted`,
  );
  for (const { what, kind, total, missed: none } of rows) {
    console.log(
      `${what.padEnd(24)}${kind.padEnd(12)}${String(total - none.length).padStart(8)}${String(total).padStart(6)}${none.length ? String(none.length).padStart(10) : ''}`,
    );
  }
  console.log('\nExceptions:');
  for (const [place, reason] of Object.entries(EXCEPTIONS))
    console.log(`  ${place}\n      ${reason}`);
}

async function main() {
  const shown = progress(RUNS.length + modules.length + 1);
  const driver = nodeRows(); // the one processor, while the other does the rest
  const rows = [...nativeRows(shown.step), ...(await moduleRows(shown.step)), await portRow()];
  shown.step('the build driver, by its tests');
  rows.push(...(await driver));
  shown.done();
  const wrong = complaints(rows, EXCEPTIONS);
  print(rows);
  for (const line of wrong) console.error(`coverage: ${line}`);
  if (wrong.length) process.exitCode = 1;
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
