// SPDX-License-Identifier: MIT OR Apache-2.0
// Static analysis of all C that is the allocator or tests it: clang-tidy
// (clang's analyzer included), gcc's analyzer and cppcheck, over each build of
// the table, for wasm32 or wasm64 and for the host. Not one finding is allowed;
// .clang-tidy and QUIET below say what is not asked, and why.
import { execFile, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { families, indexSource, ranges, shape } from '../test/support/shapes.js';
import { root, sources, testDefines, WARNINGS } from './build.js';
import { BUILDS, HEAP, LIBRARIES, MEMBERS, moduleOf } from './builds.js';

/** @type {(row?: {target?: string, features?: string[]}) => string[]} */
const wasmFlags = ({ target = 'wasm32', features = [] } = {}) => [
  `--target=${target}`,
  ...WASM,
  ...(features.includes('atomics') ? ['-matomics'] : []),
];
const WASM = ['-std=c17', '-ffreestanding', '-mcpu=mvp', '-mbulk-memory'];
const INCLUDES = ['-Isrc', '-Isrc/include'];
const HOST = ['-std=gnu17', '-Itest/support'];
const FUZZ = ['-D_GNU_SOURCE', '-Itest/fuzz'];

/** The native test programs. */
const SUITES = ['boundary', 'checker', 'fuzz', 'index', 'preload', 'statespace'];
const programs = await sources(...SUITES.map((suite) => `test/${suite}`));
const natives = Object.keys(programs).filter((file) => file.endsWith('.c'));

/** Which builds a program is made for: those of the family, the core API, or none. */
function buildsOf(file) {
  const text = String(programs[file]);
  if (file === 'test/boundary/given.c') return ranges;
  if (file === 'test/statespace/statespace.c') return ['core', ...families];
  if (file.startsWith('test/index/'))
    return ['core', ...families].filter((name) => indexSource(BUILDS[name]) === file);
  if (/TLSF_BUILD|"build\.h"/.test(text)) return families;
  return /builds\/core\.c/.test(text) ? ['core'] : [];
}

const flagsOf = (file, name) => [
  ...(name ? shape(name, '-m64').flags : []),
  ...(file.startsWith('test/fuzz/') ? FUZZ : []),
  `-DFAMILY=${Number(name !== 'core')}`,
  ...HOST,
];

/** The members in C. Those in C++ are a standard library's part, which checks refuse to users. */
const members = [
  ...Object.values(MEMBERS),
  ...Object.values(HEAP),
  ...Object.values(BUILDS).flatMap(({ errno = [] }) => errno),
]
  .map(({ source, features }) => ({
    file: source,
    flags: [...wasmFlags({ features }), ...INCLUDES],
  }))
  .filter(({ file }) => file?.endsWith('.c')); // heap.o's is that of a build

/** What a build's row adds to the flags: where the port is, and what that is told. */
const portFlags = ({ port = 'wasm', flags }) => [
  `-I${port}`,
  '-Iwasm',
  ...flags.filter((flag) => /^-(D|fno-delete)/.test(flag)),
];

/** A build as its archive and as its module are compiled, which may differ by the port. */
const compiled = Object.values(BUILDS).flatMap((build) =>
  build.alone || build.shared ? [build, moduleOf(build)] : [build],
);
/** Where the whole memory is a module's address 0 is a block: wasm/own/layout.h. */
const NIL = {
  tidy: ['-clang-analyzer-core.NullDereference'],
  cppcheck: ['--suppress=nullPointer', '--suppress=ctunullpointer'],
};
const BY_PORT = {
  'wasm/own': NIL,
  'wasm/shared': NIL,
};
/** It does not know that an instruction of wasm writes a variable; clang-tidy does. */
const ASM = { tidy: [], cppcheck: ['--suppress=uninitvar', '--suppress=unassignedVariable'] };
const quietOf = ({ port = undefined, isWasm = false }, tool) => [
  ...(isWasm ? ASM[tool] : []),
  ...(BY_PORT[port]?.[tool] ?? []),
];

/** What a module's twin is compiled from. */
const twinOf = (build) => (build.ranges ? 'test/given/checked.c' : 'test/support/checked.c');

const wasmUnits = compiled.flatMap((build) =>
  [build.source, ...(build.module ? [twinOf(build)] : [])].map((file) => ({
    file,
    flags: [...wasmFlags(build), ...INCLUDES, ...portFlags(build), ...testDefines(build)],
    port: build.port,
    isWasm: true,
  })),
);
/** heap.o of each archive. */
const heapUnits = Object.values(LIBRARIES).map((build) => ({
  file: build.heap,
  flags: [...wasmFlags(build), ...INCLUDES, ...portFlags(build)],
  port: build.port,
  isWasm: true,
}));
const hostUnits = [
  { file: BUILDS.core.source, flags: flagsOf(BUILDS.core.source, 'core') },
  ...natives.flatMap((file) =>
    (buildsOf(file).length ? buildsOf(file) : [undefined]).map((name) => ({
      file,
      flags: flagsOf(file, name),
    })),
  ),
];

/** What cppcheck is not to say, and why. */
const QUIET = {
  knownConditionTrueFalse: 'a shape is made by constants in conditions',
  unsignedLessThanZero: 'of such a constant that is 0',
  unusedFunction: 'an API is for others to use',
  funcArgNamesDifferent: 'tlsf.h says `heap` to its reader, small/pools.h `t`',
  constParameter: 'a hook has the type of a hook',
  nullPointerRedundantCheck:
    'what comes last, `if (!b) __builtin_unreachable()`, is a promise to the compiler',
  ctunullpointer: 'it does not see that no block lies before address 0',
  unmatchedSuppression: 'not each file has each of these',
  missingIncludeSystem: 'it knows the standard headers without reading them',
};

/** What is not asked of test programs; src/ without them is asked all. */
const QUIET_IN_TESTS = {
  tidy: {
    'bugprone-multi-level-implicit-pointer-conversion':
      'a word of the heap, a link of a list in a block: by address',
    'bugprone-casting-through-void':
      'where memory ends is a number, which the sanitizers take as a pointer',
    'readability-avoid-nested-conditional-operator': 'cases, a line each',
    'cert-err34-c': 'the numbers come from the tests themselves',
    'clang-analyzer-deadcode.DeadStores': 'a value that only some shape asks for',
    'clang-analyzer-core.CallAndMessage':
      'it can not know that a list has a block, and a state parts',
    'misc-no-recursion': 'a path is told from its start: statespace.c',
    'clang-analyzer-unix.StdCLibraryFunctions': 'glibc promises more than POSIX: getcwd(NULL, 0)',
  },
  gcc: {
    'use-after-free': 'a realloc that must fail leaves the block',
    'analyzer-malloc-leak': 'a test that fails ends the process; what must be refused is no block',
    'analyzer-double-free': 'a realloc that fails ends the process',
    'analyzer-possible-null-argument': 'overrun.c is a program with a defect',
    'analyzer-null-dereference': 'it can not know that memory never ends where NULL would',
  },
  cppcheck: {
    shadowVariable: 'a program may have the name of a local in what it includes',
    shadowFunction: 'the same',
    leakReturnValNotUsed: 'what must be refused is no block',
    memleakOnRealloc: 'a test that fails ends the process',
    unassignedVariable: 'a volatile zero that the compiler may not know',
    bitwiseOnBoolean: 'a loop over all sizes without branches',
    arrayIndexOutOfBoundsCond: 'it does not know that a bin is below SLOTS',
    clarifyCalculation: 'clang-format lays out such conditions',
    redundantContinue: 'the body of a loop that has none',
    duplicateCondition: 'a requirement a line',
    ConfigurationNotChecked: 'a shape is given, not searched for',
  },
};
const quietInTests = (file, tool, flag) =>
  file.startsWith('test/') && !file.endsWith('/checked.c')
    ? Object.keys(QUIET_IN_TESTS[tool]).map((id) => `${flag}${id}`)
    : [];

const each = (command, units, args) => units.map((unit) => [command, ...args(unit)]);

const TOOLS = [
  {
    names: [process.env.CLANG_TIDY, 'clang-tidy-19', 'clang-tidy'],
    get: 'clang-tidy is missing: install it (Debian: apt-get install clang-tidy-19) or set CLANG_TIDY',
    commands: (command) =>
      each(
        command,
        [...wasmUnits, ...heapUnits, ...members, ...hostUnits],
        ({ file, flags, ...unit }) => [
          '--quiet',
          `--checks=${[...quietInTests(file, 'tidy', '-'), ...quietOf(unit, 'tidy')].join()}`,
          file,
          '--',
          ...flags,
        ],
      ),
  },
  {
    names: [process.env.NATIVE_GCC, 'gcc'],
    get: 'gcc is missing: install it (Debian: apt-get install gcc) or set NATIVE_GCC',
    commands: (command) =>
      each(command, hostUnits, ({ file, flags }) => [
        ...flags,
        ...WARNINGS,
        '-O1',
        '-fanalyzer',
        ...quietInTests(file, 'gcc', '-Wno-'),
        '-c',
        file,
        '-o',
        'build/analysed.o', // which gcc deletes if it finds something
      ]),
  },
  {
    names: ['cppcheck'],
    get: 'cppcheck is missing: install it (Debian: apt-get install cppcheck)',
    commands: (command) => {
      const quiet = Object.keys(QUIET).map((id) => `--suppress=${id}`);
      const strict = [
        '--enable=all',
        '--inconclusive',
        '--std=c11',
        '--quiet',
        '--error-exitcode=1',
      ];
      return each(
        command,
        [...wasmUnits, ...heapUnits, ...members, ...hostUnits],
        ({ file, flags, ...unit }) => [
          ...strict,
          ...quiet,
          ...quietOf(unit, 'cppcheck'),
          ...quietInTests(file, 'cppcheck', '--suppress='),
          ...flags.filter((flag) => /^-[DI]/.test(flag)),
          file,
        ],
      );
    },
  },
];

const works = (name) => spawnSync(name, ['--version']).status === 0;

const run = ([command, ...args]) =>
  new Promise((resolve) => {
    execFile(command, args, { cwd: root, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
      resolve({ failed: Boolean(error), text: stdout + stderr }),
    );
  });

/** Runs lines side by side, one for each processor; shows those that fail. */
async function runAll(lines) {
  const queue = [...lines];
  let bad = 0;
  const worker = async () => {
    for (let line = queue.shift(); line; line = queue.shift()) {
      const { failed, text } = await run(line);
      if (failed) console.error(`${line.join(' ')}\n${text}`);
      bad += failed;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return bad;
}

/** How many runs of a tool there were without a finding; the others are shown. */
async function analyse({ names, get, commands }) {
  const command = names.find((name) => name && works(name));
  if (!command) {
    console.error(`analyse: ${get}`);
    return !process.env.CI;
  }
  const lines = commands(command);
  const bad = await runAll(lines);
  console.log(`analyse: ${command}: ${lines.length} runs, ${bad} with findings`);
  return bad === 0;
}

for (const tool of TOOLS) {
  if (!(await analyse(tool))) process.exitCode = 1;
}
