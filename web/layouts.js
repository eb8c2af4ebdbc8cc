// SPDX-License-Identifier: MIT OR Apache-2.0
// What cli/heap must know of each build (layout/layout.h), asked of its own
// source, compiled and linked as its module is. Addresses of the state are those
// of the shipped module, since the functions below add no data.
import { FLAT, MODULES, moduleOf, RANGED } from '../tools/builds.js';
import { instantiate } from '../cli/heap/machine.js';
import { testModule, withoutTable } from '../test/support/modules.js';

/** All builds that have a module. */
export const SHOWN = { ...MODULES, ...RANGED };

const NUMBERS = [
  ...['word', 'granule', 'cost', 'head', 'least_block', 'most', 'before', 'own', 'first'],
  ...['looks', 'state', 'map', 'end', 'bins', 'flags', 'used', 'slots', 'stride'],
];
const APART = ['small', 'top', 'remainder'];

/** The least size of each bin. `binOf` is monotone. */
function leastSizes(binOf, bins, { granule, word }) {
  const most = word === 4 ? 2 ** 32 - granule : 2 ** 52;
  const firstOf = (bin) => {
    let [low, high] = [1, most / granule];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (binOf(middle * granule) >= bin) high = middle;
      else low = middle + 1;
    }
    return low * granule;
  };
  return Array.from({ length: bins }, (_, bin) => firstOf(bin));
}

/** The C file that knows a build's layout. */
const sourceOf = ({ index, ranges }) => (ranges ? 'given' : index === FLAT ? 'flat' : 'exact');

/** The layout of a module of dist/. */
async function layoutOf(name) {
  const build = moduleOf(SHOWN[name]);
  const isFlat = build.index === FLAT;
  const names = isFlat ? NUMBERS : [...NUMBERS, ...APART];
  const linked = await testModule({
    build,
    source: `web/layout/${sourceOf(build)}.c`,
    exports: [...build.exports, 'layout_bin', ...names.map((each) => `layout_${each}`)],
    flags: ['-Itest/support'],
    linkFlags: build.link ?? [],
  });
  const exports = instantiate(new WebAssembly.Module(withoutTable(linked)));
  const unsigned = (n) => (n < 0 ? n + 2 ** (build.target ? 64 : 32) : n);
  const layout = { core: isFlat ? 'flat' : 'exact' };
  if (build.ranges) layout.ranged = true;
  else if (!build.exports.includes('realloc')) layout.pair = true;
  for (const each of names) layout[each] = unsigned(exports[`layout_${each}`]());
  layout.least = leastSizes((size) => unsigned(exports.layout_bin(size)), layout.bins, layout);
  return layout;
}

/** The layouts of all modules that are shown, by name. */
export async function layouts() {
  const all = {};
  for (const name of Object.keys(SHOWN)) all[name] = await layoutOf(name);
  return all;
}

/** Them as a module of JavaScript. */
export const layoutsText = (all) =>
  `// SPDX-License-Identifier: MIT OR Apache-2.0
// Made by ./build.sh heap: how each build writes its memory (web/layout/layout.h).

/** @import { Layout } from './blocks.js' */

/** @type {Record<string, Layout>} */
export const LAYOUTS = {
${Object.entries(all)
  .map(([name, layout]) => `  '${name}': ${JSON.stringify(layout)},`)
  .join('\n')}
};
`;
