// SPDX-License-Identifier: MIT OR Apache-2.0
// Source coverage of src/ on the host, by clang and llvm-cov, united over
// programs and shapes: a place counts as covered if some shape covers it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { BuildError } from '../../tools/toolchain.js';
import { root } from '../../tools/build.js';
import { RUNS } from '../boundary/runs.js';
import { binaryOf, program } from '../support/native.js';

const LLVM = process.env.LLVM_SUFFIX ?? '-19';
const FLAGS = [
  '-std=gnu17',
  '-O0',
  '-w',
  '-fprofile-instr-generate',
  '-fcoverage-mapping',
  '-fcoverage-mcdc',
  '-Itest/support',
];
const HINT = `it takes clang${LLVM} and llvm${LLVM} (Debian: apt-get install clang${LLVM} llvm${LLVM} libclang-rt${LLVM}-dev gcc-multilib); LLVM_SUFFIX names other versions`;

const out = join(root, 'build', 'coverage');

function run(command, args, env = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  if (error) throw new BuildError(`coverage: ${command} does not run: ${HINT}`);
  if (status !== 0)
    throw new BuildError(`coverage: ${command} ${args.join(' ')} failed: ${stderr}\n${HINT}`);
  return stdout;
}

const keyOf = (line, column) => `${line}:${column}`;

/** A place's own numbers in the union: [0, 0] of a branch, for example. */
function place(table, file, key, make) {
  if (!table.has(file)) table.set(file, new Map());
  const places = table.get(file);
  if (!places.has(key)) places.set(key, make());
  return places.get(key);
}

/** What the union holds: file => key => what was seen there. */
export const emptyUnion = () => ({
  regions: new Map(),
  branches: new Map(),
  conditions: new Map(),
});

/** The sources' own files, as the project names them; others are undefined. */
function nameOf(path) {
  const name = relative(root, path);
  return name.startsWith('src/') ? name : undefined;
}

/** Kinds of regions: a macro's use is an expansion. */
const [CODE, EXPANSION] = [0, 1];

/**
 * Where conditions are constant in this shape: 'file line:column'. llvm-cov leaves
 * these branches out of its JSON, so that they are read from its text.
 */
function foldedPlaces(text) {
  const places = new Set();
  let file;
  for (const line of text.split('\n')) {
    const [, path] = /^(\/.*):$/.exec(line) ?? [];
    if (path) file = nameOf(path);
    const [, at] = /Branch \((\d+:\d+)\): \[Folded/.exec(line) ?? [];
    if (at) places.add(`${file} ${at}`);
  }
  return places;
}

const texts = new Map();
function textOf(file) {
  if (!texts.has(file)) texts.set(file, readFileSync(join(root, file), 'utf8').split('\n'));
  return texts.get(file);
}

const isAfter = (line, column, [otherLine, otherColumn]) =>
  line > otherLine || (line === otherLine && column >= otherColumn);

/**
 * How often a constant condition was true and false: the code that it guards,
 * which comes next, ran as often as the condition was true (after ||: false).
 */
function foldedOutcomes(file, regions, at) {
  const own = regions
    .filter(([l, c]) => keyOf(l, c) === at)
    .reduce((a, b) => (isAfter(b[2], b[3], [a[2], a[3]]) ? a : b));
  const [, , endLine, endColumn, count] = own;
  const [skipped, operator] = /^[\s)]*(&&|\|\||\?|)/.exec(
    textOf(file)[endLine - 1].slice(endColumn - 1),
  );
  const behind = regions.filter(
    ([l, c, , , , , , kind]) =>
      kind === CODE && isAfter(l, c, [endLine, endColumn + skipped.length]),
  );
  const taken = behind.reduce((a, b) => (isAfter(b[0], b[1], a) ? a : b))[4];
  return operator === '||' ? [count - taken, taken] : [taken, count - taken];
}

/** One function's regions, branches and decisions. */
function addFunction(union, entry, folded) {
  for (const [id, path] of entry.filenames.entries()) {
    const file = nameOf(path);
    if (!file) continue;
    const regions = entry.regions.filter((region) => region[5] === id && region[7] <= EXPANSION);
    const branches = entry.branches
      .filter((branch) => branch[6] === id)
      .map(([l, c, , , yes, no]) => [l, c, yes, no]);
    for (const at of new Set(regions.map(([l, c]) => keyOf(l, c)))) {
      if (!folded.has(`${file} ${at}`)) continue;
      branches.push([...at.split(':').map(Number), ...foldedOutcomes(file, regions, at), true]);
    }
    for (const [l, c, , , count, , , kind] of regions)
      if (kind === CODE) place(union.regions, file, keyOf(l, c), () => [0])[0] += count;
    for (const [l, c, yes, no] of branches) {
      const seen = place(union.branches, file, keyOf(l, c), () => [0, 0]);
      seen[0] += yes;
      seen[1] += no;
    }
    addDecisions(
      union,
      file,
      entry.mcdc_records.filter((record) => record[4] === id),
      branches,
    );
  }
}

/** Does an operand of && or || begin here, and not a part of one? */
function isOperand(file, line, column) {
  const before = textOf(file)[line - 1].slice(0, column - 1);
  return /(&&|\|\|)[\s(!]*$/.test(/\S/.test(before) ? before : textOf(file)[line - 2]);
}

/** MC/DC: which conditions of a decision were shown to decide it alone. */
function addDecisions(union, file, records, branches) {
  for (const [l1, c1, l2, c2, , , shown] of records) {
    const isIn = ([l, c]) => isAfter(l, c, [l1, c1]) && !isAfter(l, c, [l2, c2]);
    const first = branches.filter(isIn).reduce((a, b) => (isAfter(b[0], b[1], a) ? a : b));
    const inside = branches.filter(
      (branch) => isIn(branch) && (branch === first || isOperand(file, branch[0], branch[1])),
    );
    const sorted = inside.sort(([la, ca], [lb, cb]) => la - lb || ca - cb);
    if (sorted.length !== shown.length)
      throw new Error(`${file}:${l1}: ${shown.length} conditions, ${sorted.length} branches`);
    for (const [i, [l, c, , , constant]] of sorted.entries()) {
      if (!constant) place(union.conditions, file, keyOf(l, c), () => [0])[0] += Number(shown[i]);
    }
  }
}

/** Runs one program in one shape and adds what it covers. */
function addRun(union, { source, args, machine, flags }) {
  const path = program({
    compiler: `clang${LLVM}`,
    flags: [...FLAGS, machine, ...flags],
    sources: [source],
  });
  const profile = join(out, basename(path));
  run(path, args, { LLVM_PROFILE_FILE: `${profile}.profraw` });
  run(`llvm-profdata${LLVM}`, ['merge', `${profile}.profraw`, '-o', `${profile}.profdata`]);
  const show = (...command) =>
    run(`llvm-cov${LLVM}`, [
      ...command,
      binaryOf(path),
      `-instr-profile=${profile}.profdata`,
      join(root, 'src'),
    ]);
  const folded = foldedPlaces(show('show', '--show-branches=count'));
  for (const entry of JSON.parse(show('export')).data[0].functions)
    addFunction(union, entry, folded);
}

/** The union over all programs and shapes; `step` is told which runs. */
export function nativeCoverage(step = () => {}, runs = RUNS) {
  mkdirSync(out, { recursive: true });
  const union = emptyUnion();
  for (const each of runs) {
    step(each.name);
    addRun(union, each);
  }
  return union;
}
