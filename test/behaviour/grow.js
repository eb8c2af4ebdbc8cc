// SPDX-License-Identifier: MIT OR Apache-2.0
// Makes memory.grow fail in a compiled module: each instruction is replaced
// by a call of a function that decides. Nothing else of the module changes.
import { binaryen } from '../../tools/binaryen.js';

const decide = (word) => `
  (global $grow_calls (export "grow_calls") (mut i32) (i32.const 0))
  (global $grow_first (export "grow_first") (mut i32) (i32.const -1))
  (global $grow_last (export "grow_last") (mut i32) (i32.const -1))
  (func $grow_or_fail (param $pages ${word}) (result ${word})
    (global.set $grow_calls (i32.add (global.get $grow_calls) (i32.const 1)))
    (if (result ${word})
      (i32.and
        (i32.ge_u (global.get $grow_calls) (global.get $grow_first))
        (i32.le_u (global.get $grow_calls) (global.get $grow_last)))
      (then (${word}.const -1))
      (else (memory.grow (local.get $pages)))))
)`;

/**
 * The module with three exported globals more: grow_calls counts, and calls
 * from grow_first to grow_last fail.
 */
export function failingGrow(bytes) {
  const module = binaryen.readBinary(bytes);
  const text = module.emitText();
  module.dispose();
  const parts = text.split('(memory.grow');
  if (parts.length === 1) throw new Error('no memory.grow in this module');
  const word = /\(memory \$\S+ i64/.test(text) ? 'i64' : 'i32';
  const ours = decide(word);
  const changed = binaryen.parseText(parts.join('(call $grow_or_fail').replace(/\)\s*$/, ours));
  changed.setFeatures(
    binaryen.Features.BulkMemory |
      binaryen.Features.BulkMemoryOpt |
      binaryen.Features.MutableGlobals |
      (word === 'i64' ? binaryen.Features.Memory64 : 0),
  );
  try {
    return Buffer.from(changed.emitBinary());
  } finally {
    changed.dispose();
  }
}

/** To be asked of an instance of such a module. */
export const growthOf = ({ grow_calls, grow_first, grow_last }) => ({
  get calls() {
    return grow_calls.value;
  },
  /** The n-th call from now on fails, and `more` after it. */
  failAt(n, more = 0) {
    grow_calls.value = 0;
    grow_first.value = n;
    grow_last.value = n + more;
  },
  /** No call fails. */
  work() {
    grow_first.value = -1;
  },
});
