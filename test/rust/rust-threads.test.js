// SPDX-License-Identifier: MIT OR Apache-2.0
// The feature threads in a program of Rust whose memory four workers share. It
// has no std, as Debian's is not made for threads.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { run } from '../support/native.js';
import { testWith } from '../support/needs.js';
import { amount, isWhole } from '../support/tier.js';
import { made, missing, withoutStd } from './cargo.js';
import { build } from './program.js';

const THREADS = 4;
const STACK = 65536;

/** The object that stands before all others; clang's path for it. */
function bytesObject() {
  const object = join(made, 'bytes.o');
  const flags = ['--target=wasm32', '-O2', '-ffreestanding', '-fno-builtin', '-matomics'];
  const args = [...flags, '-mbulk-memory', '-c', 'test/rust/threads/bytes.c', '-o', object];
  const { status, stderr } = run('clang-19', args);
  assert.equal(status, 0, stderr);
  return object;
}

/** The program for shared memory, by features of the crate. */
const shared = (features, name) => {
  const flags = ['-C target-feature=+atomics,+bulk-memory,+mutable-globals'].concat(
    `-Z pre-link-args=${bytesObject()}`,
    '-C link-arg=--export=__stack_pointer',
    withoutStd.RUSTFLAGS ?? '',
  );
  const env = { RUSTC_BOOTSTRAP: '1', RUSTFLAGS: flags.join(' ') };
  return build({ features, release: true, name, env });
};

const PAGES = 1024; // as build.rs of the program says

async function instance(wasm, memory) {
  const { exports } = await WebAssembly.instantiate(wasm, { env: { memory } });
  return /** @type {any} */ (exports);
}

/** Starts a thread with a stack, variables and blocks of the main thread's. */
function start(wasm, memory, main, seeds) {
  const stack = main.rust_alloc(STACK, 16);
  const variables = main.rust_alloc(main.__tls_size.value, main.__tls_align.value);
  const given = Array.from({ length: 200 }, (_, i) => ({ size: 1 + i * 7, align: 2 ** (i % 8) }));
  const blocks = given.map((each) => ({ ...each, p: main.rust_alloc(each.size, each.align) }));
  const workerData = { wasm, memory, stack: stack + STACK, variables, given: blocks, seeds };
  const worker = new Worker(new URL('threads/thread.js', import.meta.url), { workerData });
  const done = new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
  return { stack, variables, done };
}

async function playTogether(wasm) {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: PAGES, shared: true });
  const main = await instance(wasm, memory);
  main.__wasm_init_tls(main.rust_alloc(main.__tls_size.value, main.__tls_align.value));
  const before = main.used_blocks();
  const seeds = Array.from({ length: amount(5, 40) }, (_, i) => i + 1);
  const threads = Array.from({ length: THREADS }, () => start(wasm, memory, main, seeds));
  const expected = seeds.map((seed) => main.work(seed)); // while the others work
  for (const { stack, variables, done } of threads) {
    const { results, kept } = await done;
    assert.deepEqual(results, expected);
    main.rust_dealloc(kept, 1000, 64);
    main.rust_dealloc(stack, STACK, 16);
    main.rust_dealloc(variables, main.__tls_size.value, main.__tls_align.value);
  }
  assert.deepEqual([main.used_blocks(), main.heap_check()], [before, 0]);
}

if (isWhole) {
  testWith(missing, 'four threads work in one heap and free what others allocated', async () =>
    playTogether(await WebAssembly.compile(await shared(['threads'], 'shared'))),
  );

  testWith(missing, 'without the feature it does not link, and malloc.o is named', () =>
    assert.rejects(() => shared(['fast'], 'unshared'), /--shared-memory is disallowed by .*malloc/),
  );
}
