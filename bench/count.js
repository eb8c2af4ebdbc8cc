// SPDX-License-Identifier: MIT OR Apache-2.0
// Makes a module count the instructions that it executes. The counters are
// inserted into the list of instructions that the binary contains, so nothing
// else changes. As in tools/bound.js, block, loop, else and end do not count.
import createWabt from 'wabt';
import { BuildError } from '../tools/toolchain.js';

const FREE = new Set(['block', 'loop', 'else', 'end']);

/** After these, the next instruction is not always executed as often. */
const ENDS = new Set([
  'loop',
  'if',
  'else',
  'end',
  'br',
  'br_if',
  'br_table',
  'return',
  'unreachable',
]);

/** C's functions that move bytes: they count as bytes, not as instructions. */
const MOVERS = /^\s*\(func \$(memcpy|memmove|memset)\s/;

const FEATURES = {
  mutable_globals: true,
  bulk_memory: true,
  sign_extension: true,
  sat_float_to_int: true,
  threads: true,
};

const add = (counter, amount) => [
  amount,
  `global.get $${counter}`,
  'i32.add',
  `global.set $${counter}`,
];

/** memory.copy and memory.fill as functions that count their bytes. */
const MOVES = { 'memory.copy': 'counted_copy', 'memory.fill': 'counted_fill' };
const moving = ([instruction, name]) => [
  `(func $${name} (param i32 i32 i32)`,
  ...add('bytes', 'local.get 2'),
  'local.get 0',
  'local.get 1',
  'local.get 2',
  `${instruction})`,
];

const EXTRA = [
  '(global $instructions (export "instructions") (mut i32) (i32.const 0))',
  '(global $bytes (export "bytes") (mut i32) (i32.const 0))',
  ...Object.entries(MOVES).flatMap(moving),
];

/** Instructions, one a line, with a counter before each straight run of them. */
function countLines(lines) {
  const out = [];
  let region = [];
  let weight = 0;
  const flush = () => {
    if (weight) out.push(...add('instructions', `i32.const ${weight}`));
    out.push(...region);
    region = [];
    weight = 0;
  };
  for (const line of lines) {
    const [name] = line.split(' ', 1);
    region.push(MOVES[name] ? `call $${MOVES[name]}` : line);
    if (!FREE.has(name)) weight++;
    if (ENDS.has(name)) flush();
  }
  flush();
  return out;
}

/** A function's lines: its head and locals, then instructions, then `)`. */
function countFunction([head, ...rest]) {
  const locals = rest.filter((line) => line.startsWith('(local '));
  const body = rest.filter((line) => !line.startsWith('(local '));
  return [
    head,
    ...locals,
    ...(MOVERS.test(head) ? [...add('bytes', 'local.get 2'), ...body] : countLines(body)),
    ')',
  ];
}

const depth = (line) => line.split('(').length - line.split(')').length;
const withoutComments = (line) => line.replace(/;;.*$|\(;.*?;\)/g, '').trim();

/** Splits a module's text into functions, each a list of lines, and single other lines. */
function* parts(text) {
  let open = null;
  let nesting = 0;
  for (const raw of text.split('\n')) {
    if (!open && !raw.trim().startsWith('(func ')) {
      yield raw;
      continue;
    }
    const line = withoutComments(raw);
    open ??= [];
    nesting += depth(line);
    open.push(nesting ? line : line.slice(0, -1));
    if (nesting) continue;
    yield open.filter(Boolean);
    open = null;
  }
}

/**
 * The module with two more exported globals, which the host sets to 0 and
 * reads: `instructions`, and `bytes`, the bytes that memory.copy, memory.fill
 * and C's functions for the same moved.
 */
export async function counting(bytes) {
  const wabt = await createWabt();
  const module = wabt.readWasm(bytes, { ...FEATURES, readDebugNames: true });
  const text = module.toText({ foldExprs: false, inlineExport: false }).replace(/\)\s*$/, '');
  module.destroy();
  const lines = [...parts(text)].flatMap((part) =>
    Array.isArray(part) ? countFunction(part) : part,
  );
  try {
    return Buffer.from(
      wabt.parseWat('counting.wat', [...lines, ...EXTRA, ')'].join('\n'), FEATURES).toBinary({})
        .buffer,
    );
  } catch (error) {
    throw new BuildError(`can't count in this module: ${error.message}`);
  }
}
