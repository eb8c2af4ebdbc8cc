// SPDX-License-Identifier: MIT OR Apache-2.0
// The modules that live in the memory of others, as they are shipped: several
// heaps in one memory, and a runtime with data of its own (runtime.wat) that
// grows memory too, linked in every order and merged. test/behaviour plays its
// scenarios on the same modules.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { link, root, readArchive } from '../../tools/build.js';
import { ARCHIVES, FAMILY, isEmbedded, MODULES } from '../../tools/builds.js';
import { wasmMerge } from '../../tools/toolchain.js';
import { merge } from '../support/merged.js';
import { createModel, PAGE, randomStep } from '../support/model.js';
import { shippedBytes } from '../support/modules.js';
import { random } from '../support/random.js';
import { seeds } from '../support/tier.js';
import { assemble } from '../support/wat.js';

const SEEDS = seeds(1, 6);
const GUARD = 0xa5;
const embedded = Object.entries(MODULES).filter(([, build]) => isEmbedded(build));

const RUNTIME = await readFile(join(import.meta.dirname, 'runtime.wat'), 'utf8');
const INITIAL = 2;
const BASE = 9001; // as runtime.wat has it
const runtimeWith = (memory) => assemble(RUNTIME.replace(/^ *@MEMORY@$/m, memory));
const TEXT = "a runtime's own textbehind it: the heap..";
const SUM = [...TEXT].reduce((sum, c) => sum + c.charCodeAt(0), 0);

/** What the model asks of a runtime: the heap behind it. */
const heapOf = (runtime, memory) => ({
  memory,
  malloc: runtime.run_malloc,
  free: runtime.run_free,
  realloc: runtime.run_realloc,
  calloc: runtime.run_calloc,
});

/** Plays on a runtime that takes pages for itself, `early` of them before the first malloc. */
function playRuntime({ runtime, memory }, { seed, early }) {
  const below = random(seed);
  const exports = heapOf(runtime, memory);
  const model = createModel(exports);
  const pages = [];
  const take = () => pages.push(runtime.take_page());
  for (let i = 0; i < early; i++) take();
  for (let i = 0; i < 2500; i++) {
    if (below(80) === 0) take();
    randomStep(model, exports, below, { bits: 15 });
    if (i % 50 === 0) assert.equal(runtime.data(), SUM, "the runtime's data");
  }
  model.finish(below);
  assert.equal(runtime.data(), SUM, "the runtime's data");
  for (const at of pages) assert(runtime.page_is_intact(at), `the runtime's page at ${at}`);
  return pages.length;
}

/** Ways to bring the runtime and our module together: {runtime, memory}. */
const WAYS = {
  /** The host has the memory, and our module is there first. */
  'our module first': (bytes) => {
    const memory = new WebAssembly.Memory({ initial: INITIAL });
    const heap = instance(bytes, { memory, __heap_base: BASE, __heap_end: INITIAL * PAGE });
    const wasm = runtimeWith('(import "env" "memory" (memory 2))');
    return { memory, runtime: instance(wasm, { memory }, heap) };
  },
  /** The runtime has the memory, and calls what comes later. */
  'the runtime first': (bytes) => {
    const heap = {};
    const later =
      (name) =>
      (...args) =>
        heap[name](...args);
    const functions = Object.fromEntries(
      ['malloc', 'free', 'realloc', 'calloc'].map((name) => [name, later(name)]),
    );
    const runtime = instance(runtimeWith('(memory (export "memory") 2)'), {}, functions);
    Object.assign(heap, instance(bytes, runtime)); // which exports all that it imports
    return { memory: runtime.memory, runtime };
  },
  'merged, the runtime first': async (bytes) =>
    merged({ env: runtimeWith('(memory (export "memory") 2)'), heap: bytes }),
  'merged, our module first': async (bytes) =>
    merged({ heap: bytes, env: runtimeWith('(memory (export "memory") 2)') }),
};

const instance = (bytes, env, heap = {}) =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { env, heap }).exports;

async function merged(modules) {
  const bytes = await merge(modules);
  assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(bytes)), []);
  const runtime = instance(bytes, {});
  return { memory: runtime.memory, runtime };
}

for (const [name, { state, index }] of embedded) {
  describe(`${name}.wasm`, () => {
    for (const [way, start] of Object.entries(WAYS)) {
      for (const seed of SEEDS) {
        for (const early of [0, 3]) {
          test(`${way}, ${early} pages taken before the first malloc, seed ${seed}`, async (t) => {
            const world = await start(await shippedBytes(name));
            t.diagnostic(`${playRuntime(world, { seed, early })} pages of the runtime`);
          });
        }
      }
    }

    test('what is ours at first is used if memory ends where it was said to, and else is not', async () => {
      const bytes = await shippedBytes(name);
      const first = (pages, end) => {
        const memory = new WebAssembly.Memory({ initial: INITIAL });
        const heap = instance(bytes, { memory, __heap_base: BASE, __heap_end: end });
        memory.grow(pages);
        return heap.malloc(10);
      };
      const p = first(0, INITIAL * PAGE);
      const from = BASE + state + index.header;
      assert(p >= from && p < from + 16, `${p} is behind the state`);
      assert(first(1, INITIAL * PAGE) > 3 * PAGE, 'the pages of others');
      assert(first(0, 0) > INITIAL * PAGE, 'an embedder that does not know where memory ends');
      const memory = new WebAssembly.Memory({ initial: PAGE });
      const full = instance(bytes, { memory, __heap_base: BASE, __heap_end: 0 });
      assert.equal(full.malloc(10), 0, 'nor that there is no more of it');
    });

    for (const seed of SEEDS) {
      test(`heaps side by side in one memory, seed ${seed}`, async () => {
        const bytes = await shippedBytes(name);
        const below = random(seed);
        const memory = new WebAssembly.Memory({ initial: 2 });
        // Bases of any alignment; the last heap alone has what is behind its state.
        const bases = [1000, 10001, 20006, 30003, 40016].map((base) => base + below(16));
        const last = bases.at(-1);
        const all = new Uint8Array(memory.buffer);
        all.fill(GUARD, 0, last);
        for (const base of bases) all.fill(0, base, base + state);
        const heaps = bases.map((base) => {
          const __heap_end = base === last ? 2 * PAGE : 0;
          const exports = {
            ...instance(bytes, { memory, __heap_base: base, __heap_end }),
            memory,
          };
          return { exports, model: createModel(exports) };
        });
        for (let i = 0; i < 5000; i++) {
          const { exports, model } = heaps[below(heaps.length)];
          randomStep(model, exports, below, { bits: 15, foreign: 100 });
        }
        for (const { model } of heaps) model.finish(below);
        const now = new Uint8Array(memory.buffer);
        for (let at = 0, i = 0; at < last; at++) {
          if (at === bases[i]) ((at += state), i++);
          if (at < last) assert.equal(now[at], GUARD, `the byte at ${at} is the embedder's`);
        }
      });
    }

    test('two instances with one base are one heap', async () => {
      const bytes = await shippedBytes(name);
      const memory = new WebAssembly.Memory({ initial: 1 });
      const env = { memory, __heap_base: 1024, __heap_end: PAGE };
      const both = [instance(bytes, env), instance(bytes, env)];
      const below = random(3);
      const either =
        (call) =>
        (...args) =>
          both[below(2)][call](...args);
      const exports = Object.fromEntries(Object.keys(both[0]).map((call) => [call, either(call)]));
      const model = createModel({ ...exports, memory });
      for (let i = 0; i < 3000; i++) randomStep(model, exports, below, { bits: 14 });
      model.finish(below);
    });

    test('what the embedder got wrong stops it at once', async () => {
      const bytes = await shippedBytes(name);
      const env = { __heap_base: 1024, __heap_end: 0 };
      const shared = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
      assert.throws(() => instance(bytes, { ...env, memory: shared }), WebAssembly.LinkError);
      const memory = new WebAssembly.Memory({ initial: 1 });
      const heap = instance(bytes, { ...env, memory, __heap_base: PAGE });
      assert.throws(() => heap.malloc(1), WebAssembly.RuntimeError);
      const runtime = runtimeWith('(memory (export "memory") 2)');
      const merging = wasmMerge({ env: runtime, heap: bytes }, []);
      await assert.rejects(merging, /bulk-memory-opt|memory\.copy/);
    });

    test('docs/runtimes.md says how many bytes the state takes', async () => {
      const text = await readFile(join(root, 'docs', 'runtimes.md'), 'utf8');
      assert(text.includes(`| ${name}.wasm | ${state} |`), `${name}.wasm | ${state}`);
    });
  });
}

for (const name of Object.keys(ARCHIVES)) {
  test(`${name}.a linked to a place in the memory of others, as docs/runtimes.md says`, async () => {
    const place = 20000;
    const archive = await readArchive(name);
    const flags = ['--no-entry', '--import-memory', `--global-base=${place}`];
    const size = [`--initial-memory=${INITIAL * PAGE}`, '-z', 'stack-size=0'];
    const bytes = await link([archive], FAMILY, [...flags, ...size]);
    const memory = new WebAssembly.Memory({ initial: INITIAL });
    new Uint8Array(memory.buffer).fill(GUARD, 0, place);
    const exports = { ...instance(bytes, { memory }), memory };
    const model = createModel(exports);
    const below = random(1);
    for (let i = 0; i < 3000; i++) randomStep(model, exports, below, { bits: 15, foreign: 100 });
    assert(Math.min(...model.blocks.keys()) < INITIAL * PAGE, 'the memory there is is used');
    model.finish(below);
    assert(new Uint8Array(memory.buffer, 0, place).every((byte) => byte === GUARD));
  });
}
