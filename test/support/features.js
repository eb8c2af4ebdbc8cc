// SPDX-License-Identifier: MIT OR Apache-2.0
// What modules and objects need beyond wasm 1.0 without floats, by their instructions.
import assert from 'node:assert/strict';
import { disassemblies } from '../../tools/toolchain.js';

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
export async function featuresOf(...modules) {
  const texts = await disassemblies(modules);
  assert.equal(texts.length, modules.length);
  return texts.map(featuresIn);
}

/** wabt's flags for wasm 1.0 with some features; it can't disable floats. */
export const only = (features, target) => [
  features.includes('atomics') ? '--enable-threads' : '--disable-mutable-globals',
  '--disable-saturating-float-to-int',
  '--disable-sign-extension',
  '--disable-simd',
  '--disable-multi-value',
  '--disable-reference-types',
  ...(features.includes('bulk-memory') ? [] : ['--disable-bulk-memory']),
  ...(target === 'wasm64' ? ['--enable-memory64'] : []),
];
