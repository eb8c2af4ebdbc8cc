// SPDX-License-Identifier: MIT OR Apache-2.0
// The native targets (core.c, family.c under fuzz.c), for each compiler, in
// each shape: what there is, how it is compiled, and what it printed.
import {
  C,
  CLANG,
  GCC,
  missing as lacks,
  output,
  program,
  SANITIZED,
  SANITIZERS,
} from '../support/native.js';
import { adjustable, families, shape } from '../support/shapes.js';

export const CORPUS = { core: 'test/fuzz/corpus/core.hex', family: 'test/fuzz/corpus/family.hex' };

/** Parameters, for a machine of 64 bits. */
const PARAMETERS = [
  { TLSF_SLLEN: 8 },
  { TLSF_SLLEN: 16, HOST_PAGE_LOG: 16 },
  { TLSF_ALIGN: 8 },
  { TLSF_ALIGN: 32 },
  { TLSF_ALIGN: 64, TLSF_SLLEN: 8 },
];
/** 32 bits is what the wasm tests run, so fewer. */
const PARAMETERS_32 = [{ TLSF_ALIGN: 4 }, { TLSF_ALIGN: 8, TLSF_SLLEN: 16 }];
/** The core only: by integers, and bins may end before memory does. */
const PARAMETERS_CORE = [
  { TLSF_FLOAT: 0 },
  { TLSF_ALIGN: 64, TLSF_SLLEN: 8, TLSF_FLLEN: 13 },
  { TLSF_FLLEN: 1, TLSF_SLLEN: 8 },
  { TLSF_FLLEN: 3, TLSF_SLLEN: 32, TLSF_FLOAT: 0 },
];

/** All [target, shape] of a machine, '-m64' or one of 32 bits: all builds, some with parameters. */
export function targets(machine) {
  const parameters = machine === '-m64' ? PARAMETERS : PARAMETERS_32;
  return [
    ...[{}, ...parameters, ...PARAMETERS_CORE].map((each) => [
      'core',
      shape('core', machine, each),
    ]),
    ...families.map((name) => ['family', shape(name, machine)]),
    ...adjustable.flatMap((name) =>
      parameters.map((each) => ['family', shape(name, machine, each)]),
    ),
  ];
}

/** All [target, shape] of a machine with the parameters that a build has by itself. */
export const plainTargets = (machine) => [
  ['core', shape('core', machine)],
  ...families.map((name) => ['family', shape(name, machine)]),
];

/** What a compiler makes: all builds as they are; the shapes with parameters those compilers share that are there. */
export function sharedTargets(compiler, machine) {
  const there = [GCC, CLANG].filter((each) => !missing(each, machine));
  const plain = plainTargets(machine);
  const names = plain.map(([, { name }]) => name);
  const others = targets(machine).filter(([, { name }]) => !names.includes(name));
  return [...plain, ...others.filter((_, i) => there[i % there.length] === compiler)];
}

const HOST = 'test/fuzz/fuzz.c';
export const FUZZER = ['-O1', '-fsanitize=fuzzer', '-Dmain=replay', ...SANITIZERS];
/** Pointers of 32 bits in a process of 64, which has memory up to 2^32; traps. */
export const WRAP = '-mx32';

const trap = (compiler) =>
  compiler === GCC
    ? ['-fsanitize-undefined-trap-on-error']
    : ['-fsanitize-trap=all', '-fno-integrated-as'];
const wrapped = (compiler) => [WRAP, '-Wa,--64', '-fsanitize=undefined', ...trap(compiler)];

// gcc, optimising, warns of calloc(1, SIZE_MAX) as if malloc could serve it.
const flagsFor = (compiler) => [
  ...C,
  '-D_GNU_SOURCE',
  '-Itest/fuzz',
  ...(compiler === GCC ? ['-Wno-stringop-overflow', '-Wno-array-bounds'] : []),
];

/** Builds a target in a shape; returns the program's path. Throws what the compiler said. */
export function build(target, compiler, { machine, flags }, mode = SANITIZED) {
  const source = `test/fuzz/${target}.c`;
  const common = flagsFor(compiler);
  if (machine === WRAP) {
    const own = [...common, '-O1', '-fno-pic', ...wrapped(compiler), ...flags];
    return program({
      compiler,
      flags: [...common, '-O1'],
      sources: [[source, own], HOST],
      link: ['-no-pie'],
    });
  }
  const all = [...common, ...mode, machine];
  return program({ compiler, flags: all, sources: [[source, [...all, ...flags]], HOST] });
}

/** Runs a target; returns {steps, digest}, or throws with all that it printed. */
export function execute(path, args, options = {}) {
  const [, steps, digest] = output(path, args, options).match(/^(\d+) steps, digest (\w+)$/m);
  return { steps: Number(steps), digest };
}

/** False, or what a compiler lacks for a machine, and where it is to be had. */
export const missing = (compiler, machine) =>
  machine === WRAP
    ? lacks(compiler, wrapped(compiler), ['-c', '-include', 'string.h'])
    : lacks(compiler, [machine, ...SANITIZERS]);

export const missingFuzzer = (machine) => lacks(CLANG, [machine, ...FUZZER], []);
