;; SPDX-License-Identifier: MIT OR Apache-2.0
;; The heap of a small language, as its runtime would have it: lists of cells,
;; in a heap for each task. A task frees no cell; when it ends, its heap is
;; emptied in O(1). README.md builds it.
;;
;;   cell: [ head, 4 bytes ][ tail, 4 bytes ] => the next cell, or 0
;;
;; With the heap's own 8 bytes a cell takes 16. A function that gets no cell
;; returns 0, and so does a list's maker: what it made stays until the reset.
(module
  (import "env" "memory" (memory 1))
  (import "heap" "tlsf_malloc" (func $malloc (param i32 i32) (result i32)))
  (import "heap" "tlsf_reset" (func $reset (param i32)))

  (func $cons (param $heap i32) (param $head i32) (param $tail i32) (result i32)
    (local $cell i32)
    (local.set $cell (call $malloc (local.get $heap) (i32.const 8)))
    (if (i32.eqz (local.get $cell)) (then (return (i32.const 0))))
    (i32.store (local.get $cell) (local.get $head))
    (i32.store offset=4 (local.get $cell) (local.get $tail))
    (local.get $cell))

  ;; The list 1, 2 ... n, for n > 0.
  (func $count_to (param $heap i32) (param $n i32) (result i32)
    (local $list i32)
    (loop $next
      (local.set $list (call $cons (local.get $heap) (local.get $n) (local.get $list)))
      (if (i32.eqz (local.get $list)) (then (return (i32.const 0))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $list))

  ;; The squares of a list, the last first.
  (func $squares (param $heap i32) (param $from i32) (result i32)
    (local $list i32) (local $x i32)
    (loop $next
      (if (local.get $from) (then
        (local.set $x (i32.load (local.get $from)))
        (local.set $list (call $cons (local.get $heap)
          (i32.mul (local.get $x) (local.get $x)) (local.get $list)))
        (if (i32.eqz (local.get $list)) (then (return (i32.const 0))))
        (local.set $from (i32.load offset=4 (local.get $from)))
        (br $next))))
    (local.get $list))

  (func $sum (param $list i32) (result i32)
    (local $sum i32)
    (loop $next
      (if (local.get $list) (then
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $list))))
        (local.set $list (i32.load offset=4 (local.get $list)))
        (br $next))))
    (local.get $sum))

  ;; A task: 1 + 4 + 9 + ... + n * n, for n > 0, by two lists in this heap; 0 if
  ;; the heap is full. All of its cells are free at once.
  (func (export "sum_of_squares") (param $heap i32) (param $n i32) (result i32)
    (local $sum i32)
    (local.set $sum
      (call $sum
        (call $squares (local.get $heap)
          (call $count_to (local.get $heap) (local.get $n)))))
    (call $reset (local.get $heap))
    (local.get $sum)))
