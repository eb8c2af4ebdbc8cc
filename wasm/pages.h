/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The wasm port: where memory comes from. Pages of 64 KiB of the instance's
 * only memory are counted from address 0. Pages that memory.grow adds are zero
 * and begin where memory ended. Others may call it too, so two growths need not
 * touch. A port is chosen by the include path; CONTRIBUTING.md has its
 * contract.
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* log2 of the size of a page: wasm's; and ours where memory is counted in bytes
   (wasm-ld --page-size=1), which is the shortest. */
enum { WASM_PAGE_LOG = 16, PAGE_LOG = 6 };

/* The error numbers of WASI and of Emscripten. */
enum { PAGES_EINVAL = 28, PAGES_ENOMEM = 48 };

/* The linker's: the end of data and stack, of any alignment, and the end of the
   memory that the module begins with. */
extern char __heap_base, __heap_end;

/* pages_set_errno, and whether there are other threads. A port may have a file
   of its own. */
#include <tlsf_thread.h>

/* Is memory counted in bytes (wasm-ld --page-size=1)? The linker's symbol is
   the size of a page; it is 0 if the linker is too old to know. */
static inline __attribute__((always_inline)) bool pages_are_bytes(void) {
    size_t size;
    __asm__ volatile(".weak __wasm_first_page_end\n\t"
                     ".hidden __wasm_first_page_end\n\t"
                     "global.get __wasm_first_page_end@GOT\n\tlocal.set %0"
                     : "=r"(size));
    return size == 1;
}

/* What is ours at first, if memory still ends there. Memory that is counted in
   bytes may end within a page of ours, whose bytes are then left out. A loader
   that knows no end gives 0, which is also where full memory ends; no memory
   ends at 1. */
static uintptr_t pages_start(void) { return (uintptr_t)&__heap_base; }
static uintptr_t pages_end(void) {
    uintptr_t end = (uintptr_t)&__heap_end;
    return (end >> PAGE_LOG << PAGE_LOG) | (!end);
}

/* The bytes that memory lacks to end with a page of ours. */
static size_t bytes_missing(void) {
    return -__builtin_wasm_memory_size(0) & (((size_t)1 << PAGE_LOG) - 1);
}

/* How many pages of ours memory has. If somebody else has grown it, the missing
   bytes are added first. Nobody gets them, so that no growth by others goes
   unseen. */
static __attribute__((noinline)) size_t bytes_count(void) {
    if (__builtin_wasm_memory_size(0) != (uintptr_t)&__heap_end ||
        pages_end() <= pages_start())
        __builtin_wasm_memory_grow(0, bytes_missing());
    return __builtin_wasm_memory_size(0) >> PAGE_LOG;
}

/* The bytes of a page by which memory grows. */
static size_t pages_size(void) {
    return (size_t)1 << (pages_are_bytes() ? PAGE_LOG : WASM_PAGE_LOG);
}

/* The bytes of whole pages of ours, of more than n bytes, and the missing
   ones; or what memory can never grow by. */
static __attribute__((noinline)) size_t bytes_past(size_t n) {
    size_t pages = (n >> PAGE_LOG) + 1;
    size_t more = (pages << PAGE_LOG) + bytes_missing();
    return more > n ? more : SIZE_MAX;
}

/* Where memory ends. Of 65536 pages that is 0. */
static inline __attribute__((always_inline)) uintptr_t pages_limit(void) {
    if (pages_are_bytes()) return bytes_count() << PAGE_LOG;
    return __builtin_wasm_memory_size(0) << WASM_PAGE_LOG;
}

/* Adds pages of more than n bytes at the end of memory. */
static inline __attribute__((always_inline)) bool pages_grow_past(size_t n) {
    n = pages_are_bytes() ? bytes_past(n) : (n >> WASM_PAGE_LOG) + 1;
    return __builtin_wasm_memory_grow(0, n) != SIZE_MAX;
}

/* Adds pages of at most n bytes there, if the engine gives so much. */
static inline __attribute__((always_inline)) void pages_grow_by(size_t n) {
    if (!pages_are_bytes()) n >>= WASM_PAGE_LOG;
    __builtin_wasm_memory_grow(0, n);
}

/* The bytes below an address, to which growth is in proportion. */
static size_t pages_below(uintptr_t at) { return at; }

#endif
