// SPDX-License-Identifier: MIT OR Apache-2.0
// Errors that name misuse: tlsf-wasm/checked and tlsf-wasm/hard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHeap } from 'tlsf-wasm';
import * as checked from 'tlsf-wasm/checked';
import * as hard from 'tlsf-wasm/hard';
import { KINDS } from '../../js/faults.js';

const root = join(import.meta.dirname, '..', '..');
const FREED = 3;
const BEHIND = 6;

/** An error of a fault; its cause is the engine's trap. */
const fault = (kind, pointer, message) => (error) => {
  assert.deepEqual([error.name, error.kind, error.pointer], ['HeapFault', kind, pointer]);
  assert.equal(error.message, message);
  assert.ok(error.cause instanceof WebAssembly.RuntimeError);
  return true;
};

test('the kinds are those of tlsf_checked.h', () => {
  const header = readFileSync(join(root, 'src', 'include', 'tlsf_checked.h'), 'utf8');
  const numbers = [...header.matchAll(/TLSF_[A-Z_]+ = (\d+)/g)].map(([, n]) => Number(n));
  assert.deepEqual(numbers, [...KINDS.keys()].slice(1));
});

test('checked names a double free and a write behind a block', async () => {
  const wasm = readFileSync(join(root, 'dist', 'tlsf-checked.wasm'));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const heaps = [checked.createHeap(), await checked.loadHeap(wasm), checked.heapOf(exports)];
  for (const heap of heaps) {
    const [p, q] = [heap.malloc(10), heap.malloc(10)];
    heap.free(p);
    assert.throws(() => heap.free(p), fault(FREED, p, `free(${p}): ${KINDS[FREED]}, at ${p}`));
    heap.u8[q + 10] = 1;
    assert.throws(
      () => heap.realloc(q, 99),
      fault(BEHIND, q, `realloc(${q}, 99): ${KINDS[BEHIND]}, at ${q}`),
    );
  }
});

test('a trap outside of the checks does not have the kind of the fault before', () => {
  const traps = [];
  for (let at = 16; at < 1312; at += 4) {
    const heap = checked.createHeap();
    const p = heap.malloc(10);
    heap.free(p);
    assert.throws(() => heap.free(p), { kind: FREED });
    heap.u32[at / 4] = 0x7ffffff0;
    try {
      heap.malloc(1000);
    } catch (error) {
      if (/out of bounds/.test(error.cause.message)) traps.push(error);
    }
  }
  assert.ok(traps.length > 0);
  for (const { kind, pointer, message } of traps) {
    assert.deepEqual([kind, pointer], [0, 0]);
    assert.match(message, new RegExp(KINDS[0]));
  }
});

test('hard says that there is misuse, and where it was called', () => {
  const heap = hard.createHeap();
  const p = heap.malloc(10);
  heap.free(p);
  const message = `free(${p}): a block that is freed already or foreign, or an overwritten header`;
  assert.throws(() => heap.free(p), fault(undefined, undefined, message));
});

test('what is no fault of the heap stays as it is', () => {
  const heap = checked.createHeap({ maximum: 1, throws: true });
  assert.throws(() => heap.malloc(10 ** 6), {
    name: 'RangeError',
    message: /^malloc: out of memory/,
  });
  assert.throws(() => heap.free(-1), {
    name: 'RangeError',
    message: /^free: sizes and pointers must be/,
  });
  assert.ok(heap.malloc(9) > 0);
});

test('the other builds do not look for it', () => {
  const heap = createHeap();
  const p = heap.malloc(10);
  heap.free(p);
  assert.doesNotThrow(() => heap.malloc(10));
});
