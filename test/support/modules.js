// SPDX-License-Identifier: MIT OR Apache-2.0
// The modules under test: every artefact as it is shipped, and for each a
// checked twin, the same source and flags with the invariants exported.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { limitMemory } from '../../js/bytes.js';
import {
  compile,
  compileFlags,
  exportsOf,
  link,
  linkFlags as flagsOf,
  root,
  sources,
  testDefines,
} from '../../tools/build.js';
import { FAMILIES, importsMemory, moduleOf, MODULES } from '../../tools/builds.js';
import '../../tools/memory64.js';
import { toolchain } from '../../tools/toolchain.js';
import { binaryen } from '../../tools/binaryen.js';
import { cached } from './cache.js';
import { withMemory } from './merged.js';
import { PAGE } from './model.js';
import { asNumbers } from './wide.js';

export { PAGE };

/** What a checked twin exports beyond the build's own (checked.c). */
export const TWIN = [
  'check',
  'check_add_pool',
  'check_block_cost',
  'check_end_cost',
  'check_first_payload',
  'check_granule',
  'check_least_block',
  'check_own_before',
];

/**
 * Compiles a C file that includes a build, as that build is compiled, and links it with
 * `objects`.
 *
 * @param {{build: any, source: string, exports: string[], flags?: string[], objects?: Uint8Array[], linkFlags?: string[]}} of
 */
export async function testModule(of) {
  const { build, source, exports, flags = [], objects = [], linkFlags = [] } = of;
  const inputs = await sources('src', 'wasm', 'test/support', dirname(source));
  const all = [...compileFlags(build), ...testDefines(build), ...flags];
  const object = await cached([source, all, inputs], () => compile(source, inputs, all));
  const ofLinker = [...flagsOf({ target: build.target }), ...linkFlags];
  return cached([object, ...objects, exports, ofLinker], () =>
    link([object, ...objects], exports, ofLinker),
  );
}

/**
 * So many bytes of the program's own data, which shift __heap_base: by each byte, so they are not
 * aligned as compilers align a large array.
 */
function dataOf(bytes, target = 'wasm32') {
  const text = Buffer.from(`char shift[${bytes}] __attribute__((aligned(1)));\n`);
  const flags = [`--target=${target}`, '-mcpu=mvp'];
  return cached(['shift', text, flags], () => compile('shift.c', { 'shift.c': text }, flags));
}

/**
 * The checks of a module that is alone have data, which is behind its state,
 * and must not lie where the first block's header does: so the heap begins
 * behind a stack that nobody uses.
 */
export const besideState = (help) => [
  ...['-z', 'stack-size=16'],
  // Older linkers put it there by themselves, and lack the flag.
  ...(/--no-stack-first/.test(help) ? ['--no-stack-first'] : []),
];

async function linkersHelp() {
  const { tool } = await toolchain();
  return (await tool(['wasm-ld', '--help'], {}, [])).text;
}

/** Without the table that wasm-ld makes: nobody uses it, and V8 11 does not know one of wasm64. */
export function withoutTable(bytes) {
  const module = binaryen.readBinary(bytes);
  try {
    module.runPasses(['remove-unused-module-elements']);
    return Buffer.from(module.emitBinary());
  } finally {
    module.dispose();
  }
}

/** A twin as it is linked, whose memory may be that of somebody else. */
async function linkTwin(build, { initial = 1, shift = 0, linkFlags = [] } = {}) {
  const extra = [...TWIN, '__heap_base', ...(shift ? ['shift'] : [])];
  const limits = [`--initial-memory=${initial * PAGE}`, `--max-memory=${PAGE * PAGE}`];
  return testModule({
    build,
    source: 'test/support/checked.c',
    exports: [...exportsOf(build), ...extra],
    objects: shift ? [await dataOf(shift, build.target)] : [],
    linkFlags: [
      ...(build.link ?? []),
      ...(build.alone || build.shared ? besideState(await linkersHelp()) : []),
      ...(importsMemory(build) ? [] : limits),
      ...linkFlags,
    ],
  });
}

async function makeChecked(name, options) {
  const { initial = 1, maximum = PAGE } = options;
  const build = moduleOf(MODULES[name]);
  const linked = await linkTwin(build, options);
  const alone = build.target ? withoutTable(linked) : linked;
  const whole = importsMemory(build) ? await withMemory(linked, initial, build.shared) : alone;
  return limitMemory(whole, maximum);
}

/** In this process: the same bytes for the same twin, which V8 then compiles once. */
const twins = new Map();

/**
 * The checked twin of a module of dist/, with `maximum` pages at most.
 *
 * @param {string} name
 * @param {{initial?: number, maximum?: number, shift?: number, linkFlags?: string[]}} [options]
 * @returns {Promise<Uint8Array>}
 */
export function checkedModule(name, options = {}) {
  const key = JSON.stringify([name, options]);
  if (!twins.has(key)) twins.set(key, makeChecked(name, options));
  return twins.get(key);
}

/** The checked twin of a module in dist/ whose memory threads share: as that it imports its memory. */
export const sharedTwin = (name) => linkTwin(moduleOf(MODULES[name]));

/** The bytes of a module in dist/. */
export const shippedBytes = (name) => readFile(join(root, 'dist', `${name}.wasm`));

/**
 * A module as shipped in dist/; one that imports memory, merged with one that has it. Memory ends
 * at 2^32 for those of wasm64 too.
 */
export async function shippedModule(name) {
  const bytes = await shippedBytes(name);
  const build = MODULES[name];
  if (importsMemory(build)) return withMemory(bytes, 1, build.shared);
  return build.target ? limitMemory(bytes, PAGE) : bytes;
}

/** The module that a scenario of behaviour/scenarios.js is played on. */
export const moduleOfScenario = (name, { options }) =>
  options ? checkedModule(name, options) : shippedModule(name);

const compiled = new WeakMap();

export function instantiate(bytes, wide) {
  if (!compiled.has(bytes)) compiled.set(bytes, new WebAssembly.Module(bytes));
  return asNumbers(new WebAssembly.Instance(compiled.get(bytes)).exports, wide);
}

/** All modules, those that have C of their own, those with guards, and those of wasm64. */
export const MODULE_NAMES = Object.keys(MODULES);
export const VARIANTS = Object.values(FAMILIES).map(({ module }) => module);
export const GUARDED = MODULE_NAMES.filter((name) => MODULES[name].guards);
export const WIDE = MODULE_NAMES.filter((name) => MODULES[name].target === 'wasm64');

/** Those that other engines run: a driver of one thread takes their memory. */
export const UNSHARED = Object.values(FAMILIES)
  .filter(({ shared }) => !shared)
  .map(({ module }) => module);
