// SPDX-License-Identifier: MIT OR Apache-2.0
// tlsf-wasm map: draws the memory of a recording as SVG and prints its
// statistics. A recording is what js/record.js or ./build.sh record wrote.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { UserError } from './error.js';
import { readBlocks } from './heap/blocks.js';
import { bytesText, count } from './heap/classes.js';
import { LAYOUTS } from './heap/layouts.js';
import { Machine } from './heap/machine.js';
import { statsOf } from './heap/stats.js';
import { svgOf } from './heap/svg.js';
import { FIRST_BYTE, unpack } from '../js/recording.js';

const HELP = `usage: tlsf-wasm map RECORDING [--at N] [--build MODULE] [--svg FILE]

Plays a recording on a build and prints what its memory is then like.

  --at N          after so many requests; after all of them, if it is left out
  --build MODULE  ${Object.keys(LAYOUTS).join(', ')} (default: tlsf)
  --svg FILE      draws the memory

A recording is made by record(heap) in JavaScript (tlsf-wasm/record), or of a
native program by ./build.sh record; it may be compressed by gzip or brotli.`;

const OPTIONS = /** @type {const} */ ({
  at: { type: 'string' },
  build: { type: 'string', default: 'tlsf' },
  svg: { type: 'string' },
  help: { type: 'boolean' },
});

/** Runs a part whose failure is the user's. */
function attempt(part, explain) {
  try {
    return part();
  } catch (error) {
    throw new UserError(explain(/** @type {Error} */ (error).message), { cause: error });
  }
}

const parse = (args) =>
  attempt(
    () => parseArgs({ args, options: OPTIONS, allowPositionals: true }),
    (message) => `${message}; map --help lists the options`,
  );

function decompressed(bytes) {
  if (bytes[0] === FIRST_BYTE) return bytes;
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : brotliDecompressSync(bytes);
}

/** The operations of a recording's file. */
function readRecording(path) {
  const bytes = attempt(
    () => readFileSync(path),
    (message) => `cannot read the recording: ${message}`,
  );
  const plain = attempt(
    () => decompressed(bytes),
    () => `${path} is no recording: tlsf-wasm/record or ./build.sh record make one`,
  );
  const { ops } = unpack(plain);
  if (!ops.length) throw new UserError(`${path} holds no request`);
  return ops;
}

function machineOf(name) {
  const layout = LAYOUTS[name];
  if (!layout)
    throw new UserError(`there is no build ${name}; there are: ${Object.keys(LAYOUTS).join(', ')}`);
  const path = new URL(`../dist/${name}.wasm`, import.meta.url);
  const bytes = attempt(
    () => readFileSync(path),
    () => `dist/${name}.wasm is missing: run ./build.sh first`,
  );
  const module = attempt(
    () => new WebAssembly.Module(bytes),
    (message) => `this Node.js cannot run ${name}: ${message}`,
  );
  return new Machine({ name, module, layout });
}

function positionOf(text, length) {
  if (text === undefined) return length;
  const at = Number(text);
  if (/^\d+$/.test(text) && at <= length) return at;
  throw new UserError(`--at must be a number from 0 to ${length}, the recording's requests`);
}

/** Plays the first `at` operations. */
function play(machine, ops, at) {
  for (let i = 0; i < at; i++) machine.step(ops[2 * i], ops[2 * i + 1]);
  const blocks = readBlocks(machine.memory.buffer, machine.allocator.layout);
  const { slots } = machine;
  const requested = machine.live().reduce((sum, slot) => sum + slots.size[slot], 0);
  return { blocks, stats: { ...statsOf(blocks), requested } };
}

/** @type {Record<string, [string, (n: number) => string]>} */
const LINES = {
  requested: ['bytes that were asked for', count],
  usedBlocks: ['used blocks', count],
  usedBytes: ['bytes in them', count],
  freeBlocks: ['free blocks', count],
  freeBytes: ['bytes in them', count],
  largestFree: ['bytes in the largest', count],
  fragmentation: ['free bytes that are not in the largest', (n) => `${(n / 10).toFixed(1)} %`],
};

const statsText = (stats) =>
  Object.entries(LINES)
    .map(([name, [label, show]]) => `  ${label.padEnd(40)} ${show(stats[name]).padStart(14)}`)
    .join('\n');

/** The title of a moment, and what its memory holds, in a line each. */
function titlesOf(path, { at, length, build }, bytes, stats) {
  const name = basename(path).replace(/\.\w+$/, '');
  const { usedBlocks, usedBytes, freeBlocks, freeBytes } = stats;
  return {
    title: `${name}: ${count(at)} of ${count(length)} requests on ${build}.wasm`,
    subtitle: `${bytesText(bytes)} of memory: ${count(usedBlocks)} used blocks of ${bytesText(usedBytes)}, ${count(freeBlocks)} free ones of ${bytesText(freeBytes)}`,
  };
}

/**
 * A moment of a recording: its statistics as text, and its picture.
 *
 * @param {string} path
 * @param {{ at?: string, build?: string }} [options]
 */
export function drawing(path, { at: wanted, build = 'tlsf' } = {}) {
  const ops = readRecording(path);
  const machine = machineOf(build);
  const length = ops.length / 2;
  const at = positionOf(wanted, length);
  const { blocks, stats } = play(machine, ops, at);
  const bytes = machine.memory.buffer.byteLength;
  const titles = titlesOf(path, { at, length, build }, bytes, stats);
  const memory = `  ${'bytes of memory'.padEnd(40)} ${count(bytes).padStart(14)}`;
  const text = [titles.title, memory, statsText(stats)].join('\n');
  return { text, svg: svgOf({ blocks, bytes, ...titles }) };
}

/** What the command prints. @type {(args: string[]) => string} */
export function map(args) {
  const { values, positionals } = parse(args);
  if (values.help) return `${HELP}\n`;
  if (positionals.length !== 1) throw new UserError('name one recording; map --help says how');
  const from = process.env.TLSF_FROM ?? '.';
  const { text, svg } = drawing(resolve(from, positionals[0]), values);
  if (values.svg) writeFileSync(resolve(from, values.svg), svg);
  return `${text}\n`;
}
