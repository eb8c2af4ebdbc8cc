// SPDX-License-Identifier: MIT OR Apache-2.0
// Runs an allocator before its size is believed: a broken link looks small.
import assert from 'node:assert/strict';

const SIZES = [1, 8, 24, 100, 1000, 40000, 100, 3, 300000, 16];

/** Blocks of SIZES, aligned and apart, each filled with a byte of its own. */
function fill({ memory, malloc }) {
  const blocks = SIZES.map((size, i) => {
    const at = malloc(size) >>> 0;
    assert.ok(
      at > 0 && at % 8 === 0 && at + size <= memory.buffer.byteLength,
      `malloc(${size}) gave ${at}`,
    );
    new Uint8Array(memory.buffer).fill(i + 1, at, at + size);
    return { at, size, byte: i + 1 };
  });
  for (const { at, size, byte } of blocks) assertHolds(memory, at, size, byte);
  return blocks;
}

function assertHolds(memory, at, size, byte) {
  const bytes = new Uint8Array(memory.buffer, at, size);
  assert.ok(
    bytes.every((each) => each === byte),
    `the block at ${at} lost its bytes`,
  );
}

const CHECKS = {
  calloc({ memory, calloc, free }) {
    const at = calloc(100, 10) >>> 0;
    assertHolds(memory, at, 1000, 0);
    free(at);
  },
  realloc({ memory, malloc, realloc, free }) {
    const old = malloc(50) >>> 0;
    new Uint8Array(memory.buffer).fill(7, old, old + 50);
    const at = realloc(old, 5000) >>> 0;
    assertHolds(memory, at, 50, 7);
    free(at);
  },
  aligned_alloc({ aligned_alloc, free }) {
    const at = aligned_alloc(256, 256) >>> 0;
    assert.ok(at > 0 && at % 256 === 0, `aligned_alloc(256, 256) gave ${at}`);
    free(at);
  },
  posix_memalign({ memory, malloc, posix_memalign, free }) {
    const out = malloc(4) >>> 0;
    assert.equal(posix_memalign(out, 64, 100), 0);
    const at = new DataView(memory.buffer).getUint32(out, true);
    assert.ok(at > 0 && at % 64 === 0, `posix_memalign(64, 100) gave ${at}`);
    free(at);
  },
  malloc_usable_size({ malloc, malloc_usable_size, free }) {
    const at = malloc(100) >>> 0;
    assert.ok(malloc_usable_size(at) >= 100);
    free(at);
  },
};

/** Throws unless a module needs no imports and does what `names` promise. */
export async function verify(bytes, names) {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const { exports } = instance;
  assert.ok(exports.memory instanceof WebAssembly.Memory);
  for (const name of names)
    assert.equal(typeof exports[name], 'function', `${name} is not exported`);
  if (!names.includes('malloc')) return;
  for (let round = 0; round < 3; round++) {
    for (const { at } of fill(exports)) exports.free(at);
  }
  for (const name of names) CHECKS[name]?.(exports);
  for (const { at } of fill(exports).reverse()) exports.free(at);
}
