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

enum { PAGE_LOG = 16 };

/* The error numbers of WASI and of Emscripten. */
enum { PAGES_EINVAL = 28, PAGES_ENOMEM = 48 };

/* The linker's: the end of data and stack, of any alignment, and the end of the
   memory that the module begins with. */
extern char __heap_base, __heap_end;

/* wasi-libc's, or that of src/members/errno.c: both lie in archives, and are
   present only where the program uses errno. */
extern int errno __attribute__((weak));

static void pages_set_errno(int error) {
    if (&errno) errno = error;
}

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

/* Where memory is counted in bytes, what is missing to a whole page is added
   first. Nobody gets those bytes, so that no growth by others goes unseen. */
static inline __attribute__((always_inline)) size_t pages_count(void) {
    if (!pages_are_bytes()) return __builtin_wasm_memory_size(0);
    size_t rest =
        -__builtin_wasm_memory_size(0) & (((size_t)1 << PAGE_LOG) - 1);
    __builtin_wasm_memory_grow(0, rest);
    return __builtin_wasm_memory_size(0) >> PAGE_LOG;
}

/* Adds n pages at the end of memory; 0 always succeeds. */
static inline __attribute__((always_inline)) bool pages_grow(size_t n) {
    if (pages_are_bytes()) n = n >> PAGE_LOG ? SIZE_MAX : n << PAGE_LOG;
    return __builtin_wasm_memory_grow(0, n) != SIZE_MAX;
}

/* Another thread would corrupt the heap. The compiler strips this fence, since
   the target has no atomics, and notes in the object that it must not be linked
   with --shared-memory. Nobody calls this function, so it is not linked. */
__attribute__((visibility("hidden"))) void
pages_of_one_thread(void) __asm__("tlsf.one_thread");
void pages_of_one_thread(void) { __atomic_signal_fence(__ATOMIC_ACQ_REL); }

/* What is ours at first, if memory still ends there. */
static uintptr_t pages_start(void) { return (uintptr_t)&__heap_base; }
static uintptr_t pages_end(void) { return (uintptr_t)&__heap_end; }

/* The bytes below an address, to which growth is in proportion. */
static size_t pages_below(uintptr_t at) { return at; }

#endif
