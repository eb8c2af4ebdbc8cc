;; SPDX-License-Identifier: MIT OR Apache-2.0
;; A language runtime, written by hand: it has a memory with data of its own,
;; grows that memory for itself, and gets its heap from a module that imports
;; memory, __heap_base and __heap_end. embedded.test.js replaces @MEMORY@ by
;; the memory's declaration.
(module
  (import "heap" "malloc" (func $malloc (param i32) (result i32)))
  (import "heap" "free" (func $free (param i32)))
  (import "heap" "realloc" (func $realloc (param i32 i32) (result i32)))
  (import "heap" "calloc" (func $calloc (param i32 i32) (result i32)))
  @MEMORY@
  (global (export "__heap_base") i32 (i32.const 9001)) ;; behind the data, of any alignment
  (global (export "__heap_end") i32 (i32.const 131072)) ;; where memory ends at first
  (data (i32.const 8) "a runtime's own text")
  (data (i32.const 8980) "behind it: the heap..")

  (func (export "run_malloc") (param i32) (result i32) (call $malloc (local.get 0)))
  (func (export "run_free") (param i32) (call $free (local.get 0)))
  (func (export "run_realloc") (param i32 i32) (result i32)
    (call $realloc (local.get 0) (local.get 1)))
  (func (export "run_calloc") (param i32 i32) (result i32)
    (call $calloc (local.get 0) (local.get 1)))

  ;; Grows memory by a page for itself and marks its ends; 0 if it can't.
  (func (export "take_page") (result i32) (local $at i32)
    (local.set $at (i32.shl (memory.grow (i32.const 1)) (i32.const 16)))
    (if (i32.eq (local.get $at) (i32.const -65536)) (then (return (i32.const 0))))
    (i32.store (local.get $at) (local.get $at))
    (i32.store offset=65532 (local.get $at) (local.get $at))
    (local.get $at))

  (func (export "page_is_intact") (param $at i32) (result i32)
    (i32.and
      (i32.eq (i32.load (local.get $at)) (local.get $at))
      (i32.eq (i32.load offset=65532 (local.get $at)) (local.get $at))))

  ;; The sum of the bytes from 8 to 28 and from 8980 to 9001: the data.
  (func (export "data") (result i32)
    (i32.add
      (call $sum (i32.const 8) (i32.const 28))
      (call $sum (i32.const 8980) (i32.const 9001))))
  (func $sum (param $at i32) (param $end i32) (result i32) (local $all i32)
    (loop $next
      (local.set $all (i32.add (local.get $all) (i32.load8_u (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $all)))
