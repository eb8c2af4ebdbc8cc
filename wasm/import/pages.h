/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The port of modules that live in somebody else's memory. They import it, and
 * have no data of their own: the embedder says by two imported constants where
 * they may begin, and where memory ended when that was said.
 *
 *   0              __heap_base                               __heap_end
 *   [ embedder's ][ state ][ heap ... ][ whatever ... ][ heap ... ]
 *
 * The constants are globals of wasm, for which C has no name.
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_LOG = 16 };

enum { PAGES_EINVAL = 28, PAGES_ENOMEM = 48 };

__asm__(".globaltype tlsf.base, i32, immutable\n"
        ".import_module tlsf.base, env\n"
        ".import_name tlsf.base, __heap_base\n"
        ".globaltype tlsf.end, i32, immutable\n"
        ".import_module tlsf.end, env\n"
        ".import_name tlsf.end, __heap_end\n");

static uintptr_t state_base(void) {
    uintptr_t base;
    __asm__("global.get tlsf.base\n\tlocal.set %0" : "=r"(base));
    return base;
}

static uintptr_t pages_end(void) {
    uintptr_t end;
    __asm__("global.get tlsf.end\n\tlocal.set %0" : "=r"(end));
    /* 0 says that nothing is ours. Full memory ends there, so it becomes 1. */
    return end | (!end);
}

static size_t pages_count(void) { return __builtin_wasm_memory_size(0); }

/* Adds n pages at the end of memory; 0 always succeeds. */
static bool pages_grow(size_t n) {
    return __builtin_wasm_memory_grow(0, n) != SIZE_MAX;
}

/* Behind the state: state.h. */
static uintptr_t pages_start(void);

/* The bytes below an address, to which growth is in proportion. */
static size_t pages_below(uintptr_t at) { return at - state_base(); }

/* A module has no errno. */
static void pages_set_errno(int error) { (void)error; }

#include "core/whole_pages.h"

#endif
