// SPDX-License-Identifier: MIT OR Apache-2.0
// What is built of src/, and with which flags: compiler, linker, wasm-opt.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ARCHIVES, MODULES } from './builds.js';
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

const TARGET = ['--target=wasm32', '-std=c17', '-ffreestanding', '-mcpu=mvp', '-mbulk-memory'];
export const COMPILE = [
  ...TARGET,
  '-Oz',
  '-ffunction-sections',
  '-fdata-sections',
  ...WARNINGS,
  '-Isrc',
  '-Iwasm',
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

/** wasm-opt's flags for a module of MODULES. */
export const optimisation = (name) => [
  '--enable-bulk-memory',
  '--enable-bulk-memory-opt',
  ...PASSES[MODULES[name].passes],
  '--strip-debug',
  '--strip-producers',
  '--strip-target-features',
];

/** The C files of some directories of the project, as a tool's inputs. */
export async function sources(...directories) {
  const inputs = {};
  for (const directory of directories) {
    for (const name of await readdir(join(root, directory))) {
      if (/\.[ch]$/.test(name))
        inputs[`${directory}/${name}`] = await readFile(join(root, directory, name));
    }
  }
  return inputs;
}

/** One C file of `inputs` compiled to an object. */
export async function compile(path, inputs, flags = [], base = COMPILE) {
  const { tool } = await toolchain();
  const { files } = await tool(['clang', ...base, ...flags, '-c', path, '-o', 'out.o'], inputs, [
    'out.o',
  ]);
  return files[0];
}

/** Objects linked to a module that exports memory and `exports`. */
export async function link(objects, exports, flags = LINK) {
  const { tool } = await toolchain();
  const inputs = Object.fromEntries(objects.map((bytes, i) => [`in${i}.o`, bytes]));
  const names = exports.map((name) => `--export=${name}`);
  const command = ['wasm-ld', ...flags, ...names, ...Object.keys(inputs), '-o', 'out.wasm'];
  return (await tool(command, inputs, ['out.wasm'])).files[0];
}

/** A module of MODULES: before wasm-opt (with names) and after. */
export async function buildModule(name) {
  const { source, exports, flags } = MODULES[name];
  const object = await compile(source, await sources('src', 'wasm'), flags);
  const linked = await link([object], exports);
  return { linked, optimised: await wasmOpt(linked, optimisation(name)) };
}

/** An archive of ARCHIVES: the C family in one object, the core API in another. */
export async function buildArchive(name) {
  const { tool } = await toolchain();
  const inputs = await sources('src', 'wasm');
  const { source, flags } = ARCHIVES[name];
  // The core API is one: the program compiles tlsf.h with no flags of ours.
  const level = flags.filter((flag) => flag.startsWith('-O'));
  const objects = {
    'malloc.o': await compile(source, inputs, flags),
    'tlsf.o': await compile('src/tlsf.c', inputs, level),
  };
  const command = ['ar', 'rcsD', 'out.a', ...Object.keys(objects)];
  return (await tool(command, objects, ['out.a'])).files[0];
}
