// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh compare: the size of this allocator and of others, alone or in
// a program of the user's, as text, Markdown or JSON.
import { resolve } from 'node:path';
import { BuildError } from '../tools/toolchain.js';
import { measureProgram } from './program.js';
import { measureAll } from './table.js';

const USAGE = `usage: ./build.sh compare [--json | --markdown] [--thorough]
       ./build.sh compare [--json | --markdown] FILE... [-- CLANG-FLAG...]
The first compares allocators, each built with the flags that suit it best
(--thorough tries all of them again); the second compares what each costs in
your program of C or C++ files, compiled at -Oz unless your flags say
otherwise. C++ needs a toolchain with libc++, as the pinned one, and is
compiled without exceptions. Takes about a minute; again, some seconds.`;

const OPTIONS = ['--json', '--markdown', '--thorough', '--help'];

function parse(args) {
  const split = args.includes('--') ? args.indexOf('--') : args.length;
  const own = args.slice(0, split);
  const options = own.filter((arg) => arg.startsWith('-'));
  const unknown = options.find((option) => !OPTIONS.includes(option));
  if (unknown) throw new BuildError(`there is no option ${unknown}\n${USAGE}`);
  const files = own
    .filter((arg) => !arg.startsWith('-'))
    .map((file) => resolve(process.env.TLSF_FROM ?? '.', file));
  if (!files.length && split < args.length)
    throw new BuildError(`flags follow --, but no file is named\n${USAGE}`);
  return { files, flags: args.slice(split + 1), has: (option) => options.includes(option) };
}

const COLUMNS = ['raw', 'gzip', 'brotli', 'net'];
const numbers = (size) => COLUMNS.map((column) => (size ? String(size[column]) : '-'));

/** The table's first line is its head; cells are text. */
function peerCells({ rows }) {
  const head = ['allocator', ...COLUMNS, ...COLUMNS.map((column) => `family ${column}`)];
  const mark = ({ missing }) => (missing.length ? ' *' : '');
  return [
    head,
    ...rows.map((row) => [row.name + mark(row), ...numbers(row.pair), ...numbers(row.family)]),
  ];
}

const programCells = ({ rows }) => [
  ['allocator', ...COLUMNS],
  ...rows.map((row) => [row.name, ...numbers(row.error ? undefined : row)]),
];

function asText(cells) {
  const widths = cells[0].map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  const pad = (cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]));
  return cells.map((line) => line.map(pad).join('  ')).join('\n');
}

function asMarkdown([head, ...lines]) {
  const rule = head.map((_, i) => (i ? '--:' : '---'));
  return [head, rule, ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

const tools = ({ versions }) =>
  Object.entries(versions)
    .map(([name, version]) => (name === 'compiler' ? version : `${name} ${version}`))
    .join(', ');

function peerNotes(result) {
  const lacking = result.rows.filter(({ missing }) => missing.length);
  return [
    'Bytes of a module that exports malloc and free, and of one with the whole family: calloc, realloc,',
    'aligned_alloc, posix_memalign and malloc_usable_size too. net is raw minus an empty module.',
    'Our modules are those of dist/; each has figures in the columns of the functions that it exports.',
    `Every other one passed through the same wasm-opt passes. All were run. ${tools(result)}.`,
    ...lacking.map(({ name, missing }) => `* ${name}: has no ${missing.join(', ')}.`),
    ...result.absent.map(
      (name) => `${name}: not measured, because this compiler comes without wasi-libc.`,
    ),
  ];
}

function programNotes(result) {
  const failed = result.rows.filter(({ error }) => error);
  return [
    `Bytes of your program (${result.program}); net is what the allocator adds to it. ${tools(result)}.`,
    ...failed.map(({ name, error }) => `- ${name}: ${error}`),
  ];
}

const flagNotes = ({ rows }) =>
  rows.map(
    ({ name, pair, family }) =>
      `  ${name}: ${[...new Set([pair, family].filter(Boolean).map(({ flags }) => flags))].join('; ')}`,
  );

function render(result, isProgram, markdown) {
  const cells = (isProgram ? programCells : peerCells)(result);
  const notes = (isProgram ? programNotes : peerNotes)(result);
  if (markdown)
    return `${asMarkdown(cells)}\n\n${notes.map((note) => note.replace(/^\*/, '\\*')).join('\n')}`;
  const flags = isProgram ? [] : ['Built with:', ...flagNotes(result)];
  return [asText(cells), '', ...notes, ...flags].join('\n');
}

async function main(args) {
  const { files, flags, has } = parse(args);
  if (has('--help')) return USAGE;
  const result = files.length
    ? await measureProgram(files, flags)
    : await measureAll(has('--thorough'));
  return has('--json')
    ? JSON.stringify(result, null, 2)
    : render(result, files.length > 0, has('--markdown'));
}

try {
  console.log(await main(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`compare: ${error.message}`);
  process.exitCode = 1;
}
