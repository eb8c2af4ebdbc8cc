// SPDX-License-Identifier: MIT OR Apache-2.0
// Coverage of compiled code: each function of a module entered, each if and
// br_if taken and not, each select either way. The module's own code is what
// runs; it only tells each outcome to an import on the way.
import { binaryen } from '../../tools/binaryen.js';
import { idNames, INSIDE } from '../../tools/bound.js';
import { createModel, randomStep } from '../support/model.js';
import { logSize, random } from '../support/random.js';
import { PAGE } from '../support/modules.js';

const DECISIONS = { If: binaryen.If, Break: binaryen.Break, Select: binaryen.Select };

const kindOf = (expression) => idNames.get(binaryen.getExpressionId(expression));

/** Every expression below one, itself included. */
function* walk(expression) {
  yield expression;
  const kind = kindOf(expression);
  if (!Object.hasOwn(INSIDE, kind)) throw new Error(`${kind}: no rule for it here`);
  if (!INSIDE[kind].length) return;
  const info = binaryen.getExpressionInfo(expression);
  for (const child of INSIDE[kind].flatMap((name) => info[name] || [])) yield* walk(child);
}

/** {binary, places}: places[i] is what import(i, outcome) speaks of. */
export function instrument(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.BulkMemory | binaryen.Features.BulkMemoryOpt);
  const { i32 } = binaryen;
  const places = [];
  const tell = (where, what, condition) => {
    places.push({ where, what });
    return module.call('coverage', [module.i32.const(places.length - 1), condition], i32);
  };
  const functions = Array.from({ length: module.getNumFunctions() }, (_, i) =>
    module.getFunctionByIndex(i),
  );
  module.addFunctionImport(
    'coverage',
    'coverage',
    'coverage',
    binaryen.createType([i32, i32]),
    i32,
  );
  for (const reference of functions) {
    const { name, body } = binaryen.getFunctionInfo(reference);
    const counts = {};
    for (const expression of [...walk(body)]) {
      const kind = kindOf(expression);
      const condition = DECISIONS[kind]?.getCondition(expression);
      if (!condition) continue;
      counts[kind] = (counts[kind] ?? 0) + 1;
      const text = binaryen.emitText(condition).replace(/\s+/g, ' ').slice(0, 120);
      DECISIONS[kind].setCondition(
        expression,
        tell(name, `${kind} ${counts[kind]} of ${text}`, condition),
      );
    }
    const entered = module.drop(tell(name, 'entry', module.i32.const(1)));
    binaryen.Function.setBody(
      reference,
      module.block(null, [entered, body], binaryen.getExpressionType(body)),
    );
  }
  if (!module.validate()) throw new Error('the instrumented module is not valid');
  const binary = module.emitBinary();
  module.dispose();
  return { binary, places };
}

/** A new instance whose outcomes go to `seen`: [times false, times true] a place. */
function instance(compiled, seen) {
  const coverage = (place, outcome) => {
    seen[place][outcome ? 1 : 0]++;
    return outcome;
  };
  return new WebAssembly.Instance(compiled, { coverage: { coverage } }).exports;
}

/** Boundary cases of the family, over a memory that may grow to 2^32 bytes. */
function boundaryCases(exports) {
  const {
    memory,
    malloc,
    realloc,
    calloc,
    aligned_alloc: aligned,
    posix_memalign: posix,
    malloc_usable_size: usable,
    free,
  } = exports;
  const p = malloc(100) >>> 0;
  for (const size of [2 ** 32 - 1, 2 ** 32 - 400, 2 ** 32 - PAGE]) malloc(size);
  free(0);
  if (!realloc) return p;
  for (const size of [2 ** 32 - 1, 2 ** 32 - 400, 3e9])
    [realloc(p, size), calloc(1, size), calloc(size, size), aligned(64, size), posix(p, 64, size)];
  for (const align of [0, 1, 3, 4, 24, 4096]) [aligned(align, 5), posix(p, align, 5)];
  for (let size = 0; size < 4000; size += 37)
    [calloc(size, 1), aligned(256, size), aligned(8, size)];
  usable(0);
  return memory;
}

/** Memory to 2^32 in steps of a page, as one block, and taken by others. */
function toTheEnd(exports) {
  const { malloc, free, realloc } = exports;
  const first = malloc(1000);
  let last = 0;
  for (let p = first; p; p = malloc(PAGE * 7)) last = p;
  realloc?.(last, PAGE * 20); // behind it there are less than 7 pages
  while (malloc(3000)) continue;
  while (malloc(1)) continue;
  realloc?.(first, 1020);
  free(first);
  realloc?.(malloc(1), 900000);
}

function fillsAndFrees(exports, below) {
  const { malloc, free, realloc } = exports;
  exports.memory.grow(1);
  for (let round = 0; round < 30; round++) {
    const held = Array.from({ length: 60 }, () => malloc(logSize(below, 12)));
    for (let i = 0; i < 60; i += 1 + (round % 3)) free(held[i]);
    for (let i = 1; realloc && i < 60; i += 3)
      if (round % 3 === 2) realloc(held[i], logSize(below, 14));
  }
}

/** What a block before the end of memory lacks of it: where headers have two words, and one. */
const ENDS = [8, 4];

/** The tail, whole: fresh or not, by realloc or by malloc, and again. */
function tails(exports) {
  const { memory, malloc, realloc, free } = exports;
  for (const first of [100, 70000, 200000]) {
    for (const end of ENDS) {
      const p = malloc(first) >>> 0;
      const rest = () => memory.buffer.byteLength - end - p;
      for (let i = 0; i < 3; i++) {
        realloc?.(p, rest());
        realloc?.(p, first);
        free(malloc(rest() - Math.floor((first + 19) / 16) * 16));
      }
      free(p);
    }
  }
}

/** Bytes that are free at the end of memory when others grow it. */
const LEFT = [0, 16, 896, 2048];

/** That, where a freed block of this size is in a bin, was in one, or never was; then realloc. */
function others({ memory, malloc, realloc, free }, left, before) {
  const small = malloc(left - 4);
  malloc(1);
  if (before > 0) free(small);
  if (before > 1) malloc(left - 4);
  for (const end of realloc ? ENDS : []) {
    const p = malloc(70000) >>> 0;
    const q = realloc(p, memory.buffer.byteLength - end - p - left) || p;
    memory.grow(1);
    realloc(q, 300000);
  }
  malloc(70000);
  memory.grow(1);
  malloc(200000);
}

/** realloc where nothing else is free, and memory can't grow: down into the block before, or not. */
function slides({ memory, malloc, realloc, free }) {
  const before = malloc(20000);
  const p = malloc(1000);
  malloc(8);
  memory.grow(65536 - memory.buffer.byteLength / 65536);
  while (malloc(3000)) continue;
  while (malloc(1)) continue;
  realloc?.(p, 900000);
  free(before);
  realloc?.(p, 900000);
  realloc?.(p, 20500);
}

/** Many blocks of few sizes: stacks fill, holes of just the size, remainders. */
function fewSizes(exports, below) {
  const { malloc, free, realloc } = exports;
  const sizes = [12, 28, 60, 124, 300, 492, 508, 600, 1000, 1100, 5000];
  const held = [];
  for (let i = 0; i < 4000; i++) {
    if (held.length && below(5) < 2) free(held.splice(below(held.length), 1)[0]);
    else if (realloc && held.length && below(6) === 0)
      held.push(realloc(held.splice(below(held.length), 1)[0], sizes[below(sizes.length)]));
    else held.push(malloc(sizes[below(sizes.length)]));
    if (i % 500 === 499) while (held.length) free(held.pop());
  }
}

/** All that is run over a module: {places, seen}. */
export function exercise(bytes) {
  const { binary, places } = instrument(bytes);
  const seen = places.map(() => [0, 0]);
  const compiled = new WebAssembly.Module(binary);
  for (let seed = 1; seed <= 12; seed++) {
    const exports = instance(compiled, seen);
    const model = createModel(exports);
    const below = random(seed);
    for (let i = 0; i < 3000; i++)
      randomStep(model, exports, below, { bits: seed % 2 ? 11 : 17, foreign: seed % 3 ? 0 : 12 });
    model.finish(below);
    fillsAndFrees(instance(compiled, seen), below);
    fewSizes(instance(compiled, seen), below);
  }
  for (const scenario of [boundaryCases, tails, slides, toTheEnd])
    scenario(instance(compiled, seen));
  for (const left of LEFT)
    for (const before of [0, 1, 2]) others(instance(compiled, seen), left, before);
  return { places, seen };
}

/** Outcomes of a module that never were: ['function 3, If 2: never false'...], and how many there are. */
export function missed(places, seen) {
  const outcomes = places.flatMap(({ where, what }, i) => {
    const entry = [[`${where}, ${what}: never`, seen[i][1]]];
    return what === 'entry'
      ? entry
      : [
          [`${where}, ${what}: never false`, seen[i][0]],
          [`${where}, ${what}: never true`, seen[i][1]],
        ];
  });
  return {
    total: outcomes.length,
    missed: outcomes.filter(([, times]) => !times).map(([text]) => text),
  };
}
