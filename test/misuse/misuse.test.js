// SPDX-License-Identifier: MIT OR Apache-2.0
// Builds that find misuse: each kind on the module as shipped, and on one
// whose check for it was taken out, which must not find it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  compile,
  compileFlags,
  link,
  LINK,
  moduleObjects,
  optimisation,
  root,
  sources,
} from '../../tools/build.js';
import { toolchain, wasmOpt } from '../../tools/toolchain.js';
import { BUILDS, FAMILY } from '../../tools/builds.js';
import { cached } from '../support/cache.js';
import { instantiate, shippedBytes } from '../support/modules.js';
import { random } from '../support/random.js';
import { amount, seeds } from '../support/tier.js';
import {
  addressesSeen,
  createLeaks,
  found,
  heapOf,
  IN_HARD,
  KINDS,
  MISUSE,
  useWell,
} from './misuse.js';

/** Each check: what it is in the sources, and what stands there without it. */
const CHECKED = 'src/checked/family.h';
const TRUST = 'src/hard/trust.h';
const LISTS = 'src/hard/lists.h';
const CHECKS = {
  misaligned: [CHECKED, 'if (at % TLSF_ALIGN) fault_misaligned_pointer(p);'],
  foreign: [CHECKED, /if \(at < pages_start\(\)[^;]*;/],
  freed: [CHECKED, 'if (g->fence[FENCE_SIZE - 1] == DEAD) fault_freed_pointer(p);'],
  before: [
    CHECKED,
    /if \(block_is_there\(h, guard_block\(g\)\)\)\s*fault_write_before_block\(p\);/,
  ],
  interior: [CHECKED, 'fault_interior_pointer(p);'],
  behind: [CHECKED, 'if (!guard_has_fence_behind(g)) fault_write_behind_block(p);'],
  fits: [CHECKED, 'heap_require(guard_fits(g), b);'],
  header: [CHECKED, 'block_require(b, block_used_size(b));'],
  list: [CHECKED, 'heap_require(guard_is_listed(g), b);'],
  dead: [CHECKED, /dead_require\(dead_from\(b\), [^;]*;/],
  walk: [CHECKED, 'if (block_is_free(next)) dead_require(dead_from(next), to);'],
  back: [TRUST, 'heap_require(!back || block_size(before) == back, b);'],
  links: [LISTS, /heap_require\(link_next\(link\) == b[^}]*b\);(?=\s*bins_join)/],
  size: [LISTS, 'block_require(b, size);'],
};
const HARD_CHECKS = {
  size0: ['src/hard/family.h', 'heap_require(block_used_size(b), b);'],
  ends: [LISTS, 'if (!ends_list(next)) heap_require(block_link(next) == b, b);'],
  next: ['src/hard/family.h', 'block_require(b, block_used_size(b));'],
  back: CHECKS.back,
  links: CHECKS.links,
  size: CHECKS.size,
};

const { checked, full, hard } = BUILDS;

const instanceOf = async (build) => instantiate(await shippedBytes(build.module));

/** A build's module without a check. */
async function without([path, what, other = ''], build) {
  const inputs = await sources('src', 'wasm');
  const text = inputs[path].toString();
  const changed = text.replace(what, other);
  assert.notEqual(changed, text, `${path} has no ${what}`);
  inputs[path] = Buffer.from(changed);
  const flags = [...compileFlags(build), '-Wno-unused-variable', '-Wno-unused-parameter'];
  return cached(['without', inputs, flags, build.exports], async () =>
    link(await moduleObjects(build, inputs, flags), build.exports, LINK),
  );
}

const isRight = (result, misuse) => result?.kind === misuse.kind;

test('each kind of misuse is found where it happens, and named', async (t) => {
  const bytes = await shippedBytes(checked.module);
  for (const misuse of MISUSE) {
    const result = found(instantiate(bytes), misuse);
    assert(result, `${misuse.name}: is not found`);
    assert.equal(result.kind, misuse.kind, `${misuse.name}: its kind`);
    if (misuse.kind !== KINDS.BROKEN_HEAP)
      assert.equal(result.pointer, result.p + (misuse.word ?? 0), `${misuse.name}: where`);
    assert.match(result.error.stack, /\bfault_\w+/, `${misuse.name}: its name in the stack trace`);
  }
  assert(MISUSE.length >= 25);
  t.diagnostic(`${MISUSE.length} kinds of misuse`);
});

test('without its check, a misuse is not found', async () => {
  assert(MISUSE.every(({ check }) => Object.hasOwn(CHECKS, check)));
  for (const [name, check] of Object.entries(CHECKS).slice(0, amount(1, Infinity))) {
    const bytes = await without(check, checked);
    const its = MISUSE.filter((misuse) => misuse.check === name);
    assert(its.length, `nothing tests the check ${name}`);
    for (const misuse of its)
      assert(
        !isRight(found(instantiate(bytes), misuse), misuse),
        `${misuse.name}: found without ${name}`,
      );
  }
});

/** What a fault leaves of the heap: all memory, but for what says which fault it was. */
function memoryOf(h) {
  const bytes = new Uint8Array(h.memory.buffer).slice();
  const at = h.tlsf_faulted();
  return Buffer.from(bytes.fill(0, at, at + 8));
}

test('after a fault the heap is as it was before the call', async () => {
  const bytes = await shippedBytes(checked.module);
  const kept = MISUSE.filter(({ kind }) => kind < KINDS.WRITE_FREED);
  for (const { name, spoil, act } of kept) {
    const h = heapOf(instantiate(bytes));
    const p = spoil(h);
    const before = memoryOf(h);
    assert.throws(() => act(h, p), WebAssembly.RuntimeError);
    assert(memoryOf(h).equals(before), name);
  }
});

test('after a write to freed memory was found, the heap goes on without that block', async () => {
  const bytes = await shippedBytes(checked.module);
  for (const { name, spoil, act } of MISUSE.filter(({ kind }) => kind === KINDS.WRITE_FREED)) {
    if (name.startsWith('tlsf_live_check')) continue; // it hands nothing out: it finds it again
    const h = heapOf(instantiate(bytes));
    const p = spoil(h);
    const before = createLeaks(h);
    assert.throws(() => act(h, p), WebAssembly.RuntimeError);
    assert.deepEqual(createLeaks(h), before, name);
    const more = Array.from({ length: 100 }, (_, i) => h.malloc(20 * i));
    assert(!more.includes(p), name);
    for (const each of [...more, ...before.map(({ pointer }) => pointer)]) h.free(each);
    assert.equal(h.tlsf_live_check(), 0, name);
    assert.throws(() => h.free(p), WebAssembly.RuntimeError, 'it was not handed out');
  }
});

test('a tlsf_fault of the program is called, be it in an object or in an archive', async () => {
  const text = `#include "tlsf_checked.h"
    void tlsf_fault(enum tlsf_fault_kind kind, const void *pointer) {
      *(int *)pointer = 100 + (int)kind;
    }`;
  const inputs = { ...(await sources('src')), 'own.c': Buffer.from(text) };
  const own = await compile('own.c', inputs, compileFlags(checked));
  const { tool } = await toolchain();
  const {
    files: [archive],
  } = await tool(['ar', 'rcsD', 'own.a', 'own.o'], { 'own.o': own }, ['own.a']);
  const ours = await readFile(join(root, 'dist', 'lib', 'wasm32', `${checked.archive}.a`));
  for (const [first, added] of [
    [own, 100],
    [archive, 100],
    [undefined, 0],
  ]) {
    const inOrder = [first, ours].filter(Boolean);
    const h = heapOf(instantiate(await link(inOrder, checked.exports)));
    const p = h.malloc(4);
    h.free(p);
    h.setWord(p, 0);
    assert.throws(() => h.free(p), WebAssembly.RuntimeError);
    assert.equal(h.word(p), added && added + KINDS.FREED);
  }
});

test('a build for production traps too', async (t) => {
  const bytes = await shippedBytes(hard.module);
  for (const misuse of IN_HARD)
    assert(found(instantiate(bytes), misuse), `${misuse.name}: does not trap`);
  t.diagnostic(`${IN_HARD.length} kinds of misuse`);
});

test('a build for production takes no pointer into small numbers', async () => {
  const h = heapOf(await instanceOf(hard));
  const a = h.malloc(4000);
  const below = random(1);
  for (let turn = 0; turn < amount(100, 2000); turn++) {
    for (let at = a; at < a + 4000; at += 4) h.setWord(at, below(10));
    for (let p = a + 16; p < a + 3900; p += 16)
      assert.throws(() => h.malloc_usable_size(p), WebAssembly.RuntimeError, `${p - a}`);
  }
});

test('without one of its checks, some misuse does not trap', async () => {
  for (const [name, check] of Object.entries(HARD_CHECKS).slice(0, amount(1, Infinity))) {
    const bytes = await without(check, hard);
    const missed = IN_HARD.filter((misuse) => !found(instantiate(bytes), misuse));
    assert(missed.length, `every misuse traps without the check ${name}`);
  }
});

for (const seed of seeds(1, 8)) {
  test(`nothing is found in a program without misuse, seed ${seed}`, async () =>
    useWell(await instanceOf(checked), seed));
}

for (const seed of seeds(1, 8)) {
  test(`no address is left in memory that is handed out, seed ${seed}`, async () => {
    assert.equal(addressesSeen(await instanceOf(hard), seed), 0);
    assert(addressesSeen(await instanceOf(full), seed), 'this test sees no address');
  });
}

/** The same of one block after a reset, where 200 blocks had been free. */
async function addressesAfterReset(build) {
  const names = ['malloc', 'free', 'malloc_usable_size', 'tlsf_heap_reset'];
  const archive = await readFile(join(root, 'dist', 'lib', 'wasm32', `${build.archive}.a`));
  const h = heapOf(instantiate(await link([archive], names)));
  const start = h.memory.grow(255) * 65536 + 255 * 65536;
  const blocks = Array.from({ length: 400 }, (_, i) => h.malloc(100 + (i % 5) * 16));
  for (let i = 0; i < 400; i += 2) h.free(blocks[i]);
  h.tlsf_heap_reset();
  const p = h.malloc(30000);
  const words = new Uint32Array(h.memory.buffer, p, h.malloc_usable_size(p) / 4);
  return words.filter((word) => word >= start && word < h.end()).length;
}

test('no address is left in memory that is handed out after a reset', async () => {
  assert.equal(await addressesAfterReset(hard), 0);
  assert(await addressesAfterReset(full), 'this test sees no address');
});

test('what the C family takes that traps is within the limit', async () => {
  const [ours, theirs] = await Promise.all(
    [hard, full].map(async (build) => {
      const archive = await readFile(join(root, 'dist', 'lib', 'wasm32', `${build.archive}.a`));
      return (await wasmOpt(await link([archive], FAMILY), optimisation(build))).length;
    }),
  );
  assert(ours <= theirs + 200, `${ours} bytes, and ${theirs} of libtlsf.a`);
});
