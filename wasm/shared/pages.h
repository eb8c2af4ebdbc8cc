/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The port of a module whose whole memory is its own, but imported, as threads
 * share it: each has an instance. An imported constant says where memory ended
 * when the heap was made. C has no name for a global of wasm.
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_LOG = 16 };

enum { PAGES_EINVAL = 28, PAGES_ENOMEM = 48 };

__asm__(".globaltype tlsf.end, i32, immutable\n"
        ".import_module tlsf.end, env\n"
        ".import_name tlsf.end, __heap_end\n");

/* The linker's: behind the state. */
extern char __heap_base;

static uintptr_t pages_start(void) { return (uintptr_t)&__heap_base; }

static uintptr_t pages_end(void) {
    uintptr_t end;
    __asm__("global.get tlsf.end\n\tlocal.set %0" : "=r"(end));
    return end;
}

static size_t pages_count(void) { return __builtin_wasm_memory_size(0); }

/* Adds n pages at the end of memory; 0 always succeeds. */
static bool pages_grow(size_t n) {
    return __builtin_wasm_memory_grow(0, n) != SIZE_MAX;
}

/* The bytes below an address, to which growth is in proportion. */
static size_t pages_below(uintptr_t at) { return at; }

/* A module has no errno. */
static void pages_set_errno(int error) { (void)error; }

#include "core/whole_pages.h"

#endif
