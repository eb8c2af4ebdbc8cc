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
import { toolchain, validate } from '../../tools/toolchain.js';
import { featuresOf, only } from '../support/features.js';
import { isWhole } from '../support/tier.js';
import { assemble } from '../support/wat.js';

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
