// SPDX-License-Identifier: MIT OR Apache-2.0
// ./build.sh bench --page: which share of a memory of one page a program gets
// from malloc, with blocks of one size, of mixed sizes, and after it has freed
// and allocated for long. The rest is the allocator's data, headers, rounding
// and holes. Nothing here depends on the engine.
import { link, readArchive } from '../tools/build.js';
import { ARCHIVES } from '../tools/builds.js';
import { random } from '../test/support/random.js';

const PAGE = 65536;
const TURNS = 20_000;
const SEED = 1;

/** No stack, so that all of the page is data or heap; dlmalloc needs a few bytes of it. */
const LINK = ['--no-entry', '--gc-sections', '--strip-debug', '-O2', '--no-stack-first'];
const FLAGS = [
  ...LINK,
  '-z',
  'stack-size=64',
  '--global-base=16',
  `--initial-memory=${PAGE}`,
  `--max-memory=${PAGE}`,
];

/** Builds for such memories, which have no part in the other measurements. */
const fixed = Object.values(ARCHIVES)
  .filter(({ fixed: isFixed }) => isFixed)
  .map(({ name, archive }) => ({
    name,
    linked: async (_own, exports, flags) => link([await readArchive(archive)], exports, flags),
  }));

const suits = ({ name, kind, build }) =>
  ['dlmalloc', 'emmalloc'].includes(name) || kind === 'floor' || Boolean(build?.archive);

/** Blocks of sizes as `next` has them until there is no more; their bytes. */
export function fill({ malloc }, next) {
  let bytes = 0;
  for (let size = next(); malloc(size); size = next()) bytes += size;
  return bytes;
}

/** The largest block that a fresh heap has. */
export function largest(fresh) {
  let [has, lacks] = [0, PAGE];
  while (lacks - has > 1) {
    const size = (has + lacks) >> 1;
    if (fresh().malloc(size)) has = size;
    else lacks = size;
  }
  return has;
}

/**
 * Fills memory; then, in each turn, frees a block and allocates until that fails. Returns the bytes
 * that live at the end of a turn, on average over the later half of the turns.
 */
export function churn({ malloc, free }, next, below, turns = TURNS) {
  const blocks = [];
  let [live, sum] = [0, 0];
  const fillUp = () => {
    for (let size = next(), p; (p = malloc(size)); size = next()) {
      blocks.push({ p, size });
      live += size;
    }
  };
  fillUp();
  for (let turn = 0; turn < turns && blocks.length; turn++) {
    const [{ p, size }] = blocks.splice(below(blocks.length), 1);
    free(p);
    live -= size;
    fillUp();
    if (turn >= turns / 2) sum += live;
  }
  return sum / (turns / 2);
}

const mixed = (below, most) => () => 1 + below(most);

const WORKLOADS = {
  'one block': largest,
  ...Object.fromEntries(
    [8, 24, 100, 1000].map((size) => [`blocks of ${size}`, (fresh) => fill(fresh(), () => size)]),
  ),
  'blocks of 1 to 256': (fresh) => fill(fresh(), mixed(random(SEED), 256)),
  'the same, freed and had again': (fresh) =>
    churn(fresh(), mixed(random(SEED), 256), random(SEED + 1)),
};

const share = (bytes) => `${((bytes / PAGE) * 100).toFixed(1)} %`;

function rows(results) {
  const names = Object.keys(results);
  return [
    ['workload', ...names],
    ...Object.keys(WORKLOADS).map((workload) => [
      workload,
      ...names.map((name) => share(results[name][workload])),
    ]),
  ];
}

/** What --page measures: {name, results, text}. */
export async function pageReport({ allocators, step }) {
  const results = {};
  for (const { name, linked } of [...fixed, ...allocators.filter(suits)]) {
    step(name);
    const module = new WebAssembly.Module(await linked([], ['malloc', 'free'], FLAGS));
    const fresh = () => new WebAssembly.Instance(module).exports;
    results[name] = {};
    for (const [workload, run] of Object.entries(WORKLOADS)) results[name][workload] = run(fresh);
  }
  return {
    name: 'page.json',
    results,
    text: (table) =>
      `The share of a memory of one page, ${PAGE} bytes, that a program gets; its own data is none\n\n${table(rows(results))}`,
  };
}
