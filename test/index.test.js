// SPDX-License-Identifier: MIT OR Apache-2.0
// Index arithmetic, exhaustively: test/native/index.c. For wasm32's shape every
// request and every size; of the others what lies around the bounds of bins.
import assert from 'node:assert/strict';
import { programTest } from './native/compile.js';

const ALL_REQUESTS = 2 ** 32 - 2 ** 16;
const ALL_SIZES = 2 ** 28 - 32;

const RUNS = [
  { machine: '-m32', args: [8], least: [ALL_REQUESTS, ALL_SIZES, 5e6] },
  { machine: '-m32', shape: ['-DTLSF_TAIL=0'], args: [8, 26], least: [2 ** 26, 2 ** 22, 5e6] },
  { machine: '-m32', shape: ['-DTLSF_FAST=1'], args: [8, 26], least: [2 ** 26, 2 ** 22, 5e6] },
  // Every state of an index of 16 bins.
  {
    machine: '-m32',
    shape: ['-DTLSF_SLLEN=8', '-DTLSF_FLLEN=2'],
    args: [16, 26],
    least: [2 ** 26, 2 ** 22, 2 ** 16 * 16],
  },
  {
    machine: '-m32',
    shape: ['-DTLSF_SLLEN=16', '-DTLSF_FLLEN=1', '-DTLSF_TAIL=0', '-DTLSF_FLOAT=0'],
    args: [16, 26],
    least: [2 ** 26, 2 ** 22, 2 ** 16 * 16],
  },
  {
    machine: '-m32',
    shape: ['-DTLSF_SLLEN=16', '-DTLSF_FLLEN=9', '-DTLSF_ALIGN=4'],
    args: [8, 26],
    least: [2 ** 26, 2 ** 24, 5e5],
  },
  { machine: '-m64', args: [8, 26], least: [2 ** 26, 2 ** 22, 5e6] },
  {
    machine: '-m64',
    shape: ['-DTLSF_SLLEN=8', '-DTLSF_ALIGN=8', '-DTLSF_FLOAT=0'],
    args: [8, 26],
    least: [2 ** 26, 2 ** 23, 5e5],
  },
];

for (const { least, ...run } of RUNS) {
  programTest('index', run, (printed) => {
    const [, requests, other, sizes, searches] = printed
      .match(/^(\d+) requests, (\d+) sizes, (\d+) sizes, (\d+) searches\n$/)
      .map(Number);
    assert(requests >= least[0], 'requests');
    assert(Math.min(other, sizes) >= least[1], 'sizes');
    assert(searches >= least[2], 'searches');
  });
}
