// SPDX-License-Identifier: MIT OR Apache-2.0
// Proof on the compiled modules that time is bounded: from each export no
// loop, no recursion and no indirect call can be reached, so that the longest
// path through the code is a number. A construct unknown to this file fails.
// The one exception is named: the fast build's stacks are emptied, before
// memory grows, by two nested loops of a constant number of turns (LOOPS).
import binaryen from 'binaryen';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { MODULES, root } from './variants.js';

const MOVES = ', plus memory.copy or memory.fill';
const SHRINKS = ', realloc among them, which here only shrinks: it copies nothing (test/family.test.js)';

/** Exports from which copying or clearing bytes can be reached. */
const MAY_MOVE_BYTES = { realloc: MOVES, calloc: MOVES, aligned_alloc: SHRINKS, posix_memalign: SHRINKS, memalign: SHRINKS };

/** Turns of the one nest of loops that a module may have: src/quick.h, quick_flush. */
export const LOOPS = { 'tlsf-fast': [57, 8] };

/** The operands of an expression in the order in which they are evaluated. */
export const OPERANDS = {
  Nop: [],
  Unreachable: [],
  Const: [],
  LocalGet: [],
  GlobalGet: [],
  MemorySize: [],
  LocalSet: ['value'],
  GlobalSet: ['value'],
  Drop: ['value'],
  Unary: ['value'],
  MemoryGrow: ['delta'],
  Load: ['ptr'],
  Store: ['ptr', 'value'],
  Binary: ['left', 'right'],
  Select: ['ifTrue', 'ifFalse', 'condition'],
  MemoryCopy: ['dest', 'source', 'size'],
  MemoryFill: ['dest', 'value', 'size'],
};

export const idNames = new Map();
for (const [name, id] of Object.entries(binaryen)) {
  if (name.endsWith('Id') && typeof id === 'number') idNames.set(id, name.slice(0, -2));
}

/**
 * The worst path through an expression: {fall, exits}, where `fall` is the
 * cost of leaving it at its end and exits maps a label, or RETURN, to the
 * cost of leaving it there. A way that does not exist costs -Infinity.
 */
const NOWHERE = Number.NEGATIVE_INFINITY;
const RETURN = Symbol('return');
const step = (cost) => ({ fall: cost, exits: new Map() });

function merge(target, exits, offset = 0) {
  for (const [label, cost] of exits) {
    target.set(label, Math.max(target.get(label) ?? NOWHERE, cost + offset));
  }
  return target;
}

const sequence = (...paths) =>
  paths.reduce((before, path) => ({
    fall: before.fall + path.fall,
    exits: merge(new Map(before.exits), path.exits, before.fall),
  }), step(0));

const either = (one, other) => ({
  fall: Math.max(one.fall, other.fall),
  exits: merge(new Map(one.exits), other.exits),
});

const leave = (label) => ({ fall: NOWHERE, exits: new Map([[label, 0]]) });

/** Closes a label: leaving by it is falling out of its block. */
function close(path, label) {
  const exits = new Map(path.exits);
  const fall = Math.max(path.fall, exits.get(label) ?? NOWHERE);
  exits.delete(label);
  return { fall, exits };
}

/**
 * Analyses what an export of a module reaches. `cost` gives an expression's
 * own cost by its name; the result is the worst path's.
 */
function worstCase(module, entry, cost, turns, onReach = () => {}) {
  const costs = new Map();
  let depth = 0;
  const looped = new Set(); // depths at which there is a loop

  const ofFunction = (name) => {
    const cached = costs.get(name);
    if (cached === 'open') throw new Error(`recursion through ${name}`);
    if (cached !== undefined) return cached;
    costs.set(name, 'open');
    const info = binaryen.getFunctionInfo(module.getFunction(name));
    if (info.module) throw new Error(`call of the import ${info.module}.${info.base}`);
    const path = close(ofExpression(info.body), RETURN);
    costs.set(name, path.fall);
    return path.fall;
  };

  const flow = {
    Block: (info) => close(sequence(...info.children.map(ofExpression)), info.name),
    If: (info) =>
      sequence(
        ofExpression(info.condition),
        step(cost('If')),
        either(ofExpression(info.ifTrue), info.ifFalse ? ofExpression(info.ifFalse) : step(0)),
      ),
    Break: (info) => {
      const before = [info.value, info.condition].filter(Boolean).map(ofExpression);
      const taken = leave(info.name);
      return sequence(...before, step(cost('Break')), info.condition ? either(taken, step(0)) : taken);
    },
    Loop: (info) => {
      if (depth === turns.length || looped.has(depth)) throw new Error('Loop is reached');
      looped.add(depth);
      const most = turns[depth++];
      const path = ofExpression(info.body);
      depth--;
      const all = most * (path.exits.get(info.name) ?? 0);
      const exits = new Map(path.exits);
      exits.delete(info.name);
      return { fall: path.fall + all, exits: merge(new Map(), exits, all) };
    },
    Return: (info) => sequence(...(info.value ? [ofExpression(info.value)] : []), step(cost('Return')), leave(RETURN)),
    Call: (info) => sequence(...info.operands.map(ofExpression), step(cost('Call') + ofFunction(info.target))),
  };

  const ofExpression = (expression) => {
    const name = idNames.get(binaryen.getExpressionId(expression));
    onReach(name);
    const known = Object.hasOwn(flow, name) || OPERANDS[name]?.length;
    const info = known ? binaryen.getExpressionInfo(expression) : {};
    if (Object.hasOwn(flow, name)) return flow[name](info);
    if (!Object.hasOwn(OPERANDS, name)) throw new Error(`${name} is reached`);
    const end = name === 'Unreachable' ? { fall: NOWHERE, exits: new Map() } : step(cost(name));
    return sequence(...OPERANDS[name].map((field) => ofExpression(info[field])), end);
  };

  return ofFunction(entry);
}

/** {export: {instructions, calls, moves}} of a module, or it throws. */
export function boundsOf(bytes, turns = []) {
  const module = binaryen.readBinary(bytes);
  const bounds = {};
  for (let i = 0; i < module.getNumExports(); i++) {
    const { kind, name, value } = binaryen.getExportInfo(module.getExportByIndex(i));
    if (kind !== binaryen.ExternalFunction) continue;
    const reached = new Set();
    try {
      bounds[name] = {
        instructions: worstCase(module, value, () => 1, turns, (what) => reached.add(what)),
        calls: worstCase(module, value, (what) => (what === 'Call' ? 1 : 0), turns),
        loops: reached.has('Loop'),
        moves: reached.has('MemoryCopy') || reached.has('MemoryFill'),
      };
    } catch (error) {
      throw new Error(`${name}: ${error.message}: its time has no bound`);
    }
    if (bounds[name].moves && !Object.hasOwn(MAY_MOVE_BYTES, name)) throw new Error(`${name}: moves or clears bytes`);
  }
  module.dispose();
  return bounds;
}

async function read(path) {
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const bytes = await readFile(path);
  if (!WebAssembly.validate(bytes)) throw new Error(`${path} is no WebAssembly module`);
  return bytes;
}

async function main(files) {
  const named = files.map((file) => resolve(process.env.TLSF_FROM ?? '.', file));
  const paths = named.length ? named : Object.keys(MODULES).map((name) => join(root, 'dist', `${name}.wasm`));
  for (const path of paths) {
    const turns = LOOPS[basename(path, '.wasm')] ?? [];
    const loops = turns.length ? `one nest of loops of ${turns.join(' x ')} turns, before memory grows` : 'no loop';
    const bounds = boundsOf(await read(path), turns);
    console.log(`${basename(path)}: ${loops}, no recursion, no indirect call; longest paths:`);
    for (const [name, bound] of Object.entries(bounds)) {
      const copies = bound.moves ? MAY_MOVE_BYTES[name] : '';
      console.log(`  ${name.padEnd(18)} ${String(bound.instructions).padStart(4)} instructions, ${bound.calls} calls${copies}`);
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(`bound: ${error.message}`);
    process.exitCode = 1;
  }
}
