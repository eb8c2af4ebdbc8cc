// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh bench: speed, memory and code size of this allocator and of
// others, side by side.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildError } from '../tools/toolchain.js';
import { root } from '../tools/build.js';
import { withProgress } from './steps.js';
import { ALLOCATORS, codeSize, NAMED, REFERENCE } from './allocators.js';
import { SECTIONS, writeDocs } from './docs.js';
import { engine } from './engines.js';
import { instructionsReport } from './executed.js';
import { footprintReport } from './footprint.js';
import { measure } from './measure.js';
import { MIMALLOC } from './mimalloc.js';
import { pageReport } from './page.js';
import { columns, markdown, report } from './report.js';
import { scaleReport } from './scale.js';
import { jobs } from './workloads.js';
import { worstReport } from './worst.js';

const OPTIONS = {
  engine: { type: 'string', multiple: true },
  rounds: { type: 'string' },
  only: { type: 'string' },
  allocators: { type: 'string' },
  quick: { type: 'boolean' },
  json: { type: 'boolean' },
  markdown: { type: 'boolean' },
  scale: { type: 'boolean' },
  worst: { type: 'boolean' },
  footprint: { type: 'boolean' },
  page: { type: 'boolean' },
  instructions: { type: 'boolean' },
  docs: { type: 'boolean' },
  help: { type: 'boolean' },
};

const HELP = `usage: ./build.sh bench [option...]

  --engine LIST      one or more of v8 (Node.js 26, the default; npm fetches it
                     once), node (the running one's V8), jsc, spidermonkey
  --rounds N         runs of each workload; the median counts (default 9)
  --only REGEX       only the workloads whose names match
  --allocators LIST  some of ${ALLOCATORS.map(({ name }) => name).join(', ')};
                     and ${NAMED.map(({ name }) => name).join(', ')}, which only this list chooses
  --quick            2 rounds, or a small part of --scale, --worst,
                     --footprint and --instructions: shows that they run; too
                     few to compare
  --json             print as JSON what is also written to build/bench/
  --markdown         print tables for a document
  --footprint        memory taken as a multiple of the bytes that live, for the
                     workloads and for nearly the worst sequence of requests
  --instructions     what an operation of each workload executes
  --page             the share of a memory of one page that a program gets
  --scale            time with 10^3 to 10^7 live blocks; growth up to 4 GiB; the
                     largest block left in a full memory after a part was
                     freed. Takes minutes and up to 4 GiB of memory
  --worst            the worst single operations: instructions and time
  --docs             measure all of this and write it to docs/ and README.md;
                     with --only, just the parts that match, which are
                     ${SECTIONS.join(', ')}`;

const SPECIAL = {
  scale: scaleReport,
  worst: worstReport,
  footprint: footprintReport,
  page: pageReport,
  instructions: instructionsReport,
};

function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new BuildError(
      `${error.message.split('. ')[0]}; ./build.sh bench --help lists the options`,
    );
  }
}

const listOf = (text) => text.split(',').filter(Boolean);

function chosenAllocators(text) {
  if (!text) {
    if (!MIMALLOC.path) console.error(`bench: mimalloc is not measured; ${MIMALLOC.get}`);
    return ALLOCATORS;
  }
  const names = listOf(text);
  const known = [...ALLOCATORS, ...NAMED];
  const all = known.map(({ name }) => name);
  const strange = names.find((name) => !all.includes(name));
  if (strange === 'mimalloc') throw new BuildError(`mimalloc's source is missing: ${MIMALLOC.get}`);
  if (strange)
    throw new BuildError(`there is no allocator ${strange}; there are: ${all.join(', ')}`);
  return known.filter(({ name }) => name === REFERENCE || names.includes(name));
}

function chosenRounds({ rounds, quick }) {
  if (rounds === undefined) return quick ? 2 : 9;
  if (!/^[1-9]\d*$/.test(rounds))
    throw new BuildError(`--rounds ${rounds}: must be a number from 1 on`);
  return Number(rounds);
}

function pattern(text = '') {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new BuildError(`--only: ${error.message}`);
  }
}

async function save(name, results) {
  const directory = join(root, 'build', 'bench');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), `${JSON.stringify(results, null, 2)}\n`);
}

/** Measures every workload in every engine: a list of results. */
const measureAll = ({ engines, allocators, rounds, planned }) =>
  withProgress(
    async (step) => {
      step('code sizes');
      const sizes = {};
      for (const allocator of allocators) sizes[allocator.name] = await codeSize(allocator);
      const results = [];
      for (const each of engines) {
        const measured = await measure(each, { rounds, allocators, jobs: planned }, step);
        results.push({ engine: each.version, name: each.name, rounds, sizes, ...measured });
      }
      return results;
    },
    1 + engines.length * rounds,
  );

async function reportAll(options, engines, allocators) {
  const planned = jobs(pattern(options.only));
  if (!planned.length)
    throw new BuildError(
      `--only ${options.only}: no workload's name matches; --only takes a regular expression, as 'git|lua'`,
    );
  const rounds = chosenRounds(options);
  const results = await measureAll({ engines, allocators, rounds, planned });
  const names = allocators.map(({ name }) => name);
  return {
    name: 'results.json',
    results,
    text: (table) => results.map((each) => `${report(each, names, table)}\n`).join('\n'),
  };
}

/** --scale, --worst, --footprint, --instructions and --page have rounds and workloads of their own. */
function specialReport(options) {
  const which = Object.keys(SPECIAL).find((name) => options[name]);
  if (!which) return null;
  refuse(options, which, [
    'rounds',
    'only',
    ...Object.keys(SPECIAL).filter((name) => name !== which),
  ]);
  return SPECIAL[which];
}

/** Some options exclude each other. */
function refuse(options, which, others) {
  const other = others.find((name) => options[name] !== undefined);
  if (other)
    throw new BuildError(
      `--${which} takes no --${other}; ./build.sh bench --help lists the options`,
    );
}

async function main(args) {
  const options = parse(args);
  if (options.help) return console.log(HELP);
  if (options.docs) {
    refuse(
      options,
      'docs',
      Object.keys(OPTIONS).filter((name) => !['docs', 'only'].includes(name)),
    );
    return writeDocs({ only: pattern(options.only), measureAll, save });
  }
  const engines = (options.engine ?? ['v8']).flatMap(listOf).map(engine);
  const allocators = chosenAllocators(options.allocators);
  const special = specialReport(options);
  const { name, results, text } = special
    ? await withProgress((step) => special({ ...options, engines, allocators, step }))
    : await reportAll(options, engines, allocators);
  await save(name, results);
  console.log(options.json ? JSON.stringify(results) : text(options.markdown ? markdown : columns));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
