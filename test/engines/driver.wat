;; SPDX-License-Identifier: MIT OR Apache-2.0
;; What the model does with a heap's memory, as calls that an engine without
;; JavaScript can make too.
(module
  (import "heap" "memory" (memory 0))
  (func (export "size") (result i32) memory.size)
  (func (export "grow") (param $pages i32) (result i32)
    (memory.grow (local.get $pages)))
  (func (export "fill") (param $p i32) (param $value i32) (param $size i32)
    (memory.fill (local.get $p) (local.get $value) (local.get $size)))

  ;; Of all words of memory; each step is a bijection of what came before.
  (func (export "digest") (result i32)
    (local $p i32) (local $sum i32)
    (loop $next
      (local.set $sum
        (i32.mul (i32.xor (local.get $sum) (i32.load (local.get $p))) (i32.const 0x9e3779b1)))
      (local.set $sum
        (i32.xor (local.get $sum) (i32.shr_u (local.get $sum) (i32.const 15))))
      (local.set $p (i32.add (local.get $p) (i32.const 4)))
      (br_if $next
        (i32.lt_u (local.get $p) (i32.shl (memory.size) (i32.const 16)))))
    (local.get $sum)))
