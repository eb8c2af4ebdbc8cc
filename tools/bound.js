// SPDX-License-Identifier: MIT OR Apache-2.0
// Proves on the compiled modules that time is bounded: no export reaches a
// loop, a recursion or an indirect call, so that the longest path through the
// code is a number. An instruction that this file does not know is an error.
// The table of builds grants loops to some modules, with their number of turns;
// only a module with the same bytes as ours in dist/ gets them.
import binaryen from 'binaryen';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { root } from './build.js';
import { copyTurn } from './copyloop.js';
import { MODULES } from './builds.js';

const MOVES = ', plus memory.copy or memory.fill';
const SHRINKS =
  ', realloc among them, which here only shrinks: it copies nothing (test/behaviour/family.test.js)';

/** Exports from which copying or clearing bytes can be reached. */
const MAY_MOVE_BYTES = {
  realloc: MOVES,
  calloc: MOVES,
  aligned_alloc: SHRINKS,
  posix_memalign: SHRINKS,
  memalign: SHRINKS,
};

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
  paths.reduce(
    (before, path) => ({
      fall: before.fall + path.fall,
      exits: merge(new Map(before.exits), path.exits, before.fall),
    }),
    step(0),
  );

const either = (one, other) => ({
  fall: Math.max(one.fall, other.fall),
  exits: merge(new Map(one.exits), other.exits),
});

/** Goes on behind what it is, or at a label, after so much. */
const leaving = (label, all) =>
  label === undefined ? step(all) : { fall: NOWHERE, exits: new Map([[label, all]]) };

const leave = (label) => ({ fall: NOWHERE, exits: new Map([[label, 0]]) });

/** Closes a label: leaving by it is falling out of its block. */
function close(path, label) {
  const exits = new Map(path.exits);
  const fall = Math.max(path.fall, exits.get(label) ?? NOWHERE);
  exits.delete(label);
  return { fall, exits };
}

/**
 * Analyses what an export of a module reaches and returns the cost of the
 * worst path. `cost` gives the cost of an expression itself, by its name.
 *
 * @param {binaryen.Module} module
 * @param {string} entry
 * @param {(what: string) => number} cost
 * @param {{ loops: number[], copyStep: number }} granted
 * @param {(what: string) => void} onReach
 * @returns {number}
 */
function worstCase(module, entry, cost, { loops: turns, copyStep }, onReach = () => {}) {
  const costs = new Map();
  let depth = 0;
  const looped = new Set(); // depths at which there is a loop

  const ofFunction = (name) => {
    const cached = costs.get(name);
    if (cached === 'open') throw new Error(`recursion through function ${name}`);
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
      return sequence(
        ...before,
        step(cost('Break')),
        info.condition ? either(taken, step(0)) : taken,
      );
    },
    Loop: (info) => {
      const copies = copyStep ? copyTurn(info, copyStep) : null;
      if (copies) onReach('CopyLoop');
      if (copies) return leaving(copies.exit, cost('CopyLoop') * copies.turn);
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
    Return: (info) =>
      sequence(
        ...(info.value ? [ofExpression(info.value)] : []),
        step(cost('Return')),
        leave(RETURN),
      ),
    Call: (info) =>
      sequence(...info.operands.map(ofExpression), step(cost('Call') + ofFunction(info.target))),
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

/** The functions that others can call, [[name, function]...]; throws if a table is exported. */
function entries(module) {
  const found = module.getStart()
    ? [['(start)', binaryen.getFunctionInfo(module.getStart()).name]]
    : [];
  for (let i = 0; i < module.getNumExports(); i++) {
    const { kind, name, value } = binaryen.getExportInfo(module.getExportByIndex(i));
    if (kind === binaryen.ExternalTable)
      throw new Error(`exports the table ${name}, and its functions can be called`);
    if (kind === binaryen.ExternalFunction) found.push([name, value]);
  }
  if (!found.length) throw new Error('exports no function, so there is nothing to prove');
  return found;
}

/** The bound of an entry (boundsOf), or it throws. */
function boundOf(module, name, entry, granted) {
  const reached = new Set();
  const only = (counted) => worstCase(module, entry, (what) => (what === counted ? 1 : 0), granted);
  const bound = {
    instructions: worstCase(
      module,
      entry,
      () => 1,
      granted,
      (what) => reached.add(what),
    ),
    calls: only('Call'),
    loops: reached.has('Loop'),
    moves: ['MemoryCopy', 'MemoryFill', 'CopyLoop'].some((what) => reached.has(what)),
    turn: only('CopyLoop'), // instructions of a turn of each loop over words on a path
  };
  if (bound.instructions === NOWHERE) throw new Error('never returns');
  if (bound.moves && !Object.hasOwn(MAY_MOVE_BYTES, name)) throw new Error('moves or clears bytes');
  return bound;
}

/** {export: its bound, or an Error} of a module. */
function examine(bytes, granted) {
  const module = binaryen.readBinary(bytes);
  const bounds = {};
  for (const [name, entry] of entries(module)) {
    try {
      bounds[name] = boundOf(module, name, entry, granted);
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      bounds[name] = new Error(`${name}: ${message}: its time has no bound`);
    }
  }
  module.dispose();
  return bounds;
}

/**
 * {export: {instructions, calls, loops, moves, turn}} of a module, or it
 * throws. What is granted is a row of the table of builds.
 *
 * @param {{loops?: number[], copyStep?: number}} [granted]
 */
export function boundsOf(bytes, granted = {}) {
  const bounds = examine(bytes, { loops: granted.loops ?? [], copyStep: granted.copyStep ?? 0 });
  for (const bound of Object.values(bounds)) if (bound instanceof Error) throw bound;
  return bounds;
}

async function read(path) {
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  if ((await stat(path)).isDirectory()) throw new Error(`${path} is a directory, not a .wasm file`);
  const bytes = await readFile(path);
  if (!WebAssembly.validate(bytes)) throw new Error(`${path} is not a WebAssembly module`);
  const isObject = WebAssembly.Module.customSections(
    new WebAssembly.Module(bytes),
    'linking',
  ).length;
  if (isObject) throw new Error(`${path} is an object file; link it first`);
  return bytes;
}

const shipped = (name) => join(root, 'dist', `${name}.wasm`);

/** The name of our module with these bytes, or undefined. */
async function ownName(bytes) {
  for (const name of Object.keys(MODULES))
    if (bytes.equals(await readFile(shipped(name)))) return name;
}

/** The last words of an export's line, which say what it moves. */
function movesOf(own, name, { turn }, copyStep) {
  const what = own ? MAY_MOVE_BYTES[name] : MOVES;
  if (!turn || what !== MOVES) return what;
  return `, plus ${turn} instructions for each ${copyStep} bytes copied or cleared`;
}

/** Prints the bounds of a module and returns why each other export has none. */
async function print(path) {
  const bytes = await read(path);
  const own = await ownName(bytes);
  const { loops: turns = [], copyStep = 0 } = (own && MODULES[own]) || {};
  const loops = turns.length
    ? `one nest of loops of ${turns.join(' x ')} turns, before memory grows`
    : copyStep
      ? 'loops over words only'
      : 'no loop';
  const all = Object.entries(examine(bytes, { loops: turns, copyStep }));
  const bounded = all.filter(([, bound]) => !(bound instanceof Error));
  const lacking = all
    .filter(([, bound]) => bound instanceof Error)
    .map(([, error]) => error.message);
  console.log(
    `${basename(path)}: ${lacking.length ? 'in the bounded exports ' : ''}${loops}, no recursion, no indirect call; longest paths:`,
  );
  for (const [name, bound] of bounded) {
    const copies = bound.moves ? movesOf(own, name, bound, copyStep) : '';
    console.log(
      `  ${name.padEnd(18)} ${String(bound.instructions).padStart(4)} instructions, ${bound.calls} calls${copies}`,
    );
  }
  return lacking;
}

const HELP = `usage: ./build.sh bound [FILE.wasm...]

Proves for each function that a module exports that it reaches no loop, no
recursion and no indirect call, and prints the instructions and calls of the
longest path through it. Without a file it examines the modules in dist/. It
fails if an export has no bound, after it has printed those that have one.
Only realloc, calloc and the aligned functions may reach memory.copy and
memory.fill.`;

async function main(files) {
  if (files.includes('--help')) return console.log(HELP);
  const option = files.find((file) => file.startsWith('-'));
  if (option) throw new Error(`there is no option ${option}; ./build.sh bound --help`);
  const named = files.map((file) => resolve(process.env.TLSF_FROM ?? '.', file));
  const lacking = [];
  for (const path of named.length ? named : Object.keys(MODULES).map(shipped))
    lacking.push(...(await print(path)));
  if (lacking.length) throw new Error(lacking.join('\nbound: '));
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(`bound: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
  }
}
