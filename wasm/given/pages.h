/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The port of heaps over ranges of a memory that the module imports. It takes
 * no memory by itself. It only knows how long memory is.
 */
#ifndef TLSF_PAGES_H
#define TLSF_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is there memory of `size` bytes from `base` on? It may end at 2^32. */
static bool pages_hold(uintptr_t base, size_t size) {
    uint64_t pages = __builtin_wasm_memory_size(0);
    return (uint64_t)base + size <= pages << 16;
}

#endif
