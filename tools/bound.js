// SPDX-License-Identifier: MIT OR Apache-2.0
// Proves on the compiled modules that time is bounded: no export reaches a
// loop, a recursion or an indirect call, so that the longest path through the
// code is a number. An instruction that this file does not know is an error.
// The table of builds grants nests of loops to some modules, with their number
// of turns; only a module with the same bytes as ours in dist/ gets them. A
// single loop must also count its turns down from a constant (countloop.js).
import './memory64.js';
import { binaryen } from './binaryen.js';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { link, optimisation, root, readArchive } from './build.js';
import { copyTurn } from './copyloop.js';
import { constant, counterOf } from './countloop.js';
import { scanTurn } from './scanloop.js';
import { ALL_MODULES, ARCHIVES } from './builds.js';
import { wasmOpt } from './toolchain.js';

const MOVES = ', plus memory.copy or memory.fill';
const shrinks = (shown) =>
  `, realloc among them, which here only shrinks: it copies nothing (test/${shown}.test.js)`;
const SHRINKS = shrinks('behaviour/family');
const CLEARS = ", plus memory.fill of the heap's state";

/** Exports from which copying or clearing bytes can be reached. */
const MAY_MOVE_BYTES = {
  realloc: MOVES,
  calloc: MOVES,
  aligned_alloc: SHRINKS,
  posix_memalign: SHRINKS,
  memalign: SHRINKS,
  reallocarray: MOVES,
  aligned_realloc: MOVES,
  cabi_realloc: MOVES,
  tlsf_realloc: MOVES,
  tlsf_aligned_alloc: shrinks('given/given'),
  tlsf_create: CLEARS,
  tlsf_reset: CLEARS,
  tlsf_destroy: CLEARS,
  _ZnwmSt11align_val_t: SHRINKS, // by aligned_alloc
  _ZnwmSt11align_val_tRKSt9nothrow_t: SHRINKS,
  _ZnamSt11align_val_t: SHRINKS,
  _ZnamSt11align_val_tRKSt9nothrow_t: SHRINKS,
};

/** The operands of an expression in the order in which they are evaluated. */
const OPERANDS = {
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
  AtomicRMW: ['ptr', 'value'],
  AtomicCmpxchg: ['ptr', 'expected', 'replacement'],
  AtomicNotify: ['ptr', 'notifyCount'],
};

/** Where any expression has others inside. */
export const INSIDE = {
  ...OPERANDS,
  Block: ['children'],
  If: ['condition', 'ifTrue', 'ifFalse'],
  Break: ['value', 'condition'],
  Loop: ['body'],
  Return: ['value'],
  Call: ['operands'],
  AtomicWait: ['ptr', 'expected', 'timeout'],
};

export const idNames = new Map();
for (const [name, id] of Object.entries(binaryen)) {
  if (name.endsWith('Id') && typeof id === 'number') idNames.set(id, name.slice(0, -2));
}

/** binaryen's info of all expressions inside one; throws at one that is not known. */
function allInside(expression) {
  const name = idNames.get(binaryen.getExpressionId(expression));
  if (!Object.hasOwn(INSIDE, name)) throw new Error(`${name} is reached`);
  const info = INSIDE[name].length ? binaryen.getExpressionInfo(expression) : { id: null };
  const parts = INSIDE[name].flatMap((field) => info[field]).filter(Boolean);
  return [info, ...parts.flatMap(allInside)];
}

/** What a loop may do that only waits: it looks at memory and changes none. */
const LOOKS = [
  'Block',
  'If',
  'Break',
  'Loop',
  'LocalGet',
  'LocalSet',
  'Const',
  'Binary',
  'Unary',
].concat(['Load', 'GlobalGet', 'AtomicWait', 'Drop', 'Return', 'Nop']);

/** Does a loop only wait for what another thread writes? */
function isWaiting(info) {
  const inside = allInside(info.body).filter(({ id }) => id);
  const waits = inside.some(({ id, isAtomic }) => id === binaryen.AtomicWaitId || isAtomic);
  return waits && inside.every(({ id }) => LOOKS.includes(idNames.get(id)));
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
 * @param {import('binaryen').default.Module} module
 * @param {string} entry
 * @param {(what: string) => number} cost
 * @param {{ loops: number[][], copyStep: number, scanStep: number, walks: boolean, shared: boolean }} granted
 * @param {(what: string) => void} onReach
 * @returns {number}
 */
function worstCase(module, entry, cost, granted, onReach = () => {}) {
  const { loops, copyStep, scanStep, walks, shared } = granted;
  const nests = walks ? [...loops, WALK] : loops;
  const costs = new Map();
  let open = null; // the nest whose loops are being entered: {turns, depth, looped}
  const used = new Set(); // nests whose turns nothing proves: each may be there once
  let waiting = false; // inside of a loop that waits for other threads
  let constants = new Map(); // locals that surely hold a constant now

  /** The nest that a loop outside of all others may begin. */
  const nestFor = (info) => {
    const inside = allInside(info.body);
    const counter = counterOf(info, inside);
    const most = counter === undefined ? undefined : constants.get(counter);
    const isSingle = !inside.some(({ id }) => id === binaryen.LoopId);
    const nest = nests.find((turns) =>
      turns === WALK
        ? !used.has(turns)
        : isSingle
          ? turns.length === 1 && most > 0 && most <= turns[0]
          : turns.length > 1 && !used.has(turns),
    );
    if (!nest) throw new Error('Loop is reached');
    if (!isSingle || nest === WALK) used.add(nest);
    return { turns: isSingle && nest !== WALK ? [most] : nest, depth: 0, looped: new Set() };
  };

  /** What a loop costs whose place in its nest is known. */
  const ofLoop = (info, most) => {
    constants = new Map(); // another turn may begin with other values
    const path = ofExpression(info.body);
    const all = most * (path.exits.get(info.name) ?? 0);
    const exits = new Map(path.exits);
    exits.delete(info.name);
    return { fall: path.fall + all, exits: merge(new Map(), exits, all) };
  };

  const ofFunction = (name) => {
    const cached = costs.get(name);
    if (cached === 'open') throw new Error(`recursion through function ${name}`);
    if (cached !== undefined) return cached;
    costs.set(name, 'open');
    const info = binaryen.getFunctionInfo(module.getFunction(name));
    if (info.module) throw new Error(`call of the import ${info.module}.${info.base}`);
    const before = constants;
    constants = new Map();
    const path = close(ofExpression(info.body), RETURN);
    constants = before;
    costs.set(name, path.fall);
    return path.fall;
  };

  /** Ways meet behind a path, so no constant is sure any more. */
  const joined = (path) => {
    constants = new Map();
    return path;
  };

  const flow = {
    Block: (info) => joined(close(sequence(...info.children.map(ofExpression)), info.name)),
    If: (info) => {
      const condition = ofExpression(info.condition);
      const taken = joined(ofExpression(info.ifTrue));
      const other = info.ifFalse ? joined(ofExpression(info.ifFalse)) : step(0);
      return sequence(condition, step(cost('If')), either(taken, other));
    },
    LocalSet: (info) => {
      const path = sequence(ofExpression(info.value), step(cost('LocalSet')));
      constants.set(info.index, constant(info.value));
      return path;
    },
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
      if (shared && isWaiting(info)) {
        onReach('Wait');
        waiting = true;
        const path = joined(ofLoop(info, 0)); // the turn that finds what it waits for
        waiting = false;
        return path;
      }
      onReach('Loop');
      const copies = copyStep ? copyTurn(info, copyStep) : null;
      if (copies) onReach('CopyLoop');
      if (copies) return joined(leaving(copies.exit, cost('CopyLoop') * copies.turn));
      const outer = open;
      const scans = scanStep ? scanTurn(info, scanStep) : null;
      if (scans) onReach('ScanLoop');
      if (scans) {
        const turn = cost('ScanLoop') * scans.turn;
        return joined(either(step(turn), leaving(scans.exit, turn)));
      }
      open = outer ?? nestFor(info);
      const { turns, depth, looped } = open;
      if (depth === turns.length || looped.has(depth)) throw new Error('Loop is reached');
      looped.add(depth);
      open.depth++;
      const path = joined(ofLoop(info, turns[depth]));
      open.depth--;
      open = outer;
      return path;
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

  /** Where a thread sleeps until it is woken up: the next turn is looked at, too. */
  const wait = (info) =>
    sequence(
      ...INSIDE.AtomicWait.map((field) => ofExpression(info[field])),
      step(cost('AtomicWait')),
    );

  const ofExpression = (expression) => {
    const name = idNames.get(binaryen.getExpressionId(expression));
    if (name === 'AtomicWait' && waiting) return wait(binaryen.getExpressionInfo(expression));
    if (name !== 'Loop') onReach(name);
    const known = Object.hasOwn(flow, name) || OPERANDS[name]?.length;
    const info = known ? binaryen.getExpressionInfo(expression) : {};
    if (Object.hasOwn(flow, name)) return flow[name](info);
    if (!Object.hasOwn(OPERANDS, name)) throw new Error(`${name} is reached`);
    const end = name === 'Unreachable' ? { fall: NOWHERE, exits: new Map() } : step(cost(name));
    return sequence(...OPERANDS[name].map((field) => ofExpression(info[field])), end);
  };

  return ofFunction(entry);
}

/** A walk over all live blocks, of which one turn is counted. */
const WALK = [1];

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
function boundOf(module, name, entry, row) {
  const granted = { ...row, walks: row.walks.includes(name) };
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
    waits: reached.has('Wait'), // for other threads, until the one before has left
    moves: ['MemoryCopy', 'MemoryFill', 'CopyLoop'].some((what) => reached.has(what)),
    turn: only('CopyLoop'), // instructions of a turn of each loop over words on a path
    scan: only('ScanLoop'), // the same of loops that compare words
    walks: granted.walks,
  };
  if (bound.instructions === NOWHERE) throw new Error('never returns');
  if (bound.moves && !granted.scanStep && !Object.hasOwn(MAY_MOVE_BYTES, name))
    throw new Error('moves or clears bytes');
  return bound;
}

/**
 * What a row of the table of builds grants.
 *
 * @param {{loops?: number[][], copyStep?: number, scanStep?: number, walks?: string[],
 *   shared?: boolean}} row
 */
const grantedBy = ({ loops = [], copyStep = 0, scanStep = 0, walks = [], shared = false }) => ({
  loops,
  copyStep,
  scanStep,
  walks,
  shared,
});

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
 * @param {{loops?: number[][], copyStep?: number, scanStep?: number, walks?: string[], shared?: boolean}} [row]
 */
export function boundsOf(bytes, row = {}) {
  const bounds = examine(bytes, grantedBy(row));
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
  for (const name of Object.keys(ALL_MODULES))
    if (bytes.equals(await readFile(shipped(name)))) return name;
}

/** What an export's line says of the words that it compares, and of a walk. */
const scansOf = ({ scan, walks }, scanStep) =>
  (scan ? `, plus ${scan} instructions for each ${scanStep} bytes of the block` : '') +
  (walks ? ', for each live block' : '');

/** The last words of an export's line, which say what it moves. */
function movesOf(own, name, { turn }, copyStep) {
  const what = (own && MAY_MOVE_BYTES[name]) || MOVES;
  if (!turn || what !== MOVES) return what;
  return `, plus ${turn} instructions for each ${copyStep} bytes copied or cleared`;
}

/** Which loops a module may have, in words. */
function loopsOf(nests, copyStep, scanStep) {
  const turns = nests.map((nest) => nest.join(' x ')).join(' and of ');
  const before = nests.length ? [`loops of ${turns} turns`] : [];
  return [...before, ...(copyStep || scanStep ? ['loops over words'] : [])].join(', ') || 'no loop';
}

/** Archives of builds that have no module, except those of other code for the same C. */
const unshipped = Object.values(ARCHIVES).filter(
  ({ module, flags }) => !module && !flags.includes('-fPIC'),
);

/** The C family of a build's archive, linked and optimised as modules are. */
export async function linkedFamily(build) {
  const archive = await readArchive(build.archive);
  return wasmOpt(await link([archive], build.exports), optimisation(build));
}

/** Prints the bounds of a module of a file; what is granted is that of ours with its bytes. */
async function printFile(path) {
  const bytes = await read(path);
  const own = await ownName(bytes);
  return print(basename(path), bytes, own && ALL_MODULES[own]);
}

/** Prints the bounds of a module, which may be that of a row; returns why other exports have none. */
function print(title, bytes, own) {
  const granted = grantedBy(own ?? {});
  const { copyStep, scanStep } = granted;
  const loops = loopsOf(granted.loops, copyStep, scanStep);
  const all = Object.entries(examine(bytes, granted));
  const bounded = all.filter(([, bound]) => !(bound instanceof Error));
  const lacking = all
    .filter(([, bound]) => bound instanceof Error)
    .map(([, error]) => error.message);
  console.log(
    `${title}: ${lacking.length ? 'in the bounded exports ' : ''}${loops}, no ${loops === 'no loop' ? '' : 'other loop, no '}recursion, no indirect call; longest paths:`,
  );
  for (const [name, bound] of bounded) {
    const copies = bound.moves ? movesOf(own, name, bound, copyStep) : '';
    const waits = bound.waits ? ', and waits' : '';
    console.log(
      `  ${name.padEnd(18)} ${String(bound.instructions).padStart(4)} instructions, ${bound.calls} calls${copies}${waits}${scansOf(bound, scanStep)}`,
    );
  }
  const waits = bounded.map(([, bound]) => bound).filter((bound) => bound.waits);
  if (waits.length) {
    const most = Math.max(...bounded.map(([, { instructions }]) => instructions));
    console.log(
      `  and to wait, with n threads in line before: until n have woken up, and at most ${most} instructions of n + 1 threads`,
    );
  }
  return lacking;
}

const HELP = `usage: ./build.sh bound [FILE.wasm...]

Proves for each function that a module exports that it reaches no loop, no
recursion and no indirect call, and prints the instructions and calls of the
longest path through it. Without a file it examines the modules in dist/, and
the C family of an archive that has no module, linked. It fails if an export has
no bound, after it has printed those that have one. Only realloc, calloc and the
aligned functions may reach memory.copy and memory.fill.`;

async function main(files) {
  if (files.includes('--help')) return console.log(HELP);
  const option = files.find((file) => file.startsWith('-'));
  if (option) throw new Error(`there is no option ${option}; ./build.sh bound --help`);
  const named = files.map((file) => resolve(process.env.TLSF_FROM ?? '.', file));
  const lacking = [];
  for (const path of named.length ? named : Object.keys(ALL_MODULES).map(shipped))
    lacking.push(...(await printFile(path)));
  for (const build of named.length ? [] : unshipped)
    lacking.push(...print(`${build.archive}.a linked`, await linkedFamily(build), build));
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
