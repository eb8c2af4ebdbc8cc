;; SPDX-License-Identifier: MIT OR Apache-2.0
;; What the model does with a heap's memory, as calls that an engine without
;; JavaScript can make too. ADDRESS is i32 or i64, as the memory has it.
(module
  (import "heap" "memory" (memory ADDRESS 0))
  (func (export "size") (result ADDRESS) memory.size)
  (func (export "grow") (param $pages ADDRESS) (result ADDRESS)
    (memory.grow (local.get $pages)))
  (func (export "fill") (param $p ADDRESS) (param $value i32) (param $size ADDRESS)
    (memory.fill (local.get $p) (local.get $value) (local.get $size)))

  ;; Of all words of memory; each step is a bijection of what came before.
  (func (export "digest") (result i32)
    (local $p ADDRESS) (local $sum i32)
    (loop $next
      (local.set $sum
        (i32.mul (i32.xor (local.get $sum) (i32.load (local.get $p))) (i32.const 0x9e3779b1)))
      (local.set $sum
        (i32.xor (local.get $sum) (i32.shr_u (local.get $sum) (i32.const 15))))
      (local.set $p (ADDRESS.add (local.get $p) (ADDRESS.const 4)))
      (br_if $next
        (ADDRESS.lt_u (local.get $p) (ADDRESS.shl (memory.size) (ADDRESS.const 16)))))
    (local.get $sum)))
