// SPDX-License-Identifier: MIT OR Apache-2.0
// What each module and each object of an archive needs of the target: exactly
// the features that the table of builds says, and nothing else beyond wasm 1.0.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { link, membersOf, root, readArchive } from '../../tools/build.js';
import { ALL_MODULES, LIBRARIES } from '../../tools/builds.js';
import { binaryen } from '../../tools/binaryen.js';
import { disassemblies, toolchain, validate } from '../../tools/toolchain.js';
import { isWhole } from '../support/tier.js';
import { assemble } from '../support/wat.js';

const INTEGER = `clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr
  eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u const load store
  load8_s load8_u load16_s load16_u store8 store16`;
const CONTROL = `unreachable nop block loop if else end br br_if br_table return call call_indirect
  drop select local.get local.set local.tee global.get global.set memory.size memory.grow`;
const words = (text, before = '') => text.split(/\s+/).map((word) => before + word);

/** The instructions of wasm 1.0 without floats. */
const BASE = new Set([
  ...words(CONTROL),
  ...words(INTEGER, 'i32.'),
  ...words(`${INTEGER} extend_i32_s extend_i32_u load32_s load32_u store32`, 'i64.'),
  'i32.wrap_i64',
]);

/** The feature that an instruction needs; what nobody may need has its own name. */
function featureOf(instruction) {
  if (BASE.has(instruction)) return undefined;
  if (/^memory\.(copy|fill)$/.test(instruction)) return 'bulk-memory';
  if (/\.atomic\./.test(instruction)) return 'atomics';
  const isFloat = /^f(32|64)\.|_f(32|64)/.test(instruction);
  return isFloat && !instruction.includes('_sat_') ? 'floats' : instruction;
}

/** The features that a disassembled module needs, in order. */
function featuresIn(text) {
  const found = text.matchAll(/^ [\da-f]+:.*\| +([a-z][\w.]*)/gm);
  const instructions = Array.from(found, ([, name]) => name);
  assert(instructions.length, 'no instruction was read');
  const needed = instructions.filter((name) => name !== 'local').map(featureOf);
  return [...new Set(needed.filter(Boolean))].sort();
}

/** The features that each of these modules or objects needs. */
async function featuresOf(...modules) {
  const texts = await disassemblies(modules);
  assert.equal(texts.length, modules.length);
  return texts.map(featuresIn);
}

/** wabt's flags for wasm 1.0 with some features; it can't disable floats. */
const only = (features, target) => [
  features.includes('atomics') ? '--enable-threads' : '--disable-mutable-globals',
  '--disable-saturating-float-to-int',
  '--disable-sign-extension',
  '--disable-simd',
  '--disable-multi-value',
  '--disable-reference-types',
  ...(features.includes('bulk-memory') ? [] : ['--disable-bulk-memory']),
  ...(target === 'wasm64' ? ['--enable-memory64'] : []),
];

/** Does a module import a shared memory? */
function takesShared(bytes) {
  const module = binaryen.readBinary(bytes);
  try {
    return module.hasMemory() && module.getMemoryInfo().shared;
  } finally {
    module.dispose();
  }
}

for (const [name, { features, target }] of Object.entries(ALL_MODULES)) {
  test(`${name}.wasm needs ${features.join(' and ') || 'only wasm 1.0 without floats'}`, async () => {
    const bytes = await readFile(join(root, 'dist', `${name}.wasm`));
    const [needed] = await featuresOf(bytes);
    // A shared memory is the same feature as atomics; a module may need it alone.
    if (takesShared(bytes) && !needed.includes('atomics')) needed.unshift('atomics');
    assert.deepEqual(needed, features);
    await validate(bytes, only(features, target));
  });
}

/** The core API has the target of its archive, but its own mapping of sizes. */
const coreFeatures = ({ features, core }) => [
  ...features.filter((feature) => !['atomics', 'floats'].includes(feature)),
  ...(core.includes('-DTLSF_FLOAT=0') ? [] : ['floats']),
];

/** The objects of an archive: the family, the core API, the members. */
async function objectsOf(name) {
  const archive = await readArchive(name);
  const { tool } = await toolchain();
  const objects = ['malloc.o', 'tlsf.o', ...Object.keys(membersOf(LIBRARIES[name]))];
  return (await tool(['ar', 'x', 'in.a', ...objects], { 'in.a': archive }, objects)).files;
}

/** Links an object for a target that has these features, as a program's linker would. */
function linkFor(object, features, target) {
  const bulk = features.includes('bulk-memory') ? ['bulk-memory', 'bulk-memory-opt'] : [];
  const atomics = features.includes('atomics') ? ['atomics'] : [];
  const shared = atomics.length
    ? ['--shared-memory', '--import-memory', '--max-memory=1048576']
    : [];
  const flags = ['--no-entry', '--unresolved-symbols=ignore-all', '--export-all'];
  const wide = target === 'wasm64' ? ['memory64'] : [];
  if (wide.length) flags.push('-mwasm64');
  return link(
    [object],
    [],
    [...flags, ...shared, `--features=${['mutable-globals', ...bulk, ...atomics, ...wide]}`],
  );
}

// An object is not validated: compilers give it sections for the linker.
for (const [name, build] of Object.entries(LIBRARIES)) {
  test(`the objects of ${name}.a need what the table says`, async () => {
    const [family, core, ...members] = await objectsOf(name);
    const rows = Object.values(membersOf(build));
    // A member without functions has no instruction.
    const coded = members.filter((_, i) => Object.keys(rows[i].functions).length);
    const [ofFamily, ofCore, ...others] = await featuresOf(family, core, ...coded);
    assert.deepEqual(ofFamily, build.features);
    assert.deepEqual(ofCore, coreFeatures(build));
    for (const [i, member] of members.entries()) {
      const { features = [] } = rows[i];
      const right = build.features.filter((feature) => features.includes(feature));
      if (coded.includes(member)) assert.deepEqual(others.shift(), right);
      // The same sources in each archive: a small run links those of the first.
      if (isWhole || name === 'libtlsf') await linkFor(member, right, build.target);
    }
    await linkFor(family, build.features, build.target);
    await linkFor(core, build.features, build.target);
  });
}

test('an object that claims more than its target has is refused', async () => {
  const [family] = await objectsOf('libtlsf');
  await assert.rejects(linkFor(family, []), /bulk-memory/);
});

const ONE = '(drop (i32.const 1))';
const planted = (body) => assemble(`(module (memory 1) (func ${ONE} ${body}))`);

test('a feature that the table does not name is found', async () => {
  const cases = [
    ['(drop (i32.trunc_f64_u (f64.const 0)))', 'floats'],
    ['(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))', 'bulk-memory'],
    ['(memory.copy (i32.const 0) (i32.const 0) (i32.const 0))', 'bulk-memory'],
    ['(drop (memory.atomic.notify (i32.const 0) (i32.const 0)))', 'atomics'],
    ['(drop (i32.extend8_s (i32.const 0)))', 'i32.extend8_s'],
    ['(drop (i32.trunc_sat_f32_s (f32.const 0)))', 'i32.trunc_sat_f32_s'],
  ];
  const [none, ...found] = await featuresOf(planted(''), ...cases.map(([body]) => planted(body)));
  assert.deepEqual(none, []);
  for (const [i, [body, feature]] of cases.entries()) {
    assert(found[i].includes(feature), body);
    if (feature !== 'floats') await assert.rejects(validate(planted(body), only([])), body);
  }
  const pair = assemble('(module (func (result i32 i32) (i32.const 1) (i32.const 2)))');
  await assert.rejects(validate(pair, only([])), /multi|result/);
});
