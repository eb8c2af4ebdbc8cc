// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh bench --docs: measures everything and writes it to
// docs/benchmarks.md, to the pictures beside it, and to README.md, between the
// comments that tools/readme.js knows. Each part names its circumstances.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../tools/build.js';
import { writePart } from '../tools/readme.js';
import { BuildError, packageVersion, toolchain } from '../tools/toolchain.js';
import { ALLOCATORS, REFERENCE } from './allocators.js';
import { engine } from './engines.js';
import { instructionsReport } from './executed.js';
import { footprintReport } from './footprint.js';
import { pageReport } from './page.js';
import { geometricMean } from './measure.js';
import { sizePlot, speedPlot } from './plot.js';
import { markdown, meanRows, report } from './report.js';
import { scaleReport } from './scale.js';
import { withProgress } from './steps.js';
import { jobs } from './workloads.js';
import { worstReport } from './worst.js';

const BENCHMARKS = 'docs/benchmarks.md';
const README = 'README.md';

const processor = () => `${cpus()[0].model.trim()}, ${process.platform} ${process.arch}`;
const compilers = async () => `${(await toolchain()).name}, wasm-opt ${packageVersion('binaryen')}`;

/** Where and with what a part was measured. */
const circumstances = async () => `Measured with ${await compilers()} on: ${processor()}.`;

/** Writes pictures beside the document, each by its name. */
async function writePictures(pictures) {
  for (const [name, text] of Object.entries(pictures))
    await writeFile(join(root, 'docs', name), text);
}

/** What a script of the project prints. */
function printed(script, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new BuildError(`${script}: ${stderr}`);
  return stdout.trim();
}

/** Ours, and of each other allocator its smallest form: the others begin with the same word. */
function shortList(rows) {
  const seen = new Set();
  return rows.filter(({ kind, name }) => {
    const [word] = name.split(/\W/);
    if (kind === 'ours') return true;
    if (kind !== 'peer' || seen.has(word)) return false;
    return seen.add(word);
  });
}

/** README's table of sizes. */
function sizesTable({ rows }) {
  const least = ({ pair, family }) => (pair ?? family).raw;
  const smallestFirst = rows.toSorted((a, b) => least(a) - least(b));
  const cells = ({ name, missing, pair, family }) => [
    missing.length ? `${name}, without ${missing.join(', ')}` : name,
    ...[pair, family].flatMap((size) => [size?.raw ?? '-', size?.gzip ?? '-']).map(String),
  ];
  const head = ['bytes of a module', 'malloc, free', 'gzip', 'C family', 'gzip'];
  return markdown([head, ...shortList(smallestFirst).map(cells)]);
}

async function sizes() {
  await writePart(BENCHMARKS, 'sizes', printed('compare/compare.js', '--markdown'));
  await writePart(README, 'sizes', sizesTable(JSON.parse(printed('compare/compare.js', '--json'))));
}

async function bound() {
  const text = printed('tools/bound.js');
  const fenced = `\`\`\`text\n${text}\n\`\`\``;
  await writePart(BENCHMARKS, 'bound', `Compiled with ${await compilers()}.\n\n${fenced}`);
}

/** The mean of an allocator's peak pages as a ratio to the reference's, where that grew memory. */
function meanPages(workloads, name) {
  const pages = Object.values(workloads)
    .filter((of) => of[REFERENCE].pages && !of[name].stopped && !of[name].failed)
    .map((of) => of[name].pages / of[REFERENCE].pages);
  return geometricMean(pages);
}

/** The sets of workloads whose means README has. */
const SHOWN = ['all', 'first 17', 'report'];

/** README's table of speed: a row for each allocator; the second engine's mean beside the first's. */
function speedTable([{ workloads, sets, sizes: bytes }, second]) {
  const compared = ALLOCATORS.filter(({ kind }) => kind === 'peer' || kind === 'ours');
  const worst = ({ worst: { ratio, workload } }) => `${ratio.toFixed(2)} (${workload})`;
  const mean = (of, set, name) => of[set].of[name].mean.toFixed(2);
  const rows = compared.map(({ name, label }) => [
    label,
    ...SHOWN.map((set) => mean(sets, set, name)),
    worst(sets.all.of[name]),
    mean(second.sets, 'all', name),
    meanPages(workloads, name).toFixed(2),
    `${bytes[name]}`,
  ]);
  const means = SHOWN.map((set) => `time, ${set}`);
  const others = ['worst', `time, all, ${second.name}`, 'pages', 'code'];
  return markdown([['allocator', ...means, ...others], ...rows]);
}

async function speed({ measureAll, save }) {
  const results = await measureAll({
    engines: [engine('v8'), engine('node')],
    allocators: ALLOCATORS,
    rounds: 9,
    planned: jobs(),
  });
  await save('results.json', results);
  const [result, second] = results;
  const names = ALLOCATORS.map(({ name }) => name);
  const where = await circumstances();
  const others = `The means in ${second.engine}:\n\n${markdown(meanRows(second, names))}`;
  await writePart(
    BENCHMARKS,
    'speed',
    `${where}\n\n${report(result, names, markdown)}\n\n${others}`,
  );
  await writePart(
    README,
    'speed',
    `${speedTable(results)}\n\n${where} ${result.engine}; ${second.name} is ${second.engine}.`,
  );
  const drawn = ALLOCATORS.filter(({ kind }) => kind === 'peer' || kind === 'ours');
  await writePictures({
    'bench-speed.svg': speedPlot(result, drawn),
    'bench-size.svg': sizePlot(result, drawn),
  });
}

const all = () => true;

/** The reference, the builds that programs link, and the loop alone. */
const linked = ({ name, kind, build }) =>
  name === REFERENCE || kind === 'loop' || Boolean(build?.archive);

/** Writes a report, which has a name, results and a text, as a part of the document. */
const reported =
  (which, suits = all) =>
  async ({ save, step }) => {
    const allocators = ALLOCATORS.filter(suits);
    const { name, results, text, pictures } = await which({
      engines: [engine('v8')],
      allocators,
      step,
    });
    await save(name, results);
    const title = name.replace('.json', '');
    await writePart(BENCHMARKS, title, `${await circumstances()}\n\n${text(markdown)}`);
    await writePictures(pictures?.() ?? {});
  };

const PARTS = {
  sizes,
  bound,
  speed,
  instructions: reported(instructionsReport),
  footprint: reported(footprintReport),
  page: reported(pageReport),
  worst: reported(worstReport),
  scale: reported(scaleReport, linked),
};

/** The names of the parts, in the order in which they are measured. */
export const SECTIONS = Object.keys(PARTS);

/** Measures and writes the parts whose names match `only`. */
export async function writeDocs({ only, ...tools }) {
  const names = SECTIONS.filter((name) => only.test(name));
  if (!names.length)
    throw new BuildError(`--only: no part's name matches; there are: ${SECTIONS.join(', ')}`);
  for (const name of names) {
    await (name === 'speed'
      ? PARTS.speed(tools) // which shows its rounds itself
      : withProgress((step) => {
          step(name);
          return PARTS[name]({ ...tools, step: (what) => step(`${name}: ${what}`) });
        }));
  }
}
