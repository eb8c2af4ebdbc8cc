// SPDX-License-Identifier: MIT OR Apache-2.0
// The test program of Rust and C, built with features, and played by the shadow
// model: each call is made by Rust or by C, whoever had the block before.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../tools/build.js';
import { cargo, made, UNKNOWN, withoutStd } from './cargo.js';

/**
 * Builds the test program with features; the module's bytes. `output` is `program` or the
 * name of one of its commands; `name` keeps builds apart that differ by `env`.
 */
export async function build({
  features,
  release = false,
  target = UNKNOWN,
  output = 'program',
  name = 'program',
  env = features.includes('std') || output !== 'program' ? {} : withoutStd,
}) {
  const folder = join(made, [...features, name].join('-'));
  const args = ['build', '--quiet', '--target', target, '--features', features.join(',')];
  if (release) args.push('--release');
  args.push(...(output === 'program' ? ['--lib'] : ['--bin', output]));
  const directory = join(root, 'test', 'rust', 'program');
  const told = cargo(args, directory, { ...env, CARGO_TARGET_DIR: folder });
  assert.equal(told, '', 'no warning');
  return readFile(join(folder, target, release ? 'release' : 'debug', `${output}.wasm`));
}

const LARGEST = 65536;

/** The C family as the model calls it, made of Rust's allocator and C's functions. */
export function played(exports, below) {
  const layouts = new Map(); // pointer => {size, align}, as Rust must know them
  const granted = (p, size, align) => {
    assert.equal((p >>> 0) % align, 0, `alignment ${align} of ${p >>> 0}`);
    if (p) layouts.set(p >>> 0, { size, align });
    return p;
  };
  const common = () => 2 ** below(5);
  const isRust = (size) => size > 0 && below(2) === 0; // Rust never asks for 0 bytes

  const zeroed = (size, align) => {
    const p = exports.rust_alloc_zeroed(size, align);
    const bytes = new Uint8Array(exports.memory.buffer, p, p ? size : 0);
    assert(
      bytes.every((byte) => byte === 0),
      'alloc_zeroed',
    );
    return p;
  };
  const aligned = (align, size) => {
    if (!isRust(size)) return granted(exports.c_aligned_alloc(align, size), size, align);
    const wanted = below(4) ? align : Math.min(align * 2 ** below(5), LARGEST);
    const allocate = below(2) ? zeroed : exports.rust_alloc;
    return granted(allocate(size, wanted), size, wanted);
  };
  const realloc = (p, size) => {
    const old = layouts.get(p);
    if (!old) return granted(exports.c_realloc(p, size), size, 1);
    const { align } = old;
    const isRusts = isRust(size);
    const q = isRusts ? exports.rust_realloc(p, old.size, align, size) : exports.c_realloc(p, size);
    if (q) layouts.delete(p);
    return q ? granted(q, size, isRusts ? align : 1) : 0;
  };
  return {
    memory: exports.memory,
    __heap_base: exports.__heap_base,
    malloc_usable_size: exports.usable_size,
    malloc(size) {
      const align = common();
      const p = isRust(size) ? exports.rust_alloc(size, align) : exports.c_malloc(size);
      return granted(p, size, align);
    },
    calloc(count, size) {
      const bytes = count * size;
      const p = isRust(bytes)
        ? exports.rust_alloc_zeroed(bytes, common())
        : exports.c_calloc(count, size);
      return granted(p, bytes, 1);
    },
    aligned_alloc: aligned,
    memalign: aligned,
    realloc,
    free(p) {
      const { size, align } = layouts.get(p) ?? { size: 0, align: 1 };
      layouts.delete(p);
      if (isRust(size)) exports.rust_dealloc(p, size, align);
      else exports.c_free(p);
    },
  };
}
