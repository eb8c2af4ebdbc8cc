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

/* wasi-libc's, present only where the program uses it; not linked for us. */
extern int errno __attribute__((weak));

static size_t pages_count(void) { return __builtin_wasm_memory_size(0); }

/* Adds n pages at the end of memory; 0 always succeeds. */
static bool pages_grow(size_t n) {
    return __builtin_wasm_memory_grow(0, n) != SIZE_MAX;
}

/* What is ours at first, if memory still ends there. */
static uintptr_t pages_start(void) { return (uintptr_t)&__heap_base; }
static uintptr_t pages_end(void) { return (uintptr_t)&__heap_end; }

static int *pages_errno(void) { return &errno; }

#endif
