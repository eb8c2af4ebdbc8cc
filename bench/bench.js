// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh bench: speed, memory and code of ours and of others, side by side.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildError } from '../tools/toolchain.js';
import { root } from '../tools/build.js';
import { ALLOCATORS, codeSize, REFERENCE } from './allocators.js';
import { engine } from './engines.js';
import { measure } from './measure.js';
import { writePlots } from './plot.js';
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
  plots: { type: 'boolean' },
  scale: { type: 'boolean' },
  worst: { type: 'boolean' },
  help: { type: 'boolean' },
};

const HELP = `usage: ./build.sh bench [option...]

  --engine LIST      of v8 (the default), jsc, spidermonkey
  --rounds N         of each workload; the medians count (default 9)
  --only REGEX       the workloads whose names match
  --allocators LIST  of ${ALLOCATORS.map(({ name }) => name).join(', ')}
  --quick            2 rounds, or little of --scale and --worst: shows that it
                     runs; its figures are too few to compare
  --json             what build/bench/results.json gets, to stdout
  --markdown         tables for a README
  --plots            draws docs/bench-speed.svg and docs/bench-size.svg
  --scale            time at 10^3 to 10^7 live blocks; growth up to 4 GiB; the
                     largest block in a full memory partly freed. Minutes, and
                     up to 4 GiB of memory; dlmalloc's growth takes the longest
  --worst            the worst single operations: instructions, and time.
                     Minutes`;

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
  if (!text) return ALLOCATORS;
  const names = listOf(text);
  for (const name of names) {
    if (!ALLOCATORS.some((each) => each.name === name)) {
      throw new BuildError(
        `there is no allocator ${name}; there are: ${ALLOCATORS.map((each) => each.name).join(', ')}`,
      );
    }
  }
  return ALLOCATORS.filter(({ name }) => name === REFERENCE || names.includes(name));
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

async function measureAll(options, engines, allocators) {
  const rounds = chosenRounds(options);
  const plan = { rounds, allocators, jobs: jobs(pattern(options.only)) };
  if (!plan.jobs.length)
    throw new BuildError(
      `--only ${options.only}: no workload's name matches; --only takes a regular expression, as 'git|lua'`,
    );
  const sizes = {};
  for (const allocator of allocators) sizes[allocator.name] = await codeSize(allocator);
  const results = [];
  for (const each of engines) {
    results.push({ engine: each.version, rounds, sizes, ...(await measure(each, plan)) });
    if (!options.json) print(options, results.at(-1), allocators);
  }
  return results;
}

const print = (options, result, allocators) =>
  console.log(
    `${report(
      result,
      allocators.map(({ name }) => name),
      options.markdown ? markdown : columns,
    )}\n`,
  );

/** --scale and --worst have rounds and workloads of their own, and no plots. */
function specialReport(options) {
  const which = ['scale', 'worst'].find((name) => options[name]);
  if (!which) return null;
  const other = ['rounds', 'only', 'plots', which === 'scale' ? 'worst' : 'scale'].find(
    (name) => options[name] !== undefined,
  );
  if (other)
    throw new BuildError(
      `--${which} takes no --${other}; ./build.sh bench --help lists the options`,
    );
  return which === 'scale' ? scaleReport : worstReport;
}

/** docs/ shows all workloads, measured well. */
function refusePlots(options) {
  const other = ['quick', 'only', 'allocators', 'rounds'].find(
    (name) => options[name] !== undefined,
  );
  if (options.plots && other)
    throw new BuildError(
      `--plots takes no --${other}: the plots in docs/ are of all workloads and allocators`,
    );
}

async function main(args) {
  const options = parse(args);
  if (options.help) return console.log(HELP);
  refusePlots(options);
  const engines = (options.engine ?? ['v8']).flatMap(listOf).map(engine);
  const allocators = chosenAllocators(options.allocators);
  const special = specialReport(options);
  if (special) {
    const { name, results, text } = await special({ ...options, engines, allocators });
    await save(name, results);
    return console.log(
      options.json ? JSON.stringify(results) : text(options.markdown ? markdown : columns),
    );
  }
  const results = await measureAll(options, engines, allocators);
  await save('results.json', results);
  if (options.json) console.log(JSON.stringify(results));
  if (options.plots) await writePlots(results[0], allocators);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
