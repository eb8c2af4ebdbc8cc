// SPDX-License-Identifier: MIT OR Apache-2.0
// The native programs that coverage and mutation run, in shapes that together
// compile every line of src/, and every constant condition both ways.
import { adjustable, families, ranges, shape } from '../support/shapes.js';

/** The source of each, and its arguments. */
const PROGRAMS = {
  core: ['test/boundary/core.c'],
  family: ['test/boundary/family.c'],
  checker: ['test/checker/checker.c', '3'],
  ranges: ['test/boundary/given.c'],
};

const SMALL = { HOST_PAGE_LOG: 8, TLSF_SLLEN: 8, TLSF_FLLEN: 10 };

function run(program, build, machine, parameters) {
  const [source, ...args] = PROGRAMS[program];
  const of = shape(build, machine, parameters);
  const isPlain = !parameters;
  return { ...of, name: `${program} of ${of.name}`, isPlain, program, source, args };
}
const core = (machine, parameters) => run('core', 'core', machine, parameters);
const each = (program, machine, parameters, of = families) =>
  of.map((name) => run(program, name, machine, parameters));

/** {isPlain, program, source, args} and a shape, the quickest to find a mistake first. */
export const RUNS = [
  core('-m64'),
  ...each('family', '-m64'),
  ...each('ranges', '-m64', undefined, ranges),
  ...each('checker', '-m32', SMALL),
  core('-m32', { TLSF_ALIGN: 8, TLSF_SLLEN: 16 }),
  ...each('family', '-m32'),
  ...each('ranges', '-m32', undefined, ranges),
  ...each('checker', '-m64', SMALL),
  core('-m64', { TLSF_ALIGN: 32 }),
  core('-m64', { TLSF_FLLEN: 12, TLSF_SLLEN: 8 }),
  core('-m32', { TLSF_FLLEN: 12, TLSF_FLOAT: 0 }),
  core('-m32', { TLSF_FLOAT: 0 }),
  core('-m64', { TLSF_FLLEN: 3, TLSF_SLLEN: 8 }),
  core('-m32', { TLSF_FLLEN: 1, TLSF_SLLEN: 16, TLSF_FLOAT: 0 }),
  core('-m64', { TLSF_FLOAT: 0, TLSF_ALIGN: 8, TLSF_SLLEN: 8 }),
  ...each('family', '-m32', { TLSF_ALIGN: 8, TLSF_SLLEN: 16 }, adjustable),
  ...each('family', '-m32', { TLSF_SLLEN: 16 }, adjustable),
  ...each('family', '-m32', { TLSF_ALIGN: 4 }, adjustable),
];
