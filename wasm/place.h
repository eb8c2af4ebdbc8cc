/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Where the memory lies by which memory grew, for a build whose heap threads
 * share: others may grow it at any moment, so only memory.grow itself can say.
 * It counts pages of wasm, or bytes.
 */
#ifndef TLSF_PLACE_H
#define TLSF_PLACE_H

/* So many hold more than n bytes. */
static inline __attribute__((always_inline)) size_t place_past(size_t n) {
    return pages_are_bytes() ? bytes_past(n) : (n >> WASM_PAGE_LOG) + 1;
}

/* So many hold at most n bytes. Memory that grows by them ends with a page of
   ours, where it did before. */
static inline __attribute__((always_inline)) size_t place_within(size_t n) {
    return pages_are_bytes() ? n >> PAGE_LOG << PAGE_LOG : n >> WASM_PAGE_LOG;
}

/* Adds n at the end of memory. Returns how many there were, or SIZE_MAX. */
static size_t place_grow(size_t n) { return __builtin_wasm_memory_grow(0, n); }

/* The address where what is ours of n ends. */
static inline __attribute__((always_inline)) uintptr_t place_end(size_t n) {
    if (!pages_are_bytes()) return n << WASM_PAGE_LOG;
    return n >> PAGE_LOG << PAGE_LOG;
}

/* The address where what is ours behind n begins. Where memory is counted in
   bytes, the rest of a page of ours is nobody's, unless the program itself left
   it: pages_end. */
static inline __attribute__((always_inline)) uintptr_t place_begin(size_t n) {
    if (!pages_are_bytes() || n == (uintptr_t)&__heap_end) return place_end(n);
    return (n + (1 << PAGE_LOG) - 1) >> PAGE_LOG << PAGE_LOG;
}

#endif
