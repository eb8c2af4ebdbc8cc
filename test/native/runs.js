// SPDX-License-Identifier: MIT OR Apache-2.0
// The native programs and the shapes in which coverage and mutation run them:
// together they compile every `if (CONSTANT)` of src/ both ways.

/** The source of each, and its arguments. */
export const PROGRAMS = {
  core: ['test/native/edges_core.c'],
  family: ['test/native/edges_family.c'],
  corrupt: ['test/native/corrupt.c', '3'],
};

const SMALL = ['-DHOST_PAGE_LOG=8', '-DTLSF_SLLEN=8', '-DTLSF_FLLEN=10'];

/** [program, flag...], the quickest to find a mistake first. */
export const RUNS = [
  ['core'],
  ['family'],
  ['family', '-DTLSF_FAST=1', '-DTLSF_ALIGN=32'],
  ['corrupt', '-m32', ...SMALL],
  ['corrupt', '-DTLSF_FAST=1', '-DTLSF_ALIGN=32', ...SMALL],
  ['core', '-m32', '-DTLSF_ALIGN=8', '-DTLSF_SLLEN=16'],
  ['family', '-m32'],
  ['family', '-m32', '-DTLSF_FAST=1'],
  ['family', '-DTLSF_TAIL=0'],
  ['family', '-DTLSF_FLOAT=0'],
  ['core', '-DTLSF_ALIGN=32'],
  ['core', '-DTLSF_FLLEN=12', '-DTLSF_SLLEN=8'],
  ['core', '-m32', '-DTLSF_FLLEN=12', '-DTLSF_FLOAT=0'],
  ['core', '-DTLSF_FLOAT=0', '-DTLSF_ALIGN=8', '-DTLSF_SLLEN=8'],
  ['family', '-m32', '-DTLSF_ALIGN=8', '-DTLSF_SLLEN=16'],
  ['family', '-m32', '-DTLSF_FLOAT=0', '-DTLSF_SLLEN=16'],
  ['family', '-m32', '-DTLSF_ALIGN=4'],
];
