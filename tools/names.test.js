// SPDX-License-Identifier: MIT OR Apache-2.0
// Which names a module keeps, and that all else of it stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assemble } from '../test/support/wat.js';
import { keepNames } from './names.js';

const long = `fault_${'x'.repeat(200)}`; // its length takes two bytes

const MODULE = assemble(`(module
  (memory (export "memory") 1)
  (func $other (unreachable))
  (func $fault_one (param $p i32) (unreachable))
  (func $${long} (unreachable))
  (func (export "one") (call $fault_one (i32.const 0)))
  (func (export "other") (call $other))
  (func (export "long") (call $${long}))
  (data (i32.const 0) "name"))`);

/** The functions in the stack trace of the trap, innermost first. */
function trace(bytes, call) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  try {
    /** @type {any} */ (exports[call])();
  } catch (error) {
    const { stack } = /** @type {Error} */ (error);
    return [...(stack ?? '').matchAll(/at (?:(\S+) \()?wasm:/g)].map(([, name]) => name);
  }
  throw new Error(`${call} does not trap`);
}

/** A module without its names. */
function stripped(bytes) {
  const kept = Buffer.from(keepNames(bytes, 'no such name'));
  const at = kept.lastIndexOf('name');
  return kept.subarray(0, at - 3); // a section: its number, its length, that of its name
}

test('the names that begin so stand in a stack trace, and no others', () => {
  const kept = keepNames(MODULE, 'fault_');
  assert(trace(MODULE, 'other')[0]?.endsWith('other'), 'the names are there before');
  assert(trace(kept, 'one')[0]?.endsWith('fault_one'));
  assert(trace(kept, 'long')[0]?.endsWith(long));
  assert(!kept.includes('$other') && trace(kept, 'other')[0] === undefined);
});

test('names of locals go, and all other sections stay as they are', () => {
  const [section] = WebAssembly.Module.customSections(
    new WebAssembly.Module(keepNames(MODULE, 'fault_')),
    'name',
  );
  const parts = new Uint8Array(section);
  assert.equal(parts[0], 1, 'the names of functions come first');
  assert(!Buffer.from(parts).includes('other'));
  const code = stripped(MODULE);
  assert(keepNames(MODULE, 'fault_').subarray(0, code.length).equals(code));
  assert(Buffer.from(MODULE).subarray(0, code.length).equals(code));
});

test('of a module without names nothing changes', () => {
  const bytes = stripped(MODULE);
  assert(WebAssembly.validate(bytes));
  assert(keepNames(bytes, 'fault_').equals(bytes));
});
