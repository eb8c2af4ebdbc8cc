// SPDX-License-Identifier: MIT OR Apache-2.0
// Parts of documents that a command writes. Such a part stands between two
// lines, and everything else in the document is written by hand:
//
//   <!-- builds -->
//   | build | ...
//   <!-- /builds -->
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './build.js';
import { ALL_MODULES, ARCHIVES, FAMILY, MEMBERS, WIDE_ARCHIVES } from './builds.js';
import { readLedger } from './sizes.js';
import { BuildError } from './toolchain.js';

/** Rows of cells as a Markdown table; the first row is its head. Numbers stand to the right. */
export function markdown([head, ...rows]) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const isWords = (i) => rows.some((cells) => /^`?[a-z]{2}/i.test(cells[i]));
  const rule = head.map((_cell, i) => (i === 0 || isWords(i) ? '---' : '--:'));
  return [head, rule, ...rows].map(line).join('\n');
}

/** Where a part begins and ends in a document: [start, end], without its comments. */
function place(text, name) {
  const find = (comment) => new RegExp(`^${comment}$`, 'm').exec(text);
  const open = find(`<!-- ${name} -->`);
  const close = find(`<!-- /${name} -->`);
  if (!open || !close || close.index < open.index)
    throw new BuildError(
      `the document has no line <!-- ${name} -->, or no <!-- /${name} --> behind it`,
    );
  return [open.index + open[0].length, close.index];
}

/** The part of a document with this name. */
export const part = (text, name) => text.slice(...place(text, name)).trim();

/** The document with another text as its part of this name. */
export function withPart(text, name, content) {
  const [start, end] = place(text, name);
  return `${text.slice(0, start)}\n${content}\n${text.slice(end)}`;
}

/** Rewrites a part of a document of the project; returns whether it changed. */
export async function writePart(path, name, content) {
  const file = join(root, path);
  const old = await readFile(file, 'utf8');
  const text = withPart(old, name, content);
  if (text !== old) await writeFile(file, text);
  return text !== old;
}

const functionsOf = ({ exports, ranges }) => {
  if (ranges) return 'heaps over ranges';
  return FAMILY.every((name) => exports.includes(name)) ? 'the C family' : exports.join(', ');
};

/** @param {{module?: string, archive?: string, target?: string}} build */
const filesOf = ({ module, archive, target }) => {
  const folder = target ? `${target}/` : '';
  return [module && `${module}.wasm`, archive && `${folder}${archive}.a`]
    .filter(Boolean)
    .join(', ');
};

const README = 'README.md';
const MOST_LINES = 150;

/** README's table of builds, from tools/builds.js and the size ledger. */
export async function buildsTable() {
  const { modules } = await readLedger();
  const builds = new Set([...Object.values(ALL_MODULES), ...Object.values(ARCHIVES)]);
  const rows = [...builds].map((build) => [
    `\`${build.name}\``,
    functionsOf(build),
    filesOf(build),
    build.use,
    `${modules[`${build.module}.wasm`]?.raw ?? '-'}`,
  ]);
  return markdown([
    ['build', 'has', 'files in dist/', 'choose it', 'bytes of the module'],
    ...rows,
  ]);
}

/** The archives whose members have a price in the tables. */
const PRICED = Object.keys({ ...ARCHIVES, ...WIDE_ARCHIVES });

/** The table of the archives' members, from tools/builds.js and the size ledger. */
export async function membersTable() {
  const { members } = await readLedger();
  const archives = PRICED.map((name) => `${name}.a`);
  const rows = Object.entries(MEMBERS).flatMap(([object, { functions }]) =>
    Object.entries(functions).map(([symbol, title]) => [
      title,
      ...archives.map((name) => `${members?.[name]?.[symbol] ?? '-'}`),
      object,
    ]),
  );
  return markdown([['function', ...archives, 'object'], ...rows]);
}

/** The table of the prices of tlsf_heap.h, from the size ledger. */
export async function heapTable() {
  const { heap } = await readLedger();
  const archives = PRICED.map((name) => `${name}.a`);
  const rows = Object.keys(heap?.[archives[0]] ?? {}).map((symbol) => [
    symbol,
    ...archives.map((name) => `${heap[name][symbol]}`),
  ]);
  return markdown([['function', ...archives], ...rows]);
}

/** The tables that ./build.sh sizes writes: where they stand, and their text. */
const TABLES = [
  { path: README, name: 'builds', table: buildsTable },
  { path: 'docs/members.md', name: 'members', table: membersTable },
  { path: 'docs/heap.md', name: 'heap', table: heapTable },
];

/** Rewrites these tables. */
export async function writeTables() {
  for (const { path, name, table } of TABLES) await writePart(path, name, await table());
}

/** Says so if README's text is too long. */
export function tooLong(text) {
  const lines = text.split('\n').length - 1;
  return lines > MOST_LINES ? [`${README} has ${lines} lines, more than ${MOST_LINES}`] : [];
}

/** Says which of these tables are wrong, and whether README is too long. */
export async function checkTables() {
  const wrong = tooLong(await readFile(join(root, README), 'utf8'));
  for (const { path, name, table } of TABLES) {
    if (part(await readFile(join(root, path), 'utf8'), name) !== (await table()))
      wrong.push(
        `${path}: its table of ${name} is not that of tools/builds.js and test/sizes.json; ./build.sh sizes writes it`,
      );
  }
  return wrong;
}
