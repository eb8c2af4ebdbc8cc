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
import { random, logSize } from '../support/random.js';
import { amount, seeds } from '../support/tier.js';
import { heapOf as loaded } from '../../js/index.js';
import { HARD, heapOf, KINDS, MISUSE } from './misuse.js';

/** Each check: what it is in the sources, and what stands there without it. */
const CHECKED = 'src/checked/family.h';
const TRUST = 'src/hard/trust.h';
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
  links: [TRUST, /heap_require\(link_next\(link\) == b[^}]*b\);(?=\s*block_require)/],
  size: [TRUST, 'block_require(b, block_free_size(b));'],
};
const HARD_CHECKS = {
  size0: ['src/hard/family.h', 'heap_require(block_used_size(b), b);'],
  ends: [TRUST, 'if (!ends_list(next)) heap_require(block_link(next) == b, b);'],
  next: ['src/hard/family.h', 'block_require(b, block_used_size(b));'],
  back: CHECKS.back,
  links: CHECKS.links,
  size: CHECKS.size,
};

/** What the build for production must find. */
const IN_HARD = [...MISUSE.filter((misuse) => misuse.hard), ...HARD];

const { checked, full, hard } = BUILDS;

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

/** What a module says of a misuse: {kind, pointer, p}, or undefined if it does not trap. */
function found(bytes, { spoil, act }) {
  const h = heapOf(instantiate(bytes));
  const p = spoil(h);
  try {
    act(h, p);
  } catch (error) {
    assert(error instanceof WebAssembly.RuntimeError);
    const at = h.tlsf_faulted?.() ?? 0;
    return { kind: at && h.word(at), pointer: at && h.word(at + 4), p, error };
  }
  return undefined;
}

/** The leak report of the loader for an instance. */
const createLeaks = (exports) => loaded(exports).leaks();

const isRight = (result, misuse) => result?.kind === misuse.kind;

test('each kind of misuse is found where it happens, and named', async (t) => {
  const bytes = await shippedBytes(checked.module);
  for (const misuse of MISUSE) {
    const result = found(bytes, misuse);
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
      assert(!isRight(found(bytes, misuse), misuse), `${misuse.name}: found without ${name}`);
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
  for (const misuse of IN_HARD) assert(found(bytes, misuse), `${misuse.name}: does not trap`);
  t.diagnostic(`${IN_HARD.length} kinds of misuse`);
});

test('a build for production takes no pointer into small numbers', async () => {
  const h = heapOf(instantiate(await shippedBytes(hard.module)));
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
    const missed = IN_HARD.filter((misuse) => !found(bytes, misuse));
    assert(missed.length, `every misuse traps without the check ${name}`);
  }
});

for (const seed of seeds(1, 8)) {
  test(`nothing is found in a program without misuse, seed ${seed}`, async () => {
    const h = heapOf(instantiate(await shippedBytes(checked.module)));
    const below = random(seed);
    const live = new Map(); // pointer => [size, byte, order]
    let order = 0;
    const add = (p, size, number) => {
      assert(p && !live.has(p) && h.malloc_usable_size(p) === size);
      assert.equal(h.tlsf_live_order(p), number);
      const byte = 1 + below(255);
      h.write(p, byte, size);
      live.set(p, [size, byte, number]);
    };
    const take = () => {
      const p = [...live.keys()][below(live.size)];
      const [size, byte, number] = live.get(p);
      live.delete(p);
      return { p, size, byte, number };
    };
    const holds = (p, size, byte) => {
      const bytes = new Uint8Array(h.memory.buffer, p, size);
      assert(bytes.every((each) => each === byte));
    };
    for (let i = 0; i < 4000; i++) {
      const size = logSize(below, 14);
      const dice = below(10);
      if (dice < 4 && live.size) {
        const { p, size: old, byte } = take();
        holds(p, old, byte);
        h.free(p);
      } else if (dice < 6 && live.size) {
        const { p, size: old, byte, number } = take();
        const q = h.realloc(p, size);
        assert.equal(q === p, size <= old);
        holds(q, Math.min(old, size), byte);
        add(q, size, number);
      } else if (dice < 7) {
        const align = 2 ** below(13);
        const p = h.aligned_alloc(align, size);
        assert.equal(p % Math.max(align, 16), 0);
        add(p, size, ++order);
      } else if (dice < 8) {
        const p = h.calloc(1, size);
        holds(p, size, 0);
        add(p, size, ++order);
      } else add(h.malloc(size), size, ++order);
      if (below(50) === 0) h.memory.grow(1);
      if (below(20) === 0) assert.equal(h.tlsf_live_check(), live.size);
    }
    const report = createLeaks(h);
    const numbers = [...live].map(([pointer, [size, , number]]) => ({
      pointer,
      size,
      order: number,
    }));
    assert.deepEqual(
      report,
      numbers.sort((a, b) => a.order - b.order),
    );
    for (const p of live.keys()) h.free(p);
    assert.deepEqual(createLeaks(h), []);
  });
}

/**
 * How many words of the blocks that malloc returns may be addresses of the heap,
 * in random operations of a program that writes none. The heap begins at 16 MiB,
 * so that no size looks like an address.
 */
async function addressesSeen(name, seed) {
  const h = heapOf(instantiate(await shippedBytes(name)));
  const start = h.memory.grow(255) * 65536 + 255 * 65536;
  const below = random(seed);
  const live = [];
  let seen = 0;
  for (let i = 0; i < 3000; i++) {
    if (live.length && below(2)) h.free(live.splice(below(live.length), 1)[0]);
    const align = 16 << below(4);
    const p = h.aligned_alloc(align, logSize(below, 9));
    const size = h.malloc_usable_size(p);
    for (let at = p; at < p + size; at += 4) {
      const word = h.word(at);
      seen += Number(word >= start && word < h.end());
    }
    h.write(p, 0xff, size);
    live.push(p);
    if (below(4) === 0) {
      const q = live.pop();
      live.push(h.realloc(q, logSize(below, 9)));
    }
  }
  return seen;
}

for (const seed of seeds(1, 8)) {
  test(`no address is left in memory that is handed out, seed ${seed}`, async () => {
    assert.equal(await addressesSeen(hard.module, seed), 0);
    assert(await addressesSeen(full.module, seed), 'this test sees no address');
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
