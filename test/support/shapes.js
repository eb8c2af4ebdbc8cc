// SPDX-License-Identifier: MIT OR Apache-2.0
// In which shapes the native tests compile a build: its row of the table, the
// machine, and parameters of tlsf_config.h or of the native port.
import { hostFlags } from '../../tools/build.js';
import { BUILDS, FAMILIES, RANGED } from '../../tools/builds.js';

/** Parameters, {TLSF_ALIGN: 8}, as the compiler's flags. */
const defines = (parameters) =>
  Object.entries(parameters).map(([name, value]) => `-D${name}=${value}`);

/** Sizes map to bins by floats, or by integers: a build says so, the core API is told. */
const mapping = ({ module, features }) =>
  module ? [`-DMAP_FLOAT=${Number(features.includes('floats'))}`] : [];

/**
 * One shape: {name, build, machine, flags}.
 *
 * @param {string} name of a build
 * @param {string} machine '-m64', or one whose pointers have 32 bits
 * @param {Record<string, number>} [parameters]
 */
export function shape(name, machine, parameters = {}) {
  const build = BUILDS[name];
  const own = defines(parameters);
  return {
    name: [name, machine, ...own].join(' '),
    build,
    machine,
    flags: [...hostFlags(build, machine), ...mapping(build), ...own],
  };
}

/** The program of test/index for a build's bins. */
export const indexSource = ({ index }) => `test/index/${index.tests}.c`;

/** The builds that have the C family. */
export const families = Object.keys(FAMILIES);

/** Those of heaps over ranges, each with C of its own. */
export const ranges = Object.values(RANGED)
  .filter(({ name, source }, _i, rows) => rows.find((row) => row.source === source).name === name)
  .map(({ name }) => name);

/**
 * The builds of the family whose C others compile with parameters of their
 * own: it is in an archive, and takes any.
 */
export const adjustable = families.filter(
  (name) => BUILDS[name].archive && !Object.values(BUILDS[name].host).length,
);
