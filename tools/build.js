// SPDX-License-Identifier: MIT OR Apache-2.0
// What is built of src/, and with which flags: compiler, linker, wasm-opt.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archivePath, BUILDS, HEAP, MEMBERS, moduleOf } from './builds.js';
import { digest } from './kept.js';
import { keepNames } from './names.js';
import { toolchain, wasmOpt } from './toolchain.js';

export const root = join(import.meta.dirname, '..');

export const WARNINGS = [
  '-Wall',
  '-Wextra',
  '-Wconversion',
  '-Wshadow',
  '-Wundef',
  '-Wno-unused-function',
  '-Werror',
];

const LANGUAGE = ['-std=c17', '-ffreestanding', '-mcpu=mvp'];
const INCLUDES = ['-Isrc', '-Isrc/include'];

/** The flags that a build's C is compiled with for wasm, from what it says of itself. */
export const compileFlags = ({ features, flags, port = 'wasm', target = 'wasm32' }) => [
  `--target=${target}`,
  ...LANGUAGE,
  ...flagsFor('clang', features),
  '-Oz',
  '-ffunction-sections',
  '-fdata-sections',
  ...WARNINGS,
  ...INCLUDES,
  `-I${port}`,
  '-Iwasm', // for what the port leaves to it
  ...flags,
];

/** C++ without its library; the last -std of a command counts. */
const CPP = ['-std=c++17', '-nostdinc++', '-fno-exceptions', '-fno-rtti'];

/** A build's flags without those for speed. */
const forBytes = (flags) => flags.filter((flag) => flag !== '-O2');

/**
 * The flags that a member of a build's archive is compiled with, for bytes. It uses
 * nothing of the port, so that it is the same in each.
 *
 * @param {any} build
 * @param {{ source: string, features?: string[] }} member
 */
export const memberFlags = (build, { source, features = [] }) => [
  ...compileFlags({
    ...build,
    flags: forBytes(build.flags),
    port: undefined,
    features: build.features.filter((feature) => features.includes(feature)),
  }),
  ...(source.endsWith('.cpp') ? CPP : []),
];

/** The members of a build's archive. */
export const membersOf = ({ sdk, flags, named, errno }) =>
  Object.fromEntries(
    Object.entries(sdk ? {} : MEMBERS)
      .filter(([, { absolute }]) => !absolute || !flags.includes('-fPIC'))
      .filter(([, member]) => !member.named || named)
      .map(([name, row]) => [name, name === 'errno.o' && errno ? { ...row, ...errno } : row]),
  );

/** The objects of a build's module, of these inputs: its own, and what it calls of a program. */
export const moduleObjects = (build, inputs, flags = compileFlags(build)) =>
  Promise.all(
    [build.source, ...(build.named ? [MEMBERS['fault.o'].source] : [])].map((source) =>
      compileOnce(source, inputs, flags),
    ),
  );

/** A build's flags for heap.o, whose time does not matter. */
export const heapFlags = (build) => compileFlags({ ...build, flags: forBytes(build.flags) });

/** The objects of an archive that ask and tell the heap: {name: [source, flags]}. */
export const heapObjects = (build) =>
  Object.fromEntries(
    Object.entries(HEAP).map(([name, { source }]) => [
      name,
      source ? [source, memberFlags(build, { source })] : [build.heap, heapFlags(build)],
    ]),
  );

/**
 * What tests include of a build: `#include TLSF_BUILD`, then `#include TLSF_CHECK`; and what they
 * ask of it: its core, by the name of a folder (test/support/core_file.h).
 */
export const testDefines = ({ source, check, index }) => [
  `-DTLSF_BUILD="${source.replace('src/', '')}"`,
  `-DTLSF_CHECK="${check}"`,
  `-DTLSF_CORE=${index.tests}`,
];

/** The flags with which a build's C is compiled natively, for '-m64' or '-m32'. */
export const hostFlags = (build, machine) => [
  '-Isrc',
  '-Isrc/include',
  ...testDefines(build),
  ...(build.host[machine] ?? []),
];

// No shadow stack is used, and nothing lies below the heap's own state: low
// addresses make short constants.
export const LINK = [
  '--no-entry',
  '--gc-sections',
  '--strip-debug',
  '-O2',
  '-z',
  'stack-size=0',
  '--global-base=8',
];

/** The flags, of wasm-ld and of wasm-opt, that a target needs. */
const TARGETS = {
  wasm32: { link: [], wasmOpt: [] },
  wasm64: { link: ['-mwasm64'], wasmOpt: ['--enable-memory64'] },
};

/** wasm-ld's flags for any program of a build's target. */
export const targetFlags = ({ target = 'wasm32' }) => TARGETS[target].link;

/** wasm-ld's flags for a build's module; without its `link`, for what has its archive. */
export const linkFlags = ({ target, link: own = [] }) => [
  ...LINK,
  ...targetFlags({ target }),
  ...own,
];

const PASSES = {
  '-Oz': [
    '-Oz',
    '--ssa-nomerge',
    '--rse',
    '--coalesce-locals',
    '--flatten',
    '--rereloop',
    '--simplify-locals-nostructure',
    '-Oz',
    '-Oz',
    '--converge',
  ],
  '-Os': ['-Os', '--converge'],
};

/** The flags, of clang and of wasm-opt, that allow a feature of the target. */
const FEATURES = {
  'bulk-memory': {
    clang: ['-mbulk-memory'],
    wasmOpt: ['--enable-bulk-memory', '--enable-bulk-memory-opt'],
  },
  atomics: {
    clang: ['-matomics', '-mmutable-globals'],
    wasmOpt: ['--enable-threads', '--enable-mutable-globals'],
  },
  floats: { clang: [], wasmOpt: [] }, // of wasm 1.0, but some hosts refuse them
};

const flagsFor = (tool, features) => features.flatMap((feature) => FEATURES[feature][tool]);

/** wasm-opt's flags for a build's module. */
export const optimisation = ({ features, passes, named, target = 'wasm32' }) => [
  '--mvp-features',
  ...flagsFor('wasmOpt', features),
  ...TARGETS[target].wasmOpt,
  ...(named ? [`--no-inline=${named}*`] : []),
  ...PASSES[passes],
  named ? '-g' : '--strip-debug',
  '--strip-producers',
  '--strip-target-features',
];

/** The C and C++ files of some directories of the project, as a tool's inputs. */
export async function sources(...directories) {
  const inputs = {};
  for (const directory of directories) {
    for (const file of await readdir(join(root, directory), { recursive: true })) {
      const path = `${directory}/${file.replaceAll('\\', '/')}`;
      if (/\.(c|h|cpp)$/.test(file)) inputs[path] = await readFile(join(root, path));
    }
  }
  return inputs;
}

/** One C file of `inputs` compiled to an object, with all flags as given. */
export async function compile(path, inputs, flags) {
  const { tool } = await toolchain();
  const { files } = await tool(['clang', ...flags, '-c', path, '-o', 'out.o'], inputs, ['out.o']);
  return files[0];
}

const made = new Map();

/** The same; what several modules and archives have is compiled once in a run. */
function compileOnce(path, inputs, flags) {
  const key = digest(path, flags, inputs);
  if (!made.has(key)) made.set(key, compile(path, inputs, flags));
  return made.get(key);
}

/** Objects linked to a module that exports memory and `exports`. */
export async function link(objects, exports, flags = LINK) {
  const { tool } = await toolchain();
  const inputs = Object.fromEntries(objects.map((bytes, i) => [`in${i}.o`, bytes]));
  const names = exports.map((name) => `--export=${name}`);
  const command = ['wasm-ld', ...flags, ...names, ...Object.keys(inputs), '-o', 'out.wasm'];
  return (await tool(command, inputs, ['out.wasm'])).files[0];
}

/** The bytes of an archive of dist/, from its name in LIBRARIES. */
export const readArchive = (name) => readFile(join(root, 'dist', 'lib', archivePath(name)));

/** All that a build's module exports. */
export const exportsOf = ({ exports, globals = [] }) => [...exports, ...globals];

/** A build's module: before wasm-opt (with names) and after. */
export async function buildModule(row) {
  const build = moduleOf(row);
  const inputs = await sources('src', 'wasm');
  const objects = await moduleObjects(build, inputs);
  const linked = await link(objects, exportsOf(build), linkFlags(build));
  const optimised = await wasmOpt(linked, optimisation(build));
  return { linked, optimised: build.named ? keepNames(optimised, build.named) : optimised };
}

/** A build's archive: the C family in one object, the core API in another, the members, the heap's. */
export async function buildArchive(build) {
  const { tool } = await toolchain();
  const inputs = await sources('src', 'wasm');
  const core = { ...build, flags: build.core };
  const objects = {
    'malloc.o': await compileOnce(build.source, inputs, compileFlags(build)),
    'tlsf.o': await compileOnce(BUILDS.core.source, inputs, compileFlags(core)),
  };
  for (const [name, member] of Object.entries(membersOf(build)))
    objects[name] = await compileOnce(member.source, inputs, memberFlags(build, member));
  for (const [name, [source, flags]] of Object.entries(heapObjects(build)))
    objects[name] = await compileOnce(source, inputs, flags);
  const command = ['ar', 'rcsD', 'out.a', ...Object.keys(objects)];
  return (await tool(command, objects, ['out.a'])).files[0];
}
